import type { ProposalRow } from '../api/types'
import { plural } from '../lib/format'
import { excerpt, sameCallsWords } from '../lib/proposal'
import { proposalWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, proposalUrl } from '../url'
import { Badge } from './Badge'
import { ChainText } from './ChainText'
import { Hash } from './Hash'
import { Time } from './Time'
import { VoteBar } from './VoteBar'

export function ProposalTable({ proposals, now }: { proposals: readonly ProposalRow[]; now: number }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Proposal</th>
            <th scope="col">State</th>
            <th scope="col">Votes</th>
            <th scope="col">Proposer</th>
            <th scope="col">Voting ends</th>
          </tr>
        </thead>
        <tbody>
          {proposals.map((proposal) => (
            <ProposalLine key={proposal.id} proposal={proposal} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ProposalLine({ proposal, now }: { proposal: ProposalRow; now: number }) {
  const { words, tone } = proposalWords(proposal.state)
  return (
    <tr>
      <td className="strong">
        <Link to={proposalUrl(proposal.id)}>
          <ChainText>{excerpt(proposal.description)}</ChainText>
        </Link>
        <span className="sub">
          {plural(proposal.calls, 'call')}
          {proposal.sameCalls.length > 0 && `. ${sameCallsWords(proposal)}.`}
        </span>
      </td>
      <td data-label="State">
        <Badge tone={tone}>{words}</Badge>
      </td>
      <td data-label="Votes">
        <VoteBar proposal={proposal} />
      </td>
      <td data-label="Proposer">
        <Hash value={proposal.proposer} label="proposer's address" to={accountUrl(proposal.proposer)} />
      </td>
      <td data-label="Voting ends" className="nowrap">
        <Time seconds={proposal.voteEnd} now={now} />
      </td>
    </tr>
  )
}
