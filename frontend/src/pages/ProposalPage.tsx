import type { CallRow, ProposalDetailRow, VoteRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { ChainText } from '../components/ChainText'
import { EventTimeline } from '../components/EventTimeline'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Callout, Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { VoteBar } from '../components/VoteBar'
import { useConfig } from '../config'
import { useProposal, useVotes } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { type CallStory, callStories, describeCall } from '../lib/calls'
import { formatAmount, formatBytes, formatUnits, NATIVE_TOKEN, plural, shortHash } from '../lib/format'
import { excerpt, paragraphs, proposalLife, sameCallsWords } from '../lib/proposal'
import { hexBytes } from '../lib/receipt'
import { proposalWords, supportWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, governanceUrl, proposalUrl } from '../url'

const CRUMBS = [{ label: 'Governance', to: governanceUrl() }]
const ID_HEAD = 8
const ID_TAIL = 6

export default function ProposalPage({ proposalId }: { proposalId: string }) {
  const proposal = useProposal(proposalId)
  return (
    <div className="stack">
      <QueryView query={proposal} noun="this proposal" lines={10}>
        {(data) => <ProposalView proposal={data} />}
      </QueryView>
    </div>
  )
}

function ProposalView({ proposal }: { proposal: ProposalDetailRow }) {
  const { deployment } = useConfig()
  const stories = callStories(proposal.calls, deployment, proposal.before)
  const { words, tone } = proposalWords(proposal.state)
  const title = excerpt(proposal.description)
  return (
    <>
      <PageHeader
        title={title}
        heading={<ChainText>{title}</ChainText>}
        crumbs={CRUMBS}
        eyebrow={
          <>
            <Badge tone={tone}>{words}</Badge>
            <span>
              Proposal <code title={proposal.id}>{shortHash(proposal.id, ID_HEAD, ID_TAIL)}</code>
            </span>
          </>
        }
      />
      {proposal.sameCalls.length > 0 && (
        <Callout tone="wait" icon="alert">
          <p>{sameCallsWords(proposal)}:</p>
          <ul>
            {proposal.sameCalls.map(({ id, state }) => (
              <li key={id}>
                <Link to={proposalUrl(id)}>
                  Proposal <code>{shortHash(id, ID_HEAD, ID_TAIL)}</code>
                </Link>
                , {proposalWords(state).words.toLowerCase()}
              </li>
            ))}
          </ul>
        </Callout>
      )}
      <Card title="Votes" note={plural(proposal.voters, 'voter')}>
        <VoteBar proposal={proposal} />
        <p className="detail">
          It passes when votes for and abstaining reach the quorum and more are for than against. Votes count as they
          were at <Time seconds={proposal.voteStart} />.
        </p>
      </Card>
      <div className="columns">
        <Card title="Timeline">
          <Life proposal={proposal} />
        </Card>
        <Card title="What its proposer says">
          <Description text={proposal.description} />
          <Facts>
            <Fact label="Proposer">
              <Hash value={proposal.proposer} label="proposer's address" to={accountUrl(proposal.proposer)} />
            </Fact>
            {proposal.operationHash && (
              <Fact label="Operation in the timelock">
                <Hash value={proposal.operationHash} label="operation id" />
              </Fact>
            )}
          </Facts>
        </Card>
      </div>
      <Card title="What it does" note={callsWords(proposal)}>
        <ol className="calls">
          {proposal.calls.map((call, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same call may stand there twice, and never moves
            <Call key={index} call={call} story={stories[index]} />
          ))}
        </ol>
      </Card>
      <Votes proposalId={proposal.id} />
      <Card title="Everything that happened" note={plural(proposal.events.length, 'event')}>
        <EventTimeline events={proposal.events} />
      </Card>
    </>
  )
}

function callsWords({ calls, callCount }: ProposalDetailRow): string {
  const all = plural(callCount, 'call')
  return calls.length < callCount ? `${all}, the first ${calls.length} shown` : all
}

function Life({ proposal }: { proposal: ProposalDetailRow }) {
  const now = useNow()
  return (
    <ol className="timeline">
      {proposalLife(proposal, now).map(({ title, tone, seconds, transaction, future }) => (
        <li key={`${title} ${seconds}`}>
          <ul className="what">
            <li data-tone={future ? 'idle' : tone}>
              <h3>{title}</h3>
            </li>
          </ul>
          <div className="where">
            <Time seconds={seconds} />
            {transaction && <TransactionHash hash={transaction} label={`transaction of "${title}"`} />}
          </div>
        </li>
      ))}
    </ol>
  )
}

function Description({ text }: { text: string }) {
  const { text: shown, cut } = paragraphs(text)
  return (
    <div className="description">
      {shown.map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs may repeat, and never move
        <p key={index}>
          <ChainText>{paragraph}</ChainText>
        </p>
      ))}
      {cut && <p className="detail">It goes on; the whole text is in the proposal's transaction.</p>}
    </div>
  )
}

