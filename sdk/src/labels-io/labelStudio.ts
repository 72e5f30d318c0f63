import type { Label } from '../labels/codes.js'
import { isRecord, numberOf, own, quote } from '../text/values.js'
import { readBox } from './boxes.js'
import { LabelFileError, type Place } from './errors.js'
import {
  blank,
  checked,
  entriesOf,
  type LabelRecord,
  type Owner,
  ownerOf,
  type Reading,
  text,
  wholeNumber,
} from './reading.js'
import { rowFields } from './rows.js'
import { groupBy, type LabelRow, type Writing } from './writing.js'

const MAX_RESULTS = 100
const PERCENT = 100
const RESULT_TYPES = { distance: ['choices', 'rating'], set: ['choices'], box: ['rectanglelabels'] } as const

/**
 * A Label Studio JSON export: choices (single or several), rating, and rectangles, which it gives in percent of the image.
 * The item is what the task's data say: `item`, or a reference to its file. The place of a task in the export says nothing.
 */
export function readLabelStudio(tasks: unknown, reading: Reading): LabelRecord[] {
  if (!Array.isArray(tasks))
    throw new LabelFileError({
      reason: 'it is not a Label Studio JSON export',
      advice: 'Export as "JSON" (not "JSON-MIN" or a converter format): the file is one array of tasks.',
    })
  return entriesOf(tasks).flatMap(({ entry, place }) => {
    const data = own(entry, 'data')
    const annotations = liveAnnotations(entry, place)
    return annotations.map((annotation) => {
      const owner = ownerIn(isRecord(data) ? data : {}, annotation, entry, reading, place)
      return checked(labelOf(resultsOf(annotation, place), reading, place), owner, reading, place)
    })
  })
}

/** Skipped annotations do not count. There is one, or there are several that each name their worker. */
function liveAnnotations(task: Record<string, unknown>, place: Place): Record<string, unknown>[] {
  const annotations = own(task, 'annotations')
  const all = annotations === undefined ? [] : annotations
  if (!Array.isArray(all) || !all.every(isRecord))
    throw new LabelFileError({
      ...place,
      reason: 'its annotations are no list of objects',
      advice: 'Export as "JSON" again.',
    })
  const live = all.filter((annotation) => own(annotation, 'was_cancelled') !== true)
  const workers = live.map((annotation) => text(annotation, 'worker'))
  const told = workers.every((worker) => worker !== undefined) && new Set(workers).size === live.length
  if (live.length === 0 || (live.length > 1 && !told))
    throw new LabelFileError({
      ...place,
      reason: `it has ${live.length} annotations`,
      advice: 'Each task needs exactly one annotation that was not skipped.',
    })
  return live
}

function ownerIn(
  data: Record<string, unknown>,
  annotation: Record<string, unknown>,
  task: Record<string, unknown>,
  reading: Reading,
  place: Place,
): Owner {
  const whose = Object.fromEntries(['slot', 'worker'].map((key) => [key, own(annotation, key) ?? own(data, key)]))
  const fields = { item: own(data, 'item'), file: own(data, 'file'), task: own(data, 'task'), ...whose }
  if (!blank(fields, 'item') || text(fields, 'file') !== undefined) return ownerOf(fields, reading, place)
  // References to the file that is shown, under whatever key the labeling interface wants it.
  const references = [...Object.values(data), own(task, 'file_upload')].filter((value) => typeof value === 'string')
  const items = new Set(references.map(reading.itemOfFile).filter((found) => found !== undefined))
  const [item] = items
  if (items.size > 1 || item === 'several')
    throw new LabelFileError({
      ...place,
      reason: 'its data name the files of several items',
      advice: 'Import the file that `veritask work label` wrote: its tasks carry their item.',
    })
  if (item !== undefined) return ownerOf({ ...fields, item }, reading, place)
  throw new LabelFileError({
    ...place,
    reason: 'its data name no item',
    advice:
      'Import the file that `veritask work label` wrote, whose tasks carry "item": the place of a task in an export says nothing.',
  })
}

function resultsOf(annotation: Record<string, unknown>, place: Place): Record<string, unknown>[] {
  const results = own(annotation, 'result')
  if (!Array.isArray(results) || !results.every(isRecord))
    throw new LabelFileError({
      ...place,
      reason: 'its results are no list of objects',
      advice: 'Export as "JSON" again.',
    })
  if (results.length > MAX_RESULTS)
    throw new LabelFileError({
      ...place,
      reason: `it has ${results.length} results`,
      advice: `At most ${MAX_RESULTS} results per task are read.`,
    })
  return results
}

