/** Where a proposal stands, as the Governor names it; votes decide only once voting is over. */
export const proposalStates = ['pending', 'active', 'defeated', 'succeeded', 'queued', 'executed', 'cancelled'] as const

export type ProposalState = (typeof proposalStates)[number]

/** What decides a proposal's state besides the clock. Times are in seconds, votes in base units. */
export type ProposalInput = {
  readonly status: 'proposed' | 'queued' | 'executed' | 'cancelled'
  readonly voteStart: bigint
  readonly voteEnd: bigint
  readonly forVotes: bigint
  readonly againstVotes: bigint
  readonly abstainVotes: bigint
  /** Votes for and abstaining that the decision takes. */
  readonly quorum: bigint
}

/** The state of a proposal when the clock shows `now`: Governor.state with simple counting and a timelock. */
export function proposalState(proposal: ProposalInput, now: bigint): ProposalState {
  if (proposal.status !== 'proposed') return proposal.status
  if (now <= proposal.voteStart) return 'pending'
  if (now <= proposal.voteEnd) return 'active'
  const { forVotes, againstVotes, abstainVotes, quorum } = proposal
  return forVotes + abstainVotes >= quorum && forVotes > againstVotes ? 'succeeded' : 'defeated'
}

const PERCENT = 100n

/** Votes for and abstaining that a decision takes: GovernorVotesQuorumFraction.quorum. */
export function quorumOf(supply: bigint, percent: bigint): bigint {
  return (supply * percent) / PERCENT
}
