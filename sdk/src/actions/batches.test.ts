import { custom, type Hex, parseEther, zeroHash } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FIELD_ORDER } from '../core.js'
import { decodeVeritaskReceipt, filterEvents } from '../events/decode.js'
import { openGoldSettlementAbi, taskRegistryAbi } from '../generated/abis.js'
import {
  accountAt,
  registerSample,
  type Sample,
  startChain,
  type TestChain,
  taskParameters,
  withWrongGold,
} from '../testing/chain.js'
import { rpc } from '../testing/foundry.js'
import { malleate } from '../testing/malleate.js'
import { writeBatch } from './internal/batch.js'
import { contractCall } from './internal/write.js'
import type { LabelSubmission } from './proveLabels.js'
import type { ScoreSubmission } from './scoreSlot.js'
import type { RequesterSecrets } from './types.js'

let chain: TestChain
let sample: Sample
let snapshot: Hex
/** Four proven submissions: three of one task and one of another, under the same key. */
let submissions: LabelSubmission[]
let secretsOf: Map<Hex, RequesterSecrets>

/** A task whose workers have joined and, in open gold, committed to these labels. */
async function openTask(workers: readonly number[], labels = sample.truth) {
  const parameters = await taskParameters(chain, sample, 'open-gold', { slots: workers.length })
  const { taskId, secrets } = await chain.requester.createTask(parameters)
  secretsOf.set(taskId, secrets)
  const salts: Hex[] = []
  for (const index of workers) {
    await chain.worker(index).joinTask({ taskId })
    salts.push((await chain.worker(index).commitLabels({ taskId, labels })).secrets.salt)
  }
  return { taskId, secrets, salts, settlement: parameters.settlement }
}

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
  secretsOf = new Map()
  submissions = []
  for (const workers of [[1, 2, 3], [4]]) {
    const { taskId, secrets, salts } = await openTask(workers)
    await chain.requester.openGold({ taskId, secrets })
    for (const [i, index] of workers.entries())
      submissions.push(await chain.worker(index).proveLabels({ taskId, labels: sample.truth, salt: salts[i]! }))
  }
})
beforeEach(async () => {
  snapshot = await rpc<Hex>(chain.url, 'evm_snapshot')
})
afterEach(async () => {
  await rpc(chain.url, 'evm_revert', [snapshot])
})
afterAll(() => chain?.stop())

const relayer = () => chain.worker(7)
const balances = () => Promise.all(submissions.map(({ payout }) => chain.requester.getBalance({ address: payout })))
/** C of another proof: every point is on the curve, and the equation does not hold. */
const corrupted = (submission: LabelSubmission, other: LabelSubmission): LabelSubmission => ({
  ...submission,
  proof: `${submission.proof.slice(0, -128)}${other.proof.slice(-128)}` as Hex,
})
const withCorrupted = (index: number) =>
  submissions.map((each, i) => (i === index ? corrupted(each, submissions[(i + 1) % 4]!) : each))

/** A relayer whose node runs no call with more than two proofs in it, and takes so many transactions at most. */
function clientOverSmallNode({ sends = Number.POSITIVE_INFINITY } = {}) {
  let left = sends
  const proofs = submissions.map(({ proof }) => proof.slice(2).toLowerCase())
  const transport = custom(
    {
      request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
        const { data = '' } = (params[0] ?? {}) as { data?: string }
        if (method === 'eth_call' && proofs.filter((proof) => data.includes(proof)).length > 2)
          throw Object.assign(new Error('execution reverted: out of gas'), { code: 3 })
        if (method === 'eth_sendRawTransaction' && left-- <= 0)
          throw Object.assign(new Error('transaction rejected'), { code: -32003 })
        return rpc(chain.url, method, params)
      },
    },
    { retryCount: 0 },
  )
  return chain.clientFor(accountAt(7), transport)
}

