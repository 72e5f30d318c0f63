import { BaseError } from '../errors/base.js'
import { type BoxRules, layoutOf, type Rules, type RulesShape } from './rules.js'

/** A box in pixels: columns x to x + w − 1, rows y to y + h − 1, of class `class`. */
export type Box = {
  readonly class: number
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** One label: a number under scalar rules, a {@link Box} under box rules. */
export type Label = number | Box

/** A label is not legal under the rules. Says where and what is legal, never the label. */
export class LabelOutsideSchemaError extends BaseError {
  override name = 'LabelOutsideSchemaError'
  /**
   * @param index - Item of the label, 0-based; undefined when a single label was given.
   * @param expected - What is legal.
   */
  constructor(
    readonly index: number | undefined,
    readonly expected: string,
  ) {
    super(`${index === undefined ? 'The label' : `The label of item ${index}`} is outside the schema: ${expected}.`)
  }
}

/** A box does not lie inside its image. */
export class BoxOutsideImageError extends BaseError {
  override name = 'BoxOutsideImageError'
  constructor(
    readonly index: number | undefined,
    readonly width: number,
    readonly height: number,
  ) {
    super(
      `${index === undefined ? 'The box' : `The box of item ${index}`} does not lie inside its image of ${width} × ${height} pixels.`,
      { metaMessages: ['A box needs w ≥ 1, h ≥ 1, x + w ≤ width and y + h ≤ height, all in whole pixels.'] },
    )
  }
}

/** A label vector has another length than the task has items. */
export class WrongItemCountError extends BaseError {
  override name = 'WrongItemCountError'
  constructor(
    readonly count: number,
    readonly expected: number,
  ) {
    super(`The task has ${expected} items, but ${count} labels were given.`)
  }
}

/** Words do not have the number or the bits that the layout gives them. */
export class WordsMalformedError extends BaseError {
  override name = 'WordsMalformedError'
  constructor(readonly reason: string) {
    super(`Packed label words are malformed: ${reason}.`)
  }
}

const X_SHIFT = 8n
const Y_SHIFT = 24n
const W_SHIFT = 40n
const H_SHIFT = 56n
const BYTE = 0xffn
const U16 = 0xffffn

/**
 * The code of one legal label: 8 bits for a scalar, 72 for a box.
 *
 * @param index - Item of the label, for the error.
 * @throws {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}
 *
 * @example
 * import { encodeLabel } from '@veritask/sdk'
 *
 * const code = encodeLabel({ kind: 'distance', max: 9 }, 7) // 7n
 */
export function encodeLabel(rules: LabelSchema, label: Label, index?: number): bigint {
  if (rules.kind === 'box') return encodeBox(rules, label, index)
  if (typeof label !== 'number' || !Number.isInteger(label) || label < 0 || label > rules.max)
    throw new LabelOutsideSchemaError(index, `an integer from 0 to ${rules.max}`)
  return BigInt(label)
}

/** The part of the rules that says which labels are legal. */
export type LabelSchema =
  | { readonly kind: 'distance' | 'set'; readonly max: number }
  | Pick<BoxRules, 'kind' | 'maxClass' | 'width' | 'height'>

function encodeBox(rules: Pick<BoxRules, 'maxClass' | 'width' | 'height'>, label: Label, index?: number): bigint {
  if (typeof label !== 'object' || label === null)
    throw new LabelOutsideSchemaError(index, 'a box with class, x, y, w and h')
  const { class: boxClass, x, y, w, h } = label
  if (![boxClass, x, y, w, h].every((part) => Number.isInteger(part)))
    throw new LabelOutsideSchemaError(index, 'a box of whole numbers class, x, y, w and h')
  if (boxClass < 0 || boxClass > rules.maxClass)
    throw new LabelOutsideSchemaError(index, `a class from 0 to ${rules.maxClass}`)
  if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > rules.width || y + h > rules.height)
    throw new BoxOutsideImageError(index, rules.width, rules.height)
  return (
    BigInt(boxClass) |
    (BigInt(x) << X_SHIFT) |
    (BigInt(y) << Y_SHIFT) |
    (BigInt(w - 1) << W_SHIFT) |
    (BigInt(h - 1) << H_SHIFT)
  )
}

/**
 * The label behind a code, checked against the rules.
 *
 * @throws {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}
 *
 * @example
 * import { decodeLabel } from '@veritask/sdk'
 *
 * const label = decodeLabel({ kind: 'distance', max: 9 }, 7n) // 7
 */
export function decodeLabel(rules: LabelSchema, code: bigint, index?: number): Label {
  const label: Label = rules.kind === 'box' ? decodeBox(code) : code < 0n || code > BYTE ? -1 : Number(code)
  // Encoding again checks legality, and that no bit of the code was left out.
  if (encodeLabel(rules, label, index) !== code) throw new LabelOutsideSchemaError(index, 'a code of 72 bits')
  return label
}

function decodeBox(code: bigint): Box {
  return {
    class: Number(code & BYTE),
    x: Number((code >> X_SHIFT) & U16),
    y: Number((code >> Y_SHIFT) & U16),
    w: Number((code >> W_SHIFT) & U16) + 1,
    h: Number((code >> H_SHIFT) & U16) + 1,
  }
}

