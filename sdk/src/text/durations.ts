const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** As they are written; `m` is read as minutes too. */
const UNITS = [
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
  ['s', 1],
] as const
const SIZES: Readonly<Record<string, number>> = { d: DAY, h: HOUR, min: MINUTE, m: MINUTE, s: 1 }

/**
 * Seconds in their largest units: `2 h 5 min`.
 *
 * @param units - Only so many, from the largest one that is not zero: the rest is left out. Default: two.
 */
export function duration(seconds: number, units = 2): string {
  const first = UNITS.findIndex(([, size]) => seconds >= size)
  if (first < 0) return '0 s'
  const parts = UNITS.slice(first, first + units).map(([unit, size], index) => {
    const larger = index === 0 ? Number.POSITIVE_INFINITY : UNITS[first + index - 1]![1]
    return [Math.floor((seconds % larger) / size), unit] as const
  })
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** Every second of it: `1 d 1 s`. */
export function exactDuration(seconds: number): string {
  return duration(seconds, UNITS.length)
}

/** `"90m"`, `"1h30m"` and what {@link duration} writes, in seconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d{1,9})\s*(min|[dhms])\s*/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined
  const sizes = parts.map(([, , unit]) => SIZES[unit!]!)
  // Larger units first, each once: "30m1h" is a slip of the keys.
  if (sizes.some((size, i) => i > 0 && size >= sizes[i - 1]!)) return undefined
  return parts.reduce((sum, [, count], i) => sum + Number(count) * sizes[i]!, 0)
}
