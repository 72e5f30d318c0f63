import { type Address, bytesToHex, type Hex, isAddressEqual, zeroAddress } from 'viem'
import {
  type ConsensusUnsoundError,
  generateWorkerKeyPair,
  type LargestShareOutOfRangeError,
  workerPublicKeyOf,
} from '../core.js'
import type { Deployment } from '../deployments.js'
import { AdmissionMissingError, RelayFeeTooHighError, type TermsChangedError } from '../errors/admission.js'
import { AlreadyJoinedError, JoinClosedError, type TaskNotFoundError } from '../errors/contract.js'
import type { NotEnoughStakeError } from '../errors/stakes.js'
import { findEvent } from '../events/decode.js'
import type { AdmissionBuilder, AdmissionRequest } from '../gates/index.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { type AgreedTerms, agreedTerms } from './internal/agreed.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { assertProvable, type KeyNeedsChallengeError, type UnexpectedKeyError } from './internal/keys.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, bytesFromHex, SecretsMismatchError } from './internal/secrets.js'
import { findSlotOf, readTask } from './internal/task.js'
import { assertFreeStake } from './internal/validateTask.js'
import { assertJoinableVoting, type VotingTrust } from './internal/voting.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { TaskState, WorkerSecrets } from './types.js'

/** The gate's evidence, ABI-encoded, or how to make it once the whole joining is known. */
export type Admission = Hex | AdmissionBuilder

export type JoinTaskParameters = WriteParameters &
  AgreedTerms &
  VotingTrust & {
    readonly taskId: Hex
    /** Where the reward goes; bound into every proof. Default: the account that joins. */
    readonly payout?: Address | undefined
    /** What the task's gate asks for; nothing when it is open to every account. */
    readonly admission?: Admission | undefined
    /** What each relayer of the slot gets, in base units; at most half the reward. Default: nothing. */
    readonly relayFee?: bigint | undefined
    /** Secrets kept from an attempt that was interrupted. */
    readonly secrets?: WorkerSecrets | undefined
    /** Called, and awaited, before anything is sent: without them the items can never be read. */
    readonly onSecrets?: ((secrets: WorkerSecrets) => void | Promise<void>) | undefined
  }
export type JoinTaskReturnType = WriteReturnType & {
  readonly slot: number
  readonly payout: Address
  /** The terms it was joined under. */
  readonly termsHash: Hex
  /** What the slot locks of the worker's stake, in base units. */
  readonly stake: bigint
  readonly secrets: WorkerSecrets
}
export type JoinTaskErrorType =
  | TaskNotFoundError
  | TermsChangedError
  | JoinClosedError
  | UnexpectedKeyError
  | KeyNeedsChallengeError
  | ConsensusUnsoundError
  | LargestShareOutOfRangeError
  | AlreadyJoinedError
  | AdmissionMissingError
  | RelayFeeTooHighError
  | NotEnoughStakeError
  | SecretsMismatchError
  | Error

/**
 * Takes the next slot of a task, with a fresh X25519 key to which the requester will wrap the content key. Where the task asks for
 * a stake, it is locked out of the worker's free stake (`depositStake`). The chain takes it only while the task has the terms that
 * were agreed to: those of `task` or `termsHash` as they were shown, else those it has as this call begins.
 *
 * @throws {TermsChangedError} when it has others, for example after a reorganization.
 * @throws {UnexpectedKeyError} when the task pins keys that are not those of its circuits.
 * @throws {ConsensusUnsoundError} when it is a consensus under which a worker that does not look is paid (`assessVoting`).
 *
 * @example
 * import { getTask, joinTask } from '@veritask/sdk'
 * const task = await getTask(client, { taskId }) // show its reward, stake and terms
 * const { slot, secrets } = await joinTask(client, { taskId, task, onSecrets: (secrets) => keepSafe(secrets) })
 */
