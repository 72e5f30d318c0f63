import type { ProposalRow } from '../api/types'
import { formatPercentBps, formatUnits } from '../lib/format'
import { voteShares } from '../lib/votes'

const WIDTH = 1000
const HEIGHT = 24
const BPS = 10_000

type VoteBarProps = { proposal: Pick<ProposalRow, 'forVotes' | 'againstVotes' | 'abstainVotes' | 'quorum'> }

/** Votes for, abstaining and against on one bar, with a mark where votes for and abstaining reach the quorum. */
export function VoteBar({ proposal }: VoteBarProps) {
  const shares = voteShares(proposal)
  const parts = [
    { support: 'for', share: shares.for },
    { support: 'abstain', share: shares.abstain },
    { support: 'against', share: shares.against },
  ]
  let from = 0
  return (
    <div className="vote-bar">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {parts.map(({ support, share }) => {
          const x = from
          from += share * WIDTH
          return <rect key={support} data-support={support} x={x} width={share * WIDTH} height={HEIGHT} />
        })}
        <line x1={shares.quorum * WIDTH} x2={shares.quorum * WIDTH} y1={0} y2={HEIGHT} />
      </svg>
      <ul>
        <VoteCount support="for" name="For" votes={proposal.forVotes} share={shares.for} />
        <VoteCount support="abstain" name="Abstain" votes={proposal.abstainVotes} share={shares.abstain} />
        <VoteCount support="against" name="Against" votes={proposal.againstVotes} share={shares.against} />
        <li data-support="quorum">
          <span>Quorum</span> <strong>{formatUnits(proposal.quorum)}</strong>{' '}
          <small>{shares.reached ? 'reached' : 'not reached'}</small>
        </li>
      </ul>
    </div>
  )
}

type VoteCountProps = { support: string; name: string; votes: string; share: number }

function VoteCount({ support, name, votes, share }: VoteCountProps) {
  return (
    <li data-support={support}>
      <span>{name}</span> <strong>{formatUnits(votes)}</strong>{' '}
      <small>{formatPercentBps(Math.round(share * BPS))}</small>
    </li>
  )
}
