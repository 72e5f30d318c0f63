import { index, onchainEnum, onchainTable, primaryKey } from 'ponder'

/** How far a submission has come. `paid` and `returned` are final; no event moves a slot backwards. */
export const slotState = onchainEnum('slot_state', [
  'joined', // SlotJoined
  'keyWrapped', // ContentKeyWrapped
  'committed', // LabelsCommitted
  'delivered', // LabelsDelivered
  'scored', // SlotScored
  'paid', // SlotPaid
  'returned', // SlotReturned
])

/** One place for one worker in a task, with its submission. Rows appear when a slot is taken. */
export const slot = onchainTable(
  'slot',
  (p) => ({
    taskId: p.hex().notNull(), // SlotJoined
    number: p.integer().notNull(), // SlotJoined
    worker: p.hex().notNull(), // SlotJoined
    payout: p.hex().notNull(), // SlotJoined
    encryptionKey: p.hex().notNull(), // SlotJoined; X25519
    state: slotState('state').notNull(), // every event of the slot
    joinedAt: p.bigint().notNull(), // SlotJoined
    joinedTransaction: p.hex().notNull(), // SlotJoined
    wrappedKey: p.hex(), // ContentKeyWrapped; the latest
    keyWrappedAt: p.bigint(), // ContentKeyWrapped; the latest
    keyWrappedTransaction: p.hex(), // ContentKeyWrapped; the latest
    commitment: p.bigint(), // LabelsCommitted, LabelsDelivered
    committedAt: p.bigint(), // LabelsCommitted, LabelsDelivered when it is the first
    committedTransaction: p.hex(), // LabelsCommitted, LabelsDelivered when it is the first
    ephemeralKeyX: p.bigint(), // LabelsDelivered
    ephemeralKeyY: p.bigint(), // LabelsDelivered
    ciphertext: p.bigint().array(), // LabelsDelivered
    deliveredAt: p.bigint(), // LabelsDelivered
    deliveredTransaction: p.hex(), // LabelsDelivered
    agreements: p.integer(), // SlotScored
    goldCount: p.integer(), // SlotScored
    passed: p.boolean(), // SlotScored
    scoredAt: p.bigint(), // SlotScored
    scoredTransaction: p.hex(), // SlotScored
    reward: p.bigint(), // SlotPaid
    fee: p.bigint(), // SlotPaid
    returnedAmount: p.bigint(), // SlotReturned
    endedAt: p.bigint(), // SlotPaid, SlotReturned
    endedTransaction: p.hex(), // SlotPaid, SlotReturned
    updatedAt: p.bigint().notNull(), // every event of the slot
    eventId: p.text().notNull(), // SlotJoined; sorts rows in chain order
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.taskId, table.number] }),
    worker: index().on(table.worker, table.eventId),
    payout: index().on(table.payout, table.eventId),
    state: index().on(table.state, table.eventId),
  }),
)
