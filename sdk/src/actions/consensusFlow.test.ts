import {
  custom,
  encodeAbiParameters,
  encodeEventTopics,
  type Hex,
  http,
  keccak256,
  numberToHex,
  pad,
  parseAbiParameters,
  parseEther,
  sha256,
  stringToHex,
  type Transport,
} from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circuitManifest, commitLabels as commitmentOf, encodeLabels, type ScalarRules, WHOLE_TASK } from '../core.js'
import { NotOwnerError } from '../errors/contract.js'
import { filterEvents, findEvent } from '../events/decode.js'
import { consensusSettlementAbi } from '../generated/abis.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain } from '../testing/chain.js'
import { duckAnswers, haveDucks, plainMajority, readCrowd } from '../testing/crowd.js'
import { changedLogs, flakyTransport, tamperedLogs } from '../testing/flaky.js'
import { rpc } from '../testing/foundry.js'
import { soundReport } from '../testing/report.js'
import { seeded } from '../testing/seeded.js'
import type { CreateConsensusTaskParameters } from './createConsensusTask.js'
import type { ForwardRequest } from './internal/context.js'
import type { RequesterSecrets } from './types.js'

const WINDOW = 1000
/** More than the 8,191 whose hashes the history contract of the chain remembers (EIP-2935). */
const FORGOTTEN_BLOCKS = 8_200
const small: ScalarRules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 12,
  goldCount: 0,
  thresholdBps: 6000,
  max: 3,
  tolerance: 0,
}

let chain: TestChain
beforeAll(async () => {
  chain = await startChain()
})
afterAll(() => chain?.stop())

type Changes = Partial<CreateConsensusTaskParameters>

/** The sample has labels of its own; a consensus task takes its records alone. */
async function recordsOf(rules: ScalarRules): Promise<Sample> {
  return registerSample(chain, { ...rules, goldCount: 1 })
}

async function createFor(rules: ScalarRules, slots: number, changes: Changes = {}) {
  const sample = await recordsOf(rules)
  const parameters = {
    title: 'Which of four?',
    instructions: 'One of four.',
    items: sample.items,
    datasetVersionId: sample.datasetVersionId,
    rules,
    rewardPerSlot: parseEther('0.01'),
    slots,
    windows: { join: WINDOW, commit: WINDOW, deliver: WINDOW, settle: WINDOW },
    publication: {
      name: 'By consensus',
      schemaHash: sha256(stringToHex('text/plain')),
      manifestDigest: sha256(stringToHex('consensus')),
      licence: 'CC0-1.0',
    },
    store: chain.store,
    // What these tests are about needs no more workers than the contracts ask for.
    unsafeVoting: true,
    ...changes,
  }
  return chain.requester.createConsensusTask(parameters)
}

/** Joins, commits, proves and delivers for each row of labels; workers start at account `from`. */
async function deliverAll(taskId: `0x${string}`, rows: readonly (readonly number[])[], from = 1) {
  const workers = rows.map((_, index) => chain.worker(from + index))
  for (const worker of workers) await worker.joinTask({ taskId, unsafeVoting: true })
  const { secretsOf, commit } = { secretsOf: new Map<number, `0x${string}`>(), commit: workers.entries() }
  for (const [index, worker] of commit) {
    const { secrets } = await worker.commitLabels({ taskId, labels: rows[index]! })
    secretsOf.set(index, secrets.salt)
  }
  const submissions = []
  for (const [index, worker] of workers.entries())
    submissions.push(await worker.proveLabels({ taskId, labels: rows[index]!, salt: secretsOf.get(index) }))
  const { results } = await chain.requester.deliverVotes({ submissions })
  expect(results.map(({ outcome }) => outcome)).toEqual(rows.map(() => 'delivered'))
  return { workers, submissions }
}

/** The node mines for transactions only: blocks while somebody waits for them. */
async function whileMining<result>(work: Promise<result>): Promise<result> {
  let waiting = true
  const done = work.finally(() => {
    waiting = false
  })
  while (waiting) {
    await rpc(chain.url, 'evm_mine')
    await Promise.race([done.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 200))])
  }
  return done
}

/** What the chain has committed to is what the labels open, as a stranger computes it. */
async function expectOpens(
  taskId: `0x${string}`,
  secrets: RequesterSecrets,
  rules: ScalarRules,
  labels: readonly number[],
) {
  const consensus = await chain.requester.readConsensus({ taskId, secrets })
  expect(consensus?.labels).toEqual(labels)
  const { out, salt, context } = consensus!
  const codes = encodeLabels({ ...rules, itemCount: labels.length }, labels)
  expect(commitmentOf({ rules, commitmentContext: context, salt, codes })).toBe(out)
  return out
}

