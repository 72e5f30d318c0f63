import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { LabelSubmission } from '../actions/index.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { root } from '../testing/foundry.js'
import { submissionFromText, submissionToText } from './submissionFile.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 240_000 })

let chain: TestChain
let sample: Sample
let home: string
let taskId: Hex

const WORKERS = [1, 2, 3, 4]
const RELAYER = 7
const file = (worker: number) => `submission${worker}.json`

async function run(args: readonly string[], account = RELAYER) {
  const env = {
    VERITASK_RPC_URL: chain.url,
    VERITASK_DEPLOYMENT: 'deployment.json',
    VERITASK_STORE: chain.directory,
    VERITASK_STATE: `state${account}`,
    VERITASK_ARTIFACTS: join(root, 'circuits', 'build'),
    VERITASK_PRIVATE_KEY_FILE: `key${account}.json`,
    VERITASK_PASSPHRASE: 'correct horse',
  }
  const { code, stdout, stderr } = await runCli([...args, '--json'], { cwd: home, env })
  return { code, stderr, data: JSON.parse(stdout) }
}

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  home = await mkdtemp(join(tmpdir(), 'veritask-relay-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [...WORKERS, RELAYER]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key${index}.json`), JSON.stringify({ privateKey }))
  }
  const created = await chain.requester.createTask(
    await taskParameters(chain, sample, 'open-gold', { slots: WORKERS.length }),
  )
  taskId = created.taskId
  // The first worker works from the command line, the others through the SDK.
  // Nobody gave it the key to the items: classes by their numbers need no names.
  const lines = sample.truth.map((label, item) => JSON.stringify({ item, label: `#${label}` }))
  await writeFile(join(home, 'labels.jsonl'), lines.join('\n'))
  expect(await run(['work', 'join', taskId], 1)).toMatchObject({ code: 0 })
  expect(await run(['work', 'commit', taskId, '--labels', 'labels.jsonl'], 1)).toMatchObject({ code: 0 })
  const salts = new Map<number, Hex>()
  for (const index of WORKERS.slice(1)) {
    await chain.worker(index).joinTask({ taskId })
    salts.set(index, (await chain.worker(index).commitLabels({ taskId, labels: sample.truth })).secrets.salt)
  }
  await chain.requester.openGold({ taskId, secrets: created.secrets })
  for (const [index, salt] of salts) {
    const submission = await chain.worker(index).proveLabels({ taskId, labels: sample.truth, salt })
    await writeFile(join(home, file(index)), submissionToText(submission))
  }
}, 240_000)
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

const load = async (worker: number) =>
  submissionFromText(await readFile(join(home, file(worker)), 'utf8')) as LabelSubmission

