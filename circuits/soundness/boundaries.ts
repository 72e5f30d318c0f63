import { SCALAR_CODE_BITS } from '../../sdk/src/labels/rules.ts'
import { type Shape, taskFor, witnessFor } from './cases.ts'
import { P } from './field.ts'
import { codesOf } from './reference.ts'

export type Inputs = Readonly<Record<string, unknown>>

/** One input at one boundary value, and whether a witness must exist. */
export interface Row {
  readonly input: string
  readonly value: bigint
  readonly legal: boolean
}

const HALF = (P - 1n) / 2n
const power = (n: number): bigint => 1n << BigInt(n)

/** The classes every input is tried at: around zero, around its maximum, at powers of two, in the middle and at the end of the field. */
const classes = (max: bigint, bits: number): bigint[] =>
  [...new Set([0n, 1n, max, max + 1n, power(bits) - 1n, power(bits), HALF, HALF + 1n, P - 1n])].filter((x) => x < P)

/** Rows of an input that may be anything in [min, max]. */
const range = (input: string, bits: number, max: bigint, min = 0n): Row[] =>
  classes(max, bits).map((value) => ({ input, value, legal: value >= min && value <= max }))
/** Rows of an input that no constraint limits. */
const anything = (input: string): Row[] => range(input, 248, P - 1n)
/** Rows of an input that has one legal value. */
const only = (input: string, bits: number, value: bigint): Row[] => range(input, bits, value, value)

const MAX = 9
const ITEMS = 20
const GOLD = 3
const IMAGE = [640, 480] as const
const LABEL = { class: 3, x: 100, y: 50, w: 200, h: 100 }

/** The task whose inputs are moved: few items, no threshold, and scalars or boxes in the middle of what is legal. */
const BASE: Shape = {
  title: 'boundaries',
  seed: 11,
  max: MAX,
  itemCount: ITEMS,
  goldCount: GOLD,
  wrong: 1,
  thresholdBps: 0,
  image: IMAGE,
}

export const baseInputs = (name: string): Inputs => {
  const shape = name.includes('box') ? { ...BASE, label: LABEL } : BASE
  return witnessFor(name, taskFor(name, shape)).inputs
}

/** Circuits that prove something of gold that stays hidden, and so prove that it is legal. */
const isHidden = (name: string): boolean => name.startsWith('score') || name.startsWith('audit')

/** The table of a circuit. */
export function boundaries(name: string): Row[] {
  const inputs = baseInputs(name)
  const [box, audit] = [name.includes('box'), name.startsWith('audit')]
  const challenger = audit ? ['challengerCommitmentContext', 'challengerSalt'] : []
  return [
    ...['context', 'alpha', 'commitmentContext', 'salt', ...challenger].flatMap(anything),
    ...rulesRows(name, inputs),
    ...(audit ? packedRows(box ? 72 : 8) : box ? boxRows : scalarRows),
    ...(name.startsWith('legality') ? [] : goldRows(name, inputs)),
    ...(isHidden(name) ? anything('goldSalt') : range('ephemeralScalar', 250, power(250) - 1n)),
  ]
}

/** Labels that were proven legal when they were delivered: an audit takes any code, but one list of them to a word. */
const packedRows = (bits: number): Row[] =>
  ['codes', 'challengerCodes'].flatMap((side) =>
    [0, ITEMS - 1, ITEMS].flatMap((item) => range(`${side}[${item}]`, bits, power(bits) - 1n)),
  )

const scalarRows: readonly Row[] = [
  ...range('codes[0]', SCALAR_CODE_BITS, BigInt(MAX)),
  ...range(`codes[${ITEMS - 1}]`, SCALAR_CODE_BITS, BigInt(MAX)),
  ...only(`codes[${ITEMS}]`, SCALAR_CODE_BITS, 0n),
]

/** A box of LABEL's size may begin anywhere up to the margin, and one at LABEL's corner may be as large as what is left. */
const boxRows: readonly Row[] = [
  ...range('boxes[0][0]', 8, BigInt(MAX)),
  ...range('boxes[0][1]', 16, BigInt(IMAGE[0] - LABEL.w)),
  ...range('boxes[0][2]', 16, BigInt(IMAGE[1] - LABEL.h)),
  ...range('boxes[0][3]', 16, BigInt(IMAGE[0] - LABEL.x - 1)),
  ...range('boxes[0][4]', 16, BigInt(IMAGE[1] - LABEL.y - 1)),
  ...[0, 1, 2, 3, 4].flatMap((part) => only(`boxes[${ITEMS}][${part}]`, 16, 0n)),
]

