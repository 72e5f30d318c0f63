import { accounts } from '../lib/accounts.ts'
import { until } from '../lib/rpc.ts'
import type { Job } from './context.ts'
import type { TaskResult } from './outcome.ts'

interface Page<T> {
  readonly data: readonly T[]
  readonly page: { readonly next: string | null }
}

interface SlotRow {
  readonly number: number
  readonly worker: string
  readonly payout: string
  readonly state: string
  readonly commitment: string | null
  readonly reward: string | null
  readonly endedTransaction: string | null
}

interface TaskRow {
  readonly id: string
  readonly title: string
  readonly kind: string
  readonly phase: string
  readonly requester: string
  readonly token: string
  readonly rewardPerSlot: string
  readonly escrow: string
  readonly slots: number
  readonly joined: number
  readonly paid: number
  readonly returned: number
  readonly unfilled: number | null
  readonly payloadDigest: string
}

interface AuditRow {
  readonly name: string
  readonly blockNumber: string
  readonly logIndex: number
  readonly transactionHash: string
  readonly related: boolean
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`)
  return (await response.json()) as T
}

async function all<T>(url: string): Promise<T[]> {
  const found: T[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const next: Page<T> = await get(`${url}?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    found.push(...next.data)
    cursor = next.page.next
  }
  return found
}

/** Waits until the indexer is at the chain's head. */
export async function caughtUp(job: Job, indexerUrl: string): Promise<void> {
  const head = await job.client(accounts.keeper).getBlockNumber()
  await until('the indexer at the head of the chain', async () => {
    const status = await get<{ data: { ready: boolean }; indexed: { blockNumber: string } | null }>(
      `${indexerUrl}/v1/status`,
    )
    return status.data.ready && BigInt(status.indexed?.blockNumber ?? 0) >= head ? true : undefined
  })
}

/** Compares what the indexer says about a task with what the chain says, row by row. */
export async function checkIndexed(job: Job, indexerUrl: string, result: TaskResult): Promise<void> {
  const { checks } = job
  const reader = job.client(accounts.keeper)
  const { taskId } = result
  const [task, slots] = await Promise.all([reader.getTask({ taskId }), reader.getSlots({ taskId })])
  const what = (text: string): string => `indexer, ${result.kind}: ${text}`

  const { data: row } = await get<{ data: TaskRow }>(`${indexerUrl}/v1/tasks/${taskId}`)
  const count = (state: string): number => slots.filter((slot) => slot.state === state).length
  checks.equal(
    what('the task row is what the chain says'),
    {
      id: row.id,
      title: row.title,
      kind: row.kind,
      phase: row.phase,
      requester: row.requester,
      token: row.token,
      rewardPerSlot: row.rewardPerSlot,
      escrow: row.escrow,
      slots: row.slots,
      joined: row.joined,
      paid: row.paid,
      returned: row.returned,
      unfilled: row.unfilled,
      payloadDigest: row.payloadDigest,
    },
    {
      id: taskId,
      title: result.title,
      kind: result.kind,
      phase: 'completed',
      requester: task.requester.toLowerCase(),
      token: task.token.toLowerCase(),
      rewardPerSlot: String(task.rewardPerSlot),
      escrow: String(task.escrow),
      slots: task.slots,
      joined: task.joined,
      paid: count('paid'),
      returned: count('returned'),
      // A task that filled up had nothing to return.
      unfilled: task.joined === task.slots ? null : task.slots - task.joined,
      payloadDigest: task.payloadDigest,
    },
  )

  const slotRows = await all<SlotRow>(`${indexerUrl}/v1/tasks/${taskId}/slots`)
  checks.equal(
    what('every slot row is what the chain says'),
    slotRows.map(({ number, worker, payout, state, commitment, reward }) => ({
      number,
      worker,
      payout,
      state,
      commitment: commitment ?? '0',
      reward: reward ?? '0',
    })),
    slots.map((slot) => ({
      number: slot.slot,
      worker: slot.worker.toLowerCase(),
      payout: slot.payout.toLowerCase(),
      state: slot.state,
      commitment: String(slot.commitment),
      reward: String(slot.state === 'paid' ? task.rewardPerSlot : 0n),
    })),
  )

  const audit = await all<AuditRow>(`${indexerUrl}/v1/tasks/${taskId}/audit`)
  const events = await reader.getTaskEvents({ taskId })
  checks.equal(
    what('the audit log holds every event of the task, in order'),
    audit
      .filter(({ related }) => !related)
      .map(({ name, blockNumber, logIndex, transactionHash }) => ({ name, blockNumber, logIndex, transactionHash })),
    events.map((event) => ({
      name: event.eventName,
      blockNumber: String(event.blockNumber),
      logIndex: event.logIndex,
      transactionHash: event.transactionHash,
    })),
  )
}

/** The explorer must answer with its page and name this chain. */
export async function checkExplorer(job: Job, explorerUrl: string): Promise<void> {
  const page = await fetch(explorerUrl)
  const config = await get<{ deployment?: { contracts?: { taskRegistry?: string } } }>(`${explorerUrl}/config.json`)
  job.checks.check('the explorer serves its page', page.ok && (await page.text()).includes('<div id="root">'))
  job.checks.equal(
    'the explorer is configured for this deployment',
    config.deployment?.contracts?.taskRegistry,
    job.deployment.contracts.taskRegistry,
  )
}
