/** Turns values into words. Every number a page shows goes through here. Integers from the API arrive as decimal strings. */

const UTC_DATE = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

const BPS_PER_PERCENT = 100
const NATIVE_DECIMALS = 18
const MILLISECONDS_PER_SECOND = 1000
const MAX_FRACTION_DIGITS = 6

/** `0x1234…cdef`. */
export function shortHash(hash: string, head = 6, tail = 4): string {
  return hash.length <= head + tail + 3 ? hash : `${hash.slice(0, head)}…${hash.slice(-tail)}`
}

/** Seconds since the epoch as `21 Nov 2025, 01:26:03 UTC`. */
export function formatTime(seconds: number): string {
  return `${UTC_DATE.format(new Date(seconds * MILLISECONDS_PER_SECOND))} UTC`
}

/** Machine-readable form for `<time datetime>`. */
export function isoTime(seconds: number): string {
  return new Date(seconds * MILLISECONDS_PER_SECOND).toISOString()
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A span of seconds in its two largest units: `2 hours 5 minutes`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds))
  const parts: string[] = []
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    if (count > 0 && parts.length < 2) parts.push(plural(count, unit))
    else if (parts.length > 0) break
    rest -= count * size
  }
  return parts.join(' ') || '0 seconds'
}

/** `in 5 minutes` or `5 minutes ago`, to the largest unit. */
export function formatRelative(seconds: number, now: number): string {
  const distance = Math.abs(seconds - now)
  if (distance < 2) return 'just now'
  const [unit, size] = UNITS.find(([, unitSize]) => distance >= unitSize) ?? ['second', 1]
  const words = plural(Math.floor(distance / size), unit)
  return seconds > now ? `in ${words}` : `${words} ago`
}

/** `reward paid` as the start of a sentence. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatInteger(count)} ${count === 1 ? noun : nouns}`
}

/** Groups digits: `1,234,567`. Takes strings too, so that large integers keep every digit. */
export function formatInteger(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

export function formatPercentBps(bps: number): string {
  const percent = bps / BPS_PER_PERCENT
  return `${Number.isInteger(percent) ? percent : percent.toFixed(2).replace(/0$/, '')}%`
}

/** Base units as a decimal amount, exact up to six fraction digits: `0.01`, `< 0.000001`. */
export function formatUnits(amount: string, decimals = NATIVE_DECIMALS): string {
  const digits = amount.padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).slice(0, MAX_FRACTION_DIGITS)
  const trimmed = fraction.replace(/0+$/, '')
  if (whole === '0' && trimmed === '' && /[1-9]/.test(amount)) return `< 0.${'0'.repeat(MAX_FRACTION_DIGITS - 1)}1`
  return trimmed ? `${formatInteger(whole)}.${trimmed}` : formatInteger(whole)
}

export const NATIVE_TOKEN = '0x0000000000000000000000000000000000000000'

/** Base units from which a count is easier to read in units of 10¹⁸, which most tokens call one. */
const LARGE_AMOUNT_DIGITS = 15

/**
 * An amount with its token. The native coin is shown in whole coins; an ERC-20 in base units with its address, because
 * its symbol and decimals are claims of a contract nobody here vouches for.
 */
export function formatAmount(amount: string, token: string): string {
  return token === NATIVE_TOKEN
    ? `${formatUnits(amount)} ETH`
    : `${formatBaseUnits(amount)} units of ${shortHash(token)}`
}

/** Exact in either form: `2,500`, or `25.5 × 10¹⁸`. */
function formatBaseUnits(amount: string): string {
  const short =
    amount.length > LARGE_AMOUNT_DIGITS && amount.endsWith('0'.repeat(NATIVE_DECIMALS - MAX_FRACTION_DIGITS))
  return short ? `${formatUnits(amount)} × 10¹⁸` : formatInteger(amount)
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

export function formatMilliseconds(milliseconds: number): string {
  return milliseconds < MILLISECONDS_PER_SECOND
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / MILLISECONDS_PER_SECOND).toFixed(2)} s`
}
