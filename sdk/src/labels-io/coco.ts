import { isRecord, own, quote } from '../text/values.js'
import { readBox } from './boxes.js'
import { LabelFileError, type Place } from './errors.js'
import { checked, entriesOf, type LabelRecord, ownerOf, type Reading, text } from './reading.js'
import { rowFields } from './rows.js'
import { groupBy, type LabelRow, type Writing } from './writing.js'

const ADVICE =
  'Give a COCO file of boxes: {"images": […], "categories": […], "annotations": [{"image_id", "category_id", "bbox"}]}.'
const BBOX_PARTS = 4

/** COCO boxes: `bbox` is [x, y, width, height] in pixels, the class is the name of its category, and the item is its image's `item` or file. */
export function readCoco(content: unknown, reading: Reading): LabelRecord[] {
  const { rules } = reading
  if (rules.kind !== 'box')
    throw new LabelFileError({
      reason: 'COCO has boxes, and this task asks for classes',
      advice: 'Give CSV, JSONL, JSON or a Label Studio export.',
    })
  const images = byId(content, 'images')
  const categories = byId(content, 'categories')
  return listOf(content, 'annotations').map(({ entry, place }) => {
    const image = images.get(own(entry, 'image_id'))
    const category = categories.get(own(entry, 'category_id'))
    if (!image) throw wrong(place, `its image ${quote(own(entry, 'image_id'))} is not in "images"`)
    if (!category) throw wrong(place, `its category ${quote(own(entry, 'category_id'))} is not in "categories"`)
    assertSize(image, rules, place)
    const fields = { ...entry, item: own(image, 'item'), file: own(image, 'file_name'), task: own(image, 'task') }
    const bbox = own(entry, 'bbox')
    if (!Array.isArray(bbox) || bbox.length !== BBOX_PARTS)
      throw wrong(place, `its bbox is ${quote(bbox)}, which is not [x, y, width, height]`)
    const [x, y, w, h] = bbox
    const box = readBox({ class: own(category, 'name'), x, y, w, h }, reading, place)
    return checked(box, ownerOf(fields, reading, place), reading, place)
  })
}

function assertSize(image: Record<string, unknown>, rules: { width: number; height: number }, place: Place): void {
  const [width, height] = [own(image, 'width'), own(image, 'height')]
  const differs = (given: unknown, expected: number) => given !== undefined && given !== expected
  if (differs(width, rules.width) || differs(height, rules.height))
    throw new LabelFileError({
      ...place,
      reason: `its image is ${quote(width).slice(1, -1)}×${quote(height).slice(1, -1)} pixels`,
      advice: `The images of this task are ${rules.width}×${rules.height}: label the task's own files.`,
    })
}

const wrong = (place: Place, reason: string) => new LabelFileError({ ...place, reason, advice: ADVICE })

function listOf(content: unknown, key: string) {
  const list = isRecord(content) ? own(content, key) : undefined
  if (!Array.isArray(list)) throw wrong({}, `there is no list "${key}"`)
  return entriesOf(list)
}

function byId(content: unknown, key: string): Map<unknown, Record<string, unknown>> {
  const found = new Map<unknown, Record<string, unknown>>()
  for (const { entry, place } of listOf(content, key)) {
    const id = own(entry, 'id')
    if (id === undefined || found.has(id))
      throw wrong(place, id === undefined ? `an entry of "${key}" has no id` : `"${key}" has the id ${quote(id)} twice`)
    found.set(id, entry)
  }
  return found
}

/** Whether a value is a COCO file, told by its lists. */
export function isCoco(content: unknown): boolean {
  return isRecord(content) && ['images', 'annotations'].every((key) => Array.isArray(own(content, key)))
}

/** What `readCoco` reads back. Images have the ids of their items, categories the numbers of their classes. */
export function writeCoco(writing: Writing): string {
  const { rules, classes, vocabulary, rows } = writing
  if (rules.kind !== 'box')
    throw new LabelFileError({
      reason: 'COCO has boxes, and these labels are classes',
      advice: 'Write CSV, JSONL, JSON or Label Studio.',
    })
  const used = new Set(rows.map(({ label }) => (label as Exclude<LabelRow['label'], number>).class))
  const numbers = classes.length > 0 ? classes.map((_, number) => number) : [...used].sort((a, b) => a - b)
  const images = [...groupBy(rows, ({ item }) => item)].map(([item, [first]]) => {
    const { record, file, task } = rowFields(first!)
    return {
      id: item,
      item,
      file_name: file ?? `item-${item}`,
      width: rules.width,
      height: rules.height,
      ...(record === undefined ? {} : { record }),
      ...(task === undefined ? {} : { task }),
    }
  })
  const annotations = rows.map(({ item, label, slot, worker }, id) => {
    if (typeof label === 'number') throw new TypeError('classes are no boxes')
    const { x, y, w, h } = label
    return {
      id,
      image_id: item,
      category_id: label.class,
      bbox: [x, y, w, h],
      area: w * h,
      iscrowd: 0,
      ...(slot === undefined ? {} : { slot }),
      ...(worker === undefined ? {} : { worker }),
    }
  })
  const categories = numbers.map((id) => ({ id, name: String(vocabulary.writeClass(id)) }))
  return `${JSON.stringify({ images, annotations, categories }, null, 2)}\n`
}

/** The file name of each image of a COCO file, in its order: what a dataset of it is made of. */
export function cocoFiles(content: unknown): string[] {
  return listOf(content, 'images').map(({ entry, place }) => {
    const name = text(entry, 'file_name')
    if (name === undefined) throw wrong(place, 'the image has no "file_name"')
    return name
  })
}
