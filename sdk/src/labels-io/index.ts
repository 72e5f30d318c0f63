import { type Label, WrongItemCountError } from '../core.js'
import { parseCsv } from './csv.js'
import { LabelFileError } from './errors.js'
import { parseJsonl } from './jsonl.js'
import { parseLabelStudio } from './labelStudio.js'
import type { LabelRecord, LabelTarget } from './values.js'

export { LabelFileError } from './errors.js'
export type { LabelTarget } from './values.js'

export type LabelFileFormat = 'csv' | 'jsonl' | 'label-studio'

/** A file of 512 labels is far below this; more is not a label file. */
const MAX_CHARACTERS = 8 * 1024 * 1024

const parsers = { csv: parseCsv, jsonl: parseJsonl, 'label-studio': parseLabelStudio } as const

/**
 * Reads a label file into one label per item, in item order.
 *
 * @param parameters.text - The file. CSV, JSON lines, or a Label Studio JSON export.
 * @param parameters.format - Default: told from the text.
 * @param parameters.rules - Rules of the task.
 * @param parameters.classes - Class names of the task: labels may be given by name.
 * @param parameters.assigned - The items that count, when not all do: the file has these and no others; the rest get label 0.
 * @throws {LabelFileError} with the line and what to do. {WrongItemCountError} when items are missing.
 *
 * @example
 * import { parseLabelFile } from '@veritask/sdk'
 * const labels = parseLabelFile({ text: 'item,label\n0,7\n1,2\n', rules, classes: ['0', '1', '2'] })
 */
export function parseLabelFile({
  text,
  format = detectFormat(text),
  assigned,
  ...target
}: LabelTarget & {
  readonly text: string
  readonly format?: LabelFileFormat | undefined
  readonly assigned?: readonly number[] | undefined
}): Label[] {
  const records = parseRecords(text, format, target)
  const { itemCount } = target.rules
  const labels = new Array<Label | undefined>(itemCount)
  for (const { item, label, place } of records) {
    if (assigned && !assigned.includes(item))
      throw new LabelFileError({
        ...place,
        reason: `item ${item} is not among those assigned to you`,
        advice: 'Label the items you were given, under the numbers they have there.',
      })
    if (labels[item] !== undefined)
      throw new LabelFileError({ ...place, reason: `item ${item} has a label already`, advice: 'Give each item once.' })
    labels[item] = label
  }
  const due = assigned?.length ?? itemCount
  if (records.length !== due) throw new WrongItemCountError(records.length, due)
  return Array.from(labels, (label) => label ?? 0)
}

/**
 * Reads gold answers: labels of some items.
 *
 * @throws {LabelFileError}
 */
export function parseGoldFile({
  text,
  format = detectFormat(text),
  ...target
}: LabelTarget & { readonly text: string; readonly format?: LabelFileFormat | undefined }): {
  index: number
  label: Label
}[] {
  const seen = new Set<number>()
  return parseRecords(text, format, target).map(({ item, label, place }) => {
    if (seen.has(item))
      throw new LabelFileError({ ...place, reason: `item ${item} has gold already`, advice: 'Give each item once.' })
    seen.add(item)
    return { index: item, label }
  })
}

function parseRecords(text: string, format: LabelFileFormat, target: LabelTarget): LabelRecord[] {
  if (text.length > MAX_CHARACTERS)
    throw new LabelFileError({
      reason: `the file is larger than ${MAX_CHARACTERS / 1024 / 1024} MiB`,
      advice: 'Give a file with one label per item of this task.',
    })
  return parsers[format](text, target)
}

function detectFormat(text: string): LabelFileFormat {
  const start = text.replace(/^\uFEFF/, '').trimStart()[0]
  if (start === '[') return 'label-studio'
  return start === '{' ? 'jsonl' : 'csv'
}
