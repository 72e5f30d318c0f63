import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters, zeroAddress, zeroHash } from 'viem'
import { nameOf, voteSupports } from '../kinds.js'
import type { governance, operation, operationCall, proposal, vote, voter } from '../schema/governance.js'
import { ensure, type Moment, textOf } from './moment.js'

export type GovernanceRow = typeof governance.$inferSelect
export type ProposalRow = typeof proposal.$inferSelect
export type VoteRow = typeof vote.$inferSelect
export type VoterRow = typeof voter.$inferSelect
export type OperationRow = typeof operation.$inferSelect
export type OperationCallRow = typeof operationCall.$inferSelect

export type GovernanceChange = Partial<Omit<GovernanceRow, 'id' | 'updatedAt'>>

export function changeGovernance(
  row: GovernanceRow | null,
  governor: Address,
  change: GovernanceChange,
  at: Moment,
): GovernanceRow {
  const known = row ?? {
    id: governor,
    supply: 0n,
    votingDelay: 0n,
    votingPeriod: 0n,
    lateQuorumExtension: 0n,
    proposalThreshold: 0n,
    quorumPercent: 0n,
    timelock: null,
    minDelay: 0n,
    guardian: null,
    lastScheduled: null,
  }
  return { ...known, ...change, updatedAt: at.timestamp }
}

export type ProposalCreated = {
  proposalId: bigint
  proposer: Address
  targets: readonly Address[]
  values: readonly bigint[]
  calldatas: readonly Hex[]
  voteStart: bigint
  voteEnd: bigint
  description: string
}

const callParameters = parseAbiParameters('address[], uint256[], bytes[]')

export function createProposal(args: ProposalCreated, at: Moment): ProposalRow {
  const { proposalId, proposer, targets, values, calldatas, description, voteStart, voteEnd } = args
  return {
    id: proposalId,
    proposer,
    targets: [...targets],
    values: [...values],
    calldatas: [...calldatas],
    callsHash: keccak256(encodeAbiParameters(callParameters, [targets, values, calldatas])),
    description: textOf(description),
    operationHash: null,
    voteStart,
    voteEnd,
    extendedAt: null,
    forVotes: 0n,
    againstVotes: 0n,
    abstainVotes: 0n,
    voters: 0,
    status: 'proposed',
    eta: null,
    createdAt: at.timestamp,
    createdTransaction: at.transactionHash,
    queuedAt: null,
    queuedTransaction: null,
    executedAt: null,
    executedTransaction: null,
    cancelledAt: null,
    cancelledTransaction: null,
    cancelledBy: null,
    withdrawn: false,
    eventId: at.eventId,
  }
}

export type VoteCast = { voter: Address; proposalId: bigint; support: number; weight: bigint; reason: string }

export function castVote(args: VoteCast, at: Moment): VoteRow {
  return {
    id: at.eventId,
    proposalId: args.proposalId,
    voter: args.voter,
    support: nameOf(voteSupports, args.support),
    weight: args.weight,
    reason: textOf(args.reason),
    blockNumber: at.blockNumber,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
    logIndex: at.logIndex,
  }
}

export function countVote(row: ProposalRow, { support, weight }: Pick<VoteRow, 'support' | 'weight'>): ProposalRow {
  const column = ({ for: 'forVotes', against: 'againstVotes', abstain: 'abstainVotes' } as const)[support]
  return { ...row, [column]: row[column] + weight, voters: row.voters + 1 }
}

export function extendProposal(row: ProposalRow, voteEnd: bigint, at: Moment): ProposalRow {
  return { ...row, voteEnd, extendedAt: at.timestamp }
}

export function queueProposal(row: ProposalRow, eta: bigint, operationHash: Hex, at: Moment): ProposalRow {
  ensure(row.status === 'proposed', `proposal ${row.id} is queued when ${row.status}`)
  return { ...row, status: 'queued', eta, operationHash, queuedAt: at.timestamp, queuedTransaction: at.transactionHash }
}

/** The Governor and its timelock both say so, in either order, and the timelock alone when it was called directly. The
 * calls of a proposal that was cancelled for good may run as somebody else's. */
export function executeProposal(row: ProposalRow, at: Moment): ProposalRow {
  if (row.status === 'executed' || row.withdrawn) return row
  ensure(row.status !== 'cancelled', `proposal ${row.id} is executed when cancelled`)
  return { ...row, status: 'executed', executedAt: at.timestamp, executedTransaction: at.transactionHash }
}

export function cancelProposal(row: ProposalRow, at: Moment): ProposalRow {
  ensure(row.status !== 'executed', `proposal ${row.id} is cancelled when executed`)
  if (row.status === 'cancelled') return row
  return {
    ...row,
    status: 'cancelled',
    cancelledAt: at.timestamp,
    cancelledTransaction: at.transactionHash,
    cancelledBy: at.sender,
  }
}

