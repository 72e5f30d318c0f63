import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExplorerServer, serveExplorer } from './server.ts'

const cid = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
let server: ExplorerServer
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'veritask-server-'))
  mkdirSync(join(folder, 'site', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'site', 'index.html'), '<p>home</p>')
  writeFileSync(join(folder, 'site', 'assets', 'app.js'), 'export {}')
  server = await serveExplorer({
    preferredPort: 0,
    directory: join(folder, 'site'),
    gateway: (request, response) => response.end(`block ${request.url}`),
  })
  expect((await fetch(server.url)).status).toBe(503)
  server.configure({ config: { chainId: 31337 }, connect: ['http://127.0.0.1:8545'] })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

test('default: the page, for every path of the application', async () => {
  for (const path of ['/', '/tasks/0x01', '/keys']) {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('<p>home</p>')
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:8545")
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/)
  }
})

test('a taken port: another one', async () => {
  const preferredPort = Number(new URL(server.url).port)
  const second = await serveExplorer({ preferredPort, directory: folder, gateway: (_, response) => response.end() })
  expect(second.url).not.toBe(server.url)
  await second.close()
})

test('assets, configuration and missing files', async () => {
  const script = await fetch(`${server.url}/assets/app.js`)
  expect(script.headers.get('content-type')).toContain('text/javascript')
  expect(await (await fetch(`${server.url}/config.json`)).json()).toEqual({ chainId: 31337 })
  expect((await fetch(`${server.url}/assets/none.js`)).status).toBe(404)
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405)
})

test('content: /ipfs/ belongs to the gateway', async () => {
  const path = `/ipfs/${cid}?format=raw`
  expect(await (await fetch(server.url + path)).text()).toBe(`block ${path}`)
})

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%00', '/%'])(
  'path %s does not leave the folder',
  async (path) => {
    // Written by hand: fetch would tidy the path before sending it.
    const answer = await new Promise<string>((done, fail) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
      })
      socket.on('end', () => done(text))
      socket.on('error', fail)
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404)/)
    expect(answer).not.toContain('\r\n\r\nsecret')
    expect(answer).not.toContain('secret\r\n')
  },
)