describe('submitProofs', () => {
  test('default: one transaction pays submissions of several tasks, and a second call finds them paid', async () => {
    const before = await balances()
    const { results, transactions } = await relayer().submitProofs({ submissions })
    expect(transactions).toHaveLength(1)
    expect(results.map(({ outcome }) => outcome)).toEqual(['paid', 'paid', 'paid', 'paid'])
    const reward = parseEther('0.01')
    expect(await balances()).toEqual(before.map((balance) => balance + reward))
    for (const [i, result] of results.entries()) {
      const { taskId, slot, payout } = submissions[i]!
      expect(result).toMatchObject({ taskId, slot, found: false, hash: transactions[0]!.hash })
      expect(result).toMatchObject({ payment: { payout, reward, withdrawn: reward, refused: false } })
      expect((await chain.requester.verifyReceipt({ taskId, slot })).valid).toBe(true)
    }
    const again = await relayer().submitProofs({ submissions })
    expect(again.transactions).toEqual([])
    expect(again.results).toEqual(results.map((result) => ({ ...result, found: true })))
    expect(await balances()).toEqual(before.map((balance) => balance + reward))
  })

  test('default: a bad proof is not sent, three are paid, and the fourth is paid later', async () => {
    const { results, transactions } = await relayer().submitProofs({ submissions: withCorrupted(2) })
    expect(results.map(({ outcome }) => outcome)).toEqual(['paid', 'paid', 'refused', 'paid'])
    expect(results[2]).toMatchObject({ slot: 2, error: { name: 'ProofDoesNotVerifyError' }, hash: undefined })
    expect(transactions).toHaveLength(1)
    // Nothing of it was shown: whoever sees encrypted labels that are not paid for has them for nothing.
    const { input } = await chain.requester.getTransaction({ hash: transactions[0]!.hash })
    expect(input).not.toContain(submissions[2]!.delivery.ciphertext[0]!.toString(16))
    expect(input).toContain(submissions[0]!.delivery.ciphertext[0]!.toString(16))

    const later = await relayer().submitProofs({ submissions })
    expect(later.transactions).toHaveLength(1)
    expect(later.results.map((result) => (result.outcome === 'paid' ? result.found : result.error))).toEqual([
      true,
      true,
      false,
      true,
    ])
  })

  test('default: on the chain one bad proof of four is passed over, and its slot is payable later', async () => {
    const [first] = submissions
    const bad = withCorrupted(1)
    const tasks = [...new Set(bad.map(({ taskId }) => taskId))].map((taskId) => ({
      taskId,
      gold: first!.gold!,
      proofs: bad
        .filter((each) => each.taskId === taskId)
        .map(({ slot, digest, delivery, proof }) => ({ slot, digest, delivery, proof })),
    }))
    // The gold of both tasks is the same, but not its salt.
    tasks[1]!.gold = submissions[3]!.gold!
    const hash = await relayer().writeContract({
      address: chain.deployment.contracts.openGold,
      abi: openGoldSettlementAbi,
      functionName: 'proveBatch',
      args: [tasks, true],
    })
    const events = decodeVeritaskReceipt(await relayer().waitForTransactionReceipt({ hash }), chain.deployment)
    expect(filterEvents(events, 'SlotPaid')).toHaveLength(3)
    expect(filterEvents(events, 'SubmissionRefused').map(({ args }) => args)).toEqual([
      { taskId: first!.taskId, slot: 1, reason: 2 },
    ])
    expect(await chain.worker(2).submitProof({ submission: submissions[1]! })).toMatchObject({ slot: 1, found: false })
  })

  test('default: whoever comes first in between, each submission says what became of it', async () => {
    // The very same bytes of slot 0, other bytes for slot 1: both land just before the batch.
    const early = [submissions[0]!, { ...submissions[1]!, proof: malleate(submissions[1]!.proof) }]
    const overtaken = custom({
      request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
        if (method === 'eth_sendRawTransaction')
          for (const submission of early.splice(0)) await chain.worker(8).submitProof({ submission })
        return rpc(chain.url, method, params)
      },
    })
    const { results, transactions } = await chain.clientFor(accountAt(7), overtaken).submitProofs({ submissions })
    expect(results.map(({ outcome }) => outcome)).toEqual(['paid', 'refused', 'paid', 'paid'])
    expect(results[0]).toMatchObject({ found: true })
    expect(results[0]!.hash).not.toBe(transactions[0]!.hash)
    expect(results[1]).toMatchObject({ error: { name: 'SlotEndedError' }, hash: transactions[0]!.hash })
    expect(results[3]).toMatchObject({ found: false, hash: transactions[0]!.hash })
  })

  test('error: a submission for another place or another action', async () => {
    const moved = { ...submissions[0]!, slot: 1, payout: submissions[1]!.payout }
    const { results, transactions } = await relayer().submitProofs({ submissions: [moved] })
    expect(results).toMatchObject([{ outcome: 'refused', error: { name: 'ProofContextMismatchError' } }])
    expect(transactions).toEqual([])
    expect(await relayer().submitProofs({ submissions: [] })).toEqual({ results: [], transactions: [] })
  })

  test('error: what cannot be encoded is refused by itself, and the good one is paid', async () => {
    const [good, other] = submissions as [LabelSubmission, LabelSubmission]
    const changed = (changes: object) => ({ ...other, ...changes }) as LabelSubmission
    const tooLarge = 2n ** 256n
    const hostile: [LabelSubmission, string][] = [
      [changed({ kind: 'submission' }), 'WrongSubmissionKindError'],
      [changed({ kind: 'constructor' }), 'SubmissionMalformedError'],
      ...[2 ** 32, 2 ** 40, -1, 0.5, '1'].map(
        (slot) => [changed({ slot }), 'SubmissionMalformedError'] as [never, string],
      ),
      ...[-1n, FIELD_ORDER, tooLarge].map((digest) => [changed({ digest }), 'FieldOutOfRangeError'] as [never, string]),
      [changed({ taskId: `${other.taskId}00` }), 'SubmissionMalformedError'],
      [changed({ keyId: '0x' }), 'SubmissionMalformedError'],
      [changed({ module: '0x00' }), 'SubmissionMalformedError'],
      // The checksum of the capitals is wrong.
      [changed({ payout: `0xA${other.payout.slice(3).toLowerCase()}` }), 'SubmissionMalformedError'],
      [changed({ chainId: -1 }), 'SubmissionMalformedError'],
      [changed({ delivery: { ...other.delivery, ephemeralKey: [1n] } }), 'SubmissionMalformedError'],
      [changed({ delivery: { ...other.delivery, ephemeralKey: [1n, tooLarge] } }), 'FieldOutOfRangeError'],
      [changed({ delivery: { ...other.delivery, ciphertext: [tooLarge] } }), 'FieldOutOfRangeError'],
      [changed({ publicSignals: undefined }), 'SubmissionMalformedError'],
      [changed({ proof: '0x' }), 'ProofMalformedError'],
    ]
    const { results, transactions } = await relayer().submitProofs({
      submissions: [...hostile.map(([submission]) => submission), good],
    })
    expect(results.map((result) => (result.outcome === 'refused' ? result.error.name : result.outcome))).toEqual([
      ...hostile.map(([, name]) => name),
      'paid',
    ])
    expect(transactions).toHaveLength(1)
  })

  test('default: a submission given twice is paid once, and a bad proof of it does not stand in its way', async () => {
    const good = submissions[0]!
    const asked = [corrupted(good, submissions[1]!), good, good, { ...good }, { ...good, proof: malleate(good.proof) }]
    const outcomes = async () => {
      const { results } = await relayer().submitProofs({ submissions: asked })
      return results.map((result) => (result.outcome === 'refused' ? result.error.name : result.found))
    }
    const repeated = 'SubmissionRepeatedError'
    expect(await outcomes()).toEqual(['ProofDoesNotVerifyError', false, repeated, repeated, repeated])
    expect(await outcomes()).toEqual(['SlotEndedError', true, repeated, repeated, 'SlotEndedError'])
  })

  test('default: a node that takes only half of the batch gets it in halves', async () => {
    const { results, transactions } = await clientOverSmallNode().submitProofs({ submissions })
    expect(transactions).toHaveLength(2)
    expect(results.map(({ outcome }) => outcome)).toEqual(['paid', 'paid', 'paid', 'paid'])
    expect(new Set(results.map(({ hash }) => hash))).toEqual(new Set(transactions.map(({ hash }) => hash)))
  })

  test('error: a later transaction that cannot be sent leaves the results of the earlier one', async () => {
    const { results, transactions } = await clientOverSmallNode({ sends: 1 }).submitProofs({ submissions })
    expect(transactions).toHaveLength(1)
    expect(results.map(({ outcome }) => outcome)).toEqual(['paid', 'paid', 'refused', 'refused'])
    expect(results[2]).toMatchObject({ error: { name: 'BatchFailedError' }, hash: undefined })
    expect(results[3]).toMatchObject({ error: { name: 'BatchFailedError' }, hash: undefined })
    const later = await relayer().submitProofs({ submissions })
    expect(later.results.map((result) => result.outcome === 'paid' && result.found)).toEqual([true, true, false, false])
  })

  test('default: deliveries where the gold stayed closed', async () => {
    const { taskId, salts, settlement } = await openTask([1, 2])
    if (settlement.kind !== 'open-gold') throw new Error('wrong kind')
    await chain.passTo(settlement.openBy)
    const deliveries = await Promise.all(
      [1, 2].map((index, i) => chain.worker(index).proveLabels({ taskId, labels: sample.truth, salt: salts[i]! })),
    )
    expect(deliveries.map(({ kind }) => kind)).toEqual(['delivery', 'delivery'])
    const { results, transactions } = await relayer().submitProofs({ submissions: deliveries })
    expect(transactions).toHaveLength(1)
    expect(results.map(({ outcome }) => outcome)).toEqual(['paid', 'paid'])
    const delivered = await chain.requester.readDeliveredLabels({ taskId, secrets: secretsOf.get(taskId)! })
    expect(delivered.map(({ labels }) => labels)).toEqual([sample.truth, sample.truth])
  })
})

