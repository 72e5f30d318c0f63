import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize, sep } from 'node:path'
import { loopback } from './ports.ts'

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

export interface ExplorerServerOptions {
  /** Taken when free; else the system picks another. */
  readonly preferredPort: number
  readonly directory: string
  /** Answers /ipfs/…: the encrypted payloads, as raw blocks that the reader verifies. */
  readonly gateway: (request: IncomingMessage, response: ServerResponse) => void
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

/** The file a path names inside `directory`; undefined when there is none or the path leaves the directory. */
function fileOf(directory: string, path: string): string | undefined {
  const file = normalize(join(directory, path))
  if (!file.startsWith(directory + sep) || path.includes('\0')) return undefined
  return existsSync(file) && statSync(file).isFile() ? file : undefined
}

function end(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Record<string, string>,
): void {
  response.writeHead(status, headers)
  response.end(body)
}

/** Serves the built explorer, its configuration and the content store, on loopback alone. */
export async function serveExplorer(options: ExplorerServerOptions): Promise<ExplorerServer> {
  let configuration: ExplorerConfiguration | undefined

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const security = securityHeaders(configuration?.connect ?? [])
    const text = { ...security, 'content-type': 'text/plain; charset=utf-8' }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return end(response, 405, 'method not allowed', { ...text, allow: 'GET, HEAD' })
    }
    const url = new URL(request.url ?? '/', `http://${loopback}`)
    if (configuration === undefined) return end(response, 503, 'starting', { ...text, 'retry-after': '1' })
    if (url.pathname === '/config.json') {
      return end(response, 200, JSON.stringify(configuration.config), {
        ...security,
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      })
    }
    if (url.pathname.startsWith('/ipfs/')) return options.gateway(request, response)
    let path: string
    try {
      path = decodeURIComponent(url.pathname)
    } catch {
      return end(response, 400, 'malformed path', text)
    }
    const file = fileOf(options.directory, path) ?? (extname(path) === '' ? join(options.directory, 'index.html') : '')
    if (file === '') return end(response, 404, 'not found', text)
    return end(response, 200, await readFile(file), {
      ...security,
      'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream',
      // Vite puts a content hash in the name of everything under /assets.
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) end(response, 500, 'internal error', {})
      else response.destroy()
    })
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
      configuration = next
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
