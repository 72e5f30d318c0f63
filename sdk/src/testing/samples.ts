import type { Box, Label } from '../labels/codes.js'
import type { GoldItem } from '../labels/gold.js'
import { type BoxRules, layoutOf, type Rules, type ScalarRules } from '../labels/rules.js'
import type { Seeded } from './seeded.js'

/** Digits task of the smallest circuit. */
export const digits: ScalarRules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 64,
  goldCount: 16,
  thresholdBps: 7500,
  max: 9,
  tolerance: 0,
}

/** Box task on VGA images. */
export const boxes: BoxRules = {
  kind: 'box',
  capacity: 32,
  itemCount: 20,
  goldCount: 5,
  thresholdBps: 6000,
  maxClass: 3,
  width: 640,
  height: 480,
  iouBps: 5000,
}

/** Three animals, one of which is each item. */
export const animals: ScalarRules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 3,
  goldCount: 1,
  thresholdBps: 5000,
  max: 2,
  tolerance: 0,
}
export const animalNames = ['cat', 'dog', 'fox']
/** Boxes of the same animals on two small images. */
export const scene: BoxRules = { ...boxes, itemCount: 2, goldCount: 1, maxClass: 2, width: 200, height: 100 }

/** A legal label under these rules. */
export function sampleLabel(random: Seeded, rules: Rules): Label {
  return rules.kind === 'box' ? sampleBox(random, rules) : random.below(rules.max + 1)
}

function sampleBox(random: Seeded, rules: BoxRules): Box {
  const w = 1 + random.below(rules.width)
  const h = 1 + random.below(rules.height)
  return {
    class: random.below(rules.maxClass + 1),
    x: random.below(rules.width - w + 1),
    y: random.below(rules.height - h + 1),
    w,
    h,
  }
}

export function sampleLabels(random: Seeded, rules: Rules): Label[] {
  return Array.from({ length: rules.itemCount }, () => sampleLabel(random, rules))
}

/** Gold items drawn from a label vector, so that the vector agrees with all of them. */
export function sampleGold(random: Seeded, rules: Rules, labels: readonly Label[]): GoldItem[] {
  const indices = new Set<number>()
  while (indices.size < rules.goldCount) indices.add(random.below(rules.itemCount))
  return [...indices].map((index) => ({ index, label: labels[index]! }))
}

/** Random legal rules of any kind and size. */
export function sampleRules(random: Seeded): Rules {
  const kind = (['distance', 'set', 'box'] as const)[random.below(3)]!
  const capacity = kind === 'box' ? 32 : ([64, 256, 512] as const)[random.below(3)]!
  const itemCount = 1 + random.below(capacity)
  const { goldCapacity } = layoutOf({ kind, capacity } as Parameters<typeof layoutOf>[0])
  const goldCount = 1 + random.below(Math.min(goldCapacity, itemCount))
  const thresholdBps = random.below(10_001)
  if (kind === 'box') {
    const [maxClass, width, height] = [random.below(256), 1 + random.below(65_535), 1 + random.below(65_535)]
    const iouBps = 1 + random.below(10_000)
    return { kind, capacity: 32, itemCount, goldCount, thresholdBps, maxClass, width, height, iouBps }
  }
  const max = kind === 'set' ? 2 ** (1 + random.below(8)) - 1 : 1 + random.below(255)
  const tolerance = random.below(kind === 'set' ? 9 : max + 1)
  return { kind, capacity: capacity as ScalarRules['capacity'], itemCount, goldCount, thresholdBps, max, tolerance }
}
