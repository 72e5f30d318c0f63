import { type Hex, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import { proposalState, quorumOf } from '../src/proposal.js'
import { recordEnding } from '../src/reducers/account.js'
import {
  afterReached,
  closeRound,
  drawBeacon,
  firstRound,
  nextRound,
  scheduleBeacon,
  taskInRound,
} from '../src/reducers/consensus.js'
import { changesBetween } from '../src/reducers/diff.js'
import {
  answerAudit,
  closeDispute,
  closeGoldAudit,
  countAnswer,
  drawPanel,
  openDispute,
  openGoldAudit,
  reschedulePanel,
} from '../src/reducers/dispute.js'
import {
  cancelOperation,
  cancelProposal,
  createProposal,
  executeOperation,
  executeProposal,
  queueProposal,
  scheduleCall,
} from '../src/reducers/governance.js'
import type { Moment } from '../src/reducers/moment.js'
import { receiptSlot } from '../src/reducers/receipt.js'
import { gainStake, moveStake, moveTaskStake } from '../src/reducers/stake.js'
import type { TaskRow } from '../src/reducers/task.js'
import { consensusTerms } from '../src/reducers/terms.js'

const hex = (byte: string, size = 32): Hex => `0x${byte.repeat(size)}`
const address = (byte: string): Hex => hex(byte, 20)
const at = (timestamp: bigint): Moment => ({
  eventId: `event ${timestamp}`,
  address: address('c0'),
  blockNumber: 1n,
  blockHash: hex('b0'),
  timestamp,
  transactionHash: hex('f0'),
  sender: address('5e'),
  logIndex: 4,
})

describe('stakes', () => {
  const mine = { account: address('01'), token: address('02'), amount: 100n }
  const held = moveStake(null, { kind: 'deposit', ...mine }, at(1n))

  test('only a deposit starts one', () => {
    expect(held).toMatchObject({ free: 100n, locked: 0n, deposited: 100n })
    expect(() => moveStake(null, { kind: 'lock', ...mine }, at(1n))).toThrow('never had a stake')
  })

  test('what is locked comes back free, or is gone', () => {
    const locked = moveStake(held, { kind: 'lock', ...mine, amount: 60n }, at(2n))
    expect(locked).toMatchObject({ free: 40n, locked: 60n })
    expect(moveStake(locked, { kind: 'release', ...mine, amount: 60n }, at(3n))).toMatchObject({
      free: 100n,
      locked: 0n,
    })
    expect(moveStake(locked, { kind: 'slash', ...mine, amount: 60n }, at(3n))).toMatchObject({
      locked: 0n,
      slashed: 60n,
    })
    expect(moveStake(locked, { kind: 'burn', ...mine, amount: 60n }, at(3n))).toMatchObject({
      locked: 0n,
      slashed: 0n,
      burned: 60n,
    })
    expect(() => moveStake(locked, { kind: 'lock', ...mine, amount: 41n }, at(3n))).toThrow('40 free')
    expect(() => moveStake(locked, { kind: 'slash', ...mine, amount: 61n }, at(3n))).toThrow('60 locked')
  })

  test('leaves by unbonding, all of it at once', () => {
    const leaving = moveStake(held, { kind: 'unbonding', ...mine, amount: 30n, withdrawableAt: 9n }, at(2n))
    expect(leaving).toMatchObject({ free: 70n, unbonding: 30n, withdrawableAt: 9n })
    expect(() => moveStake(leaving, { kind: 'withdrawal', ...mine, amount: 29n }, at(9n))).toThrow('29 of 30')
    const left = moveStake(leaving, { kind: 'withdrawal', ...mine, amount: 30n }, at(9n))
    expect(left).toMatchObject({ unbonding: 0n, withdrawableAt: null, withdrawn: 30n })
  })

  test('somebody else gains it free', () => {
    expect(gainStake(null, address('03'), address('02'), 5n, at(1n))).toMatchObject({
      free: 5n,
      gained: 5n,
      deposited: 0n,
    })
  })

  test('a task never gives more than was locked for it', () => {
    const lock = { kind: 'lock', taskId: hex('09'), ...mine } as const
    const row = moveTaskStake(null, lock, at(1n))
    expect(moveTaskStake(row, { ...lock, kind: 'slash', amount: 40n }, at(2n))).toMatchObject({
      locked: 60n,
      slashed: 40n,
    })
    expect(moveTaskStake(row, { ...lock, kind: 'burn', amount: 100n }, at(2n))).toMatchObject({
      locked: 0n,
      burned: 100n,
    })
    expect(() => moveTaskStake(row, { ...lock, kind: 'release', amount: 101n }, at(2n))).toThrow('locked 100')
    expect(() => moveTaskStake(null, { ...lock, kind: 'release' }, at(2n))).toThrow('locked nothing')
  })
})

test('each ending counts once for each side, leaving and lapsing for nobody', () => {
  expect(recordEnding('proven')).toEqual({ worker: { accepted: 1 }, requester: { paid: 1 } })
  expect(recordEnding('silent')).toEqual({ worker: { unproven: 1 }, requester: { silent: 1 } })
  expect(recordEnding('rejected')).toEqual({ worker: { rejected: 1 }, requester: { refused: 1 } })
  expect(recordEnding('redressed')).toEqual({ worker: { unproven: 1 }, requester: { refused: 1 } })
  for (const ending of ['left', 'lapsed'] as const) expect(recordEnding(ending)).toEqual({ worker: {}, requester: {} })
})

test('a dispute is decided once', () => {
  const args = { taskId: hex('01'), slot: 1, challenger: address('02'), token: address('00'), bond: 5n }
  const open = openDispute(args, at(1n))
  const closed = closeDispute(open, { ruling: 2, beneficiary: address('03') }, at(2n))
  expect(closed).toMatchObject({ ruling: 'dismissed', beneficiary: address('03'), closedAt: 2n })
  expect(() => closeDispute(closed, { ruling: 1, beneficiary: address('00') }, at(3n))).toThrow('closed twice')
  expect(() => closeDispute(open, { ruling: 3, beneficiary: address('00') }, at(3n))).toThrow(RangeError)
})

describe('a gold audit', () => {
  const place = { taskId: hex('01'), slot: 7 }
  const panel = Array.from({ length: 32 }, (_, index) => 10 + index)
  const opened = openGoldAudit(
    {
      ...place,
      challenger: address('02'),
      population: 40,
      panelSize: 32,
      ofAccepted: true,
      disputedItems: 3,
      answerBy: 9n,
      beaconBlock: 5n,
    },
    at(1n),
  )
  const answerOf = (member: number) =>
    answerAudit({ ...place, member, withGold: 0b100n, withChallenger: 0b11n }, at(3n))

  test('picks another block until its panel is drawn, once', () => {
    const later = reschedulePanel(opened, 300n)
    expect(later).toEqual({ ...opened, beaconBlock: 300n })
    const drawn = drawPanel(later, panel)
    expect(drawn).toEqual({ ...later, panel })
    expect(() => drawPanel(drawn, panel)).toThrow('drawn twice')
    expect(() => reschedulePanel(drawn, 301n)).toThrow('is drawn')
    expect(() => drawPanel(later, panel.slice(1))).toThrow('31 of a panel of 32')
  })

  test('counts the answers of its panel alone, and closes on them once', () => {
    const drawn = drawPanel(opened, panel)
    const answered = countAnswer(drawn, answerOf(10))
    expect(answered).toMatchObject({ audited: 1, withGold: 1, withChallenger: 2 })
    expect(() => countAnswer(drawn, answerOf(9))).toThrow('off its panel')
    expect(() => countAnswer({ ...drawn, audited: 32 }, answerOf(10))).toThrow('more than its panel')
    const counts = { audited: 1, withGold: 1, withChallenger: 2, overturnedItems: 2 }
    const closed = closeGoldAudit(answered, { ruling: 1, ...counts }, at(4n))
    expect(closed).toMatchObject({ ruling: 'upheld', overturnedItems: 2, closedAt: 4n, closedTransaction: hex('f0') })
    expect(() => closeGoldAudit(closed, { ruling: 1, ...counts }, at(5n))).toThrow('closed twice')
    expect(() => closeGoldAudit(answered, { ruling: 1, ...counts, audited: 2 }, at(5n))).toThrow('other answers')
  })
})

test('a statement about a task as a whole is of no slot', () => {
  expect(receiptSlot(4_294_967_295)).toBeNull()
  expect(receiptSlot(0)).toBe(0)
})

describe('consensus rounds', () => {
  const terms = consensusTerms(hex('01'), {
    rules: 1n,
    encryptionKey: [1n, 2n],
    legalityKeyId: hex('02'),
    consensusKeyId: hex('03'),
    tallyKeyId: zeroHash,
    decideKeyId: zeroHash,
    agreeKeyId: zeroHash,
    aggregator: address('00'),
    historyOf: address('00'),
    assignmentShift: 0,
    seedCommitment: zeroHash,
    firstSlots: 3,
    stepSlots: 2,
    agreementBoundBps: 8_000,
    joinWindow: 10,
    commitWindow: 20,
    deliverWindow: 30,
    settleWindow: 40,
    grading: { curve: 0, steps: [] },
    publication: { name: 'a\0b', schemaHash: hex('04'), manifestDigest: hex('05'), licence: 'MIT' },
  })

  test('the first leaves time for every later one', () => {
    expect(terms).toMatchObject({ keyIds: [hex('02'), hex('03')], tallyKeyId: null, publicationName: 'a\uFFFDb' })
    const round = firstRound(terms, { slots: 6, joinBy: 1_000n }, at(1n))
    // Two rounds of 100 seconds may follow.
    expect(round).toMatchObject({ joinBy: 800n, commitBy: 820n, deliverBy: 850n, settleBy: 890n, slotLimit: 3 })
    expect(firstRound({ ...terms, firstSlots: 6, stepSlots: 0 }, { slots: 6, joinBy: 1_000n }, at(1n)).joinBy).toBe(
      1_000n,
    )
  })

  test('a later one counts back from its end, and a round is decided once', () => {
    const opened = { round: 1, slotLimit: 5, settleBy: 590n, support: 1n, possible: 2n }
    expect(nextRound(terms, opened, at(500n))).toMatchObject({
      joinBy: 500n,
      commitBy: 520n,
      deliverBy: 550n,
      round: 1,
    })
    const first = firstRound(terms, { slots: 6, joinBy: 1_000n }, at(1n))
    const closed = closeRound(first, { support: 0n, possible: 9n })
    expect(() => closeRound(closed, { support: 1n, possible: 9n })).toThrow('decided twice')
  })

  test('a task remembers what the rounds before were, and that it is decided', () => {
    const before = { id: hex('01'), joined: 3, committed: 2, delivered: 1, decided: false } as TaskRow
    const round = nextRound(terms, { round: 1, slotLimit: 5, settleBy: 590n, support: 1n, possible: 2n }, at(500n))
    expect(taskInRound(before, terms, round, at(500n))).toMatchObject({
      firstSlot: 3,
      committedBefore: 2,
      deliveredBefore: 1,
      slotLimit: 5,
      decided: false,
      updatedAt: 500n,
    })
    expect(afterReached(before, at(600n))).toEqual({ ...before, decided: true, updatedAt: 600n })
  })

  test('the block of a beacon is the last one picked, and none is picked after it', () => {
    const first = firstRound(terms, { slots: 6, joinBy: 1_000n }, at(1n))
    const scheduled = scheduleBeacon(scheduleBeacon(first, 7n), 300n)
    expect(scheduled).toEqual({ ...first, beaconBlock: 300n })
    const drawn = drawBeacon(scheduled, hex('06'))
    expect(drawn).toEqual({ ...scheduled, beacon: hex('06') })
    expect(() => scheduleBeacon(drawn, 301n)).toThrow('is drawn')
  })
})

describe('proposals', () => {
  const input = { status: 'proposed', voteStart: 10n, voteEnd: 20n, quorum: 40n } as const
  const votes = { forVotes: 30n, againstVotes: 5n, abstainVotes: 10n }

  test('stand where the Governor says', () => {
    expect(proposalState({ ...input, ...votes }, 10n)).toBe('pending')
    expect(proposalState({ ...input, ...votes }, 11n)).toBe('active')
    expect(proposalState({ ...input, ...votes }, 20n)).toBe('active')
    expect(proposalState({ ...input, ...votes }, 21n)).toBe('succeeded')
    expect(proposalState({ ...input, ...votes, abstainVotes: 9n }, 21n)).toBe('defeated')
    expect(proposalState({ ...input, ...votes, againstVotes: 30n }, 21n)).toBe('defeated')
    expect(proposalState({ ...input, ...votes, status: 'queued' }, 21n)).toBe('queued')
    expect(quorumOf(999n, 4n)).toBe(39n)
  })

  const created = createProposal(
    {
      proposalId: 5n,
      proposer: address('01'),
      targets: [],
      values: [],
      calldatas: [],
      voteStart: 10n,
      voteEnd: 20n,
      description: '\0',
    },
    at(1n),
  )

  test('end once, whoever says so first', () => {
    const queued = queueProposal(created, 99n, hex('07'), at(30n))
    expect(queued).toMatchObject({ status: 'queued', eta: 99n, operationHash: hex('07'), description: '\uFFFD' })
    const executed = executeProposal(queued, at(99n))
    expect(executeProposal(executed, at(100n))).toBe(executed)
    expect(() => cancelProposal(executed, at(100n))).toThrow('when executed')
    const cancelled = cancelProposal(queued, at(50n))
    expect(cancelProposal(cancelled, at(51n))).toBe(cancelled)
    expect(() => executeProposal(cancelled, at(99n))).toThrow('when cancelled')
    expect(() => queueProposal(queued, 99n, hex('07'), at(31n))).toThrow('queued when queued')
  })

  test('an operation that was cancelled can be scheduled again, one that was executed cannot', () => {
    const call = { id: hex('07'), index: 0n, target: address('01'), value: 0n, data: '0x', delay: 9n } as const
    const scheduled = scheduleCall(null, { ...call, predecessor: zeroHash }, at(1n))
    expect(scheduled).toMatchObject({ status: 'scheduled', readyAt: 10n, predecessor: null })
    expect(scheduleCall(scheduled, { ...call, predecessor: zeroHash }, at(1n))).toBe(scheduled)
    const cancelled = cancelOperation(scheduled, at(2n))
    const again = scheduleCall(cancelled, { ...call, predecessor: zeroHash }, at(3n))
    expect(again).toMatchObject({ status: 'scheduled', readyAt: 12n, cancelledAt: null })
    const executed = executeOperation(again, at(12n))
    expect(() => scheduleCall(executed, { ...call, predecessor: zeroHash }, at(13n))).toThrow('when executed')
    expect(() => executeOperation(cancelled, at(12n))).toThrow('when cancelled')
  })
})

test('a change says what differs', () => {
  expect(changesBetween({ a: 1, b: '2' }, { a: 1, b: '3' })).toEqual([{ name: 'b', previous: '2', current: '3' }])
  expect(changesBetween(false, true)).toEqual([{ name: 'value', previous: false, current: true }])
  expect(changesBetween({ a: 1 }, { a: 1 })).toEqual([])
})
