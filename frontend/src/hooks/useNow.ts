import { useEffect, useState } from 'react'
import { useStatus } from './useIndexer'

const TICK_MS = 1000

const clockSeconds = () => Math.floor(Date.now() / TICK_MS)

/**
 * The protocol's present second: the visitor's clock, or the chain's when that is ahead (a local chain may have been
 * moved forward). Deadlines are judged by block time, so a clock that lags must not make a closed step look open.
 */
export function useNow(): number {
  const [clock, setClock] = useState(clockSeconds)
  useEffect(() => {
    const timer = setInterval(() => setClock(clockSeconds()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const status = useStatus()
  return Math.max(clock, Number(status.data?.indexed.timestamp ?? 0))
}
