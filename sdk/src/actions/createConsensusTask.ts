import { type Address, bytesToHex, type Hex, zeroAddress, zeroHash } from 'viem'
import { seedCommitment } from '../consensus/secrets.js'
import {
  assertClassNames,
  assertRules,
  assertSoundVoting,
  type Cid,
  type ClassNamesInvalidError,
  type ConsensusUnsoundError,
  type ContentStore,
  circuitNameFor,
  digestOfCid,
  encodeRules,
  generateContentKey,
  type LargestShareOutOfRangeError,
  type PayloadItem,
  type ScalarRules,
  sealPayload,
} from '../core.js'
import { TaskExistsError } from '../errors/contract.js'
import { GradingInvalidError } from '../errors/disputes.js'
import { assertOption, connect, latestTime, resolveSigner, type VeritaskClient } from './internal/context.js'
import { draftTask, freshTaskSalt, sendTask, type TaskParameters, taskIdOf } from './internal/createTask.js'
import { keyOf } from './internal/keys.js'
import {
  assertRequesterSecrets,
  freshEncryptionSecret,
  freshGoldSalt,
  requesterKeys,
  SecretsMismatchError,
} from './internal/secrets.js'
import { encodeGrading, encodeTerms, invalidGradingField } from './internal/terms.js'
import { assertItemCount, assertText, MAX_TITLE_BYTES } from './internal/validateTask.js'
import type { WriteReturnType } from './internal/write.js'
import type { Grading, RequesterSecrets } from './types.js'

const KIND = 'consensus'
/** Longest name and licence of a dataset, in bytes. */
const MAX_NAME_BYTES = 128
const MAX_LICENCE_BYTES = 64

/** How a task that starts small grows. */
export type AdaptiveRounds = {
  /** Slots of the first round. */
  readonly firstSlots: number
  /** Slots of each later round. */
  readonly stepSlots: number
  /** Agreement at which no further round follows, in basis points of all counted votes. */
  readonly agreementBoundBps: number
}

export type CreateConsensusTaskParameters = Omit<TaskParameters, 'joinBy'> & {
  readonly instructions: string
  readonly classes?: readonly string[] | undefined
  readonly items: readonly PayloadItem[]
  /** `distance`, goldCount 0, tolerance 0, `max` 1 to 3; capacity 64 for up to 7 slots, else 256. */
  readonly rules: ScalarRules
  /** Seconds of each round to join, to commit, to deliver and to prove. */
  readonly windows: {
    readonly join: number
    readonly commit: number
    readonly deliver: number
    readonly settle: number
  }
  /** Default: all slots in one round. */
  readonly rounds?: AdaptiveRounds | undefined
  /** Who may send the proofs of the majority; default: the requester. It needs the requester's secrets besides. */
  readonly aggregator?: Address | undefined
  /** Whose consensus history weighs the votes; default: one worker, one vote. */
  readonly historyOf?: Address | undefined
  /** 1 to 3: each worker gets each item with probability 2^-assignmentShift. Default 0: every worker gets all. */
  readonly assignmentShift?: number | undefined
  /**
   * Share of the items that the most common class has, in basis points: its fair share or more. Default: twice that, at most 60 %.
   * With one class far more common than the others, a worker that never looks agrees often: the threshold has to be higher.
   */
  readonly largestShareBps?: number | undefined
  /**
   * Takes parameters under which a worker that does not look is paid, or one vote outweighs the rest: for tasks that only
   * workers can join whom the requester trusts to look. Default: false, which refuses them.
   */
  readonly unsafeVoting?: boolean | undefined
  /** What an agreement that passes earns. Default: all of the reward. */
  readonly grading?: Grading | undefined
  /** The dataset that the consensus becomes. */
  readonly publication: {
    readonly name: string
    readonly schemaHash: Hex
    readonly manifestDigest: Hex
    readonly licence: string
  }
  readonly store: ContentStore
  /** Secrets kept from an attempt that was interrupted. */
  readonly secrets?: RequesterSecrets | undefined
  /** Called, and awaited, before anything is sent: without them nobody can prove the consensus. */
  readonly onSecrets?: ((secrets: RequesterSecrets) => void | Promise<void>) | undefined
}
export type CreateConsensusTaskReturnType = WriteReturnType & {
  readonly taskId: Hex
  readonly payloadCid: Cid
  readonly secrets: RequesterSecrets
}
export type CreateConsensusTaskErrorType =
  | ClassNamesInvalidError
  | ConsensusUnsoundError
  | LargestShareOutOfRangeError
  | GradingInvalidError
  | SecretsMismatchError
  | TaskExistsError
  | Error