/** Every receipt about the task as a whole is found sound again; their statements, in order. */
async function recheck(taskId: Hex): Promise<readonly { receiptId: Hex; statement: string }[]> {
  const issued = filterEvents(await chain.requester.getTaskEvents({ taskId }), 'ReceiptIssued')
  const found = []
  for (const { args } of issued) {
    const { receiptId, slot } = args
    const { checks, receipt } = await chain.requester.verifyReceipt({ receiptId, manifest: circuitManifest })
    expect(checks.filter(({ passed }) => !passed)).toEqual([])
    expect(checks.map(({ name }) => name)).toEqual([
      'key-content',
      'key-status',
      'key-challenge',
      'key-pinned',
      'key-artifacts',
      'signal-range',
      'context',
      'statement',
      'proof',
      'receipt-id',
    ])
    if (slot === WHOLE_TASK) found.push({ receiptId, statement: receipt.statement })
  }
  return found
}

/** What fails when a node does not tell the truth. */
async function failures(transport: Transport, receiptId: Hex): Promise<readonly string[]> {
  const { valid, checks } = await chain.clientFor(accountAt(0), transport).verifyReceipt({ receiptId })
  const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name)
  expect(valid).toBe(failed.length === 0)
  return failed
}

const deliveredTopic = encodeEventTopics({ abi: consensusSettlementAbi, eventName: 'LabelsDelivered' })[0]
const padOf = (address: Hex) => pad(address).toLowerCase() as Hex
const word = (value: bigint) => numberToHex(value, { size: 32 })

