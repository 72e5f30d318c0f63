import { parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GoldItem } from '../core.js'
import {
  registerSample,
  type Sample,
  STEP,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import type { Grading } from './index.js'

let chain: TestChain
let sample: Sample

const bond = parseEther('0.05')
const WORKERS = 5
const REJECTED = 2

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  await chain.requester.depositStake({ amount: bond * 3n })
  for (let index = 1; index <= WORKERS; index++) await chain.worker(index).depositStake({ amount: bond })
})
afterAll(() => chain?.stop())

/** Workers who label well and one who does not, scored against this gold; the clock is past scoring. */
async function scored(gold: readonly GoldItem[], grading: Grading, slots = 3) {
  const start = await chain.now()
  const asked = await taskParameters(chain, sample, 'hidden-gold', { slots, bond })
  const settlement = {
    kind: 'hidden-gold',
    rules: sample.rules,
    gold,
    grading,
    submitBy: start + 2n * STEP,
    scoreBy: start + 3n * STEP,
  } as const
  const created = await chain.requester.createTask({ ...asked, settlement })
  const { taskId, secrets } = created
  const locked = await chain.requester.getStake({ account: chain.requester.account.address })
  expect(locked.locked).toBe(bond)
  for (let index = 1; index <= slots; index++) {
    const worker = chain.worker(index)
    await worker.joinTask({ taskId })
    const labels = withWrongGold(sample.truth, sample.gold, index - 1 === REJECTED ? 6 : 0)
    await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels }) })
  }
  const { results } = await chain.requester.scoreSlots({
    taskId,
    slots: Array.from({ length: slots }, (_, slot) => slot),
    secrets,
  })
  await expect(chain.worker(3).disputeSlot({ taskId, slot: REJECTED })).rejects.toMatchObject({ name: 'TooEarlyError' })
  await expect(chain.requester.releaseBond({ taskId })).rejects.toMatchObject({ name: 'BondStillHeldError' })
  await chain.passTo(start + 3n * STEP)
  return { taskId, secrets, results, asked }
}

