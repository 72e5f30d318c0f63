import { BaseError } from '../errors/base.js'
import { numberOf, quote } from '../text/values.js'
import type { Rules } from './rules.js'

/** The names of a task's classes do not tell its labels apart. */
export class ClassNamesInvalidError extends BaseError {
  override name = 'ClassNamesInvalidError'
  constructor(
    /** Class whose name is at fault; undefined when their number is. */
    readonly classNumber: number | undefined,
    reason: string,
    advice: string,
  ) {
    super(classNumber === undefined ? `The class names: ${reason}.` : `Class ${classNumber}: ${reason}.`, {
      metaMessages: [advice],
    })
  }
}

/** Label that says that no class applies, in the text of a set. */
export const EMPTY_SET = 'none'
/** The same where a class has that name. */
export const EMPTY_SET_ALWAYS = '#none'
/** What stands between the names of a set. */
export const SET_SEPARATOR = /[|;]/
/** A class by its number, whatever it is called: `#2`. */
export const NUMBERED_CLASS = /^#(\d{1,9})$/

/**
 * How many classes labels under these rules have.
 *
 * @example
 * import { classCount } from '@veritask/sdk'
 *
 * const count = classCount({ kind: 'set', max: 7 }) // 3
 */
export function classCount(rules: ClassRules): number {
  if (rules.kind === 'box') return rules.maxClass + 1
  return rules.kind === 'set' ? Math.log2(rules.max + 1) : rules.max + 1
}

/** The part of the rules that says how many classes there are. */
export type ClassRules =
  | { readonly kind: 'distance' | 'set'; readonly max: number }
  | { readonly kind: 'box'; readonly maxClass: number }

/**
 * Checks the names of a task's classes, before they are final: one for each class, none blank or with blanks around it, no two that a reader
 * takes for the same, none that means something else in a label file. No names at all are fine: labels are numbers then.
 *
 * @throws {@link ClassNamesInvalidError} naming the class.
 *
 * @example
 * import { assertClassNames } from '@veritask/sdk'
 *
 * assertClassNames({ kind: 'distance', max: 2 }, ['cat', 'dog', 'fox'])
 */
export function assertClassNames(rules: ClassRules | Rules, classes: readonly string[]): void {
  if (classes.length === 0) return
  const count = classCount(rules)
  if (classes.length !== count)
    throw new ClassNamesInvalidError(
      undefined,
      `there are ${classes.length}, and labels have ${count} ${count === 1 ? 'class' : 'classes'}`,
      'Name every class once, in label order, or correct "max" (classes − 1; of a set 2^classes − 1) or "maxClass".',
    )
  const seen = new Map<string, number>()
  const numbers = new Map<number, number>()
  classes.forEach((name, index) => {
    const wrong = (reason: string, advice: string): never => {
      throw new ClassNamesInvalidError(index, reason, advice)
    }
    if (name.trim() === '') wrong('its name is blank', 'Give it a name that workers can write.')
    if (name !== name.trim())
      wrong(`${quote(name)} has blanks around it`, 'Take them away: they cannot be seen in a label file.')
    if (/[\p{Cc}\p{Zl}\p{Zp}\u200b\u2060\ufeff]/u.test(name))
      wrong(`${quote(name)} has characters that cannot be seen`, 'Take them away: workers cannot write them.')
    if (NUMBERED_CLASS.test(name))
      wrong(`${quote(name)} is how a class is given by its number`, 'Give it another name.')
    if (rules.kind === 'set' && (name === EMPTY_SET || name === EMPTY_SET_ALWAYS || SET_SEPARATOR.test(name)))
      wrong(
        `${quote(name)} means something else in a set`,
        `"${EMPTY_SET}" is the empty set, and "|" and ";" stand between the names of one. Give it another name.`,
      )
    const composed = name.normalize('NFC')
    const before = seen.get(composed)
    if (before !== undefined)
      wrong(
        `${quote(name)} is the name of class ${before} too${classes[before] === name ? '' : ', written with other code points (NFC and NFD)'}`,
        'Give every class a name of its own.',
      )
    seen.set(composed, index)
    const number = numberOf(name)
    if (number === undefined) return
    const same = numbers.get(number)
    if (same !== undefined)
      wrong(`${quote(name)} is the same number as class ${same}, ${quote(classes[same])}`, 'Name them apart.')
    numbers.set(number, index)
  })
}
