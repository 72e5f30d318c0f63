import type { ProposalRow } from '../api/types'

export type VoteShares = {
  /** Each part of a bar as wide as all votes there are or the quorum, whichever the picture needs; 0 to 1. */
  for: number
  against: number
  abstain: number
  /** Where the quorum stands on the bar of votes for and abstaining; 0 to 1. */
  quorum: number
  /** Whether votes for and abstaining reach it. */
  reached: boolean
}

const SCALE = 1_000_000n

/** The votes of a proposal as parts of one bar, on which the quorum is a mark. */
export function voteShares(
  row: Pick<ProposalRow, 'forVotes' | 'againstVotes' | 'abstainVotes' | 'quorum'>,
): VoteShares {
  const [yes, no, abstain, quorum] = [row.forVotes, row.againstVotes, row.abstainVotes, row.quorum].map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ]
  const counted = yes + no + abstain
  const whole = counted > quorum ? counted : quorum
  const part = (votes: bigint) => (whole === 0n ? 0 : Number((votes * SCALE) / whole) / Number(SCALE))
  return {
    for: part(yes),
    against: part(no),
    abstain: part(abstain),
    quorum: part(quorum),
    reached: yes + abstain >= quorum,
  }
}
