import type { Hex } from 'viem'
import { getBlockNumber } from 'viem/actions'
import type { ContentReader } from '../core.js'
import type { Deployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import type { TaskNotFoundError } from '../errors/contract.js'
import type { ReleaseManifest } from '../proving/types.js'
import { getTaskEvents } from './getTask.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'
import { createReport, type Standing, type TaskCheck, type TaskCheckName } from './internal/report/checks.js'
import { checkContents } from './internal/report/contents.js'
import { checkKeys } from './internal/report/keys.js'
import { checkEscrow } from './internal/report/money.js'
import { checkSettlement } from './internal/report/settlement.js'
import { checkSlot } from './internal/report/slots.js'
import { checkTerms } from './internal/report/terms.js'
import { readSlot, readTask } from './internal/task.js'
import type { TaskState } from './types.js'

export type { TaskCheck, TaskCheckName }

/** The task moved on each time it was read: what was read does not belong together. */
export class TaskMovedError extends BaseError {
  override name = 'TaskMovedError'
  constructor({ taskId }: { taskId: Hex }) {
    super(`Task ${taskId} moved while it was read, each time.`, {
      metaMessages: ['Verify it again in a moment: its events and its state must be of the same block.'],
    })
  }
}

export type VerifyTaskParameters = ReadParameters & {
  readonly taskId: Hex
  /** Where the manifest and the payload may be kept. Without one they are not looked at, and the checks say so. */
  readonly store?: ContentReader | undefined
  /** As in `verifyReceipt`: whose keys are known to say what they say. Default: this release's; `null` leaves the check out. */
  readonly manifest?: ReleaseManifest | null | undefined
  /** Called before each part, of which a task has a few and one per slot. */
  readonly onProgress?:
    | ((progress: { readonly done: number; readonly of: number; readonly what: string }) => void)
    | undefined
}

export type VerifyTaskReturnType = {
  /** True when no check failed. What was skipped, and `notProven`, is not shown by that. */
  readonly valid: boolean
  readonly checks: readonly TaskCheck[]
  /** What nothing that was checked shows, a sentence each. */
  readonly notProven: readonly string[]
  readonly task: Pick<
    TaskState,
    'taskId' | 'kind' | 'phase' | 'requester' | 'slots' | 'joined' | 'ended' | 'token' | 'escrow'
  > & {
    /** Untrusted text of the requester. */
    readonly title: string
    /** Sums over the slots, in base units. */
    readonly rewardPaid: bigint
    readonly returned: bigint
  }
}
export type VerifyTaskErrorType = TaskNotFoundError | TaskMovedError | Error

/** Parts of a report besides its slots. */
const PARTS = ['terms', 'contents', 'keys', 'settlement'] as const
/** How often state and events are read anew when the task moves in between. */
const ATTEMPTS = 3

/**
 * Checks everything behind a task: its terms and their hash, the contents that the chain names, its keys, every proof, every score,
 * every payment, disputes, audits, and the dataset that came of it. Proofs are checked here and not taken from the chain; what
 * events say is held against what contracts keep, so that a node must change both alike to deceive.
 *
 * @throws {TaskNotFoundError}
 *
 * @example
 * import { verifyTask } from '@veritask/sdk'
 * const { valid, checks, notProven } = await verifyTask(client, { taskId, store })
 */
export async function verifyTask(
  client: VeritaskClient,
  parameters: VerifyTaskParameters,
): Promise<VerifyTaskReturnType> {
  const { taskId, store, manifest, onProgress } = parameters
  const deployment = await connect(client, parameters)
  const standing: Standing = { ...(await readStanding(client, deployment, taskId)), store }
  const { task, slots, events } = standing
  const report = createReport()
  let done = 0
  const part = async (what: string, run: () => void | Promise<void>) => {
    onProgress?.({ done: done++, of: PARTS.length + slots.length, what })
    await run()
  }

  await part('terms', async () => {
    await checkTerms(standing, report)
    checkEscrow(standing, report)
  })
  await part('contents', () => checkContents(standing, report))
  await part('keys', () => checkKeys(standing, report))
  await part('settlement', () => checkSettlement(standing, report, manifest))
  for (const slot of slots) await part(`slot ${slot.slot}`, () => checkSlot(standing, slot, report, manifest))
  if ('rules' in task)
    report.leaveOpen(
      'That a label is true: proofs show that committed labels obey the rules and agree with what the task names.',
    )

  const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n)
  const { kind, phase, requester, joined, ended, token, escrow } = task
  const created = events.find(({ eventName }) => eventName === 'TaskCreated')
  return {
    valid: report.checks.every(({ status }) => status !== 'failed'),
    checks: report.checks,
    notProven: report.notProven,
    task: {
      ...{ taskId, kind, phase, requester, slots: task.slots, joined, ended, token, escrow },
      title: created?.eventName === 'TaskCreated' ? created.args.title : '',
      rewardPaid: sum(events.map((event) => (event.eventName === 'SlotPaid' ? event.args.reward : 0n))),
      returned: sum(
        events.map((event) => {
          if (event.eventName === 'SlotPaid') return event.args.returned
          return event.eventName === 'SlotReturned' || event.eventName === 'UnfilledReturned' ? event.args.amount : 0n
        }),
      ),
    },
  }
}

/** State and events of one moment: a task that moves between two reads is read again. */
async function readStanding(client: VeritaskClient, deployment: Deployment, taskId: Hex) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const toBlock = await read(() => getBlockNumber(client, { cacheTime: 0 }))
    const task = await readTask(client, deployment, taskId)
    const events = await getTaskEvents(client, { deployment, taskId, toBlock })
    const slots = await inTurns(task.joined, (slot) => readSlot(client, deployment, task, slot))
    const later = await getTaskEvents(client, { deployment, taskId, fromBlock: toBlock + 1n })
    if (later.length === 0) return { client, deployment, taskId, task, slots, events }
  }
  throw new TaskMovedError({ taskId })
}

/** Slots that are read at once: each takes several calls, which a node may count. */
const AT_ONCE = 8

async function inTurns<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let start = 0; start < count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - start)
    results.push(...(await Promise.all(Array.from({ length }, (_, index) => run(start + index)))))
  }
  return results
}
