import { queryOptions } from '@tanstack/react-query'
import { decodeRules, type Rules } from '@veritask/sdk'
import { getJson } from '../api/client'
import { ApiError } from '../api/errors'
import type { EventRow, Item, Page, ReceiptRow, SlotRow, TaskDetailRow, TaskRow } from '../api/types'
import { countUnassigned } from '../lib/assignment'
import type { TaskFilters } from '../url'
import { INDEXER, pageQuery } from './source'

export const tasksQuery = (indexerUrl: string, filters: TaskFilters) =>
  pageQuery<TaskRow>(indexerUrl, '/v1/tasks', filters)

/** A task with its rules decoded and all of its slots; of a consensus, how many items nobody was to label. */
export type TaskDetail = TaskDetailRow & { rules: Rules | undefined; unassigned: number }

/** Largest page the indexer serves. */
const LARGEST_PAGE = 100
/** A list that goes on longer than this is a fault of what answers: the contracts allow 65,535 slots. */
const MOST_PAGES = 4000

export function taskQuery(indexerUrl: string, taskId: string) {
  const path = `/v1/tasks/${taskId}`
  return queryOptions({
    queryKey: [INDEXER, indexerUrl, path],
    queryFn: async ({ signal }): Promise<TaskDetail> => {
      const { data } = await getJson<Item<TaskDetailRow>>(indexerUrl, path, {}, signal)
      const rest = await allRows<SlotRow>(indexerUrl, `${path}/slots`, data.moreSubmissions, signal)
      const submissions = [...data.submissions, ...rest]
      const rules = data.terms?.rules ? rulesOf(data.terms.rules) : undefined
      return { ...data, submissions, rules, unassigned: countUnassigned({ ...data, submissions }, rules) }
    },
  })
}

/** Rules of a kind that this page does not know are no reason to show nothing of the task. */
function rulesOf(packed: string): Rules | undefined {
  try {
    return decodeRules(BigInt(packed))
  } catch {
    return undefined
  }
}

/** Every event of a task, oldest first. */
export function taskAuditQuery(indexerUrl: string, taskId: string) {
  const path = `/v1/tasks/${taskId}/audit`
  return queryOptions({
    queryKey: [INDEXER, indexerUrl, path],
    queryFn: ({ signal }) => allRows<EventRow>(indexerUrl, path, undefined, signal),
  })
}

/** Every proof about a task as a whole, oldest first. */
export function taskReceiptsQuery(indexerUrl: string, taskId: string) {
  const path = `/v1/tasks/${taskId}/receipts`
  return queryOptions({
    queryKey: [INDEXER, indexerUrl, path],
    queryFn: ({ signal }) => allRows<ReceiptRow>(indexerUrl, path, undefined, signal),
  })
}

/** Follows a list's cursors to its end; `null` as the first cursor means there is nothing to follow. */
async function allRows<Row>(
  indexerUrl: string,
  path: string,
  first: string | null | undefined,
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = []
  let cursor = first
  for (let pages = 0; cursor !== null; pages++) {
    if (pages === MOST_PAGES) throw new ApiError('Its list does not end.', 'malformed')
    const page: Page<Row> = await getJson(indexerUrl, path, { limit: LARGEST_PAGE, cursor }, signal)
    rows.push(...page.data)
    cursor = page.page.next
  }
  return rows
}
