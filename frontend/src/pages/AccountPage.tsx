import { lazy, Suspense, useState } from 'react'
import type { AccountRow, CreditRow, PaymentRow, VoterRow } from '../api/types'
import { AccountRecord } from '../components/AccountRecord'
import { Badge } from '../components/Badge'
import { Card } from '../components/Card'
import { DisputeTable } from '../components/DisputeTable'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { Notice, Skeleton } from '../components/Notice'
import { PageHeader } from '../components/Page'
import { QueryView } from '../components/QueryView'
import { SlotTable } from '../components/SlotTable'
import { Stakes } from '../components/Stakes'
import { TaskTable } from '../components/TaskTable'
import { Time } from '../components/Time'
import { TransactionHash } from '../components/TransactionHash'
import { useAccount, useTasks } from '../hooks/useIndexer'
import { useNow } from '../hooks/useNow'
import { formatAmount, formatInteger, formatUnits, plural, shortHash } from '../lib/format'
import { paymentWords } from '../lib/states'
import { Link } from '../router'
import { accountUrl, governanceUrl, tasksUrl } from '../url'

const WithdrawPanel = lazy(() => import('../wallet/WithdrawPanel'))

export default function AccountPage({ address }: { address: string }) {
  const account = useAccount(address)
  return (
    <div className="stack">
      <PageHeader title={`Account ${shortHash(address)}`} heading={<Hash value={address} label="address" full />} />
      <QueryView query={account} noun="this account" lines={8}>
        {(data) => <AccountView account={data} />}
      </QueryView>
    </div>
  )
}

function AccountView({ account }: { account: AccountRow }) {
  const now = useNow()
  return (
    <>
      <Card title="Activity">
        <Facts>
          <Fact label="Tasks requested">{formatInteger(account.tasksRequested)}</Fact>
          <Fact label="Slots worked">
            {formatInteger(account.slotsJoined)}
            <small>
              {account.slotsPaid} paid, {account.slotsReturned} returned
            </small>
          </Fact>
          <Fact label="Datasets owned">{formatInteger(account.datasetsOwned)}</Fact>
          <Fact label="Models owned">{formatInteger(account.modelsOwned)}</Fact>
          <Fact label="First seen">
            <Time seconds={account.firstSeenAt} />
          </Fact>
          <Fact label="Last seen">
            <Time seconds={account.lastSeenAt} />
          </Fact>
        </Facts>
      </Card>
      <AccountRecord account={account} />
      <Credits account={account} />
      <Stakes account={account} now={now} />
      {account.voting && <Voting voter={account.voting} />}
      {account.disputes.length > 0 && (
        <Card title="Disputes opened" flush>
          <DisputeTable disputes={account.disputes} now={now} />
        </Card>
      )}
      {account.tasksRequested > 0 && <RequestedTasks requester={account.address} />}
      {account.slots.length > 0 && (
        <Card title="Slots worked" note={account.slots.length < account.slotsJoined ? 'the latest' : undefined} flush>
          <SlotTable slots={account.slots} now={now} showTask />
        </Card>
      )}
      <Card title="Payments" flush>
        {account.payments.length === 0 ? (
          <Notice icon="empty" title="No payment yet" />
        ) : (
          <PaymentTable payments={account.payments} now={now} />
        )}
      </Card>
    </>
  )
}

function Credits({ account }: { account: AccountRow }) {
  const [withdrawing, setWithdrawing] = useState(false)
  const open = account.credits.filter(({ balance }) => balance !== '0')
  return (
    <Card title="Credits" note="What the escrow owes this account">
      {account.credits.length === 0 ? (
        <p>This account was never credited.</p>
      ) : (
        <Facts>
          {account.credits.map((credit) => (
            <CreditFact key={credit.token} credit={credit} />
          ))}
        </Facts>
      )}
      {withdrawing ? (
        <Suspense fallback={<Skeleton lines={1} label="Loading the wallet" />}>
          <WithdrawPanel account={account.address} tokens={account.credits.map(({ token }) => token)} />
        </Suspense>
      ) : (
        open.length > 0 && (
          <button type="button" className="button" data-primary onClick={() => setWithdrawing(true)}>
            Withdraw
          </button>
        )
      )}
    </Card>
  )
}

function CreditFact({ credit }: { credit: CreditRow }) {
  return (
    <Fact label="To withdraw">
      {formatAmount(credit.balance, credit.token)}
      <small>
        {formatAmount(credit.credited, credit.token)} earned, {formatAmount(credit.withdrawn, credit.token)} withdrawn
      </small>
      {credit.refusals > 0 && <small>{plural(credit.refusals, 'transfer')} refused by the recipient</small>}
    </Fact>
  )
}

function Voting({ voter }: { voter: VoterRow }) {
  return (
    <Card title="Votes" note={<Link to={governanceUrl()}>Governance</Link>}>
      <Facts>
        <Fact label="Vote tokens">{formatUnits(voter.balance)}</Fact>
        <Fact label="Votes with">
          {formatUnits(voter.votes)}
          <small>{plural(voter.votesCast, 'vote')} cast</small>
        </Fact>
        <Fact label="Its tokens vote through">
          {voter.delegate === null ? (
            'Nobody: they do not count'
          ) : (
            <Hash value={voter.delegate} label="delegate's address" to={accountUrl(voter.delegate)} />
          )}
        </Fact>
        <Fact label="Proposals made">{formatInteger(voter.proposalsMade)}</Fact>
      </Facts>
    </Card>
  )
}

function RequestedTasks({ requester }: { requester: string }) {
  const tasks = useTasks({ requester })
  const now = useNow()
  return (
    <Card title="Tasks requested" note={<Link to={tasksUrl({ requester })}>See them in the list</Link>} flush>
      <QueryView query={tasks} noun="the tasks" isEmpty={({ data }) => data.length === 0}>
        {({ data }) => <TaskTable tasks={data} now={now} />}
      </QueryView>
    </Card>
  )
}

function PaymentTable({ payments, now }: { payments: readonly PaymentRow[]; now: number }) {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Amount</th>
            <th scope="col">Kind</th>
            <th scope="col">Credit afterwards</th>
            <th scope="col">Transaction</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {payments.map((payment) => {
            const { words, tone } = paymentWords(payment.kind)
            return (
              <tr key={payment.id}>
                <td className="strong">{formatAmount(payment.amount, payment.token)}</td>
                <td data-label="Kind">
                  <Badge tone={tone}>{words}</Badge>
                </td>
                <td data-label="Credit afterwards">{formatAmount(payment.balance, payment.token)}</td>
                <td data-label="Transaction">
                  <TransactionHash hash={payment.transactionHash} />
                </td>
                <td data-label="Time">
                  <Time seconds={payment.timestamp} now={now} />
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
