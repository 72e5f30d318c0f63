import { parameterNames } from '@veritask/sdk'
import type { ParameterChangeRow, ParametersRow } from '../api/types'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Notice } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { useParameterChanges, useParameters } from '../hooks/useIndexer'
import { formatAmount, NATIVE_TOKEN } from '../lib/format'
import { changeKind, changeWords, isAddress, parameterLabel, parameterValue } from '../lib/parameters'
import { gateName, settlementName } from '../lib/states'
import { useLocation } from '../router'
import { governanceUrl, parametersUrl, readCursor } from '../url'

const CRUMBS = [{ label: 'Governance', to: governanceUrl() }]

export default function ParametersPage() {
  const parameters = useParameters()
  return (
    <div className="stack">
      <PageHeader title="Protocol parameters" crumbs={CRUMBS}>
        <p className="lede">
          What new tasks are made under. Every task keeps the version it was made under, whatever is decided later.
        </p>
      </PageHeader>
      <QueryView query={parameters} noun="the parameters" lines={8}>
        {(row) => <Current row={row} />}
      </QueryView>
      <History />
    </div>
  )
}

/** The treasury takes a line of its own, so it comes last. */
const shownNames = [...parameterNames.filter((name) => name !== 'treasury'), 'treasury'] as const

function Current({ row }: { row: ParametersRow }) {
  return (
    <>
      <Card
        title={`Version ${row.version}`}
        note={
          <>
            since <Time seconds={row.updatedAt} />
          </>
        }
      >
        <Facts>
          {shownNames.map((name) => (
            <Fact key={name} label={parameterLabel(name)} wide={name === 'treasury'}>
              {name === 'treasury' ? (
                <Hash value={row.treasury} label="treasury's address" full />
              ) : (
                parameterValue(name, row[name] as string | number)
              )}
            </Fact>
          ))}
        </Facts>
      </Card>
      <div className="columns">
        <Card title="Tokens">
          <ul className="allow-list">
            {row.tokens.map(({ token, allowed, minReward, minStake }) => (
              <li key={token}>
                {token === NATIVE_TOKEN ? 'Native coin' : <Hash value={token} label="token's address" />}
                <Allowed allowed={allowed} />
                <small>
                  rewards from {formatAmount(minReward, token)}, stakes from {formatAmount(minStake, token)}
                </small>
              </li>
            ))}
          </ul>
        </Card>
        <Card title="Settlements and gates">
          <ul className="allow-list">
            {row.settlements.map(({ address, kind, allowed }) => (
              <li key={address}>
                {settlementName(kind)} <Hash value={address} label="settlement contract" />
                <Allowed allowed={allowed} />
              </li>
            ))}
            {row.gates.map(({ address, kind, allowed }) => (
              <li key={address}>
                {gateName(kind)} <Hash value={address} label="gate contract" />
                <Allowed allowed={allowed} />
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  )
}

function Allowed({ allowed }: { allowed: boolean }) {
  return <Badge tone={allowed ? 'good' : 'idle'}>{allowed ? 'Allowed' : 'Not allowed'}</Badge>
}

function History() {
  const cursor = readCursor(useLocation().search)
  const changes = useParameterChanges(cursor)
  return (
    <Card title="Everything that was changed">
      <QueryView
        query={changes}
        noun="the changes"
        isEmpty={({ data }) => data.length === 0}
        empty={<Notice icon="empty" title="Nothing was changed yet" />}
      >
        {({ data, page }) => (
          <>
            <ol className="timeline">
              {data.map((change) => (
                <ChangeEntry key={change.id} change={change} />
              ))}
            </ol>
            <Pager cursor={cursor} next={page.next} urlOf={parametersUrl} />
          </>
        )}
      </QueryView>
    </Card>
  )
}

function Changed({ value, label }: { value: string; label: string }) {
  return isAddress(value) ? <Hash value={value} label={label} full picture={false} /> : value
}

function ChangeEntry({ change }: { change: ParameterChangeRow }) {
  return (
    <li>
      <ul className="what">
        <li data-tone="busy">
          <h3>
            {changeKind(change.kind)}
            {change.subject && change.subject !== NATIVE_TOKEN && (
              <>
                {' '}
                <Hash value={change.subject} label="address" />
              </>
            )}
            {change.subject === NATIVE_TOKEN && ': native coin'}
          </h3>
          {changeWords(change).map(({ label, previous, current }) => (
            <p key={label} className="change">
              {label}:{' '}
              <del>
                <Changed value={previous} label={`${label} before`} />
              </del>{' '}
              <ins>
                <Changed value={current} label={`${label} after`} />
              </ins>
            </p>
          ))}
        </li>
      </ul>
      <div className="where">
        <Time seconds={change.timestamp} />
        <TransactionHash hash={change.transactionHash} />
      </div>
    </li>
  )
}
