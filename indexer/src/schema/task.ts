import { index, onchainEnum, onchainTable } from 'ponder'
import { gateKinds, gradingCurves } from '../kinds.js'
import { settlementKinds } from '../phase.js'
import { wordsOf } from './words.js'

/** `live` from TaskCreated, `cancelled` by TaskCancelled, `completed` by TaskCompleted. */
export const taskStatus = onchainEnum('task_status', ['live', 'cancelled', 'completed'])

/** `held` from TaskSecured with a bond, `released` by BondReleased, `burned` by BondBurned. */
export const bondState = onchainEnum('bond_state', ['none', 'held', 'released', 'burned'])

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
    gate: p.hex().notNull(), // TaskSecured; the zero address is the open gate
    gateKind: p.text({ enum: gateKinds }).notNull(), // TaskSecured, from `gate`
    stakePerSlot: p.bigint().notNull(), // TaskSecured
    bond: p.bigint().notNull(), // TaskSecured
    bondState: bondState('bond_state').notNull(), // TaskSecured, BondReleased, BondBurned
    parametersVersion: p.integer().notNull(), // TaskSecured
    termsHash: p.hex().notNull(), // TaskSecured; what a joining has to name
    status: taskStatus('status').notNull(), // TaskCreated, TaskCancelled, TaskCompleted
    joined: p.integer().notNull(), // SlotJoined
    committed: p.integer().notNull(), // LabelsCommitted, LabelsDelivered (hidden gold)
    delivered: p.integer().notNull(), // LabelsDelivered
    claimed: p.integer().notNull(), // StatementClaimed
    scored: p.integer().notNull(), // SlotScored, SlotAgreed
    paid: p.integer().notNull(), // SlotPaid
    returned: p.integer().notNull(), // SlotReturned
    rejected: p.integer().notNull(), // SlotScored below the threshold, provisional ones too; elsewhere SlotReturned by a proven rejection
    allowedMistakes: p.integer(), // HiddenGoldTermsSet; most gold items that labels may disagree with and pass
    mostDisputedItems: p.integer().notNull(), // SlotScored; most gold items on which a rejected slot disagrees with the gold
    openDisputes: p.integer().notNull(), // DisputeOpened, DisputeClosed
    unfilled: p.integer(), // UnfilledReturned: never-taken slots given back; null before
    escrow: p.bigint().notNull(), // TaskCreated, SlotPaid, SlotReturned, UnfilledReturned, TaskCancelled
    goldOpenedAt: p.bigint(), // GoldOpened
    commitBy: p.bigint(), // OpenGoldTermsSet; of the round: ConsensusTermsSet, RoundOpened
    openBy: p.bigint(), // OpenGoldTermsSet
    proveBy: p.bigint(), // OpenGoldTermsSet, DirectTermsSet
    submitBy: p.bigint(), // HiddenGoldTermsSet
    scoreBy: p.bigint(), // HiddenGoldTermsSet
    disputableUntil: p.bigint(), // HiddenGoldTermsSet and the parameters of the task; last second to ask for a gold audit
    roundJoinBy: p.bigint(), // ConsensusTermsSet, RoundOpened
    deliverBy: p.bigint(), // ConsensusTermsSet, RoundOpened
    settleBy: p.bigint(), // ConsensusTermsSet, RoundOpened
    claimBy: p.bigint(), // OptimisticTermsSet
    challengeBy: p.bigint(), // StatementClaimed; the latest
    answerBy: p.bigint(), // GoldAuditOpened, DisputeOpened of an optimistic task; the latest of any, open or not (see phase-sql.ts for those that are open)
    round: p.integer(), // ConsensusTermsSet, RoundOpened
    slotLimit: p.integer(), // ConsensusTermsSet, RoundOpened; slots that may be taken by now
    assigns: p.boolean().notNull(), // ConsensusTermsSet; whether each worker gets items drawn for it
    seeded: p.integer().notNull(), // SeedRevealed; slots whose items are drawn
    firstSlot: p.integer().notNull(), // RoundOpened; number of the round's first slot
    committedBefore: p.integer().notNull(), // RoundOpened; slots of earlier rounds that committed
    deliveredBefore: p.integer().notNull(), // RoundOpened; slots of earlier rounds that delivered
    decided: p.boolean().notNull(), // ConsensusReached
    openAudits: p.integer().notNull(), // GoldAuditOpened, GoldAuditClosed
    unprovenAudits: p.integer().notNull(), // GoldAuditOpened, SlotAudited, GoldAuditClosed; open ones whose panel is not proven
    overturnedItems: p.integer().notNull(), // GoldOverturned; gold items that audits which were upheld overturned, together
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
    reward: index().on(table.token, table.rewardPerSlot, table.eventId),
    status: index().on(table.status, table.eventId),
    payload: index().on(table.payloadDigest, table.eventId),
    termsHash: index().on(table.termsHash, table.eventId),
    words: index('task_words').using('gin', wordsOf(table.title)),
  }),
)

