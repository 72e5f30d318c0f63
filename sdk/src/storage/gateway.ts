import { BaseError } from '../errors/base.js'
import {
  ContentNotFoundError,
  type ContentReader,
  ContentTooLargeError,
  ContentUnavailableError,
  MAX_BLOCK_BYTES,
  MAX_CONTENT_BYTES,
  readContent,
} from './content.js'

/** A gateway address that is not plain http or https. */
export class GatewayUrlError extends BaseError {
  override name = 'GatewayUrlError'
  constructor(readonly reason: string) {
    super(`The gateway's address is not usable: ${reason}.`)
  }
}

/** Limit for one block, unless said otherwise: 30 seconds. */
const BLOCK_TIMEOUT_MS = 30_000
/** Limit for a whole content, unless said otherwise: 10 minutes. */
const CONTENT_TIMEOUT_MS = 600_000
const MAX_REDIRECTS = 3
const NOT_FOUND = [404, 410]

/** How a gateway is used. */
export type HttpGatewayParameters = {
  /** Base URL, http or https, without credentials; for example `https://ipfs.example.org`. */
  readonly url: string
  /** Largest content, in bytes; 65 MiB unless said otherwise. */
  readonly maxBytes?: number
  /** Limit for one block, in milliseconds. */
  readonly blockTimeoutMs?: number
  /** Limit for a whole content, in milliseconds. */
  readonly contentTimeoutMs?: number
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Reads contents from any IPFS HTTP gateway without trusting it: asks for raw blocks and checks each against its CID, with
 * bounds on size, time and redirects.
 *
 * @throws {@link GatewayUrlError}
 *
 * @example
 * import { createHttpGatewayStore } from '@veritask/sdk'
 *
 * const store = createHttpGatewayStore({ url: 'http://127.0.0.1:8080' })
 */
export function createHttpGatewayStore(parameters: HttpGatewayParameters): ContentReader {
  const {
    maxBytes = MAX_CONTENT_BYTES,
    blockTimeoutMs = BLOCK_TIMEOUT_MS,
    contentTimeoutMs = CONTENT_TIMEOUT_MS,
    fetch = globalThis.fetch,
  } = parameters
  const base = gatewayUrl(parameters.url)

  const readBlock = async (cid: string, whole: AbortSignal): Promise<Uint8Array> => {
    const timeout = AbortSignal.timeout(blockTimeoutMs)
    const signal = AbortSignal.any([whole, timeout])
    try {
      const response = await fetchBlock(fetch, new URL(`ipfs/${cid}?format=raw`, base), signal)
      if (NOT_FOUND.includes(response.status)) throw new ContentNotFoundError(cid)
      if (!response.ok || !response.body) throw new ContentUnavailableError(cid, `HTTP status ${response.status}`)
      return await readBounded(cid, response.body)
    } catch (error) {
      if (error instanceof BaseError) throw error
      const reason = whole.aborted
        ? 'cancelled or out of time'
        : timeout.aborted
          ? 'no answer in time'
          : 'request failed'
      throw new ContentUnavailableError(cid, reason, error)
    }
  }

  return {
    get: (cid, { signal } = {}) => {
      const timeout = AbortSignal.timeout(contentTimeoutMs)
      const whole = signal ? AbortSignal.any([signal, timeout]) : timeout
      return readContent(cid, (block) => readBlock(block.toString(), whole), maxBytes)
    },
  }
}

function gatewayUrl(url: string): URL {
  let parsed: URL
  try {
    parsed = new URL(url.endsWith('/') ? url : `${url}/`)
  } catch {
    throw new GatewayUrlError('it cannot be parsed')
  }
  assertFetchable(parsed)
  if (parsed.search || parsed.hash) throw new GatewayUrlError('it has a query or fragment')
  return parsed
}

function assertFetchable(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new GatewayUrlError(`its scheme is ${url.protocol}`)
  if (url.username || url.password) throw new GatewayUrlError('it carries credentials')
}

/** Follows at most {@link MAX_REDIRECTS} redirects, never from https to http. */
async function fetchBlock(fetch: typeof globalThis.fetch, url: URL, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'application/vnd.ipld.raw' }
  let target = url
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(target, { headers, signal, redirect: 'manual', credentials: 'omit' })
    // Browsers hide where a redirect leads; there the browser's own bound on redirects has to do.
    if (response.type === 'opaqueredirect')
      return fetch(target, { headers, signal, redirect: 'follow', credentials: 'omit' })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || !location) return response
    await response.body?.cancel()
    if (redirects === MAX_REDIRECTS) throw new GatewayUrlError(`it redirects more than ${MAX_REDIRECTS} times`)
    const next = new URL(location, target)
    assertFetchable(next)
    if (target.protocol === 'https:' && next.protocol !== 'https:')
      throw new GatewayUrlError('it redirects from https to http')
    target = next
  }
}

async function readBounded(cid: string, body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > MAX_BLOCK_BYTES) {
      await reader.cancel()
      throw new ContentTooLargeError(cid, `${MAX_BLOCK_BYTES} bytes a block`)
    }
    parts.push(value)
  }
  const block = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    block.set(part, offset)
    offset += part.length
  }
  return block
}
