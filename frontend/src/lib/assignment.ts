import { drawMask, maskWordsOf, type Rules } from '@veritask/sdk'
import type { RoundRow, SlotRow, TaskDetailRow } from '../api/types'

/** Items of a drawn consensus that no delivered submission was to label: their consensus says nothing. */
export function countUnassigned(
  { terms, rounds, submissions }: Pick<TaskDetailRow, 'terms' | 'rounds' | 'submissions'>,
  rules: Rules | undefined,
): number {
  const shift = terms?.consensus?.assignmentShift ?? 0
  if (shift === 0 || !rules) return 0
  const { capacity, itemCount } = rules
  if (capacity !== 64 && capacity !== 256) return 0
  const delivered = submissions.filter(({ deliveredAt }) => deliveredAt !== null)
  if (delivered.length === 0) return 0
  const covered = new Array<bigint>(maskWordsOf(capacity)).fill(0n)
  for (const slot of delivered) {
    const seed = seedOf(slot, rounds)
    if (!seed) continue
    const { worker, payout } = slot as { worker: `0x${string}`; payout: `0x${string}` }
    const mask = drawMask({ seed: seed as `0x${string}`, worker, payout, shift, itemCount, capacity })
    for (const [word, bits] of mask.entries()) covered[word] = (covered[word] ?? 0n) | bits
  }
  return itemCount - covered.reduce((sum, word) => sum + countBits(word), 0)
}

/** A worker's items are drawn by the seed of the round that was open when it joined. */
function seedOf({ joinedAt }: SlotRow, rounds: readonly RoundRow[]): string | null {
  return rounds.findLast(({ openedAt }) => BigInt(openedAt) <= BigInt(joinedAt))?.seed ?? null
}

const countBits = (word: bigint): number => word.toString(2).replaceAll('0', '').length
