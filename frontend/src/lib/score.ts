import { decodeRules } from '@veritask/sdk'
import type { SlotRow, TermsRow } from '../api/types'
import { formatPercentBps } from './format'

const BPS = 10_000

/**
 * What is proven of a slot's agreement. A proof against opened gold shows that the threshold was reached, and not the score; the
 * score itself is proven against hidden gold and in a consensus.
 */
export function agreementWords({
  agreements,
  goldCount,
  assigned,
  scoreBps,
}: Pick<SlotRow, 'agreements' | 'goldCount' | 'assigned' | 'scoreBps'>): string {
  if (agreements !== null && assigned !== null) return `${agreements} of ${assigned} items agree`
  if (agreements !== null) return `${agreements} of ${goldCount} gold agree`
  if (!scoreBps) return ''
  if (goldCount === null) return `at least ${formatPercentBps(scoreBps)} agree`
  return `at least ${Math.ceil((scoreBps * goldCount) / BPS)} of ${goldCount} gold agree`
}

/** How many items of a task are gold, by the rules in its terms; null when it has none or asks for no labels. */
export function goldCountOf(terms: Pick<TermsRow, 'rules'> | null): number | null {
  return terms === null || terms.rules === null ? null : decodeRules(BigInt(terms.rules)).goldCount || null
}
