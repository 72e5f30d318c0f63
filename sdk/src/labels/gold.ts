import { encodeAbiParameters, type Hex, keccak256, parseAbiParameters, stringToHex } from 'viem'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { domains, hash } from '../poseidon.js'
import { decodeLabel, encodeLabel, type Label, packInto, unpackFrom } from './codes.js'
import { layoutOf, MASK_BITS_PER_WORD, type Rules } from './rules.js'

/** The right label of one item. */
export type GoldItem = { readonly index: number; readonly label: Label }

/** Right labels of some items, by item index; the order does not matter. */
export type GoldItems = ReadonlyMap<number, Label> | readonly GoldItem[]

/** A gold set as circuits and contracts read it. */
export type PackedGold = {
  /** One bit per item, 248 per word, item 0 lowest; 1 marks a gold item. */
  readonly mask: readonly bigint[]
  /** Gold codes in the order of the marked items, packed like labels. */
  readonly values: readonly bigint[]
}

/** A gold set does not fit the rules: wrong count, an item that does not exist, twice the same item, stray bits. */
export class GoldMalformedError extends BaseError {
  override name = 'GoldMalformedError'
  constructor(readonly reason: string) {
    super(`The gold does not fit the task: ${reason}.`)
  }
}

/** Gold that was meant to open a commitment opens another one. */
export class GoldDoesNotOpenError extends BaseError {
  override name = 'GoldDoesNotOpenError'
  constructor() {
    super('The gold does not open its commitment.', {
      metaMessages: ['Salt, gold items and labels must be exactly those the task was created with.'],
    })
  }
}

/** Gold items in item order, checked against the rules. */
export function goldEntries(rules: Rules, items: GoldItems): GoldItem[] {
  const entries: GoldItem[] = Array.isArray(items)
    ? [...(items as readonly GoldItem[])]
    : [...(items as ReadonlyMap<number, Label>)].map(([index, label]) => ({ index, label }))
  if (rules.goldCount === 0) throw new GoldMalformedError('these are rules of a consensus, which has no gold')
  if (entries.length !== rules.goldCount)
    throw new GoldMalformedError(`${entries.length} gold items, not ${rules.goldCount}`)
  entries.sort((a, b) => a.index - b.index)
  entries.forEach(({ index, label }, position) => {
    if (!Number.isInteger(index) || index < 0 || index >= rules.itemCount)
      throw new GoldMalformedError(`item ${index} is not among the task's ${rules.itemCount}`)
    if (entries[position - 1]?.index === index) throw new GoldMalformedError(`item ${index} is given twice`)
    encodeLabel(rules, label, index)
  })
  return entries
}

/**
 * Packs a gold set into mask and value words.
 *
 * @throws {@link GoldMalformedError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}
 *
 * @example
 * import { packGold } from '@veritask/sdk'
 *
 * const { mask, values } = packGold(
 *   { kind: 'distance', capacity: 64, itemCount: 64, goldCount: 2, thresholdBps: 5000, max: 9, tolerance: 0 },
 *   [{ index: 0, label: 7 }, { index: 5, label: 3 }],
 * ) // mask [0b100001n], values [0x0307n]
 */
export function packGold(rules: Rules, items: GoldItems): PackedGold {
  const { maskWords, goldWords, perWord, codeBits } = layoutOf(rules)
  const entries = goldEntries(rules, items)
  const mask = new Array<bigint>(maskWords).fill(0n)
  for (const { index } of entries)
    mask[Math.floor(index / MASK_BITS_PER_WORD)]! |= 1n << BigInt(index % MASK_BITS_PER_WORD)
  const codes = entries.map(({ index, label }) => encodeLabel(rules, label, index))
  return { mask, values: packInto(codes, goldWords, perWord, codeBits) }
}

/**
 * Takes a packed gold set apart, checking it against the rules.
 *
 * @returns Gold items in item order.
 * @throws {@link GoldMalformedError}, {@link WordsMalformedError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}
 *
 * @example
 * import { unpackGold } from '@veritask/sdk'
 *
 * const items = unpackGold(
 *   { kind: 'distance', capacity: 64, itemCount: 64, goldCount: 2, thresholdBps: 5000, max: 9, tolerance: 0 },
 *   { mask: [0b100001n], values: [0x0307n] },
 * ) // [{ index: 0, label: 7 }, { index: 5, label: 3 }]
 */
