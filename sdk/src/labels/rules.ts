import { BaseError } from '../errors/base.js'

/** Hundred percent in basis points. */
export const MAX_BPS = 10_000

/** Legal sizes of a compiled scalar circuit, in labels. */
export const SCALAR_CAPACITIES = [64, 256, 512] as const
/** Legal size of a compiled box circuit, in labels. */
export const BOX_CAPACITY = 32

/** Scalar codes are one byte. */
export const SCALAR_CODE_BITS = 8
/** class 8, x 16, y 16, w−1 16, h−1 16. */
export const BOX_CODE_BITS = 72
/** Bits of a mask word that carry items. */
export const MASK_BITS_PER_WORD = 248

const MAX_SCALAR = 255
/** Highest class of a vote. */
const MAX_VOTE_CLASS = 3
const MAX_SET_TOLERANCE = 8
const MAX_CLASS = 255
const MAX_PIXELS = 65_535

/**
 * Rules for labels that are one small number: `distance` for classes (tolerance 0), ratings and pairwise preference;
 * `set` for bit-sets.
 */
export type ScalarRules = {
  readonly kind: 'distance' | 'set'
  /** Size of the compiled circuit, in labels. */
  readonly capacity: (typeof SCALAR_CAPACITIES)[number]
  /** Items in the task, 1 to `capacity`. */
  readonly itemCount: number
  /**
   * Gold items, 1 to the gold capacity and at most `itemCount`; 0 for a consensus (`distance`, capacity 64 or 256, `max` 1 to 3,
   * tolerance 0), where `thresholdBps` is the needed agreement with the majority.
   */
  readonly goldCount: number
  /** Needed agreement with the gold, in basis points, 0 to 10,000. */
  readonly thresholdBps: number
  /** Largest legal label, 1 to 255; for `set` it is 2^b − 1 with b classes. */
  readonly max: number
  /** Largest distance (`distance`, 0 to `max`) or number of differing bits (`set`, 0 to 8) that still agrees. */
  readonly tolerance: number
}

/** Rules for boxes in an image; spans of text or audio are boxes of height 1 in an image of height 1. */
export type BoxRules = {
  readonly kind: 'box'
  /** Size of the compiled circuit, in labels. */
  readonly capacity: typeof BOX_CAPACITY
  /** Items in the task, 1 to `capacity`. */
  readonly itemCount: number
  /** Gold items, 1 to 9 and at most `itemCount`. */
  readonly goldCount: number
  /** Needed agreement with the gold, in basis points, 0 to 10,000. */
  readonly thresholdBps: number
  /** Largest legal class, 0 to 255. */
  readonly maxClass: number
  /** Image width in pixels, 1 to 65,535. */
  readonly width: number
  /** Image height in pixels, 1 to 65,535. */
  readonly height: number
  /** Intersection over union that still agrees, in basis points, 1 to 10,000. */
  readonly iouBps: number
}

/** What a label may be and when two labels agree. */
export type Rules = ScalarRules | BoxRules

/** The part of the rules that fixes the packing and the circuit. */
export type RulesShape = Pick<ScalarRules, 'kind' | 'capacity'> | Pick<BoxRules, 'kind' | 'capacity'>

/** How codes are packed into field elements under some rules. */
export type Layout = {
  /** Codes in a word. */
  readonly perWord: number
  /** Bits of a code. */
  readonly codeBits: number
  /** Label words. */
  readonly words: number
  /** Gold mask words, 248 items each. */
  readonly maskWords: number
  /** Gold value words. */
  readonly goldWords: number
  /** Most gold items. */
  readonly goldCapacity: number
}

/** A statement that a labelling circuit proves. */
export type Statement = 'open-gold' | 'legality' | 'score' | 'audit'

/** Name of a compiled labelling circuit. */
export type LabelCircuitName =
  | `${Statement}-scalar-${ScalarRules['capacity']}`
  | `${Statement}-box-${BoxRules['capacity']}`

/** A field of the rules is outside its range, or the packed form has bits it must not have. */
export class RulesInvalidError extends BaseError {
  override name = 'RulesInvalidError'
  constructor(
    readonly field: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`Label rules: ${field} must be ${expected}, not ${String(value)}.`, { docsPath: 'circuits/SPEC.md#11-rules' })
  }
}

