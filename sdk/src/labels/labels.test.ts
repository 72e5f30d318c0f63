import { describe, expect, test } from 'vitest'
import { boxes, digits, sampleGold, sampleLabels, sampleRules } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { agrees, scoreLabels } from './agreement.js'
import {
  BoxOutsideImageError,
  decodeLabel,
  decodeLabels,
  encodeLabel,
  encodeLabels,
  LabelOutsideSchemaError,
  packCodes,
  unpackWords,
  WordsMalformedError,
  WrongItemCountError,
} from './codes.js'
import {
  GoldMalformedError,
  hiddenGoldCommitment,
  openGoldCommitment,
  packGold,
  pickCodes,
  unpackGold,
} from './gold.js'
import {
  assertRules,
  circuitNameFor,
  decodeRules,
  encodeRules,
  layoutOf,
  neededAgreements,
  type Rules,
  RulesInvalidError,
  ThresholdTooHighError,
} from './rules.js'

describe('rules', () => {
  test('default: packed fields stand where the specification says', () => {
    const expected = 0n | (64n << 8n) | (64n << 24n) | (16n << 40n) | (7500n << 56n) | (9n << 72n) | (0n << 80n)
    expect(encodeRules(digits)).toBe(expected)
    const box =
      2n |
      (32n << 8n) |
      (20n << 24n) |
      (5n << 40n) |
      (6000n << 56n) |
      (3n << 72n) |
      (640n << 80n) |
      (480n << 96n) |
      (5000n << 112n)
    expect(encodeRules(boxes)).toBe(box)
  })

  test('default: round trip over seeded rules, all within 128 bits', () => {
    const random = seeded(2)
    for (let i = 0; i < 500; i++) {
      const rules = sampleRules(random)
      const packed = encodeRules(rules)
      expect(packed >> 128n).toBe(0n)
      expect(decodeRules(packed)).toEqual(rules)
    }
  })

  test.each([
    [{ capacity: 128 }, 'capacity'],
    [{ itemCount: 0 }, 'itemCount'],
    [{ itemCount: 65 }, 'itemCount'],
    [{ goldCount: 0 }, 'goldCount'],
    [{ goldCount: 32 }, 'goldCount'],
    [{ itemCount: 5, goldCount: 6 }, 'goldCount'],
    [{ thresholdBps: -1 }, 'thresholdBps'],
    [{ thresholdBps: 0.5 }, 'thresholdBps'],
    [{ max: 0 }, 'max'],
    [{ max: 256 }, 'max'],
    [{ tolerance: 10 }, 'tolerance'],
    [{ tolerance: -1 }, 'tolerance'],
    [{ kind: 'set', max: 6 }, 'max'],
    [{ kind: 'set', max: 7, tolerance: 9 }, 'tolerance'],
    [{ kind: 'other' }, 'kind'],
    [{ itemCount: Number.NaN }, 'itemCount'],
  ])('error: scalar %j', (change, field) => {
    expect(() => assertRules({ ...digits, ...change } as Rules)).toThrow(
      expect.objectContaining({ name: 'RulesInvalidError', field }),
    )
  })

  test.each([
    [{ capacity: 64 }, 'capacity'],
    [{ goldCount: 10 }, 'goldCount'],
    [{ maxClass: 256 }, 'maxClass'],
    [{ width: 0 }, 'width'],
    [{ height: 65_536 }, 'height'],
    [{ iouBps: 0 }, 'iouBps'],
    [{ iouBps: 10_001 }, 'iouBps'],
  ])('error: box %j', (change, field) => {
    expect(() => assertRules({ ...boxes, ...change } as Rules)).toThrow(
      expect.objectContaining({ name: 'RulesInvalidError', field }),
    )
  })

  test('error: threshold above 10,000 basis points', () => {
    assertRules({ ...digits, thresholdBps: 10_000 })
    expect(() => assertRules({ ...digits, thresholdBps: 10_001 })).toThrow(ThresholdTooHighError)
    expect(() => decodeRules(encodeRules(digits) | (0xffffn << 56n))).toThrow(ThresholdTooHighError)
  })

  test('error: stray bits', () => {
    for (const bit of [88n, 127n, 128n, 250n])
      expect(() => decodeRules(encodeRules(digits) | (1n << bit))).toThrow(RulesInvalidError)
    expect(() => decodeRules(encodeRules(boxes) | (1n << 128n))).toThrow(RulesInvalidError)
    expect(() => decodeRules(-1n)).toThrow(RulesInvalidError)
    expect(() => decodeRules(3n)).toThrow(RulesInvalidError)
  })

  test('default: layouts and circuit names', () => {
    expect(layoutOf({ kind: 'set', capacity: 512 })).toMatchObject({ words: 17, maskWords: 3, goldWords: 2 })
    expect(circuitNameFor('open-gold', digits)).toBe('open-gold-scalar-64')
    expect(circuitNameFor('score', boxes)).toBe('score-box-32')
    for (const capacity of [64, 256, 512] as const) {
      const layout = layoutOf({ kind: 'distance', capacity })
      expect(layout.words).toBe(Math.ceil(capacity / layout.perWord))
      expect(layout.maskWords).toBe(Math.ceil(capacity / 248))
    }
  })

  test('default: needed agreements is the least that passes', () => {
    for (let goldCount = 1; goldCount <= 62; goldCount++)
      for (const thresholdBps of [0, 1, 3333, 5000, 6667, 9999, 10_000]) {
        const needed = neededAgreements({ goldCount, thresholdBps })
        expect(10_000 * needed).toBeGreaterThanOrEqual(thresholdBps * goldCount)
        expect(10_000 * (needed - 1)).toBeLessThan(thresholdBps * goldCount || 1)
      }
  })
})

