import { InputFileError } from './errors.js'
import { TASK_FILE_ADVICE } from './taskFields.js'

/** Up to here, in basis points, a threshold was most likely meant in percent. */
const PERCENT_SLIP = 100
const BPS_PER_PERCENT = 100

/**
 * Refuses a threshold in percent, which the chain would take and nobody means.
 *
 * @throws {InputFileError} naming the field.
 */
export function assertNoSlips(file: string, { thresholdBps }: { readonly thresholdBps: number }): void {
  if (thresholdBps === 0 || thresholdBps > PERCENT_SLIP) return
  const meant = thresholdBps * BPS_PER_PERCENT
  throw new InputFileError({
    file,
    reason: `"rules.thresholdBps" is ${thresholdBps}, which is ${thresholdBps / BPS_PER_PERCENT} %: it counts in basis points, so that ${thresholdBps} % is ${meant}`,
    advice: TASK_FILE_ADVICE,
  })
}
