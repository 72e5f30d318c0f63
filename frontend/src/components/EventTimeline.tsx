import type { EventRow } from '../api/types'
import { describeEvent } from '../lib/events'
import { formatInteger } from '../lib/format'
import { ChainText } from './ChainText'
import { Hash } from './Hash'
import { Time } from './Time'

/** Every event with the transaction, block and time that back it. */
export function EventTimeline({ events }: { events: readonly EventRow[] }) {
  return (
    <ol className="timeline">
      {events.map((event) => (
        <EventEntry key={event.id} event={event} />
      ))}
    </ol>
  )
}

function EventEntry({ event }: { event: EventRow }) {
  const { title, tone, text, refs } = describeEvent(event)
  return (
    <li data-tone={tone}>
      <div className="what">
        <h3>{title}</h3>
        {text && (
          <p>
            <ChainText>{text}</ChainText>
          </p>
        )}
        {refs.map(({ label, value, to }) => (
          <p key={label}>
            {label} <Hash value={value} label={label} to={to} />
          </p>
        ))}
      </div>
      <div className="where">
        <Time seconds={event.timestamp} />
        <span>Block {formatInteger(event.blockNumber)}</span>
        <Hash value={event.transactionHash} label="transaction hash" picture={false} />
      </div>
    </li>
  )
}
