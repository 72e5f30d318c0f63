import {
  type Address,
  bytesToHex,
  encodeAbiParameters,
  erc20Abi,
  type Hash,
  type Hex,
  isAddressEqual,
  keccak256,
  parseAbiParameters,
  zeroAddress,
} from 'viem'
import { readContract } from 'viem/actions'
import {
  assertRules,
  type Cid,
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
  randomBytes,
  sealPayload,
  type ThresholdTooHighError,
  type WrongItemCountError,
} from '../core.js'
import type { Deployment } from '../deployments.js'
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
import type { InsufficientFundsError } from '../errors/submission.js'
import { taskRegistryAbi } from '../generated/abis.js'
import {
  assertOption,
  connect,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { keyIdsFor, type MissingCircuitKeyError } from './internal/keys.js'
import { readLogs } from './internal/logs.js'
import {
  bytesFromHex,
  freshEncryptionSecret,
  freshGoldSalt,
  requesterKeys,
  SecretsMismatchError,
  scalarFromHex,
} from './internal/secrets.js'
import { encodeTerms } from './internal/terms.js'
import { assertItemCount, assertText, checkTask, MAX_TITLE_BYTES } from './internal/validateTask.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { RequesterSecrets } from './types.js'

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
    }

export type CreateTaskParameters = WriteParameters & {
  /** 1 to 128 bytes, public. */
  readonly title: string
  /** What workers must do; encrypted with the items. */
  readonly instructions: string
  /** Display names of the classes, in label order; encrypted with the items. */
  readonly classes?: readonly string[] | undefined
  /** The items in label order: records of the dataset version, each with its Merkle path. */
  readonly items: readonly PayloadItem[]
  readonly datasetVersionId: Hex
  /** Reward token; default: the native coin. */
  readonly token?: Address | undefined
  /** In base units. */
  readonly rewardPerSlot: bigint
  /** Most the protocol fee per slot may be, in base units. Default: what it is now. */
  readonly maxFeePerSlot?: bigint | undefined
  readonly slots: number
  /** Last second at which a slot may be taken. */
  readonly joinBy: bigint
  readonly settlement: SettlementParameters
  /** Where the encrypted payload goes. */
  readonly store: ContentStore
  /** Fixes the task id; default: random. */
  readonly salt?: Hex | undefined
  /** Secrets kept from an attempt that was interrupted: finds that task or creates it. */
  readonly secrets?: RequesterSecrets | undefined
  /** Called, and awaited, before anything is sent: keep them, or the gold can never be opened. */
  readonly onSecrets?: ((secrets: RequesterSecrets) => void | Promise<void>) | undefined
  /** Approve the missing allowance of an ERC-20 first. Default: true. */
  readonly approve?: boolean | undefined
}

export type CreateTaskReturnType = WriteReturnType & {
  readonly taskId: Hex
  readonly payloadCid: Cid
  readonly secrets: RequesterSecrets
}

export type CreateTaskErrorType =
  | TextLengthError
  | RulesInvalidError
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
  | InsufficientFundsError
  | MissingCircuitKeyError
  | SecretsMismatchError
  | TaskExistsError
  | Error

