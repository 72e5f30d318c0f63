import { neededAgreements, type Rules } from './rules.js'

const BPS_PER_PERCENT = 100

/**
 * The rules in plain words, one sentence each.
 *
 * @example
 * import { describeRules } from '@veritask/sdk'
 * const sentences = describeRules(task.rules)
 */
export function describeRules(rules: Rules): string[] {
  // No gold: what workers have to agree with is the majority among themselves.
  if (rules.goldCount === 0) {
    return [
      `${plural(rules.itemCount, 'item')} to label. ${legalLabel(rules)}`,
      rules.thresholdBps === 0
        ? 'No agreement with the majority is required to be paid.'
        : `A worker must agree with the majority on at least ${percent(rules.thresholdBps)} of its items to be paid.`,
    ]
  }
  const needed = neededAgreements(rules)
  return [
    `${plural(rules.itemCount, 'item')} to label. ${legalLabel(rules)}`,
    agreement(rules),
    needed === 0
      ? `${plural(rules.goldCount, 'gold item')} among them; no agreement is required to be paid.`
      : `${plural(rules.goldCount, 'gold item')} among them. A worker must agree with at least ${needed} of the ${rules.goldCount} (${percent(rules.thresholdBps)}) to be paid.`,
  ]
}

function legalLabel(rules: Rules): string {
  switch (rules.kind) {
    case 'distance':
      return `Each label is a whole number from 0 to ${rules.max}.`
    case 'set':
      return `Each label is a set of up to ${plural(Math.round(Math.log2(rules.max + 1)), 'class', 'classes')}.`
    case 'box':
      return rules.height === 1
        ? `Each label is a span with a class from 0 to ${rules.maxClass}, inside a sequence of ${groups(rules.width)}.`
        : `Each label is a box with a class from 0 to ${rules.maxClass}, inside an image of ${groups(rules.width)} × ${groups(rules.height)} pixels.`
    default:
      return rules satisfies never
  }
}

function agreement(rules: Rules): string {
  switch (rules.kind) {
    case 'distance':
      return rules.tolerance === 0
        ? 'A label agrees with gold when it is equal to it.'
        : `A label agrees with gold when it is at most ${rules.tolerance} away from it.`
    case 'set':
      return rules.tolerance === 0
        ? 'A set agrees with gold when it is the same set.'
        : `A set agrees with gold when it differs in at most ${plural(rules.tolerance, 'class', 'classes')}.`
    case 'box':
      return `A ${rules.height === 1 ? 'span' : 'box'} agrees with gold when the class is the same and intersection over union is at least ${percent(rules.iouBps)}.`
    default:
      return rules satisfies never
  }
}

const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${groups(count)} ${count === 1 ? noun : nouns}`

/** Digits in groups: `1,234,567`. */
const groups = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

function percent(bps: number): string {
  const value = bps / BPS_PER_PERCENT
  return `${Number.isInteger(value) ? value : value.toFixed(2).replace(/0$/, '')}%`
}
