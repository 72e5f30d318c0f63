import type { Label } from '../labels/codes.js'
import type { Rules } from '../labels/rules.js'
import { LabelFileError } from './errors.js'

/** One label for each item, of several workers. */
export type MergedLabels = {
  /** In item order; items without a majority are left out. */
  readonly labels: readonly { readonly item: number; readonly label: Label; readonly votes: number }[]
  /** Items whose labels are even: nobody's is taken. */
  readonly ties: readonly number[]
}

/**
 * One label per item: the one that most workers gave. An item on which several labels are given equally often has none; nothing is decided by order.
 *
 * @param parameters.labelings - Labels of each worker, one per item; undefined where a worker has none.
 * @throws {LabelFileError} for boxes, of which no two need be the same.
 *
 * @example
 * import { mergeLabels } from '@veritask/sdk'
 * const { labels, ties } = mergeLabels({ rules, labelings: [[0, 1], [0, 2], [0, 1]] })
 */
export function mergeLabels({
  rules,
  labelings,
}: {
  readonly rules: Rules
  readonly labelings: readonly (readonly (Label | undefined)[])[]
}): MergedLabels {
  if (rules.kind === 'box')
    throw new LabelFileError({
      reason: 'boxes of several workers cannot be merged: there is no majority of boxes',
      advice: 'Take the boxes of all workers, each in its own row.',
    })
  const items = Array.from({ length: rules.itemCount }, (_, item) => {
    const counts = new Map<number, number>()
    for (const labels of labelings) {
      const label = labels[item]
      if (typeof label === 'number') counts.set(label, (counts.get(label) ?? 0) + 1)
    }
    const votes = Math.max(0, ...counts.values())
    const first = [...counts].filter(([, count]) => count === votes).map(([label]) => label)
    return { item, votes, first }
  })
  return {
    labels: items.flatMap(({ item, votes, first }) => (first.length === 1 ? [{ item, label: first[0]!, votes }] : [])),
    ties: items.filter(({ first }) => first.length > 1).map(({ item }) => item),
  }
}
