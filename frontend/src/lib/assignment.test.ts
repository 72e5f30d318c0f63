import { packMask } from '@veritask/sdk'
import { encodeAbiParameters, keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import type { RoundRow, SlotRow, TaskDetailRow } from '../api/types'
import { countUnassigned } from './assignment'

const ITEMS = 20
const rules = {
  kind: 'distance',
  capacity: 64,
  itemCount: ITEMS,
  goldCount: 0,
  thresholdBps: 6_000,
  max: 3,
  tolerance: 0,
}
const seed = `0x${'11'.repeat(32)}` as const
const later = `0x${'22'.repeat(32)}` as const
const address = (digit: string) => `0x${digit.repeat(40)}` as `0x${string}`

const slot = (worker: string, joinedAt = '10', deliveredAt: string | null = '20') =>
  ({ worker, payout: worker, joinedAt, deliveredAt }) as SlotRow
const rounds = [
  { openedAt: '5', seed },
  { openedAt: '30', seed: later },
] as RoundRow[]
const task = (submissions: SlotRow[], assignmentShift = 3) =>
  ({ terms: { consensus: { assignmentShift } }, rounds, submissions }) as unknown as TaskDetailRow
const count = (row: TaskDetailRow) => countUnassigned(row, rules as never)

/** One item at a time, as the contract documents the draw. */
function drawnBy(worker: `0x${string}`, of: `0x${string}`): boolean[] {
  const drawn = Array.from({ length: ITEMS }, (_, item) =>
    [0, 1, 2].every((round) => {
      const types = ['bytes32', 'address', 'address', 'uint256', 'uint256'].map((type) => ({ type }))
      const word = BigInt(keccak256(encodeAbiParameters(types, [of, worker, worker, 0n, BigInt(round)])))
      return (word >> BigInt(item)) & 1n
    }),
  )
  return drawn.includes(true) ? drawn : drawn.map(() => true)
}

describe('items that nobody was to label', () => {
  test('are those that no delivered submission drew, each by the seed of its own round', () => {
    const [first, second] = [address('a'), address('b')]
    const drawn = [drawnBy(first, seed), drawnBy(second, later)]
    const missed = drawn[0]?.filter((has, item) => !has && !drawn[1]?.[item]).length
    expect(count(task([slot(first), slot(second, '30')]))).toBe(missed)
    expect(missed).toBeGreaterThan(0)
    expect(packMask(64, drawn[0] ?? [])).toHaveLength(1)
  })

  test('are none where nothing is drawn, nothing is delivered, or the rules are unknown', () => {
    expect(count(task([slot(address('a'))], 0))).toBe(0)
    expect(count(task([slot(address('a'), '10', null)]))).toBe(0)
    expect(countUnassigned(task([slot(address('a'))]), undefined)).toBe(0)
  })
})
