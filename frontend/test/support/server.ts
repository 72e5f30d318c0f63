import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type Answers, contracts, recordedAnswers } from './fixtures'

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
}

export type Reply = { status: number; body: unknown }

/** The built app and a recorded indexer on one loopback port. `answers` may be replaced while it runs. */
export type FixtureServer = {
  url: string
  answers: Answers
  /** Called before the recorded answers: a reply takes precedence; a promise delays. */
  intercept: ((path: string, url: URL) => Reply | undefined | Promise<Reply | undefined>) | undefined
  /** Requests of the API seen so far, path and query. */
  requests: string[]
  /** Where the page is told that the chain is. */
  rpcUrl: string
  /** Answers of a chain at `/rpc`, by method; what one throws becomes an RPC error. */
  rpc: Record<string, (parameters: unknown[]) => unknown>
  /** Tells every page that listens that a block was indexed. */
  emitBlock(blockNumber: number): void
  close(): Promise<void>
}

export async function startFixtureServer(dist: string): Promise<FixtureServer> {
  const listeners = new Set<ServerResponse>()
  const state: FixtureServer = {
    url: '',
    answers: recordedAnswers(),
    intercept: undefined,
    requests: [],
    rpcUrl: NO_CHAIN,
    rpc: {},
    emitBlock(blockNumber) {
      const data = JSON.stringify({ blockNumber: String(blockNumber), timestamp: '0' })
      for (const listener of listeners) listener.write(`event: block\ndata: ${data}\n\n`)
    },
    close: () => close(server),
  }
  const server = createServer((request, response) => {
    handle(state, dist, listeners, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return state
}

async function handle(
  state: FixtureServer,
  dist: string,
  listeners: Set<ServerResponse>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', state.url)
  if (url.pathname === '/config.json') return sendJson(response, 200, configOf(state))
  if (url.pathname === '/rpc') return sendJson(response, 200, await answerRpc(state, request))
  if (url.pathname === '/v1/live') {
    listeners.add(response)
    response.on('close', () => listeners.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    return void response.write(': open\n\n')
  }
  if (url.pathname.startsWith('/v1/')) {
    state.requests.push(url.pathname + url.search)
    const reply = await state.intercept?.(url.pathname, url)
    if (reply) return sendJson(response, reply.status, reply.body)
    const answer = state.answers.get(url.pathname + url.search) ?? state.answers.get(url.pathname)
    if (answer !== undefined) return sendJson(response, 200, answer)
    return sendJson(response, 404, { error: { code: 'not_found', message: 'no such row', hint: '' } })
  }
  const file = extname(url.pathname) ? normalize(url.pathname) : '/index.html'
  const body = await readFile(join(dist, file)).catch(() => undefined)
  if (!body) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': MEDIA_TYPES[extname(file)] ?? 'application/octet-stream' }).end(body)
}

/** The chain behind a recorded indexer does not exist: its port refuses connections. */
const NO_CHAIN = 'http://127.0.0.1:9'

const configOf = ({ url, rpcUrl }: FixtureServer) => ({
  chainId: 31_337,
  rpcUrl,
  indexerUrl: url,
  gatewayUrl: url,
  deployment: { chainId: 31_337, blockNumber: 1, contracts, keys: {} },
})

async function answerRpc({ rpc }: FixtureServer, request: IncomingMessage) {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
    id: number
    method: string
    params?: unknown[]
  }
  const handler = rpc[method]
  if (!handler) return { jsonrpc: '2.0', id, error: { code: -32_601, message: `no ${method} here` } }
  try {
    return { jsonrpc: '2.0', id, result: handler(params ?? []) }
  } catch (thrown) {
    const { code = -32_603, data, message } = thrown as Error & { code?: number; data?: string }
    return { jsonrpc: '2.0', id, error: { code, data, message } }
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
