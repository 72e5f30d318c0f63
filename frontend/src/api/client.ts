import { ApiError } from './errors'

/** A request that takes longer counts as unreachable. */
const REQUEST_TIMEOUT_MS = 15_000

export type QueryParameters = Readonly<Record<string, string | number | undefined>>

/** Reads one REST resource of the indexer. Throws `ApiError`, or the abort reason when the query was cancelled. */
export async function getJson<Body>(
  indexerUrl: string,
  path: string,
  parameters: QueryParameters = {},
  signal?: AbortSignal,
): Promise<Body> {
  const url = new URL(`${indexerUrl.replace(/\/$/, '')}${path}`, window.location.origin)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, String(value))
  const response = await request(url, signal)
  if (response.status === 404) throw new ApiError(await reasonOf(response), 'notFound')
  if (response.status >= 400 && response.status < 500) throw new ApiError(await reasonOf(response), 'rejected')
  if (!response.ok) throw new ApiError(await reasonOf(response), 'failed')
  try {
    return (await response.json()) as Body
  } catch (cause) {
    throw new ApiError('It did not send JSON.', 'malformed', { cause })
  }
}

async function request(url: URL, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  try {
    return await fetch(url, {
      headers: { accept: 'application/json' },
      credentials: 'omit',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError('No answer from the indexer.', 'unreachable', { cause })
  }
}

async function reasonOf(response: Response): Promise<string> {
  const fallback = `It answered with status ${response.status}.`
  try {
    const body: unknown = await response.json()
    if (typeof body !== 'object' || body === null) return fallback
    const error = (body as { error?: unknown }).error
    if (typeof error === 'string') return error
    const message = (error as { message?: unknown } | undefined)?.message
    return typeof message === 'string' ? message : fallback
  } catch {
    return fallback
  }
}
