import { TextFileError } from '../text/errors.js'
import { cellText, formatTable } from '../text/formatTable.js'
import { parseTable } from '../text/parseTable.js'
import { quote } from '../text/values.js'
import { LabelFileError } from './errors.js'
import type { LabelRecord, Reading } from './reading.js'
import { readRow, rowFields } from './rows.js'
import type { Writing } from './writing.js'

const ADVICE = 'The first line names the columns: "item,label", or "item,class,x,y,w,h" for boxes.'
const IDENTITY = ['item', 'file'] as const

/** `item,label` for classes (several names of a set joined by `|`, or `none`), `item,class,x,y,w,h` for boxes. */
export function readCsv(text: string, reading: Reading): LabelRecord[] {
  const { columns, rows } = tableOf(text)
  if (columns.length > 0 && !IDENTITY.some((name) => columns.includes(name)))
    throw new LabelFileError({
      line: 1,
      reason: `there is no column "item" among ${quote(columns.join(','))}`,
      advice: ADVICE,
    })
  return rows.map(({ line, cells }) => {
    const row = Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cellText(cell)]))
    return readRow(row, reading, { line })
  })
}

function tableOf(text: string) {
  try {
    return parseTable(text, { known: IDENTITY })
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error
    const { line, reason, metaMessages } = error
    const said = line === undefined ? reason : reason.replace(/ \(line \d+\)$/, '')
    throw new LabelFileError({
      ...(line === undefined ? {} : { line }),
      reason: `it ${said}`,
      advice: metaMessages.join(' '),
      cause: error,
    })
  }
}

/** What `readCsv` reads back. Columns that no row has are left out. */
export function writeCsv({ rows, rules, vocabulary }: Writing): string {
  const fields = rows.map(rowFields)
  const names = ['item', 'record', 'file', 'slot', 'worker', 'task'].filter(
    (name) => name === 'item' || fields.some((row) => name in row),
  )
  const labelColumns = rules.kind === 'box' ? ['class', 'x', 'y', 'w', 'h'] : ['label']
  const cells = rows.map(({ label }, index) => {
    const own = names.map((name) => fields[index]![name] ?? '')
    if (typeof label !== 'number')
      return [...own, vocabulary.writeClass(label.class), label.x, label.y, label.w, label.h]
    return [...own, rules.kind === 'set' ? vocabulary.writeSetText(label) : vocabulary.writeClass(label)]
  })
  return formatTable([...names, ...labelColumns], cells)
}
