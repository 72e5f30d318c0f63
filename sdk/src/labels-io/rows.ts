import type { Label } from '../labels/codes.js'
import { isRecord, own, quote } from '../text/values.js'
import { givenBox, readBox } from './boxes.js'
import { LabelFileError, type Place } from './errors.js'
import { blank, checked, type LabelRecord, ownerOf, type Reading } from './reading.js'
import type { LabelRow, Writing } from './writing.js'

/** Where a row may have its label; more than one must say the same. */
const LABEL_KEYS = ['label', 'labels', 'class'] as const
const BOX_KEYS = ['x', 'y', 'w', 'h', 'width', 'height'] as const

/** One row, of CSV or of JSON: whose it is, and its label in the task's words. */
export function readRow(row: Readonly<Record<string, unknown>>, reading: Reading, place: Place): LabelRecord {
  const owner = ownerOf(row, reading, place)
  const label = reading.rules.kind === 'box' ? boxIn(row, reading, place) : labelIn(row, reading, place)
  return checked(label, owner, reading, place)
}

function labelIn(row: Readonly<Record<string, unknown>>, { rules, vocabulary }: Reading, place: Place): number {
  const given = LABEL_KEYS.filter((key) => !blank(row, key))
  const stray = ['box', ...BOX_KEYS].find((key) => !blank(row, key))
  if (stray === 'box')
    throw new LabelFileError({ ...place, reason: 'it has a box', advice: 'This task asks for classes.' })
  const read = (value: unknown) => {
    if (rules.kind !== 'set') return vocabulary.readClass(value, place)
    return Array.isArray(value) ? vocabulary.readSet(value, place) : vocabulary.readSetText(value, place)
  }
  if (given.length === 0 && rules.kind !== 'set')
    throw new LabelFileError({
      ...place,
      reason: 'it has no label',
      advice: 'Give every item of the file its label.',
    })
  if (given.length === 0) return read(LABEL_KEYS.map((key) => own(row, key)).find((value) => value !== undefined))
  const labels = given.map((key) => read(own(row, key)))
  if (new Set(labels).size > 1)
    throw new LabelFileError({
      ...place,
      reason: `${given.map((key) => `"${key}"`).join(' and ')} say different things`,
      advice: 'Give the label once.',
    })
  return labels[0]!
}

function boxIn(row: Readonly<Record<string, unknown>>, reading: Reading, place: Place): Label {
  const boxes = ['box', 'label'].filter((key) => isRecord(own(row, key)))
  const flat = BOX_KEYS.some((key) => !blank(row, key))
  if (boxes.length + (flat ? 1 : 0) > 1)
    throw new LabelFileError({ ...place, reason: 'it has more than one box', advice: 'Give one box for each item.' })
  const box = boxes[0] === undefined ? row : (own(row, boxes[0]) as Record<string, unknown>)
  if (boxes.length === 0 && !flat && !Object.hasOwn(row, 'x'))
    throw new LabelFileError({
      ...place,
      reason: `the box is ${quote(own(row, 'box') ?? own(row, 'label'))}`,
      advice: 'Give "box": {"class": 0, "x": 0, "y": 0, "w": 1, "h": 1}, in pixels.',
    })
  return readBox(givenBox(box, place), reading, place)
}

/** A label in the task's words: what `readRow` reads back under `label`, `labels` or `box`. */
export function labelFields(label: Label, { rules, vocabulary }: Pick<Writing, 'rules' | 'vocabulary'>) {
  if (typeof label !== 'number') return { box: { ...label, class: vocabulary.writeClass(label.class) } }
  return rules.kind === 'set' ? { labels: vocabulary.writeSet(label) } : { label: vocabulary.writeClass(label) }
}

/** Whose a row is, as rows are written: what is not known is left out. */
export function rowFields(row: LabelRow): Record<string, string | number> {
  const { item, label: _, ...rest } = row
  return { item, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) }
}
