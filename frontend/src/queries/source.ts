import { queryOptions } from '@tanstack/react-query'
import { getJson, type QueryParameters } from '../api/client'
import type { Item, Page } from '../api/types'

/** First element of the key of every query that reads the indexer: a new block makes all of them stale. */
export const INDEXER = 'indexer'

export const PAGE_SIZE = 25

/** A query for one object of the indexer. */
export function itemQuery<Row>(indexerUrl: string, path: string) {
  return queryOptions({
    queryKey: [INDEXER, indexerUrl, path],
    queryFn: ({ signal }) => getJson<Item<Row>>(indexerUrl, path, {}, signal).then(({ data }) => data),
  })
}

/** A query for one page of a list of the indexer. */
export function pageQuery<Row>(indexerUrl: string, path: string, parameters: QueryParameters) {
  return queryOptions({
    queryKey: [INDEXER, indexerUrl, path, parameters],
    queryFn: ({ signal }) => getJson<Page<Row>>(indexerUrl, path, { limit: PAGE_SIZE, ...parameters }, signal),
  })
}
