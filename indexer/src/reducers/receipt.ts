import type { Hex } from 'viem'
import type { receipt } from '../schema/receipt.js'
import type { Moment } from './moment.js'

export type ReceiptRow = typeof receipt.$inferSelect

export type ReceiptIssued = {
  receiptId: Hex
  keyId: Hex
  taskId: Hex
  slot: number
  publicSignals: readonly bigint[]
  proof: Hex
}

/** Slot number of a statement about a task as a whole. */
const WHOLE_TASK = 2 ** 32 - 1

/** The slot a receipt is about, or null when it is about the task as a whole. */
export function receiptSlot(slot: number): number | null {
  return slot === WHOLE_TASK ? null : slot
}

export function issueReceipt({ receiptId, publicSignals, slot, ...args }: ReceiptIssued, at: Moment): ReceiptRow {
  return {
    ...args,
    slot: receiptSlot(slot),
    id: receiptId,
    module: at.address,
    publicSignals: [...publicSignals],
    blockNumber: at.blockNumber,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
    logIndex: at.logIndex,
    eventId: at.eventId,
  }
}
