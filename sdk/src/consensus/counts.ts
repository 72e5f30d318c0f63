import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { domains, hash } from '../poseidon.js'
import {
  CONSENSUS_CLASSES,
  COUNT_BITS,
  COUNT_CAPACITY,
  COUNT_WORDS,
  ITEM_BITS,
  ITEMS_PER_WORD,
  MAX_TOTAL_WEIGHT,
} from './countConstants.js'

export {
  CONSENSUS_CLASSES,
  COUNT_BITS,
  COUNT_CAPACITY,
  COUNT_WORDS,
  MAX_TOTAL_WEIGHT,
  ZERO_COUNTS,
} from './countConstants.js'

/** Weighted votes of one item, by class. */
export type ItemCounts = readonly [number, number, number, number]

/** Counts do not fit their words, or words are not counts. */
export class CountsMalformedError extends BaseError {
  override name = 'CountsMalformedError'
  constructor(readonly reason: string) {
    super(`Vote counts are malformed: ${reason}.`)
  }
}

/**
 * Packs counts into words: four counts of 12 bits per item, class 0 lowest, five items to a word.
 *
 * @param counts - At most 256 items; the rest are zero.
 * @throws {@link CountsMalformedError}
 *
 * @example
 * import { packCounts } from '@veritask/sdk'
 *
 * const [word] = packCounts([[2, 1, 0, 0]]) // 0x001002n
 */
export function packCounts(counts: readonly ItemCounts[]): bigint[] {
  if (counts.length > COUNT_CAPACITY) throw new CountsMalformedError(`${counts.length} items, not ${COUNT_CAPACITY}`)
  const words = new Array<bigint>(COUNT_WORDS).fill(0n)
  counts.forEach((item, index) => {
    if (item.length !== CONSENSUS_CLASSES) throw new CountsMalformedError(`item ${index} has ${item.length} counts`)
    item.forEach((count, label) => {
      if (!Number.isInteger(count) || count < 0 || count > MAX_TOTAL_WEIGHT)
        throw new CountsMalformedError(`a count of item ${index} is not from 0 to ${MAX_TOTAL_WEIGHT}`)
      const shift = (index % ITEMS_PER_WORD) * ITEM_BITS + label * COUNT_BITS
      words[Math.floor(index / ITEMS_PER_WORD)]! |= BigInt(count) << BigInt(shift)
    })
  })
  return words
}

/**
 * Takes packed counts apart: 256 items.
 *
 * @throws {@link CountsMalformedError}
 *
 * @example
 * import { packCounts, unpackCounts } from '@veritask/sdk'
 *
 * const [first] = unpackCounts(packCounts([[2, 1, 0, 0]])) // [2, 1, 0, 0]
 */
export function unpackCounts(words: readonly bigint[]): ItemCounts[] {
  if (words.length !== COUNT_WORDS) throw new CountsMalformedError(`${words.length} words, not ${COUNT_WORDS}`)
  words.forEach((word, index) => {
    const items = Math.min(ITEMS_PER_WORD, COUNT_CAPACITY - index * ITEMS_PER_WORD)
    if (word < 0n || word >> BigInt(items * ITEM_BITS) !== 0n)
      throw new CountsMalformedError(`word ${index} has bits past its ${items} items`)
  })
  return Array.from({ length: COUNT_CAPACITY }, (_, index) => {
    const item = words[Math.floor(index / ITEMS_PER_WORD)]! >> BigInt((index % ITEMS_PER_WORD) * ITEM_BITS)
    const count = (label: number) => Number((item >> BigInt(label * COUNT_BITS)) & BigInt(MAX_TOTAL_WEIGHT))
    return [count(0), count(1), count(2), count(3)]
  })
}

/**
 * Hiding, binding commitment to counts: `H("veritask.counts.1", salt, words…)`.
 *
 * @param salt - From {@link randomSalt}; secret.
 * @throws {@link CountsMalformedError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { commitCounts, packCounts, randomSalt } from '@veritask/sdk'
 *
 * const commitment = commitCounts({ words: packCounts([[2, 1, 0, 0]]), salt: randomSalt() })
 */
export function commitCounts({ words, salt }: { readonly words: readonly bigint[]; readonly salt: bigint }): Field {
  if (words.length !== COUNT_WORDS) throw new CountsMalformedError(`${words.length} words, not ${COUNT_WORDS}`)
  return hash([domains.counts, toField(salt, 'Salt of the counts'), ...words])
}