/** The needed agreement is above hundred percent. */
export class ThresholdTooHighError extends BaseError {
  override name = 'ThresholdTooHighError'
  readonly maxBps = MAX_BPS
  constructor(readonly thresholdBps: number) {
    super(`The threshold is ${thresholdBps} basis points; at most ${MAX_BPS} (every gold item) can be asked for.`)
  }
}

const KIND_CODES = { distance: 0, set: 1, box: 2 } as const

/** Word counts per compiled size, fixed by the circuits. */
const SCALAR_LAYOUTS: Record<ScalarRules['capacity'], Layout> = {
  64: { perWord: 31, codeBits: SCALAR_CODE_BITS, words: 3, maskWords: 1, goldWords: 1, goldCapacity: 31 },
  256: { perWord: 31, codeBits: SCALAR_CODE_BITS, words: 9, maskWords: 2, goldWords: 2, goldCapacity: 62 },
  512: { perWord: 31, codeBits: SCALAR_CODE_BITS, words: 17, maskWords: 3, goldWords: 2, goldCapacity: 62 },
}
const BOX_LAYOUT: Layout = {
  perWord: 3,
  codeBits: BOX_CODE_BITS,
  words: 11,
  maskWords: 1,
  goldWords: 3,
  goldCapacity: 9,
}

/**
 * How labels and gold are packed under these rules. Depends on `kind` and `capacity` only.
 *
 * @throws {@link RulesInvalidError} when no circuit of that capacity exists.
 *
 * @example
 * import { layoutOf } from '@veritask/sdk'
 *
 * const { words } = layoutOf({ kind: 'distance', capacity: 64 }) // 3
 */
export function layoutOf(rules: RulesShape): Layout {
  const capacity: number = rules.capacity
  if (rules.kind === 'box') {
    if (capacity !== BOX_CAPACITY) throw new RulesInvalidError('capacity', capacity, `${BOX_CAPACITY}`)
    return BOX_LAYOUT
  }
  const layout = SCALAR_LAYOUTS[rules.capacity]
  if (!layout) throw new RulesInvalidError('capacity', capacity, `one of ${SCALAR_CAPACITIES.join(', ')}`)
  return layout
}

/**
 * Checks every field of the rules.
 *
 * @throws {@link RulesInvalidError}, {@link ThresholdTooHighError}
 *
 * @example
 * import { assertRules } from '@veritask/sdk'
 *
 * assertRules({ kind: 'distance', capacity: 64, itemCount: 64, goldCount: 16, thresholdBps: 7500, max: 9, tolerance: 0 })
 */
export function assertRules(rules: Rules): void {
  if (!(rules.kind in KIND_CODES)) throw new RulesInvalidError('kind', rules.kind, 'distance, set or box')
  const { goldCapacity } = layoutOf(rules)
  inRange('itemCount', rules.itemCount, 1, rules.capacity)
  inRange('goldCount', rules.goldCount, isVote(rules) ? 0 : 1, Math.min(goldCapacity, rules.itemCount))
  if (Number.isInteger(rules.thresholdBps) && rules.thresholdBps > MAX_BPS)
    throw new ThresholdTooHighError(rules.thresholdBps)
  inRange('thresholdBps', rules.thresholdBps, 0, MAX_BPS)
  switch (rules.kind) {
    case 'distance':
      inRange('max', rules.max, 1, MAX_SCALAR)
      inRange('tolerance', rules.tolerance, 0, rules.max)
      return
    case 'set':
      inRange('max', rules.max, 1, MAX_SCALAR)
      if ((rules.max & (rules.max + 1)) !== 0) throw new RulesInvalidError('max', rules.max, 'of the form 2^b − 1')
      inRange('tolerance', rules.tolerance, 0, MAX_SET_TOLERANCE)
      return
    case 'box':
      inRange('maxClass', rules.maxClass, 0, MAX_CLASS)
      inRange('width', rules.width, 1, MAX_PIXELS)
      inRange('height', rules.height, 1, MAX_PIXELS)
      inRange('iouBps', rules.iouBps, 1, MAX_BPS)
      return
    default:
      rules satisfies never
  }
}

/** Rules that a consensus can go by: it needs no gold. */
function isVote(rules: Rules): boolean {
  return rules.kind === 'distance' && rules.capacity !== 512 && rules.tolerance === 0 && rules.max <= MAX_VOTE_CLASS
}

function inRange(field: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RulesInvalidError(field, value, `an integer from ${min} to ${max}`)
}

