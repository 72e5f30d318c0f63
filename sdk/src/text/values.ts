/** How far a number may be from a whole one and still be it: what floating-point arithmetic leaves behind is far below, a wrong value far above. */
export const WHOLE_TOLERANCE = 1e-6

const DECIMAL = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

/**
 * A number of a file, as a number or in digits; within {@link WHOLE_TOLERANCE} of a whole number it is that one. Undefined for everything else:
 * thousands marks, decimal commas, signs of plus.
 */
export function numberOf(value: unknown): number | undefined {
  const text = typeof value === 'string' ? value.trim() : undefined
  const number = text !== undefined && DECIMAL.test(text) ? Number(text) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  const whole = Math.round(number)
  if (Math.abs(number - whole) > WHOLE_TOLERANCE) return number
  // Not the zero with a sign.
  return whole === 0 ? 0 : whole
}

/** Texts that look the same are the same: without outer blanks, accents composed (NFC). */
export function plainText(text: string): string {
  return text.trim().normalize('NFC')
}

/** A property of the object itself: nothing inherited, whatever the file says. */
export function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Quoted parts of a file in a message are cut to this many characters. */
const QUOTE_LENGTH = 40

/** A value of a file, safe to show. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  const short = text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text
  return `"${short.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')}"`
}
