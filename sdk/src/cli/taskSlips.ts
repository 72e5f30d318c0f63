import type { Rules } from '../core.js'
import { InputFileError } from './errors.js'
import { TASK_FILE_ADVICE } from './taskFields.js'

/** Up to here, in basis points, a threshold was most likely meant in percent. */
const PERCENT_SLIP = 100
const BPS_PER_PERCENT = 100

/**
 * Refuses what the chain would take and nobody means: a threshold in percent, and classes that are not those the rules count.
 *
 * @throws {InputFileError} naming the field.
 */
export function assertNoSlips(file: string, rules: Rules, classes: readonly string[]): void {
  const wrong = (field: string, reason: string): never => {
    throw new InputFileError({ file, reason: `"${field}" ${reason}`, advice: TASK_FILE_ADVICE })
  }
  const { thresholdBps } = rules
  if (thresholdBps > 0 && thresholdBps <= PERCENT_SLIP)
    wrong(
      'rules.thresholdBps',
      `is ${thresholdBps}, which is ${thresholdBps / BPS_PER_PERCENT} %: it counts in basis points, so that ${thresholdBps} % is ${thresholdBps * BPS_PER_PERCENT}`,
    )
  if (classes.length === 0) return
  const { field, value, expected } = countedClasses(rules)
  if (classes.length !== expected)
    wrong(field, `is ${value}, which is for ${expected} classes, and "classes" names ${classes.length}`)
}

/** How many classes the rules can tell apart, and by which field. */
function countedClasses(rules: Rules): { readonly field: string; readonly value: number; readonly expected: number } {
  switch (rules.kind) {
    case 'distance':
      return { field: 'rules.max', value: rules.max, expected: rules.max + 1 }
    case 'set':
      return { field: 'rules.max', value: rules.max, expected: rules.max.toString(2).length }
    case 'box':
      return { field: 'rules.maxClass', value: rules.maxClass, expected: rules.maxClass + 1 }
    default:
      return rules satisfies never
  }
}
