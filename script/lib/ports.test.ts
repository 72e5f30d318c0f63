import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from './ports.ts'

test('default: the preferred port when it is free', async () => {
  const port = await freePort()
  expect(await freePort(port)).toBe(port)
})

test('another port when the preferred one is taken', async () => {
  const server = createServer()
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
  )
  const other = await freePort(port)
  expect(other).not.toBe(port)
  expect(other).toBeGreaterThan(0)
  await new Promise((done) => server.close(done))
})
