import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

const statusOf = {
  invalid_parameter: 400,
  invalid_query: 400,
  query_too_costly: 400,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  rate_limited: 429,
  not_ready: 503,
  too_many_connections: 503,
  internal: 500,
} as const satisfies Record<string, ContentfulStatusCode>

export type ErrorCode = keyof typeof statusOf

/** A failure the caller is told about, in the API's one error shape. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint: string,
  ) {
    super(message)
  }
}

export function invalid(message: string, hint: string): ApiError {
  return new ApiError('invalid_parameter', message, hint)
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError(
    'not_found',
    `no ${what} ${id} is indexed`,
    'Compare the indexed block at /v1/status with the block that created it.',
  )
}

/** Faults of ours are logged and answered without detail. */
export function respondToError(error: Error, c: Context): Response {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError('internal', 'the request failed', 'Try again; if it persists, report the path.')
  if (known !== error) console.error(error)
  // What follows of a body too large is not read: the connection ends with the answer.
  if (known.code === 'too_large') c.header('Connection', 'close')
  return c.json({ error: { code: known.code, message: known.message, hint: known.hint } }, statusOf[known.code])
}
