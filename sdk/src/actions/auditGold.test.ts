import { encodeFunctionData, type Hex, parseEther, toEventSelector } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GoldItem } from '../core.js'
import { eventItem, filterEvents, findEvent } from '../events/decode.js'
import { stakeVaultAbi, verifierKeyRegistryAbi } from '../generated/abis.js'
import {
  accountAt,
  registerSample,
  type Sample,
  STEP,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import { changedLogs } from '../testing/flaky.js'
import { rpc } from '../testing/foundry.js'
import { soundReport } from '../testing/report.js'
import type { AuditGoldProgress, Grading } from './index.js'

type Log = { readonly data: Hex; readonly topics: readonly Hex[] }

let chain: TestChain
let sample: Sample

const bond = parseEther('0.05')
const stake = parseEther('0.02')
const WORKERS = 7
/** Of sixteen gold items; twelve have to agree. */
const WRONG = 6

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  await chain.requester.depositStake({ amount: bond * 5n })
  for (let index = 1; index <= WORKERS; index++) await chain.worker(index).depositStake({ amount: stake * 10n })
})
afterAll(() => chain?.stop())

/** Gold that is wrong on some items, so that good labels fall below the threshold. */
const rigged = (gold: readonly GoldItem[]) =>
  gold.map((item, position) => (position < WRONG ? { ...item, label: ((item.label as number) + 1) % 10 } : item))

type Asked = {
  readonly gold?: readonly GoldItem[]
  readonly grading?: Grading
  /** Gold items that each worker gets wrong. */
  readonly wrong: readonly number[]
}

/** A slot for each of these workers, submitted and scored; the clock is still before `scoreBy`. */
async function scored({ gold = sample.gold, grading = { curve: 'threshold' }, wrong }: Asked) {
  const start = await chain.now()
  const slots = wrong.length
  const asked = await taskParameters(chain, sample, 'hidden-gold', { slots, bond, stakePerSlot: stake })
  const scoreBy = start + 3n * STEP
  const settlement = {
    kind: 'hidden-gold',
    rules: sample.rules,
    gold,
    grading,
    submitBy: start + 2n * STEP,
    scoreBy,
  } as const
  const { taskId, secrets } = await chain.requester.createTask({ ...asked, settlement })
  for (const [index, mistakes] of wrong.entries()) {
    const worker = chain.worker(index + 1)
    await worker.joinTask({ taskId })
    const labels = withWrongGold(sample.truth, sample.gold, mistakes)
    await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels }) })
  }
  const { results } = await chain.requester.scoreSlots({ taskId, slots: wrong.map((_, slot) => slot), secrets })
  const task = await chain.requester.getTask({ taskId })
  if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
  return { taskId, secrets, results, asked, scoreBy, askBy: scoreBy + task.auditWindow }
}

const freeStake = async (index: number) => {
  const { requester } = chain
  const account = index === 0 ? requester.account.address : chain.worker(index).account.address
  return (await requester.getStake({ account })).free
}

