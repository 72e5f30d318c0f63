import { index, onchainTable } from 'ponder'
import { gateKinds } from '../kinds.js'

/** What a task's gate asks of who joins. Columns of other gates are null. */
export const gateTerms = onchainTable('gate_terms', (p) => ({
  taskId: p.hex().primaryKey(), // every gate's …TermsSet
  kind: p.text({ enum: gateKinds }).notNull(), // every gate's …TermsSet
  token: p.hex(), // StakedGateTermsSet
  minStake: p.bigint(), // StakedGateTermsSet
  root: p.hex(), // AllowListTermsSet, SemaphoreGateTermsSet, WorldIdGateTermsSet; null for any the verifier knows
  keyId: p.hex(), // SemaphoreGateTermsSet, WorldIdGateTermsSet, ReputationGateTermsSet
  appIdHash: p.bigint(), // WorldIdGateTermsSet
  requester: p.hex(), // ReputationGateTermsSet; whose accepted slots count
  minSlots: p.integer(), // ReputationGateTermsSet
  minScoreBps: p.integer(), // ReputationGateTermsSet
}))

/** An accepted slot that its worker put into its requester's reputation tree, to prove it later without naming itself. */
export const reputationRecord = onchainTable(
  'reputation_record',
  (p) => ({
    id: p.text().primaryKey(), // ReputationRecorded; event id, sorts rows in chain order
    requester: p.hex().notNull(), // ReputationRecorded
    taskId: p.hex().notNull(), // ReputationRecorded
    slot: p.integer().notNull(), // ReputationRecorded
    leaf: p.bigint().notNull(), // ReputationRecorded
    commitment: p.bigint().notNull(), // ReputationRecorded
    scoreBps: p.integer().notNull(), // ReputationRecorded
    position: p.bigint().notNull(), // ReputationRecorded; place in the tree
    root: p.bigint().notNull(), // ReputationRecorded; of the tree with the leaf
    timestamp: p.bigint().notNull(), // ReputationRecorded
    transactionHash: p.hex().notNull(), // ReputationRecorded
  }),
  (table) => ({
    requester: index().on(table.requester, table.id),
    task: index().on(table.taskId, table.slot),
  }),
)
