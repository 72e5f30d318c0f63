import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Hex, parseEther, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LabelSecrets } from '../actions/index.js'
import type { Rules } from '../core.js'
import { parseLabelFile } from '../labels-io/index.js'
import { accountAt, depositBond, startChain, type TestChain } from '../testing/chain.js'
import { root } from '../testing/foundry.js'
import { openVault } from './vault.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 240_000 })

let chain: TestChain
let home: string
const main = join(root, 'sdk', 'dist', 'cli', 'main.js')
const PASSPHRASE = 'correct horse'

const TRUTH = Array.from({ length: 20 }, (_, index) => (index * 7) % 3)
const CLASSES = ['cat', 'dog', 'fox']

beforeAll(async () => {
  await promisify(execFile)(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'], {
    cwd: join(root, 'sdk'),
  })
  chain = await startChain()
  home = await mkdtemp(join(tmpdir(), 'veritask-cli-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [0, 1, 2]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key${index}.json`), JSON.stringify({ privateKey }))
  }
  await mkdir(join(home, 'records'))
  await Promise.all(
    TRUTH.map((label, i) =>
      writeFile(join(home, 'records', `${String(i).padStart(2, '0')}.txt`), `${i}: ${CLASSES[label]}`),
    ),
  )
})
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

type Run = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The built command line in a process of its own. */
function run(
  args: readonly string[],
  { account = 0, env = {} }: { account?: number; env?: Record<string, string> } = {},
): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      VERITASK_RPC_URL: chain.url,
      VERITASK_DEPLOYMENT: join(home, 'deployment.json'),
      VERITASK_STORE: join(home, 'content'),
      VERITASK_STATE: join(home, `state${account}`),
      VERITASK_ARTIFACTS: join(root, 'circuits', 'build'),
      VERITASK_PRIVATE_KEY_FILE: join(home, `key${account}.json`),
      VERITASK_PASSPHRASE: PASSPHRASE,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr })))
}

async function json<T>(args: readonly string[], account = 0): Promise<T> {
  const { code, stdout, stderr } = await run([...args, '--json'], { account })
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}

let files = 0
type TaskChanges = Readonly<Record<string, unknown>> & { readonly slots?: number }
async function taskFile(settlement: 'open-gold' | 'hidden-gold', changes: TaskChanges = {}): Promise<string> {
  const { versionId } = await dataset()
  const { slots = 1 } = changes
  if (settlement === 'hidden-gold') await depositBond(chain, { rewardPerSlot: parseEther('0.5'), slots })
  const gold = TRUTH.slice(0, 8).map((label, index) => ({ index, label }))
  const deadlines =
    settlement === 'open-gold'
      ? { join: '10m', commit: '10m', open: '10m', prove: '10m' }
      : { join: '10m', submit: '10m', score: '10m' }
  const task = {
    title: 'Which animal?',
    instructions: 'Say what is shown.',
    classes: CLASSES,
    dataset: versionId,
    records: 'records',
    reward: '0.5',
    slots: 1,
    deadlines,
    settlement,
    rules: { kind: 'distance', max: 2, tolerance: 0, thresholdBps: 7500 },
    gold,
    ...changes,
  }
  const file = join(home, `task-${files++}.json`)
  await writeFile(file, JSON.stringify(task))
  return file
}

let registered: Promise<{ versionId: string; datasetId: string; size: number }> | undefined
function dataset() {
  registered ??= json(['dataset', 'create', 'records', '--name', 'Animals', '--licence', 'CC0-1.0'])
  return registered
}

