import { keccak256, stringToHex } from 'viem'
import { expect, test } from 'vitest'
import { drawMask } from './draw.js'
import { MaskMalformedError, unpackMask } from './mask.js'

const worker = '0x00000000000000000000000000000000000000aa'
const payout = '0x00000000000000000000000000000000000000bb'
const seed = keccak256(stringToHex('seed'))
const base = { seed, worker, payout, shift: 1, itemCount: 256, capacity: 256 } as const

const drawn = (changes: Partial<Parameters<typeof drawMask>[0]> = {}) =>
  unpackMask(256, drawMask({ ...base, ...changes })).filter((item) => item).length

test('default: each item with the probability that the shift says', () => {
  expect(drawn()).toBeGreaterThan(96)
  expect(drawn()).toBeLessThan(160)
  expect(drawn({ shift: 3 })).toBeLessThan(64)
  expect(drawMask({ ...base, shift: 1 })[1]! < 1n << 8n).toBe(true)
})

test('default: seed, worker and payout each change the draw', () => {
  const own = drawMask(base)
  for (const change of [{ seed: keccak256(seed) }, { worker: payout }, { payout: worker }] as const)
    expect(drawMask({ ...base, ...change })).not.toEqual(own)
})

test('default: every item when nothing is drawn, and when the draw leaves none', () => {
  expect(drawMask({ ...base, shift: 0, itemCount: 3, capacity: 64 })).toEqual([0b111n])
  const one = Array.from({ length: 40 }, (_, index) =>
    drawMask({ ...base, seed: keccak256(stringToHex(String(index))), shift: 3, itemCount: 1, capacity: 64 }),
  )
  expect(one).toEqual(one.map(() => [1n]))
})

test('error: more items than the capacity', () => {
  expect(() => drawMask({ ...base, itemCount: 65, capacity: 64 })).toThrow(MaskMalformedError)
})