describe('submissions passed on as files', () => {
  test('default: written once, never over another file, and holding no secret', async () => {
    const made = await run(['work', 'prove', taskId, '--out', file(1)], 1)
    expect(made).toMatchObject({ code: 0, data: { slot: 0, file: file(1) } })
    expect(await run(['work', 'prove', taskId, '--out', file(1)], 1)).toMatchObject({
      code: 1,
      data: { error: { name: 'InputFileError' } },
    })
    expect((await chain.requester.getSlot({ taskId, slot: 0 })).state).toBe('joined')
    const submission = await load(1)
    expect(Object.keys(submission).sort()).toEqual([
      ...['chainId', 'commitment', 'delivery', 'digest', 'gold', 'keyId', 'kind', 'module', 'payout', 'proof'],
      ...['publicSignals', 'slot', 'taskId'],
    ])
  })

  test('default: a relayer sends four in one transaction; a bad one is named, the rest are paid, and it is payable later', async () => {
    const good = await load(3)
    const other = await load(4)
    const bad = { ...good, proof: `${good.proof.slice(0, -128)}${other.proof.slice(-128)}` as Hex }
    await writeFile(join(home, 'bad.json'), submissionToText(bad))

    const hostile = submissionToText(good).replace(`"slot":${good.slot}`, `"slot":${2 ** 40}`)
    await writeFile(join(home, 'hostile.json'), hostile)

    const sent = await run([
      'work',
      'submit',
      'hostile.json',
      file(1),
      file(2),
      'bad.json',
      file(4),
      file(4),
      'none.json',
    ])
    expect(sent).toMatchObject({ code: 1, stderr: '' })
    expect(sent.data).toMatchObject([
      { file: 'hostile.json', outcome: 'refused', error: { name: 'InputFileError' } },
      { file: file(1), slot: 0, outcome: 'paid', payment: { payout: accountAt(1).address } },
      { file: file(2), slot: 1, outcome: 'paid' },
      { file: 'bad.json', slot: 2, outcome: 'refused', error: { name: 'ProofDoesNotVerifyError' } },
      { file: file(4), slot: 3, outcome: 'paid' },
      { file: file(4), slot: 3, outcome: 'refused', error: { name: 'SubmissionRepeatedError' } },
      { file: 'none.json', outcome: 'refused', error: { name: 'InputFileError' } },
    ])
    expect(new Set([1, 2, 4].map((i) => sent.data[i].hash)).size).toBe(1)

    const again = await run(['work', 'submit', file(3), file(4)])
    expect(again).toMatchObject({
      code: 0,
      data: [
        { outcome: 'paid', found: false },
        { outcome: 'paid', found: true },
      ],
    })
    // The worker itself finds that it was paid.
    expect(await run(['work', 'prove', taskId], 1)).toMatchObject({ code: 0, data: { found: true } })
  })

  test.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['another object', '{}'],
    ['no proof', JSON.stringify({ kind: 'agreement', slot: 0 })],
  ])('error: a file with %s', async (_, text) => {
    await writeFile(join(home, 'stray.json'), text)
    expect(await run(['work', 'submit', 'stray.json'])).toMatchObject({
      code: 1,
      data: [{ file: 'stray.json', outcome: 'refused', error: { name: 'InputFileError' } }],
    })
  })

  test('error: every field of a submission that is of another type', async () => {
    const submission = await load(2)
    for (const field of Object.keys(submission)) {
      const changed = JSON.stringify({ ...JSON.parse(submissionToText(submission)), [field]: { not: 'this' } })
      expect(submissionFromText(changed), field).toBeUndefined()
    }
    const outside: object[] = [
      ...[2 ** 32, -1, 0.5].map((slot) => ({ slot })),
      ...[-1n, 2n ** 256n].map((digest) => ({ digest })),
      ...[[1n], [1n, 2n, 3n], [1n, -1n]].map((ephemeralKey) => ({
        delivery: { ...submission.delivery, ephemeralKey },
      })),
      { delivery: { ...submission.delivery, ciphertext: [2n ** 256n] } },
      { publicSignals: [-1n] },
    ]
    for (const changes of outside)
      expect(submissionFromText(submissionToText({ ...submission, ...changes }))).toBeUndefined()
    expect(submissionFromText(submissionToText(submission))).toEqual(submission)
  })

  test('error: no file', async () => {
    expect(await run(['work', 'submit'])).toMatchObject({ code: 2 })
  })

  test('default: labels of hidden gold are passed on as a call that their worker signed', async () => {
    const { taskId: hidden } = await chain.requester.createTask(await taskParameters(chain, sample, 'hidden-gold'))
    expect(await run(['work', 'join', hidden], 1)).toMatchObject({ code: 0 })
    const made = await run(['work', 'prove', hidden, '--labels', 'labels.jsonl', '--out', 'hidden.json'], 1)
    expect(made).toMatchObject({ code: 0, data: { slot: 0, file: 'hidden.json' } })
    expect((await chain.requester.getSlot({ taskId: hidden, slot: 0 })).commitment).toBe(0n)
    expect(await run(['relay', 'hidden.json'])).toMatchObject({ code: 0, data: [{ outcome: 'sent' }] })
    expect((await chain.requester.getSlot({ taskId: hidden, slot: 0 })).commitment).not.toBe(0n)
    expect(await run(['work', 'prove', hidden, '--labels', 'labels.jsonl'], 1)).toMatchObject({ data: { found: true } })
    // What was brought once counts no second time.
    expect(await run(['relay', 'hidden.json'])).toMatchObject({ code: 1, data: [{ outcome: 'refused' }] })
  })
})