describe('a requester and a worker, command by command', () => {
  test('default: open gold', async () => {
    const { datasetId, size } = await dataset()
    expect(size).toBe(20)
    const names = TRUTH.map((_, index) => `${String(index).padStart(2, '0')}.txt`)
    expect(await json(['dataset', 'records', (await dataset()).versionId])).toMatchObject({ files: names })
    expect((await run(['dataset', 'show', datasetId])).stdout).toContain('Animals')

    const { taskId } = await json<{ taskId: string }>(['task', 'create', await taskFile('open-gold')])
    expect((await run(['task', 'list'])).stdout).toContain('Which animal?')
    expect(await json(['work', 'join', taskId], 1)).toMatchObject({ slot: 0, found: false })
    expect(await json(['work', 'join', taskId], 1)).toMatchObject({ slot: 0, found: true })
    expect(await json(['task', 'assign', taskId])).toMatchObject({ wrapped: [0], skipped: [] })

    const labelled = await json<{ sheet: string; items: string[]; order: number[] }>(
      ['work', 'label', taskId, '--out', 'work'],
      1,
    )
    expect(labelled.items).toHaveLength(20)
    // In an order of this worker's own.
    expect(labelled.order).not.toEqual(TRUTH.map((_, item) => item))
    expect(await readFile(join(home, 'work', labelled.items[3]!), 'utf8')).toBe(`3: ${CLASSES[TRUTH[3]!]}`)
    const sheet = await readFile(join(home, labelled.sheet), 'utf8')
    const filled = sheet
      .split('\n')
      .map((line, i) =>
        i === 0 || line === '' ? line : line.replace(',,', `,${CLASSES[TRUTH[Number(line.split(',')[0])]!]},`),
      )
    await writeFile(join(home, labelled.sheet), filled.join('\n'))
    await json(['work', 'label', taskId, '--out', 'work'], 1)
    expect(await readFile(join(home, labelled.sheet), 'utf8')).toBe(filled.join('\n'))

    // Another task's sheet in the same folder is neither kept nor filled with these items, and commits nowhere else.
    const elsewhere = await json<{ taskId: Hex }>(['task', 'create', await taskFile('open-gold'), '--new'])
    await json(['work', 'join', elsewhere.taskId], 1)
    await json(['task', 'assign', elsewhere.taskId])
    expect(await json(['task', 'labels', elsewhere.taskId, '--out', 'none.csv'])).toEqual([])
    await expect(stat(join(home, 'none.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
    const mixed = await run(['work', 'label', elsewhere.taskId, '--out', 'work', '--json'], { account: 1 })
    expect(JSON.parse(mixed.stdout)).toMatchObject({
      error: { name: 'InputFileError', message: expect.stringContaining(`is the sheet of task ${taskId}`) },
    })
    const foreign = ['work', 'commit', elsewhere.taskId, '--labels', labelled.sheet, '--json']
    expect(JSON.parse((await run(foreign, { account: 1 })).stdout)).toMatchObject({
      error: { name: 'LabelFileError', message: expect.stringContaining('it is for task') },
    })
    // The class names are out of reach: nothing is guessed.
    const guess = ['work', 'commit', taskId, '--labels', labelled.sheet, '--store', 'nowhere', '--json']
    expect(JSON.parse((await run(guess, { account: 1 })).stdout)).toMatchObject({
      error: { name: 'LabelFileError', message: expect.stringContaining('could not be loaded') },
    })
    const studio = JSON.parse(await readFile(join(home, 'work', 'label-studio.json'), 'utf8'))
    expect(studio.map(({ data }: { data: { item: number; task: Hex } }) => [data.item, data.task])).toEqual(
      labelled.order.map((item) => [item, taskId]),
    )

    const committed = await json<{ commitment: string }>(['work', 'commit', taskId, '--labels', labelled.sheet], 1)
    expect(await json(['work', 'commit', taskId, '--labels', labelled.sheet], 1)).toMatchObject({
      found: true,
      commitment: committed.commitment,
    })
    const other = join(home, 'other.csv')
    await writeFile(other, filled.join('\n').replace(`\n0,${CLASSES[TRUTH[0]!]},`, '\n0,fox,'))
    const second = await run(['work', 'commit', taskId, '--labels', other, '--json'], { account: 1 })
    expect(JSON.parse(second.stdout)).toMatchObject({ error: { name: 'AlreadyCommittedError' } })
    const worker = accountAt(1).address.toLowerCase()
    const entry = `labels-${taskId}-${worker}-${toHex(BigInt(committed.commitment), { size: 32 })}.json`
    const state = await readdir(join(home, 'state1'))
    expect(state.filter((name) => name.startsWith('labels-'))).toEqual([entry])
    // Left by an attempt that never reached the chain: proving takes the one the chain has.
    const vault = openVault(join(home, 'state1'), async () => PASSPHRASE)
    const kept = await vault.get<LabelSecrets>(entry.slice(0, -'.json'.length), 'labels')
    const stray = toHex(1n, { size: 32 })
    await vault.put(`labels-${taskId}-${worker}-${stray}`, { ...kept, salt: stray, commitment: stray })
    await json(['task', 'open-gold', taskId])
    const proven = await json<{ receiptId: string; hash: string }>(['work', 'prove', taskId], 1)
    expect(await json(['work', 'prove', taskId], 1)).toMatchObject({ found: true, hash: proven.hash })

    const [delivered] = await json<{ labels: number[] }[]>(['task', 'labels', taskId, '--out', 'labels.csv'])
    expect(delivered).toMatchObject({ labels: TRUTH, named: TRUTH.map((label) => CLASSES[label]) })
    const rules: Rules = {
      ...{ kind: 'distance', capacity: 64, max: 2, tolerance: 0, thresholdBps: 7500 },
      ...{ itemCount: TRUTH.length, goldCount: 8 },
    }
    const target = { rules, classes: CLASSES, task: taskId as Hex, worker: accountAt(1).address }
    const delivery = await readFile(join(home, 'labels.csv'), 'utf8')
    expect(delivery.split('\n')[1]).toBe(`0,0,00.txt,0,${accountAt(1).address},${taskId},${CLASSES[TRUTH[0]!]}`)
    expect(parseLabelFile({ text: delivery, ...target })).toEqual(TRUTH)
    for (const [name, format] of [
      ['labels.jsonl', undefined],
      ['labels.json', undefined],
      ['studio.json', 'label-studio'],
    ] as const) {
      await json(['task', 'labels', taskId, '--out', name, ...(format ? ['--format', format] : [])])
      expect(parseLabelFile({ text: await readFile(join(home, name), 'utf8'), ...target }), name).toEqual(TRUTH)
    }
    const merging = ['task', 'labels', taskId, '--merge', '--out', 'merged.csv']
    expect(await json(merging)).toMatchObject({ ties: [], labels: TRUTH.map((label, item) => ({ item, label })) })
    expect(parseLabelFile({ text: await readFile(join(home, 'merged.csv'), 'utf8'), ...target })).toEqual(TRUTH)
    for (const wrong of [
      ['--format', 'coco'],
      ['--out', 'x.jsonl', '--format', 'csv'],
      ['--format', 'xml'],
    ])
      expect((await run(['task', 'labels', taskId, ...wrong])).code).toBe(2)
    const lost = await run(['task', 'labels', taskId, '--out', 'lost.csv', '--store', 'nowhere', '--json'])
    expect(JSON.parse(lost.stdout)).toMatchObject({ error: { name: 'ClassNamesUnavailableError' } })
    const again = await run(['task', 'labels', taskId, '--out', 'labels.csv', '--json'])
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { name: 'InputFileError' } })
    expect(await json(['task', 'settle', taskId])).toMatchObject({ settled: [] })
    expect(await json(['task', 'show', taskId])).toMatchObject({ phase: 'completed', title: 'Which animal?' })
    const nothing = await run(['work', 'claim'], { account: 1 })
    expect(nothing).toMatchObject({ code: 1, stdout: '' })
    expect(nothing.stderr).toMatch(/^error: Account 0x\S+ has no credit in token 0x0+\. .+\n$/)
  })

  test('default: hidden gold, scored and claimed', async () => {
    const created = await run(['task', 'create', await taskFile('hidden-gold', { slots: 3 }), '--json'])
    const { taskId } = JSON.parse(created.stdout) as { taskId: Hex }
    // Three of eight gold items are the least that a rejection disagrees with, on a panel of two.
    const risk = 'so few gold items decide that a rejection by the least of them cannot be overturned'
    expect(created.stderr).toContain(`warning: ${risk}`)
    const { terms } = await chain.requester.getTask({ taskId })
    if (!('submitBy' in terms)) throw new Error('wrong kind')
    const joined = await run(['work', 'join', taskId, '--payout', chain.refusing], { account: 2 })
    expect(joined).toMatchObject({ code: 0, stderr: expect.stringContaining(`warning: ${risk}`) })
    await json(['work', 'join', taskId], 1)
    await json(['task', 'assign', taskId])
    await writeFile(join(home, 'labels.jsonl'), TRUTH.map((label, item) => JSON.stringify({ item, label })).join('\n'))
    await json(['work', 'prove', taskId, '--labels', 'labels.jsonl'], 2)
    const missed = TRUTH.map((label, item) => JSON.stringify({ item, label: item < 3 ? (label + 1) % 3 : label }))
    await writeFile(join(home, 'missed.jsonl'), missed.join('\n'))
    await json(['work', 'prove', taskId, '--labels', 'missed.jsonl'], 1)
    const early = await run(['task', 'score', taskId, '--json'])
    expect(JSON.parse(early.stdout)).toMatchObject({ error: { name: 'TooEarlyError' } })
    await chain.passTo(terms.submitBy)
    const scored = await json<{ hash: Hex }[]>(['task', 'score', taskId])
    expect(scored).toMatchObject([
      { slot: 0, agreements: 8, passed: true },
      { slot: 1, agreements: 5, passed: false },
    ])
    expect(scored[1]!.hash).toBe(scored[0]!.hash)
    expect(await json(['task', 'score', taskId])).toEqual([])
    expect(await json(['task', 'score', taskId, '--slot', '1,0'])).toMatchObject([{ slot: 1 }, { slot: 0 }])
    const none = await run(['task', 'score', taskId, '--slot', '0,2', '--json'])
    expect(none.code).toBe(1)
    expect(JSON.parse(none.stdout)).toMatchObject([
      { slot: 0, passed: true },
      { slot: 2, error: { name: 'SlotStateError' } },
    ])
    // Two submitted: nobody can overturn a rejection, and nobody waits.
    const shown = await run(['task', 'show', taskId])
    expect(shown.stdout).toMatch(/rejected +1 slot, decided/)
    expect(shown.stdout).toContain('5/8')
    const refused = await run(['work', 'claim', '--recipient', chain.refusing, '--json'], { account: 2 })
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { name: 'TransferRefusedError' } })
    expect(await json(['task', 'settle', taskId])).toMatchObject({ unfilled: { slots: 1 } })
    expect(await json(['work', 'claim'])).toMatchObject({ recipient: accountAt(0).address })
  })

  test('default: cancel', async () => {
    const { taskId } = await json<{ taskId: string }>(['task', 'create', await taskFile('hidden-gold')])
    expect((await run(['task', 'cancel', taskId])).code).toBe(0)
    expect(await json(['task', 'show', taskId])).toMatchObject({ phase: 'cancelled' })
  })
})

