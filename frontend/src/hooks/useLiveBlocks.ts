import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConfig } from '../config'
import { INDEXER } from '../queries/source'

/** Blocks closer together than this refresh the page once: a local chain mines many a second. */
const SETTLE_MS = 400

/** Follows the indexer's block stream; each new block makes what is on the page reload quietly. */
export function useLiveBlocks(): void {
  const { indexerUrl } = useConfig()
  const queryClient = useQueryClient()
  useEffect(() => {
    const stream = new EventSource(`${indexerUrl.replace(/\/$/, '')}/v1/live`)
    let timer: ReturnType<typeof setTimeout> | undefined
    function refresh() {
      timer ??= setTimeout(() => {
        timer = undefined
        void queryClient.invalidateQueries({ queryKey: [INDEXER] })
      }, SETTLE_MS)
    }
    stream.addEventListener('block', refresh)
    return () => {
      stream.close()
      clearTimeout(timer)
    }
  }, [indexerUrl, queryClient])
}