/** A field of the rules set to a value, the others as they are. */
function rulesRows(name: string, inputs: Inputs): Row[] {
  const whole = inputs.rules as bigint
  const box = name.includes('box')
  const capacity = BigInt(name.split('-').at(-1) as string)
  const field = (from: number, bits: number, max: bigint, legal: (value: bigint) => boolean): Row[] => {
    const others = whole & ~((power(bits) - 1n) << BigInt(from))
    return classes(max, bits)
      .filter((value) => value < power(bits))
      .map((value) => ({ input: 'rules', value: others | (value << BigInt(from)), legal: legal(value) }))
  }
  const any = (): boolean => true
  const classOrValue = (code: bigint): bigint => code & 0xffn
  const labels = name.startsWith('audit') ? [] : codesOf(inputs)
  const held = [...labels, ...(isHidden(name) ? goldCodes(name, inputs) : [])].map(classOrValue)
  const largest = held.reduce((a, b) => (a > b ? a : b))
  const marked = BigInt(((inputs.mask as readonly bigint[] | undefined)?.[0] ?? 0n).toString(2).length)
  // Item ITEMS - 1 has a label, so fewer items leave it without one to be for; an audit looks at its gold items only.
  const fewest = name.startsWith('audit') ? marked : BigInt(ITEMS)
  // The labels agree with two gold items of three.
  const threshold = (2n * 10_000n) / 3n
  return [
    ...field(0, 8, box ? 2n : 1n, (kind) => (box ? kind === 2n : kind <= 1n)),
    ...field(8, 16, capacity, (value) => value === capacity),
    ...field(24, 16, capacity, (value) => value >= fewest && value <= capacity),
    ...[fewest - 1n, fewest].flatMap((value) => field(24, 16, value, (items) => items >= fewest && items <= capacity)),
    ...field(40, 16, BigInt(GOLD), (value) => name.startsWith('legality') || value === BigInt(GOLD)),
    ...field(56, 16, threshold, (value) => !name.startsWith('open-gold') || value <= threshold),
    ...field(72, 8, largest, (value) => value >= largest),
    ...(box ? field(112, 16, 10_000n, any) : field(80, 8, 255n, any)),
    { input: 'rules', value: whole + power(box ? 128 : 88), legal: false },
    ...[0n, 1n, HALF, HALF + 1n, P - 1n].map((value) => ({ input: 'rules', value, legal: false })),
  ]
}

/** Masks that mark anything but goldCount items have no witness. */
function goldRows(name: string, inputs: Inputs): Row[] {
  const { mask } = inputs as { mask: readonly bigint[] }
  const marked = mask[0] as bigint
  return [
    ...classes(power(248) - 1n, 248).map((value) => ({ input: 'mask[0]', value, legal: value === marked })),
    { input: 'mask[0]', value: marked, legal: true },
    { input: 'mask[0]', value: marked | power(ITEMS), legal: false },
    ...valueRows(name, inputs),
  ]
}

/** Opened gold may be any words of the right width (the contract looks at it); hidden gold has to be gold that labels could agree with. */
function valueRows(name: string, inputs: Inputs): Row[] {
  const { values } = inputs as { values: readonly bigint[] }
  const whole = values[0] as bigint
  const box = name.includes('box')
  const [codeBits, wordBits] = box ? [72, 216] : [8, 248]
  if (!isHidden(name)) return range('values[0]', wordBits, power(wordBits) - 1n)
  const set = (from: number, bits: number, value: bigint): bigint =>
    (whole & ~((power(bits) - 1n) << BigInt(from))) | (value << BigInt(from))
  /** A field of a gold item: legal up to a maximum. */
  const field = (position: number, at: number, bits: number, max: bigint): Row[] =>
    classes(max, bits)
      .filter((value) => value < power(bits))
      .map((value) => ({ input: 'values[0]', value: set(position * codeBits + at, bits, value), legal: value <= max }))
  const gold = Array.from({ length: GOLD }, (_, position) =>
    box
      ? [
          ...field(position, 0, 8, BigInt(MAX)),
          ...field(position, 8, 16, BigInt(IMAGE[0] - LABEL.w)),
          ...field(position, 24, 16, BigInt(IMAGE[1] - LABEL.h)),
          ...field(position, 40, 16, BigInt(IMAGE[0] - LABEL.x - 1)),
          ...field(position, 56, 16, BigInt(IMAGE[1] - LABEL.y - 1)),
        ]
      : field(position, 0, codeBits, BigInt(MAX)),
  ).flat()
  // Past the last gold item only zero is legal. Three boxes fill the first word.
  const past = box ? only('values[1]', wordBits, 0n) : field(GOLD, 0, codeBits, 0n)
  const last = values.length > 1 ? only(`values[${values.length - 1}]`, wordBits, 0n) : []
  const wide = [power(wordBits), power(wordBits) - 1n, HALF, HALF + 1n, P - 1n]
  return [...gold, ...past, ...last, ...wide.map((value) => ({ input: 'values[0]', value, legal: false }))]
}

function goldCodes(name: string, { values }: Inputs): bigint[] {
  const bits = name.includes('box') ? 72n : 8n
  return Array.from(
    { length: GOLD },
    (_, k) => ((values as readonly bigint[])[0]! >> (bits * BigInt(k))) & (power(Number(bits)) - 1n),
  )
}
