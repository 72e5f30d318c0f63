import { type Address, type Hex, isAddressEqual } from 'viem'
import { BoxOutsideImageError, encodeLabel, type Label, LabelOutsideSchemaError } from '../labels/codes.js'
import type { Rules } from '../labels/rules.js'
import { isRecord, numberOf, own, plainText, quote } from '../text/values.js'
import { LabelFileError, type Place } from './errors.js'
import { createVocabulary, type Vocabulary } from './vocabulary.js'

/** What the labels of a file must be, and whose. */
export type LabelTarget = {
  readonly rules: Rules
  /**
   * Names of the classes, in label order; empty when the task names none. Undefined when they could not be loaded: names and numbers are refused
   * then, and only classes given as `#2` are read.
   */
  readonly classes: readonly string[] | undefined
  /** Names of the items' files, by item: entries may then name their file in place of the item. */
  readonly files?: readonly string[] | undefined
  /** The task: entries of another are refused. Without it, so are entries that name any. */
  readonly task?: Hex | undefined
  /** The worker: entries of another are refused. */
  readonly worker?: Address | undefined
  /** Moves edges of boxes that lie between pixels to the nearest; they are refused otherwise. */
  readonly roundBoxes?: boolean | undefined
}

/** One label of a file. */
export type LabelRecord = {
  readonly place: Place
  readonly item: number
  readonly label: Label
  /** Slot and worker, where the file names them. */
  readonly slot: number | undefined
  readonly worker: string | undefined
}

/** A target, ready to read with. */
export type Reading = LabelTarget & { readonly vocabulary: Vocabulary; readonly itemOfFile: (name: string) => Found }

type Found = number | 'several' | undefined

export function readingOf(target: LabelTarget): Reading {
  const { rules, classes, files = [] } = target
  const items = new Map<string, Found>()
  const add = (name: string, item: number) => {
    const known = items.get(name)
    items.set(name, known === undefined || known === item ? item : 'several')
  }
  files.forEach((file, item) => {
    add(plainText(file), item)
    add(baseName(plainText(file)), item)
  })
  return {
    ...target,
    vocabulary: createVocabulary(rules, classes),
    itemOfFile: (name) => {
      const found = candidates(name).map((candidate) => items.get(candidate))
      return found.find((item) => item !== undefined)
    },
  }
}

/** Whose an entry is. */
export type Owner = { readonly item: number; readonly slot: number | undefined; readonly worker: string | undefined }

/** Whose an entry is, by the names it gives: never by where it stands. */
export function ownerOf(fields: Readonly<Record<string, unknown>>, reading: Reading, place: Place): Owner {
  const { task, worker } = reading
  const said = text(fields, 'task')
  if (said !== undefined && said.toLowerCase() !== task?.toLowerCase())
    throw new LabelFileError({
      ...place,
      reason: `it is for task ${shortId(said)}${task === undefined ? '' : `, not ${shortId(task)}`}`,
      advice:
        task === undefined
          ? 'The numbers of its items are those of that task. Take the column "task" away only if the items are the same, in the same order.'
          : 'Give the sheet that `veritask work label` wrote for this task.',
    })
  const by = text(fields, 'worker')
  if (by !== undefined && worker !== undefined && !sameAccount(by, worker))
    throw new LabelFileError({
      ...place,
      reason: `it is of worker ${shortId(by)}, not ${shortId(worker)}`,
      advice: 'Give your own sheet, or the key file of that worker.',
    })
  const slot = blank(fields, 'slot') ? undefined : wholeNumber(own(fields, 'slot'), 'the slot', place)
  return { item: itemOf(fields, reading, place), slot, worker: by?.toLowerCase() }
}

function itemOf(fields: Readonly<Record<string, unknown>>, reading: Reading, place: Place): number {
  const file = text(fields, 'file')
  const byFile = file === undefined ? undefined : reading.itemOfFile(file)
  if (!blank(fields, 'item')) {
    const item = wholeNumber(own(fields, 'item'), 'the item', place)
    // Cells sorted apart from their neighbors, for one.
    if (typeof byFile === 'number' && byFile !== item)
      throw new LabelFileError({
        ...place,
        reason: `it names item ${item}, and the file of item ${byFile}`,
        advice: 'Correct the item, or take the file name away.',
      })
    return item
  }
  if (typeof byFile === 'number') return byFile
  throw new LabelFileError({
    ...place,
    reason:
      file === undefined
        ? 'it names no item'
        : `${quote(file)} is ${byFile === 'several' ? 'the file of several items' : 'not the file of an item'}`,
    advice: `Give "item": the number of the item, from 0 to ${reading.rules.itemCount - 1}. Its place in the file says nothing.`,
  })
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** Label Studio puts eight hex digits before the names of uploaded files, and paths of local ones into `?d=`. */
function candidates(name: string): string[] {
  const plain = plainText(name)
  const query = /[?&]d=([^&]*)/.exec(plain)?.[1]
  const path = decoded(query ?? plain.replace(/[?#].*$/, ''))
  const base = baseName(path)
  return [...new Set([plain, path, base, base.replace(/^[0-9a-f]{8}-/, '')])]
}

function decoded(text: string): string {
  try {
    return plainText(decodeURIComponent(text))
  } catch {
    return text
  }
}

/** A text of an entry; undefined when it is not there or blank. */
export function text(fields: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = own(fields, key)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** Whether an entry says nothing under a key. */
export function blank(fields: Readonly<Record<string, unknown>>, key: string): boolean {
  const value = own(fields, key)
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function sameAccount(one: string, other: Address): boolean {
  try {
    return isAddressEqual(one as Address, other)
  } catch {
    return false
  }
}

const SHORT_ID = 12
const shortId = (id: string) => quote(id.length > SHORT_ID ? `${id.slice(0, SHORT_ID)}…` : id).slice(1, -1)

/** A whole number from 0 up. */
export function wholeNumber(value: unknown, what: string, place: Place): number {
  const number = numberOf(value)
  if (number === undefined || !Number.isSafeInteger(number) || number < 0)
    throw new LabelFileError({
      ...place,
      reason: `${what} is ${quote(value)}, which is not a whole number`,
      advice: `Give ${what} as a number from 0 up, without sign, fraction or thousands mark.`,
    })
  return number
}

/** Checks a label against the rules, so that the error can say where it stands. */
export function checked(label: Label, owner: Owner, { rules }: LabelTarget, place: Place): LabelRecord {
  const { item } = owner
  if (item >= rules.itemCount)
    throw new LabelFileError({
      ...place,
      reason: `there is no item ${item}`,
      advice: `Items are numbered 0 to ${rules.itemCount - 1}.`,
    })
  try {
    encodeLabel(rules, label, item)
  } catch (error) {
    if (error instanceof LabelOutsideSchemaError || error instanceof BoxOutsideImageError)
      throw new LabelFileError({
        ...place,
        reason: error.shortMessage.replace(/\.$/, ''),
        advice: 'Correct the label, or check that the file is for this task.',
        cause: error,
      })
    throw error
  }
  return { place, label, ...owner }
}

/** The entries of a list, each an object. */
export function entriesOf(list: readonly unknown[]): { entry: Record<string, unknown>; place: Place }[] {
  return list.map((entry, record) => {
    if (!isRecord(entry))
      throw new LabelFileError({ record, reason: 'it is not an object', advice: 'Give one object for each label.' })
    return { entry, place: { record } }
  })
}
