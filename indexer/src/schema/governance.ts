import { index, onchainEnum, onchainTable, primaryKey } from 'ponder'
import { voteSupports } from '../kinds.js'
import { wordsOf } from './words.js'

/** How the protocol is governed now; one row, at the Governor's address. */
export const governance = onchainTable('governance', (p) => ({
  id: p.hex().primaryKey(), // the first event of Governor, timelock or token; the Governor's address
  supply: p.bigint().notNull(), // Transfer from nobody; all votes there are
  votingDelay: p.bigint().notNull(), // VotingDelaySet; seconds
  votingPeriod: p.bigint().notNull(), // VotingPeriodSet; seconds
  lateQuorumExtension: p.bigint().notNull(), // LateQuorumVoteExtensionSet; seconds
  proposalThreshold: p.bigint().notNull(), // ProposalThresholdSet; votes it takes to propose
  quorumPercent: p.bigint().notNull(), // QuorumNumeratorUpdated; of the supply
  timelock: p.hex(), // TimelockChange
  minDelay: p.bigint().notNull(), // MinDelayChange; seconds
  guardian: p.hex(), // GuardianChanged
  lastScheduled: p.hex(), // CallScheduled; the operation scheduled last, which a ProposalQueued right after it names
  updatedAt: p.bigint().notNull(), // each of them
}))

/** The quorum over time: a proposal needs the one at its snapshot. */
export const quorumChange = onchainTable('quorum_change', (p) => ({
  id: p.text().primaryKey(), // QuorumNumeratorUpdated; event id, sorts rows in chain order
  percent: p.bigint().notNull(), // QuorumNumeratorUpdated
  timestamp: p.bigint().notNull(), // QuorumNumeratorUpdated
}))

/** What happened last. Whether it is voted on, defeated or succeeded follows from the clock and the votes. */
export const proposalStatus = onchainEnum('proposal_status', ['proposed', 'queued', 'executed', 'cancelled'])

export const proposal = onchainTable(
  'proposal',
  (p) => ({
    id: p.bigint().primaryKey(), // ProposalCreated
    proposer: p.hex().notNull(), // ProposalCreated
    targets: p.hex().array().notNull(), // ProposalCreated
    values: p.bigint().array().notNull(), // ProposalCreated
    calldatas: p.hex().array().notNull(), // ProposalCreated
    callsHash: p.hex().notNull(), // ProposalCreated; equal for proposals that make the same calls in the same order
    description: p.text().notNull(), // ProposalCreated; untrusted text
    operationHash: p.hex(), // ProposalQueued; what the timelock calls it
    voteStart: p.bigint().notNull(), // ProposalCreated; votes count as they were at this second
    voteEnd: p.bigint().notNull(), // ProposalCreated, ProposalExtended; last second to vote
    extendedAt: p.bigint(), // ProposalExtended; a late quorum gave more time
    forVotes: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    againstVotes: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    abstainVotes: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    voters: p.integer().notNull(), // VoteCast, VoteCastWithParams
    status: proposalStatus('status').notNull(), // ProposalCreated, …Queued, …Executed, …Canceled; the timelock's events
    eta: p.bigint(), // ProposalQueued; when it may be executed
    createdAt: p.bigint().notNull(), // ProposalCreated
    createdTransaction: p.hex().notNull(), // ProposalCreated
    queuedAt: p.bigint(), // ProposalQueued
    queuedTransaction: p.hex(), // ProposalQueued
    executedAt: p.bigint(), // ProposalExecuted, CallExecuted
    executedTransaction: p.hex(), // ProposalExecuted, CallExecuted
    cancelledAt: p.bigint(), // ProposalCanceled, Cancelled
    cancelledTransaction: p.hex(), // ProposalCanceled, Cancelled
    cancelledBy: p.hex(), // ProposalCanceled, Cancelled; who sent the transaction
    withdrawn: p.boolean().notNull(), // ProposalCanceled; for good, whatever becomes of its calls
    eventId: p.text().notNull(), // ProposalCreated; sorts rows in chain order
  }),
  (table) => ({
    order: index().on(table.eventId),
    proposer: index().on(table.proposer, table.eventId),
    calls: index().on(table.callsHash, table.eventId),
    executed: index().on(table.executedTransaction),
    words: index('proposal_words').using('gin', wordsOf(table.description)),
  }),
)

