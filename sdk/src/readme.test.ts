import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { type Hex, numberToHex, parseEther } from 'viem'
import { english, generateMnemonic, mnemonicToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Label } from './core.js'
import { writeCurrent } from './current.js'
import { registerSample, type Sample, startChain, type TestChain, taskParameters } from './testing/chain.js'
import { root, rpc } from './testing/foundry.js'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

/** An account of one's own. */
const mnemonic = generateMnemonic(english)
const run = promisify(execFile)
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

let chain: TestChain
let sample: Sample
/** A project of its own, outside the repository, with the SDK as npm would install it. */
let project: string
let viemFolder: string | undefined
let page: string | undefined

beforeAll(async () => {
  await run(process.execPath, [tsc, '-p', '.'], { cwd: join(root, 'sdk') })
  chain = await startChain()
  project = await realpath(await mkdtemp(join(tmpdir(), 'veritask-outside-')))
  await installPacked(project)
  await installViem()
  const example = /```ts\n([\s\S]*?)```/.exec(await readFile(join(root, 'README.md'), 'utf8'))?.[1] ?? ''
  await writeFile(join(project, 'worker.ts'), example)
  await writeFile(join(project, 'main.ts'), MAIN)
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  const compilerOptions = {
    ...{ target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, types: ['node'] },
    ...{ exactOptionalPropertyTypes: false, lib: ['ES2023', 'DOM'], skipLibCheck: true, outDir: 'out' },
  }
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
  const deployment = join(project, '.veritask', 'deployment.json')
  const artifacts = join(root, 'circuits', 'build')
  writeCurrent(project, { deployment, store: chain.directory, rpcUrl: chain.url, artifacts })
  await writeFile(deployment, JSON.stringify(chain.deployment))
  sample = await registerSample(chain)
  await rpc(chain.url, 'anvil_setBalance', [mnemonicToAccount(mnemonic).address, numberToHex(parseEther('1'))])
})
afterAll(async () => {
  await chain?.stop()
  for (const folder of [project, viemFolder, page]) if (folder) await rm(folder, { recursive: true, force: true })
})

/** Around the README's code: a look at the records of the test, and a line for each thing that is waited for. */
const MAIN = `
import { createInterface } from 'node:readline'
import type { Hex } from 'viem'
import { work } from './worker.js'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const look = (item: Uint8Array) => Number(/shows (\\d+)/.exec(new TextDecoder().decode(item))?.[1])
const next = async (event: string) => {
  console.log(event)
  await lines.next()
}
const payment = await work(process.argv[3] as Hex, look, next)
console.log('paid ' + payment.reward)
process.exit(0)
`

async function installPacked(directory: string): Promise<void> {
  await run('npm', ['pack', '--pack-destination', directory, '--silent'], { cwd: join(root, 'sdk') })
  const tarball = (await readdir(directory)).find((name) => name.endsWith('.tgz'))!
  const folder = join(directory, 'node_modules', '@veritask', 'sdk')
  await mkdir(folder, { recursive: true })
  await run('tar', ['xzf', join(directory, tarball), '-C', folder, '--strip-components=1'])
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  // What it names and nothing else: a dependency that is used and not named is missing here.
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) await linkModule(directory, name)
}

async function linkModule(directory: string, name: string): Promise<void> {
  const path = join(directory, 'node_modules', name)
  await mkdir(dirname(path), { recursive: true })
  await symlink(join(root, 'node_modules', name), path)
}

