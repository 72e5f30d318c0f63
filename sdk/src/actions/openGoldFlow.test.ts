import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  registerSample,
  type Sample,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

describe('open gold from creation to the last payout', () => {
  test('default', async () => {
    const { requester } = chain
    const created = await requester.createTask(await taskParameters(chain, sample))
    const { taskId, secrets } = created
    expect(created.found).toBe(false)

    const good = chain.worker(1)
    const bad = chain.worker(2)
    const joinedGood = await good.joinTask({ taskId })
    const joinedBad = await bad.joinTask({ taskId })
    expect([joinedGood.slot, joinedBad.slot]).toEqual([0, 1])

    expect(await requester.wrapContentKeys({ taskId, secrets })).toMatchObject({ wrapped: [0, 1], skipped: [] })
    expect(await requester.wrapContentKeys({ taskId, secrets })).toMatchObject({ wrapped: [], hashes: [] })

    const assignment = await good.fetchAssignment({ taskId, secrets: joinedGood.secrets })
    expect(assignment.items.map(({ bytes }) => bytes)).toEqual(sample.items.map(({ bytes }) => bytes))
    expect(assignment.classes).toHaveLength(10)

    const goodLabels = withWrongGold(sample.truth, sample.gold, 4)
    const badLabels = withWrongGold(sample.truth, sample.gold, 5)
    const goodCommit = await good.commitLabels({ taskId, labels: goodLabels })
    const badCommit = await bad.commitLabels({ taskId, labels: badLabels })

    const task = await requester.getTask({ taskId })
    expect(task).toMatchObject({ title: 'Which digit is it?', joined: 2, phase: 'joining', kind: 'open-gold' })
    await chain.passTo(task.joinBy)
    await requester.openGold({ taskId, secrets })

    const submission = await good.proveLabels({ taskId, labels: goodLabels, salt: goodCommit.secrets.salt })
    await expect(bad.proveLabels({ taskId, labels: badLabels, salt: badCommit.secrets.salt })).rejects.toMatchObject({
      name: 'AgreementBelowThresholdError',
      agreements: 11,
      goldCount: 16,
      needed: 12,
    })

    const before = await requester.getBalance({ address: good.account.address })
    // Anyone may relay: the requester sends, the worker is paid.
    const sent = await requester.submitProof({ submission })
    expect(sent.payment).toMatchObject({ payout: good.account.address, withdrawn: task.rewardPerSlot, refused: false })
    expect(await requester.getBalance({ address: good.account.address })).toBe(before + task.rewardPerSlot)

    const delivered = await requester.readDeliveredLabels({ taskId, secrets })
    expect(delivered).toHaveLength(1)
    expect(delivered[0]).toMatchObject({ slot: 0, worker: good.account.address, labels: goodLabels })

    const verified = await requester.verifyReceipt({ receiptId: sent.receiptId })
    expect(verified.checks.filter(({ passed }) => !passed)).toEqual([])
    expect(verified).toMatchObject({ valid: true, receipt: { statement: 'open-gold' } })

    if (task.kind !== 'open-gold') throw new Error('wrong kind')
    await chain.passTo(task.terms.proveBy)
    expect(await requester.settleSlot({ taskId, slot: 1 })).toMatchObject({ outcome: 'returned' })
    expect(await requester.returnUnfilled({ taskId })).toMatchObject({ slots: 1 })
    expect(await requester.claim({})).toMatchObject({ amount: 2n * (task.rewardPerSlot + task.feePerSlot) })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', escrow: 0n })
    const names = (await requester.getTaskEvents({ taskId })).map(({ eventName }) => eventName)
    expect(names.at(-1)).toBe('TaskCompleted')
  })
})
