import type { EventRow } from '../api/types'
import { describeEvent, groupByTransaction } from '../lib/events'
import { formatInteger } from '../lib/format'
import { ChainText } from './ChainText'
import { Hash } from './Hash'
import { Time } from './Time'

/** Every event, by the transaction, block and time that back it. */
export function EventTimeline({ events }: { events: readonly EventRow[] }) {
  return (
    <ol className="timeline">
      {groupByTransaction(events).map((group) => (
        <TransactionEntry key={group[0]?.id} events={group} />
      ))}
    </ol>
  )
}

function TransactionEntry({ events }: { events: readonly EventRow[] }) {
  const [first] = events
  if (!first) return null
  return (
    <li>
      <ul className="what">
        {events.map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ul>
      <div className="where">
        <Time seconds={first.timestamp} />
        <span>Block {formatInteger(first.blockNumber)}</span>
        <Hash value={first.transactionHash} label="transaction hash" picture={false} />
      </div>
    </li>
  )
}

function EventLine({ event }: { event: EventRow }) {
  const { title, tone, text, refs } = describeEvent(event)
  return (
    <li data-tone={tone} data-event={event.name}>
      <h3>{title}</h3>
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
