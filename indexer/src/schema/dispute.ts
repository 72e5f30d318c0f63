import { index, onchainEnum, onchainTable } from 'ponder'
import { rulings } from '../kinds.js'

/** `void`, `upheld` or `dismissed` by DisputeClosed. */
export const disputeRuling = onchainEnum('dispute_ruling', rulings)

/** Somebody disputed what a slot says, or was said of it. */
export const dispute = onchainTable(
  'dispute',
  (p) => ({
    id: p.text().primaryKey(), // DisputeOpened; event id, sorts rows in chain order
    taskId: p.hex().notNull(), // DisputeOpened
    slot: p.integer().notNull(), // DisputeOpened
    challenger: p.hex().notNull(), // DisputeOpened
    token: p.hex().notNull(), // DisputeOpened
    bond: p.bigint().notNull(), // DisputeOpened
    openedAt: p.bigint().notNull(), // DisputeOpened
    openedTransaction: p.hex().notNull(), // DisputeOpened
    ruling: disputeRuling('ruling'), // DisputeClosed
    beneficiary: p.hex(), // DisputeClosed; who got the bond of a challenger that lost
    closedAt: p.bigint(), // DisputeClosed
    closedTransaction: p.hex(), // DisputeClosed
  }),
  (table) => ({
    task: index().on(table.taskId, table.slot, table.id),
    challenger: index().on(table.challenger, table.id),
  }),
)

/** The one gold audit a hidden-gold task can have. */
export const goldAudit = onchainTable('gold_audit', (p) => ({
  taskId: p.hex().primaryKey(), // GoldAuditOpened
  slot: p.integer().notNull(), // GoldAuditOpened; whose worker asked
  worker: p.hex().notNull(), // GoldAuditOpened
  panel: p.integer().notNull(), // GoldAuditOpened; slots to be proven
  audited: p.integer().notNull(), // SlotAudited
  ofRejected: p.boolean().notNull(), // GoldAuditOpened; the panel is all rejected slots, not all accepted ones
  answerBy: p.bigint().notNull(), // GoldAuditOpened
  openedAt: p.bigint().notNull(), // GoldAuditOpened
  openedTransaction: p.hex().notNull(), // GoldAuditOpened
  ruling: disputeRuling('ruling'), // GoldAuditClosed; upheld: the requester lost its bond
  weakestItem: p.bigint(), // GoldAuditClosed; gold item with the fewest agreements
  weakestCount: p.bigint(), // GoldAuditClosed
  closedAt: p.bigint(), // GoldAuditClosed
  closedTransaction: p.hex(), // GoldAuditClosed
}))