function labelOf(results: readonly Record<string, unknown>[], reading: Reading, place: Place): Label {
  const { rules, vocabulary } = reading
  const wanted: readonly string[] = RESULT_TYPES[rules.kind]
  const known: readonly string[] = Object.values(RESULT_TYPES).flat()
  const labels = results.filter((result) => known.includes(String(own(result, 'type'))))
  const result = labels[0]
  if (labels.length !== 1 || !result || !wanted.includes(String(own(result, 'type'))))
    throw new LabelFileError({
      ...place,
      reason:
        labels.length === 1
          ? `it has a result of type ${quote(own(result!, 'type'))}`
          : `it has ${labels.length} results of type ${wanted.join(' or ')}`,
      advice: `This task takes exactly one per item, of type ${wanted.join(' or ')}.`,
    })
  const value = own(result, 'value')
  if (!isRecord(value))
    throw new LabelFileError({ ...place, reason: 'its result has no value', advice: 'Export as "JSON" again.' })
  if (rules.kind === 'box') return rectangle(result, value, reading, place)
  if (own(result, 'type') === 'rating') return vocabulary.readClass(own(value, 'rating'), place)
  const choices = own(value, 'choices')
  if (!Array.isArray(choices))
    throw new LabelFileError({
      ...place,
      reason: choices === undefined ? 'its choices are missing' : `its choices are ${quote(choices)}, which is no list`,
      advice: 'Export as "JSON" (not "JSON-MIN"): choices are a list, which is empty when none applies.',
    })
  if (rules.kind === 'set') return vocabulary.readSet(choices, place)
  if (choices.length !== 1)
    throw new LabelFileError({
      ...place,
      reason: `it has ${choices.length} choices`,
      advice: 'This task takes exactly one choice per item.',
    })
  return vocabulary.readClass(choices[0], place)
}

/** Percent of the image to pixels, which are then read as in every format. */
function rectangle(
  result: Record<string, unknown>,
  value: Record<string, unknown>,
  reading: Reading,
  place: Place,
): Label {
  const { rules } = reading
  if (rules.kind !== 'box') throw new TypeError('rectangles are for box rules')
  const width = wholeNumber(own(result, 'original_width'), 'the image width', place)
  const height = wholeNumber(own(result, 'original_height'), 'the image height', place)
  if (width !== rules.width || height !== rules.height)
    throw new LabelFileError({
      ...place,
      reason: `its image is ${width}×${height} pixels`,
      advice: `The images of this task are ${rules.width}×${rules.height}: import the task's own files.`,
    })
  if (numberOf(own(value, 'rotation') ?? 0) !== 0)
    throw new LabelFileError({ ...place, reason: 'its rectangle is rotated', advice: 'Draw it upright.' })
  const names = own(value, 'rectanglelabels')
  if (!Array.isArray(names) || names.length !== 1)
    throw new LabelFileError({
      ...place,
      reason: 'its rectangle has not one label',
      advice: 'Give each rectangle one label.',
    })
  const inPixels = (key: string, pixels: number): number => {
    const percent = own(value, key)
    if (typeof percent !== 'number' || !Number.isFinite(percent))
      throw new LabelFileError({
        ...place,
        reason: `its rectangle's ${key} is ${quote(percent)}`,
        advice: 'Rectangles are given in percent of the image, 0 to 100.',
      })
    return (percent * pixels) / PERCENT
  }
  const given = { class: names[0], x: inPixels('x', width), y: inPixels('y', height) }
  return readBox({ ...given, w: inPixels('width', width), h: inPixels('height', height) }, reading, place)
}

/** What `readLabelStudio` reads back, and Label Studio imports: one task for each item, one annotation for each worker. */
export function writeLabelStudio(writing: Writing): string {
  const tasks = [...groupBy(writing.rows, ({ item }) => item).values()].map((rows) => {
    const several = rows.length > 1
    const { slot, worker, ...data } = rowFields(rows[0]!)
    const whose = { ...(slot === undefined ? {} : { slot }), ...(worker === undefined ? {} : { worker }) }
    return {
      data: several ? data : { ...data, ...whose },
      annotations: rows.map((row) => ({
        ...(several ? { ...optional('slot', row.slot), ...optional('worker', row.worker) } : {}),
        result: [resultOf(row, writing)],
      })),
    }
  })
  return `${JSON.stringify(tasks, null, 2)}\n`
}

const optional = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value })

function resultOf({ label }: LabelRow, { rules, vocabulary }: Writing) {
  const names = { from_name: CONTROL, to_name: OBJECT }
  if (typeof label === 'number') {
    const choices = rules.kind === 'set' ? vocabulary.writeSet(label) : [vocabulary.writeClass(label)]
    return { ...names, type: 'choices', value: { choices: choices.map(String) } }
  }
  if (rules.kind !== 'box') throw new TypeError('boxes are for box rules')
  const { width, height } = rules
  const percent = (pixels: number, of: number) => (pixels * PERCENT) / of
  return {
    ...names,
    type: 'rectanglelabels',
    original_width: width,
    original_height: height,
    value: {
      x: percent(label.x, width),
      y: percent(label.y, height),
      width: percent(label.w, width),
      height: percent(label.h, height),
      rotation: 0,
      rectanglelabels: [String(vocabulary.writeClass(label.class))],
    },
  }
}

/** Names in the labeling interface: what is filled in, and what is shown. */
export const CONTROL = 'label'
export const OBJECT = 'item'
