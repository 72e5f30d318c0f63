import type { Box, Label } from '../core.js'
import { LabelFileError } from './errors.js'
import {
  checked,
  classNumber,
  isRecord,
  type LabelRecord,
  type LabelTarget,
  own,
  type Place,
  quote,
  setOf,
  wholeNumber,
} from './values.js'

const MAX_RESULTS = 100
const PERCENT = 100

/**
 * A Label Studio JSON export: choices (single or multiple), rating, and rectangles, which it gives in percent of the image.
 * The item is `data.item` where the task has it, else the task's position in the export.
 */
export function parseLabelStudio(text: string, target: LabelTarget): LabelRecord[] {
  let tasks: unknown
  try {
    tasks = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // Told below.
  }
  if (!Array.isArray(tasks))
    throw new LabelFileError({
      reason: 'it is not a Label Studio JSON export',
      advice: 'Export as "JSON" (not "JSON-MIN" or a converter format): the file is one array of tasks.',
    })
  return tasks.map((task, record) => {
    const place = { record }
    if (!isRecord(task))
      throw new LabelFileError({ ...place, reason: 'it is not an object', advice: 'Export as "JSON" again.' })
    const data = own(task, 'data')
    const given = isRecord(data) ? own(data, 'item') : undefined
    const item = given === undefined ? record : wholeNumber(given, 'the item', place)
    return checked(labelOf(resultsOf(task, place), target, place), item, target, place)
  })
}

/** Results of the one annotation that counts. */
function resultsOf(task: Record<string, unknown>, place: Place): Record<string, unknown>[] {
  const annotations = own(task, 'annotations')
  const live = (Array.isArray(annotations) ? annotations : []).filter(
    (annotation) => isRecord(annotation) && own(annotation, 'was_cancelled') !== true,
  ) as Record<string, unknown>[]
  if (live.length !== 1)
    throw new LabelFileError({
      ...place,
      reason: `it has ${live.length} annotations`,
      advice: 'Each task needs exactly one annotation that was not skipped.',
    })
  const results = own(live[0]!, 'result')
  const list = (Array.isArray(results) ? results : []).filter(isRecord)
  if (list.length > MAX_RESULTS)
    throw new LabelFileError({
      ...place,
      reason: `it has ${list.length} results`,
      advice: `At most ${MAX_RESULTS} results per task are read.`,
    })
  return list
}

function labelOf(results: readonly Record<string, unknown>[], target: LabelTarget, place: Place): Label {
  const wanted = target.rules.kind === 'box' ? ['rectanglelabels'] : ['choices', 'rating']
  const found = results.filter((result) => wanted.includes(String(own(result, 'type'))))
  const result = found[0]
  const value = result && own(result, 'value')
  if (found.length !== 1 || !isRecord(value))
    throw new LabelFileError({
      ...place,
      reason: `it has ${found.length} results of type ${wanted.join(' or ')}`,
      advice: 'This task takes exactly one per item.',
    })
  if (target.rules.kind === 'box') return rectangle(result!, value, target, place)
  const rating = own(value, 'rating')
  if (rating !== undefined) return wholeNumber(rating, 'the rating', place)
  const choices = own(value, 'choices')
  const names = Array.isArray(choices) ? choices : []
  if (target.rules.kind === 'set') return setOf(names, target, place)
  if (names.length !== 1)
    throw new LabelFileError({
      ...place,
      reason: `it has ${names.length} choices`,
      advice: 'This task takes exactly one choice per item.',
    })
  return classNumber(names[0], target, place)
}

/** Percent of the image to whole pixels: both edges are rounded, so neighbours stay neighbours. */
function rectangle(
  result: Record<string, unknown>,
  value: Record<string, unknown>,
  target: LabelTarget,
  place: Place,
): Box {
  const { rules } = target
  if (rules.kind !== 'box') throw new TypeError('rectangles are for box rules')
  const width = wholeNumber(own(result, 'original_width'), 'the image width', place)
  const height = wholeNumber(own(result, 'original_height'), 'the image height', place)
  if (width !== rules.width || height !== rules.height)
    throw new LabelFileError({
      ...place,
      reason: `its image is ${width}×${height} pixels`,
      advice: `The images of this task are ${rules.width}×${rules.height}: import the task's own files.`,
    })
  const rotation = own(value, 'rotation') ?? 0
  if (rotation !== 0)
    throw new LabelFileError({ ...place, reason: 'its rectangle is rotated', advice: 'Draw it upright.' })
  const names = own(value, 'rectanglelabels')
  if (!Array.isArray(names) || names.length !== 1)
    throw new LabelFileError({
      ...place,
      reason: 'its rectangle has not one label',
      advice: 'Give each rectangle one label.',
    })
  const [left, right] = edges(value, 'x', 'width', width, place)
  const [top, bottom] = edges(value, 'y', 'height', height, place)
  return {
    class: classNumber(names[0], target, place),
    x: left,
    y: top,
    w: Math.max(1, right - left),
    h: Math.max(1, bottom - top),
  }
}

function edges(
  value: Record<string, unknown>,
  start: string,
  length: string,
  pixels: number,
  place: Place,
): [number, number] {
  const at = percent(value, start, place)
  const end = at + percent(value, length, place)
  const near = Math.min(Math.round((at * pixels) / PERCENT), pixels - 1)
  return [near, Math.min(Math.round((end * pixels) / PERCENT), pixels)]
}

function percent(value: Record<string, unknown>, key: string, place: Place): number {
  const number = own(value, key)
  if (typeof number !== 'number' || !(number >= 0 && number <= PERCENT))
    throw new LabelFileError({
      ...place,
      reason: `its rectangle's ${key} is ${quote(number)}`,
      advice: 'Rectangles are given in percent of the image, 0 to 100.',
    })
  return number
}