export async function joinTask(client: VeritaskClient, parameters: JoinTaskParameters): Promise<JoinTaskReturnType> {
  const { taskId, relayFee = 0n } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const payout = parameters.payout ?? signer.address
  const task = await readTask(client, deployment, taskId)

  if (parameters.secrets) assertSecretsOf(parameters.secrets, { taskId, chainId: deployment.chainId })
  const secrets =
    parameters.secrets ?? freshSecrets(deployment.chainId, deployment.contracts.taskRegistry, taskId, signer.address)
  if (workerPublicKeyOf(bytesFromHex(secrets.secretKey, 'secretKey')) !== secrets.publicKey.toLowerCase())
    throw new SecretsMismatchError({ reason: 'the public key is not that of the secret key' })

  const taken = await findSlotOf(client, deployment, taskId, signer.address)
  // First: another task need not have anything of what was agreed.
  const termsHash = taken === undefined ? agreedTerms(task, parameters) : task.termsHash
  if (taken === undefined) {
    const reason = closedBecause(task)
    if (reason) throw new JoinClosedError({ taskId, reason })
    await assertProvable(client, deployment, task)
    assertJoinableVoting(task, parameters)
    await assertAdmissible(client, deployment, task, { ...parameters, worker: signer.address })
    await parameters.onSecrets?.(secrets)
  }
  const { taskRegistry } = deployment.contracts
  const joining = { worker: signer.address, payout, encryptionKey: secrets.publicKey, relayFee, termsHash }
  const request = { chainId: deployment.chainId, taskId, gate: task.gate, joining }
  // Evidence may take a proof to make: not for a slot that is taken already.
  const admission = taken === undefined ? await admissionOf(parameters.admission, request) : '0x'

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, taskRegistry, 'join', [taskId, joining, admission]),
    findEffect: async () => {
      const [joined] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'SlotJoined',
        args: { taskId, worker: signer.address },
      })
      if (joined && joined.args.encryptionKey !== secrets.publicKey)
        throw new AlreadyJoinedError({ taskId, worker: signer.address, slot: joined.args.slot })
      return joined?.transactionHash
    },
  })
  const joined = findEvent(
    events.filter((event) => event.eventName === 'SlotJoined' && event.args.worker === signer.address),
    'SlotJoined',
  )!
  const { slot } = joined.args
  return { ...sent, slot, payout: joined.args.payout, termsHash, stake: task.stakePerSlot, secrets }
}

function freshSecrets(chainId: number, taskRegistry: Address, taskId: Hex, worker: Address): WorkerSecrets {
  const { secretKey, publicKey } = generateWorkerKeyPair()
  return { version: 1, chainId, taskRegistry, taskId, worker, secretKey: bytesToHex(secretKey), publicKey }
}

async function admissionOf(admission: Admission | undefined, request: AdmissionRequest): Promise<Hex> {
  return (typeof admission === 'function' ? await admission(request) : admission) ?? '0x'
}

/** What the registry would refuse of a worker, refused first. */
async function assertAdmissible(
  client: VeritaskClient,
  deployment: Deployment,
  { taskId, gate, token, rewardPerSlot, stakePerSlot }: TaskState,
  { admission, relayFee = 0n, worker }: Pick<JoinTaskParameters, 'admission' | 'relayFee'> & { worker: Address },
): Promise<void> {
  const open = isAddressEqual(gate, zeroAddress)
  const maxRelayFee = open ? 0n : rewardPerSlot / 2n
  if (relayFee < 0n || relayFee > maxRelayFee) throw new RelayFeeTooHighError({ relayFee, maxRelayFee })
  if (stakePerSlot > 0n) await assertFreeStake(client, deployment, { account: worker, token, required: stakePerSlot })
  // A gate that looks at the account alone asks for nothing, and says so itself.
  if (!open && admission === undefined && !isAddressEqual(gate, deployment.gates.staked ?? zeroAddress))
    throw new AdmissionMissingError({ taskId, gate: gateName(deployment, gate) })
}

function gateName(deployment: Deployment, gate: Address): string {
  const named = Object.entries(deployment.gates).find(([, address]) => isAddressEqual(address, gate))
  return named ? `"${named[0]}"` : gate
}

function closedBecause(task: TaskState): string | undefined {
  if (task.unfilledReturned) return 'its free slots went back to the requester'
  if (task.timestamp > task.joinBy) return `joining ended at ${task.joinBy} and the chain is at ${task.timestamp}`
  if (task.joined === task.slots) return 'every slot is taken'
  if (task.kind === 'consensus' && task.joined >= task.progress.slotLimit) return 'the slots of this round are taken'
  if (task.halted) return 'a verifier key it pinned is frozen'
  return undefined
}
