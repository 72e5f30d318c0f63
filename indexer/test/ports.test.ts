import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { freePortFrom } from '../ports.js'

const host = '127.0.0.1'
const taken: Server[] = []
afterEach(async () => {
  await Promise.all(taken.splice(0).map((server) => new Promise((done) => server.close(done))))
})

function take(port: number): Promise<number> {
  const server = createServer()
  taken.push(server)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve((server.address() as { port: number }).port))
  })
}

test('default: the preferred port', async () => {
  const port = await freePortFrom(0, host)
  expect(port).toBeGreaterThanOrEqual(0)
})

test('two taken ports, one after the other: the next free one', async () => {
  // Two neighbors that nobody has.
  for (;;) {
    const first = await take(0)
    if ((await take(first + 1).catch(() => undefined)) === undefined) continue
    const found = await freePortFrom(first, host)
    expect(found).toBeGreaterThan(first + 1)
    await take(found)
    return
  }
})