describe('label codes', () => {
  test('default: scalar and box codes', () => {
    expect(encodeLabel(digits, 9)).toBe(9n)
    expect(encodeLabel(boxes, { class: 3, x: 5, y: 7, w: 11, h: 13 })).toBe(
      3n | (5n << 8n) | (7n << 24n) | (10n << 40n) | (12n << 56n),
    )
  })

  test.each([10, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, { class: 0, x: 0, y: 0, w: 1, h: 1 }, '3', null])(
    'error: %j is outside 0 to 9, and the error does not repeat it',
    (label) => {
      expect(() => encodeLabel(digits, label as never, 4)).toThrow(
        expect.objectContaining({ name: 'LabelOutsideSchemaError', index: 4, expected: 'an integer from 0 to 9' }),
      )
    },
  )

  test('args: a box may touch every edge', () => {
    encodeLabel(boxes, { class: 0, x: 0, y: 0, w: 640, h: 480 })
    encodeLabel(boxes, { class: 0, x: 639, y: 479, w: 1, h: 1 })
  })

  test.each([
    { x: 640, y: 0, w: 1, h: 1 },
    { x: 0, y: 480, w: 1, h: 1 },
    { x: 0, y: 0, w: 641, h: 1 },
    { x: 0, y: 0, w: 1, h: 481 },
    { x: 0, y: 0, w: 0, h: 1 },
    { x: 0, y: 0, w: 1, h: 0 },
    { x: -1, y: 0, w: 1, h: 1 },
    { x: 1, y: -1, w: 1, h: 1 },
  ])('error: box %j outside its image', (box) => {
    expect(() => encodeLabel(boxes, { class: 0, ...box }, 2)).toThrow(BoxOutsideImageError)
  })

  test('error: box class, fraction, shape', () => {
    const box = { class: 0, x: 0, y: 0, w: 1, h: 1 }
    expect(() => encodeLabel(boxes, { ...box, class: 4 })).toThrow(LabelOutsideSchemaError)
    expect(() => encodeLabel(boxes, { ...box, x: 0.5 })).toThrow(LabelOutsideSchemaError)
    expect(() => encodeLabel(boxes, 3)).toThrow(LabelOutsideSchemaError)
  })

  test('error: codes that are no label', () => {
    for (const code of [10n, 256n, 2n ** 72n, -1n])
      expect(() => decodeLabel(digits, code)).toThrow(LabelOutsideSchemaError)
    expect(() => decodeLabel(boxes, 1n << 72n)).toThrow(LabelOutsideSchemaError)
    expect(() => decodeLabel(boxes, 640n << 8n)).toThrow(BoxOutsideImageError)
  })

  test('error: wrong item count', () => {
    expect(() => encodeLabels(digits, new Array(63).fill(0))).toThrow(WrongItemCountError)
    expect(() => encodeLabels(digits, new Array(65).fill(0))).toThrow(WrongItemCountError)
  })

  test('default: labels, codes and words round trip over seeded rules', () => {
    const random = seeded(3)
    for (let i = 0; i < 100; i++) {
      const rules = sampleRules(random)
      const labels = sampleLabels(random, rules)
      const codes = encodeLabels(rules, labels)
      const words = packCodes(rules, codes)
      expect(words).toHaveLength(layoutOf(rules).words)
      expect(words.every((word) => word >> 248n === 0n)).toBe(true)
      expect(unpackWords(rules, words)).toEqual(codes)
      expect(decodeLabels(rules, codes)).toEqual(labels)
    }
  })

  test('default: item 0 is lowest, 31 scalars to a word', () => {
    const codes = [1n, 2n, ...new Array<bigint>(29).fill(0n), 3n]
    expect(packCodes(digits, codes)).toEqual([0x0201n, 3n, 0n])
  })

  test('error: words and codes with stray bits', () => {
    expect(() => packCodes(digits, [256n])).toThrow(WordsMalformedError)
    expect(() => packCodes(digits, new Array(65).fill(0n))).toThrow(WordsMalformedError)
    expect(() => unpackWords(digits, [0n, 0n])).toThrow(WordsMalformedError)
    expect(() => unpackWords(digits, [1n << 248n, 0n, 0n])).toThrow(WordsMalformedError)
    expect(() => unpackWords(digits, [0n, 0n, 1n << 16n])).toThrow(WordsMalformedError)
    const short = { ...digits, itemCount: 3, goldCount: 1 }
    expect(() => decodeLabels(short, [0n, 0n, 0n, 1n, ...new Array<bigint>(60).fill(0n)])).toThrow(WordsMalformedError)
  })
})

