import { useEffect, useState } from 'react'
import { chainNow } from '../lib/chainNow'
import { useStatus } from './useIndexer'

const TICK_MS = 1000

const clockSeconds = () => Math.floor(Date.now() / TICK_MS)

/**
 * The protocol's present second: that of the indexed block, by which the indexer's phases are told as well. A visitor's clock
 * that is off must not make a badge and the row beside it disagree.
 */
export function useNow(): number {
  const status = useStatus()
  return chainNow(status.data, clockSeconds)
}

/** The visitor's clock, which goes on while no block comes: for how old something is, never for a deadline. */
export function useClock(): number {
  const [clock, setClock] = useState(clockSeconds)
  useEffect(() => {
    const timer = setInterval(() => setClock(clockSeconds()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return clock
}