describe('interrupted commands', () => {
  const nonce = () => chain.requester.getTransactionCount({ address: accountAt(0).address })

  test('dataset create: nothing is sent before the salts are kept, and a rerun registers once', async () => {
    const args = ['dataset', 'create', 'records', '--name', 'Kept', '--licence', 'MIT']
    const before = await nonce()
    const none = await run([...args, '--json'], { env: { VERITASK_PASSPHRASE: '' } })
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { name: 'PassphraseRequiredError' } })
    expect(await nonce()).toBe(before)
    const first = await json<{ versionId: string; datasetId: string }>(args)
    const { versionId, datasetId } = first
    expect(await json(args)).toMatchObject({ versionId, datasetId, found: true })
    expect(await nonce()).toBe(before + 1)
  })

  test('task create: a rerun of the same file finds its task, --new makes another', async () => {
    const file = await taskFile('open-gold', { title: 'Once' })
    const before = await nonce()
    const first = await run(['task', 'create', file, '--json'])
    const { taskId } = JSON.parse(first.stdout) as { taskId: string }
    expect(first.stderr).toContain(taskId)
    expect(await json(['task', 'create', file])).toMatchObject({ taskId, found: true })
    expect(await json(['task', 'create', file, '--resume', taskId])).toMatchObject({ taskId, found: true })
    expect(await nonce()).toBe(before + 1)
    const another = await json<{ taskId: string }>(['task', 'create', file, '--new'])
    expect(another).toMatchObject({ found: false })
    expect(another.taskId).not.toBe(taskId)
    expect(await nonce()).toBe(before + 2)
  })

  test('task create: no node is said so', async () => {
    const file = await taskFile('open-gold')
    const { stdout } = await run(['task', 'create', file, '--rpc-url', 'http://127.0.0.1:1', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'NodeUnreachableError' } })
  })
})

