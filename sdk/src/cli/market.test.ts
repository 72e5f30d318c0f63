import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Hex, parseEther, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { commitValues, proofToBytes, statisticWitness } from '../core.js'
import { createFileTransactionJournal } from '../node.js'
import {
  accountAt,
  registerSample,
  type Sample,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { rpc } from '../testing/foundry.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 240_000 })

let chain: TestChain
let sample: Sample
let home: string

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  home = await mkdtemp(join(tmpdir(), 'veritask-market-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [0, 1, 2]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key${index}.json`), JSON.stringify({ privateKey }))
  }
}, 240_000)
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

async function run(args: readonly string[], account = 0) {
  const { code, stdout } = await runCli([...args, '--json'], { cwd: home, env: environment(account) })
  return { code, data: JSON.parse(stdout) }
}

/** What a person reads. */
const read = (args: readonly string[], account = 0) => runCli(args, { cwd: home, env: environment(account) })

function environment(account: number) {
  return {
    VERITASK_RPC_URL: chain.url,
    VERITASK_DEPLOYMENT: 'deployment.json',
    VERITASK_STORE: chain.directory,
    VERITASK_STATE: `state${account}`,
    VERITASK_PRIVATE_KEY_FILE: `key${account}.json`,
    VERITASK_PASSPHRASE: 'correct horse',
  }
}

const secret = { values: [3, 1, 4, 1, 5], salt: 99n }

let files = 0
async function taskFile(changes: object): Promise<string> {
  const task = {
    title: 'Sum the private values',
    dataset: sample.datasetVersionId,
    reward: '0.01',
    slots: 1,
    settlement: 'direct',
    deadlines: { join: '10m', prove: '10m' },
    statement: { key: 'statistic-64', contextIndex: 2, signals: [String(commitValues(secret)), null, null] },
    ...changes,
  }
  const file = `task${files++}.json`
  await writeFile(join(home, file), JSON.stringify(task))
  return file
}

/** A proof file for the context a slot has to prove. */
async function proofFile(context: string, name: string): Promise<string> {
  const { circuit, inputs, publicSignals } = statisticWitness({ ...secret, context: BigInt(context) })
  const { proof } = await chain.prover.prove({ circuit, inputs, expectedSignals: publicSignals })
  const file = { publicSignals: publicSignals.map(String), proof: proofToBytes(proof) }
  await writeFile(join(home, name), JSON.stringify(file))
  return name
}

describe('stakes from the command line', () => {
  test('default: a deposit that no block took in time is found by the next run and not sent again', async () => {
    const before = await chain.requester.getStake({ account: accountAt(2).address })
    // Another process, with the folder of the command line, gave up waiting.
    const journal = createFileTransactionJournal(join(home, 'state2', 'pending'))
    const earlier = chain.clientFor(accountAt(2))
    await rpc(chain.url, 'anvil_setAutomine', [false])
    const amount = parseEther('0.25')
    const gone = await earlier.depositStake({ amount, journal, receiptTimeoutSeconds: 1 }).catch((error) => error)
    expect(gone).toMatchObject({ name: 'TransactionPendingError' })
    await rpc(chain.url, 'evm_mine')
    await rpc(chain.url, 'anvil_setAutomine', [true])

    const { code, stdout } = await read(['stake', 'deposit', '0.25'], 2)
    expect(code).toBe(0)
    expect(stdout).toContain('0.25 ETH')
    expect(stdout).toContain(`${gone.hash} (sent before; nothing was sent now)`)
    const after = await chain.requester.getStake({ account: accountAt(2).address })
    expect(after.free - before.free).toBe(amount)
    // What follows counts on an empty stake.
    await earlier.unbondStake({ amount })
  })

  test('default: deposit, show, unbond, and withdraw when the delay is over', async () => {
    expect(await run(['stake', 'deposit', '0.5'], 1)).toMatchObject({ code: 0, data: { free: '500000000000000000' } })
    expect(await run(['stake', 'show'], 1)).toMatchObject({
      data: { free: '500000000000000000', locked: '0', record: { accepted: 0, unproven: 0 } },
    })
    const { data } = await run(['stake', 'unbond', '0.1'], 1)
    expect(await run(['stake', 'withdraw'], 1)).toMatchObject({
      code: 1,
      data: { error: { name: 'StillUnbondingError' } },
    })
    await chain.passTo(BigInt(data.withdrawableAt))
    expect(await run(['stake', 'withdraw'], 1)).toMatchObject({ code: 0, data: { amount: '100000000000000000' } })
  })

  test.each([
    ['no amount', ['stake', 'deposit', 'much']],
    ['coins of a token', ['stake', 'deposit', '0.5', '--token', `0x${'11'.repeat(20)}`]],
    ['an account that is none', ['stake', 'show', '--account', '0x12']],
    ['a dispute of no slot', ['task', 'dispute', `0x${'11'.repeat(32)}`]],
    ['terms that are no hash', ['work', 'join', `0x${'11'.repeat(32)}`, '--terms', '0x12']],
    ['a signature nobody needs', ['stake', 'withdraw', '--out', 'withdraw.json']],
    ['evidence that is no hex', ['work', 'join', `0x${'11'.repeat(32)}`, '--admission', 'xyz']],
  ])('error: %s is a usage error', async (_, args) => {
    expect(await run(args, 1)).toMatchObject({
      code: 2,
      data: { error: { name: expect.stringMatching(/UsageError/) } },
    })
  })
})

