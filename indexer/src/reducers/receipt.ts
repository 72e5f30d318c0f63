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

export function issueReceipt({ receiptId, publicSignals, ...args }: ReceiptIssued, at: Moment): ReceiptRow {
  return {
    ...args,
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