describe('keys', () => {
  test('default: list, show, verify', async () => {
    const keys = await json<{ keyId: string; circuit: string }[]>(['keys', 'list'])
    expect(keys).toHaveLength(Object.keys(chain.deployment.keys).length)
    const keyId = chain.deployment.keys['score-scalar-64']!
    const { stdout: shown } = await run(['keys', 'show', keyId])
    expect(shown).toContain('development (no ceremony)')
    expect(shown).toContain('groth16-bn254 at 0x')
    expect(shown).toMatch(/depends on +-/)
    const verified = await json<{ valid: boolean; checks: { name: string }[] }>(['keys', 'verify', keyId])
    expect(verified.valid).toBe(true)
    expect(verified.checks.map(({ name }) => name)).toEqual([
      'key id',
      'status',
      'proof system',
      'depends on',
      'impossible statement',
      'challenge',
      'manifest hash',
      'manifest entry',
      'r1cs',
      'wasm',
      'zkey',
      'vkey',
      'key data',
      'mark',
      'key in zkey',
      'audit',
      'contributions',
      'circuit of the key',
      'rebuilt zkey',
    ])
  })

  test('error: a swapped artifact fails its line', async () => {
    const circuits = join(home, 'swapped')
    const build = join(root, 'circuits', 'build')
    await mkdir(join(circuits, 'score-scalar-64'), { recursive: true })
    for (const kind of ['r1cs', 'wasm', 'zkey', 'vkey.json']) {
      const from = join(build, 'score-scalar-64', `score-scalar-64.${kind}`)
      const source = kind === 'wasm' ? join(build, 'legality-scalar-64', 'legality-scalar-64.wasm') : from
      const bytes = await readFile(source).catch(() => undefined)
      if (bytes) await writeFile(join(circuits, 'score-scalar-64', `score-scalar-64.${kind}`), bytes)
    }
    const keyId = chain.deployment.keys['score-scalar-64']!
    const { code, stdout } = await run(['keys', 'verify', keyId, '--artifacts', circuits, '--json'])
    expect(code).toBe(1)
    const { valid, checks } = JSON.parse(stdout) as { valid: boolean; checks: { name: string; status: string }[] }
    expect(valid).toBe(false)
    expect(checks.find(({ name }) => name === 'wasm')).toMatchObject({ status: 'failed' })
    expect(checks.find(({ name }) => name === 'zkey')).toMatchObject({ status: 'ok' })
  })
})

