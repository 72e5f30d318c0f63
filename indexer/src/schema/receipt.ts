import { index, onchainTable } from 'ponder'

/**
 * The on-chain record that a statement was verified: all that is needed to verify it again. Written by the first
 * ReceiptIssued of a statement; those that repeat it are in the log.
 */
export const receipt = onchainTable(
  'receipt',
  (p) => ({
    id: p.hex().primaryKey(), // ReceiptIssued
    module: p.hex().notNull(), // ReceiptIssued; the settlement contract or the one of gold audits that emitted it, part of the context
    keyId: p.hex().notNull(), // ReceiptIssued
    taskId: p.hex().notNull(), // ReceiptIssued
    slot: p.integer(), // ReceiptIssued; null for a statement about the task as a whole
    publicSignals: p.bigint().array().notNull(), // ReceiptIssued
    proof: p.hex().notNull(), // ReceiptIssued
    blockNumber: p.bigint().notNull(), // ReceiptIssued
    timestamp: p.bigint().notNull(), // ReceiptIssued
    transactionHash: p.hex().notNull(), // ReceiptIssued
    logIndex: p.integer().notNull(), // ReceiptIssued
    eventId: p.text().notNull(), // ReceiptIssued; sorts rows in chain order
  }),
  (table) => ({
    slot: index().on(table.taskId, table.slot, table.eventId),
    key: index().on(table.keyId, table.eventId),
  }),
)
