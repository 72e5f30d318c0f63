import { numberToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ContentNotFoundError } from '../storage/content.js'
import {
  accountAt,
  registerSample,
  type Sample,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import { changedLogs, tamperedLogs } from '../testing/flaky.js'
import { failedChecks, soundReport } from '../testing/report.js'
import { verifyTask } from './verifyTask.js'

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

    // Everything behind it, from the chain alone and with the contents.
    const open = [/That a label is true/, /That the gold is right/, /development key/, /encrypted payload holds/]
    const report = await soundReport(requester, { taskId, store: chain.store }, open)
    expect(report.of('proof', 0)).toMatchObject([{ status: 'ok' }])
    expect(report.of('score', 0)[0]?.detail).toMatch(/^at least 12 of 16 gold answers; how many exactly is not proven/)
    expect(report.of('payment').map(({ detail }) => detail)).toEqual([
      expect.stringContaining('the whole reward'),
      expect.stringContaining('went back to the requester'),
    ])
    expect(report.of('payload')).toMatchObject([{ status: 'ok' }])
    expect(report.of('terms-hash')).toMatchObject([{ status: 'ok' }])
    const blind = await soundReport(requester, { taskId })
    expect(blind.of('payload')).toMatchObject([
      { status: 'skipped', detail: expect.stringContaining('no content store') },
    ])
    const empty = { get: async () => Promise.reject(new ContentNotFoundError('x')) } as never
    expect((await soundReport(requester, { taskId, store: empty })).of('payload')).toMatchObject([
      { status: 'skipped' },
    ])

    // A node that lies about one thing is found out by the check of it.
    const word = (value: bigint) => numberToHex(value, { size: 32 })
    const as = (transport: Parameters<typeof chain.clientFor>[1]) => chain.clientFor(accountAt(0), transport)
    const { rewardPerSlot, feePerSlot } = task
    const lies: [string, Parameters<typeof chain.clientFor>[1], string[]][] = [
      ['another payout address', tamperedLogs(chain.url, good.account.address, accountAt(9).address), ['slot']],
      [
        'another reward',
        tamperedLogs(chain.url, word(rewardPerSlot), word(rewardPerSlot - 1n)),
        ['task', 'escrow', 'payment'],
      ],
      ['other gold', tamperedLogs(chain.url, task.terms.goldCommitment, word(1n)), ['terms']],
    ]
    for (const [what, transport, expected] of lies)
      expect(await failedChecks(as(transport), { taskId }), what).toEqual(expect.arrayContaining(expected))
    expect(feePerSlot).toBeGreaterThan(0n)
    const forged = changedLogs(chain.url, (log) =>
      log.data.length > 1_000
        ? { ...log, data: log.data.replace(/[1-9a-f](?=0{0,63}$)/, '0') as typeof log.data }
        : log,
    )
    expect(await failedChecks(as(forged), { taskId })).not.toEqual([])
    const silent = changedLogs(chain.url, (log) => ({ ...log, topics: [word(1n), ...log.topics.slice(1)] }))
    expect(await failedChecks(as(silent), { taskId })).toContain('task')
    await expect(verifyTask(requester, { taskId: word(1n) })).rejects.toMatchObject({ name: 'TaskNotFoundError' })
  })
})
