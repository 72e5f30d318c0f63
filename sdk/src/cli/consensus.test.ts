import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commitLabels as commitmentOf, encodeLabels, type ScalarRules } from '../core.js'
import { accountAt, startChain, type TestChain } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { root, rpc } from '../testing/foundry.js'
import { readTaskFile } from './taskFile.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 900_000 })

const CLASSES = ['cat', 'dog', 'fox', '=owl']
const TRUTH = Array.from({ length: 12 }, (_, item) => (item * 7) % CLASSES.length)
const WORKERS = [1, 2, 3]
const OUTSIDER = 4

let chain: TestChain
let home: string
let dataset: string

async function run(args: readonly string[], account = 0) {
  const env = {
    VERITASK_RPC_URL: chain.url,
    VERITASK_DEPLOYMENT: 'deployment.json',
    VERITASK_STORE: 'content',
    VERITASK_STATE: `state${account}`,
    VERITASK_ARTIFACTS: join(root, 'circuits', 'build'),
    VERITASK_PRIVATE_KEY_FILE: `key${account}.json`,
    VERITASK_PASSPHRASE: 'correct horse',
  }
  const { code, stdout, stderr } = await runCli([...args, '--json'], { cwd: home, env })
  return { code, stderr, data: JSON.parse(stdout) }
}

/** A command that must succeed. */
async function done(args: readonly string[], account = 0) {
  const { code, data, stderr } = await run(args, account)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${JSON.stringify(data)} ${stderr}`)
  return data
}

/** What a person reads. */
async function read(args: readonly string[], account = 0): Promise<string> {
  const env = { VERITASK_RPC_URL: chain.url, VERITASK_DEPLOYMENT: 'deployment.json', VERITASK_STORE: 'content' }
  const own = { VERITASK_STATE: `state${account}`, VERITASK_PASSPHRASE: 'correct horse' }
  return (await runCli(args, { cwd: home, env: { ...env, ...own } })).stdout
}

let files = 0
async function taskFile(changes: object = {}): Promise<string> {
  const task = {
    title: 'Which animal?',
    instructions: 'Say what is shown.',
    classes: CLASSES,
    dataset,
    records: 'records',
    reward: '0.01',
    slots: WORKERS.length,
    settlement: 'consensus',
    windows: { join: '20m', commit: '20m', deliver: '20m', settle: '20m' },
    rules: { kind: 'distance', max: 3, thresholdBps: 6000 },
    publication: { name: 'Animals by consensus', licence: 'CC0-1.0' },
    // Three workers and twelve items are enough to try the commands with.
    unsafeVoting: true,
    ...changes,
  }
  const file = `task${files++}.json`
  await writeFile(join(home, file), JSON.stringify(task))
  return file
}

beforeAll(async () => {
  chain = await startChain()
  home = await mkdtemp(join(tmpdir(), 'veritask-consensus-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [0, ...WORKERS, OUTSIDER]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key${index}.json`), JSON.stringify({ privateKey }))
  }
  await mkdir(join(home, 'records'))
  for (const [item, label] of TRUTH.entries())
    await writeFile(join(home, 'records', `${String(item).padStart(2, '0')}.txt`), `${item}: ${CLASSES[label]}`)
  const created = await done(['dataset', 'create', 'records', '--name', 'Animals', '--licence', 'CC0-1.0'])
  dataset = created.versionId
}, 240_000)
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

/** The node mines for transactions only: blocks while somebody waits for them. */
async function whileMining<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => void rpc(chain.url, 'evm_mine'), 500)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}

/** Fills in a sheet as a worker does; returns its items. */
async function fill(sheet: string, labelOf: (item: number) => number): Promise<number[]> {
  const [head, ...lines] = (await readFile(join(home, sheet), 'utf8')).trim().split('\n')
  const items = lines.map((line) => Number(line.split(',')[0]))
  const filled = lines.map((line, i) => line.replace(',,', `,${CLASSES[labelOf(items[i]!)]},`))
  await writeFile(join(home, sheet), [head, ...filled, ''].join('\n'))
  return items
}

/** The third worker is wrong about everything. */
const labelBy = (worker: number) => (item: number) => (worker === 3 ? (TRUTH[item]! + 1) % 4 : TRUTH[item]!)

