import { type Box, type Label, LabelOutsideSchemaError, WrongItemCountError } from './codes.js'
import { type GoldItems, goldEntries } from './gold.js'
import { type BoxRules, MAX_BPS, neededAgreements, type Rules, type ScalarRules } from './rules.js'

/** The part of the rules that says when two labels agree. */
export type AgreementRules = Pick<ScalarRules, 'kind' | 'tolerance'> | Pick<BoxRules, 'kind' | 'iouBps'>

/** How a label vector does against the gold. */
export type Score = {
  /** Gold items on which the labels agree. */
  readonly agreements: number
  /** Gold items. */
  readonly goldCount: number
  /** Fewest agreements that pass. */
  readonly needed: number
  /** Whether `agreements` reaches the threshold. */
  readonly passed: boolean
}

/**
 * Whether two legal labels agree.
 *
 * @throws {@link LabelOutsideSchemaError} when a label is of the wrong shape for the rules.
 *
 * @example
 * import { agrees } from '@veritask/sdk'
 *
 * agrees({ kind: 'distance', tolerance: 1 }, 4, 5) // true
 */
export function agrees(rules: AgreementRules, a: Label, b: Label): boolean {
  switch (rules.kind) {
    case 'distance':
      return Math.abs(scalar(a) - scalar(b)) <= rules.tolerance
    case 'set':
      return popcount(scalar(a) ^ scalar(b)) <= rules.tolerance
    case 'box':
      return boxesAgree(rules.iouBps, box(a), box(b))
  }
}

function boxesAgree(iouBps: number, a: Box, b: Box): boolean {
  if (a.class !== b.class) return false
  const overlapWidth = Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x))
  const overlapHeight = Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y))
  const intersection = overlapWidth * overlapHeight
  const union = a.w * a.h + b.w * b.h - intersection
  // Areas are below 2^33 and MAX_BPS below 2^14: every product here is an exact double.
  return MAX_BPS * intersection >= iouBps * union
}

function scalar(label: Label): number {
  if (typeof label !== 'number') throw new LabelOutsideSchemaError(undefined, 'a number')
  return label
}

function box(label: Label): Box {
  if (typeof label !== 'object') throw new LabelOutsideSchemaError(undefined, 'a box')
  return label
}

function popcount(value: number): number {
  let count = 0
  for (let rest = value; rest !== 0; rest &= rest - 1) count++
  return count
}

/**
 * Scores labels against gold.
 *
 * @param labels - One per item.
 * @throws {@link WrongItemCountError}, {@link GoldMalformedError}
 *
 * @example
 * import { scoreLabels } from '@veritask/sdk'
 *
 * const score = scoreLabels(
 *   { kind: 'distance', capacity: 64, itemCount: 3, goldCount: 2, thresholdBps: 5000, max: 9, tolerance: 0 },
 *   [7, 2, 1],
 *   [{ index: 0, label: 7 }, { index: 2, label: 3 }],
 * ) // { agreements: 1, goldCount: 2, needed: 1, passed: true }
 */
export function scoreLabels(rules: Rules, labels: readonly Label[], gold: GoldItems): Score {
  if (labels.length !== rules.itemCount) throw new WrongItemCountError(labels.length, rules.itemCount)
  const entries = goldEntries(rules, gold)
  const agreements = entries.filter(({ index, label }) => agrees(rules, labels[index]!, label)).length
  const needed = neededAgreements(rules)
  return { agreements, goldCount: entries.length, needed, passed: agreements >= needed }
}

/** On whose side labels are, over the gold items that a challenger's labels contradict. */
export type Sides = {
  /** Items on which the labels agree with the gold and not with the challenger: bit k for the k-th gold item. */
  readonly withGold: bigint
  /** Items on which they agree with the challenger and not with the gold, likewise. */
  readonly withChallenger: bigint
  /** Gold items that the challenger's labels contradict: as many as can be on either side. */
  readonly contradicted: number
}

/**
 * Weighs labels between gold and a challenger. A gold item counts when the challenger's label does not agree with it; labels that agree
 * with both sides, or with neither, are on no side.
 *
 * @param labels - One per item.
 * @param challenger - The challenger's labels, one per item.
 * @throws {@link WrongItemCountError}, {@link GoldMalformedError}
 *
 * @example
 * import { sidesOf } from '@veritask/sdk'
 *
 * const sides = sidesOf(
 *   { kind: 'distance', capacity: 64, itemCount: 3, goldCount: 2, thresholdBps: 5000, max: 9, tolerance: 0 },
 *   [7, 2, 1],
 *   [7, 2, 1],
 *   [{ index: 0, label: 7 }, { index: 2, label: 3 }],
 * ) // { withGold: 0n, withChallenger: 2n, contradicted: 1 }
 */
export function sidesOf(rules: Rules, labels: readonly Label[], challenger: readonly Label[], gold: GoldItems): Sides {
  for (const { length } of [labels, challenger])
    if (length !== rules.itemCount) throw new WrongItemCountError(length, rules.itemCount)
  let [withGold, withChallenger, contradicted] = [0n, 0n, 0]
  for (const [k, { index, label }] of goldEntries(rules, gold).entries()) {
    if (agrees(rules, challenger[index]!, label)) continue
    contradicted++
    const own = labels[index]!
    const [agreesWithGold, agreesWithChallenger] = [agrees(rules, own, label), agrees(rules, own, challenger[index]!)]
    if (agreesWithGold && !agreesWithChallenger) withGold |= 1n << BigInt(k)
    if (agreesWithChallenger && !agreesWithGold) withChallenger |= 1n << BigInt(k)
  }
  return { withGold, withChallenger, contradicted }
}
