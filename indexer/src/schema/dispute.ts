import { index, onchainEnum, onchainTable, primaryKey } from 'ponder'
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
    beneficiary: p.hex(), // DisputeClosed; who got half of the bond of a challenger that lost; the treasury got the rest
    closedAt: p.bigint(), // DisputeClosed
    closedTransaction: p.hex(), // DisputeClosed
  }),
  (table) => ({
    task: index().on(table.taskId, table.slot, table.id),
    challenger: index().on(table.challenger, table.id),
  }),
)

/** A gold audit that the worker of a rejected slot asked for. */
export const goldAudit = onchainTable(
  'gold_audit',
  (p) => ({
    taskId: p.hex().notNull(), // GoldAuditOpened
    slot: p.integer().notNull(), // GoldAuditOpened; whose worker asked
    challenger: p.hex().notNull(), // GoldAuditOpened
    population: p.integer().notNull(), // GoldAuditOpened; slots the panel is drawn from
    panelSize: p.integer().notNull(), // GoldAuditOpened; slots to be proven
    ofAccepted: p.boolean().notNull(), // GoldAuditOpened; the population is the accepted slots, not everyone else who submitted
    disputedItems: p.integer().notNull(), // GoldAuditOpened; gold items on which the challenger disagrees with the gold
    answerBy: p.bigint().notNull(), // GoldAuditOpened
    beaconBlock: p.bigint().notNull(), // GoldAuditOpened, PanelRescheduled; zero when nothing has to be drawn
    panel: p.integer().array(), // PanelDrawn; null before
    audited: p.integer().notNull(), // SlotAudited
    withGold: p.integer().notNull(), // SlotAudited; answers with the gold and not with the challenger
    withChallenger: p.integer().notNull(), // SlotAudited; answers with the challenger and not with the gold
    overturnedItems: p.integer(), // GoldAuditClosed; gold items that the panel overturned, all of them for one not answered in time, null before
    openedAt: p.bigint().notNull(), // GoldAuditOpened
    openedTransaction: p.hex().notNull(), // GoldAuditOpened
    ruling: disputeRuling('ruling'), // GoldAuditClosed
    closedAt: p.bigint(), // GoldAuditClosed
    closedTransaction: p.hex(), // GoldAuditClosed
    eventId: p.text().notNull(), // GoldAuditOpened; sorts rows in chain order
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.taskId, table.slot] }),
    order: index().on(table.taskId, table.eventId),
  }),
)

/** What one slot of a panel answered, proven. */
export const goldAuditAnswer = onchainTable(
  'gold_audit_answer',
  (p) => ({
    taskId: p.hex().notNull(), // SlotAudited
    slot: p.integer().notNull(), // SlotAudited; whose worker asked
    member: p.integer().notNull(), // SlotAudited; slot of the panel
    withGold: p.integer().notNull(), // SlotAudited; how many gold items
    withChallenger: p.integer().notNull(), // SlotAudited
    provenAt: p.bigint().notNull(), // SlotAudited
    provenTransaction: p.hex().notNull(), // SlotAudited
  }),
  (table) => ({ pk: primaryKey({ columns: [table.taskId, table.slot, table.member] }) }),
)