describe('agreement', () => {
  test.each([
    [4, 4, 0, true],
    [4, 5, 0, false],
    [4, 5, 1, true],
    [9, 7, 1, false],
    [0, 255, 255, true],
  ])('distance: %i and %i within %i', (a, b, tolerance, expected) => {
    expect(agrees({ kind: 'distance', tolerance }, a, b)).toBe(expected)
    expect(agrees({ kind: 'distance', tolerance }, b, a)).toBe(expected)
  })

  test.each([
    [0b1011, 0b1011, 0, true],
    [0b1011, 0b1010, 0, false],
    [0b1011, 0b0010, 2, true],
    [0b11111111, 0, 7, false],
    [0b11111111, 0, 8, true],
  ])('set: %i and %i within %i bits', (a, b, tolerance, expected) => {
    expect(agrees({ kind: 'set', tolerance }, a, b)).toBe(expected)
  })

  test('box: class, overlap and the exact edge of the ratio', () => {
    const a = { class: 1, x: 0, y: 0, w: 10, h: 10 }
    const half = { kind: 'box', iouBps: 5000 } as const
    expect(agrees(half, a, a)).toBe(true)
    expect(agrees(half, a, { ...a, class: 2 })).toBe(false)
    expect(agrees(half, a, { ...a, w: 5 })).toBe(true)
    expect(agrees({ kind: 'box', iouBps: 5001 }, a, { ...a, w: 5 })).toBe(false)
    expect(agrees({ kind: 'box', iouBps: 1 }, a, { ...a, x: 10 })).toBe(false)
    const whole = { class: 0, x: 0, y: 0, w: 65_535, h: 65_535 }
    expect(agrees({ kind: 'box', iouBps: 10_000 }, whole, whole)).toBe(true)
    expect(agrees({ kind: 'box', iouBps: 10_000 }, whole, { ...whole, h: 65_534 })).toBe(false)
  })

  test('default: scores, at and around the threshold', () => {
    const labels = new Array(64).fill(1)
    const gold = (right: number) => Array.from({ length: 16 }, (_, index) => ({ index, label: index < right ? 1 : 2 }))
    expect(scoreLabels(digits, labels, gold(12))).toEqual({ agreements: 12, goldCount: 16, needed: 12, passed: true })
    expect(scoreLabels(digits, labels, gold(11))).toMatchObject({ agreements: 11, passed: false })
    expect(scoreLabels({ ...digits, thresholdBps: 0 }, labels, gold(0)).passed).toBe(true)
  })
})

