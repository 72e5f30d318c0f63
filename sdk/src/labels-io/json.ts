import type { Label } from '../labels/codes.js'
import { linesOf } from '../text/decodeText.js'
import { TextFileError } from '../text/errors.js'
import { parseJson } from '../text/parseJson.js'
import { isRecord } from '../text/values.js'
import { LabelFileError, type Place } from './errors.js'
import { entriesOf, type LabelRecord, type Reading } from './reading.js'
import { labelFields, readRow, rowFields } from './rows.js'
import { type LabelRow, type LabelTable, type Writing, writingOf } from './writing.js'

const MAX_LINE_CHARACTERS = 10_000

/** `{"item": 0, "label": 7}` on each line; sets give `"labels": ["cat", "dog"]`, boxes `"box": {"class", "x", "y", "w", "h"}`. */
export function readJsonl(text: string, reading: Reading): LabelRecord[] {
  return linesOf(text).flatMap((source, index) => {
    const place = { line: index + 1 }
    const line = source.trim()
    if (line === '') return []
    if (line.length > MAX_LINE_CHARACTERS)
      throw new LabelFileError({
        ...place,
        reason: `the line is longer than ${MAX_LINE_CHARACTERS} characters`,
        advice: 'Give one small JSON object per line.',
      })
    return [readRow(parseLine(line, place), reading, place)]
  })
}

function parseLine(line: string, place: Place): Record<string, unknown> {
  let value: unknown
  try {
    value = parseJson(line)
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error
    // Its own line is 1, whichever this is.
    if (error.line !== undefined)
      throw new LabelFileError({
        ...place,
        reason: `it ${error.reason.replace(/ \(line \d+\)$/, '')}`,
        advice: error.metaMessages.join(' '),
        cause: error,
      })
  }
  if (isRecord(value)) return value
  throw new LabelFileError({
    ...place,
    reason: 'it is not a JSON object',
    advice: 'Every line is one object like {"item": 0, "label": 7}.',
  })
}

/** One array of the objects that `readJsonl` reads. */
export function readJson(tasks: unknown, reading: Reading): LabelRecord[] {
  if (!Array.isArray(tasks))
    throw new LabelFileError({
      reason: 'it is not an array of rows',
      advice: 'Give [{"item": 0, "label": 7}, …], or one object a line (JSONL).',
    })
  return entriesOf(tasks).map(({ entry, place }) => readRow(entry, reading, place))
}

/** What `readJsonl` reads back. */
export function writeJsonl(writing: Writing): string {
  return writing.rows.map((row) => `${JSON.stringify(jsonRow(row, writing))}\n`).join('')
}

/** What `readJson` reads back. */
export function writeJson(writing: Writing): string {
  return `${JSON.stringify(
    writing.rows.map((row) => jsonRow(row, writing)),
    null,
    2,
  )}\n`
}

function jsonRow(row: LabelRow, writing: Writing): Record<string, unknown> {
  return { ...rowFields(row), ...labelFields(row.label, writing) }
}

/**
 * A label in the words of its task: the name of its class, the names of a set, or a box with the name of its class.
 *
 * @example
 * import { nameLabel } from '@veritask/sdk'
 * const name = nameLabel({ rules, classes: ['cat', 'dog'], label: 1 }) // 'dog'
 */
export function nameLabel({ label, ...table }: Omit<LabelTable, 'rows'> & { readonly label: Label }) {
  const [named] = Object.values(labelFields(label, writingOf({ ...table, rows: [] })))
  return named!
}
