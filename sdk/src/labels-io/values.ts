import {
  type Box,
  BoxOutsideImageError,
  encodeLabel,
  type Label,
  LabelOutsideSchemaError,
  type Rules,
} from '../core.js'
import { LabelFileError } from './errors.js'

/** Where a record stands in its file. */
export type Place = { readonly line?: number; readonly record?: number }

/** One record of a file: which item, and what was said about it in the file's own words. */
export type LabelRecord = { readonly place: Place; readonly item: number; readonly label: Label }

/** What the labels of a file must be. */
export type LabelTarget = {
  readonly rules: Rules
  /** Display names of the classes, in label order. Names and numbers are both accepted. */
  readonly classes?: readonly string[] | undefined
}

/** Quoted parts of a file in a message are cut to this many characters. */
const QUOTE_LENGTH = 40

/** A value of a file, safe to show. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  const short = text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text
  return `"${short.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')}"`
}

/** A whole number in a file: `7` or `"7"`. */
export function wholeNumber(value: unknown, what: string, place: Place): number {
  const number = typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
    throw new LabelFileError({
      ...place,
      reason: `${what} is ${quote(value)}, which is not a whole number`,
      advice: `Give ${what} as a number from 0 up, without sign, fraction or thousands mark.`,
    })
  return number
}

/** A class given by its name or its number. */
export function classNumber(value: unknown, { classes = [] }: LabelTarget, place: Place): number {
  if (typeof value === 'string') {
    const index = classes.indexOf(value.trim())
    if (index !== -1) return index
    if (!/^\s*\d{1,9}\s*$/.test(value))
      throw new LabelFileError({
        ...place,
        reason: `${quote(value)} is not a class of this task`,
        advice:
          classes.length > 0
            ? `Use one of: ${classes.slice(0, 20).join(', ')}${classes.length > 20 ? ', …' : ''}.`
            : 'This task names no classes: give their numbers.',
      })
  }
  return wholeNumber(value, 'the label', place)
}

/** A set given as the names or numbers of its classes. */
export function setOf(values: readonly unknown[], target: LabelTarget, place: Place): number {
  return values.reduce<number>((set, value) => {
    const bit = classNumber(value, target, place)
    if (target.rules.kind !== 'set' || 1 << bit > target.rules.max || bit > 30)
      throw new LabelFileError({
        ...place,
        reason: `${quote(value)} is class ${bit}, which this task does not have`,
        advice: 'Check the class names and their order.',
      })
    return set | (1 << bit)
  }, 0)
}

/** Names inside one text of a set. */
const SET_SEPARATOR = /[|;]/
const EMPTY_SET = 'none'

/** A set given as one text: names of classes joined by `|`, `none`, or the number of a bit-set. A class name always wins. */
export function setOfText(text: string, target: LabelTarget, place: Place): number {
  const cell = text.trim()
  const names = cell.split(SET_SEPARATOR).filter((name) => name.trim() !== '')
  if (names.length === 0)
    throw new LabelFileError({
      ...place,
      reason: `the set is ${quote(text)}, which says nothing`,
      advice: `Give the names of its classes joined by "|", or "${EMPTY_SET}" when no class applies.`,
    })
  if (target.classes?.includes(cell)) return setOf([cell], target, place)
  if (cell === EMPTY_SET) return 0
  return /^\d+$/.test(cell) ? wholeNumber(cell, 'the label', place) : setOf(names, target, place)
}

/** A box given by class, corner and size in pixels. */
export function boxOf(value: Record<string, unknown>, target: LabelTarget, place: Place): Box {
  const side = (short: string, long: string) => {
    const given = own(value, short) ?? own(value, long)
    if (given === undefined || given === '')
      throw new LabelFileError({
        ...place,
        reason: `the box has no ${long}`,
        advice: 'A box needs class, x, y, w and h, in pixels.',
      })
    return wholeNumber(given, `the box's ${long}`, place)
  }
  const name = own(value, 'class') ?? own(value, 'label')
  if (name === undefined || name === '')
    throw new LabelFileError({
      ...place,
      reason: 'the box has no class',
      advice: 'A box needs class, x, y, w and h, in pixels.',
    })
  return {
    class: classNumber(name, target, place),
    x: side('x', 'x'),
    y: side('y', 'y'),
    w: side('w', 'width'),
    h: side('h', 'height'),
  }
}

/** Checks a label against the rules, so that the error can say where it stands. */
export function checked(label: Label, item: number, { rules }: LabelTarget, place: Place): LabelRecord {
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
  return { place, item, label }
}

/** A property of the object itself: nothing inherited, whatever the file says. */
export function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
