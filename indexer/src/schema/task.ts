import { index, onchainEnum, onchainTable } from 'ponder'
import { settlementKinds } from '../phase.js'

/** `live` from TaskCreated, `cancelled` by TaskCancelled, `completed` by TaskCompleted. */
export const taskStatus = onchainEnum('task_status', ['live', 'cancelled', 'completed'])

/** A task as it stands. Its phase is not stored: it follows from the deadlines and the clock (see phase.ts). */
export const task = onchainTable(
  'task',
  (p) => ({
    id: p.hex().primaryKey(), // TaskCreated
    requester: p.hex().notNull(), // TaskCreated
    settlement: p.hex().notNull(), // TaskCreated
    kind: p.text({ enum: settlementKinds }).notNull(), // TaskCreated, from `settlement`
    datasetVersionId: p.hex().notNull(), // TaskCreated
    datasetId: p.hex().notNull(), // TaskCreated, from the version's row
    payloadDigest: p.hex().notNull(), // TaskCreated
    title: p.text().notNull(), // TaskCreated; untrusted text, NUL replaced by U+FFFD
    token: p.hex().notNull(), // TaskCreated; the zero address is the native coin
    rewardPerSlot: p.bigint().notNull(), // TaskCreated
    feePerSlot: p.bigint().notNull(), // TaskCreated
    treasury: p.hex().notNull(), // TaskCreated
    slots: p.integer().notNull(), // TaskCreated
    joinBy: p.bigint().notNull(), // TaskCreated
    status: taskStatus('status').notNull(), // TaskCreated, TaskCancelled, TaskCompleted
    joined: p.integer().notNull(), // SlotJoined
    committed: p.integer().notNull(), // LabelsCommitted (open gold), LabelsDelivered (hidden gold)
    delivered: p.integer().notNull(), // LabelsDelivered
    scored: p.integer().notNull(), // SlotScored
    paid: p.integer().notNull(), // SlotPaid
    returned: p.integer().notNull(), // SlotReturned
    unfilled: p.integer(), // UnfilledReturned: never-taken slots given back; null before
    escrow: p.bigint().notNull(), // TaskCreated, SlotPaid, SlotReturned, UnfilledReturned, TaskCancelled
    goldOpenedAt: p.bigint(), // GoldOpened
    createdAt: p.bigint().notNull(), // TaskCreated
    createdBlock: p.bigint().notNull(), // TaskCreated
    createdTransaction: p.hex().notNull(), // TaskCreated
    endedAt: p.bigint(), // TaskCancelled, TaskCompleted
    updatedAt: p.bigint().notNull(), // every event of the task or of its slots
    eventId: p.text().notNull(), // TaskCreated; sorts rows in chain order
  }),
  (table) => ({
    order: index().on(table.eventId),
    requester: index().on(table.requester, table.eventId),
    kind: index().on(table.kind, table.eventId),
    dataset: index().on(table.datasetId, table.eventId),
    datasetVersion: index().on(table.datasetVersionId, table.eventId),
    token: index().on(table.token, table.eventId),
    status: index().on(table.status, table.eventId),
  }),
)

/** The settlement module's terms of a task, fixed at creation. Columns of the other kind are null. */
export const terms = onchainTable(
  'terms',
  (p) => ({
    taskId: p.hex().primaryKey(), // OpenGoldTermsSet, HiddenGoldTermsSet
    kind: p.text({ enum: settlementKinds }).notNull(), // OpenGoldTermsSet, HiddenGoldTermsSet
    rules: p.bigint().notNull(), // OpenGoldTermsSet, HiddenGoldTermsSet
    encryptionKeyX: p.bigint().notNull(), // OpenGoldTermsSet, HiddenGoldTermsSet
    encryptionKeyY: p.bigint().notNull(), // OpenGoldTermsSet, HiddenGoldTermsSet
    goldCommitment: p.hex().notNull(), // OpenGoldTermsSet, HiddenGoldTermsSet (its uint256 as 32 bytes)
    legalityKeyId: p.hex().notNull(), // OpenGoldTermsSet, HiddenGoldTermsSet
    agreementKeyId: p.hex(), // OpenGoldTermsSet
    commitBy: p.bigint(), // OpenGoldTermsSet
    openBy: p.bigint(), // OpenGoldTermsSet
    proveBy: p.bigint(), // OpenGoldTermsSet
    scoreKeyId: p.hex(), // HiddenGoldTermsSet
    submitBy: p.bigint(), // HiddenGoldTermsSet
    scoreBy: p.bigint(), // HiddenGoldTermsSet
  }),
  (table) => ({
    legalityKey: index().on(table.legalityKeyId),
    agreementKey: index().on(table.agreementKeyId),
    scoreKey: index().on(table.scoreKeyId),
  }),
)

/** The opened gold of an open-gold task. */
export const gold = onchainTable('gold', (p) => ({
  taskId: p.hex().primaryKey(), // GoldOpened
  salt: p.hex().notNull(), // GoldOpened
  mask: p.bigint().array().notNull(), // GoldOpened
  values: p.bigint().array().notNull(), // GoldOpened
  openedAt: p.bigint().notNull(), // GoldOpened
  openedTransaction: p.hex().notNull(), // GoldOpened
}))