describe('one proof', () => {
  test('default: three workers, the careless one is not paid, the consensus is a dataset', {
    timeout: 300_000,
  }, async () => {
    const random = seeded(3)
    const truth = Array.from({ length: small.itemCount }, () => random.below(4))
    const rows = [truth, truth, truth.map((label) => (label + 1) % 4)]
    const { taskId, secrets } = await createFor(small, 3)
    const { workers, submissions } = await deliverAll(taskId, rows)
    // Delivered twice counts once.
    expect((await chain.requester.deliverVotes({ submissions })).transactions).toEqual([])

    // The answer to the one transaction is lost after the node took it.
    const { transport, pending } = flakyTransport(chain.url, { eth_sendTransaction: ['drop-response'] })
    const unlocked = chain.clientFor(accountAt(0).address, transport)
    const { labels, covered, steps, outcome } = await unlocked.settleConsensus({ taskId, secrets })
    expect(pending()).toBe(0)
    expect(outcome).toBe('settled')
    expect(labels).toEqual(plainMajority(rows))
    expect(covered).toEqual(rows[0]!.map(() => true))
    expect(steps.map(({ step, slots }) => [step, slots])).toEqual([['conclude', [0, 1, 2]]])
    const out = await expectOpens(taskId, secrets, small, truth)
    const task = await chain.requester.getTask({ taskId })
    expect(task).toMatchObject({ phase: 'completed', escrow: 0n })
    expect(await chain.requester.getSlot({ taskId, slot: 2 })).toMatchObject({ ending: 'rejected', scoreBps: 0 })
    expect(await workers[0]!.claim({})).toMatchObject({ amount: task.rewardPerSlot })
    const events = await chain.requester.getTaskEvents({ taskId })
    const reached = findEvent(events, 'ConsensusReached')!
    expect(reached.args).toMatchObject({ out, possible: BigInt(3 * small.itemCount) })
    // The module registered it, under the task's id: so its labels are known to be proven.
    const { chainId, contracts } = chain.deployment
    const datasetId = keccak256(
      encodeAbiParameters(parseAbiParameters('uint256, address, address, bytes32'), [
        BigInt(chainId),
        contracts.datasetRegistry,
        contracts.consensus,
        taskId,
      ]),
    )
    const dataset = await chain.requester.getDataset({ datasetId })
    expect(dataset).toMatchObject({ name: 'By consensus', owner: contracts.consensus })
    const { versionId } = reached.args
    expect(dataset.versions).toMatchObject([{ versionId, root: out, size: 12n, parents: [task.datasetVersionId] }])

    // It is the requester's to take, and to hand on.
    await expect(workers[0]!.acceptDataset({ datasetId })).rejects.toThrow('offer the dataset to this account')
    const taken = await chain.requester.acceptDataset({ datasetId })
    expect(taken).toMatchObject({ found: false, previous: contracts.consensus })
    expect(await chain.requester.acceptDataset({ datasetId })).toMatchObject({ found: true, hash: taken.hash })
    const to = workers[1]!.account.address
    await expect(workers[1]!.offerDataset({ datasetId, to })).rejects.toThrow(NotOwnerError)
    const offered = await chain.requester.offerDataset({ datasetId, to })
    expect(await chain.requester.offerDataset({ datasetId, to })).toMatchObject({ found: true, hash: offered.hash })
    await workers[1]!.acceptDataset({ datasetId })
    expect(await chain.requester.getDataset({ datasetId })).toMatchObject({ owner: to })

    const report = await soundReport(chain.requester, { taskId, store: chain.store }, [/majority is right/])
    expect([report.of('consensus'), report.of('result-dataset')].flat().map(({ status }) => status)).toEqual([
      'ok',
      'ok',
      'ok',
    ])
    const [whole] = await recheck(taskId)
    expect(whole?.statement).toBe('consensus')
    const { receiptId } = whole!
    // Other labels, another consensus, another agreement of the careless one: each is found out.
    const { commitment } = await chain.requester.getSlot({ taskId, slot: 1 })
    for (const value of [commitment, out])
      expect(await failures(tamperedLogs(chain.url, word(value), word(value + 1n)), receiptId)).toEqual(['statement'])
    const agreed = changedLogs(chain.url, (log) => {
      const [honest, other] = [12n, 11n].map((count) =>
        encodeAbiParameters(parseAbiParameters('uint256, uint256, bool'), [count, 12n, true]),
      )
      return { ...log, data: log.data === honest ? other! : log.data }
    })
    expect(await failures(agreed, receiptId)).toEqual(['statement'])
    // A vote left out, or the proof given out as one of another task.
    const silent = changedLogs(chain.url, (log) =>
      log.topics.length === 3 && log.topics[2] === word(2n)
        ? { ...log, topics: [log.topics[0]!, taskId, word(9n)] }
        : log,
    )
    expect(await failures(silent, receiptId)).toContain('statement')
    const { taskId: other } = await createFor(small, 3)
    await deliverAll(other, rows)
    const moved = changedLogs(chain.url, (log) => ({
      ...log,
      topics: log.topics.map((topic) => (topic === taskId ? other : topic)),
    }))
    expect(await failures(moved, receiptId)).toEqual(['context', 'statement', 'receipt-id'])

    // Again, also long after: nothing is sent.
    const again = { steps: [], outcome: 'settled', labels }
    expect(await chain.requester.settleConsensus({ taskId, secrets })).toMatchObject(again)
    if (task.kind === 'consensus') await chain.passTo(task.round.settleBy)
    expect(await chain.requester.settleConsensus({ taskId, secrets })).toMatchObject(again)
  })

  test('default: what pays a worker that does not look is refused before anything is sent', async () => {
    const onSecrets = () => expect.unreachable('secrets of a task that is not made')
    const safe = { unsafeVoting: false, onSecrets }
    await expect(createFor(small, 3, safe)).rejects.toMatchObject({
      name: 'ConsensusUnsoundError',
      assessment: { voters: 3 },
    })
    const strict = { ...small, thresholdBps: 8_000 }
    const asked = { ...safe, largestShareBps: 2_500 }
    await expect(createFor(strict, 7, { ...asked, assignmentShift: 3 })).rejects.toMatchObject({
      assessment: { voters: 0 },
    })
    await expect(createFor(strict, 7, { ...asked, largestShareBps: 8_000 })).rejects.toThrow('is paid in')
    const { taskId } = await createFor(strict, 7, { unsafeVoting: false, largestShareBps: 2_500 })
    expect(await chain.requester.getTask({ taskId })).toMatchObject({ slots: 7 })
    for (const [classes, least] of [
      [3, 3_334],
      [4, 2_500],
    ] as const)
      await expect(
        createFor({ ...strict, max: classes - 1 }, 7, { ...safe, largestShareBps: least - 1 }),
      ).rejects.toMatchObject({ name: 'LargestShareOutOfRangeError', minBps: least })
    // The contracts refuse the smallest themselves.
    await expect(createFor(small, 2)).rejects.toThrow('ConsensusSettlement_TooFewVoters')
  })

  test('default: nobody joins it either, unless the worker says so', async () => {
    const { taskId } = await createFor({ ...small, thresholdBps: 8_000 }, 7)
    const worker = chain.worker(1)
    const unsound = { name: 'ConsensusUnsoundError', assessment: { voters: 7 } }
    const onSecrets = () => expect.unreachable('secrets of a slot that is not taken')
    await expect(worker.joinTask({ taskId, onSecrets })).rejects.toMatchObject(unsound)
    const joining = {
      taskId,
      worker: accountAt(1),
      payout: accountAt(1).address,
      relayFee: 0n,
      admission: async () => '0x' as const,
    }
    await expect(worker.prepareJoining({ ...joining, onSecrets })).rejects.toMatchObject(unsound)
    const { prepared } = await worker.prepareJoining({ ...joining, unsafeVoting: true })
    expect(prepared).toMatchObject({ taskId, admission: '0x' })
    // Who knows that the classes are even needs to say no more.
    const { secrets } = await worker.joinTask({ taskId, largestShareBps: 2_500 })
    expect(await chain.worker(2).joinTask({ taskId, unsafeVoting: true })).toMatchObject({ slot: 1 })
    // A slot that is taken is found, whatever its vote is worth.
    expect(await worker.joinTask({ taskId, secrets })).toMatchObject({ slot: 0, found: true })
  })

  test('default: without its seed a round lapses from the middle of the time to commit on', async () => {
    const { requester } = chain
    const { taskId, secrets } = await createFor(small, 3, { assignmentShift: 1 })
    for (const index of [1, 2, 3]) await chain.worker(index).joinTask({ taskId, unsafeVoting: true })
    const task = await requester.getTask({ taskId })
    if (task.kind !== 'consensus') throw new Error('not a consensus')
    const { joinBy, commitBy } = task.round
    const last = joinBy + (commitBy - joinBy) / 2n
    expect(task).toMatchObject({ phase: 'drawing', nextDeadline: last })
    expect(await requester.getSlot({ taskId, slot: 0 })).toMatchObject({ outcome: 'pending' })
    await chain.passTo(last)
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'settling', nextDeadline: null })
    await expect(requester.revealSeed({ taskId, secrets })).rejects.toMatchObject({ name: 'DeadlinePassedError' })
    await requester.settleSlots({ slots: [0, 1, 2].map((slot) => ({ taskId, slot })) })
    expect(await requester.getSlot({ taskId, slot: 0 })).toMatchObject({ ending: 'lapsed' })
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed' })
    await expect(requester.settleConsensus({ taskId, secrets })).rejects.toMatchObject({ name: 'TooEarlyError' })
    await chain.passTo(commitBy)
    await expect(requester.settleConsensus({ taskId, secrets })).rejects.toMatchObject({ name: 'NoVotesError' })
  })

  test('default: a round that came to nothing is checked from the call, also one that was relayed', {
    timeout: 300_000,
  }, async () => {
    const { taskId, secrets } = await createFor(small, 4, {
      rounds: { firstSlots: 3, stepSlots: 1, agreementBoundBps: 9_900 },
    })
    const rows = [1, 2, 3].map((label) => new Array<number>(small.itemCount).fill(label))
    await deliverAll(taskId, rows)
    // With the secrets of another task, or a node that has lost a delivery, nothing is proven.
    const { secrets: others } = await createFor(small, 3)
    const mixed = { ...secrets, encryptionSecret: others.encryptionSecret }
    await expect(chain.requester.settleConsensus({ taskId, secrets: mixed })).rejects.toMatchObject({
      name: 'SecretsMismatchError',
      message: expect.stringContaining('encryption key'),
    })
    const forgetful = changedLogs(chain.url, (log) =>
      log.topics[2] === word(1n) && log.topics[0] === deliveredTopic ? { ...log, topics: [keccak256('0x')] } : log,
    )
    const behind = chain.clientFor(accountAt(0), forgetful)
    await expect(behind.settleConsensus({ taskId, secrets })).rejects.toMatchObject({ name: 'MissingVotesError' })
    const relay = async (request: ForwardRequest) => (await chain.worker(5).relayForwardRequest({ request })).hash
    expect(await chain.requester.settleConsensus({ taskId, secrets, relay })).toMatchObject({ outcome: 'round' })
    const [whole] = await recheck(taskId)
    expect(whole?.statement).toBe('consensus')
    const { commitment } = await chain.requester.getSlot({ taskId, slot: 1 })
    const lying = tamperedLogs(chain.url, word(commitment), word(commitment + 1n))
    expect(await failures(lying, whole!.receiptId)).toEqual(['statement'])
    // A third of all votes won: said otherwise, it is not the call.
    const support = BigInt(small.itemCount)
    expect(await failures(tamperedLogs(chain.url, word(support), word(support + 1n)), whole!.receiptId)).toEqual([
      'statement',
    ])
  })

  test('default: drawn items and a second round', { timeout: 300_000 }, async () => {
    const { requester } = chain
    const rounds = { firstSlots: 4, stepSlots: 1, agreementBoundBps: 9_900 }
    const { taskId, secrets } = await createFor(small, 5, {
      rounds,
      assignmentShift: 1,
      historyOf: requester.account.address,
    })
    const join = async (index: number) => {
      const worker = chain.worker(index)
      const { slot } = await worker.joinTask({ taskId, unsafeVoting: true })
      return { worker, slot }
    }
    const vote = async ({ worker, slot }: Awaited<ReturnType<typeof join>>, label: number) => {
      const labels = new Array<number>(small.itemCount).fill(label)
      const { secrets: kept } = await worker.commitLabels({ taskId, labels })
      return async () => {
        const submission = await worker.proveLabels({ taskId, labels, salt: kept.salt })
        const { results } = await worker.deliverVotes({ submissions: [submission] })
        expect(results).toMatchObject([{ slot, outcome: 'delivered' }])
      }
    }
    const first = [await join(1), await join(2), await join(3), await join(4)]
    await expect(chain.worker(6).joinTask({ taskId, unsafeVoting: true })).rejects.toThrow()
    expect(await requester.getAssignedItems({ taskId, slot: 0 })).toBeUndefined()
    const stranger = chain.worker(5)
    const scheduled = await stranger.drawBeacon({ taskId, waitSeconds: 0 })
    expect(scheduled).toMatchObject({ round: 0, outcome: 'scheduled', beacon: undefined, found: false })
    expect(await requester.drawBeacon({ taskId, waitSeconds: 0 })).toEqual({ ...scheduled, found: true })
    await expect(requester.revealSeed({ taskId, secrets, waitSeconds: 0 })).rejects.toMatchObject({
      name: 'BeaconPendingError',
    })
    const drawn = await whileMining(stranger.drawBeacon({ taskId }))
    const { beaconBlock } = scheduled
    const { hash: pickedHash } = await requester.getBlock({ blockNumber: beaconBlock })
    const beacon = keccak256(
      encodeAbiParameters(parseAbiParameters('uint256, bytes32, uint32, bytes32'), [
        BigInt(chain.deployment.chainId),
        taskId,
        0,
        pickedHash,
      ]),
    )
    expect(drawn).toMatchObject({ round: 0, outcome: 'drawn', beacon, beaconBlock, found: false })
    expect(await requester.drawBeacon({ taskId })).toEqual({ ...drawn, found: true })
    const revealed = await requester.revealSeed({ taskId, secrets })
    expect(revealed).toMatchObject({ round: 0, found: false })
    expect(await requester.revealSeed({ taskId, secrets })).toEqual({ ...revealed, found: true })
    const items = await requester.getAssignedItems({ taskId, slot: 0 })
    expect(items!.length).toBeGreaterThan(0)

    // Two have agreed with every label before. Of four with a draw of one half an item can expect two votes, so nobody weighs more.
    const said = [1, 2, 3, 3]
    const deliveries = []
    for (const [slot, label] of said.entries()) deliveries.push(await vote(first[slot]!, label))
    for (const deliver of deliveries) await deliver()
    const committed = (await requester.getTaskEvents({ taskId })).flatMap((event) =>
      event.eventName === 'LabelsCommitted' && 'weight' in event.args ? [event.args.weight] : [],
    )
    expect(committed).toEqual([1, 1, 1, 1])
    const before = await requester.settleConsensus({ taskId, secrets })
    const assigned = await Promise.all(said.map(async (_, slot) => requester.getAssignedItems({ taskId, slot })))
    const votesOn = (item: number) => said.filter((_, slot) => assigned[slot]!.includes(item))
    const disputed = Array.from({ length: small.itemCount }, (_, item) => new Set(votesOn(item)).size > 1).includes(
      true,
    )
    expect(before.outcome).toBe(disputed ? 'round' : 'settled')
    if (!disputed) return
    const opened = await requester.getTask({ taskId })
    expect(opened).toMatchObject({ progress: { round: 1, slotLimit: 5, out: 0n }, phase: 'joining' })

    const last = await join(6)
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'drawing', round: { joined: 1, committed: 0 } })
    // The votes of the first round are no reason to count again before this one is over.
    const open = { steps: [], outcome: 'round', labels: undefined }
    expect(await requester.settleConsensus({ taskId, secrets })).toMatchObject(open)
    // A block that nobody drew from in time is forgotten; the requester alone starts over, waits and reveals.
    const forgotten = await stranger.drawBeacon({ taskId, waitSeconds: 0 })
    await rpc(chain.url, 'anvil_mine', [numberToHex(FORGOTTEN_BLOCKS)])
    expect(await whileMining(requester.revealSeed({ taskId, secrets }))).toMatchObject({ round: 1, found: false })
    const { beaconBlock: second } = await stranger.drawBeacon({ taskId })
    expect(second).toBeGreaterThan(forgotten.beaconBlock + BigInt(FORGOTTEN_BLOCKS))
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'committing' })
    const deliver = await vote(last, 1)
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'delivering' })
    expect(await requester.settleConsensus({ taskId, secrets })).toMatchObject(open)
    await deliver()
    expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'aggregating', round: { delivered: 1 } })
    const { labels, covered, outcome } = await requester.settleConsensus({ taskId, secrets })
    expect(outcome).toBe('settled')
    await expectOpens(taskId, secrets, small, labels!)
    const found = await recheck(taskId)
    expect(found.map(({ statement }) => statement)).toEqual(['consensus', 'consensus'])
    // Who joined, and with it what it was to label, is in the statement too.
    const { worker } = await requester.getSlot({ taskId, slot: 0 })
    const moved = changedLogs(chain.url, (log) => ({
      ...log,
      topics: log.topics.map((topic) => (topic === padOf(worker) ? padOf(accountAt(9).address) : topic)),
    }))
    expect(await failures(moved, found[0]!.receiptId)).toEqual(['statement'])

    // Nobody's vote is on an item that was drawn for none of the five.
    const counted = new Set<number>()
    for (const slot of [0, 1, 2, 3, 4])
      for (const item of (await requester.getAssignedItems({ taskId, slot }))!) counted.add(item)
    expect(covered).toEqual(labels!.map((_, item) => counted.has(item)))
    expect(labels!.filter((_, item) => !counted.has(item)).every((label) => label === 0)).toBe(true)
    expect(await requester.readConsensus({ taskId, secrets })).toMatchObject({ covered })
  })
})

