import type { Address, Hex } from 'viem'
import { readContract } from 'viem/actions'
import { leanRoot, reputationCommitment, reputationLeaf, type SecretInput, secretField } from '../core.js'
import type { Deployment } from '../deployments.js'
import type { NotWorkerError, TaskNotFoundError } from '../errors/contract.js'
import { ReputationTreeMismatchError } from '../errors/reputation.js'
import { type RecordedSlot, reputationBlinding } from '../gates/index.js'
import { reputationRegistryAbi } from '../generated/abis.js'
import {
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { slotNumberOf } from './internal/task.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type RecordReputationParameters = WriteParameters & {
  readonly taskId: Hex
  /** The worker's, the same for everything that is to count together: drawn once by `randomSalt`, and kept. */
  readonly secret: SecretInput
  /** 1 to 3 when the registry has the leaf already: somebody copied the commitment. Default: 0. */
  readonly attempt?: number | undefined
}
export type RecordReputationReturnType = WriteReturnType & { readonly slot: number; readonly commitment: bigint }
export type RecordReputationErrorType = TaskNotFoundError | NotWorkerError | Error

/**
 * Records the caller's accepted slot in its requester's tree, under a commitment that hides the secret.
 *
 * @example
 * import { recordReputation } from '@veritask/sdk'
 * await recordReputation(client, { taskId, secret })
 */
export async function recordReputation(
  client: VeritaskClient,
  parameters: RecordReputationParameters,
): Promise<RecordReputationReturnType> {
  const { taskId, attempt } = parameters
  const secret = secretField(parameters.secret, 'The reputation secret')
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const slot = await slotNumberOf(client, deployment, taskId, signer.address)
  const commitment = reputationCommitment({ secret, blinding: reputationBlinding({ secret, taskId, slot, attempt }) })

  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(reputationRegistryAbi, deployment.contracts.reputationRegistry, 'record', [
      taskId,
      slot,
      commitment,
    ]),
    findEffect: async () => {
      const [recorded] = await readLogs(client, deployment, {
        contract: 'reputationRegistry',
        eventName: 'ReputationRecorded',
        args: { taskId, slot },
      })
      // Under another secret it is not this record: the registry says that there is one.
      return recorded?.args.commitment === commitment ? recorded.transactionHash : undefined
    },
  })
  return { ...sent, slot, commitment }
}

export type ReadReputationParameters = ReadParameters & { readonly requester: Address }
export type ReadReputationReturnType = readonly RecordedSlot[]

export type ReadReputationErrorType = ReputationTreeMismatchError | Error

/** Tasks asked about in one query of logs. */
const TASKS_PER_QUERY = 100

/**
 * The tree of a requester's accepted slots: every record, in order, with the account that made it. The leaves are hashed again
 * and must give the root that the registry has: a node that leaves some out would show a worker fewer to hide among.
 *
 * @throws {@link ReputationTreeMismatchError}
 *
 * @example
 * import { readReputation } from '@veritask/sdk'
 * const recorded = await readReputation(client, { requester })
 */
export async function readReputation(
  client: VeritaskClient,
  parameters: ReadReputationParameters,
): Promise<ReadReputationReturnType> {
  const { requester } = parameters
  return readTree(client, await connect(client, parameters), requester)
}

/** {@link readReputation} where the deployment is known. */
export async function readTree(
  client: VeritaskClient,
  deployment: Deployment,
  requester: Address,
): Promise<ReadReputationReturnType> {
  const address = deployment.contracts.reputationRegistry
  // Before the logs: what is recorded in between comes after these leaves.
  const [root, size] = await read(() =>
    readContract(client, { address, abi: reputationRegistryAbi, functionName: 'treeOf', args: [requester] }),
  )
  const events = await readLogs(client, deployment, {
    contract: 'reputationRegistry',
    eventName: 'ReputationRecorded',
    args: { requester },
  })
  const recorded = events.map(({ args }) => args).filter(({ index }) => index < size)
  const leaves = recorded.map(({ commitment, scoreBps }) => reputationLeaf({ commitment, scoreBps }))
  const whole =
    BigInt(recorded.length) === size &&
    recorded.every(({ index, leaf }, place) => index === BigInt(place) && leaf === leaves[place]) &&
    (leanRoot(leaves) ?? 0n) === root
  if (!whole) throw new ReputationTreeMismatchError({ requester, leaves: recorded.length, size: Number(size) })

  const workers = await readWorkers(client, deployment, [...new Set(recorded.map(({ taskId }) => taskId))])
  return recorded.map(({ taskId, slot, commitment, scoreBps, leaf }) => {
    const worker = workers.get(`${taskId}/${slot}`)
    if (!worker) throw new ReputationTreeMismatchError({ requester, leaves: recorded.length, size: Number(size) })
    return { taskId, slot, worker, commitment, scoreBps, leaf }
  })
}

/** Who took each slot of these tasks. */
async function readWorkers(
  client: VeritaskClient,
  deployment: Deployment,
  taskIds: readonly Hex[],
): Promise<ReadonlyMap<string, Address>> {
  const workers = new Map<string, Address>()
  for (let from = 0; from < taskIds.length; from += TASKS_PER_QUERY) {
    const joined = await readLogs(client, deployment, {
      contract: 'taskRegistry',
      eventName: 'SlotJoined',
      args: { taskId: taskIds.slice(from, from + TASKS_PER_QUERY) },
    })
    for (const { args } of joined) workers.set(`${args.taskId}/${args.slot}`, args.worker)
  }
  return workers
}
