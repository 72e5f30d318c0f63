import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import sirv from 'sirv'
import { loopback } from './ports.ts'

/** How long a request's head, and the whole of it, may take to arrive, in milliseconds: nobody has more to send than an address. */
const HEAD_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 15_000
const TIMEOUT_CHECK_MS = 1_000

export interface ExplorerServerOptions {
  /** Taken when free; else the system picks another. */
  readonly preferredPort: number
  readonly directory: string
  /** Answers /ipfs/…: the encrypted payloads, as raw blocks that the reader verifies. */
  readonly gateway: (request: IncomingMessage, response: ServerResponse) => void
  /** Shorter ones, for tests. In milliseconds. */
  readonly timeouts?: { readonly headersTimeout: number; readonly requestTimeout: number }
}

export interface ExplorerConfiguration {
  /** Served as /config.json, uncached: the built page learns here which chain and indexer it shows. */
  readonly config: unknown
  /** Origins the page may call, beside its own. */
  readonly connect: readonly string[]
}

export interface ExplorerServer {
  readonly url: string
  /** Until called, every page answers 503: the address is taken before there is anything to show. */
  configure(configuration: ExplorerConfiguration): void
  close(): Promise<void>
}

function securityHeaders(connect: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self' blob: data:",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
  }
}

/** The path of a request, decoded; undefined when it is none: `//`, a broken escape, a NUL, or something above the folder. */
function pathOf(target: string): string | undefined {
  const [raw = ''] = target.split(/[?#]/u)
  try {
    const path = decodeURIComponent(raw)
    const isPath = path.startsWith('/') && !path.startsWith('//') && !path.includes('\0') && !path.includes('\\')
    return isPath && !path.split('/').includes('..') ? path : undefined
  } catch {
    return undefined
  }
}

/** Built files have a hash of their content in their names: what is not there is missing, and never the page. */
const isAsset = (path: string): boolean => path.startsWith('/assets/') || extname(path) !== ''

/** The built explorer: compressed files beside the plain ones, entity tags, ranges. Read once: what is built again is served anew. */
function filesOf(directory: string) {
  const serve = sirv(directory, {
    etag: true,
    brotli: true,
    gzip: true,
    dotfiles: false,
    setHeaders: (response, path) => {
      const isHashed = path.startsWith('/assets/')
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return (request: IncomingMessage, response: ServerResponse, path: string, missing: () => void): void =>
    serve(request, response, () => {
      if (isAsset(path)) return missing()
      request.url = '/'
      // The parsed address is kept with the request, under the old one.
      delete (request as { _parsedUrl?: unknown })._parsedUrl
      serve(request, response, missing)
    })
}

function end(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Serves the built explorer, its configuration and the content store, on loopback alone. */
export async function serveExplorer(options: ExplorerServerOptions): Promise<ExplorerServer> {
  let configuration: ExplorerConfiguration | undefined
  let files: ReturnType<typeof filesOf> | undefined

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(securityHeaders(configuration?.connect ?? [])))
      response.setHeader(name, value)
    const text = { 'content-type': 'text/plain; charset=utf-8' }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return end(response, 405, 'method not allowed', { ...text, allow: 'GET, HEAD' })
    const path = pathOf(request.url ?? '')
    if (path === undefined) return end(response, 400, 'malformed path', text)
    if (configuration === undefined || files === undefined)
      return end(response, 503, 'starting', { ...text, 'retry-after': '1' })
    if (path === '/config.json') {
      return end(response, 200, JSON.stringify(configuration.config), {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      })
    }
    if (path.startsWith('/ipfs/')) return options.gateway(request, response)
    return files(request, response, path, () =>
      end(response, 404, 'not found', { ...text, 'cache-control': 'no-store' }),
    )
  }

  const timeouts = {
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    ...options.timeouts,
  }
  const server = createServer(timeouts, (request, response) => {
    try {
      answer(request, response)
    } catch {
      if (!response.headersSent) end(response, 500, 'internal error', {})
      else response.destroy()
    }
  })
  const listen = (port: number): Promise<number> =>
    new Promise((done, fail) => {
      server.once('error', fail)
      server.listen(port, loopback, () => {
        server.removeListener('error', fail)
        done((server.address() as AddressInfo).port)
      })
    })
  const port = await listen(options.preferredPort).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE' || error.code === 'EACCES') return listen(0)
    throw error
  })
  return {
    url: `http://${loopback}:${port}`,
    configure: (next) => {
      files = filesOf(options.directory)
      configuration = next
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
