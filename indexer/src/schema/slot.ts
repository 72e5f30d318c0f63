import { index, onchainEnum, onchainTable, primaryKey } from 'ponder'
import { endings } from '../kinds.js'

/** How far a submission has come. `paid` and `returned` are final; no event moves a slot backwards. */
export const slotState = onchainEnum('slot_state', [
  'joined', // SlotJoined
  'keyWrapped', // ContentKeyWrapped
  'committed', // LabelsCommitted
  'claimed', // StatementClaimed
  'delivered', // LabelsDelivered
  'scored', // SlotScored, SlotAgreed
  'paid', // SlotPaid
  'returned', // SlotReturned
])

/** Why a slot ended: SlotPaid or SlotReturned says. In the contract's order. */
export const slotEnding = onchainEnum('slot_ending', endings)

/** One place for one worker in a task, with its submission. Rows appear when a slot is taken. */
export const slot = onchainTable(
  'slot',
  (p) => ({
    taskId: p.hex().notNull(), // SlotJoined
    number: p.integer().notNull(), // SlotJoined
    worker: p.hex().notNull(), // SlotJoined
    payout: p.hex().notNull(), // SlotJoined
    encryptionKey: p.hex().notNull(), // SlotJoined; X25519
    nullifier: p.hex().notNull(), // SlotJoined; the worker's pseudonym in this task
    relayer: p.hex(), // SlotJoined; null when the worker came itself
    relayFee: p.bigint().notNull(), // SlotJoined
    state: slotState('state').notNull(), // every event of the slot
    joinedAt: p.bigint().notNull(), // SlotJoined
    joinedTransaction: p.hex().notNull(), // SlotJoined
    wrappedKey: p.hex(), // ContentKeyWrapped; the latest
    firstWrappedAt: p.bigint(), // ContentKeyWrapped; the first
    keyWrappedAt: p.bigint(), // ContentKeyWrapped; the latest
    keyWrappedTransaction: p.hex(), // ContentKeyWrapped; the latest
    commitment: p.bigint(), // LabelsCommitted, LabelsDelivered
    committedAt: p.bigint(), // LabelsCommitted, LabelsDelivered when it is the first
    committedTransaction: p.hex(), // LabelsCommitted, LabelsDelivered when it is the first
    weight: p.integer(), // LabelsCommitted of a consensus task; what its votes weigh
    tallied: p.boolean().notNull(), // CountsAdded
    signals: p.bigint().array(), // StatementClaimed
    claimedAt: p.bigint(), // StatementClaimed
    claimedTransaction: p.hex(), // StatementClaimed
    challengeBy: p.bigint(), // StatementClaimed
    openDispute: p.text(), // DisputeOpened, DisputeClosed; id of the dispute that is not decided
    ephemeralKeyX: p.bigint(), // LabelsDelivered
    ephemeralKeyY: p.bigint(), // LabelsDelivered
    ciphertext: p.bigint().array(), // LabelsDelivered
    deliveredAt: p.bigint(), // LabelsDelivered
    deliveredTransaction: p.hex(), // LabelsDelivered
    agreements: p.integer(), // SlotScored, SlotAgreed
    goldCount: p.integer(), // SlotScored
    assigned: p.integer(), // SlotAgreed; items that counted
    passed: p.boolean(), // SlotScored (false: rejected, provisionally while the slot has not ended), SlotAgreed
    scoredAt: p.bigint(), // SlotScored, SlotAgreed
    scoredTransaction: p.hex(), // SlotScored, SlotAgreed
    ending: slotEnding('ending'), // SlotPaid, SlotReturned
    scoreBps: p.integer(), // SlotPaid, SlotReturned; zero when none was proven
    reward: p.bigint(), // SlotPaid
    fee: p.bigint(), // SlotPaid
    relayed: p.bigint().notNull(), // RelayerPaid; of the reward, to relayers
    returnedAmount: p.bigint(), // SlotPaid (what a graded reward leaves), SlotReturned
    endedAt: p.bigint(), // SlotPaid, SlotReturned
    endedTransaction: p.hex(), // SlotPaid, SlotReturned
    updatedAt: p.bigint().notNull(), // every event of the slot
    eventId: p.text().notNull(), // SlotJoined; sorts rows in chain order
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.taskId, table.number] }),
    worker: index().on(table.worker, table.eventId),
    payout: index().on(table.payout, table.eventId),
    relayer: index().on(table.relayer, table.eventId),
    state: index().on(table.state, table.eventId),
  }),
)
