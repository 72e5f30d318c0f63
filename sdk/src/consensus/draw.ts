import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { type ConsensusCapacity, maskWordsOf, packMask } from './mask.js'

const DRAW_TYPES = parseAbiParameters('bytes32, address, address, uint256, uint256')

export type DrawMaskParameters = {
  /** Of the round in which the worker joined; not read when `shift` is zero. */
  readonly seed: Hex
  readonly worker: Address
  readonly payout: Address
  /** Each item is drawn with probability 2^-shift, 0 to 3. */
  readonly shift: number
  /** Items of the task; at most `capacity`. */
  readonly itemCount: number
  readonly capacity: ConsensusCapacity
}

/**
 * Which items of a consensus task a worker is to label, as the chain draws them: a mask as from {@link packMask}. All items
 * when the draw leaves none, and when nothing is drawn.
 *
 * @throws {@link MaskMalformedError} when there are more items than the capacity has.
 *
 * @example
 * import { drawMask, unpackMask } from '@veritask/sdk'
 *
 * const worker = '0x00000000000000000000000000000000000000aa'
 * const seed = `0x${'11'.repeat(32)}` as const
 * const mask = drawMask({ seed, worker, payout: worker, shift: 1, itemCount: 12, capacity: 64 })
 * const assigned = unpackMask(64, mask)
 */
export function drawMask({ seed, worker, payout, shift, itemCount, capacity }: DrawMaskParameters): bigint[] {
  const all = packMask(capacity, new Array<boolean>(itemCount).fill(true))
  const drawn = Array.from({ length: maskWordsOf(capacity) }, (_, word) => {
    let bits = all[word] ?? 0n
    for (let draw = 0; draw < shift; draw++) {
      const encoded = encodeAbiParameters(DRAW_TYPES, [seed, worker, payout, BigInt(word), BigInt(draw)])
      bits &= BigInt(keccak256(encoded))
    }
    return bits
  })
  return drawn.some((word) => word !== 0n) ? drawn : all
}
