import { type Address, bytesToHex, type Hex } from 'viem'
import { generateWorkerKeyPair, workerPublicKeyOf } from '../core.js'
import { AlreadyJoinedError, JoinClosedError, type TaskNotFoundError } from '../errors/contract.js'
import { findEvent } from '../events/decode.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { assertProvable, type UnexpectedKeyError } from './internal/keys.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, bytesFromHex, SecretsMismatchError } from './internal/secrets.js'
import { findSlotOf, readTask } from './internal/task.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { WorkerSecrets } from './types.js'

export type JoinTaskParameters = WriteParameters & {
  readonly taskId: Hex
  /** Where the reward goes; bound into every proof. Default: the account that joins. */
  readonly payout?: Address | undefined
  /** Secrets kept from an attempt that was interrupted. */
  readonly secrets?: WorkerSecrets | undefined
  /** Called, and awaited, before anything is sent: without them the items can never be read. */
  readonly onSecrets?: ((secrets: WorkerSecrets) => void | Promise<void>) | undefined
}
export type JoinTaskReturnType = WriteReturnType & {
  readonly slot: number
  readonly payout: Address
  readonly secrets: WorkerSecrets
}
export type JoinTaskErrorType =
  | TaskNotFoundError
  | JoinClosedError
  | UnexpectedKeyError
  | AlreadyJoinedError
  | SecretsMismatchError
  | Error

/**
 * Takes the next slot of a task, with a fresh X25519 key to which the requester will wrap the content key.
 *
 * @throws {UnexpectedKeyError} when the task pins keys that are not those of its circuits.
 *
 * @example
 * import { joinTask } from '@veritask/sdk'
 * const { slot, secrets } = await joinTask(client, { taskId, onSecrets: (secrets) => keepSafe(secrets) })
 */
export async function joinTask(client: VeritaskClient, parameters: JoinTaskParameters): Promise<JoinTaskReturnType> {
  const { taskId } = parameters
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
  if (taken === undefined) {
    const reason = closedBecause(task)
    if (reason) throw new JoinClosedError({ taskId, reason })
    assertProvable(deployment, task)
    await parameters.onSecrets?.(secrets)
  }

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'join', [taskId, payout, secrets.publicKey]),
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
  return { ...sent, slot: joined.args.slot, payout: joined.args.payout, secrets }
}

function freshSecrets(chainId: number, taskRegistry: Address, taskId: Hex, worker: Address): WorkerSecrets {
  const { secretKey, publicKey } = generateWorkerKeyPair()
  return { version: 1, chainId, taskRegistry, taskId, worker, secretKey: bytesToHex(secretKey), publicKey }
}

function closedBecause(task: Awaited<ReturnType<typeof readTask>>): string | undefined {
  if (task.unfilledReturned) return 'its free slots went back to the requester'
  if (task.timestamp > task.joinBy) return `joining ended at ${task.joinBy} and the chain is at ${task.timestamp}`
  if (task.joined === task.slots) return `all ${task.slots} slots are taken`
  if (task.halted) return 'a verifier key it pinned is frozen'
  return undefined
}