describe('a consensus from the shell', () => {
  test('default: drawn items, labelled, proven, published', async () => {
    const made = await done(['task', 'create', await taskFile({ assignmentShift: 1 })])
    const { taskId } = made as { taskId: Hex }
    expect(await done(['task', 'show', taskId])).toMatchObject({
      kind: 'consensus',
      phase: 'joining',
      seed: { beaconDrawn: false, revealed: false },
      voting: { voters: 0, reasons: [expect.stringContaining('0 voters'), expect.stringContaining('is paid in')] },
    })
    expect(await read(['task', 'show', taskId])).toMatch(/worth of the vote +An item has 0 voters.*--unsafe-voting/)
    expect(await run(['work', 'join', taskId], 1)).toMatchObject({
      code: 1,
      data: { error: { name: 'ConsensusUnsoundError' } },
    })
    expect(await run(['work', 'join', taskId, '--largest-share-bps', '2499'], 1)).toMatchObject({
      code: 1,
      data: { error: { name: 'LargestShareOutOfRangeError' } },
    })
    // A worker is told to run what anyone may, as soon as it may, and to wait for what only the requester can.
    const undrawn = async () => {
      const { code, data } = await run(['work', 'label', taskId], 1)
      expect({ code, name: data.error.name }).toEqual({ code: 1, name: 'NotDrawnError' })
      return data.error.advice
    }
    const advised = `\`veritask task seed ${taskId} --beacon\``
    await done(['work', 'join', taskId, '--unsafe-voting'], 1)
    expect(await undrawn()).toMatch(`: run ${advised}`)
    expect(await undrawn()).toMatch(/^Once joining is over/)
    for (const worker of WORKERS.slice(1)) await done(['work', 'join', taskId, '--unsafe-voting'], worker)
    await done(['task', 'assign', taskId])
    expect(await undrawn()).toMatch(`Do not wait for the requester: run ${advised}`)
    expect(await run(['task', 'seed', taskId], OUTSIDER)).toMatchObject({ data: { error: { name: 'NotKeptError' } } })
    const scheduled = await done(['task', 'seed', taskId, '--beacon', '--wait', '0'], OUTSIDER)
    expect(scheduled).toMatchObject({ round: 0, outcome: 'scheduled', found: false })
    const drawn = await whileMining(() => done(['task', 'seed', taskId, '--beacon'], OUTSIDER))
    expect(await undrawn()).toMatch(/^Wait until the requester runs `veritask task seed`, by 2/)
    const seed = await done(['task', 'seed', taskId])
    expect(drawn).toMatchObject({ outcome: 'drawn', beaconBlock: scheduled.beaconBlock })
    expect(seed).toMatchObject({ found: false })
    expect(await done(['task', 'seed', taskId])).toMatchObject({ hash: seed.hash, found: true })
    expect(await run(['task', 'consensus', taskId])).toMatchObject({ data: { error: { name: 'NotDecidedError' } } })

    const votes = new Map<number, number[]>()
    for (const worker of WORKERS) {
      const out = `work${worker}`
      const { sheet, items, order } = await done(['work', 'label', taskId, '--out', out], worker)
      const drawn = await fill(sheet, labelBy(worker))
      expect(drawn).toEqual(order)
      expect(drawn.length).toBeLessThanOrEqual(TRUTH.length)
      for (const item of TRUTH.keys())
        if (drawn.includes(item))
          expect(await readFile(join(home, out, items[item]), 'utf8')).toBe(`${item}: ${CLASSES[TRUTH[item]!]}`)
        else expect(items[item]).toBeNull()
      votes.set(worker, drawn)
      const commit = ['work', 'commit', taskId, '--labels', sheet]
      expect(await done(commit, worker)).toMatchObject({ found: false })
      if (worker === 1) expect(await done(commit, worker)).toMatchObject({ found: true })
    }
    const partial = WORKERS.find((worker) => votes.get(worker)!.length < TRUTH.length) ?? 1
    const full = TRUTH.map((label, item) => `${item},${label}`)
    await writeFile(join(home, 'full.csv'), ['item,label', ...full].join('\n'))
    await writeFile(join(home, 'none.csv'), 'item,label\n')
    if (votes.get(partial)!.length < TRUTH.length)
      expect(await run(['work', 'commit', taskId, '--labels', 'full.csv'], partial)).toMatchObject({
        data: { error: { name: 'LabelFileError', message: expect.stringContaining('not among those assigned') } },
      })
    expect(await run(['work', 'commit', taskId, '--labels', 'none.csv'], 1)).toMatchObject({
      data: { error: { name: 'WrongItemCountError' } },
    })
    expect(await read(['task', 'show', taskId])).toMatch(/votes +3 committed, 0 delivered/)

    await done(['work', 'prove', taskId], 1)
    await done(['work', 'prove', taskId, '--out', 'vote2.json'], 2)
    await done(['work', 'prove', taskId, '--out', 'vote3.json'], 3)
    await writeFile(join(home, 'none.json'), '{}')
    expect(await run(['work', 'submit', 'vote3.json', 'none.json', 'vote2.json'], OUTSIDER)).toMatchObject({
      code: 1,
      data: [
        { slot: 2, outcome: 'delivered' },
        { outcome: 'refused', error: { name: 'InputFileError' } },
        { slot: 1, outcome: 'delivered' },
      ],
    })

    const settled = await done(['task', 'settle', taskId, '--out', 'consensus.jsonl'])
    const covered = TRUTH.map((_, item) => WORKERS.some((worker) => votes.get(worker)!.includes(item)))
    const expected = TRUTH.map((_, item) => {
      const counts = CLASSES.map(
        (_, label) => WORKERS.filter((w) => votes.get(w)!.includes(item) && labelBy(w)(item) === label).length,
      )
      return counts.indexOf(Math.max(...counts))
    })
    expect(settled).toMatchObject({
      outcome: 'settled',
      steps: [{ step: 'conclude', slots: [0, 1, 2] }],
      consensus: { labels: expected, covered, classes: CLASSES },
    })
    const { datasetId, versionId } = settled.consensus
    expect(await done(['dataset', 'show', datasetId])).toMatchObject({
      name: 'Animals by consensus',
      versions: [{ versionId, parents: [dataset] }],
    })
    expect(await done(['dataset', 'accept', datasetId])).toMatchObject({ found: false })
    const lines = (await readFile(join(home, 'consensus.jsonl'), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      expected.flatMap((label, item) =>
        covered[item] ? [expect.objectContaining({ item, label: CLASSES[label], record: item, task: taskId })] : [],
      ),
    )

    expect(await done(['task', 'settle', taskId])).toMatchObject({ settled: [] })
    const shown = await done(['task', 'consensus', taskId, '--out', 'c.csv', '--opening', 'opening.json'])
    expect(shown).toMatchObject({ labels: expected, versionId, file: 'c.csv' })
    // A class name cannot be a formula of whoever opens the sheet.
    expect(await readFile(join(home, 'c.csv'), 'utf8')).not.toMatch(/,=owl/)
    expect(await run(['task', 'consensus', taskId, '--out', 'c.csv'])).toMatchObject({
      data: { error: { name: 'InputFileError' } },
    })
    const text = await read(['task', 'consensus', taskId])
    expect(text).toContain(versionId)
    // What opens the dataset version is in the file that was asked for, and printed nowhere.
    const { rules, labels, salt, context } = JSON.parse(await readFile(join(home, 'opening.json'), 'utf8'))
    expect(text + JSON.stringify(shown)).not.toContain(salt)
    const opened = commitmentOf({
      rules: rules as ScalarRules,
      commitmentContext: BigInt(context),
      salt: BigInt(salt),
      codes: encodeLabels(rules as ScalarRules, labels),
    })
    const { versions } = await chain.requester.getDataset({ datasetId })
    expect(versions[0]?.root).toBe(opened)
    const finished = await done(['task', 'show', taskId])
    expect(finished).toMatchObject({ phase: 'completed', seed: { revealed: true } })
    expect(finished.slotsTaken.map(({ assigned }: { assigned: number[] }) => assigned)).toEqual(
      WORKERS.map((worker) => [...votes.get(worker)!].sort((a, b) => a - b)),
    )
  })

  test('default: too few agree, and a second round settles it', async () => {
    const rounds = { firstSlots: 3, stepSlots: 1, agreementBoundBps: 9_000 }
    const { taskId } = await done(['task', 'create', await taskFile({ rounds, slots: 4 })])
    const vote = async (index: number, label: number) => {
      const worker = chain.worker(index)
      const labels = TRUTH.map(() => label)
      await worker.joinTask({ taskId, unsafeVoting: true })
      const { secrets } = await worker.commitLabels({ taskId, labels })
      return async () => {
        const submission = await worker.proveLabels({ taskId, labels, salt: secrets.salt })
        await worker.deliverVotes({ submissions: [submission] })
      }
    }
    const first = [await vote(1, 1), await vote(2, 2), await vote(3, 1)]
    for (const deliver of first) await deliver()
    expect(await read(['task', 'show', taskId])).toMatch(/round +1 of at most 2, slots 0 to 2/)
    const opened = await done(['task', 'settle', taskId])
    expect(opened).toMatchObject({ outcome: 'round', round: 1, settled: [] })
    expect(opened.consensus).toBeUndefined()
    await (await vote(5, 1))()
    expect(await done(['task', 'settle', taskId])).toMatchObject({
      outcome: 'settled',
      consensus: { labels: TRUTH.map(() => 1) },
    })
    expect(await done(['task', 'show', taskId])).toMatchObject({
      phase: 'completed',
      slotsTaken: [{ ending: 'proven' }, { ending: 'rejected' }, { ending: 'proven' }, { ending: 'proven' }],
    })
  })

  test('default: free slots of later rounds go back at once when the first round agrees', async () => {
    const rounds = { firstSlots: 3, stepSlots: 1, agreementBoundBps: 9_000 }
    const { taskId } = await done(['task', 'create', await taskFile({ rounds, slots: 5, title: 'Three are enough' })])
    const workers = WORKERS.map((index) => chain.worker(index))
    for (const worker of workers) await worker.joinTask({ taskId, unsafeVoting: true })
    const salts: Hex[] = []
    for (const worker of workers) salts.push((await worker.commitLabels({ taskId, labels: TRUTH })).secrets.salt)
    const submissions = []
    for (const [index, worker] of workers.entries())
      submissions.push(await worker.proveLabels({ taskId, labels: TRUTH, salt: salts[index] }))
    await workers[0]!.deliverVotes({ submissions })
    const { unfilled } = await done(['task', 'settle', taskId])
    expect(unfilled).toMatchObject({ slots: 2 })
    expect(await done(['task', 'show', taskId])).toMatchObject({ phase: 'completed', escrow: '0' })
  })

  test('error: what pays a worker that does not look, unless the file says that it is meant', async () => {
    const create = async (changes: object) =>
      run(['task', 'create', await taskFile({ unsafeVoting: false, ...changes })])
    expect(await create({})).toMatchObject({
      code: 1,
      data: { error: { name: 'ConsensusUnsoundError', advice: expect.stringContaining('3 voters') } },
    })
    const sound = { slots: 7, rules: { kind: 'distance', max: 3, thresholdBps: 8000 } }
    expect(await create({ ...sound, largestShareBps: 9000 })).toMatchObject({ code: 1 })
    expect(await create({ ...sound, largestShareBps: 2500 })).toMatchObject({ code: 0 })
  })

  test.each<[string, object, RegExp]>([
    ['an unsafe vote that is no yes or no', { unsafeVoting: 'yes' }, /unsafeVoting/],
    ['deadlines', { deadlines: { join: '1h' } }, /"deadlines" is not for consensus/],
    ['a window that is none', { windows: { join: '1h', commit: 1 } }, /windows\.commit/],
    ['boxes', { rules: { kind: 'box' } }, /rules\.kind/],
    ['rounds that are none', { rounds: { firstSlots: 1 } }, /rounds\.stepSlots/],
    ['no publication', { publication: undefined }, /publication/],
    ['a licence that is none', { publication: { name: 'x', licence: 5 } }, /publication\.licence/],
    ['a schema that is not there', { publication: { name: 'x', licence: 'y', schema: 'z' } }, /z: there is no/],
    ['an aggregator that is none', { aggregator: '0x12' }, /aggregator/],
    ['a name that is slightly wrong', { historyof: accountAt(0).address }, /"historyof" means nothing/],
    ['a gold', { gold: [] }, /"gold" means nothing/],
  ])('error: a task file with %s', async (_, changes, message) => {
    const place = {
      now: 1n,
      requester: accountAt(0).address,
      deployment: chain.deployment,
      register: () => Promise.reject(new Error('nothing is registered here')),
    }
    await expect(readTaskFile(join(home, await taskFile(changes)), place)).rejects.toMatchObject({
      name: 'InputFileError',
      message: expect.stringMatching(message),
    })
  })

  test.each([
    ['another format', ['task', 'settle', `0x${'11'.repeat(32)}`, '--out', 'x', '--format', 'xml']],
    ['a consensus of nothing', ['task', 'consensus', '0x12']],
  ])('error: %s is a usage error', async (_, args) => {
    expect(await run(args)).toMatchObject({ code: 2, data: { error: { name: 'UsageError' } } })
  })
})
