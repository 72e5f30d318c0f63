import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A JSON-RPC provider that fails in every way a public one does, at random but the same way for the same seed. */
export async function startFlakyProxy(target: string, options: { failureRate: number; seed: number; delay?: number }) {
  let state = options.seed
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const failures = { status: 0, error: 0, dropped: 0, garbage: 0, slow: 0 }
  let healthy = false

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (options.delay) await new Promise((resolve) => setTimeout(resolve, options.delay))
    const id = (JSON.parse(body.toString()) as { id?: number }).id ?? 1
    if (!healthy && random() < options.failureRate) {
      const kind = Math.floor(random() * 5)
      if (kind === 0) {
        failures.status += 1
        response.writeHead(503).end('overloaded')
        return
      }
      if (kind === 1) {
        failures.error += 1
        const error = { code: -32603, message: 'internal error' }
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ jsonrpc: '2.0', id, error }))
        return
      }
      if (kind === 2) {
        failures.dropped += 1
        request.socket.destroy()
        return
      }
      if (kind === 3) {
        failures.garbage += 1
        response.setHeader('content-type', 'application/json').end('{"jsonrpc":"2.0","id":')
        return
      }
      failures.slow += 1
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      () => null,
    )
    if (!answer) response.writeHead(502).end()
    else response.setHeader('content-type', 'application/json').end(await answer.text())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    failures,
    heal: () => {
      healthy = true
    },
    break: () => {
      healthy = false
    },
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