describe('what is wrong is said in one paragraph', () => {
  test.concurrent.for<[string, string[], RegExp]>([
    ['an unknown command', ['task', 'destroy'], /destroy/],
    ['an unknown flag', ['task', 'list', '--private-key', '0xsecretsecret'], /no flag --private-key/],
    ['a missing argument', ['task', 'show'], /ID|id/],
    ['an id that is none', ['task', 'show', '0x12'], /64 hex digits/],
    ['too many arguments', ['task', 'list', 'extra'], /1 arguments/],
    ['a node address that is none', ['task', 'list', '--rpc-url', 'localhost'], /--rpc-url/],
    [
      'a requester that is no address',
      ['task', 'list', '--requester', 'notanaddress'],
      /--requester must be an address/,
    ],
    ['another task and the same one', ['task', 'create', 'x', '--new', '--resume', '0x12'], /exclude/],
    ['slots that are no numbers', ['task', 'score', `0x${'11'.repeat(32)}`, '--slot', '1,,2'], /--slot/],
    ['two ways to freeze', ['keys', 'freeze', `0x${'11'.repeat(32)}`, '--reason', 'x', '--dependent'], /one of/],
    ['two stores', ['task', 'list', '--store', 'a', '--gateway', 'http://b'], /exclude/],
  ])('error: %s is a usage error', async ([, args, message], { expect }) => {
    const { code, stderr, stdout } = await run(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: .+\n$/)
    expect(stderr).toMatch(message)
    expect(stderr + stdout).not.toContain('secretsecret')
  })

  test.concurrent('error: a usage error as JSON', async ({ expect }) => {
    const { code, stdout } = await run(['task', 'show', '0x12', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'UsageError' } })
  })

  test.concurrent.for<[string, string[], string]>([
    ['no node', ['task', 'list', '--rpc-url', 'http://127.0.0.1:1'], 'NodeUnreachableError'],
    ['no deployment', ['task', 'list', '--deployment', 'none.json'], 'InputFileError'],
    ['no such task', ['task', 'show', `0x${'11'.repeat(32)}`], 'TaskNotFoundError'],
    ['no such key', ['keys', 'show', `0x${'11'.repeat(32)}`], 'KeyNotFoundError'],
    ['no key file', ['work', 'claim', '--key-file', 'none.json'], 'KeyFileError'],
    ['a raw key for a file', ['work', 'claim', '--key-file', `0x${'ab'.repeat(32)}`], 'KeyFileError'],
    ['secrets that were never kept', ['task', 'open-gold', `0x${'11'.repeat(32)}`], 'NotKeptError'],
    ['no records', ['dataset', 'create', 'none', '--name', 'x', '--licence', 'MIT'], 'InputFileError'],
  ])('error: %s', async ([, args, name], { expect }) => {
    const { code, stdout, stderr } = await run([...args, '--json'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ error: { name } })
    expect(stdout).not.toContain('abab')
  })

  test.concurrent.for<[string, object, string]>([
    ['a label of gold outside the schema', { gold: [{ index: 0, label: 3 }] }, 'InputFileError'],
    ['a class given twice', { classes: ['cat', 'dog', 'cat'] }, 'InputFileError'],
    ['fewer classes than labels', { rules: { kind: 'distance', max: 4, thresholdBps: 7500 } }, 'InputFileError'],
    [
      'a threshold above 10,000',
      { rules: { kind: 'distance', max: 2, thresholdBps: 10_001 } },
      'ThresholdTooHighError',
    ],
    ['a reward that is too small', { reward: '0.000000000000000001' }, 'RewardTooSmallError'],
    ['a reward that is no amount', { reward: 5 }, 'InputFileError'],
    [
      'deadlines out of order',
      { deadlines: { join: '1h', commit: 1, open: '1h', prove: '1h' } },
      'DeadlineOutOfRangeError',
    ],
    [
      'a deadline that is none',
      { deadlines: { join: 'soon', commit: '1h', open: '1h', prove: '1h' } },
      'InputFileError',
    ],
    ['an item that does not exist', { items: [0, 20] }, 'InputFileError'],
    ['a token without an amount', { token: `0x${'01'.repeat(20)}` }, 'InputFileError'],
  ])('error: a task file with %s', async ([, changes, name], { expect }) => {
    const { code, stdout } = await run([
      'task',
      'create',
      await taskFile('open-gold', changes as TaskChanges),
      '--json',
    ])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ error: { name } })
  })

  test.concurrent('error: --json=true is --json', async ({ expect }) => {
    const { stdout } = await run(['task', 'show', '0x12', '--json=true'])
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'UsageError' } })
  })

  test('--version: prints the version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  test('help: every command says what it takes', async () => {
    const { code, stdout } = await run(['task', 'create', '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain('--key-file')
  })
})