describe('a statement from the command line', () => {
  test('default: made once, proven, paid; only who is on the list may join', async () => {
    await writeFile(join(home, 'list.txt'), [accountAt(1).address, accountAt(5).address].join('\n'))
    const file = await taskFile({ gate: { kind: 'allow-list', accounts: 'list.txt' } })
    const made = await run(['task', 'create', file])
    expect(made).toMatchObject({ code: 0, data: { found: false } })
    const { taskId } = made.data as { taskId: Hex }
    expect(await run(['task', 'create', file])).toMatchObject({ data: { taskId, found: true } })

    expect(await run(['work', 'join', taskId], 1)).toMatchObject({ data: { error: { name: 'AdmissionMissingError' } } })
    expect(await run(['work', 'join', taskId, '--allow-list', 'list.txt'], 2)).toMatchObject({
      data: { error: { name: 'NotListedError' } },
    })
    expect(await run(['work', 'join', taskId, '--allow-list', 'list.txt'], 1)).toMatchObject({ data: { slot: 0 } })
    const { data: asks } = await run(['work', 'statement', taskId], 1)
    const proof = await proofFile(asks.context, 'proof.json')
    expect(await run(['work', 'prove', taskId, '--labels', 'x'], 1)).toMatchObject({ code: 1 })
    const paid = await run(['work', 'prove-statement', taskId, '--proof', proof], 1)
    expect(paid).toMatchObject({ code: 0, data: { slot: 0, found: false, payment: { refused: false } } })
    expect(await run(['work', 'prove-statement', taskId, '--proof', proof], 1)).toMatchObject({ data: { found: true } })
    expect(await run(['task', 'show', taskId])).toMatchObject({
      data: { phase: 'completed', requesterRecord: { paid: 1 }, slotsTaken: [{ ending: 'proven' }] },
    })
  })

  test('default: claimed, disputed and proven', async () => {
    const file = await taskFile({
      settlement: 'optimistic',
      deadlines: { join: '10m', claim: '10m' },
      windows: { challenge: '10m', prove: '10m' },
      stake: '0.05',
    })
    const { data } = await run(['task', 'create', file])
    const { taskId } = data as { taskId: Hex }
    expect(await run(['work', 'join', taskId], 2)).toMatchObject({ data: { error: { name: 'NotEnoughStakeError' } } })
    await run(['stake', 'deposit', '0.05'], 2)
    const { termsHash } = (await run(['task', 'show', taskId])).data
    expect(await run(['work', 'join', taskId, '--terms', `0x${'11'.repeat(32)}`], 2)).toMatchObject({
      code: 1,
      data: { error: { name: 'TermsChangedError' } },
    })
    expect(await run(['work', 'join', taskId, '--terms', termsHash], 2)).toMatchObject({
      data: { slot: 0, stake: '50000000000000000', termsHash },
    })
    const { data: asks } = await run(['work', 'statement', taskId], 2)
    const proof = await proofFile(asks.context, 'claim.json')
    expect(await run(['work', 'claim-statement', taskId, '--signals', proof], 2)).toMatchObject({ code: 0 })
    expect(await run(['task', 'dispute', taskId, '--slot', '0', '--max-bond', '1 units'], 1)).toMatchObject({
      data: { error: { name: 'BondTooHighError' } },
    })
    expect(await run(['task', 'dispute', taskId, '--slot', '0'], 1)).toMatchObject({
      data: { bond: '50000000000000000' },
    })
    expect(await run(['task', 'show', taskId])).toMatchObject({
      data: { phase: 'disputed', slotsTaken: [{ dispute: { challenger: accountAt(1).address } }] },
    })
    expect(await run(['work', 'resolve', taskId, '--slot', '0'], 1)).toMatchObject({
      data: { error: { name: 'NotResolvableError' } },
    })
    expect(await run(['work', 'leave', taskId], 2)).toMatchObject({ data: { error: { name: 'AlreadyHandedInError' } } })
    expect(await run(['work', 'prove-statement', taskId, '--proof', proof], 2)).toMatchObject({ code: 0 })
    expect(await run(['stake', 'show'], 2)).toMatchObject({ data: { free: '75000000000000000', locked: '0' } })
    expect(await run(['task', 'audit', taskId, '--close'])).toMatchObject({
      data: { error: { name: 'WrongSettlementKindError' } },
    })
  })

  test.each<[string, object, string]>([
    ['no statement', { statement: undefined }, 'InputFileError'],
    [
      'a signal that is no number',
      { statement: { key: 'statistic-64', contextIndex: 2, signals: [1, null, null] } },
      'InputFileError',
    ],
    ['a key nobody knows by name', { statement: { key: 'none', contextIndex: 0, signals: [null] } }, 'InputFileError'],
    ['no windows', { settlement: 'optimistic', deadlines: { join: '10m', claim: '10m' } }, 'InputFileError'],
    ['a gate that is none', { gate: { kind: 'wish' } }, 'InputFileError'],
    [
      'a root that is no number',
      { gate: { kind: 'semaphore', key: `0x${'11'.repeat(32)}`, root: 'x' } },
      'InputFileError',
    ],
    [
      'too many signals',
      { statement: { key: 'statistic-64', contextIndex: 0, signals: [null, null, null, null] } },
      'StatementSignalsError',
    ],
    [
      'no stake for claims',
      {
        settlement: 'optimistic',
        deadlines: { join: '10m', claim: '10m' },
        windows: { challenge: '10m', prove: '10m' },
      },
      'ClaimStakeError',
    ],
  ])('error: a task file with %s', async (_, changes, name) => {
    expect(await run(['task', 'create', await taskFile(changes)])).toMatchObject({ code: 1, data: { error: { name } } })
  })
})

