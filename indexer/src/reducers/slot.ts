import type { Address, Hex } from 'viem'
import type { slot } from '../schema/slot.js'
import { ensure, type Moment } from './moment.js'

export type SlotRow = typeof slot.$inferSelect
export type SlotState = SlotRow['state']

/** Order of the states a live slot passes through. A content key may be wrapped again after the commitment. */
const progress = ['joined', 'keyWrapped', 'committed', 'delivered', 'scored'] as const

export type SlotJoined = { taskId: Hex; slot: number; worker: Address; payout: Address; encryptionKey: Hex }

export function joinSlot({ taskId, slot, worker, payout, encryptionKey }: SlotJoined, at: Moment): SlotRow {
  return {
    taskId,
    number: slot,
    worker,
    payout,
    encryptionKey,
    state: 'joined',
    joinedAt: at.timestamp,
    joinedTransaction: at.transactionHash,
    wrappedKey: null,
    keyWrappedAt: null,
    keyWrappedTransaction: null,
    commitment: null,
    committedAt: null,
    committedTransaction: null,
    ephemeralKeyX: null,
    ephemeralKeyY: null,
    ciphertext: null,
    deliveredAt: null,
    deliveredTransaction: null,
    agreements: null,
    goldCount: null,
    passed: null,
    scoredAt: null,
    scoredTransaction: null,
    reward: null,
    fee: null,
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
    keyWrappedAt: at.timestamp,
    keyWrappedTransaction: at.transactionHash,
  }
}

export function commitLabels(row: SlotRow, commitment: bigint, at: Moment): SlotRow {
  ensure(row.commitment === null, `slot ${row.number} of task ${row.taskId} committed twice`)
  return {
    ...advance(row, 'committed', at),
    commitment,
    committedAt: at.timestamp,
    committedTransaction: at.transactionHash,
  }
}

export type LabelsDelivered = {
  commitment: bigint
  ephemeralKey: readonly [bigint, bigint]
  ciphertext: readonly bigint[]
}

/** In open gold the commitment came before; in hidden gold the delivery carries it. */
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

export function paySlot(row: SlotRow, { reward, fee }: { reward: bigint; fee: bigint }, at: Moment): SlotRow {
  return { ...end(row, 'paid', at), reward, fee }
}

export function returnSlot(row: SlotRow, { amount }: { amount: bigint }, at: Moment): SlotRow {
  return { ...end(row, 'returned', at), returnedAmount: amount }
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