/** Name, first bit and width of the fields that every kind has, then those of each shape. */
const SHARED_FIELDS = [
  ['capacity', 8, 16],
  ['itemCount', 24, 16],
  ['goldCount', 40, 16],
  ['thresholdBps', 56, 16],
] as const
const SCALAR_FIELDS = [...SHARED_FIELDS, ['max', 72, 8], ['tolerance', 80, 8]] as const
const BOX_FIELDS = [
  ...SHARED_FIELDS,
  ['maxClass', 72, 8],
  ['width', 80, 16],
  ['height', 96, 16],
  ['iouBps', 112, 16],
] as const

/**
 * Packs rules into the 128-bit integer that the circuits and the contracts read.
 *
 * @throws {@link RulesInvalidError}, {@link ThresholdTooHighError}
 *
 * @example
 * import { encodeRules } from '@veritask/sdk'
 *
 * const packed = encodeRules({
 *   kind: 'distance', capacity: 64, itemCount: 64, goldCount: 16, thresholdBps: 7500, max: 9, tolerance: 0,
 * })
 */
export function encodeRules(rules: Rules): bigint {
  assertRules(rules)
  const fields: readonly (readonly [string, number, number])[] = rules.kind === 'box' ? BOX_FIELDS : SCALAR_FIELDS
  const values = rules as unknown as Record<string, number>
  let packed = BigInt(KIND_CODES[rules.kind])
  for (const [field, shift] of fields) packed |= BigInt(values[field]!) << BigInt(shift)
  return packed
}

/**
 * Reads packed rules, checking every field and that no other bit is set.
 *
 * @throws {@link RulesInvalidError}, {@link ThresholdTooHighError}
 *
 * @example
 * import { decodeRules, encodeRules } from '@veritask/sdk'
 *
 * const rules = decodeRules(encodeRules({
 *   kind: 'set', capacity: 64, itemCount: 10, goldCount: 2, thresholdBps: 10_000, max: 7, tolerance: 1,
 * }))
 */
export function decodeRules(packed: bigint): Rules {
  const kindCode = Number(packed & 0xffn)
  const kind = (['distance', 'set', 'box'] as const)[kindCode]
  if (packed < 0n || !kind) throw new RulesInvalidError('kind', kindCode, '0 (distance), 1 (set) or 2 (box)')
  const fields = kind === 'box' ? BOX_FIELDS : SCALAR_FIELDS
  const values: Record<string, number | string> = { kind }
  let used = 0xffn
  for (const [field, shift, bits] of fields) {
    const mask = ((1n << BigInt(bits)) - 1n) << BigInt(shift)
    values[field] = Number((packed & mask) >> BigInt(shift))
    used |= mask
  }
  if ((packed & ~used) !== 0n) throw new RulesInvalidError('unused bits', 'set', 'zero')
  const rules = values as unknown as Rules
  assertRules(rules)
  return rules
}

/**
 * The compiled circuit that proves a statement under these rules.
 *
 * @throws {@link RulesInvalidError} when no circuit of that capacity exists.
 *
 * @example
 * import { circuitNameFor } from '@veritask/sdk'
 *
 * const name = circuitNameFor('open-gold', { kind: 'distance', capacity: 64 }) // 'open-gold-scalar-64'
 */
export function circuitNameFor(statement: Statement, rules: RulesShape): LabelCircuitName {
  layoutOf(rules)
  return `${statement}-${rules.kind === 'box' ? 'box' : 'scalar'}-${rules.capacity}` as LabelCircuitName
}

/**
 * Fewest agreements that reach the threshold: the smallest n with `10,000 · n ≥ thresholdBps · goldCount`.
 *
 * @example
 * import { neededAgreements } from '@veritask/sdk'
 *
 * const needed = neededAgreements({ goldCount: 16, thresholdBps: 7500 }) // 12
 */
export function neededAgreements(rules: Pick<Rules, 'goldCount' | 'thresholdBps'>): number {
  return Math.ceil((rules.thresholdBps * rules.goldCount) / MAX_BPS)
}

/**
 * Most gold items that labels may disagree with and pass.
 *
 * @example
 * import { allowedMistakes } from '@veritask/sdk'
 *
 * const most = allowedMistakes({ goldCount: 16, thresholdBps: 7500 }) // 4
 */
export function allowedMistakes(rules: Pick<Rules, 'goldCount' | 'thresholdBps'>): number {
  return rules.goldCount - neededAgreements(rules)
}
