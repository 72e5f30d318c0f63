import type { EventRow } from '../api/types'
import { describeEvent, groupByTransaction } from '../lib/events'
import { formatInteger } from '../lib/format'
import type { Subject } from '../lib/subject'
import { Link } from '../router'
import { ChainText } from './ChainText'
import { Hash } from './Hash'
import { Time } from './Time'
import { TransactionHash } from './TransactionHash'

type SubjectOf = (event: EventRow) => Subject | undefined
type EventsProps = { events: readonly EventRow[]; subjectOf?: SubjectOf | undefined }

/** Every event, by the transaction, block and time that back it; with `subjectOf` also what each is about. */
export function EventTimeline({ events, subjectOf }: EventsProps) {
  return (
    <ol className="timeline">
      {groupByTransaction(events).map((group) => (
        <TransactionEntry key={group[0]?.id} events={group} subjectOf={subjectOf} />
      ))}
    </ol>
  )
}

function TransactionEntry({ events, subjectOf }: EventsProps) {
  const [first] = events
  if (!first) return null
  return (
    <li>
      <ul className="what">
        {events.map((event) => (
          <EventLine key={event.id} event={event} subject={subjectOf?.(event)} />
        ))}
      </ul>
      <div className="where">
        <Time seconds={first.timestamp} />
        <span>Block {formatInteger(first.blockNumber)}</span>
        <TransactionHash hash={first.transactionHash} />
      </div>
    </li>
  )
}

function EventLine({ event, subject }: { event: EventRow; subject: Subject | undefined }) {
  const { title, tone, text, refs } = describeEvent(event)
  return (
    <li data-tone={tone} data-event={event.name}>
      <h3>{title}</h3>
      {subject && !refs.some(({ to }) => to === subject.to) && (
        <p className="subject">
          {subject.words}{' '}
          <Link to={subject.to}>
            <ChainText>{subject.name}</ChainText>
          </Link>
        </p>
      )}
      {text && (
        <p>
          <ChainText>{text}</ChainText>
        </p>
      )}
      {refs.length > 0 && (
        <p className="refs">
          {refs.map(({ label, value, to }) => (
            <span key={label}>
              {label} <Hash value={value} label={label} to={to} />
            </span>
          ))}
        </p>
      )}
    </li>
  )
}
