import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { getJson } from './client'
import { explainError } from './errors'

const INDEXER = 'http://127.0.0.1:42069/'

beforeEach(() => vi.stubGlobal('window', { location: { origin: 'http://127.0.0.1:1' } }))
afterEach(() => vi.unstubAllGlobals())

function answer(status: number, body: string) {
  const fetcher = vi.fn(async (_url: URL, _init: RequestInit) => new Response(body, { status }))
  vi.stubGlobal('fetch', fetcher)
  return fetcher
}

test('asks the indexer with its parameters, leaving out the absent ones', async () => {
  const fetcher = answer(200, '{"data":1}')
  await expect(getJson(INDEXER, '/v1/tasks', { q: 'a b', cursor: undefined, limit: 25 })).resolves.toEqual({ data: 1 })
  expect(String(fetcher.mock.calls[0]?.[0])).toBe('http://127.0.0.1:42069/v1/tasks?q=a+b&limit=25')
})

test.each([
  [404, '{"error":{"message":"no such row"}}', 'notFound', 'no such row'],
  [400, '{"error":{"message":"limit must be an integer"}}', 'rejected', 'limit must be an integer'],
  [500, 'oops', 'failed', 'It answered with status 500.'],
  [503, '{"error":null}', 'failed', 'It answered with status 503.'],
  [200, '<html>', 'malformed', 'It did not send JSON.'],
])('status %d with %s is "%s"', async (status, body, kind, message) => {
  answer(status, body)
  await expect(getJson(INDEXER, '/v1/status')).rejects.toMatchObject({ name: 'ApiError', kind, message })
})

test('a connection that fails is "unreachable"', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(getJson(INDEXER, '/v1/status')).rejects.toMatchObject({ kind: 'unreachable' })
})

test('a query that was cancelled is not an error of the indexer', async () => {
  const controller = new AbortController()
  controller.abort()
  vi.stubGlobal('fetch', (_url: URL, { signal }: RequestInit) => Promise.reject(signal?.reason))
  await expect(getJson(INDEXER, '/v1/status', {}, controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
})

test('a refused request is not worth repeating, the others are', async () => {
  for (const [status, retryable] of [
    [400, false],
    [404, true],
    [500, true],
  ] as const) {
    answer(status, '{}')
    const error = await getJson(INDEXER, '/v1/status').catch((reason: Error) => reason)
    expect(explainError(error as Error, 'the status').retryable).toBe(retryable)
  }
})
