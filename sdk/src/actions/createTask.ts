import { bytesToHex, type Hex, zeroHash } from 'viem'
import {
  assertClassNames,
  assertRules,
  type Cid,
  type ClassNamesInvalidError,
  type ContentStore,
  type DatasetProofMismatchError,
  digestOfCid,
  encodeRules,
  type GoldItem,
  type GoldMalformedError,
  generateContentKey,
  hiddenGoldCommitment,
  openGoldCommitment,
  type PackedGold,
  type PayloadItem,
  packGold,
  type Rules,
  type RulesInvalidError,
  sealPayload,
  type ThresholdTooHighError,
  type WrongItemCountError,
} from '../core.js'
import type { GateNotAllowedError } from '../errors/admission.js'
import {
  type DatasetNotFoundError,
  type DeadlineOutOfRangeError,
  type KeyNotActiveError,
  type RewardTooSmallError,
  type SlotsOutOfRangeError,
  TaskExistsError,
  type TextLengthError,
  type TokenNotAllowedError,
} from '../errors/contract.js'
import { GradingInvalidError } from '../errors/disputes.js'
import type { BondTooSmallError, NoTreasuryError, NotEnoughStakeError, StakeTooSmallError } from '../errors/stakes.js'
import type { InsufficientFundsError } from '../errors/submission.js'
import { assertOption, connect, resolveSigner, type VeritaskClient } from './internal/context.js'
import { draftTask, freshTaskSalt, sendTask, type TaskParameters, taskIdOf } from './internal/createTask.js'
import { keyIdsFor, type MissingCircuitKeyError } from './internal/keys.js'
import {
  assertRequesterSecrets,
  freshEncryptionSecret,
  freshGoldSalt,
  requesterKeys,
  SecretsMismatchError,
  scalarFromHex,
} from './internal/secrets.js'
import { encodeGrading, encodeTerms, invalidGradingField } from './internal/terms.js'
import { assertItemCount, assertText, MAX_TITLE_BYTES } from './internal/validateTask.js'
import type { WriteReturnType } from './internal/write.js'
import type { Grading, RequesterSecrets } from './types.js'

export { taskIdOf } from './internal/createTask.js'

/** How a task is settled. Deadlines are seconds since the epoch, inclusive, each after the one before it. */
export type SettlementParameters =
  | {
      readonly kind: 'open-gold'
      readonly rules: Rules
      /** Right answers of `rules.goldCount` items. */
      readonly gold: readonly GoldItem[]
      readonly commitBy: bigint
      readonly openBy: bigint
      readonly proveBy: bigint
    }
  | {
      readonly kind: 'hidden-gold'
      readonly rules: Rules
      readonly gold: readonly GoldItem[]
      readonly submitBy: bigint
      readonly scoreBy: bigint
      /** What a score that passes earns. Default: all of the reward. */
      readonly grading?: Grading | undefined
    }

export type CreateTaskParameters = TaskParameters & {
  /** What workers must do; encrypted with the items. */
  readonly instructions: string
  /** Display names of the classes, in label order; encrypted with the items. */
  readonly classes?: readonly string[] | undefined
  /** The items in label order: records of the dataset version, each with its Merkle path. */
  readonly items: readonly PayloadItem[]
  readonly settlement: SettlementParameters
  /** Where the encrypted payload goes. */
  readonly store: ContentStore
  /** Secrets kept from an attempt that was interrupted: finds that task or creates it. */
  readonly secrets?: RequesterSecrets | undefined
  /** Called, and awaited, before anything is sent: keep them, or the gold can never be opened. */
  readonly onSecrets?: ((secrets: RequesterSecrets) => void | Promise<void>) | undefined
}

export type CreateTaskReturnType = WriteReturnType & {
  readonly taskId: Hex
  readonly payloadCid: Cid
  readonly secrets: RequesterSecrets
}