describe('a gold audit', () => {
  test('default: honest gold is proven, the worker who doubted it loses its bond', async () => {
    const { requester } = chain
    const { taskId, secrets, results, asked } = await scored(sample.gold, {
      curve: 'table',
      steps: [
        { fromBps: 7500, shareBps: 5000 },
        { fromBps: 9500, shareBps: 8000 },
      ],
    })
    // Four fifths of the reward for a score above 95 %.
    expect(results[0]).toMatchObject({ passed: true, payment: { reward: (asked.rewardPerSlot * 8n) / 10n } })
    expect(await requester.getSlot({ taskId, slot: 0 })).toMatchObject({ ending: 'proven', scoreBps: 10_000 })
    expect(await requester.getSlot({ taskId, slot: REJECTED })).toMatchObject({ ending: 'rejected', scoreBps: 6250 })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'disputable', rejected: 1, bondState: 'held' })

    const worker = chain.worker(REJECTED + 1)
    await expect(chain.worker(1).disputeSlot({ taskId, slot: 0 })).rejects.toMatchObject({ name: 'NotDisputableError' })
    await expect(chain.worker(1).disputeSlot({ taskId, slot: REJECTED })).rejects.toMatchObject({
      name: 'NotWorkerError',
    })
    const parameters = { taskId, secrets, prover: chain.prover }
    await expect(requester.auditGold(parameters)).rejects.toMatchObject({ name: 'NoAuditError' })
    await expect(requester.closeAudit({ taskId })).rejects.toMatchObject({ name: 'NoAuditError' })
    expect(await worker.disputeSlot({ taskId, slot: REJECTED })).toMatchObject({ bond: asked.rewardPerSlot })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'auditing', audit: { panel: 2, audited: 0 } })
    await expect(requester.closeAudit({ taskId })).rejects.toMatchObject({ name: 'AuditPendingError' })

    // Stopped in between, nothing is lost by calling again.
    const stop = new AbortController()
    const seen: [number, number, number][] = []
    const stopped = requester.auditGold({
      ...parameters,
      signal: stop.signal,
      onSlot: (...progress) => {
        seen.push(progress)
        if (seen.length === 2) stop.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ name: 'ProvingAbortedError' })
    expect(seen).toEqual([
      [0, 2, 0],
      [1, 2, 1],
    ])
    const answered = await requester.auditGold(parameters)
    expect(answered).toMatchObject({ audited: [0, 1], found: [] })
    expect(answered.transactions).toHaveLength(1)
    expect(await requester.auditGold(parameters)).toEqual({ audited: [], found: [0, 1], transactions: [] })

    const receipts = (await worker.getTaskEvents({ taskId })).flatMap((event) =>
      event.eventName === 'ReceiptIssued' && event.transactionHash === answered.transactions[0]!.hash
        ? [event.args.receiptId]
        : [],
    )
    expect(receipts).toHaveLength(2)
    expect(await worker.verifyReceipt({ receiptId: receipts[0]! })).toMatchObject({
      valid: true,
      receipt: { statement: 'audit', slot: 0 },
    })

    const closed = await worker.closeAudit({ taskId })
    expect(closed).toMatchObject({ ruling: 'dismissed', panel: 2, audited: 2, weakest: { count: 2 }, found: false })
    expect(await requester.closeAudit({ taskId })).toMatchObject({ found: true, hash: closed.hash })
    // Decided, and asked again: what was proven is found.
    expect(await requester.auditGold(parameters)).toEqual({ audited: [], found: [0, 1], transactions: [] })
    await expect(worker.claimRedress({ taskId, slot: REJECTED })).rejects.toMatchObject({ name: 'NoRedressError' })
    await expect(worker.disputeSlot({ taskId, slot: REJECTED, maxBond: 0n })).resolves.toMatchObject({ found: true })
    const released = await worker.releaseBond({ taskId })
    expect(released).toMatchObject({ amount: bond, found: false })
    expect(await requester.releaseBond({ taskId })).toMatchObject({ found: true })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', bondState: 'released' })
    expect(await requester.getRecord({ account: worker.account.address })).toMatchObject({
      rejected: 1,
      disputesLost: 1,
    })
  }, 240_000)

  test('default: gold that accepted workers contradict costs the requester its bond', async () => {
    const { requester } = chain
    const [first, ...rest] = sample.gold
    const rigged = [{ ...first!, label: ((first!.label as number) + 1) % 10 }, ...rest]
    // Of four accepted workers one has to agree with each item; of fewer than that, none.
    const { taskId, secrets, results, asked } = await scored(rigged, { curve: 'linear' }, WORKERS)
    // 15 of 16 gold items agree.
    expect(results[0]).toMatchObject({ passed: true, payment: { reward: (asked.rewardPerSlot * 9375n) / 10_000n } })
    const worker = chain.worker(REJECTED + 1)
    const { payout } = await requester.getSlot({ taskId, slot: REJECTED })
    await worker.disputeSlot({ taskId, slot: REJECTED })
    await requester.auditGold({ taskId, secrets, prover: chain.prover })
    expect(await requester.closeAudit({ taskId })).toMatchObject({ ruling: 'upheld', panel: 4, weakest: { count: 0 } })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', bondState: 'forfeited' })
    await expect(requester.releaseBond({ taskId })).rejects.toMatchObject({ name: 'BondNotHeldError' })
    const before = (await worker.getStake({ account: payout })).free
    const redress = await requester.claimRedress({ taskId, slot: REJECTED })
    expect(redress).toMatchObject({ payout, amount: bond, found: false })
    expect(await worker.claimRedress({ taskId, slot: REJECTED })).toMatchObject({ found: true, hash: redress.hash })
    expect((await worker.getStake({ account: payout })).free).toBe(before + bond)
    expect(await requester.getRecord({ account: requester.account.address })).toMatchObject({ bondsLost: 1 })
  }, 240_000)

  test('default: silence loses too', async () => {
    const { requester } = chain
    const { taskId, secrets } = await scored(sample.gold, { curve: 'threshold' })
    await chain.worker(REJECTED + 1).disputeSlot({ taskId, slot: REJECTED })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
    await chain.passTo(task.audit!.answerBy)
    await expect(requester.auditGold({ taskId, secrets, prover: chain.prover })).rejects.toMatchObject({
      name: 'DeadlinePassedError',
    })
    expect(await requester.closeAudit({ taskId })).toMatchObject({ ruling: 'upheld', audited: 0, weakest: undefined })
  }, 240_000)

  test('error: no stake for the bond, and gradings nobody could be paid by', async () => {
    const asked = await taskParameters(chain, sample, 'hidden-gold', { bond: parseEther('5') })
    await expect(chain.requester.createTask(asked)).rejects.toMatchObject({ name: 'NotEnoughStakeError' })
    const bad: Grading[] = [
      { curve: 'table', steps: [] },
      { curve: 'table', steps: [{ fromBps: 7501, shareBps: 1 }] },
      { curve: 'table', steps: [{ fromBps: 0, shareBps: 0 }] },
      {
        curve: 'table',
        steps: [
          { fromBps: 0, shareBps: 2 },
          { fromBps: 1, shareBps: 1 },
        ],
      },
    ]
    for (const grading of bad)
      await expect(
        chain.requester.createTask({ ...asked, bond: 0n, settlement: { ...asked.settlement, grading } as never }),
      ).rejects.toMatchObject({ name: 'GradingInvalidError' })
  })
})
