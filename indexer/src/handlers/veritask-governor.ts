import { ponder } from 'ponder:registry'
import { operation, parameterChange, proposal, quorumChange, vote } from 'ponder:schema'
import {
  castVote,
  countVote,
  createProposal,
  executeProposal,
  extendProposal,
  queueProposal,
  type VoteCast,
  withdrawProposal,
} from '../reducers/governance.js'
import type { Moment } from '../reducers/moment.js'
import { recordChange } from '../reducers/parameters.js'
import { findGovernance, findProposal, setGovernance, setVoter } from './governance.js'
import { audit, type Db, momentOf, parent } from './log.js'

// EIP712DomainChanged is declared in the ABI and cannot happen: the domain is fixed at construction.

ponder.on('VeritaskGovernor:ProposalCreated', async ({ event, context }) => {
  const { proposalId, proposer } = event.args
  const at = momentOf(event)
  await context.db.insert(proposal).values(createProposal(event.args, at))
  await setVoter(context.db, proposer, { proposalsMade: 1 }, at)
  await audit(context, 'VeritaskGovernor:ProposalCreated', event, { proposalId, account: proposer })
})

ponder.on('VeritaskGovernor:VoteCast', async ({ event, context }) => {
  await recordVote(context.db, event.args, momentOf(event))
  const { proposalId, voter } = event.args
  await audit(context, 'VeritaskGovernor:VoteCast', event, { proposalId, account: voter })
})

ponder.on('VeritaskGovernor:VoteCastWithParams', async ({ event, context }) => {
  await recordVote(context.db, event.args, momentOf(event))
  const { proposalId, voter } = event.args
  await audit(context, 'VeritaskGovernor:VoteCastWithParams', event, { proposalId, account: voter })
})

ponder.on('VeritaskGovernor:ProposalExtended', async ({ event, context }) => {
  const { proposalId, extendedDeadline } = event.args
  const at = momentOf(event)
  await context.db.update(proposal, { id: proposalId }).set((row) => extendProposal(row, extendedDeadline, at))
  await audit(context, 'VeritaskGovernor:ProposalExtended', event, { proposalId })
})

// The Governor schedules the calls just before it says so: the operation is the one scheduled last.
ponder.on('VeritaskGovernor:ProposalQueued', async ({ event, context }) => {
  const { proposalId, etaSeconds } = event.args
  const at = momentOf(event)
  const { lastScheduled } = parent(await findGovernance(context.db), 'governance of proposal', String(proposalId))
  const operationHash = parent(lastScheduled, 'operation of proposal', String(proposalId))
  await context.db.update(operation, { id: operationHash }).set({ proposalId })
  await context.db.update(proposal, { id: proposalId }).set((row) => queueProposal(row, etaSeconds, operationHash, at))
  await audit(context, 'VeritaskGovernor:ProposalQueued', event, { proposalId, operationHash })
})

ponder.on('VeritaskGovernor:ProposalExecuted', async ({ event, context }) => {
  const { proposalId } = event.args
  const at = momentOf(event)
  await context.db.update(proposal, { id: proposalId }).set((row) => executeProposal(row, at))
  await audit(context, 'VeritaskGovernor:ProposalExecuted', event, { proposalId })
})

ponder.on('VeritaskGovernor:ProposalCanceled', async ({ event, context }) => {
  const { proposalId } = event.args
  const at = momentOf(event)
  const { proposer } = await findProposal(context.db, proposalId)
  await context.db.update(proposal, { id: proposalId }).set((row) => withdrawProposal(row, at))
  await audit(context, 'VeritaskGovernor:ProposalCanceled', event, { proposalId, account: proposer })
})

ponder.on('VeritaskGovernor:VotingDelaySet', async ({ event, context }) => {
  const { oldVotingDelay, newVotingDelay } = event.args
  await changeSetting(context.db, 'votingDelay', oldVotingDelay, newVotingDelay, momentOf(event))
  await audit(context, 'VeritaskGovernor:VotingDelaySet', event)
})

ponder.on('VeritaskGovernor:VotingPeriodSet', async ({ event, context }) => {
  const { oldVotingPeriod, newVotingPeriod } = event.args
  await changeSetting(context.db, 'votingPeriod', oldVotingPeriod, newVotingPeriod, momentOf(event))
  await audit(context, 'VeritaskGovernor:VotingPeriodSet', event)
})

ponder.on('VeritaskGovernor:ProposalThresholdSet', async ({ event, context }) => {
  const { oldProposalThreshold, newProposalThreshold } = event.args
  await changeSetting(context.db, 'proposalThreshold', oldProposalThreshold, newProposalThreshold, momentOf(event))
  await audit(context, 'VeritaskGovernor:ProposalThresholdSet', event)
})

ponder.on('VeritaskGovernor:LateQuorumVoteExtensionSet', async ({ event, context }) => {
  const { oldVoteExtension, newVoteExtension } = event.args
  await changeSetting(context.db, 'lateQuorumExtension', oldVoteExtension, newVoteExtension, momentOf(event))
  await audit(context, 'VeritaskGovernor:LateQuorumVoteExtensionSet', event)
})

ponder.on('VeritaskGovernor:QuorumNumeratorUpdated', async ({ event, context }) => {
  const { oldQuorumNumerator, newQuorumNumerator: percent } = event.args
  const at = momentOf(event)
  await changeSetting(context.db, 'quorumPercent', oldQuorumNumerator, percent, at)
  await context.db.insert(quorumChange).values({ id: at.eventId, percent, timestamp: at.timestamp })
  await audit(context, 'VeritaskGovernor:QuorumNumeratorUpdated', event)
})

ponder.on('VeritaskGovernor:TimelockChange', async ({ event, context }) => {
  const { oldTimelock, newTimelock } = event.args
  const at = momentOf(event)
  await setGovernance(context.db, { timelock: newTimelock }, at)
  const [previous, current] = [oldTimelock, newTimelock].map((address) => ({ timelock: address.toLowerCase() }))
  await context.db.insert(parameterChange).values(recordChange('governor', null, previous ?? null, current ?? null, at))
  await audit(context, 'VeritaskGovernor:TimelockChange', event, { account: newTimelock })
})

type Setting = 'votingDelay' | 'votingPeriod' | 'proposalThreshold' | 'lateQuorumExtension' | 'quorumPercent'

async function changeSetting(db: Db, name: Setting, previous: bigint, current: bigint, at: Moment): Promise<void> {
  await setGovernance(db, { [name]: current }, at)
  await db
    .insert(parameterChange)
    .values(recordChange('governor', null, { [name]: String(previous) }, { [name]: String(current) }, at))
}

async function recordVote(db: Db, args: VoteCast, at: Moment): Promise<void> {
  const row = castVote(args, at)
  await db.insert(vote).values(row)
  await db.update(proposal, { id: args.proposalId }).set((before) => countVote(before, row))
  await setVoter(db, args.voter, { votesCast: 1 }, at)
}
