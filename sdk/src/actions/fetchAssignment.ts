import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import {
  type Cid,
  type ContentKeyUnwrapError,
  type ContentReader,
  cidFromDigest,
  type DatasetProofMismatchError,
  encodeRules,
  itemOrder,
  itemOrderSeed,
  openPayload,
  type PayloadAuthenticationError,
  type PayloadItem,
  PayloadMalformedError,
  type Rules,
  unwrapContentKey,
} from '../core.js'
import { BaseError } from '../errors/base.js'
import { NotWorkerError, type TaskNotFoundError } from '../errors/contract.js'
import { datasetRegistryAbi } from '../generated/abis.js'
import { assertOption, connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, bytesFromHex, type SecretsMismatchError } from './internal/secrets.js'
import { assertLabelTask, findSlotOf, readTask } from './internal/task.js'
import type { WorkerSecrets } from './types.js'

/** The requester has not wrapped the content key to this worker yet. */
export class ContentKeyNotWrappedError extends BaseError {
  override name = 'ContentKeyNotWrappedError'
  constructor({ taskId, slot }: { taskId: Hex; slot: number }) {
    super(`The content key of task ${taskId} is not wrapped to slot ${slot} yet.`, {
      metaMessages: ['Wait for the requester; slots whose requester stays silent are settled after the deadlines.'],
    })
  }
}

export type FetchAssignmentParameters = ReadParameters & {
  readonly taskId: Hex
  readonly secrets: WorkerSecrets
  /** Where the encrypted payload is. */
  readonly store: ContentReader
  readonly signal?: AbortSignal | undefined
}
export type FetchAssignmentReturnType = {
  readonly slot: number
  readonly payloadCid: Cid
  readonly rules: Rules
  readonly instructions: string
  readonly classes: readonly string[]
  /** In label order; each is proven to be a record of the task's dataset version. */
  readonly items: readonly PayloadItem[]
  /** In which order this worker is to see them: `items[order[0]]` first. Every worker has its own. */
  readonly order: readonly number[]
}
export type FetchAssignmentErrorType =
  | TaskNotFoundError
  | NotWorkerError
  | ContentKeyNotWrappedError
  | ContentKeyUnwrapError
  | PayloadAuthenticationError
  | PayloadMalformedError
  | DatasetProofMismatchError
  | SecretsMismatchError
  | Error

/**
 * A worker's items: unwraps the content key, fetches the payload by its CID, decrypts it, and checks every item against the
 * dataset root on the chain.
 *
 * @example
 * import { fetchAssignment } from '@veritask/sdk'
 * const { items, instructions } = await fetchAssignment(client, { taskId, secrets, store })
 */
export async function fetchAssignment(
  client: VeritaskClient,
  parameters: FetchAssignmentParameters,
): Promise<FetchAssignmentReturnType> {
  const { taskId, secrets, store, signal } = parameters
  assertOption('store', store)
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  assertLabelTask(task)
  const slot = await findSlotOf(client, deployment, taskId, secrets.worker)
  if (slot === undefined) throw new NotWorkerError({ taskId, caller: secrets.worker })

  const [wrapped, root] = await Promise.all([
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'ContentKeyWrapped', args: { taskId, slot } }),
    read(() =>
      readContract(client, {
        address: deployment.contracts.datasetRegistry,
        abi: datasetRegistryAbi,
        functionName: 'rootOf',
        args: [task.datasetVersionId],
      }),
    ),
  ])
  // A later wrapping supersedes the earlier.
  const latest = wrapped.at(-1)
  if (!latest) throw new ContentKeyNotWrappedError({ taskId, slot })

  const binding = { chainId: deployment.chainId, taskRegistry: deployment.contracts.taskRegistry, taskId }
  const contentKey = await unwrapContentKey({
    ...binding,
    payloadDigest: task.payloadDigest,
    workerKey: secrets.publicKey,
    workerSecretKey: bytesFromHex(secrets.secretKey, 'secretKey'),
    wrappedKey: latest.args.wrappedKey,
  })
  const payloadCid = cidFromDigest(task.payloadDigest)
  const sealed = await store.get(payloadCid, signal ? { signal } : {})
  const payload = await openPayload({ ...binding, contentKey, sealed, root })
  if (encodeRules(payload.rules) !== task.terms.rules)
    throw new PayloadMalformedError('its rules are not those the task was created with')
  if (payload.items.length !== task.rules.itemCount)
    throw new PayloadMalformedError(`it has ${payload.items.length} items and the task has ${task.rules.itemCount}`)
  const { rules, instructions, classes, items } = payload
  // The first wrapping counts, so that a later one does not turn the worker's items round.
  const order = itemOrder(itemOrderSeed({ taskId, slot, wrappedKey: wrapped[0]!.args.wrappedKey }), items.length)
  return { slot, payloadCid, rules, instructions, classes, items, order }
}
