import { type Hex, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commitValues, proofToBytes, statisticWitness } from '../core.js'
import { accountAt, registerSample, type Sample, STEP, startChain, type TestChain } from '../testing/chain.js'
import { tamperedLogs } from '../testing/flaky.js'
import { soundReport } from '../testing/report.js'
import type { CreateStatementTaskParameters, StatementSettlementParameters } from './index.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  for (const index of [1, 2, 3]) await chain.worker(index).depositStake({ amount: stake * 10n })
})
afterAll(() => chain?.stop())

const stake = parseEther('0.1')
const secret = { values: Array.from({ length: 64 }, (_, index) => (index * 7) % 256), salt: 12345n }
const WINDOW = 600

/** The receipt is found sound again, and not by a node that names another payout. */
async function recheck(statement: 'direct' | 'optimistic', receiptId: Hex, payout: Hex) {
  const { valid, checks, receipt } = await chain.requester.verifyReceipt({ receiptId })
  expect(checks.filter(({ passed }) => !passed)).toEqual([])
  expect({ valid, statement: receipt.statement }).toEqual({ valid: true, statement })
  const lying = chain.clientFor(accountAt(0), tamperedLogs(chain.url, payout, accountAt(9).address))
  const told = await lying.verifyReceipt({ receiptId })
  const failed = told.checks.filter(({ passed }) => !passed).map(({ name }) => name)
  expect({ valid: told.valid, failed }).toEqual({ valid: false, failed: ['context', 'receipt-id'] })
}

/** The owner of committed values proves their sum: signals commitment, sum, context. */
const statement = () => ({
  keyId: chain.deployment.keys['statistic-64']!,
  signals: [commitValues(secret), undefined, undefined],
  contextIndex: 2,
})

async function parameters(
  kind: StatementSettlementParameters['kind'],
  changes: Partial<CreateStatementTaskParameters> = {},
): Promise<CreateStatementTaskParameters> {
  const start = await chain.now()
  const at = start + 2n * STEP
  const settlement: StatementSettlementParameters =
    kind === 'direct'
      ? { kind, statement: statement(), proveBy: at }
      : { kind, statement: statement(), claimBy: at, challengeWindow: WINDOW, proveWindow: WINDOW }
  return {
    title: 'Sum the private values',
    datasetVersionId: sample.datasetVersionId,
    rewardPerSlot: parseEther('0.01'),
    slots: 1,
    joinBy: start + STEP,
    settlement,
    ...(kind === 'optimistic' ? { stakePerSlot: stake } : {}),
    ...changes,
  }
}

async function prove(context: bigint, values: readonly number[] = secret.values) {
  const { circuit, inputs, publicSignals } = statisticWitness({ ...secret, values, context })
  const { proof } = await chain.prover.prove({ circuit, inputs, expectedSignals: publicSignals })
  return { publicSignals, proof: proofToBytes(proof) }
}

