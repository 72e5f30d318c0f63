import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import { LabelFileError } from './errors.js'
import {
  boxOf,
  checked,
  classNumber,
  type LabelRecord,
  type LabelTarget,
  quote,
  setOfText,
  wholeNumber,
} from './values.js'

const MAX_RECORD_CHARACTERS = 10_000

const ADVICE = 'The first line names the columns: "item,label", or "item,class,x,y,w,h" for boxes.'

/** `item,label` for scalars (several names of a set joined by `|`, or `none`), `item,class,x,y,w,h` for boxes. */
export function parseCsv(text: string, target: LabelTarget): LabelRecord[] {
  return rows(text).map(({ record, line }) => {
    const place = { line }
    const item = wholeNumber(record.item, 'the item', place)
    if (target.rules.kind === 'box') return checked(boxOf(record, target, place), item, target, place)
    const cell = record.label ?? record.labels ?? ''
    const label = target.rules.kind === 'set' ? setOfText(cell, target, place) : classNumber(cell, target, place)
    return checked(label, item, target, place)
  })
}

function rows(text: string): { record: Record<string, string>; line: number }[] {
  let parsed: { record: Record<string, string>; info: { lines: number } }[]
  try {
    parsed = parse(text, {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      info: true,
      max_record_size: MAX_RECORD_CHARACTERS,
      skip_empty_lines: true,
      trim: true,
    }) as never
  } catch (error) {
    if (error instanceof CsvError)
      throw new LabelFileError({
        line: typeof error.lines === 'number' ? error.lines : undefined,
        reason: `it is not CSV (${error.code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase()})`,
        advice: ADVICE,
        cause: error,
      })
    throw error
  }
  const first = parsed[0]
  if (first && !Object.hasOwn(first.record, 'item'))
    throw new LabelFileError({
      line: 1,
      reason: `there is no column "item" among ${quote(Object.keys(first.record).join(','))}`,
      advice: ADVICE,
    })
  return parsed.map(({ record, info }) => ({ record, line: info.lines }))
}
