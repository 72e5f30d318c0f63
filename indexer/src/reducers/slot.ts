import { type Address, type Hex, zeroAddress } from 'viem'
import { endings, nameOf } from '../kinds.js'
import type { slot } from '../schema/slot.js'
import { ensure, type Moment } from './moment.js'

export type SlotRow = typeof slot.$inferSelect
export type SlotState = SlotRow['state']

/** Order of the states a live slot passes through. A content key may be wrapped again after the commitment. */
const progress = ['joined', 'keyWrapped', 'committed', 'claimed', 'delivered', 'scored'] as const

export type SlotJoined = {
  taskId: Hex
  slot: number
  worker: Address
  payout: Address
  encryptionKey: Hex
  nullifier: Hex
  relayer: Address
  relayFee: bigint
}

export function joinSlot({ taskId, slot, relayer, ...args }: SlotJoined, at: Moment): SlotRow {
  return {
    taskId,
    number: slot,
    worker: args.worker,
    payout: args.payout,
    encryptionKey: args.encryptionKey,
    nullifier: args.nullifier,
    relayer: relayer === zeroAddress ? null : relayer,
    relayFee: args.relayFee,
    state: 'joined',
    joinedAt: at.timestamp,
    joinedTransaction: at.transactionHash,
    wrappedKey: null,
    firstWrappedAt: null,
    keyWrappedAt: null,
    keyWrappedTransaction: null,
    commitment: null,
    committedAt: null,
    committedTransaction: null,
    weight: null,
    tallied: false,
    signals: null,
    claimedAt: null,
    claimedTransaction: null,
    challengeBy: null,
    openDispute: null,
    ephemeralKeyX: null,
    ephemeralKeyY: null,
    ciphertext: null,
    deliveredAt: null,
    deliveredTransaction: null,
    agreements: null,
    goldCount: null,
    assigned: null,
    passed: null,
    scoredAt: null,
    scoredTransaction: null,
    ending: null,
    scoreBps: null,
    reward: null,
    fee: null,
    relayed: 0n,
    returnedAmount: null,
    endedAt: null,
    endedTransaction: null,
    updatedAt: at.timestamp,
    eventId: at.eventId,
  }
}

export function wrapKey(row: SlotRow, wrappedKey: Hex, at: Moment): SlotRow {
  return {
    ...advance(row, 'keyWrapped', at),
    wrappedKey,
    firstWrappedAt: row.firstWrappedAt ?? at.timestamp,
    keyWrappedAt: at.timestamp,
    keyWrappedTransaction: at.transactionHash,
  }
}

/** @param weight What the votes weigh, in a consensus task. */
export function commitLabels(row: SlotRow, commitment: bigint, at: Moment, weight: number | null = null): SlotRow {
  ensure(row.commitment === null, `slot ${row.number} of task ${row.taskId} committed twice`)
  return {
    ...advance(row, 'committed', at),
    commitment,
    weight,
    committedAt: at.timestamp,
    committedTransaction: at.transactionHash,
  }
}

export function claimStatement(
  row: SlotRow,
  { publicSignals, challengeBy }: { publicSignals: readonly bigint[]; challengeBy: bigint },
  at: Moment,
): SlotRow {
  ensure(row.claimedAt === null, `slot ${row.number} of task ${row.taskId} claimed twice`)
  return {
    ...advance(row, 'claimed', at),
    signals: [...publicSignals],
    challengeBy,
    claimedAt: at.timestamp,
    claimedTransaction: at.transactionHash,
  }
}

export type LabelsDelivered = {
  commitment: bigint
  ephemeralKey: readonly [bigint, bigint]
  ciphertext: readonly bigint[]
}

