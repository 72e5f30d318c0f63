import type { Task } from '../actions/index.js'

const BPS = 10_000
const BPS_PER_PERCENT = 100

/**
 * What is known of a paid slot's agreement. A proof against opened gold shows that the threshold was reached and no more; the score
 * itself is proven against hidden gold and in a consensus.
 */
export function agreementText(
  task: Pick<Task, 'kind'> & { readonly rules?: { readonly goldCount: number } },
  scoreBps: number,
): string {
  if (scoreBps === 0) return '-'
  const goldCount = task.rules?.goldCount ?? 0
  switch (task.kind) {
    case 'open-gold':
      return `at least ${agreementsOf(scoreBps, goldCount)} of ${goldCount}`
    case 'hidden-gold':
      return `${agreementsOf(scoreBps, goldCount)} of ${goldCount}`
    default:
      return `${scoreBps / BPS_PER_PERCENT} %`
  }
}

/** Fewest agreements of so many basis points, which the chain rounds down. */
function agreementsOf(scoreBps: number, goldCount: number): number {
  return Math.ceil((scoreBps * goldCount) / BPS)
}
