import {
  type Address,
  ContractFunctionExecutionError,
  ContractFunctionZeroDataError,
  HttpRequestError,
  SocketClosedError,
  TimeoutError,
  BaseError as ViemBaseError,
  WebSocketRequestError,
} from 'viem'
import { BaseError } from '../errors/base.js'
import {
  ContractMissingError,
  NodeAccessError,
  NodeRateLimitError,
  NodeRequestTooLargeError,
  NodeUnreachableError,
} from '../errors/node.js'

/**
 * The typed error behind whatever a request to a node threw: errors of this package as they are, a lost node as
 * `NodeUnreachableError`, an address without code as `ContractMissingError`. Anything else comes back unchanged: what a contract
 * says is read by `toVeritaskError`.
 */
export function toNodeError(error: unknown): unknown {
  if (error instanceof BaseError) return error
  const node = nodeError(error)
  if (node) return node
  if (!(error instanceof ViemBaseError)) return error
  const called = error.walk((inner) => inner instanceof ContractFunctionExecutionError)
  const empty = error.walk((inner) => inner instanceof ContractFunctionZeroDataError)
  const { contractAddress } = (called ?? {}) as { contractAddress?: Address }
  return empty && contractAddress ? new ContractMissingError({ address: contractAddress, cause: error }) : error
}

/** HTTP statuses with which a node refuses a request without looking at it. */
const [UNAUTHORIZED, FORBIDDEN, TOO_LARGE, TOO_MANY] = [401, 403, 413, 429]
/** "Limit exceeded" of EIP-1474, the status as a code, and "request limit reached" as QuickNode has it. */
const LIMIT_CODES = [-32005, TOO_MANY, -32007]

/** What the node itself has against a request, or that it is not there. */
function nodeError(error: unknown): BaseError | undefined {
  const { status, origin } = httpAnswer(error)
  const about = { origin, cause: error }
  if (isRateLimit(error)) return new NodeRateLimitError(about)
  if (status === UNAUTHORIZED || status === FORBIDDEN) return new NodeAccessError({ ...about, status })
  if (status === TOO_LARGE) return new NodeRequestTooLargeError(about)
  if (!isTransportError(error)) return undefined
  return new NodeUnreachableError({ ...about, status, reason: status === undefined ? reasonOf(error) : undefined })
}

/** Whether the node takes no more requests for now. */
export function isRateLimit(error: unknown): boolean {
  if (error instanceof NodeRateLimitError || httpAnswer(error).status === TOO_MANY) return true
  for (const inner of causes(error)) {
    const { code, message } = inner as { code?: unknown; message?: unknown }
    // With the same code some nodes say that a query has too many results: no waiting helps against that.
    if (typeof code === 'number' && LIMIT_CODES.includes(code) && !/range|result|block|size/i.test(String(message)))
      return true
  }
  return false
}

/** Whether the node refused the request as it came, so that it took no effect. */
export function isRefusedRequest(error: unknown): boolean {
  const { status } = httpAnswer(error)
  return status === UNAUTHORIZED || status === FORBIDDEN || status === TOO_LARGE
}

/** Seconds that the node asks to wait. */
export function retryAfterOf(error: unknown): number | undefined {
  for (const inner of causes(error)) {
    const seconds = inner instanceof HttpRequestError ? inner.headers?.get('Retry-After') : undefined
    if (seconds && /^\d{1,6}$/.test(seconds)) return Number(seconds)
  }
  return undefined
}

/** Status of an HTTP answer and the host that gave it. */
export function httpAnswer(error: unknown): { readonly status?: number; readonly origin?: string } {
  for (const inner of causes(error)) {
    const { status, url } = inner as { status?: unknown; url?: unknown }
    if (!(inner instanceof HttpRequestError || inner instanceof TimeoutError || typeof url === 'string')) continue
    const origin = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
    return {
      ...(typeof status === 'number' ? { status } : {}),
      // The rest of the address often holds a key.
      ...(origin ? { origin: `${origin.protocol}//${origin.host}` } : {}),
    }
  }
  return {}
}

/** The system's word for why there was no connection. */
function reasonOf(error: unknown): string | undefined {
  for (const inner of causes(error)) {
    if (inner instanceof TimeoutError) return 'no answer in time'
    const { code } = inner as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{3,40}$/.test(code)) return code
  }
  return undefined
}

/** Whether contact was lost, so that nobody knows if the request took effect. */
export function isTransportError(error: unknown): boolean {
  for (const inner of causes(error)) {
    if (
      inner instanceof HttpRequestError ||
      inner instanceof TimeoutError ||
      inner instanceof WebSocketRequestError ||
      inner instanceof SocketClosedError
    )
      return true
    if (
      inner instanceof Error &&
      (inner.name === 'AbortError' || /fetch failed|ECONNRESET|socket hang up/i.test(inner.message))
    )
      return true
  }
  return false
}

/** An error and everything under it. */
export function* causes(error: unknown): Generator<object> {
  const seen = new Set<unknown>()
  let current = error
  while (typeof current === 'object' && current !== null && !seen.has(current)) {
    seen.add(current)
    yield current
    current = (current as { cause?: unknown }).cause
  }
}
