import type { StatusRow } from '../api/types'

/**
 * The second at which deadlines are judged: the block time up to which the indexer has read. The visitor's clock stands in for
 * it only until the indexer has answered once.
 */
export function chainNow(status: Pick<StatusRow, 'indexed'> | undefined, clock: () => number): number {
  return status ? Number(status.indexed.timestamp) : clock()
}
