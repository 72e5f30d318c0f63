import { EMPTY_SET, EMPTY_SET_ALWAYS, NUMBERED_CLASS, SET_SEPARATOR } from '../labels/classes.js'
import type { Rules } from '../labels/rules.js'
import { numberOf, plainText, quote } from '../text/values.js'
import { LabelFileError, type Place } from './errors.js'

/** The words of one task's labels: the same in every format, for reading and for writing. */
export type Vocabulary = {
  /** Class that a value of a file means. */
  readonly readClass: (value: unknown, place: Place) => number
  /** Bit-set that a list of classes means. */
  readonly readSet: (values: readonly unknown[], place: Place) => number
  /** Bit-set that one text, or one number, means. */
  readonly readSetText: (value: unknown, place: Place) => number
  /** What `readClass` reads back as this class: a name where there is one. */
  readonly writeClass: (number: number) => string | number
  /** What `readSet` reads back as this bit-set. */
  readonly writeSet: (set: number) => readonly (string | number)[]
  /** What `readSetText` reads back as this bit-set. */
  readonly writeSetText: (set: number) => string
}

/** More classes than any rules have. */
const MAX_CLASS_NUMBER = 255
/** Bits that a bit-set of the rules may have. */
const SET_BITS = 8
const NAMES_SHOWN = 20

/**
 * The words of a task's labels.
 *
 * - The name of a class is that class. Names are compared without outer blanks and composed (NFC).
 * - Where a class is named by a number, numbers are names and nothing else. Elsewhere a number is the number of the class.
 * - `#2` is the number of the class, always.
 * - A set is a list of classes, or their names joined by `|`, or `none` (`#none` where a class is called that). One number alone is refused where it is no name: it may be meant as a
 *   class or as a bit-set.
 *
 * @param given - Undefined when the names could not be loaded: then only `#2` is read, whose meaning they do not change.
 */
