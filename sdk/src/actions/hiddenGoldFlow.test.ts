import { encodeFunctionData, type Hex, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import {
  registerSample,
  type Sample,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import { rpc } from '../testing/foundry.js'
import { soundReport } from '../testing/report.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

describe('hidden gold: one accepted, one rejected by proof until nobody asks, one paid by silence, one that never submits', () => {
  test('default', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask(
      await taskParameters(chain, sample, 'hidden-gold', { slots: 4 }),
    )
    const workers = [1, 2, 3, 4].map((index) => chain.worker(index))
    for (const worker of workers) await worker.joinTask({ taskId })
    const wrong = [0, 5, 3]
    const labels = wrong.map((count) => withWrongGold(sample.truth, sample.gold, count))
    const receipts = []
    for (const [index, given] of labels.entries()) {
      const submission = await workers[index]!.proveLabels({ taskId, labels: given })
      expect(submission.kind).toBe('submission')
      receipts.push(await workers[index]!.submitLabels({ submission }))
    }

    const task = await requester.getTask({ taskId })
    if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
    expect(task.phase).toBe('submitting')

    await expect(requester.scoreSlot({ taskId, slot: 0, secrets })).rejects.toMatchObject({ name: 'TooEarlyError' })
    await chain.passTo(task.terms.submitBy)
    const accepted = await requester.scoreSlot({ taskId, slot: 0, secrets })
    expect(accepted).toMatchObject({ agreements: 16, goldCount: 16, passed: true })
    expect(accepted.payment).toMatchObject({ payout: workers[0]!.account.address, withdrawn: task.rewardPerSlot })

    // A prepared score can be relayed by anyone.
    const score = await requester.proveScore({ taskId, slot: 1, secrets })
    const rejected = await workers[3]!.scoreSlot({ score })
    expect(rejected).toMatchObject({ agreements: 11, passed: false, payment: undefined })
    expect(await requester.scoreSlot({ score })).toMatchObject({ found: true, hash: rejected.hash })
    // Provisionally: its worker may ask for an audit once scoring is over.
    expect(await requester.getSlot({ taskId, slot: 1 })).toMatchObject({
      state: 'joined',
      outcome: 'pending',
      rejection: { agreements: 11 },
    })

    await expect(requester.settleSlot({ taskId, slot: 2 })).rejects.toMatchObject({ name: 'OutcomePendingError' })
    await chain.passTo(task.terms.scoreBy)
    await expect(requester.proveScore({ taskId, slot: 2, secrets })).rejects.toMatchObject({
      name: 'DeadlinePassedError',
    })
    expect(await requester.settleSlot({ taskId, slot: 2 })).toMatchObject({ outcome: 'paid' })
    expect(await requester.settleSlot({ taskId, slot: 3 })).toMatchObject({ outcome: 'returned' })
    expect(await workers[2]!.claim({})).toMatchObject({ amount: task.rewardPerSlot })
    await expect(requester.settleSlot({ taskId, slot: 1 })).rejects.toMatchObject({ name: 'OutcomePendingError' })
    await chain.passTo(task.terms.scoreBy + task.auditWindow)
    expect(await requester.settleSlot({ taskId, slot: 1 })).toMatchObject({ outcome: 'returned' })
    expect(await requester.getSlot({ taskId, slot: 1 })).toMatchObject({ ending: 'rejected', scoreBps: 6875 })
    await requester.releaseBond({ taskId })

    const delivered = await requester.readDeliveredLabels({ taskId, secrets })
    expect(delivered.map((delivery) => delivery.labels)).toEqual(labels)
    for (const { receiptId } of [...receipts, accepted, rejected]) {
      const { valid, checks } = await requester.verifyReceipt({ receiptId })
      expect(checks.filter(({ passed }) => !passed)).toEqual([])
      expect(valid).toBe(true)
    }
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', escrow: 0n })
    const report = await soundReport(requester, { taskId, store: chain.store }, [/hidden gold is right/])
    expect(report.of('score').map(({ slot, detail }) => [slot, detail])).toEqual([
      [0, expect.stringContaining('16 of 16 gold answers')],
      [1, expect.stringMatching(/^11 of 16 gold answers.*too few/)],
    ])
    expect(report.of('bond')).toMatchObject([{ status: 'ok', detail: expect.stringContaining('released') }])
  })
})

describe('gold that is never opened', () => {
  test('default: every committed worker delivers under a legality proof and is paid', async () => {
    const { requester } = chain
    const { taskId, secrets } = await requester.createTask(
      await taskParameters(chain, sample, 'open-gold', { slots: 1 }),
    )
    const worker = chain.worker(5)
    await worker.joinTask({ taskId })
    const labels = withWrongGold(sample.truth, sample.gold, 16)
    const { secrets: kept } = await worker.commitLabels({ taskId, labels })
    await expect(worker.proveLabels({ taskId, labels, salt: kept.salt })).rejects.toMatchObject({
      name: 'GoldNotOpenError',
    })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'open-gold') throw new Error('wrong kind')
    await chain.passTo(task.terms.openBy)
    await expect(requester.openGold({ taskId, secrets })).rejects.toMatchObject({ name: 'DeadlinePassedError' })

    const submission = await worker.proveLabels({ taskId, labels, salt: kept.salt })
    expect(submission.kind).toBe('delivery')
    const sent = await worker.deliverLabels({ submission })
    expect(sent.payment.withdrawn).toBe(task.rewardPerSlot)
    expect((await requester.readDeliveredLabels({ taskId, secrets }))[0]!.labels).toEqual(labels)
    expect((await requester.verifyReceipt({ taskId, slot: 0 })).valid).toBe(true)
    await soundReport(requester, { taskId }, [/agrees with any gold/])
  })
})