describe('drawBeacon', () => {
  /** A task that nobody can join any more. */
  async function toDraw() {
    const { taskId, secrets } = await createFor(small, 3, { assignmentShift: 1 })
    for (const index of [1, 2, 3]) await chain.worker(index).joinTask({ taskId, unsafeVoting: true })
    return { taskId, secrets }
  }
  /** A node whose answers to one method are changed. */
  function answering(changed: string, change: (answer: never) => unknown) {
    const node = http(chain.url)({})
    const request = async (asked: { method: string }) => {
      const answer = await node.request(asked as never)
      return asked.method === changed ? change(answer as never) : answer
    }
    return chain.clientFor(accountAt(2), custom({ request }))
  }

  test.each([10n, 1_000_000n])('default: the node counts %d blocks more than the contract', async (ahead) => {
    const other = answering('eth_blockNumber', (number: Hex) => numberToHex(BigInt(number) + ahead))
    const { taskId } = await toDraw()
    const scheduled = await other.drawBeacon({ taskId, waitSeconds: 0 })
    expect(scheduled).toMatchObject({ outcome: 'scheduled', found: false })
    const drawn = await whileMining(other.drawBeacon({ taskId }))
    expect(drawn).toMatchObject({ outcome: 'drawn', beaconBlock: scheduled.beaconBlock, found: false })

    const { taskId: second, secrets } = await toDraw()
    await expect(other.revealSeed({ taskId: second, secrets, waitSeconds: 0 })).rejects.toMatchObject({
      name: 'BeaconPendingError',
    })
    expect(await whileMining(other.revealSeed({ taskId: second, secrets }))).toMatchObject({ round: 0, found: false })
  })

  test('default: what was sent needs no logs to be known', async () => {
    const blind = answering('eth_getLogs', () => [])
    const { taskId } = await toDraw()
    const drawn = await whileMining(blind.drawBeacon({ taskId }))
    expect(drawn).toMatchObject({ outcome: 'drawn', found: false })
    expect(await chain.requester.drawBeacon({ taskId })).toEqual({ ...drawn, found: true })
    await expect(blind.drawBeacon({ taskId })).rejects.toMatchObject({ name: 'BeaconUntracedError' })
  })
})