export type CreateTaskErrorType =
  | TextLengthError
  | RulesInvalidError
  | ClassNamesInvalidError
  | ThresholdTooHighError
  | WrongItemCountError
  | GoldMalformedError
  | TokenNotAllowedError
  | RewardTooSmallError
  | SlotsOutOfRangeError
  | DeadlineOutOfRangeError
  | DatasetNotFoundError
  | DatasetProofMismatchError
  | KeyNotActiveError
  | GateNotAllowedError
  | StakeTooSmallError
  | NoTreasuryError
  | BondTooSmallError
  | NotEnoughStakeError
  | GradingInvalidError
  | InsufficientFundsError
  | MissingCircuitKeyError
  | SecretsMismatchError
  | TaskExistsError
  | Error

/**
 * Creates a labelling task: encrypts and stores the payload, commits to the gold, and puts the rewards into escrow. Hidden gold
 * locks a bond of the requester's free stake besides (`depositStake`). `createStatementTask` makes tasks of the other kinds.
 *
 * Everything the contracts would refuse is refused here first, with a typed error and nothing stored or sent.
 *
 * @returns the task id and the secrets to keep.
 *
 * @example
 * import { createTask } from '@veritask/sdk'
 * import { createFileContentStore } from '@veritask/sdk/node'
 * import { parseEther } from 'viem'
 *
 * const now = BigInt(Math.floor(Date.now() / 1000))
 * const { taskId, secrets } = await createTask(client, {
 *   title: 'Which digit is it?', instructions: 'One digit, 0 to 9.', items, datasetVersionId,
 *   rewardPerSlot: parseEther('0.01'), slots: 5, joinBy: now + 3600n,
 *   settlement: { kind: 'open-gold', rules, gold, commitBy: now + 7200n, openBy: now + 10800n, proveBy: now + 14400n },
 *   store: createFileContentStore('.veritask/content'),
 *   onSecrets: (secrets) => keepSafe(secrets),
 * })
 */
export async function createTask(
  client: VeritaskClient,
  parameters: CreateTaskParameters,
): Promise<CreateTaskReturnType> {
  const { title, instructions, classes = [], items, settlement, store } = parameters
  const { kind, rules } = settlement
  assertOption('store', store)

  assertText('title', title, MAX_TITLE_BYTES)
  assertRules(rules)
  assertClassNames(rules, classes)
  assertItemCount(rules, items)
  const gold = packGold(rules, settlement.gold)
  assertGrading(settlement)

  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { chainId, contracts } = deployment
  const { taskRegistry } = contracts
  const salt = parameters.secrets?.salt ?? parameters.salt ?? freshTaskSalt()
  const taskId = taskIdOf({ chainId, taskRegistry, requester: signer.address, salt })
  if (parameters.secrets && parameters.secrets.taskId !== taskId)
    throw new SecretsMismatchError({ reason: 'they are for another task, chain or requester' })
  if (parameters.secrets) assertSameTask(parameters.secrets, { salt: parameters.salt, settlement, gold })

  const keyIds = keyIdsFor(deployment, kind, rules)
  const draft = await draftTask(client, {
    deployment,
    task: parameters,
    kind,
    salt,
    checks: {
      keyIds: Object.values(keyIds),
      deadlines: [{ name: 'joinBy', at: parameters.joinBy }, ...deadlinesOf(settlement)],
      items,
    },
  })

  const secrets: RequesterSecrets =
    parameters.secrets ??
    (await (async () => {
      if (draft.existing) throw new TaskExistsError({ taskId })
      const contentKey = generateContentKey()
      const payload = { version: 1, instructions, classes, rules, items } as const
      const sealed = await sealPayload({ chainId, taskRegistry, taskId, contentKey, payload })
      return {
        version: 1,
        kind,
        chainId,
        taskRegistry,
        taskId,
        requester: signer.address,
        salt,
        payloadCid: await store.put(sealed),
        contentKey: bytesToHex(contentKey),
        encryptionSecret: freshEncryptionSecret(),
        goldSalt: freshGoldSalt(kind),
        gold: settlement.gold,
        rules,
      } satisfies RequesterSecrets
    })())
  // Checked before use, so that a damaged file is found now and not when the gold must open.
  assertRequesterSecrets(secrets)
  const payloadDigest = digestOfCid(secrets.payloadCid)
  await parameters.onSecrets?.(secrets)

  const settlementData = termsOf(settlement, { keyIds, secrets, gold })
  const sent = await sendTask(client, { draft, task: parameters, payloadDigest, settlementData })
  return { ...sent, taskId, payloadCid: secrets.payloadCid, secrets }
}

