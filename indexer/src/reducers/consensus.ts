import type { Address, Hex } from 'viem'
import type { consensus, consensusHistory, consensusRound, countsAddition } from '../schema/consensus.js'
import { ensure, type Moment } from './moment.js'
import type { TaskRow } from './task.js'
import type { TermsRow } from './terms.js'

export type ConsensusRow = typeof consensus.$inferSelect
export type RoundRow = typeof consensusRound.$inferSelect
export type CountsAdditionRow = typeof countsAddition.$inferSelect

type Windows = Pick<TermsRow, 'joinWindow' | 'commitWindow' | 'deliverWindow' | 'settleWindow'>

/** The first round begins with the task: what every later one may take is left after it, up to the task's `joinBy`. */
export function firstRound(terms: TermsRow, task: Pick<TaskRow, 'slots' | 'joinBy'>, at: Moment): RoundRow {
  const { join, commit, deliver, settle } = windowsOf(terms)
  const [firstSlots, stepSlots] = [terms.firstSlots ?? task.slots, terms.stepSlots ?? 0]
  const later = stepSlots === 0 ? 0 : Math.ceil((task.slots - firstSlots) / stepSlots)
  const joinBy = task.joinBy - BigInt(later) * (join + commit + deliver + settle)
  return roundRow(terms, 0, firstSlots, joinBy + commit + deliver + settle, at)
}

export type RoundOpened = { round: number; slotLimit: number; settleBy: bigint; support: bigint; possible: bigint }

/** A later round: its deadlines follow backwards from the last. */
export function nextRound(terms: TermsRow, { round, slotLimit, settleBy }: RoundOpened, at: Moment): RoundRow {
  return roundRow(terms, round, slotLimit, settleBy, at)
}

/** What the votes of a round came to. */
export function closeRound(row: RoundRow, { support, possible }: { support: bigint; possible: bigint }): RoundRow {
  ensure(row.support === null, `round ${row.round} of task ${row.taskId} is decided twice`)
  return { ...row, support, possible }
}

/** A block picked before was forgotten by the chain: the last one counts. */
export function scheduleBeacon(row: RoundRow, blockNumber: bigint): RoundRow {
  ensure(row.beacon === null, `the beacon of round ${row.round} of task ${row.taskId} is drawn`)
  return { ...row, beaconBlock: blockNumber }
}

export function drawBeacon(row: RoundRow, beacon: Hex): RoundRow {
  return { ...row, beacon }
}

export function revealSeed(row: RoundRow, seed: Hex, at: Moment): RoundRow {
  return { ...row, seed, seedRevealedAt: at.timestamp }
}

/** The task's columns in a round; `assigns` and `slotLimit` say who has to wait for what. */
export function taskInRound(row: TaskRow, terms: TermsRow, round: RoundRow, at: Moment): TaskRow {
  return {
    ...row,
    round: round.round,
    slotLimit: round.slotLimit,
    roundJoinBy: round.joinBy,
    commitBy: round.commitBy,
    deliverBy: round.deliverBy,
    settleBy: round.settleBy,
    assigns: (terms.assignmentShift ?? 0) > 0,
    firstSlot: row.joined,
    committedBefore: row.committed,
    deliveredBefore: row.delivered,
    updatedAt: at.timestamp,
  }
}

/** Who has joined by then has its items drawn. */
export function afterSeedRevealed(row: TaskRow, at: Moment): TaskRow {
  return { ...row, seeded: row.joined, updatedAt: at.timestamp }
}

export function afterReached(row: TaskRow, at: Moment): TaskRow {
  return { ...row, decided: true, updatedAt: at.timestamp }
}

export type ConsensusReached = { taskId: Hex; versionId: Hex; out: bigint; support: bigint; possible: bigint }

export function reachConsensus(args: ConsensusReached, round: number, at: Moment): ConsensusRow {
  const { taskId, versionId, out, support, possible } = args
  return {
    taskId,
    versionId,
    round,
    out,
    support,
    possible,
    reachedAt: at.timestamp,
    reachedTransaction: at.transactionHash,
  }
}

export type CountsAdded = { taskId: Hex; slots: readonly number[]; previous: bigint; next: bigint }

export function addCounts({ taskId, slots, previous, next }: CountsAdded, at: Moment): CountsAdditionRow {
  return {
    id: at.eventId,
    taskId,
    slots: [...slots],
    previous,
    next,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
  }
}

function roundRow(terms: TermsRow, round: number, slotLimit: number, settleBy: bigint, at: Moment): RoundRow {
  const { commit, deliver, settle } = windowsOf(terms)
  const deliverBy = settleBy - settle
  const commitBy = deliverBy - deliver
  return {
    taskId: terms.taskId,
    round,
    slotLimit,
    joinBy: commitBy - commit,
    commitBy,
    deliverBy,
    settleBy,
    beaconBlock: null,
    beacon: null,
    seed: null,
    seedRevealedAt: null,
    support: null,
    possible: null,
    openedAt: at.timestamp,
    openedTransaction: at.transactionHash,
  }
}

function windowsOf({ taskId, joinWindow, commitWindow, deliverWindow, settleWindow }: Windows & { taskId: Hex }) {
  ensure(
    joinWindow !== null && commitWindow !== null && deliverWindow !== null && settleWindow !== null,
    `task ${taskId} has no consensus terms`,
  )
  return { join: joinWindow, commit: commitWindow, deliver: deliverWindow, settle: settleWindow }
}

export type HistoryRow = typeof consensusHistory.$inferSelect

/** How far a worker has agreed with a requester's consensus: what its votes weigh in that requester's later tasks. */
export function remember(
  row: HistoryRow | null,
  { requester, worker }: { requester: Address; worker: Address },
  { agreements, assigned }: { agreements: bigint; assigned: bigint },
  at: Moment,
): HistoryRow {
  return {
    requester,
    worker,
    agreements: (row?.agreements ?? 0n) + agreements,
    items: (row?.items ?? 0n) + assigned,
    updatedAt: at.timestamp,
  }
}
