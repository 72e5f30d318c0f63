import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
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
  const script = `export const text = '${'veritask '.repeat(500)}'`
  writeFileSync(join(folder, 'site', 'assets', 'app.js'), script)
  writeFileSync(join(folder, 'site', 'assets', 'app.js.br'), brotliCompressSync(script))
  writeFileSync(join(folder, 'site', 'assets', 'app.js.gz'), gzipSync(script))
  server = await serveExplorer({
    preferredPort: 0,
    directory: join(folder, 'site'),
    gateway: (request, response) => response.end(`block ${request.url}`),
    timeouts: { headersTimeout: 1_000, requestTimeout: 1_000 },
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

test('compressed files are sent to who takes them, each with its length and a tag that saves sending it again', async () => {
  const ask = (headers: Record<string, string>) => request(`${server.url}/assets/app.js`, { headers })
  const plain = await ask({ 'accept-encoding': 'identity' })
  for (const [encoding, unpack] of [
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const) {
    const answer = await ask({ 'accept-encoding': encoding })
    expect(answer.headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' })
    expect(answer.headers['content-type']).toContain('text/javascript')
    expect(Number(answer.headers['content-length'])).toBe(answer.body.length)
    expect(answer.body.length).toBeLessThan(plain.body.length / 10)
    expect(unpack(answer.body)).toEqual(plain.body)
    const again = await ask({ 'accept-encoding': encoding, 'if-none-match': String(answer.headers.etag) })
    expect({ status: again.status, bytes: again.body.length }).toEqual({ status: 304, bytes: 0 })
  }
  expect(plain.headers['cache-control']).toContain('immutable')
  const part = await ask({ 'accept-encoding': 'identity', range: 'bytes=0-5' })
  expect({ status: part.status, body: part.body.toString() }).toEqual({ status: 206, body: 'export' })
  expect((await ask({ 'accept-encoding': 'identity', range: 'bytes=99999-' })).status).toBe(416)
})

test('the page is asked for anew every time, and is never what a missing asset is', async () => {
  for (const path of ['/', '/index.html', '/tasks/0x01']) {
    const page = await fetch(server.url + path)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('etag')).toBeTruthy()
    const tag = { 'if-none-match': page.headers.get('etag') ?? '' }
    expect((await fetch(server.url + path, { headers: tag })).status).toBe(304)
  }
  for (const path of ['/assets/none', '/assets/none.js', '/none.css', '/assets/']) {
    const missing = await fetch(server.url + path)
    expect(missing.status).toBe(404)
    expect(missing.headers.get('cache-control') ?? 'no-store').not.toContain('immutable')
    expect(await missing.text()).not.toContain('home')
  }
})

test('a request that dribbles in is cut off', async () => {
  const started = performance.now()
  await byHand('GET / HTTP/1.1\r\nhost: localhost\r\n')
  await byHand('GET / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nx')
  expect(performance.now() - started).toBeLessThan(20_000)
})

/** Writes a request as it stands, which fetch would tidy first, and reads until the server closes. */
function byHand(text: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('close', () => done(answer))
    socket.on('error', fail)
    socket.write(text)
  })
}

function request(url: string, options: { headers: Record<string, string> }) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }>((done, fail) =>
    get(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    }).on('error', fail),
  )
}

test.each(['//', '//evil.example/', '/%', '/%c0%af', '/a%00b', '/..', '/..%5csecret.txt', '*'])(
  'malformed path %s: 400, with the security headers',
  async (path) => {
    const answer = await byHand(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expect(answer.toLowerCase()).toContain('content-security-policy: default-src')
  },
)

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%00', '/%'])(
  'path %s does not leave the folder',
  async (path) => {
    const answer = await byHand(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 400/)
    expect(answer).not.toContain('\r\n\r\nsecret')
    expect(answer).not.toContain('secret\r\n')
  },
)