/** In hidden gold the delivery carries the commitment; otherwise it came before. */
export function deliverLabels(row: SlotRow, args: LabelsDelivered, at: Moment): SlotRow {
  const committed = row.commitment === null ? commitLabels(row, args.commitment, at) : row
  ensure(
    committed.commitment === args.commitment,
    `slot ${row.number} of task ${row.taskId} delivered labels of another commitment`,
  )
  return {
    ...advance(committed, 'delivered', at),
    ephemeralKeyX: args.ephemeralKey[0],
    ephemeralKeyY: args.ephemeralKey[1],
    ciphertext: [...args.ciphertext],
    deliveredAt: at.timestamp,
    deliveredTransaction: at.transactionHash,
  }
}

export function scoreSlot(
  row: SlotRow,
  { agreements, goldCount, passed }: { agreements: bigint; goldCount: bigint; passed: boolean },
  at: Moment,
): SlotRow {
  return {
    ...advance(row, 'scored', at),
    agreements: Number(agreements),
    goldCount: Number(goldCount),
    passed,
    scoredAt: at.timestamp,
    scoredTransaction: at.transactionHash,
  }
}

/** A worker's agreement with the proven consensus. */
export function agreeSlot(
  row: SlotRow,
  { agreements, assigned, passed }: { agreements: bigint; assigned: bigint; passed: boolean },
  at: Moment,
): SlotRow {
  return {
    ...advance(row, 'scored', at),
    agreements: Number(agreements),
    assigned: Number(assigned),
    passed,
    scoredAt: at.timestamp,
    scoredTransaction: at.transactionHash,
  }
}

export function tallySlot(row: SlotRow, at: Moment): SlotRow {
  ensure(!row.tallied, `slot ${row.number} of task ${row.taskId} tallied twice`)
  return { ...row, tallied: true, updatedAt: at.timestamp }
}

export function disputeSlot(row: SlotRow, disputeId: string, at: Moment): SlotRow {
  ensure(row.openDispute === null, `slot ${row.number} of task ${row.taskId} is disputed twice at once`)
  return { ...row, openDispute: disputeId, updatedAt: at.timestamp }
}

export function undisputeSlot(row: SlotRow, at: Moment): SlotRow {
  return { ...row, openDispute: null, updatedAt: at.timestamp }
}

export type SlotPaid = { reward: bigint; fee: bigint; returned: bigint; scoreBps: number; ending: number }

export function paySlot(row: SlotRow, args: SlotPaid, at: Moment): SlotRow {
  const { reward, fee, returned, scoreBps } = args
  return {
    ...end(row, 'paid', at),
    reward,
    fee,
    returnedAmount: returned,
    scoreBps,
    ending: nameOf(endings, args.ending),
  }
}

export type SlotReturned = { amount: bigint; scoreBps: number; ending: number }

export function returnSlot(row: SlotRow, { amount, scoreBps, ending }: SlotReturned, at: Moment): SlotRow {
  return { ...end(row, 'returned', at), returnedAmount: amount, scoreBps, ending: nameOf(endings, ending) }
}

/** A relayer's part of the reward. */
export function relaySlot(row: SlotRow, amount: bigint, at: Moment): SlotRow {
  const relayed = row.relayed + amount
  ensure(relayed <= (row.reward ?? 0n), `slot ${row.number} of task ${row.taskId} pays relayers more than its reward`)
  return { ...row, relayed, updatedAt: at.timestamp }
}

function end(row: SlotRow, state: 'paid' | 'returned', at: Moment): SlotRow {
  ensureLive(row, state)
  return { ...row, state, endedAt: at.timestamp, endedTransaction: at.transactionHash, updatedAt: at.timestamp }
}

function advance(row: SlotRow, state: (typeof progress)[number], at: Moment): SlotRow {
  ensureLive(row, state)
  const rank = (value: SlotState) => (progress as readonly string[]).indexOf(value)
  return { ...row, state: rank(state) > rank(row.state) ? state : row.state, updatedAt: at.timestamp }
}

function ensureLive(row: SlotRow, next: SlotState): void {
  ensure(
    row.state !== 'paid' && row.state !== 'returned',
    `slot ${row.number} of task ${row.taskId} is ${next} after it was ${row.state}`,
  )
}