export function unpackGold(rules: Rules, packed: PackedGold): GoldItem[] {
  const { goldWords, perWord, codeBits, goldCapacity } = layoutOf(rules)
  const indices = maskIndices(rules, packed.mask)
  if (packed.values.length !== goldWords)
    throw new GoldMalformedError(`${packed.values.length} value words, not ${goldWords}`)
  const codes = unpackFrom(packed.values, perWord, codeBits)
  if (codes.slice(Math.min(indices.length, goldCapacity)).some((code) => code !== 0n))
    throw new GoldMalformedError('a value past the last gold item is not zero')
  return indices.map((index, position) => ({ index, label: decodeLabel(rules, codes[position]!, index) }))
}

/** Items that a mask marks, in order. */
function maskIndices(rules: Rules, mask: readonly bigint[]): number[] {
  const { maskWords } = layoutOf(rules)
  if (mask.length !== maskWords) throw new GoldMalformedError(`${mask.length} mask words, not ${maskWords}`)
  const indices: number[] = []
  mask.forEach((word, wordIndex) => {
    if (word < 0n || word >> BigInt(MASK_BITS_PER_WORD) !== 0n)
      throw new GoldMalformedError(`mask word ${wordIndex} has bits past ${MASK_BITS_PER_WORD}`)
    for (let bit = 0; bit < MASK_BITS_PER_WORD; bit++)
      if ((word >> BigInt(bit)) & 1n) indices.push(wordIndex * MASK_BITS_PER_WORD + bit)
  })
  if (indices.some((index) => index >= rules.itemCount))
    throw new GoldMalformedError(`the mask marks an item past the task's ${rules.itemCount}`)
  if (indices.length !== rules.goldCount)
    throw new GoldMalformedError(`the mask marks ${indices.length} items, not ${rules.goldCount}`)
  return indices
}

/**
 * Words of the picked codes: a worker's codes at the gold items, in order, packed like gold values.
 *
 * @param codes - `rules.capacity` codes.
 */
export function pickCodes(rules: Rules, mask: readonly bigint[], codes: readonly bigint[]): bigint[] {
  const { goldWords, perWord, codeBits } = layoutOf(rules)
  const picked = maskIndices(rules, mask).map((index) => codes[index]!)
  return packInto(picked, goldWords, perWord, codeBits)
}

const OPEN_GOLD_DOMAIN = keccak256(stringToHex('veritask.gold.1'))

/**
 * Commitment to gold that will be opened on-chain: `keccak256(abi.encode(domain, salt, mask, values))`.
 *
 * @param salt - 32 random bytes, secret until the gold is opened.
 *
 * @example
 * import { bytesToHex } from 'viem'
 * import { openGoldCommitment, randomBytes } from '@veritask/sdk'
 *
 * const commitment = openGoldCommitment({ salt: bytesToHex(randomBytes(32)), mask: [1n], values: [7n] })
 */
export function openGoldCommitment({ salt, mask, values }: PackedGold & { readonly salt: Hex }): Hex {
  return keccak256(
    encodeAbiParameters(parseAbiParameters('bytes32, bytes32, uint256[], uint256[]'), [
      OPEN_GOLD_DOMAIN,
      salt,
      mask,
      values,
    ]),
  )
}

/**
 * Commitment to gold that stays hidden: `H("veritask.gold.1", salt, mask…, values…)`.
 *
 * @param salt - From {@link randomSalt}; secret.
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { hiddenGoldCommitment, randomSalt } from '@veritask/sdk'
 *
 * const commitment = hiddenGoldCommitment({ salt: randomSalt(), mask: [1n], values: [7n] })
 */
export function hiddenGoldCommitment({ salt, mask, values }: PackedGold & { readonly salt: bigint }): Field {
  return hash([domains.gold, toField(salt, 'Gold salt'), ...mask, ...values])
}