/**
 * Creates a task whose workers are measured by each other: several label the same items, the aggregator proves the majority.
 * Whoever holds the secrets is the aggregator.
 *
 * A worker is measured by a majority in which its own vote counts, and ties go to the lowest class. Parameters under which
 * always giving the most common answer is paid are refused: see `assessVoting`.
 *
 * @throws {@link ConsensusUnsoundError}, {@link LargestShareOutOfRangeError}
 *
 * @example
 * import { createConsensusTask } from '@veritask/sdk'
 * const { taskId, secrets } = await createConsensusTask(client, {
 *   title: 'Duck or not?', instructions: 'Is it a mallard?', items, datasetVersionId, rewardPerSlot: 10n ** 16n, slots: 7,
 *   rules: { kind: 'distance', capacity: 64, itemCount: 64, goldCount: 0, thresholdBps: 8000, max: 1, tolerance: 0 },
 *   windows: { join: 3600, commit: 3600, deliver: 3600, settle: 3600 },
 *   publication: { name: 'Ducks by consensus', schemaHash, manifestDigest, licence: 'CC0-1.0' },
 *   store, onSecrets: (secrets) => keepSafe(secrets),
 * })
 */
export async function createConsensusTask(
  client: VeritaskClient,
  parameters: CreateConsensusTaskParameters,
): Promise<CreateConsensusTaskReturnType> {
  const { title, instructions, classes = [], items, rules, windows, store, slots, publication, grading } = parameters
  const { assignmentShift = 0, historyOf = zeroAddress } = parameters
  const rounds = parameters.rounds ?? { firstSlots: slots, stepSlots: 0, agreementBoundBps: 0 }
  assertOption('store', store)
  assertText('title', title, MAX_TITLE_BYTES)
  assertText('name', publication.name, MAX_NAME_BYTES)
  assertText('licence', publication.licence, MAX_LICENCE_BYTES)
  assertRules(rules)
  assertClassNames(rules, classes)
  assertItemCount(rules, items)
  const invalid = grading && invalidGradingField(grading, rules.thresholdBps)
  if (invalid) throw new GradingInvalidError({ field: invalid })
  if (!parameters.unsafeVoting)
    assertSoundVoting({
      firstSlots: rounds.firstSlots,
      itemCount: rules.itemCount,
      classes: rules.max + 1,
      thresholdBps: rules.thresholdBps,
      assignmentShift,
      weighted: historyOf !== zeroAddress,
      largestShareBps: parameters.largestShareBps,
    })

  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { chainId, contracts } = deployment
  const { taskRegistry } = contracts
  const salt = parameters.secrets?.salt ?? parameters.salt ?? freshTaskSalt()
  const taskId = taskIdOf({ chainId, taskRegistry, requester: signer.address, salt })
  if (parameters.secrets && (parameters.secrets.taskId !== taskId || parameters.secrets.kind !== KIND))
    throw new SecretsMismatchError({ reason: 'they are for another task, chain, requester or kind' })

  const named = (circuit: string, used: boolean) => (used ? keyOf(deployment, circuit) : zeroHash)
  const whole = rules.capacity === 64
  const keyIds = {
    legalityKeyId: keyOf(deployment, circuitNameFor('legality', rules)),
    consensusKeyId: named('consensus-64', whole),
    tallyKeyId: named('tally-256', !whole),
    decideKeyId: named('decide-256', !whole),
    agreeKeyId: named('agree-256', !whole),
  }
  const later = rounds.stepSlots === 0 ? 0 : Math.ceil((slots - rounds.firstSlots) / rounds.stepSlots)
  const cycle = windows.join + windows.commit + windows.deliver + windows.settle
  // The contract takes no later end of joining than the windows give from its block on.
  const joinBy = (await latestTime(client)) + BigInt(later * cycle + windows.join)
  const task: TaskParameters = { ...parameters, joinBy, salt }
  const draft = await draftTask(client, {
    deployment,
    task,
    kind: KIND,
    salt,
    checks: {
      keyIds: Object.values(keyIds).filter((keyId) => keyId !== zeroHash),
      deadlines: [{ name: 'joinBy', at: joinBy }],
      windows: Object.entries(windows).map(([name, seconds]) => ({ name, seconds })),
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
        kind: KIND,
        chainId,
        taskRegistry,
        taskId,
        requester: signer.address,
        salt,
        payloadCid: await store.put(sealed),
        contentKey: bytesToHex(contentKey),
        encryptionSecret: freshEncryptionSecret(),
        goldSalt: freshGoldSalt(KIND),
        gold: [],
        rules,
      } satisfies RequesterSecrets
    })())
  assertRequesterSecrets(secrets)
  await parameters.onSecrets?.(secrets)

  const { secretKey, publicKey } = requesterKeys(secrets)
  const settlementData = encodeTerms({
    kind: KIND,
    terms: {
      rules: encodeRules(rules),
      encryptionKey: publicKey,
      aggregator: parameters.aggregator ?? zeroAddress,
      ...keyIds,
      historyOf,
      assignmentShift,
      seedCommitment: assignmentShift === 0 ? zeroHash : seedCommitment(secretKey, taskId),
      ...rounds,
      joinWindow: windows.join,
      commitWindow: windows.commit,
      deliverWindow: windows.deliver,
      settleWindow: windows.settle,
      grading: encodeGrading(grading),
      publication,
    },
  })
  const payloadDigest = digestOfCid(secrets.payloadCid)
  const sent = await sendTask(client, { draft, task, payloadDigest, settlementData })
  return { ...sent, taskId, payloadCid: secrets.payloadCid, secrets }
}