describe('writeBatch', () => {
  test('default: what would revert the whole call is left out', async () => {
    const { taskId } = submissions[0]!
    const { terms } = await chain.requester.getTask({ taskId })
    if (!('proveBy' in terms)) throw new Error('wrong kind')
    await chain.passTo(terms.proveBy)
    const client = relayer()
    const registry = chain.deployment.contracts.taskRegistry
    const sent = await writeBatch(client, {
      deployment: chain.deployment,
      signer: { address: client.account.address, local: accountAt(7) },
      items: [taskId, zeroHash],
      callOf: (ids) => contractCall(taskRegistryAbi, registry, 'settleBatch', [ids, ids.map(() => 0)]),
      findEffect: async () => undefined,
    })
    expect(sent[0]!.outcome).toMatchObject({ found: false })
    expect(sent[1]!.error).toMatchObject({ name: 'TaskNotFoundError' })
  })
})

describe('scoreSlots and settleSlots', () => {
  test('default: many scores in one transaction, then silence settled in one', async () => {
    const { requester, prover } = chain
    const parameters = await taskParameters(chain, sample, 'hidden-gold', { slots: 4 })
    const { taskId, secrets } = await requester.createTask(parameters)
    const missed = [0, 5, 2, 1]
    for (const [i, wrong] of missed.entries()) {
      const worker = chain.worker(i + 1)
      await worker.joinTask({ taskId })
      const labels = withWrongGold(sample.truth, sample.gold, wrong)
      await worker.submitLabels({ submission: await worker.proveLabels({ taskId, labels }) })
    }
    // Cancelled as the second proof begins: the first score is not sent.
    const abort = new AbortController()
    const cancelled = requester.scoreSlots({
      ...{ taskId, slots: [0, 1], secrets, prover, signal: abort.signal },
      onSlot: (index) => index === 1 && abort.abort(),
    })
    await expect(cancelled).rejects.toMatchObject({ name: 'ProvingAbortedError' })
    expect((await requester.getSlot({ taskId, slot: 0 })).state).toBe('joined')

    const tried: number[] = []
    const asked = { taskId, slots: [0, 1, 2, 9], secrets, prover }
    const { results, transactions } = await requester.scoreSlots({ ...asked, onSlot: (index) => tried.push(index) })
    expect(tried).toEqual([0, 1, 2, 3])
    expect(transactions).toHaveLength(1)
    expect(results).toMatchObject([
      { slot: 0, outcome: 'scored', agreements: 16, passed: true, found: false },
      { slot: 1, outcome: 'scored', agreements: 11, passed: false, payment: undefined },
      { slot: 2, outcome: 'scored', agreements: 14, passed: true },
      { slot: 9, outcome: 'refused', error: { name: 'SlotStateError' }, hash: undefined },
    ])
    for (const [i, result] of results.slice(0, 3).entries()) {
      if (result.outcome !== 'scored') throw new Error('not scored')
      const { payout } = await requester.getSlot({ taskId, slot: i })
      if (result.passed) expect(result.payment).toMatchObject({ payout })
      expect((await requester.verifyReceipt({ receiptId: result.receiptId })).valid).toBe(true)
    }
    const again = await requester.scoreSlots(asked)
    expect(again.transactions).toEqual([])
    expect(again.results.slice(0, 3)).toEqual(results.slice(0, 3).map((result) => ({ ...result, found: true })))

    const settle = { slots: [0, 1, 3, 9].map((slot) => ({ taskId, slot })) }
    expect((await chain.worker(9).settleSlots(settle)).results).toMatchObject([
      { slot: 0, outcome: 'paid' },
      // Provisional, as long as somebody may ask for an audit.
      { slot: 1, outcome: 'passed-over', error: { name: 'OutcomePendingError' } },
      { slot: 3, outcome: 'passed-over', error: { name: 'OutcomePendingError' } },
      { slot: 9, outcome: 'passed-over' },
    ])
    expect(
      (await chain.worker(9).settleSlots({ slots: [{ taskId, slot: 2 ** 40 }, settle.slots[0]!] })).results,
    ).toMatchObject([{ outcome: 'passed-over', error: { name: 'SubmissionMalformedError' } }, { outcome: 'paid' }])
    if (parameters.settlement.kind !== 'hidden-gold') throw new Error('wrong kind')
    await chain.passTo(parameters.settlement.scoreBy)
    const settled = await chain.worker(9).settleSlots(settle)
    expect(settled.transactions).toHaveLength(1)
    expect(settled.results[2]).toMatchObject({ slot: 3, outcome: 'paid', hash: settled.transactions[0]!.hash })
    expect((await chain.worker(9).settleSlots(settle)).transactions).toEqual([])
  })

  test('default: a score somebody else sent in between is found, and malformed ones keep nobody back', async () => {
    const { requester, prover } = chain
    const { taskId, secrets } = await requester.createTask(
      await taskParameters(chain, sample, 'hidden-gold', { slots: 3 }),
    )
    for (const index of [1, 2, 3]) {
      await chain.worker(index).joinTask({ taskId })
      const submission = await chain.worker(index).proveLabels({ taskId, labels: sample.truth })
      await chain.worker(index).submitLabels({ submission })
    }
    const scores: ScoreSubmission[] = []
    for (const slot of [0, 1, 2]) scores.push(await requester.proveScore({ taskId, slot, secrets, prover }))
    // The first lands just before the batch is sent, the second after it was looked for and before it is checked.
    const early = [scores[0]!]
    let looked = false
    const overtaken = custom({
      request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
        if (method === 'eth_sendRawTransaction')
          for (const score of early.splice(0)) await chain.worker(8).scoreSlot({ score })
        const result = await rpc(chain.url, method, params)
        const { topics } = (params[0] ?? {}) as { topics?: readonly unknown[] }
        if (method === 'eth_getLogs' && BigInt((topics?.[2] as Hex | undefined) ?? 0) === 1n && !looked) {
          looked = true
          await chain.worker(8).scoreSlot({ score: scores[1]! })
        }
        return result
      },
    })
    const malformed = [
      { ...scores[2]!, slot: 2 ** 40 },
      { ...scores[2]!, digest: -1n },
    ]
    const { results, transactions } = await chain
      .clientFor(accountAt(7), overtaken)
      .scoreSlots({ scores: [...malformed, ...scores] })
    expect(results).toMatchObject([
      { outcome: 'refused', error: { name: 'SubmissionMalformedError' } },
      { outcome: 'refused', error: { name: 'FieldOutOfRangeError' } },
      { slot: 0, outcome: 'scored', found: true },
      { slot: 1, outcome: 'scored', found: true },
      { slot: 2, outcome: 'scored', found: false, hash: transactions[0]!.hash },
    ])
    expect(transactions).toHaveLength(1)
    expect(new Set(results.slice(2).map(({ hash }) => hash)).size).toBe(3)
  })
})
