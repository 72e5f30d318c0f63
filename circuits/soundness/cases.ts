import { publicKeyOf } from '../../sdk/src/encryption/babyjub.ts'
import type { Label } from '../../sdk/src/labels/codes.ts'
import { type GoldItem, hiddenGoldCommitment, packGold } from '../../sdk/src/labels/gold.ts'
import { layoutOf, type Rules } from '../../sdk/src/labels/rules.ts'
import {
  auditWitness,
  legalityWitness,
  openGoldWitness,
  scoreWitness,
  type Witness,
} from '../../sdk/src/proving/witness.ts'
import { seeded } from './random.ts'
import { type Case, isWorkerCircuit, workerCases } from './workerCases.ts'

/** What a task of a circuit looks like; everything left open is drawn from the seed. */
export interface Shape {
  readonly title: string
  readonly seed: number
  readonly kind?: 'distance' | 'set'
  /** Largest label or class. */
  readonly max: number
  readonly tolerance?: number
  readonly itemCount?: number
  readonly goldCount?: number
  /** Gold items the labels disagree with. */
  readonly wrong?: number
  readonly thresholdBps?: number
  /** Every label is this one instead of a random one. */
  readonly label?: Label
  readonly image?: readonly [width: number, height: number]
}

export interface Task {
  readonly rules: Rules
  readonly labels: readonly Label[]
  readonly gold: readonly GoldItem[]
  /** Who doubts the gold, in an audit: item by item it says what the labels say, what the gold says, or something else. */
  readonly challenger: readonly Label[]
}

export const CONTEXT = 0x1234567890abcdefn
export const COMMITMENT_CONTEXT = 0xfedcba0987654321n
export const SALT = 0xabcdef123456789n
export const CHALLENGER_CONTEXT = 0xc0ffee987654321n
export const CHALLENGER_SALT = 0x13579bdf2468acen
export const GOLD_SALT = 77n
export const ENCRYPTION_KEY = publicKeyOf(0x5eedn)
const EPHEMERAL_SCALAR = 0x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdn

const isBox = (name: string): boolean => name.includes('box')
const capacityOf = (name: string): number => Number(name.split('-').at(-1))

/** A task of the circuit's size and the shape asked for. */
export function taskFor(name: string, shape: Shape): Task {
  const random = seeded(name.length * 7919 + shape.seed)
  const box = isBox(name)
  const capacity = capacityOf(name)
  const [width, height] = shape.image ?? [640, 480]
  const kind = shape.kind ?? 'distance'
  const goldCapacity = layoutOf(
    box ? { kind: 'box', capacity: 32 } : { kind, capacity: capacity as 64 | 256 | 512 },
  ).goldCapacity
  const itemCount = shape.itemCount ?? capacity - 3
  const goldCount = Math.min(shape.goldCount ?? capacity / 4, goldCapacity, itemCount)
  const common = { itemCount, goldCount, thresholdBps: shape.thresholdBps ?? 7_500 }
  const rules: Rules = box
    ? { kind: 'box', capacity: 32, ...common, maxClass: shape.max, width, height, iouBps: 5_000 }
    : { kind, capacity: capacity as 64 | 256 | 512, ...common, max: shape.max, tolerance: shape.tolerance ?? 0 }
  const randomBox = (): Label => {
    const [x, y] = [random(width), random(height)]
    return { class: random(shape.max + 1), x, y, w: 1 + random(width - x), h: 1 + random(height - y) }
  }
  const anyLabel = (): Label => (box ? randomBox() : random(shape.max + 1))
  const label = (): Label => shape.label ?? anyLabel()
  const labels = Array.from({ length: itemCount }, label)
  const indices = new Set<number>()
  while (indices.size < goldCount) indices.add(random(itemCount))
  const gold = [...indices]
    .sort((a, b) => a - b)
    .map((index, k) => ({ index, label: k < (shape.wrong ?? 0) ? other(rules, labels[index]!) : labels[index]! }))
  const goldOf = new Map(gold.map((item) => [item.index, item.label]))
  const challenger = labels.map((own, index) => [own, goldOf.get(index) ?? own, anyLabel()][random(3)]!)
  return { rules, labels, gold, challenger }
}

/** A legal label that does not agree with the given one. */
function other(rules: Rules, label: Label): Label {
  if (typeof label !== 'number') {
    const { maxClass } = rules as Extract<Rules, { kind: 'box' }>
    return { ...label, class: (label.class + 1) % (maxClass + 1) }
  }
  const { max, tolerance } = rules as Extract<Rules, { kind: 'set' }>
  if (rules.kind === 'set') return label ^ ((1 << (tolerance + 1)) - 1)
  return label + tolerance + 1 <= max ? label + tolerance + 1 : label - tolerance - 1
}