describe('a gold audit', () => {
  test('default: honest gold is proven, and the worker who doubted it loses its bond and its rejection stands', async () => {
    const { requester } = chain
    const slot = 2
    const { taskId, secrets, results, asked, scoreBy, askBy } = await scored({
      wrong: [0, 0, WRONG, 0],
      grading: {
        curve: 'table',
        steps: [
          { fromBps: 7500, shareBps: 5000 },
          { fromBps: 9500, shareBps: 8000 },
        ],
      },
    })
    // Four fifths of the reward for a score above 95 %.
    expect(results[0]).toMatchObject({ passed: true, payment: { reward: (asked.rewardPerSlot * 8n) / 10n } })
    expect(results[slot]).toMatchObject({ passed: false, payment: undefined })
    expect(await requester.getSlot({ taskId, slot: 0 })).toMatchObject({ ending: 'proven', scoreBps: 10_000 })
    // Reward, stake and bond stay where they are.
    expect(await requester.getSlot({ taskId, slot })).toMatchObject({
      state: 'joined',
      ending: 'none',
      outcome: 'pending',
      rejection: { agreements: 10, audit: 'none' },
    })
    expect(await requester.getTask({ taskId })).toMatchObject({
      phase: 'scoring',
      rejected: 1,
      mostDisputedItems: WRONG,
      rejectionsPendingUntil: askBy,
      mayAsk: false,
      bondState: 'held',
    })
    const again = { taskId, slot, secrets, prover: chain.prover }
    await expect(requester.proveScore(again)).rejects.toMatchObject({ name: 'AlreadyRejectedError' })
    await expect(requester.settleSlot({ taskId, slot })).rejects.toMatchObject({ name: 'OutcomePendingError' })
    await expect(requester.releaseBond({ taskId })).rejects.toMatchObject({ name: 'BondStillHeldError' })
    const worker = chain.worker(slot + 1)
    await expect(worker.disputeSlot({ taskId, slot })).rejects.toMatchObject({ name: 'TooEarlyError' })

    await chain.passTo(scoreBy)
    expect(await requester.getTask({ taskId })).toMatchObject({
      phase: 'disputable',
      mayAsk: true,
      nextDeadline: askBy,
    })
    await expect(chain.worker(1).disputeSlot({ taskId, slot: 0 })).rejects.toMatchObject({ name: 'NotDisputableError' })
    await expect(chain.worker(1).disputeSlot({ taskId, slot })).rejects.toMatchObject({ name: 'NotWorkerError' })
    const parameters = { taskId, secrets, prover: chain.prover }
    await expect(requester.auditGold(parameters)).rejects.toMatchObject({ name: 'NoAuditError' })
    await expect(requester.closeAudit({ taskId, slot })).rejects.toMatchObject({ name: 'NoAuditError' })
    const low = asked.rewardPerSlot - 1n
    await expect(worker.disputeSlot({ taskId, slot, maxBond: low })).rejects.toMatchObject({ name: 'BondTooHighError' })
    expect(await worker.disputeSlot({ taskId, slot })).toMatchObject({ bond: asked.rewardPerSlot })
    const { answerBy } = (await audits(taskId))[0]!
    expect(await requester.getTask({ taskId })).toMatchObject({
      phase: 'auditing',
      openAudits: 1,
      audits: [{ slot, population: 3, panelSize: 3, ofAccepted: true, drawn: true, audited: 0, closed: false }],
      rejectionsPendingUntil: askBy > answerBy ? askBy : answerBy,
    })
    // Everyone it could be: nothing is left to draw.
    expect(await worker.drawPanel({ taskId, slot })).toMatchObject({ panel: [1, 0, 3], found: true })
    expect(await worker.getPanel({ taskId, slot })).toEqual([1, 0, 3])
    await expect(requester.closeAudit({ taskId, slot })).rejects.toMatchObject({ name: 'AuditPendingError' })

    // Stopped in between, nothing is lost by calling again.
    const stop = new AbortController()
    const seen: AuditGoldProgress[] = []
    const stopped = requester.auditGold({
      ...parameters,
      signal: stop.signal,
      onMember: (progress) => {
        seen.push(progress)
        if (seen.length === 2) stop.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ name: 'ProvingAbortedError' })
    expect(seen).toEqual([
      { slot, member: 1, done: 0, panelSize: 3 },
      { slot, member: 0, done: 1, panelSize: 3 },
    ])
    const answered = (await requester.auditGold({ ...parameters, slot })).audits[0]!
    expect(answered).toMatchObject({ slot, audited: [1, 0, 3], found: [] })
    expect(answered.transactions).toHaveLength(1)
    const found = { audits: [{ slot, audited: [], found: [1, 0, 3], transactions: [] }] }
    expect(await requester.auditGold(parameters)).toEqual(found)

    const events = await worker.getTaskEvents({ taskId })
    const receipts = filterEvents(events, 'ReceiptIssued').filter(
      ({ transactionHash }) => transactionHash === answered.transactions[0]!.hash,
    )
    expect(receipts.map(({ contract, args }) => [contract, args.slot])).toEqual(
      [1, 0, 3].map((at) => ['goldAudit', at]),
    )
    const { checks, receipt } = await worker.verifyReceipt({ receiptId: receipts[0]!.args.receiptId })
    expect(checks.filter(({ passed }) => !passed)).toEqual([])
    expect(receipt).toMatchObject({ statement: 'audit', slot: 1 })

    const closed = await worker.closeAudit({ taskId, slot })
    const answers = { panelSize: 3, audited: 3, withGold: 3 * WRONG, withChallenger: 0 }
    expect(closed).toMatchObject({ ruling: 'dismissed', ...answers, found: false })
    expect(await requester.closeAudit({ taskId, slot })).toMatchObject({ ...answers, found: true, hash: closed.hash })
    // Decided, and asked again: what was proven is found.
    expect(await requester.auditGold({ ...parameters, slot })).toEqual(found)

    // Others could still ask. After that the rejection stands, and ends the dispute with it.
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'disputable', openAudits: 0 })
    await expect(worker.disputeSlot({ taskId, slot, maxBond: 0n })).resolves.toMatchObject({ found: true })
    await chain.passTo(askBy)
    const before = [await freeStake(0), await freeStake(slot + 1)]
    expect(await requester.getSlot({ taskId, slot })).toMatchObject({ outcome: 'rejected' })
    expect(await worker.settleSlot({ taskId, slot })).toMatchObject({ outcome: 'returned' })
    expect(await requester.getSlot({ taskId, slot })).toMatchObject({ ending: 'rejected', scoreBps: 6250 })
    // Half of the challenger's bond is the requester's; the other half and half of its stake are the treasury's.
    expect(await freeStake(0)).toBe(before[0]! + asked.rewardPerSlot / 2n)
    expect(await freeStake(slot + 1)).toBe(before[1]! + stake / 2n)
    expect(await worker.releaseBond({ taskId })).toMatchObject({ amount: bond, found: false })
    expect(await requester.releaseBond({ taskId })).toMatchObject({ found: true })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', bondState: 'released' })
    expect(await requester.getRecord({ account: worker.account.address })).toMatchObject({
      rejected: 1,
      disputesLost: 1,
    })
  }, 300_000)

  test('default: gold that the others contradict pays everyone it rejected, and burns the bond', async () => {
    const { requester } = chain
    const { taskId, secrets, asked, scoreBy } = await scored({ gold: rigged(sample.gold), wrong: [0, 0, 0, 0] })
    await chain.passTo(scoreBy)
    const before = await Promise.all([1, 2].map(freeStake))
    // Every rejected worker may ask, all at once; the first one that is right decides for all.
    for (const slot of [0, 1]) await chain.worker(slot + 1).disputeSlot({ taskId, slot })
    expect(await requester.getTask({ taskId })).toMatchObject({ openAudits: 2, unprovenAudits: 2 })
    const { audits: answered } = await requester.auditGold({ taskId, secrets, prover: chain.prover, slot: 1 })
    expect(answered).toMatchObject([{ slot: 1, audited: expect.arrayContaining([0, 2, 3]) }])
    const token = '0x0000000000000000000000000000000000000000'
    const burned = () =>
      requester.readContract({
        address: chain.deployment.contracts.stakeVault,
        abi: stakeVaultAbi,
        functionName: 'burnedOf',
        args: [token],
      })
    const burnedBefore = await burned()
    expect(await requester.closeAudit({ taskId, slot: 1 })).toMatchObject({
      ruling: 'upheld',
      panelSize: 3,
      withGold: 0,
      withChallenger: 3 * WRONG,
    })
    expect(await burned()).toBe(burnedBefore + bond)
    expect(await requester.getTask({ taskId })).toMatchObject({
      phase: 'settling',
      overturnedItems: WRONG,
      bondState: 'burned',
    })
    // Nothing depends on the other audit any more.
    await expect(requester.closeAudit({ taskId, slot: 0 })).rejects.toMatchObject({ name: 'NoAuditError' })
    await expect(requester.auditGold({ taskId, secrets, slot: 0 })).rejects.toMatchObject({ name: 'NoAuditError' })
    await expect(chain.worker(3).disputeSlot({ taskId, slot: 2 })).rejects.toMatchObject({ name: 'NotDisputableError' })
    await expect(requester.releaseBond({ taskId })).rejects.toMatchObject({ name: 'BondNotHeldError' })

    // Paid in full, whole stake and challengers' bonds back.
    for (const slot of [0, 1, 2, 3])
      expect(await requester.settleSlot({ taskId, slot })).toMatchObject({
        outcome: 'paid',
        amount: asked.rewardPerSlot,
      })
    expect(await requester.getSlot({ taskId, slot: 2 })).toMatchObject({ ending: 'redressed' })
    expect(await Promise.all([1, 2].map(freeStake))).toEqual(before.map((free) => free + stake))
    const events = await requester.getTaskEvents({ taskId })
    expect(findEvent(events, 'BondBurned')).toMatchObject({ args: { amount: bond } })
    expect(findEvent(events, 'StakeBurned')).toMatchObject({ args: { amount: bond } })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', escrow: 0n })
    expect(await requester.getRecord({ account: requester.account.address })).toMatchObject({ bondsLost: 1 })
    const report = await soundReport(requester, { taskId })
    expect(report.of('audit', 1)).toMatchObject([{ status: 'ok', detail: expect.stringContaining('upheld') }])
    expect(report.of('bond')).toMatchObject([{ status: 'ok', detail: expect.stringContaining('burned') }])
  }, 300_000)

  test('default: gold that is wrong in two items pays who lacks these, and nobody else', async () => {
    const { requester } = chain
    const gold = sample.gold.map((item, position) =>
      position < sample.gold.length - 2 ? item : { ...item, label: ((item.label as number) + 1) % 10 },
    )
    const { taskId, secrets, asked, scoreBy } = await scored({ gold, wrong: [4, 10, 0, 0, 0, 0, 0] })
    expect(await requester.getTask({ taskId })).toMatchObject({
      rejected: 2,
      mostDisputedItems: 12,
      allowedMistakes: 4,
    })
    await chain.passTo(scoreBy)
    for (const slot of [0, 1]) await chain.worker(slot + 1).disputeSlot({ taskId, slot })
    await requester.auditGold({ taskId, secrets, prover: chain.prover })
    expect(await requester.closeAudit({ taskId, slot: 0 })).toMatchObject({ ruling: 'upheld', overturnedItems: 2 })
    expect(await requester.getTask({ taskId })).toMatchObject({
      overturnedItems: 2,
      openAudits: 1,
      bondState: 'burned',
    })
    expect(await requester.settleSlot({ taskId, slot: 0 })).toMatchObject({
      outcome: 'paid',
      amount: asked.rewardPerSlot,
    })
    await expect(requester.settleSlot({ taskId, slot: 1 })).rejects.toMatchObject({ name: 'OutcomePendingError' })
    // It points at the two items too, and would not have passed with them.
    expect(await requester.closeAudit({ taskId, slot: 1 })).toMatchObject({ ruling: 'void', overturnedItems: 2 })
    await chain.passTo((await chain.now()) + STEP)
    expect(await requester.settleSlot({ taskId, slot: 1 })).toMatchObject({ outcome: 'returned' })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', escrow: 0n })
  }, 300_000)

  test('default: silence loses too', async () => {
    const { requester } = chain
    const { taskId, secrets, scoreBy } = await scored({ wrong: [0, 0, WRONG] })
    await chain.passTo(scoreBy)
    await chain.worker(3).disputeSlot({ taskId, slot: 2 })
    await chain.passTo((await audits(taskId))[0]!.answerBy)
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'settling' })
    await expect(requester.auditGold({ taskId, secrets, prover: chain.prover })).rejects.toMatchObject({
      name: 'DeadlinePassedError',
      message: expect.stringContaining('Anyone decides it with `closeAudit`'),
    })
    await expect(requester.settleSlot({ taskId, slot: 2 })).rejects.toMatchObject({
      name: 'OutcomePendingError',
      message: expect.stringContaining('`closeAudit`'),
    })
    // Anyone may close it: no signature is asked for that no relayer could use.
    const signed: unknown[] = []
    const relay = async (request: unknown) => {
      signed.push(request)
      throw new Error('relayed')
    }
    await expect(chain.worker(3).closeAudit({ taskId, slot: 2, relay } as never)).rejects.toMatchObject({
      name: 'RelayedRecipientError',
    })
    expect(signed).toEqual([])
    expect(await requester.closeAudit({ taskId, slot: 2 })).toMatchObject({ ruling: 'upheld', audited: 0 })
    expect(await requester.settleSlot({ taskId, slot: 2 })).toMatchObject({ outcome: 'paid' })
  }, 240_000)

  test('default: the audit that is due first decides, and each is about the slots it names alone', async () => {
    const { requester } = chain
    // Half are accepted and answer for both audits; neither rejected slot is on the panel of the other.
    const { taskId, secrets, scoreBy } = await scored({ wrong: [WRONG, WRONG, 0, 0] })
    await chain.passTo(scoreBy)
    await chain.worker(1).disputeSlot({ taskId, slot: 0 })
    await chain.passTo((await chain.now()) + 20n)
    await chain.worker(2).disputeSlot({ taskId, slot: 1 })
    const [first, second] = (await audits(taskId)).map(({ answerBy }) => answerBy) as [bigint, bigint]
    expect(second).toBeGreaterThan(first)
    const due = { unprovenAudits: 2, firstAnswerBy: first, lastAnswerBy: second }
    expect(await requester.getTask({ taskId })).toMatchObject({
      phase: 'auditing',
      nextDeadline: first,
      rejectionsPendingUntil: second,
      ...due,
    })

    const answer = { taskId, secrets, prover: chain.prover }
    const at = await rpc<Hex>(chain.url, 'evm_snapshot', [])
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
    await chain.govern({
      to: chain.deployment.contracts.verifierKeyRegistry,
      data: encodeFunctionData({
        abi: verifierKeyRegistryAbi,
        functionName: 'freeze',
        args: [task.terms.auditKeyId, 'for a test', { id: '', uri: '' }, '0x'],
      }),
    })
    await expect(requester.auditGold(answer)).rejects.toMatchObject({
      name: 'AuditVoidError',
      message: expect.stringContaining('`closeAudit`'),
    })
    expect(await requester.closeAudit({ taskId, slot: 0 })).toMatchObject({ ruling: 'void', audited: 0 })
    await rpc(chain.url, 'evm_revert', [at])

    // A node on which one slot has delivered something else, or nothing.
    const deliveredBy = (slot: number) => `0x${slot.toString(16).padStart(64, '0')}` as const
    const signature = toEventSelector(eventItem('hiddenGold', 'LabelsDelivered') as never)
    const over = (slot: number, change: (log: Log) => Log) =>
      chain.clientFor(
        accountAt(0),
        changedLogs(chain.url, (log) =>
          log.topics[0] === signature && log.topics[2] === deliveredBy(slot) ? change(log) : log,
        ),
      )
    const noise = (log: Log): Log => ({
      ...log,
      data: `${log.data.slice(0, -1)}${log.data.endsWith('0') ? '1' : '0'}` as Hex,
    })
    const elsewhere = (log: Log): Log => ({ ...log, topics: [...log.topics.slice(0, 2), deliveredBy(77)] })
    for (const change of [noise, elsewhere])
      await expect(over(2, change).auditGold({ ...answer, slot: 0 })).rejects.toMatchObject({
        name: 'DeliveryUnreadableError',
        message: expect.stringContaining('slot 2'),
      })
    // Of the two, the one that it is not about is answered.
    await expect(over(1, noise).auditGold(answer)).rejects.toMatchObject({ name: 'DeliveryUnreadableError' })
    expect(await requester.getTask({ taskId })).toMatchObject({
      phase: 'auditing',
      nextDeadline: second,
      unprovenAudits: 1,
      firstAnswerBy: second,
      audits: [{ slot: 0, audited: 2 }, { audited: 0 }],
    })
    await requester.closeAudit({ taskId, slot: 0 })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'auditing', nextDeadline: second })
    await chain.passTo(second)
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'settling', nextDeadline: null })
    expect(await requester.closeAudit({ taskId, slot: 1 })).toMatchObject({ ruling: 'upheld', audited: 0 })
  }, 300_000)

  test('default: with two workers there is no third opinion, and nobody loses a stake', async () => {
    const { requester } = chain
    const { taskId, scoreBy, asked } = await scored({ wrong: [WRONG, 0] })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'settling', rejectionsPendingUntil: undefined })
    await chain.passTo(scoreBy)
    await expect(chain.worker(1).disputeSlot({ taskId, slot: 0 })).rejects.toMatchObject({ name: 'TooFewAnswersError' })
    const before = await freeStake(1)
    expect(await requester.settleSlot({ taskId, slot: 0 })).toMatchObject({
      outcome: 'returned',
      amount: asked.rewardPerSlot + asked.rewardPerSlot / 100n,
    })
    expect(await requester.getSlot({ taskId, slot: 0 })).toMatchObject({ ending: 'lapsed' })
    expect(await freeStake(1)).toBe(before + stake)
  }, 240_000)

  test('error: no stake for the bond, and gradings nobody could be paid by', async () => {
    const asked = await taskParameters(chain, sample, 'hidden-gold', { bond: parseEther('5') })
    await expect(chain.requester.createTask(asked)).rejects.toMatchObject({ name: 'NotEnoughStakeError' })
    await expect(chain.requester.createTask({ ...asked, bond: 1n })).rejects.toMatchObject({
      name: 'BondTooSmallError',
    })
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
        chain.requester.createTask({ ...asked, bond, settlement: { ...asked.settlement, grading } as never }),
      ).rejects.toMatchObject({ name: 'GradingInvalidError' })
  })
})

async function audits(taskId: `0x${string}`) {
  const task = await chain.requester.getTask({ taskId })
  if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
  return task.audits
}