describe('a gold audit from the command line', () => {
  test('default: anyone draws it, and decides it when its time is over', async () => {
    const { requester } = chain
    const asked = await taskParameters(chain, sample, 'hidden-gold')
    const { taskId, secrets } = await requester.createTask(asked)
    for (const [slot, wrong] of [0, 0, 6].entries()) {
      const worker = chain.worker(slot + 1)
      await worker.joinTask({ taskId })
      const labels = withWrongGold(sample.truth, sample.gold, wrong)
      await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels }) })
    }
    await requester.scoreSlots({ taskId, slots: [0, 1, 2], secrets })
    const scored = await requester.getTask({ taskId })
    if (scored.kind !== 'hidden-gold') throw new Error('wrong kind')
    await chain.passTo(scored.terms.scoreBy)
    await chain.worker(3).depositStake({ amount: asked.rewardPerSlot })
    await chain.worker(3).disputeSlot({ taskId, slot: 2 })

    expect(await run(['task', 'audit', taskId, '--draw'], 1)).toMatchObject({
      data: { panels: [{ slot: 2, panel: [1, 0] }] },
    })
    expect(await run(['task', 'audit', taskId, '--close'], 1)).toMatchObject({
      data: { error: { name: 'AuditPendingError' } },
    })
    const { data } = await run(['task', 'show', taskId])
    expect(data).toMatchObject({ phase: 'auditing', nextDeadline: data.firstAnswerBy })
    await chain.passTo(BigInt(data.firstAnswerBy))
    expect(await run(['task', 'settle', taskId, '--slot', '2'], 1)).toMatchObject({
      code: 1,
      data: { error: { name: 'OutcomePendingError', advice: expect.stringContaining('veritask task audit --close') } },
    })
    // Neither the requester's secrets nor a proof is asked for.
    expect(await run(['task', 'audit', taskId], 2)).toMatchObject({
      code: 0,
      data: { audits: [{ slot: 2, ruling: 'upheld', audited: 0, proven: [] }] },
    })
    expect(await run(['task', 'settle', taskId], 1)).toMatchObject({ code: 0, data: { settled: [{ slot: 2 }] } })
  })
})
