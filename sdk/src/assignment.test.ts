import { describe, expect, test } from 'vitest'
import { ItemCountInvalidError, itemOrder, itemOrderSeed } from './assignment.js'

const base = { taskId: `0x${'11'.repeat(32)}`, slot: 0, wrappedKey: '0x5151' } as const
const sorted = (order: readonly number[]) => [...order].sort((a, b) => a - b)

describe('itemOrder', () => {
  test('default: every item once, and always the same', () => {
    const seed = itemOrderSeed(base)
    for (const count of [1, 2, 3, 64, 512]) {
      const order = itemOrder(seed, count)
      expect(sorted(order)).toEqual(Array.from({ length: count }, (_, i) => i))
      expect(itemOrder(seed, count)).toEqual(order)
    }
    // Fixed, so that an order can be computed again by anyone.
    expect(itemOrder(seed, 8)).toEqual([4, 5, 7, 3, 6, 2, 0, 1])
  })

  test('args: another task, slot or key has another order', () => {
    const others = [base, { ...base, slot: 1 }, { ...base, taskId: `0x${'22'.repeat(32)}` as const }]
    const orders = [...others, { ...base, wrappedKey: '0x5152' as const }].map((one) =>
      itemOrder(itemOrderSeed(one), 64).join(),
    )
    expect(new Set(orders).size).toBe(orders.length)
  })

  test('default: every order of three comes about as often', () => {
    const rounds = 6000
    const counts = new Map<string, number>()
    for (let slot = 0; slot < rounds; slot++) {
      const order = itemOrder(itemOrderSeed({ ...base, slot }), 3).join()
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    // Six standard deviations about a sixth.
    for (const count of counts.values()) expect(Math.abs(count - rounds / 6)).toBeLessThan(175)
  })

  test('error: no items, too many, or no number', () => {
    for (const count of [0, -1, 1.5, 65_537, Number.NaN])
      expect(() => itemOrder(itemOrderSeed(base), count)).toThrow(ItemCountInvalidError)
  })
})
