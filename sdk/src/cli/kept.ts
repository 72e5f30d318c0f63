import { type Hex, sha256, toHex } from 'viem'
import type { LabelSecrets, RequesterSecrets, WorkerSecrets } from '../actions/index.js'
import { type Context, readText } from './context.js'

/** Names under which the vault keeps the secrets of tasks. */
export const requesterName = (taskId: Hex) => `requester-${taskId}`
export const WORKER_PREFIX = 'worker-'
export const workerName = (taskId: Hex, worker: Hex) => `${WORKER_PREFIX}${taskId}-${worker}`
export const submissionName = (taskId: Hex, worker: Hex) => `submission-${taskId}-${worker}`
/** One entry per commitment: another attempt never overwrites the salt of one that may be on the chain. */
const labelsPrefix = (taskId: Hex, worker: Hex) => `labels-${taskId}-${worker}`
export const labelsName = (taskId: Hex, worker: Hex, commitment: Hex) => `${labelsPrefix(taskId, worker)}-${commitment}`

export const requesterSecrets = (context: Context, taskId: Hex) =>
  context.vault().get<RequesterSecrets>(requesterName(taskId), `requester secrets of task ${taskId}`)

export const workerSecrets = (context: Context, taskId: Hex, worker: Hex) =>
  context.vault().get<WorkerSecrets>(workerName(taskId, worker), `worker secrets of ${worker} for task ${taskId}`)

/** Every set of labels that was ever to be committed. */
export async function keptLabels(context: Context, taskId: Hex, worker: Hex): Promise<LabelSecrets[]> {
  const vault = context.vault()
  const names = await vault.names(labelsPrefix(taskId, worker))
  const kept = await Promise.all(names.map((name) => vault.find<LabelSecrets>(name)))
  return kept.filter((entry) => entry !== undefined)
}

/**
 * Where it is kept which task a file has made: of the very file, and of whatever else is in its task and not in its text, since
 * kept secrets are only good for that.
 */
export async function pendingTaskName(context: Context, file: string, rest: unknown): Promise<string> {
  const { chainId, contracts } = await context.deployment()
  const text = await readText(file, 'Give the task file.')
  const input = JSON.stringify([chainId, contracts.taskRegistry.toLowerCase(), text, rest])
  return `pending-task-${await context.address()}-${sha256(toHex(input))}`
}
