import { expect, test } from 'vitest'
import { describeRules } from './describeRules.js'
import type { BoxRules, ScalarRules } from './rules.js'

const DIGITS: ScalarRules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 64,
  goldCount: 16,
  thresholdBps: 7_500,
  max: 9,
  tolerance: 0,
}
const BOXES: BoxRules = {
  kind: 'box',
  capacity: 32,
  itemCount: 20,
  goldCount: 9,
  thresholdBps: 5_000,
  maxClass: 3,
  width: 1_920,
  height: 1_080,
  iouBps: 5_000,
}

test('classes', () => {
  expect(describeRules(DIGITS)).toEqual([
    '64 items to label. Each label is a whole number from 0 to 9.',
    'A label agrees with gold when it is equal to it.',
    '16 gold items among them. A worker must agree with at least 12 of the 16 (75%) to be paid.',
  ])
})

test('ratings with a tolerance', () => {
  expect(describeRules({ ...DIGITS, tolerance: 2 })[1]).toBe(
    'A label agrees with gold when it is at most 2 away from it.',
  )
})

test('sets of classes', () => {
  const sets = describeRules({ ...DIGITS, kind: 'set', max: 31, tolerance: 1 })
  expect(sets[0]).toBe('64 items to label. Each label is a set of up to 5 classes.')
  expect(sets[1]).toBe('A set agrees with gold when it differs in at most 1 class.')
})

test('boxes: needed agreements are rounded up', () => {
  expect(describeRules(BOXES)).toEqual([
    '20 items to label. Each label is a box with a class from 0 to 3, inside an image of 1,920 × 1,080 pixels.',
    'A box agrees with gold when the class is the same and intersection over union is at least 50%.',
    '9 gold items among them. A worker must agree with at least 5 of the 9 (50%) to be paid.',
  ])
})

test('spans are boxes of height 1', () => {
  expect(describeRules({ ...BOXES, height: 1 })[0]).toContain(
    'a span with a class from 0 to 3, inside a sequence of 1,920',
  )
})

test('a threshold of zero promises nothing', () => {
  expect(describeRules({ ...DIGITS, thresholdBps: 0 })[2]).toBe(
    '16 gold items among them; no agreement is required to be paid.',
  )
})

test('without gold, workers agree with their majority', () => {
  expect(describeRules({ ...DIGITS, goldCount: 0, thresholdBps: 6_000 })).toEqual([
    '64 items to label. Each label is a whole number from 0 to 9.',
    'A worker must agree with the majority on at least 60% of its items to be paid.',
  ])
})
