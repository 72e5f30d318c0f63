import type { EventRow, HitRow, TransactionRow } from '../api/types'
import { Card } from '../components/Card'
import { EventTimeline } from '../components/EventTimeline'
import { Fact, Facts } from '../components/Facts'
import { Hash } from '../components/Hash'
import { HitList } from '../components/HitList'
import { PageHeader } from '../components/Page'
import { Pager } from '../components/Pager'
import { QueryView } from '../components/QueryView'
import { Time } from '../components/Time'
import { useTransaction, useTransactionEvents } from '../hooks/useIndexer'
import { formatInteger, plural, shortHash } from '../lib/format'
import { subjectOf } from '../lib/subject'
import { useLocation } from '../router'
import { accountUrl, readCursor, transactionUrl } from '../url'

export default function TransactionPage({ hash }: { hash: string }) {
  const transaction = useTransaction(hash)
  return (
    <div className="stack">
      <QueryView query={transaction} noun="this transaction" lines={8}>
        {(data) => <TransactionView transaction={data} />}
      </QueryView>
    </div>
  )
}

function TransactionView({ transaction }: { transaction: TransactionRow }) {
  const { hash, sender, blockNumber, timestamp, events, subjects } = transaction
  return (
    <>
      <PageHeader
        title={`Transaction ${shortHash(hash)}`}
        heading="Transaction"
        eyebrow={<Hash value={hash} label="transaction hash" full />}
      />
      <Card title="Facts">
        <Facts>
          <Fact label="Sent by">
            <Hash value={sender} label="sender's address" to={accountUrl(sender)} />
          </Fact>
          <Fact label="Time">
            <Time seconds={timestamp} />
          </Fact>
          <Fact label="Block">{formatInteger(blockNumber)}</Fact>
          <Fact label="Events">{plural(events, 'event')}</Fact>
        </Facts>
      </Card>
      {subjects.length > 0 && (
        <Card title="What it is about" flush>
          <HitList hits={subjects} />
        </Card>
      )}
      <WhatItDid hash={hash} subjects={subjects} />
    </>
  )
}

function WhatItDid({ hash, subjects }: { hash: string; subjects: readonly HitRow[] }) {
  const cursor = readCursor(useLocation().search)
  const events = useTransactionEvents(hash, cursor)
  return (
    <Card title="What it did" note="Every event, in order">
      <QueryView query={events} noun="its events">
        {({ data, page }) => (
          <>
            <EventTimeline events={data} subjectOf={(event: EventRow) => subjectOf(event, subjects)} />
            <Pager
              cursor={cursor}
              next={page.next}
              urlOf={(at) => transactionUrl(hash, at)}
              words={{ first: 'First events', later: 'Later events', toFirst: 'First', toNext: 'Later' }}
            />
          </>
        )}
      </QueryView>
    </Card>
  )
}
