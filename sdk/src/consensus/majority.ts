import { BaseError } from '../errors/base.js'
import { CONSENSUS_CLASSES, type ItemCounts, MAX_TOTAL_WEIGHT } from './counts.js'

/** What one worker says about every item, and how much it weighs. */
export type Vote = {
  /** One class per item, 0 to 3. */
  readonly labels: readonly number[]
  /** 1 for one worker, one vote. */
  readonly weight: number
  /** Whether each item was assigned to the worker; items past the end are not. */
  readonly assigned: readonly boolean[]
}

/** A vote is for no class, or has a weight that none can have. Names no label. */
export class VoteInvalidError extends BaseError {
  override name = 'VoteInvalidError'
  constructor(readonly reason: string) {
    super(`The vote cannot be counted: ${reason}.`)
  }
}

/**
 * Weighted votes per item and class, on top of earlier ones.
 *
 * @param items - Number of items.
 * @param before - Counts to add to; zero when left out.
 * @throws {@link VoteInvalidError}
 *
 * @example
 * import { countVotes } from '@veritask/sdk'
 *
 * const counts = countVotes(1, [{ labels: [3], weight: 2, assigned: [true] }]) // [[0, 0, 0, 2]]
 */
export function countVotes(items: number, votes: readonly Vote[], before?: readonly ItemCounts[]): ItemCounts[] {
  const counts = Array.from({ length: items }, (_, index) => [...(before?.[index] ?? [0, 0, 0, 0])])
  for (const { labels, weight, assigned } of votes) {
    if (!Number.isInteger(weight) || weight < 1 || weight > MAX_TOTAL_WEIGHT)
      throw new VoteInvalidError(`the weight is not from 1 to ${MAX_TOTAL_WEIGHT}`)
    for (let index = 0; index < items; index++) {
      if (!assigned[index]) continue
      const label = labels[index] ?? 0
      if (!Number.isInteger(label) || label < 0 || label >= CONSENSUS_CLASSES)
        throw new VoteInvalidError(`the label of item ${index} is no class from 0 to ${CONSENSUS_CLASSES - 1}`)
      counts[index]![label]! += weight
    }
  }
  if (counts.some((item) => item.some((count) => count > MAX_TOTAL_WEIGHT)))
    throw new VoteInvalidError(`the votes for one class add up to more than ${MAX_TOTAL_WEIGHT}`)
  return counts as unknown as ItemCounts[]
}

/** The majority label of every item, and its votes over all items. */
export type Decision = { readonly labels: readonly number[]; readonly support: number }

/**
 * The class with most votes for each item; of several, the lowest. An item without votes has class 0.
 *
 * @example
 * import { decide } from '@veritask/sdk'
 *
 * const { labels, support } = decide([[0, 2, 2, 1]]) // [1], 2
 */
export function decide(counts: readonly ItemCounts[]): Decision {
  const labels = counts.map((item) => item.indexOf(Math.max(...item)))
  return { labels, support: counts.reduce((sum, item, index) => sum + item[labels[index]!]!, 0) }
}

/**
 * On how many of its assigned items a worker says what the consensus says.
 *
 * @example
 * import { agreementsWith } from '@veritask/sdk'
 *
 * const agreements = agreementsWith([1, 2], { labels: [1, 3], weight: 1, assigned: [true, true] }) // 1
 */
export function agreementsWith(consensus: readonly number[], { labels, assigned }: Vote): number {
  return consensus.filter((label, index) => assigned[index] && (labels[index] ?? 0) === label).length
}

/**
 * The consensus of some votes: what a consensus proof shows, computed in the open.
 *
 * @throws {@link VoteInvalidError}
 *
 * @example
 * import { majority } from '@veritask/sdk'
 *
 * const vote = (label: number) => ({ labels: [label], weight: 1, assigned: [true] })
 * const { labels, support, agreements } = majority(1, [vote(2), vote(1), vote(2)]) // [2], 2, [1, 0, 1]
 */
export function majority(
  items: number,
  votes: readonly Vote[],
): Decision & { readonly counts: readonly ItemCounts[]; readonly agreements: readonly number[] } {
  const counts = countVotes(items, votes)
  const decision = decide(counts)
  return { ...decision, counts, agreements: votes.map((vote) => agreementsWith(decision.labels, vote)) }
}