function Call({ call, story }: { call: CallRow; story: CallStory | undefined }) {
  const { deployment } = useConfig()
  const { contract, functionName, arguments: values } = describeCall(call, deployment.contracts)
  const { notes = [], changes = [] } = story ?? {}
  return (
    <li>
      <h3>
        {contract ?? 'A contract this page does not know'}
        {functionName && (
          <>
            : <code>{functionName}</code>
          </>
        )}
      </h3>
      {changes.map(({ name, label, from, to }) => (
        <p key={name} className="change">
          {label} (<code>{name}</code>): {from !== undefined && <del>{from}</del>} <ins>{to}</ins>
        </p>
      ))}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <p className="refs">
        <Hash value={call.target} label="target's address" />
        {call.value !== '0' && <span>sends {formatAmount(call.value, NATIVE_TOKEN)}</span>}
      </p>
      {functionName === null && <p className="detail">Its data is of no function this page knows: read it below.</p>}
      {values.length > 0 && (
        <details open={changes.length === 0 && notes.length === 0}>
          <summary>Arguments as the contract gets them, {values.length}</summary>
          <ul className="values">
            {values.map(({ name, value }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: arguments may share a name, and never move
              <li key={index}>
                <span>{name}</span>
                <code>{value}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>Data, {formatBytes(call.dataSize)}</summary>
        {call.dataSize > hexBytes(call.data) && (
          <p className="detail">
            The first {formatBytes(hexBytes(call.data))}; the rest is in the proposal's transaction.
          </p>
        )}
        <p className="bytes">{call.data}</p>
      </details>
    </li>
  )
}

function Votes({ proposalId }: { proposalId: string }) {
  const votes = useVotes(proposalId)
  const now = useNow()
  return (
    <Card title="Who voted" note={votes.data?.page.next ? 'the latest' : undefined} flush>
      <QueryView
        query={votes}
        noun="the votes"
        isEmpty={({ data }) => data.length === 0}
        empty={<Notice icon="empty" title="Nobody has voted" />}
      >
        {({ data }) => <VoteTable votes={data} now={now} />}
      </QueryView>
    </Card>
  )
}

function VoteTable({ votes, now }: { votes: readonly VoteRow[]; now: number }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Voter</th>
            <th scope="col">Vote</th>
            <th scope="col">Votes</th>
            <th scope="col">Reason</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {votes.map((vote) => {
            const { words, tone } = supportWords(vote.support)
            return (
              <tr key={vote.id}>
                <td className="strong">
                  <Hash value={vote.voter} label="voter's address" to={accountUrl(vote.voter)} />
                </td>
                <td data-label="Vote">
                  <Badge tone={tone}>{words}</Badge>
                </td>
                <td data-label="Votes">{formatUnits(vote.weight)}</td>
                <td data-label="Reason" className="reason">
                  <ChainText empty="None given">{vote.reason}</ChainText>
                </td>
                <td data-label="Time" className="nowrap">
                  <Time seconds={vote.timestamp} now={now} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