/** The inputs of a circuit for a task, and the statement the SDK makes of it. */
export function witnessFor(name: string, { rules, labels, gold, challenger }: Task): Witness {
  const shared = { rules, labels, salt: SALT, commitmentContext: COMMITMENT_CONTEXT, context: CONTEXT }
  const delivery = { encryptionKey: ENCRYPTION_KEY, ephemeralScalar: EPHEMERAL_SCALAR }
  const packed = packGold(rules, gold)
  if (name.startsWith('legality')) return legalityWitness({ ...shared, ...delivery })
  if (name.startsWith('open-gold')) return openGoldWitness({ ...shared, ...delivery, gold: packed })
  const goldCommitment = hiddenGoldCommitment({ salt: GOLD_SALT, ...packed })
  const hidden = { gold: packed, goldSalt: GOLD_SALT, goldCommitment }
  if (name.startsWith('score')) return scoreWitness({ ...shared, ...hidden })
  return auditWitness({
    rules,
    context: CONTEXT,
    slot: { labels, salt: SALT, commitmentContext: COMMITMENT_CONTEXT },
    challenger: { labels: challenger, salt: CHALLENGER_SALT, commitmentContext: CHALLENGER_CONTEXT },
    ...hidden,
  })
}

const SCALAR_SHAPES: readonly Shape[] = [
  { title: 'ratings, one gold item missed', seed: 2, max: 9, wrong: 1 },
  { title: 'bit-sets', seed: 3, kind: 'set', max: 31, tolerance: 1, wrong: 2 },
  { title: 'whole bytes, no item to spare', seed: 4, max: 255, tolerance: 17, itemCount: 512, goldCount: 62, wrong: 3 },
  { title: 'no gold item hit', seed: 9, max: 255, goldCount: 62, wrong: 62, thresholdBps: 0 },
  { title: 'one item, which is gold', seed: 5, max: 1, itemCount: 1, goldCount: 1, label: 1 },
  { title: 'all zero', seed: 6, max: 200, tolerance: 1, label: 0 },
  { title: 'all at the maximum', seed: 7, max: 254, tolerance: 254, label: 254 },
  { title: 'whole bit-sets, one item', seed: 8, kind: 'set', max: 255, tolerance: 8, itemCount: 1, goldCount: 1 },
]

const WHOLE = { class: 4, x: 0, y: 0, w: 640, h: 480 }
const BOX_SHAPES: readonly Shape[] = [
  { title: 'boxes, one gold item missed', seed: 2, max: 4, wrong: 1 },
  {
    title: 'the largest image, no item to spare',
    seed: 3,
    max: 255,
    image: [65_535, 65_535],
    itemCount: 32,
    goldCount: 9,
  },
  { title: 'no gold item hit', seed: 7, max: 255, goldCount: 9, wrong: 9, thresholdBps: 0 },
  { title: 'one item, which is gold', seed: 4, max: 0, itemCount: 1, goldCount: 1, image: [1, 1] },
  { title: 'the whole image, every time', seed: 5, max: 4, label: WHOLE, wrong: 2 },
  { title: 'the first pixel, every time', seed: 8, max: 4, goldCount: 1, label: { class: 0, x: 0, y: 0, w: 1, h: 1 } },
  { title: 'pixels in the far corner', seed: 6, max: 9, label: { class: 9, x: 639, y: 479, w: 1, h: 1 }, wrong: 2 },
]

/** Tasks of a circuit: the boundary shapes, then random ones up to `count`. */
export function shapesFor(name: string, count: number): Shape[] {
  const capacity = capacityOf(name)
  const shapes = (isBox(name) ? BOX_SHAPES : SCALAR_SHAPES).map((shape) => ({
    ...shape,
    itemCount: Math.min(shape.itemCount ?? capacity - 3, capacity),
  }))
  for (let seed = 100; shapes.length < count; seed++) {
    const random = seeded(seed)
    const itemCount = 1 + random(capacity)
    const goldCount = 1 + random(Math.min(itemCount, isBox(name) ? 9 : 31))
    shapes.push({
      title: `random ${seed}`,
      seed,
      max: 1 + random(255),
      itemCount,
      goldCount,
      wrong: random(1 + Math.floor(goldCount / 4)),
    })
  }
  return shapes.slice(0, count)
}

/** Inputs and public signals of any circuit: the boundary cases, then random ones up to `count`. */
export function casesFor(name: string, count: number): Case[] {
  if (isWorkerCircuit(name)) return workerCases(name, count)
  return shapesFor(name, count).map((shape) => {
    const { inputs, statement } = witnessFor(name, taskFor(name, shape))
    return { title: shape.title, inputs, publicSignals: statement.publicSignals }
  })
}
