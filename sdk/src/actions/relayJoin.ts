import { type Address, bytesToHex, type Hex, isAddressEqual, type LocalAccount, zeroAddress } from 'viem'
import { type ConsensusUnsoundError, generateWorkerKeyPair, type LargestShareOutOfRangeError } from '../core.js'
import type { TermsChangedError } from '../errors/admission.js'
import { AlreadyJoinedError, type TaskNotFoundError } from '../errors/contract.js'
import { JoiningMismatchError, type RelayedGasError } from '../errors/relay.js'
import { findEvent } from '../events/decode.js'
import type { AdmissionBuilder, Joining } from '../gates/index.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { type AgreedTerms, agreedTerms } from './internal/agreed.js'
import {
  connect,
  type ReadParameters,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { assertProvable, type KeyNeedsChallengeError, type UnexpectedKeyError } from './internal/keys.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, type SecretsMismatchError } from './internal/secrets.js'
import { readTask } from './internal/task.js'
import { assertJoinableVoting, type VotingTrust } from './internal/voting.js'
import { contractCall, MAX_RELAY_GAS, type WriteReturnType, write } from './internal/write.js'
import type { WorkerSecrets } from './types.js'

/** A joining that anyone can bring, and nobody can change. Nothing in it is secret. */
export type PreparedJoining = {
  readonly version: 2
  readonly chainId: number
  readonly taskRegistry: Address
  readonly taskId: Hex
  readonly joining: Joining
  /** The gate's evidence, bound to all of the above. */
  readonly admission: Hex
}

export type PrepareJoiningParameters = ReadParameters &
  AgreedTerms &
  VotingTrust & {
    readonly taskId: Hex
    /** The worker's account in this task: fresh, and without any coin, when nobody is to link it with others. */
    readonly worker: LocalAccount
    /** Where the reward goes; bound into every proof. Best as fresh as the worker. */
    readonly payout: Address
    /** What each of the two relayers gets out of the reward, in base units; at most half the reward. */
    readonly relayFee: bigint
    /** Of the task's gate: `semaphoreAdmission`, `worldIdAdmission` or `reputationAdmission`. */
    readonly admission: AdmissionBuilder
    /** Secrets kept from an attempt that was interrupted. */
    readonly secrets?: WorkerSecrets | undefined
    /** Called, and awaited, before the joining is handed over: without them the items can never be read. */
    readonly onSecrets?: ((secrets: WorkerSecrets) => void | Promise<void>) | undefined
  }
export type PrepareJoiningReturnType = { readonly prepared: PreparedJoining; readonly secrets: WorkerSecrets }
export type PrepareJoiningErrorType =
  | TaskNotFoundError
  | TermsChangedError
  | UnexpectedKeyError
  | KeyNeedsChallengeError
  | ConsensusUnsoundError
  | LargestShareOutOfRangeError
  | SecretsMismatchError
  | Error

/**
 * Makes a joining for somebody else to bring: the gate's proof and the worker's consent, bound to worker, payout, encryption key,
 * relay fee and the terms of the task. Sends nothing.
 *
 * @throws {TermsChangedError} when the task has others than `task` or `termsHash` say.
 * @throws {UnexpectedKeyError} when the task pins keys that are not those of its circuits.
 * @throws {ConsensusUnsoundError} when it is a consensus under which a worker that does not look is paid (`assessVoting`).
 *
 * @example
 * import { prepareJoining, relayJoin } from '@veritask/sdk'
 * const { prepared } = await prepareJoining(client, { taskId, worker, payout, relayFee, admission, onSecrets: keepSafe })
 * const { slot } = await relayJoin(relayer, { prepared })
 */
export async function prepareJoining(
  client: VeritaskClient,
  parameters: PrepareJoiningParameters,
): Promise<PrepareJoiningReturnType> {
  const { taskId, worker, payout, relayFee } = parameters
  const deployment = await connect(client, parameters)
  const { chainId } = deployment
  const { taskRegistry } = deployment.contracts
  const task = await readTask(client, deployment, taskId)
  const termsHash = agreedTerms(task, parameters)
  await assertProvable(client, deployment, task)
  assertJoinableVoting(task, parameters)
  if (parameters.secrets) assertSecretsOf(parameters.secrets, { taskId, chainId })
  const secrets = parameters.secrets ?? freshSecrets({ chainId, taskRegistry, taskId, worker: worker.address })
  const joining = { worker: worker.address, payout, encryptionKey: secrets.publicKey, relayFee, termsHash }
  const admission = await parameters.admission({ chainId, gate: task.gate, taskId, joining, signer: worker })
  await parameters.onSecrets?.(secrets)
  return { prepared: { version: 2, chainId, taskRegistry, taskId, joining, admission }, secrets }
}

export type RelayJoinParameters = WriteParameters & {
  readonly prepared: PreparedJoining
  /** The most gas the transaction may take. Default: 3,000,000. */
  readonly maxGas?: bigint | undefined
}
export type RelayJoinReturnType = WriteReturnType & {
  readonly slot: number
  /** Who brought it, and gets the fee: when `found`, maybe another; `undefined` when the worker came itself. */
  readonly relayer: Address | undefined
}
export type RelayJoinErrorType = TermsChangedError | JoiningMismatchError | AlreadyJoinedError | RelayedGasError | Error

/**
 * Brings somebody else's joining. The relayer pays for the transaction and gets the relay fee when the slot is paid.
 *
 * @throws {TermsChangedError} when the task has other terms than the worker agreed to.
 * @throws {JoiningMismatchError} when it is for another chain or registry, or the worker has joined with another payout or fee.
 * @throws {RelayedGasError} when it takes more gas than `maxGas`: the consent of a contract account can take any amount.
 *
 * @example
 * import { relayJoin } from '@veritask/sdk'
 * const { slot } = await relayJoin(client, { prepared })
 */
export async function relayJoin(client: VeritaskClient, parameters: RelayJoinParameters): Promise<RelayJoinReturnType> {
  const { prepared, maxGas = MAX_RELAY_GAS } = parameters
  const { chainId, taskRegistry, taskId, joining, admission } = prepared
  const deployment = await connect(client, parameters)
  if (chainId !== deployment.chainId)
    throw new JoiningMismatchError({ taskId, reason: `it is for chain ${chainId}, not ${deployment.chainId}` })
  if (!isAddressEqual(taskRegistry, deployment.contracts.taskRegistry))
    throw new JoiningMismatchError({ taskId, reason: `it is for the registry ${taskRegistry}` })
  const { worker } = joining

  const { events, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(taskRegistryAbi, taskRegistry, 'join', [taskId, joining, admission], { maxGas }),
    findEffect: async () => {
      const [joined] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'SlotJoined',
        args: { taskId, worker },
      })
      if (!joined) return undefined
      const { slot, encryptionKey, payout, relayFee } = joined.args
      if (encryptionKey.toLowerCase() !== joining.encryptionKey.toLowerCase())
        throw new AlreadyJoinedError({ taskId, worker, slot })
      if (!isAddressEqual(payout, joining.payout) || relayFee !== joining.relayFee)
        throw new JoiningMismatchError({ taskId, reason: `its worker holds slot ${slot} with another payout or fee` })
      return joined.transactionHash
    },
  })
  const joined = findEvent(
    events.filter((event) => event.eventName === 'SlotJoined' && isAddressEqual(event.args.worker, worker)),
    'SlotJoined',
  )!
  const { slot, relayer } = joined.args
  return { ...sent, slot, relayer: isAddressEqual(relayer, zeroAddress) ? undefined : relayer }
}

function freshSecrets(binding: Pick<WorkerSecrets, 'chainId' | 'taskRegistry' | 'taskId' | 'worker'>): WorkerSecrets {
  const { secretKey, publicKey } = generateWorkerKeyPair()
  return { version: 1, ...binding, secretKey: bytesToHex(secretKey), publicKey }
}