describe('direct proof', () => {
  test('default: the proof pays at once, whoever sends it, and once', async () => {
    const { requester } = chain
    const worker = chain.worker(1)
    const asked = await parameters('direct')
    const { taskId, salt } = await requester.createStatementTask(asked)
    expect(await requester.createStatementTask({ ...asked, salt })).toMatchObject({ taskId, found: true })
    await expect(
      requester.createStatementTask({
        ...asked,
        salt,
        settlement: { ...asked.settlement, statement: other() } as never,
      }),
    ).rejects.toMatchObject({ name: 'TaskExistsError' })
    expect(await requester.getTask({ taskId })).toMatchObject({ kind: 'direct', phase: 'joining' })
    const { slot } = await worker.joinTask({ taskId })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'proving' })

    const asks = await worker.getStatement({ taskId, slot })
    expect(asks.signals).toEqual([commitValues(secret), undefined, asks.context])
    const proven = await prove(asks.context)
    // Somebody else relays it: the reward goes to the worker all the same.
    const paid = await chain.worker(2).proveStatement({ taskId, slot, ...proven })
    expect(paid).toMatchObject({ found: false, payment: { payout: worker.account.address, refused: false } })
    expect(await worker.proveStatement({ taskId, slot, ...proven })).toMatchObject({ found: true, hash: paid.hash })
    expect(await requester.getSlot({ taskId, slot })).toMatchObject({ state: 'paid', ending: 'proven' })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed' })
    expect(await requester.getRecord({ account: worker.account.address })).toMatchObject({ accepted: 1 })
    await recheck('direct', paid.receiptId, worker.account.address)
    const report = await soundReport(requester, { taskId })
    expect(report.of('proof', slot)).toMatchObject([{ status: 'ok' }])
  })

  test('error: signals that are not the task’s, a proof of another slot, a proof that does not hold, too late', async () => {
    const { requester } = chain
    const { taskId } = await requester.createStatementTask(await parameters('direct', { slots: 2 }))
    await chain.worker(1).joinTask({ taskId })
    await chain.worker(2).joinTask({ taskId })
    const { context } = await requester.getStatement({ taskId, slot: 0 })
    const { publicSignals, proof } = await prove(context)
    const send = (changes: object) => requester.proveStatement({ taskId, slot: 0, publicSignals, proof, ...changes })
    const [commitment, sum] = publicSignals as readonly bigint[] as [bigint, bigint, bigint]
    const refused = { name: 'StatementSignalsError' }
    await expect(send({ publicSignals: [commitment, sum] })).rejects.toMatchObject(refused)
    await expect(send({ publicSignals: [commitment + 1n, sum, context] })).rejects.toMatchObject(refused)
    await expect(send({ publicSignals: [commitment, -1n, context] })).rejects.toMatchObject(refused)
    await expect(send({ slot: 1 })).rejects.toMatchObject(refused)
    await expect(send({ publicSignals: [commitment, sum + 1n, context] })).rejects.toMatchObject({
      name: 'ProofRejectedError',
    })
    await expect(send({ proof: '0x12' as Hex })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    await expect(send({ slot: 5 })).rejects.toMatchObject({ name: 'SlotStateError' })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'direct') throw new Error('wrong kind')
    await chain.passTo(task.terms.proveBy)
    await expect(send({})).rejects.toMatchObject({ name: 'DeadlinePassedError' })
    expect(await requester.settleSlot({ taskId, slot: 0 })).toMatchObject({ outcome: 'returned' })
    await expect(requester.claimStatement({ taskId, slot: 0, publicSignals })).rejects.toMatchObject({
      name: 'WrongSettlementKindError',
    })
  })

  test.each<[string, object]>([
    ['the context pinned', { signals: [1n, 2n, 3n], contextIndex: 2 }],
    ['a context out of range', { contextIndex: 3 }],
    ['too few signals', { signals: [undefined, undefined], contextIndex: 1 }],
    ['a signal beyond a word', { signals: [2n ** 256n, undefined, undefined] }],
  ])('error: a statement with %s', async (_, changes) => {
    const asked = await parameters('direct')
    const settlement = { ...asked.settlement, statement: { ...statement(), ...changes } } as never
    await expect(chain.requester.createStatementTask({ ...asked, settlement })).rejects.toMatchObject({
      name: 'StatementSignalsError',
    })
  })

  test('error: a key nobody knows, and a dataset that is not published', async () => {
    const asked = await parameters('direct')
    const settlement = { ...asked.settlement, statement: { ...statement(), keyId: `0x${'11'.repeat(32)}` } } as never
    await expect(chain.requester.createStatementTask({ ...asked, settlement })).rejects.toMatchObject({
      name: 'KeyNotFoundError',
    })
    await expect(
      chain.requester.createStatementTask({ ...asked, datasetVersionId: `0x${'11'.repeat(32)}` }),
    ).rejects.toMatchObject({ name: 'DatasetNotFoundError' })
  })
})

const other = () => ({ ...statement(), signals: [commitValues({ ...secret, salt: 1n }), undefined, undefined] })

