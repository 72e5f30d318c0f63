import { BaseError } from '../errors/base.js'
import { MASK_BITS_PER_WORD } from '../labels/rules.js'

/** Legal sizes of a consensus circuit, in items: one proof, or a chain of tallies. */
export const CONSENSUS_CAPACITIES = [64, 256] as const
export type ConsensusCapacity = (typeof CONSENSUS_CAPACITIES)[number]

/** An assignment mask does not have the words or bits that its circuit reads. */
export class MaskMalformedError extends BaseError {
  override name = 'MaskMalformedError'
  constructor(readonly reason: string) {
    super(`The assignment mask is malformed: ${reason}.`)
  }
}

/** Words of a mask: 1 of 64 items, 2 of 256. */
export const maskWordsOf = (capacity: ConsensusCapacity): number => Math.ceil(capacity / MASK_BITS_PER_WORD)

/**
 * Packs which items are assigned to a worker: one bit per item, 248 to a word, item 0 lowest.
 *
 * @param assigned - One flag per item, at most `capacity`.
 * @throws {@link MaskMalformedError}
 *
 * @example
 * import { packMask } from '@veritask/sdk'
 *
 * const mask = packMask(64, [true, false, true]) // [0b101n]
 */
export function packMask(capacity: ConsensusCapacity, assigned: readonly boolean[]): bigint[] {
  if (assigned.length > capacity) throw new MaskMalformedError(`${assigned.length} items, more than ${capacity}`)
  const mask = new Array<bigint>(maskWordsOf(capacity)).fill(0n)
  assigned.forEach((item, index) => {
    if (item) mask[Math.floor(index / MASK_BITS_PER_WORD)]! |= 1n << BigInt(index % MASK_BITS_PER_WORD)
  })
  return mask
}

/**
 * Which items a mask assigns: `capacity` flags.
 *
 * @throws {@link MaskMalformedError} on a wrong number of words or bits past the capacity.
 *
 * @example
 * import { unpackMask } from '@veritask/sdk'
 *
 * const [first, second] = unpackMask(64, [0b101n]) // true, false
 */
export function unpackMask(capacity: ConsensusCapacity, mask: readonly bigint[]): boolean[] {
  const words = maskWordsOf(capacity)
  if (mask.length !== words) throw new MaskMalformedError(`${mask.length} words, not ${words}`)
  mask.forEach((word, index) => {
    const size = Math.min(MASK_BITS_PER_WORD, capacity - index * MASK_BITS_PER_WORD)
    if (word < 0n || word >> BigInt(size) !== 0n) throw new MaskMalformedError(`word ${index} has bits past ${size}`)
  })
  return Array.from({ length: capacity }, (_, index) => {
    const word = mask[Math.floor(index / MASK_BITS_PER_WORD)]!
    return ((word >> BigInt(index % MASK_BITS_PER_WORD)) & 1n) === 1n
  })
}