export function createVocabulary(rules: Rules, given: readonly string[] | undefined): Vocabulary {
  const classes = given ?? []
  const byName = new Map<string, number | 'several'>()
  const byNumber = new Map<number, number | 'several'>()
  classes.forEach((name, index) => {
    const text = plainText(name)
    byName.set(text, byName.has(text) ? 'several' : index)
    const number = numberOf(text)
    if (number !== undefined) byNumber.set(number, byNumber.has(number) ? 'several' : index)
  })
  const numbersAreNames = byNumber.size > 0

  /** The class, or why the value is none. */
  const find = (value: unknown): number | { readonly reason: string } => {
    if (typeof value !== 'string' && typeof value !== 'number') return { reason: `${quote(value)} is not a class` }
    const text = plainText(String(value))
    const number = numberOf(value)
    const named = byName.get(text) ?? (number === undefined ? undefined : byNumber.get(number))
    const numbered = NUMBERED_CLASS.exec(text)?.[1]
    const hashed = numbered === undefined ? undefined : Number(numbered)
    if (named === 'several' || (named !== undefined && hashed !== undefined && named !== hashed))
      return { reason: `${quote(value)} is ambiguous: more than one class of this task reads so` }
    if (named !== undefined) return named
    if (hashed === undefined && given === undefined)
      return { reason: `${quote(value)} cannot be read: the class names of this task could not be loaded` }
    const index = hashed ?? (numbersAreNames ? undefined : number)
    if (index === undefined || !Number.isSafeInteger(index) || index < 0 || index > MAX_CLASS_NUMBER)
      return { reason: `${quote(value)} is not a class of this task` }
    return index
  }

  const readClass = (value: unknown, place: Place): number => {
    const found = find(value)
    if (typeof found === 'number') return found
    throw new LabelFileError({ ...place, reason: found.reason, advice: advice(rules, given, numbersAreNames) })
  }

  const readSet = (values: readonly unknown[], place: Place): number => {
    const isNone = (value: unknown) =>
      typeof value === 'string' && plainText(value) === EMPTY_SET && !byName.has(EMPTY_SET)
    if (values.some(isNone)) {
      if (values.length === 1) return 0
      throw new LabelFileError({
        ...place,
        reason: `"${EMPTY_SET}" stands beside other classes`,
        advice: `Give the classes that apply, or "${EMPTY_SET}" alone.`,
      })
    }
    return values.reduce<number>((set, value) => {
      const bit = readClass(value, place)
      if (rules.kind !== 'set' || bit >= SET_BITS || 1 << bit > rules.max)
        throw new LabelFileError({
          ...place,
          reason: `${quote(value)} is class ${bit}, which this task does not have`,
          advice: 'Check the class names and their order.',
        })
      return set | (1 << bit)
    }, 0)
  }

  const readSetText = (value: unknown, place: Place): number => {
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new LabelFileError({
        ...place,
        reason: value === undefined ? 'the set is missing' : `the set is ${quote(value)}`,
        advice: `Give a list of its classes, which is empty when none applies, or their names joined by "|", or "${EMPTY_SET}".`,
      })
    }
    const text = plainText(String(value))
    if (text === EMPTY_SET_ALWAYS) return 0
    const parts = text.split(SET_SEPARATOR).filter((part) => part.trim() !== '')
    if (parts.length === 0)
      throw new LabelFileError({
        ...place,
        reason: `the set is ${quote(value)}, which says nothing`,
        advice: `Give the names of its classes joined by "|", or "${EMPTY_SET}" when no class applies.`,
      })
    const whole = byName.get(text)
    if (SET_SEPARATOR.test(text)) {
      // A class may be called what others are called together, in tasks that were made without asking.
      if (whole !== undefined && parts.every((part) => typeof find(part) === 'number'))
        throw new LabelFileError({
          ...place,
          reason: `${quote(text)} is ambiguous: it is one class, and several joined`,
          advice: 'Give the set as a list, in JSONL: {"item": 0, "labels": ["…"]}.',
        })
      return readSet(whole === undefined ? parts : [text], place)
    }
    if (text === EMPTY_SET && whole !== undefined)
      throw new LabelFileError({
        ...place,
        reason: `"${EMPTY_SET}" is ambiguous: it is a class of this task, and the empty set`,
        advice: `Give "${EMPTY_SET_ALWAYS}" for the empty set, or the class by its number: "#0".`,
      })
    if (given && whole === undefined && !numbersAreNames && numberOf(value) !== undefined)
      throw new LabelFileError({
        ...place,
        reason: `${quote(value)} is ambiguous: it may be a class or a bit-set`,
        advice: 'Give the names of the classes, or their numbers as "#0|#2".',
      })
    return readSet([value], place)
  }

  const writeClass = (number: number): string | number => {
    const name = classes[number]
    if (name !== undefined && find(name) === number) return name
    return given?.length === 0 && rules.kind !== 'set' ? number : `#${number}`
  }
  const writeSet = (set: number) =>
    Array.from({ length: SET_BITS }, (_, bit) => bit)
      .filter((bit) => (set & (1 << bit)) !== 0)
      .map(writeClass)
  const isAlone = (name: string) => name !== EMPTY_SET && !SET_SEPARATOR.test(name)
  const writeSetText = (set: number) =>
    set === 0
      ? byName.has(EMPTY_SET)
        ? EMPTY_SET_ALWAYS
        : EMPTY_SET
      : Array.from({ length: SET_BITS }, (_, bit) => bit)
          .filter((bit) => (set & (1 << bit)) !== 0)
          .map((bit) => (isAlone(String(writeClass(bit))) ? String(writeClass(bit)) : `#${bit}`))
          .join('|')

  return { readClass, readSet, readSetText, writeClass, writeSet, writeSetText }
}

function advice(rules: Rules, classes: readonly string[] | undefined, numbersAreNames: boolean): string {
  if (!classes) return 'Reach the content store and try again, or give classes by their numbers: "#0".'
  if (classes.length === 0)
    return rules.kind === 'distance'
      ? `This task names no classes: give numbers from 0 to ${rules.max}.`
      : 'This task names no classes: give their numbers as "#0".'
  const names = `Use one of: ${classes.slice(0, NAMES_SHOWN).join(', ')}${classes.length > NAMES_SHOWN ? ', …' : ''}.`
  return numbersAreNames
    ? `${names} Its classes are named by numbers, so numbers are names; "#0" is the first class.`
    : names
}
