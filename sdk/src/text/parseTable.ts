import { CsvError, parse } from 'csv-parse/browser/esm/sync'
import { TextFileError } from './errors.js'

/** A table: its columns, and each row with the line on which it starts. */
export type Table = {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly line: number; readonly cells: Readonly<Record<string, string>> }[]
}

const DELIMITERS = [',', ';', '\t'] as const
const DELIMITER_NAMES: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }
const MAX_ROW_CHARACTERS = 100_000
/** The line by which spreadsheets tell each other the delimiter. */
const DELIMITER_LINE = /^sep=(.)$/i
const NAME_LENGTH = 40

/**
 * A table with a line of column names: CSV with commas, semicolons or tabs between the cells, which the first line tells. Lines may end in any
 * way, cells may be quoted and then hold line breaks, and delimiters behind the last cell are ignored.
 * Cells and column names are without outer blanks, column names in lower case.
 *
 * @param parameters.known - Names of which the table has at least one: they tell the delimiter when several occur in the first line.
 * @throws {@link TextFileError} with the line.
 *
 * @example
 * import { parseTable } from '@veritask/sdk'
 *
 * const { rows } = parseTable('item;label\r\n0;cat\r\n') // [{ line: 2, cells: { item: '0', label: 'cat' } }]
 */
export function parseTable(text: string, { known = [] }: { readonly known?: readonly string[] } = {}): Table {
  const all = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const told = DELIMITER_LINE.exec(all.slice(0, all.indexOf('\n') >>> 0))?.[1]
  if (told !== undefined && !DELIMITERS.some((delimiter) => delimiter === told))
    throw refusal(1, `says that its cells are separated by "${told}"`, ADVICE)
  // Its line break stays, so that lines keep their numbers.
  const body = told === undefined ? all : all.slice(all.indexOf('\n'))
  const delimiter = told ?? delimiterOf(body, known)
  const records = recordsOf(body, delimiter)
  const [head, ...rest] = records
  if (!head) return { columns: [], rows: [] }
  const names = head.cells.map((name) => name.normalize('NFC').toLowerCase())
  names.forEach((name, index) => {
    if (name !== '' && names.indexOf(name) !== index)
      throw refusal(head.line, `has the column "${shown(name)}" twice`, 'Name each column once.')
  })
  const rows = rest.map(({ line, cells }) => {
    const stray = cells.find((cell, index) => cell !== '' && (names[index] ?? '') === '')
    if (stray !== undefined)
      throw refusal(
        line,
        `has more cells than columns`,
        'Put quotes around cells that hold a delimiter, and a name above each column.',
      )
    const last = names.findLastIndex((name) => name !== '')
    if (cells.length <= last)
      throw refusal(line, `has ${cells.length} cells where there are ${last + 1} columns`, 'Give every row every cell.')
    const named = names.flatMap((name, index) => (name === '' ? [] : [[name, cells[index]!] as const]))
    // Nothing is inherited, whatever the columns are called.
    return { line, cells: Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(named)) }
  })
  return { columns: names.filter((name) => name !== ''), rows }
}

const ADVICE = 'Separate cells by commas, semicolons or tabs, and name the columns in the first line.'

/** The delimiter of the first line; when several occur, the one that makes a known column of it. */
function delimiterOf(text: string, known: readonly string[]): string {
  const head = text.trimStart().split('\n', 1)[0] ?? ''
  const bare = head.replace(/"(?:[^"]|"")*"/g, '')
  const found = DELIMITERS.filter((delimiter) => bare.includes(delimiter))
  if (found.length <= 1) return found[0] ?? ','
  const cellsBy = (delimiter: string) =>
    head.split(delimiter).map((cell) => cell.trim().replace(/^"|"$/g, '').toLowerCase())
  const fitting = found.filter((delimiter) => cellsBy(delimiter).some((cell) => known.includes(cell)))
  if (fitting.length !== 1)
    throw refusal(
      1,
      `separates its columns by ${found.map((delimiter) => DELIMITER_NAMES[delimiter]).join(' and ')}`,
      'Use one of them alone in the first line, or put quotes around the names of columns.',
    )
  return fitting[0]!
}

/** Records that are not blank. */
function recordsOf(text: string, delimiter: string): { line: number; cells: string[] }[] {
  let parsed: { record: string[]; raw: string; info: { lines: number } }[]
  try {
    parsed = parse(text, {
      delimiter,
      info: true,
      max_record_size: MAX_ROW_CHARACTERS,
      raw: true,
      record_delimiter: '\n',
      relax_column_count: true,
      trim: true,
    }) as never
  } catch (error) {
    if (error instanceof CsvError)
      throw refusal(
        typeof error.lines === 'number' ? error.lines : undefined,
        `is not CSV (${error.code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase()})`,
        ADVICE,
        error,
      )
    throw error
  }
  let line = 1
  return parsed.flatMap(({ record, raw }) => {
    const start = line
    line += raw.split('\n').length - 1
    return record.every((cell) => cell === '') ? [] : [{ line: start, cells: record }]
  })
}

function refusal(line: number | undefined, reason: string, advice: string, cause?: unknown): TextFileError {
  return new TextFileError({ ...(line === undefined ? {} : { line }), reason, advice, cause })
}

function shown(name: string): string {
  return name.slice(0, NAME_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