export const voteSupport = onchainEnum('vote_support', voteSupports)

/** Every vote, append-only. */
export const vote = onchainTable(
  'vote',
  (p) => ({
    id: p.text().primaryKey(), // VoteCast, VoteCastWithParams; event id, sorts rows in chain order
    proposalId: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    voter: p.hex().notNull(), // VoteCast, VoteCastWithParams
    support: voteSupport('support').notNull(), // VoteCast, VoteCastWithParams
    weight: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    reason: p.text().notNull(), // VoteCast, VoteCastWithParams; untrusted text
    blockNumber: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    timestamp: p.bigint().notNull(), // VoteCast, VoteCastWithParams
    transactionHash: p.hex().notNull(), // VoteCast, VoteCastWithParams
    logIndex: p.integer().notNull(), // VoteCast, VoteCastWithParams
  }),
  (table) => ({
    proposal: index().on(table.proposalId, table.id),
    voter: index().on(table.voter, table.id),
  }),
)

/** Who holds vote tokens, and who votes with them. */
export const voter = onchainTable(
  'voter',
  (p) => ({
    address: p.hex().primaryKey(), // Transfer, DelegateChanged, DelegateVotesChanged, VoteCast
    balance: p.bigint().notNull(), // Transfer
    votes: p.bigint().notNull(), // DelegateVotesChanged; delegated to it, its own among them
    delegate: p.hex(), // DelegateChanged; null while its tokens do not vote
    votesCast: p.integer().notNull(), // VoteCast, VoteCastWithParams
    proposalsMade: p.integer().notNull(), // ProposalCreated
    updatedAt: p.bigint().notNull(), // each of them
  }),
  (table) => ({
    votes: index().on(table.votes),
  }),
)

/** `scheduled` by CallScheduled, `executed` by CallExecuted, `cancelled` by Cancelled. */
export const operationStatus = onchainEnum('operation_status', ['scheduled', 'executed', 'cancelled'])

/** What waits in the timelock, or went through it. */
export const operation = onchainTable(
  'operation',
  (p) => ({
    id: p.hex().primaryKey(), // CallScheduled; CallSalt or Cancelled of an operation without calls
    proposalId: p.bigint(), // ProposalQueued
    predecessor: p.hex(), // CallScheduled; what must be executed before
    salt: p.hex(), // CallSalt
    status: operationStatus('status').notNull(), // CallScheduled, CallExecuted, Cancelled
    readyAt: p.bigint(), // CallScheduled; null for an operation without calls, of which the chain does not say
    scheduledAt: p.bigint().notNull(), // the first event of the operation
    scheduledTransaction: p.hex().notNull(), // the first event of the operation
    executedAt: p.bigint(), // CallExecuted
    executedTransaction: p.hex(), // CallExecuted
    cancelledAt: p.bigint(), // Cancelled
    cancelledTransaction: p.hex(), // Cancelled
    cancelledBy: p.hex(), // Cancelled; who sent the transaction
    eventId: p.text().notNull(), // the first event of the operation; sorts rows in chain order
  }),
  (table) => ({
    order: index().on(table.eventId),
  }),
)

/** The calls of an operation, executed together. */
export const operationCall = onchainTable(
  'operation_call',
  (p) => ({
    operationHash: p.hex().notNull(), // CallScheduled
    position: p.integer().notNull(), // CallScheduled
    target: p.hex().notNull(), // CallScheduled
    value: p.bigint().notNull(), // CallScheduled
    data: p.hex().notNull(), // CallScheduled
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.operationHash, table.position] }),
  }),
)

/** Who holds a role of the timelock. */
export const timelockRole = onchainTable(
  'timelock_role',
  (p) => ({
    role: p.hex().notNull(), // RoleGranted
    account: p.hex().notNull(), // RoleGranted; the zero address stands for everyone
    held: p.boolean().notNull(), // RoleGranted, RoleRevoked
    updatedAt: p.bigint().notNull(), // RoleGranted, RoleRevoked
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.role, table.account] }),
  }),
)
