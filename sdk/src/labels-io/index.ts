import { type Label, WrongItemCountError } from '../labels/codes.js'
import { TextFileError } from '../text/errors.js'
import { parseJson } from '../text/parseJson.js'
import { isRecord } from '../text/values.js'
import { isCoco, readCoco, writeCoco } from './coco.js'
import { readCsv, writeCsv } from './csv.js'
import { LabelFileError } from './errors.js'
import { readJson, readJsonl, writeJson, writeJsonl } from './json.js'
import { readLabelStudio, writeLabelStudio } from './labelStudio.js'
import { type LabelRecord, type LabelTarget, type Reading, readingOf } from './reading.js'
import { type LabelTable, writingOf } from './writing.js'

export { cocoFiles, isCoco } from './coco.js'
export { LabelFileError, type Place } from './errors.js'
export { nameLabel } from './json.js'
export { labelStudioImport } from './labelStudioImport.js'
export { type MergedLabels, mergeLabels } from './mergeLabels.js'
export type { LabelRecord, LabelTarget } from './reading.js'
export type { LabelRow, LabelTable } from './writing.js'

/** Formats of label files; each is read and written. */
export const labelFileFormats = ['csv', 'jsonl', 'json', 'label-studio', 'coco'] as const
export type LabelFileFormat = (typeof labelFileFormats)[number]

/** What is asked of a file besides the labels' rules. */
export type LabelFileParameters = LabelTarget & {
  readonly text: string
  /** Default: told from the text. */
  readonly format?: LabelFileFormat | undefined
}

/** A file of 512 labels of every worker is far below this; more is not a label file. */
const MAX_CHARACTERS = 64 * 1024 * 1024

const writers = {
  csv: writeCsv,
  jsonl: writeJsonl,
  json: writeJson,
  'label-studio': writeLabelStudio,
  coco: writeCoco,
} as const

/**
 * Reads a label file into one label per item, in item order.
 *
 * @param parameters.text - The file: CSV, JSON lines, a JSON array of rows, a Label Studio JSON export, or COCO boxes. `decodeText` gives the text
 *   of its bytes.
 * @param parameters.format - Default: told from the text.
 * @param parameters.rules - Rules of the task.
 * @param parameters.classes - Class names of the task, empty when it names none, undefined when they could not be loaded.
 * @param parameters.files - Names of the items' files, for files that name these.
 * @param parameters.task - The task: a file of another is refused.
 * @param parameters.assigned - The items that count, when not all do: the file has these and no others; the rest get label 0.
 * @throws {LabelFileError} with the line and what to do. {WrongItemCountError} when items are missing.
 *
 * @example
 * import { parseLabelFile } from '@veritask/sdk'
 * const labels = parseLabelFile({ text: 'item,label\n0,7\n1,2\n', rules, classes: ['0', '1', '2'] })
 */
export function parseLabelFile({
  assigned,
  ...parameters
}: LabelFileParameters & { readonly assigned?: readonly number[] | undefined }): Label[] {
  const records = parseLabelRecords(parameters)
  const { itemCount } = parameters.rules
  assertOneVoice(records)
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
export function parseGoldFile(parameters: LabelFileParameters): { index: number; label: Label }[] {
  const records = parseLabelRecords(parameters)
  assertOneVoice(records)
  return goldOf(records)
}

/**
 * Reads gold answers that are rows already, as a task file may have them: by the same words as a file.
 *
 * @throws {LabelFileError}
 */
export function readGoldRows(rows: readonly unknown[], target: LabelTarget): { index: number; label: Label }[] {
  return goldOf(readJson(rows, readingOf(target)))
}

function goldOf(records: readonly LabelRecord[]): { index: number; label: Label }[] {
  const seen = new Set<number>()
  return records.map(({ item, label, place }) => {
    if (seen.has(item))
      throw new LabelFileError({ ...place, reason: `item ${item} has gold already`, advice: 'Give each item once.' })
    seen.add(item)
    return { index: item, label }
  })
}

/** Labels of several people are not those of one. */
function assertOneVoice(records: readonly LabelRecord[]): void {
  const voices = new Set(records.map(({ worker, slot }) => `${worker ?? ''} ${slot ?? ''}`))
  if (voices.size <= 1) return
  throw new LabelFileError({
    reason: `it has the labels of ${voices.size} workers`,
    advice: 'Give the labels of one, or merge them: `veritask task labels --merge`.',
  })
}

/**
 * Every label of a file, with the worker and slot it names, in the order of the file.
 *
 * @throws {LabelFileError}
 *
 * @example
 * import { parseLabelRecords } from '@veritask/sdk'
 * const records = parseLabelRecords({ text: 'item,slot,label\n0,0,cat\n0,1,dog\n', rules, classes: ['cat', 'dog'] })
 */
export function parseLabelRecords({ text, format, ...target }: LabelFileParameters): LabelRecord[] {
  if (text.length > MAX_CHARACTERS)
    throw new LabelFileError({
      reason: `the file is larger than ${MAX_CHARACTERS / 1024 / 1024} MiB`,
      advice: 'Give a file with one label per item of this task.',
    })
  return read(text.replace(/^\uFEFF/, ''), format, readingOf(target))
}

function read(text: string, format: LabelFileFormat | undefined, reading: Reading): LabelRecord[] {
  const start = text.trimStart()[0]
  const kind = format ?? (start === '[' ? 'array' : start === '{' ? 'object' : 'csv')
  switch (kind) {
    case 'csv':
      return readCsv(text, reading)
    case 'jsonl':
      return readJsonl(text, reading)
    case 'json':
      return readJson(jsonOf(text), reading)
    case 'label-studio':
      return readLabelStudio(jsonOf(text), reading)
    case 'coco':
      return readCoco(jsonOf(text), reading)
    case 'array': {
      const entries = jsonOf(text)
      return isExport(entries) ? readLabelStudio(entries, reading) : readJson(entries, reading)
    }
    case 'object': {
      // One object is a file of its own, or the first of many lines.
      const whole = tryJson(text)
      return isCoco(whole) ? readCoco(whole, reading) : readJsonl(text, reading)
    }
    default: {
      const never: never = kind
      return never
    }
  }
}

/** Label Studio's tasks have what is shown in `data`; rows have their item. */
const isExport = (entries: unknown) =>
  Array.isArray(entries) && entries.some((entry) => isRecord(entry) && ('annotations' in entry || 'data' in entry))

function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error
    throw new LabelFileError({
      ...(error.line === undefined ? {} : { line: error.line }),
      reason: `it ${error.reason.replace(/ \(line \d+\)$/, '')}`,
      advice: error.metaMessages.join(' '),
      cause: error,
    })
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Writes labels as a file that `parseLabelRecords` reads back as the same labels. Of one worker, `parseLabelFile` does.
 *
 * @throws {LabelFileError} for a format that cannot hold them: COCO is for boxes.
 *
 * @example
 * import { formatLabelFile } from '@veritask/sdk'
 * const text = formatLabelFile({ rules, classes: ['cat', 'dog'], rows: [{ item: 0, label: 1 }], format: 'csv' })
 */
export function formatLabelFile({ format, ...table }: LabelTable & { readonly format: LabelFileFormat }): string {
  return writers[format](writingOf(table))
}