describe('optimistic', () => {
  /** A joined task and the claim its worker makes: the true sum, or another. */
  async function claimed(sum?: bigint) {
    const { taskId } = await chain.requester.createStatementTask(await parameters('optimistic'))
    const worker = chain.worker(1)
    const { slot } = await worker.joinTask({ taskId })
    const { context } = await worker.getStatement({ taskId, slot })
    const { publicSignals: proven } = statisticWitness({ ...secret, context })
    const publicSignals = [proven[0]!, sum ?? proven[1]!, context]
    const made = await worker.claimStatement({ taskId, publicSignals })
    return { taskId, slot, context, worker, publicSignals, made }
  }

  test('default: a claim nobody disputes is paid when its window is over', async () => {
    const { taskId, slot, worker, publicSignals, made } = await claimed()
    expect(await worker.claimStatement({ taskId, publicSignals })).toMatchObject({ found: true, hash: made.hash })
    const another = [publicSignals[0]!, 1n, publicSignals[2]!]
    await expect(worker.claimStatement({ taskId, publicSignals: another })).rejects.toMatchObject({
      name: 'AlreadyClaimedError',
    })
    expect(await worker.getTask({ taskId })).toMatchObject({ phase: 'challenging', nextDeadline: made.challengeBy })
    await expect(worker.resolveClaim({ taskId, slot })).rejects.toMatchObject({ name: 'NotResolvableError' })
    await chain.passTo(made.challengeBy)
    await expect(chain.worker(2).disputeSlot({ taskId, slot })).rejects.toMatchObject({ name: 'DeadlinePassedError' })
    expect(await worker.settleSlot({ taskId, slot })).toMatchObject({ outcome: 'paid' })
    expect(await worker.getSlot({ taskId, slot })).toMatchObject({ ending: 'silent' })
    // Nobody proved it, and the report says so.
    const report = await soundReport(worker, { taskId }, [/nobody|never proven|not proven|undisputed/i])
    expect(report.of('proof', slot)).toMatchObject([{ status: 'skipped' }])
  })

  test('default: a disputed claim is proven, and half of the challenger’s bond is the worker’s', async () => {
    const { taskId, slot, worker, context } = await claimed()
    const challenger = chain.worker(2)
    const before = (await worker.getStake({ account: worker.account.address })).free
    await expect(challenger.disputeSlot({ taskId, slot, maxBond: stake - 1n })).rejects.toMatchObject({
      name: 'BondTooHighError',
    })
    const disputed = await challenger.disputeSlot({ taskId, slot })
    expect(disputed).toMatchObject({ bond: stake, found: false })
    expect(await challenger.disputeSlot({ taskId, slot })).toMatchObject({ found: true, hash: disputed.hash })
    await expect(chain.worker(3).disputeSlot({ taskId, slot })).rejects.toMatchObject({ name: 'AlreadyDisputedError' })
    expect(await worker.getTask({ taskId })).toMatchObject({ phase: 'disputed', openDisputes: 1 })
    expect(await worker.getSlot({ taskId, slot })).toMatchObject({
      outcome: 'pending',
      dispute: { challenger: challenger.account.address, bond: stake },
    })

    const { proof } = await prove(context)
    const bad = await prove(context + 1n)
    await expect(worker.proveClaim({ taskId, slot, proof: bad.proof })).rejects.toMatchObject({
      name: 'ProofRejectedError',
    })
    const paid = await worker.proveClaim({ taskId, slot, proof })
    expect(paid).toMatchObject({ found: false, payment: { payout: worker.account.address } })
    expect(await worker.proveClaim({ taskId, slot, proof })).toMatchObject({ found: true, hash: paid.hash })
    expect((await worker.getStake({ account: worker.account.address })).free).toBe(before + stake + stake / 2n)
    expect(await worker.getRecord({ account: challenger.account.address })).toMatchObject({ disputesLost: 1 })
    await recheck('optimistic', paid.receiptId, worker.account.address)
    expect((await soundReport(worker, { taskId })).of('proof', slot)).toMatchObject([{ status: 'ok' }])
  })

  test('default: a false claim cannot be proven, and half of the worker’s stake is the challenger’s', async () => {
    const { taskId, slot, worker, context } = await claimed(1n)
    const challenger = chain.worker(3)
    const before = (await challenger.getStake({ account: challenger.account.address })).free
    await challenger.disputeSlot({ taskId, slot })
    const { proof } = await prove(context)
    await expect(worker.proveClaim({ taskId, slot, proof })).rejects.toMatchObject({ name: 'ProofRejectedError' })
    await expect(challenger.resolveClaim({ taskId, slot })).rejects.toMatchObject({ name: 'NotResolvableError' })
    const { proveBy } = await worker.getClaim({ taskId, slot })
    await chain.passTo(proveBy!)
    await expect(worker.proveClaim({ taskId, slot, proof })).rejects.toMatchObject({ name: 'DeadlinePassedError' })
    const resolved = await chain.requester.resolveClaim({ taskId, slot })
    expect(resolved).toMatchObject({ ruling: 'upheld', found: false })
    expect(await challenger.resolveClaim({ taskId, slot })).toMatchObject({ found: true, hash: resolved.hash })
    expect((await challenger.getStake({ account: challenger.account.address })).free).toBe(before + stake / 2n)
    expect(await worker.getSlot({ taskId, slot })).toMatchObject({ ending: 'disputed', dispute: undefined })
    expect(await worker.getTask({ taskId })).toMatchObject({ phase: 'completed', openDisputes: 0 })
    await soundReport(worker, { taskId })
  })

  test('error: no stake, a window too short, nothing claimed, somebody else’s slot', async () => {
    const asked = await parameters('optimistic')
    await expect(chain.requester.createStatementTask({ ...asked, stakePerSlot: 0n })).rejects.toMatchObject({
      name: 'ClaimStakeError',
    })
    await expect(chain.requester.createStatementTask({ ...asked, stakePerSlot: 2n ** 96n })).rejects.toMatchObject({
      name: 'ClaimStakeError',
    })
    const short = { ...asked, settlement: { ...asked.settlement, proveWindow: 1 } as never }
    await expect(chain.requester.createStatementTask(short)).rejects.toMatchObject({ name: 'WindowOutOfRangeError' })
    const { taskId } = await chain.requester.createStatementTask(asked)
    const { slot } = await chain.worker(1).joinTask({ taskId })
    await expect(chain.requester.getClaim({ taskId, slot })).rejects.toMatchObject({ name: 'NotClaimedError' })
    await expect(chain.worker(2).disputeSlot({ taskId, slot })).rejects.toMatchObject({ name: 'NotClaimedError' })
    await expect(chain.worker(2).claimStatement({ taskId, slot, publicSignals: [] })).rejects.toMatchObject({
      name: 'NotWorkerError',
    })
  })
})
