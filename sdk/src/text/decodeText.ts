import { TextFileError } from './errors.js'

const SAVE_AS_UTF8 = 'Save the file as UTF-8 (in a spreadsheet: "CSV UTF-8") and give it again.'
const NEWLINE = 0x0a

/** First bytes of other encodings, longest first: UTF-32 starts as UTF-16 does. */
const MARKS = [
  { name: 'UTF-32', bytes: [0xff, 0xfe, 0x00, 0x00] },
  { name: 'UTF-32', bytes: [0x00, 0x00, 0xfe, 0xff] },
  { name: 'UTF-16', bytes: [0xff, 0xfe] },
  { name: 'UTF-16', bytes: [0xfe, 0xff] },
] as const
/** So many bytes at the start tell UTF-16 without a mark: every other one is zero. */
const SAMPLE_BYTES = 64

/**
 * The text of a file that a person gives: UTF-8, with or without a byte order mark, which is taken off. Nothing is replaced: bytes that
 * are not UTF-8 are refused with their line.
 *
 * @throws {@link TextFileError}
 *
 * @example
 * import { decodeText } from '@veritask/sdk'
 *
 * const text = decodeText(new TextEncoder().encode('item,label\n0,cat\n'))
 */
export function decodeText(bytes: Uint8Array): string {
  const mark = MARKS.find((known) => known.bytes.every((byte, index) => bytes[index] === byte))
  if (mark) throw new TextFileError({ reason: `is ${mark.name}`, advice: SAVE_AS_UTF8 })
  const zero = bytes.indexOf(0)
  if (zero !== -1) {
    if (looksLikeUtf16(bytes))
      throw new TextFileError({ reason: 'is UTF-16 (without a byte order mark)', advice: SAVE_AS_UTF8 })
    throw new TextFileError({
      line: lineAt(bytes, zero),
      reason: 'is no text: it has a zero byte',
      advice: 'Check that it is the file you mean, and not a spreadsheet, an image or an archive.',
    })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new TextFileError({
      line: firstBadLine(bytes),
      reason: 'is not UTF-8; it may be Latin-1 or Windows-1252',
      advice: SAVE_AS_UTF8,
    })
  }
}

/**
 * Lines of a text, whatever ends them: LF, CR LF, CR, or all three. The last one is empty when the text ends with a line break.
 *
 * @example
 * import { linesOf } from '@veritask/sdk'
 *
 * const lines = linesOf('a\r\nb\nc') // ['a', 'b', 'c']
 */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/)
}

function looksLikeUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  const pairs = Math.floor(sample.length / 2)
  const zeros = (first: number) =>
    Array.from({ length: pairs }, (_, pair) => sample[2 * pair + first]).filter((byte) => byte === 0).length
  // Text of European languages: one half of each pair is nearly always zero, the other never.
  return pairs > 0 && Math.max(zeros(0), zeros(1)) > pairs / 2 && Math.min(zeros(0), zeros(1)) === 0
}

function firstBadLine(bytes: Uint8Array): number {
  let start = 0
  let line = 1
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline === -1 ? bytes.length : newline
    try {
      // A decoder of its own: a fatal one that failed is not used again.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end))
    } catch {
      return line
    }
    start = end + 1
    line++
  }
  return line
}

function lineAt(bytes: Uint8Array, position: number): number {
  return bytes.subarray(0, position).filter((byte) => byte === NEWLINE).length + 1
}
