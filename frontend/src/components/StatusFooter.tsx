import type { StatusRow } from '../api/types'
import { useStatus } from '../hooks/useIndexer'
import { useClock } from '../hooks/useNow'
import { formatInteger, plural } from '../lib/format'
import { Time } from './Time'

/** What the page knows and how old it is: indexed block, distance to the chain's head, finality. */
export function StatusFooter() {
  const status = useStatus()
  return (
    <footer className="site-footer">
      <div className="page-width">
        <section className="status-line" aria-label="Indexer status">
          {status.isError ? (
            <span>
              <span className="dot" data-tone="bad" /> The indexer cannot be reached
              {status.data && `; last seen at block ${formatInteger(status.data.indexed.blockNumber)}`}
            </span>
          ) : status.data ? (
            <StatusLine status={status.data} />
          ) : (
            <span>
              <span className="dot" /> Asking the indexer
            </span>
          )}
        </section>
        <span>A proof shows that committed labels obey the stated rules. It does not make them true.</span>
      </div>
    </footer>
  )
}

function StatusLine({ status }: { status: StatusRow }) {
  const now = Math.max(useClock(), Number(status.indexed.timestamp))
  return (
    <>
      <span>
        <span className="dot" data-tone={status.ready ? 'good' : 'wait'} />
        Indexed to block {formatInteger(status.indexed.blockNumber)}
      </span>
      <span>
        <Time seconds={status.indexed.timestamp} now={now} />
      </span>
      <span>{lagWords(status)}</span>
      {status.finality.blockNumber !== null && <span>Final to block {formatInteger(status.finality.blockNumber)}</span>}
    </>
  )
}

function lagWords({ lag }: StatusRow): string {
  if (lag === null) return 'The chain does not answer'
  return lag.blocks === '0' ? 'No lag' : `${plural(Number(lag.blocks), 'block')} behind the chain`
}