test('default: a round whose seed was kept uses up no link', { timeout: 300_000 }, async () => {
  const { requester } = chain
  const { taskId, secrets } = await createFor(small, 5, {
    rounds: { firstSlots: 3, stepSlots: 1, agreementBoundBps: 9_900 },
    assignmentShift: 1,
  })
  const workers = [1, 2, 3, 4, 5].map((index) => chain.worker(index))
  const rowOf = (label: number) => new Array<number>(small.itemCount).fill(label)
  for (const worker of workers.slice(0, 3)) await worker.joinTask({ taskId, unsafeVoting: true })
  // Secrets that do not fit are not even shown to the node.
  const { secrets: others } = await createFor(small, 3)
  const mixed = { ...secrets, encryptionSecret: others.encryptionSecret }
  await expect(requester.revealSeed({ taskId, secrets: mixed })).rejects.toMatchObject({ name: 'SecretsMismatchError' })
  await whileMining(requester.revealSeed({ taskId, secrets }))
  const kept: Hex[] = []
  for (const [label, worker] of workers.slice(0, 3).entries())
    kept.push((await worker.commitLabels({ taskId, labels: rowOf(label) })).secrets.salt)
  const submissions = []
  for (const [label, worker] of workers.slice(0, 3).entries())
    submissions.push(await worker.proveLabels({ taskId, labels: rowOf(label), salt: kept[label] }))
  await requester.deliverVotes({ submissions })
  expect(await requester.settleConsensus({ taskId, secrets })).toMatchObject({ outcome: 'round' })

  await workers[3]!.joinTask({ taskId, unsafeVoting: true })
  const silent = await requester.getTask({ taskId })
  if (silent.kind !== 'consensus') throw new Error('not a consensus')
  await chain.passTo(silent.round.commitBy)
  expect(await requester.settleConsensus({ taskId, secrets })).toMatchObject({ outcome: 'round' })
  expect(await requester.getTask({ taskId })).toMatchObject({ progress: { round: 2 }, phase: 'joining' })

  // Every slot of the round is taken once who lapsed is replaced.
  await workers[4]!.joinTask({ taskId, unsafeVoting: true })
  const last = await requester.getTask({ taskId })
  if (last.kind !== 'consensus') throw new Error('not a consensus')
  if (last.phase === 'joining') await chain.passTo(last.round.joinBy)
  const { round, found } = await whileMining(requester.revealSeed({ taskId, secrets }))
  expect({ round, found }).toEqual({ round: 2, found: false })
  const seeds = filterEvents(await requester.getTaskEvents({ taskId }), 'SeedRevealed')
  expect(seeds.map(({ args }) => args.round)).toEqual([0, 2])
  expect(await requester.getAssignedItems({ taskId, slot: 3 })).toBeUndefined()
  expect((await requester.getAssignedItems({ taskId, slot: 4 }))!.length).toBeGreaterThan(0)
  await workers[4]!.commitLabels({ taskId, labels: rowOf(1) })
})

