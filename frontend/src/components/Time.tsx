import type { Timestamp } from '../api/types'
import { formatRelative, formatTime, isoTime } from '../lib/format'

/** A moment in UTC; with `now` how far away it is, and the moment itself on hover. */
export function Time({ seconds, now }: { seconds: Timestamp | number; now?: number }) {
  const at = Number(seconds)
  return (
    <time dateTime={isoTime(at)} title={now === undefined ? undefined : formatTime(at)}>
      {now === undefined ? formatTime(at) : formatRelative(at, now)}
    </time>
  )
}