/** The settlement module's terms of a task, fixed at creation. Columns of other kinds are null. */
export const terms = onchainTable(
  'terms',
  (p) => ({
    taskId: p.hex().primaryKey(), // every …TermsSet
    kind: p.text({ enum: settlementKinds }).notNull(), // every …TermsSet
    keyIds: p.hex().array().notNull(), // every …TermsSet; all keys it pins: a frozen one halts the task
    rules: p.bigint(), // OpenGoldTermsSet, HiddenGoldTermsSet, ConsensusTermsSet
    encryptionKeyX: p.bigint(), // OpenGoldTermsSet, HiddenGoldTermsSet, ConsensusTermsSet
    encryptionKeyY: p.bigint(), // OpenGoldTermsSet, HiddenGoldTermsSet, ConsensusTermsSet
    goldCommitment: p.hex(), // OpenGoldTermsSet, HiddenGoldTermsSet (its uint256 as 32 bytes)
    legalityKeyId: p.hex(), // OpenGoldTermsSet, HiddenGoldTermsSet, ConsensusTermsSet
    agreementKeyId: p.hex(), // OpenGoldTermsSet
    scoreKeyId: p.hex(), // HiddenGoldTermsSet
    auditKeyId: p.hex(), // HiddenGoldTermsSet
    consensusKeyId: p.hex(), // ConsensusTermsSet of a small task
    tallyKeyId: p.hex(), // ConsensusTermsSet of a chunked task
    decideKeyId: p.hex(), // ConsensusTermsSet of a chunked task
    agreeKeyId: p.hex(), // ConsensusTermsSet of a chunked task
    gradingCurve: p.text({ enum: gradingCurves }), // HiddenGoldTermsSet, ConsensusTermsSet
    gradingSteps: p.json(), // HiddenGoldTermsSet, ConsensusTermsSet; `{ fromBps, shareBps }` each
    aggregator: p.hex(), // ConsensusTermsSet; who may prove the majority, null for the requester
    historyOf: p.hex(), // ConsensusTermsSet; null for one worker, one vote
    assignmentShift: p.integer(), // ConsensusTermsSet
    seedCommitment: p.hex(), // ConsensusTermsSet; null without an assignment
    firstSlots: p.integer(), // ConsensusTermsSet
    stepSlots: p.integer(), // ConsensusTermsSet
    agreementBoundBps: p.integer(), // ConsensusTermsSet
    joinWindow: p.bigint(), // ConsensusTermsSet
    commitWindow: p.bigint(), // ConsensusTermsSet
    deliverWindow: p.bigint(), // ConsensusTermsSet
    settleWindow: p.bigint(), // ConsensusTermsSet
    publicationName: p.text(), // ConsensusTermsSet; untrusted text
    publicationLicence: p.text(), // ConsensusTermsSet; untrusted text
    publicationSchemaHash: p.hex(), // ConsensusTermsSet
    publicationManifestDigest: p.hex(), // ConsensusTermsSet
    statementKeyId: p.hex(), // DirectTermsSet, OptimisticTermsSet
    contextIndex: p.integer(), // DirectTermsSet, OptimisticTermsSet
    pinned: p.bigint(), // DirectTermsSet, OptimisticTermsSet; bit i is set when signal i is pinned
    signals: p.bigint().array(), // DirectTermsSet, OptimisticTermsSet
    challengeWindow: p.bigint(), // OptimisticTermsSet
    proveWindow: p.bigint(), // OptimisticTermsSet
  }),
  (table) => ({ publication: index().on(table.publicationManifestDigest) }),
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