describe('gold', () => {
  test('default: packs in item order whatever the order given', () => {
    const rules = { ...digits, goldCount: 2 }
    const packed = { mask: [0b100001n], values: [0x0307n] }
    expect(
      packGold(rules, [
        { index: 5, label: 3 },
        { index: 0, label: 7 },
      ]),
    ).toEqual(packed)
    expect(
      packGold(
        rules,
        new Map([
          [0, 7],
          [5, 3],
        ]),
      ),
    ).toEqual(packed)
    expect(unpackGold(rules, packed)).toEqual([
      { index: 0, label: 7 },
      { index: 5, label: 3 },
    ])
  })

  test('default: round trip over seeded rules; picked codes of the same labels are the gold values', () => {
    const random = seeded(4)
    for (let i = 0; i < 100; i++) {
      const rules = sampleRules(random)
      const labels = sampleLabels(random, rules)
      const items = sampleGold(random, rules, labels)
      const packed = packGold(rules, items)
      expect(unpackGold(rules, packed)).toEqual([...items].sort((a, b) => a.index - b.index))
      expect(pickCodes(rules, packed.mask, encodeLabels(rules, labels))).toEqual(packed.values)
      expect(scoreLabels(rules, labels, items).agreements).toBe(rules.goldCount)
    }
  })

  test('error: wrong count, index, duplicate, label', () => {
    const rules = { ...digits, itemCount: 10, goldCount: 2 }
    const item = { index: 1, label: 1 }
    for (const items of [[item], [item, item], [item, { index: 10, label: 1 }], [item, { index: -1, label: 1 }]])
      expect(() => packGold(rules, items)).toThrow(GoldMalformedError)
    expect(() => packGold(rules, [item, { index: 2, label: 10 }])).toThrow(LabelOutsideSchemaError)
  })

  test('error: packed words with stray bits or another count', () => {
    const rules = { ...digits, itemCount: 10, goldCount: 2 }
    const cases: [bigint[], bigint[]][] = [
      [[0b1n], [0n]],
      [[0b111n], [0n]],
      [[0b1n | (1n << 10n)], [0n]],
      [[0b1n | (1n << 248n)], [0n]],
      [[0b11n, 0n], [0n]],
      [[0b11n], [0n, 0n]],
      [[0b11n], [1n << 16n]],
    ]
    for (const [mask, values] of cases) expect(() => unpackGold(rules, { mask, values })).toThrow(GoldMalformedError)
    expect(() => unpackGold(rules, { mask: [0b11n], values: [10n] })).toThrow(LabelOutsideSchemaError)
  })

  test('default: commitments depend on every part', () => {
    const salt = `0x${'11'.repeat(32)}` as const
    const open = openGoldCommitment({ salt, mask: [1n], values: [7n] })
    const hidden = hiddenGoldCommitment({ salt: 5n, mask: [1n], values: [7n] })
    expect(open).toMatchInlineSnapshot(`"0x55dc232e1394e61e15c72b6e5137754e1555fcfb409eac204ce8c98a0f9636a7"`)
    expect(hidden).toMatchInlineSnapshot(
      `8078941487301747625487246420976308333148095802401556854898056511769097200375n`,
    )
    expect(openGoldCommitment({ salt, mask: [3n], values: [7n] })).not.toBe(open)
    expect(openGoldCommitment({ salt, mask: [1n], values: [8n] })).not.toBe(open)
    expect(openGoldCommitment({ salt, mask: [1n, 7n], values: [] })).not.toBe(open)
    expect(hiddenGoldCommitment({ salt: 6n, mask: [1n], values: [7n] })).not.toBe(hidden)
  })
})