/**
 * Creates a task: encrypts and stores the payload, commits to the gold, and puts the rewards into escrow.
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
  const { title, instructions, classes = [], items, datasetVersionId, rewardPerSlot, slots, joinBy } = parameters
  const { settlement, store, token = zeroAddress } = parameters
  const { rules } = settlement
  assertOption('store', store)

  assertText('title', title, MAX_TITLE_BYTES)
  assertRules(rules)
  assertItemCount(rules, items)
  const gold = packGold(rules, settlement.gold)

  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { taskRegistry } = deployment.contracts
  const chainId = deployment.chainId
  const salt = parameters.secrets?.salt ?? parameters.salt ?? bytesToHex(randomBytes(32))
  const taskId = taskIdOf({ chainId, taskRegistry, requester: signer.address, salt })
  if (parameters.secrets && parameters.secrets.taskId !== taskId)
    throw new SecretsMismatchError({ reason: 'they are for another task, chain or requester' })
  if (parameters.secrets) assertSameTask(parameters.secrets, { salt: parameters.salt, settlement, gold })

  const existing = await findTask(client, deployment, taskId)
  const module = deployment.contracts[settlement.kind === 'open-gold' ? 'openGold' : 'hiddenGold']
  const keyIds = keyIdsFor(deployment, settlement.kind, rules)
  const { deposit, feePerSlot } = existing
    ? { deposit: 0n, feePerSlot: 0n }
    : await checkTask(client, deployment, {
        requester: signer.address,
        token,
        rewardPerSlot,
        maxFeePerSlot: parameters.maxFeePerSlot,
        slots,
        settlement: module,
        datasetVersionId,
        keyIds: Object.values(keyIds),
        deadlines: [{ name: 'joinBy', at: joinBy }, ...deadlinesOf(settlement)],
        items,
      })

  const secrets: RequesterSecrets =
    parameters.secrets ??
    (await (async () => {
      if (existing) throw new TaskExistsError({ taskId })
      const contentKey = generateContentKey()
      const payload = { version: 1, instructions, classes, rules, items } as const
      const sealed = await sealPayload({ chainId, taskRegistry, taskId, contentKey, payload })
      return {
        version: 1,
        kind: settlement.kind,
        chainId,
        taskRegistry,
        taskId,
        requester: signer.address,
        salt,
        payloadCid: await store.put(sealed),
        contentKey: bytesToHex(contentKey),
        encryptionSecret: freshEncryptionSecret(),
        goldSalt: freshGoldSalt(settlement.kind),
        gold: settlement.gold,
        rules,
      } satisfies RequesterSecrets
    })())
  // Checked before use, so that a damaged file is found now and not when the gold must open.
  bytesFromHex(secrets.contentKey, 'contentKey')
  const payloadDigest = digestOfCid(secrets.payloadCid)
  const encryptionKey = requesterKeys(secrets).publicKey
  await parameters.onSecrets?.(secrets)

  const shared = { rules: encodeRules(rules), encryptionKey, legalityKeyId: keyIds.legality }
  const settlementData =
    settlement.kind === 'open-gold'
      ? encodeTerms({
          kind: 'open-gold',
          terms: {
            ...shared,
            goldCommitment: openGoldCommitment({ salt: secrets.goldSalt, ...gold }),
            agreementKeyId: keyIds.main,
            commitBy: settlement.commitBy,
            openBy: settlement.openBy,
            proveBy: settlement.proveBy,
          },
        })
      : encodeTerms({
          kind: 'hidden-gold',
          terms: {
            ...shared,
            goldCommitment: hiddenGoldCommitment({ salt: scalarFromHex(secrets.goldSalt, 'goldSalt'), ...gold }),
            scoreKeyId: keyIds.main,
            submitBy: settlement.submitBy,
            scoreBy: settlement.scoreBy,
          },
        })

  const native = isAddressEqual(token, zeroAddress)
  if (!native && !existing && (parameters.approve ?? true))
    await approve(client, { ...parameters, deployment, token, spender: taskRegistry, amount: deposit })

  const request = {
    salt,
    datasetVersionId,
    payloadDigest,
    title,
    token,
    rewardPerSlot,
    maxFeePerSlot: parameters.maxFeePerSlot ?? feePerSlot,
    slots,
    joinBy,
    settlement: module,
    settlementData,
  }
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, taskRegistry, 'createTask', [request], { value: native ? deposit : 0n }),
    findEffect: async () => {
      const created = await findTask(client, deployment, taskId)
      if (created && created.payloadDigest !== payloadDigest) throw new TaskExistsError({ taskId })
      return created?.hash
    },
  })
  return { ...sent, taskId, payloadCid: secrets.payloadCid, secrets }
}

/**
 * The id a task will have.
 *
 * @example
 * import { taskIdOf } from '@veritask/sdk'
 * const taskId = taskIdOf({ chainId: 31337, taskRegistry, requester, salt })
 */
export function taskIdOf(parameters: {
  readonly chainId: number
  readonly taskRegistry: Address
  readonly requester: Address
  readonly salt: Hex
}): Hex {
  const { chainId, taskRegistry, requester, salt } = parameters
  return keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, bytes32'), [
      BigInt(chainId),
      taskRegistry,
      requester,
      salt,
    ]),
  )
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

async function findTask(client: VeritaskClient, deployment: Deployment, taskId: Hex) {
  const [created] = await readLogs(client, deployment, {
    contract: 'taskRegistry',
    eventName: 'TaskCreated',
    args: { taskId },
  })
  return created && { hash: created.transactionHash, payloadDigest: created.args.payloadDigest }
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

async function approve(
  client: VeritaskClient,
  parameters: WriteParameters & { deployment: Deployment; token: Address; spender: Address; amount: bigint },
): Promise<Hash | undefined> {
  const { deployment, token, spender, amount } = parameters
  const signer = resolveSigner(client, parameters)
  const allowance = await read(() =>
    readContract(client, { address: token, abi: erc20Abi, functionName: 'allowance', args: [signer.address, spender] }),
  )
  if (allowance >= amount) return undefined
  const call = contractCall(erc20Abi, token, 'approve', [spender, amount])
  const { hash } = await write(client, { deployment, signer, call })
  return hash
}
