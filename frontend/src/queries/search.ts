import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../api/client'
import type { EventRow, Item, SearchRow, TransactionRow } from '../api/types'
import { INDEXER, itemQuery, pageQuery } from './source'

export function searchQuery(indexerUrl: string, q: string) {
  return queryOptions({
    queryKey: [INDEXER, indexerUrl, '/v1/search', q],
    queryFn: ({ signal }) => getJson<Item<SearchRow>>(indexerUrl, '/v1/search', { q }, signal).then(({ data }) => data),
  })
}

export const transactionQuery = (indexerUrl: string, hash: string) =>
  itemQuery<TransactionRow>(indexerUrl, `/v1/transactions/${hash}`)

/** Events of a transaction in their order; a batch has many. */
export const transactionEventsQuery = (indexerUrl: string, hash: string, cursor: string | undefined) =>
  pageQuery<EventRow>(indexerUrl, `/v1/transactions/${hash}/events`, { limit: 100, cursor })