/** Workers beyond the node's own accounts are paid for by nobody else. */
const large: ScalarRules = { ...small, capacity: 256, itemCount: 108, thresholdBps: 5000, max: 1 }

describe.skipIf(!haveDucks)('the mallard set, by chunks', () => {
  test('default: nine of its workers, interrupted after the first chunk', { timeout: 600_000 }, async () => {
    const rows = (await readCrowd(duckAnswers)).slice(0, 9)
    const { taskId, secrets } = await createFor(large, rows.length)
    await deliverAll(taskId, rows)
    const stop = new AbortController()
    const interrupted = chain.requester.settleConsensus({
      taskId,
      secrets,
      signal: stop.signal,
      onStep: () => stop.abort(),
    })
    await expect(interrupted).rejects.toMatchObject({ name: 'ProvingAbortedError' })
    expect(await chain.requester.getTask({ taskId })).toMatchObject({ progress: { tallied: 7, out: 0n } })

    const { labels, steps } = await chain.requester.settleConsensus({ taskId, secrets })
    expect(steps.map(({ step }) => step)).toEqual(['tally', 'decide', 'agree', 'agree'])
    expect(labels).toEqual(plainMajority(rows))
    await expectOpens(taskId, secrets, large, plainMajority(rows))
    const endings = await chain.requester.getSlots({ taskId })
    rows.forEach((row, slot) => {
      const agreements = row.filter((label, item) => label === labels![item]).length
      const passed = agreements * 10_000 >= large.thresholdBps * large.itemCount
      expect(endings[slot]).toMatchObject({
        ending: passed ? 'proven' : 'rejected',
        scoreBps: Math.floor((10_000 * agreements) / large.itemCount),
      })
    })
    expect(await chain.requester.getTask({ taskId })).toMatchObject({ phase: 'completed', escrow: 0n })

    const found = await recheck(taskId)
    expect(found.map(({ statement }) => statement)).toEqual(['tally', 'tally', 'decide', 'agree', 'agree'])
    const events = await chain.requester.getTaskEvents({ taskId })
    const { next } = filterEvents(events, 'CountsAdded')[0]!.args
    const { out } = findEvent(events, 'ConsensusReached')!.args
    const { commitment } = endings[0]!
    const lie = (value: bigint) => tamperedLogs(chain.url, word(value), word(value + 1n))
    const ofEach = async (transport: Transport) =>
      Promise.all(found.map(async ({ receiptId }) => (await failures(transport, receiptId)).length > 0))
    // The counts after the first chunk, the consensus, the labels of the first worker: in whose statements each is.
    expect(await ofEach(lie(next))).toEqual([true, true, false, false, false])
    expect(await ofEach(lie(out))).toEqual([false, false, true, true, true])
    expect(await ofEach(lie(commitment))).toEqual([true, false, false, true, false])
  })

  test('default: too few agree in chunks, and the call shows what was proven', { timeout: 300_000 }, async () => {
    const { taskId, secrets } = await createFor(large, 9, {
      rounds: { firstSlots: 3, stepSlots: 6, agreementBoundBps: 9_900 },
    })
    await deliverAll(
      taskId,
      [0, 1, 0].map((label) => new Array<number>(large.itemCount).fill(label)),
    )
    expect(await chain.requester.settleConsensus({ taskId, secrets })).toMatchObject({ outcome: 'round' })
    const found = await recheck(taskId)
    expect(found.map(({ statement }) => statement)).toEqual(['tally', 'decide'])
  })

  test.skipIf(process.env.VERITASK_NIGHTLY === undefined)(
    'default: all 39 workers and 108 images, every proof checked on the chain',
    { timeout: 3_600_000 },
    async () => {
      const { requester } = chain
      const rows = await readCrowd(duckAnswers)
      expect([rows.length, rows[0]!.length]).toEqual([39, 108])
      for (let index = 1; index <= rows.length; index++) {
        const hash = await requester.sendTransaction({ to: accountAt(index).address, value: parseEther('1') })
        await requester.waitForTransactionReceipt({ hash })
      }
      const { taskId, secrets } = await createFor(large, rows.length)
      await deliverAll(taskId, rows)
      const start = Date.now()
      const { labels, steps } = await requester.settleConsensus({ taskId, secrets })
      const seconds = (Date.now() - start) / 1000
      expect(labels).toEqual(plainMajority(rows))
      expect(steps.map(({ step }) => step).join()).toBe(
        'tally,tally,tally,tally,tally,tally,decide,agree,agree,agree,agree,agree,agree',
      )
      await expectOpens(taskId, secrets, large, plainMajority(rows))
      expect(await requester.getTask({ taskId })).toMatchObject({ phase: 'completed', escrow: 0n })
      const gas = steps.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)
      console.info(`39 workers, 108 images: ${seconds.toFixed(0)} s and ${gas} gas to prove and pay`)
    },
  )
})

test('default: seeds chain', async () => {
  const { seedCommitment, seedSecret } = await import('../consensus/secrets.js')
  const id = keccak256('0x01')
  expect(keccak256(seedSecret(5n, id, 0))).toBe(seedCommitment(5n, id))
  // A link for each of the 16 rounds there can be, and the last is nobody's hash.
  const links = Array.from({ length: 16 }, (_, revealed) => seedSecret(5n, id, revealed))
  expect(links.slice(1).map((link) => keccak256(link))).toEqual(links.slice(0, -1))
  expect(new Set(links).size).toBe(16)
})