/** The newest of the range that can be installed; without a registry that of this repository. */
async function installViem(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'veritask-viem-'))
  viemFolder = folder
  const { peerDependencies } = JSON.parse(await readFile(join(root, 'sdk', 'package.json'), 'utf8'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const wanted = `viem@${peerDependencies.viem}`
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=0', '--silent']
  const installed = await run('npm', ['install', ...flags, wanted], { cwd: folder, timeout: 120_000 }).then(
    () => true,
    () => false,
  )
  if (!installed) await linkModule(project, 'viem')
  else
    for (const name of await readdir(join(folder, 'node_modules'))) {
      // Whatever the SDK named is there already, in the version it pins.
      if (name.startsWith('.') || name.startsWith('@')) continue
      await symlink(join(folder, 'node_modules', name), join(project, 'node_modules', name)).catch(() => undefined)
    }
  const { version } = JSON.parse(await readFile(join(project, 'node_modules', 'viem', 'package.json'), 'utf8'))
  process.stdout.write(`the README's code against viem ${version}\n`)
}

/** Runs the README's worker; `on` is called for what it waits for, and ends it by returning false. */
function startWorker(taskId: Hex, on: (event: string) => Promise<boolean>): Promise<string[]> {
  const main = join(project, 'out', 'main.js')
  const child = spawn(process.execPath, [main, mnemonic, taskId], { cwd: project, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  createInterface({ input: child.stdout }).on('line', async (line) => {
    lines.push(line)
    if (line.startsWith('paid ')) return
    if (await on(line)) child.stdin.write('\n')
    else child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) =>
    child.on('close', (code) => (code === 0 || code === null ? resolve(lines) : reject(new Error(errors)))),
  )
}

test("the README's code compiles and runs outside the repository, against the packed SDK and the newest viem; rerunning it resumes", async () => {
  await run(process.execPath, [tsc, '-p', project]).catch((error: { stdout: string }) => {
    throw new Error(error.stdout)
  })
  expect(sample.truth.every((label: Label) => typeof label === 'number')).toBe(true)
  const parameters = await taskParameters(chain, sample, 'open-gold', { slots: 1 })
  const { taskId, secrets } = await chain.requester.createTask(parameters)

  // Interrupted once it has joined, and once it has committed.
  const joined = await startWorker(taskId, async () => false)
  expect(joined).toEqual(['the requester wraps the content key'])
  await chain.requester.wrapContentKeys({ taskId, secrets })
  let commitment = 0n
  await startWorker(taskId, async (event) => {
    commitment = (await chain.requester.getSlot({ taskId, slot: 0 })).commitment
    return event === 'the requester wraps the content key'
  })
  expect(commitment).not.toBe(0n)
  await chain.requester.openGold({ taskId, secrets })
  const lines = await startWorker(taskId, async () => true)
  expect(lines.at(-1)).toBe(`paid ${parameters.rewardPerSlot}`)
  expect(await chain.requester.getSlot({ taskId, slot: 0 })).toMatchObject({ state: 'paid', commitment })
  expect((await chain.requester.getSlots({ taskId })).length).toBe(1)
})

/** Bytes that a page which only verifies may load, gzipped. */
const PAGE_LIMIT = 120_000

/** Builds a page as Vite would for anybody. Everything it may ever load is counted, chunks of dynamic imports too. */
async function buildPage(folder: string, code: string): Promise<{ bytes: number; entry: string }> {
  await writeFile(join(folder, 'index.html'), '<script type="module" src="./main.ts"></script>')
  await writeFile(join(folder, 'check.ts'), code)
  await writeFile(join(folder, 'main.ts'), "import { check } from './check'\nObject.assign(globalThis, { check })\n")
  // The polyfill for old browsers looks for a document, and there is none in Node.
  await writeFile(
    join(folder, 'vite.config.js'),
    'export default { build: { modulePreload: { polyfill: false } }, logLevel: "error" }',
  )
  await run(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--emptyOutDir'], {
    cwd: folder,
  })
  const assets = join(folder, 'dist', 'assets')
  const names = await readdir(assets)
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(assets, name))).length))
  const html = await readFile(join(folder, 'dist', 'index.html'), 'utf8')
  const entry = join(folder, 'dist', /src="\/(assets\/[^"]+)"/.exec(html)![1]!)
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), entry }
}

test('a Vite page with the code for pages that only verify loads less than 120 KB, and verifies a receipt', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'veritask-page-')))
  page = folder
  await installPacked(folder)
  await linkModule(folder, 'viem')
  const readme = await readFile(join(root, 'sdk', 'README.md'), 'utf8')
  const code = /## A page that only verifies[\s\S]*?```ts\n([\s\S]*?)```/.exec(readme)![1]!

  const whole = await buildPage(folder, code.replaceAll('createClient', 'createPublicClient'))
  const { bytes, entry } = await buildPage(folder, code)
  process.stdout.write(`a page that only verifies: ${bytes} bytes gzipped; with a public client ${whole.bytes}\n`)
  expect(whole.bytes).toBeLessThan(PAGE_LIMIT)
  expect(bytes).toBeLessThan(PAGE_LIMIT)
  for (const [size, shown] of [
    [bytes, /loads (\d+) KB gzipped/],
    [whole.bytes, /or (\d+) KB if it makes/],
  ] as const)
    expect(Math.abs(Number(shown.exec(readme)![1]) - size / 1000), 'the size that the README says').toBeLessThan(3)

  const taskId = (await chain.requester.listTasks())[0]!.taskId
  const { receipt, checks } = await chain.requester.verifyReceipt({ taskId, slot: 0 })
  await writeFile(
    join(folder, 'run.mjs'),
    `await import(${JSON.stringify(pathToFileURL(entry).href)})
console.log(JSON.stringify(await check(...${JSON.stringify([chain.deployment, chain.url, receipt.receiptId])})))`,
  )
  const { stdout } = await run(process.execPath, [join(folder, 'run.mjs')])
  const lines = checks.map(({ description }) => `✓ ${description}`)
  expect(JSON.parse(stdout)).toEqual({ valid: true, lines })
})
