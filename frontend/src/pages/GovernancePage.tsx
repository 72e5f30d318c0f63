import type { GovernanceRow } from '../api/types'
import { Card } from '../components/Card'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { ProposalTable } from '../components/ProposalTable'
import { QueryView } from '../components/QueryView'
import { useGovernance, useProposals } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { formatDuration, formatUnits } from '../lib/format'
import { roleHolders } from '../lib/roles'
import { Link, useLocation } from '../router'
import { accountUrl, governanceUrl, parametersUrl, readCursor } from '../url'

export default function GovernancePage() {
  const cursor = readCursor(useLocation().search)
  const proposals = useProposals(cursor)
  const governance = useGovernance()
  const now = useNow()
  return (
    <div className="stack">
      <PageHeader title="Governance">
        <p className="lede">
          Holders of the vote token decide what the protocol's parameters are, propose verifier keys and may freeze
          them. A task keeps the parameters it was made under, and no vote moves what is in escrow or at stake.
        </p>
      </PageHeader>
      <Card title="Proposals" note={<Link to={parametersUrl()}>Parameters and their history</Link>} flush>
        <QueryView
          query={proposals}
          noun="the proposals"
          isEmpty={({ data }) => data.length === 0}
          empty={
            <Notice icon="empty" title="No proposal yet">
              <p>Whoever holds enough votes can make the first one.</p>
            </Notice>
          }
        >
          {({ data, page }) => (
            <>
              <ProposalTable proposals={data} now={now} />
              <Pager cursor={cursor} next={page.next} urlOf={governanceUrl} />
            </>
          )}
        </QueryView>
      </Card>
      <Card title="How it decides">
        <QueryView query={governance} noun="the rules of governance">
          {(row) => <GovernanceFacts row={row} />}
        </QueryView>
      </Card>
    </div>
  )
}

function GovernanceFacts({ row }: { row: GovernanceRow }) {
  return (
    <Facts>
      <Fact label="Quorum">
        {row.quorumPercent}% of all votes
        <small>{formatUnits(row.quorum)} for or abstaining</small>
      </Fact>
      <Fact label="Votes there are">{formatUnits(row.supply)}</Fact>
      <Fact label="Votes it takes to propose">{formatUnits(row.proposalThreshold)}</Fact>
      <Fact label="Before voting">{formatDuration(Number(row.votingDelay))}</Fact>
      <Fact label="Voting">
        {formatDuration(Number(row.votingPeriod))}
        <small>at least {formatDuration(Number(row.lateQuorumExtension))} more when the quorum comes late</small>
      </Fact>
      <Fact label="In the timelock">{formatDuration(Number(row.minDelay))}</Fact>
      <Fact label="Governor">
        <Hash value={row.governor} label="Governor's address" />
      </Fact>
      {row.timelock && (
        <Fact label="Timelock">
          <Hash value={row.timelock} label="timelock's address" />
        </Fact>
      )}
      <Fact label="Vote token">
        <Hash value={row.token} label="vote token's address" />
      </Fact>
      {row.guardian && (
        <Fact label="Guardian of the keys">
          <Hash value={row.guardian} label="guardian's address" to={accountUrl(row.guardian)} />
        </Fact>
      )}
      {roleHolders(row.roles).map(({ name, accounts, everyone }) => (
        <Fact key={name} label={`Timelock: ${name}`}>
          {everyone
            ? 'Anyone'
            : accounts.map((account) => (
                <span key={account} className="key-line">
                  <Hash value={account} label={`${name}'s address`} to={accountUrl(account)} />
                </span>
              ))}
        </Fact>
      ))}
    </Facts>
  )
}