function termsOf(
  settlement: SettlementParameters,
  { keyIds, secrets, gold }: { keyIds: ReturnType<typeof keyIdsFor>; secrets: RequesterSecrets; gold: PackedGold },
): Hex {
  const encryptionKey = requesterKeys(secrets).publicKey
  const shared = { rules: encodeRules(settlement.rules), encryptionKey, legalityKeyId: keyIds.legality }
  if (settlement.kind === 'open-gold') {
    const { kind, commitBy, openBy, proveBy } = settlement
    const goldCommitment = openGoldCommitment({ salt: secrets.goldSalt, ...gold })
    const terms = { ...shared, goldCommitment, agreementKeyId: keyIds.main, commitBy, openBy, proveBy }
    return encodeTerms({ kind, terms })
  }
  const { kind, submitBy, scoreBy } = settlement
  const goldCommitment = hiddenGoldCommitment({ salt: scalarFromHex(secrets.goldSalt, 'goldSalt'), ...gold })
  const { main: scoreKeyId, audit: auditKeyId = zeroHash } = keyIds
  const grading = encodeGrading(settlement.grading)
  return encodeTerms({
    kind,
    terms: { ...shared, goldCommitment, scoreKeyId, auditKeyId, submitBy, scoreBy, grading },
  })
}

/** @throws {GradingInvalidError} */
function assertGrading(settlement: SettlementParameters): void {
  if (settlement.kind !== 'hidden-gold' || !settlement.grading) return
  const field = invalidGradingField(settlement.grading, settlement.rules.thresholdBps)
  if (field) throw new GradingInvalidError({ field })
}

/** What secrets fix must be what is asked for: terms that differ from them would commit to gold nobody can open. */
function assertSameTask(
  secrets: RequesterSecrets,
  asked: Pick<CreateTaskParameters, 'salt' | 'settlement'> & { gold: PackedGold },
): void {
  const { kind, rules } = asked.settlement
  const refuse = (what: string) => {
    throw new SecretsMismatchError({ reason: `they were kept for ${what}` })
  }
  if (secrets.version !== 1) throw new SecretsMismatchError({ reason: 'they are of another version' })
  if (asked.salt && asked.salt.toLowerCase() !== secrets.salt.toLowerCase()) refuse('another salt')
  if (secrets.kind !== kind) refuse('another kind of settlement')
  if (readable(() => encodeRules(secrets.rules)) !== encodeRules(rules)) refuse('other rules')
  const kept = readable(() => packGold(rules, secrets.gold))
  const words = ({ mask, values }: PackedGold) => [...mask, ...values].join()
  if (!kept || words(kept) !== words(asked.gold)) refuse('other gold')
}

/** Secrets come from a file: what cannot be encoded is simply not the same. */
function readable<value>(encode: () => value): value | undefined {
  try {
    return encode()
  } catch {
    return undefined
  }
}

function deadlinesOf(settlement: SettlementParameters): { name: string; at: bigint }[] {
  return settlement.kind === 'open-gold'
    ? [
        { name: 'commitBy', at: settlement.commitBy },
        { name: 'openBy', at: settlement.openBy },
        { name: 'proveBy', at: settlement.proveBy },
      ]
    : [
        { name: 'submitBy', at: settlement.submitBy },
        { name: 'scoreBy', at: settlement.scoreBy },
      ]
}
