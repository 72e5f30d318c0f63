import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { taskAuditQuery, taskQuery, tasksQuery } from './task'

const INDEXER = 'http://127.0.0.1:42069'
const TASK = `0x${'ab'.repeat(32)}`

beforeEach(() => vi.stubGlobal('window', { location: { origin: INDEXER } }))
afterEach(() => vi.unstubAllGlobals())

/** Serves the answers by path and query, and records what was asked. */
function serve(answers: Record<string, unknown>): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.pathname + url.search)
    const body = answers[url.pathname + url.search]
    return new Response(JSON.stringify(body ?? {}), { status: body ? 200 : 404 })
  })
  return asked
}

const client = () => new QueryClient({ defaultOptions: { queries: { retry: false } } })
const page = (data: unknown[], next: string | null) => ({ data, page: { limit: 100, next } })

test('a list of tasks asks for what the address says', async () => {
  const asked = serve({ '/v1/tasks?limit=25&phase=proving&q=digits': page([], null) })
  await client().fetchQuery(tasksQuery(INDEXER, { phase: 'proving', q: 'digits' }))
  expect(asked).toHaveLength(1)
})

test('a task comes with its rules decoded and every slot, past the first hundred', async () => {
  const rules = ((64n << 8n) | (64n << 24n) | (16n << 40n) | (7_500n << 56n) | (9n << 72n)).toString()
  serve({
    [`/v1/tasks/${TASK}`]: {
      data: { id: TASK, terms: { rules }, submissions: [{ number: 0 }], moreSubmissions: 'next' },
    },
    [`/v1/tasks/${TASK}/slots?limit=100&cursor=next`]: page([{ number: 1 }], 'more'),
    [`/v1/tasks/${TASK}/slots?limit=100&cursor=more`]: page([{ number: 2 }], null),
  })
  const task = await client().fetchQuery(taskQuery(INDEXER, TASK))
  expect(task.submissions.map(({ number }) => number)).toEqual([0, 1, 2])
  expect(task.rules).toMatchObject({ kind: 'distance', itemCount: 64, goldCount: 16, thresholdBps: 7_500, max: 9 })
})

test('a task of another settlement has no rules to show', async () => {
  serve({ [`/v1/tasks/${TASK}`]: { data: { id: TASK, terms: null, submissions: [], moreSubmissions: null } } })
  await expect(client().fetchQuery(taskQuery(INDEXER, TASK))).resolves.toMatchObject({ rules: undefined })
})

test('the audit log is read to its end', async () => {
  serve({
    [`/v1/tasks/${TASK}/audit?limit=100`]: page([{ id: 'a' }], 'b'),
    [`/v1/tasks/${TASK}/audit?limit=100&cursor=b`]: page([{ id: 'b' }], null),
  })
  const events = await client().fetchQuery(taskAuditQuery(INDEXER, TASK))
  expect(events.map(({ id }) => id)).toEqual(['a', 'b'])
})