/**
 * Codes of a whole label vector, padded with zeros to the circuit's capacity.
 *
 * @param labels - One per item, in item order.
 * @returns `rules.capacity` codes.
 * @throws {@link WrongItemCountError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}
 *
 * @example
 * import { encodeLabels } from '@veritask/sdk'
 *
 * const codes = encodeLabels(
 *   { kind: 'distance', capacity: 64, itemCount: 3, goldCount: 1, thresholdBps: 10_000, max: 9, tolerance: 0 },
 *   [7, 2, 1],
 * )
 */
export function encodeLabels(rules: Rules, labels: readonly Label[]): bigint[] {
  if (labels.length !== rules.itemCount) throw new WrongItemCountError(labels.length, rules.itemCount)
  const codes = new Array<bigint>(rules.capacity).fill(0n)
  labels.forEach((label, index) => {
    codes[index] = encodeLabel(rules, label, index)
  })
  return codes
}

/**
 * The labels behind a padded code vector, checked against the rules.
 *
 * @param codes - `rules.capacity` codes; those past `rules.itemCount` must be zero.
 * @throws {@link WordsMalformedError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}
 *
 * @example
 * import { decodeLabels, encodeLabels, type Rules } from '@veritask/sdk'
 *
 * const rules: Rules = {
 *   kind: 'distance', capacity: 64, itemCount: 3, goldCount: 1, thresholdBps: 10_000, max: 9, tolerance: 0,
 * }
 * const labels = decodeLabels(rules, encodeLabels(rules, [7, 2, 1])) // [7, 2, 1]
 */
export function decodeLabels(rules: Rules, codes: readonly bigint[]): Label[] {
  if (codes.length !== rules.capacity) throw new WordsMalformedError(`${codes.length} codes, not ${rules.capacity}`)
  if (codes.slice(rules.itemCount).some((code) => code !== 0n))
    throw new WordsMalformedError('a code past the last item is not zero')
  return codes.slice(0, rules.itemCount).map((code, index) => decodeLabel(rules, code, index))
}

/**
 * Packs a padded code vector into words, first code in the lowest bits.
 *
 * @param codes - At most `rules.capacity` codes, each within the code's bits.
 * @returns `layoutOf(rules).words` words of at most 248 bits.
 * @throws {@link WordsMalformedError}
 *
 * @example
 * import { packCodes } from '@veritask/sdk'
 *
 * const words = packCodes({ kind: 'distance', capacity: 64 }, [1n, 2n])
 */
export function packCodes(rules: RulesShape, codes: readonly bigint[]): bigint[] {
  const { words, perWord, codeBits } = layoutOf(rules)
  if (codes.length > rules.capacity)
    throw new WordsMalformedError(`${codes.length} codes, more than the capacity of ${rules.capacity}`)
  return packInto(codes, words, perWord, codeBits)
}

/** Packs codes little-endian into exactly `words` words. */
export function packInto(codes: readonly bigint[], words: number, perWord: number, codeBits: number): bigint[] {
  if (codes.length > words * perWord) throw new WordsMalformedError(`${codes.length} codes do not fit ${words} words`)
  const packed = new Array<bigint>(words).fill(0n)
  codes.forEach((code, index) => {
    if (code < 0n || code >> BigInt(codeBits) !== 0n)
      throw new WordsMalformedError(`the code of item ${index} is wider than ${codeBits} bits`)
    const word = Math.floor(index / perWord)
    packed[word]! |= code << BigInt((index % perWord) * codeBits)
  })
  return packed
}

/**
 * Takes words apart into `rules.capacity` codes.
 *
 * @param words - Exactly `layoutOf(rules).words` words.
 * @throws {@link WordsMalformedError} on a wrong count or bits outside the layout.
 *
 * @example
 * import { packCodes, unpackWords } from '@veritask/sdk'
 *
 * const rules = { kind: 'distance', capacity: 64 } as const
 * const codes = unpackWords(rules, packCodes(rules, [1n, 2n]))
 */
export function unpackWords(rules: RulesShape, words: readonly bigint[]): bigint[] {
  const { words: count, perWord, codeBits } = layoutOf(rules)
  if (words.length !== count) throw new WordsMalformedError(`${words.length} words, not ${count}`)
  const codes = unpackFrom(words, perWord, codeBits)
  if (codes.slice(rules.capacity).some((code) => code !== 0n))
    throw new WordsMalformedError('a code past the capacity is not zero')
  return codes.slice(0, rules.capacity)
}

/** Takes words apart into all the codes they have room for. */
export function unpackFrom(words: readonly bigint[], perWord: number, codeBits: number): bigint[] {
  const mask = (1n << BigInt(codeBits)) - 1n
  return words.flatMap((word, index) => {
    if (word < 0n || word >> BigInt(perWord * codeBits) !== 0n)
      throw new WordsMalformedError(`word ${index} has bits past its ${perWord} codes`)
    return Array.from({ length: perWord }, (_, i) => (word >> BigInt(i * codeBits)) & mask)
  })
}

/**
 * A box code as the five numbers a box circuit reads: class, x, y, w − 1, h − 1. Codes are not checked for legality.
 *
 * @example
 * import { boxCodeParts } from '@veritask/sdk'
 *
 * const parts = boxCodeParts(0n) // [0n, 0n, 0n, 0n, 0n]
 */
export function boxCodeParts(code: bigint): [bigint, bigint, bigint, bigint, bigint] {
  return [code & BYTE, (code >> X_SHIFT) & U16, (code >> Y_SHIFT) & U16, (code >> W_SHIFT) & U16, code >> H_SHIFT]
}