describe('kept secrets', () => {
  test('default: encrypted under the passphrase, readable by their owner alone', async () => {
    await dataset()
    const entries = await readdir(join(home, 'state0'), { withFileTypes: true })
    // Transactions that were sent are no secret.
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const path = join(home, 'state0', file)
      expect((await stat(path)).mode & 0o777).toBe(0o600)
      const text = await readFile(path, 'utf8')
      for (const word of ['contentKey', 'goldSalt', 'encryptionSecret', 'salts']) expect(text).not.toContain(word)
    }
  })

  test('error: a wrong passphrase, an altered file, no passphrase', async () => {
    const task = await taskFile('open-gold')
    const wrong = await run(['task', 'create', task, '--json'], { env: { VERITASK_PASSPHRASE: 'wrong' } })
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { name: 'WrongPassphraseError' } })
    const none = await run(['task', 'create', task, '--json'], { env: { VERITASK_PASSPHRASE: '' } })
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { name: 'PassphraseRequiredError' } })
    const { versionId } = await dataset()
    const file = join(home, 'state0', `dataset-${versionId}.json`)
    const text = await readFile(file, 'utf8')
    const { sealed, ...rest } = JSON.parse(text) as { sealed: string }
    const bytes = Buffer.from(sealed, 'base64')
    bytes[10]! ^= 1
    await writeFile(file, JSON.stringify({ ...rest, sealed: bytes.toString('base64') }))
    const altered = await run(['task', 'create', task, '--json'])
    await writeFile(file, text)
    expect(JSON.parse(altered.stdout)).toMatchObject({ error: { name: 'VaultLockedError' } })
  })
})