/** Cancelled in the Governor, before or after its operation was: nothing brings it back. */
export function withdrawProposal(row: ProposalRow, at: Moment): ProposalRow {
  return { ...cancelProposal(row, at), withdrawn: true }
}

/** Its operation, which a guardian cancelled, waits in the timelock again: the Governor takes it for queued. */
export function requeueProposal(row: ProposalRow, eta: bigint | null): ProposalRow {
  if (row.withdrawn || row.status !== 'cancelled') return row
  return { ...row, status: 'queued', eta, cancelledAt: null, cancelledTransaction: null, cancelledBy: null }
}

export type VoterChange = {
  balance?: bigint
  votes?: bigint
  delegate?: Address | null
  votesCast?: number
  proposalsMade?: number
}

/** Balances and counts are added to; votes and the delegate are replaced. */
export function changeVoter(row: VoterRow | null, address: Address, change: VoterChange, at: Moment): VoterRow {
  const known = row ?? {
    address,
    balance: 0n,
    votes: 0n,
    delegate: null,
    votesCast: 0,
    proposalsMade: 0,
    updatedAt: at.timestamp,
  }
  const balance = known.balance + (change.balance ?? 0n)
  ensure(balance >= 0n, `${address} sends more vote tokens than it has`)
  return {
    address,
    balance,
    votes: change.votes ?? known.votes,
    delegate: change.delegate === undefined ? known.delegate : change.delegate,
    votesCast: known.votesCast + (change.votesCast ?? 0),
    proposalsMade: known.proposalsMade + (change.proposalsMade ?? 0),
    updatedAt: at.timestamp,
  }
}

export function delegateOf(address: Address): Address | null {
  return address === zeroAddress ? null : address
}

export type CallScheduled = {
  id: Hex
  index: bigint
  target: Address
  value: bigint
  data: Hex
  predecessor: Hex
  delay: bigint
}

/** The operation after one of its calls is scheduled; `row` is what there was: nothing, its earlier calls, or what was
 * cancelled and is scheduled again. */
export function scheduleCall(
  row: OperationRow | null,
  { id, predecessor, delay }: CallScheduled,
  at: Moment,
): OperationRow {
  if (row !== null && row.status === 'scheduled') return row
  ensure(row === null || row.status === 'cancelled', `operation ${id} is scheduled when ${row?.status}`)
  return {
    ...emptyOperation(id, null, at),
    proposalId: row?.proposalId ?? null,
    predecessor: predecessor === zeroHash ? null : predecessor,
    readyAt: at.timestamp + delay,
    eventId: row?.eventId ?? at.eventId,
  }
}

/** An operation of no calls: the timelock names it by its salt, if it has one, and when it is cancelled. */
export function emptyOperation(id: Hex, salt: Hex | null, at: Moment): OperationRow {
  return {
    id,
    proposalId: null,
    predecessor: null,
    salt,
    status: 'scheduled',
    readyAt: null,
    scheduledAt: at.timestamp,
    scheduledTransaction: at.transactionHash,
    executedAt: null,
    executedTransaction: null,
    cancelledAt: null,
    cancelledTransaction: null,
    cancelledBy: null,
    eventId: at.eventId,
  }
}

/** The salt comes after the calls, or alone where there are none; a cancelled operation of no calls is scheduled again. */
export function saltOperation(row: OperationRow | null, id: Hex, salt: Hex, at: Moment): OperationRow {
  if (row === null) return emptyOperation(id, salt, at)
  if (row.status === 'scheduled') return { ...row, salt }
  ensure(row.status === 'cancelled', `operation ${id} is scheduled when ${row.status}`)
  return { ...emptyOperation(id, salt, at), proposalId: row.proposalId, eventId: row.eventId }
}

export function callRow({ id, index, target, value, data }: CallScheduled): OperationCallRow {
  return { operationHash: id, position: Number(index), target, value, data }
}

/** Each call of an operation is reported; they happen together. */
export function executeOperation(row: OperationRow, at: Moment): OperationRow {
  ensure(row.status !== 'cancelled', `operation ${row.id} is executed when cancelled`)
  return { ...row, status: 'executed', executedAt: at.timestamp, executedTransaction: at.transactionHash }
}

export function cancelOperation(row: OperationRow, at: Moment): OperationRow {
  ensure(row.status === 'scheduled', `operation ${row.id} is cancelled when ${row.status}`)
  return {
    ...row,
    status: 'cancelled',
    cancelledAt: at.timestamp,
    cancelledTransaction: at.transactionHash,
    cancelledBy: at.sender,
  }
}
