import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { explainError } from '../api/errors'
import { Notice, Skeleton } from './Notice'

type QueryViewProps<Data> = {
  query: UseQueryResult<Data, Error>
  /** What is being loaded, as in "the task". */
  noun: string
  lines?: number
  isEmpty?: (data: Data) => boolean
  empty?: ReactNode
  children: (data: Data) => ReactNode
}

/** One of the four states of a query: pending, error with a retry, empty, data. Old data stays while it refreshes. */
export function QueryView<Data>({ query, noun, lines, isEmpty, empty, children }: QueryViewProps<Data>) {
  if (query.data !== undefined) {
    return isEmpty?.(query.data) ? (empty ?? <Notice icon="empty" title="Nothing here yet" />) : children(query.data)
  }
  if (query.isError) {
    const { icon, title, advice, retryable } = explainError(query.error, noun)
    return (
      <Notice icon={icon} title={title} tone="bad">
        <p>{advice}</p>
        {retryable && (
          <button type="button" className="button" disabled={query.isFetching} onClick={() => void query.refetch()}>
            {query.isFetching ? 'Trying again' : 'Try again'}
          </button>
        )}
      </Notice>
    )
  }
  return <Skeleton lines={lines} label={`Loading ${noun}`} />
}
