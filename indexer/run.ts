import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import * as abis from '@veritask/sdk/abi'
import { freePortFrom } from './ports.js'

export type IndexerOptions = {
  /** Path of the deployment file. */
  readonly deployment: string
  readonly rpcUrl: string
  /** Where PGlite keeps its databases, one folder per schema; unused when DATABASE_URL is set. */
  readonly directory: string
  /** Port to serve on; the next free one is taken when it is in use. */
  readonly port: number
  readonly hostname?: string
  /** The page that may read the API from a browser. */
  readonly origin?: string
  /** More environment for the child, for example DATABASE_URL or VERITASK_RATE_LIMIT. */
  readonly env?: Readonly<Record<string, string>>
  /** Every line the child writes, JSON or not. */
  readonly onLine?: (line: string) => void
}

export type Indexer = {
  readonly url: string
  readonly process: ChildProcess
  /** Resolves once history is indexed and the head is followed. */
  readonly ready: (timeout?: number) => Promise<void>
  /** Ends the child and waits for it: gently first, by force after five seconds. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>
}

const room = fileURLToPath(new URL('.', import.meta.url))
const ponderBinary = fileURLToPath(new URL('./bin/ponder.js', import.meta.resolve('ponder')))

/** Milliseconds. Starting takes seconds; a database whose last user was killed is locked for up to 25 seconds more. */
const patience = { listen: 120_000, ready: 120_000, poll: 100, stop: 5_000 }

/** Starts the indexer as a child process and resolves when it listens. */
export async function startIndexer(options: IndexerOptions): Promise<Indexer> {
  const schema = await schemaName(options)
  const hostname = options.hostname ?? '127.0.0.1'
  const free = await freePortFrom(options.port, hostname)
  const child = spawn(
    process.execPath,
    [
      ponderBinary,
      'start',
      ...['--root', room, '--schema', schema, '--hostname', hostname, '--port', String(free)],
      ...['--log-format', 'json', '--log-level', 'info'],
    ],
    {
      cwd: room,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        PONDER_TELEMETRY_DISABLED: 'true',
        VERITASK_DEPLOYMENT: options.deployment,
        VERITASK_RPC_URL: options.rpcUrl,
        VERITASK_DATABASE_DIRECTORY: join(options.directory, schema),
        ...(options.origin ? { VERITASK_ORIGIN: options.origin } : {}),
        ...options.env,
        // Ponder prefers this variable to its --port.
        PORT: String(free),
      },
    },
  )
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await listeningPort(child, options.onLine)
  const url = `http://${hostname}:${port}`
  return {
    url,
    process: child,
    ready: (timeout = patience.ready) => waitUntilReady(url, child, timeout),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      const force = setTimeout(() => child.kill('SIGKILL'), patience.stop)
      await ended
      clearTimeout(force)
    },
  }
}

/**
 * The database schema to index into. Ponder refuses a schema that other code wrote, and would go on in one that another
 * history wrote; so the name depends on the indexer's source, the ABIs, the deployment and the block it was made in.
 * What Ponder remembers of a chain is shared between the schemas of a database, hence a folder for each.
 */
async function schemaName({ deployment, rpcUrl }: IndexerOptions): Promise<string> {
  const hash = createHash('sha256')
  const sources = readdirSync(new URL('src', pathToFileURL(room)), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path}`)
    .concat('ponder.config.ts', 'ponder.schema.ts', 'package.json')
    .sort()
  for (const source of sources) hash.update(source).update(readFileSync(new URL(source, pathToFileURL(room))))
  hash.update(JSON.stringify(abis))
  const text = readFileSync(deployment, 'utf8')
  hash.update(text)
  hash.update(await blockHash(rpcUrl, (JSON.parse(text) as { blockNumber: number }).blockNumber))
  return `veritask_${hash.digest('hex').slice(0, 16)}`
}

async function blockHash(rpcUrl: string, blockNumber: number): Promise<string> {
  const params = [`0x${blockNumber.toString(16)}`, false]
  const response = await fetch(rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_getBlockByNumber', params }),
  })
  const { result } = (await response.json()) as { result?: { hash: string } | null }
  if (!result) throw new Error(`the chain has no block ${blockNumber}, in which the contracts were deployed`)
  return result.hash
}

function listeningPort(child: ChildProcess, onLine?: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    const timer = setTimeout(() => fail('did not listen in time'), patience.listen)
    const fail = (reason: string) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(new Error(`the indexer ${reason}:\n${lines.slice(-20).join('\n')}`))
    }
    child.once('exit', (code) => fail(`exited with code ${code}`))
    child.once('error', (error) => fail(error.message))
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        if (lines.length > 200) lines.shift()
        onLine?.(line)
        const port = line.includes('Created HTTP server') ? portOf(line) : undefined
        if (port === undefined) return
        clearTimeout(timer)
        resolve(port)
      })
    }
  })
}

function portOf(line: string): number | undefined {
  try {
    return (JSON.parse(line) as { port?: number }).port
  } catch {
    return undefined
  }
}

async function waitUntilReady(url: string, child: ChildProcess, timeout: number): Promise<void> {
  const end = Date.now() + timeout
  while (Date.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the indexer ended before it was ready')
    const response = await fetch(`${url}/v1/status`).catch(() => null)
    const status = response?.ok ? ((await response.json()) as { data: { ready: boolean } }) : null
    if (status?.data.ready) return
    await new Promise((resolve) => setTimeout(resolve, patience.poll))
  }
  throw new Error(`the indexer was not ready within ${timeout} ms`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      deployment: { type: 'string' },
      rpc: { type: 'string', default: 'http://127.0.0.1:8545' },
      directory: { type: 'string', default: '.ponder/pglite' },
      port: { type: 'string', default: '42069' },
      hostname: { type: 'string', default: '127.0.0.1' },
      origin: { type: 'string', default: '*' },
    },
  })
  const deployment = values.deployment ?? process.env.VERITASK_DEPLOYMENT
  if (!deployment) throw new Error('--deployment must be the path of a deployment file')
  const { rpc, directory, port, hostname, origin } = values
  const indexer = await startIndexer({
    deployment,
    rpcUrl: rpc,
    directory,
    port: Number(port),
    hostname,
    origin,
    onLine: (line) => process.stdout.write(`${line}\n`),
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => indexer.stop())
  await indexer.ready()
  process.stdout.write(`ready at ${indexer.url}\n`)
}