describe('a task nobody joins', () => {
  test('default: the requester cancels and gets everything back', async () => {
    const { requester } = chain
    const { taskId } = await requester.createTask(await taskParameters(chain, sample))
    const { escrow } = await requester.getTask({ taskId })
    const before = await requester.getCredit({ recipient: requester.account.address })
    const { amount } = await requester.cancelTask({ taskId })
    expect(amount).toBe(escrow)
    expect(await requester.getCredit({ recipient: requester.account.address })).toBe(before + escrow)
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'cancelled', escrow: 0n })
    await expect(chain.worker(1).joinTask({ taskId })).rejects.toMatchObject({ name: 'JoinClosedError' })
    expect(await requester.cancelTask({ taskId })).toMatchObject({ found: true, amount })
  })
})

describe('rewards in an ERC-20', () => {
  test('default: escrowed with an exact allowance, paid in the token', async () => {
    const { requester, token } = chain
    await chain.mint(requester.account.address, 10_000_000n)
    const parameters = await taskParameters(chain, sample, 'hidden-gold', {
      token,
      rewardPerSlot: 1_000_000n,
      slots: 1,
    })
    const { taskId, secrets } = await requester.createTask(parameters)
    expect(await requester.getTask({ taskId })).toMatchObject({ token, escrow: 1_010_000n, feePerSlot: 10_000n })
    const worker = chain.worker(6)
    await worker.joinTask({ taskId })
    await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels: sample.truth }) })
    await requester.scoreSlot({ taskId, slot: 0, secrets })
    expect(await chain.tokenBalance(worker.account.address)).toBe(1_000_000n)
  })
})

describe('an account that wants its credit elsewhere', () => {
  test('default: its owner sends it there, and nobody else can', async () => {
    const { requester } = chain
    const { taskId } = await requester.createTask(await taskParameters(chain, sample))
    await requester.cancelTask({ taskId })
    const to = '0x00000000000000000000000000000000000000aa'
    await expect(chain.worker(1).claim({ recipient: requester.account.address, to })).rejects.toMatchObject({
      name: 'NotOwnCreditError',
    })
    const { amount } = await requester.claim({ to })
    expect(amount).toBeGreaterThan(0n)
    expect(await requester.getBalance({ address: to })).toBe(amount)
  })
})

describe('a payout address that refuses the transfer', () => {
  test('default: the slot is paid, the credit stays and is claimed once it accepts', async () => {
    const { requester, refusing } = chain
    const { taskId, secrets } = await requester.createTask(
      await taskParameters(chain, sample, 'hidden-gold', { slots: 1 }),
    )
    const worker = chain.worker(7)
    await worker.joinTask({ taskId, payout: refusing })
    await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels: sample.truth }) })
    const { payment } = await requester.scoreSlot({ taskId, slot: 0, secrets })
    expect(payment).toMatchObject({ payout: refusing, withdrawn: 0n, refused: true })
    await expect(worker.claim({ recipient: refusing })).rejects.toMatchObject({ name: 'TransferRefusedError' })
    expect(await requester.getCredit({ recipient: refusing })).toBe(payment!.reward)

    const abi = parseAbi(['function accept(bool next)'])
    const hash = await requester.writeContract({ address: refusing, abi, functionName: 'accept', args: [true] })
    await requester.waitForTransactionReceipt({ hash })
    expect(await worker.claim({ recipient: refusing })).toMatchObject({ amount: payment!.reward })
  })
})

describe('a frozen key', () => {
  test('default: labels are scored as long as the score key is good, whatever became of the others', async () => {
    const { requester, deployment } = chain
    const worker = chain.worker(6)
    const { taskId, secrets } = await requester.createTask(
      await taskParameters(chain, sample, 'hidden-gold', { slots: 2 }),
    )
    await worker.joinTask({ taskId })
    await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels: sample.truth }) })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'hidden-gold') throw new Error('wrong kind')
    const freeze = (keyId: Hex) =>
      chain.govern({
        to: deployment.contracts.verifierKeyRegistry,
        data: encodeFunctionData({
          abi: verifierKeyRegistryAbi,
          functionName: 'freeze',
          args: [keyId, 'for a test', { id: '', uri: '' }, '0x'],
        }),
      })
    await freeze(task.terms.legalityKeyId)
    const frozen = { halted: true, scoreKeyFrozen: false, auditKeysFrozen: true }
    expect(await requester.getTask({ taskId })).toMatchObject({ ...frozen, phase: 'halted' })
    await chain.passTo(task.terms.submitBy)
    const { scoreBy } = task.terms
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'scoring', nextDeadline: scoreBy })
    const scored = await requester.proveScore({ taskId, slot: 0, secrets })
    const before = await rpc<Hex>(chain.url, 'evm_snapshot', [])
    expect(await requester.scoreSlot({ score: scored })).toMatchObject({ passed: true })
    await rpc(chain.url, 'evm_revert', [before])
    await freeze(task.terms.scoreKeyId)
    expect(await requester.getTask({ taskId })).toMatchObject({ scoreKeyFrozen: true, phase: 'halted' })
    await expect(requester.scoreSlot({ score: scored })).rejects.toThrow()
    expect(await requester.settleSlot({ taskId, slot: 0 })).toMatchObject({ outcome: 'paid' })
  })
})
