import { index, onchainTable, primaryKey } from 'ponder'

/** The rounds of a consensus task; the first begins with the task. */
export const consensusRound = onchainTable(
  'consensus_round',
  (p) => ({
    taskId: p.hex().notNull(), // ConsensusTermsSet, RoundOpened
    round: p.integer().notNull(), // ConsensusTermsSet (0), RoundOpened
    slotLimit: p.integer().notNull(), // ConsensusTermsSet, RoundOpened
    joinBy: p.bigint().notNull(), // ConsensusTermsSet, RoundOpened
    commitBy: p.bigint().notNull(), // ConsensusTermsSet, RoundOpened
    deliverBy: p.bigint().notNull(), // ConsensusTermsSet, RoundOpened
    settleBy: p.bigint().notNull(), // ConsensusTermsSet, RoundOpened
    beaconBlock: p.bigint(), // BeaconScheduled; the beacon comes from this block's hash
    beacon: p.hex(), // BeaconDrawn
    seed: p.hex(), // SeedRevealed; draws the items of who joined in this round
    seedRevealedAt: p.bigint(), // SeedRevealed
    support: p.bigint(), // RoundOpened of the next, ConsensusReached; winning votes, weighted
    possible: p.bigint(), // RoundOpened of the next, ConsensusReached; what it would be if all agreed
    openedAt: p.bigint().notNull(), // ConsensusTermsSet, RoundOpened
    openedTransaction: p.hex().notNull(), // ConsensusTermsSet, RoundOpened
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.taskId, table.round] }),
  }),
)

/** The proven consensus of a task. Its labels are a dataset version. */
export const consensus = onchainTable(
  'consensus',
  (p) => ({
    taskId: p.hex().primaryKey(), // ConsensusReached
    versionId: p.hex().notNull(), // ConsensusReached
    round: p.integer().notNull(), // ConsensusReached
    out: p.bigint().notNull(), // ConsensusReached; commitment to the labels
    support: p.bigint().notNull(), // ConsensusReached
    possible: p.bigint().notNull(), // ConsensusReached
    reachedAt: p.bigint().notNull(), // ConsensusReached
    reachedTransaction: p.hex().notNull(), // ConsensusReached
  }),
  (table) => ({
    version: index().on(table.versionId),
  }),
)

/** Votes added to a chunked task's counts, append-only. */
export const countsAddition = onchainTable(
  'counts_addition',
  (p) => ({
    id: p.text().primaryKey(), // CountsAdded; event id, sorts rows in chain order
    taskId: p.hex().notNull(), // CountsAdded
    slots: p.integer().array().notNull(), // CountsAdded
    previous: p.bigint().notNull(), // CountsAdded; commitment to the counts before
    next: p.bigint().notNull(), // CountsAdded; commitment to the counts after
    timestamp: p.bigint().notNull(), // CountsAdded
    transactionHash: p.hex().notNull(), // CountsAdded
  }),
  (table) => ({
    task: index().on(table.taskId, table.id),
  }),
)

/** How far a worker has agreed with the proven consensus of a requester's tasks. */
export const consensusHistory = onchainTable(
  'consensus_history',
  (p) => ({
    requester: p.hex().notNull(), // SlotAgreed
    worker: p.hex().notNull(), // SlotAgreed
    agreements: p.bigint().notNull(), // SlotAgreed; labels that agreed
    items: p.bigint().notNull(), // SlotAgreed; labels that were compared
    updatedAt: p.bigint().notNull(), // SlotAgreed
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.requester, table.worker] }),
    worker: index().on(table.worker),
  }),
)
