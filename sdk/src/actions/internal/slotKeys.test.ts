import { type Hash, numberToHex } from 'viem'
import { expect, test } from 'vitest'
import { currentSlotKeys } from './slotKeys.js'

const at = (slot: number, blockNumber: bigint, logIndex = 0) => ({
  args: { slot },
  blockNumber,
  logIndex,
  transactionHash: numberToHex(blockNumber, { size: 32 }) as Hash,
})

test('default: a key wrapped after the slot was joined counts', () => {
  const joined = [at(0, 1n), at(1, 2n)]
  expect(currentSlotKeys(joined, [at(0, 2n, 1)])).toEqual({
    joined,
    wrapped: new Map([[0, numberToHex(2n, { size: 32 })]]),
  })
})

test('default: a key from before the latest join does not count', () => {
  const again = at(0, 5n, 3)
  const joined = [at(0, 1n), again]
  expect(currentSlotKeys(joined, [at(0, 2n), at(0, 5n, 2)])).toEqual({ joined: [again], wrapped: new Map() })
  expect(currentSlotKeys(joined, [at(0, 2n), at(0, 5n, 4)]).wrapped.size).toBe(1)
})

test('default: a key of a slot nobody holds does not count', () => {
  expect(currentSlotKeys([], [at(0, 2n)])).toEqual({ joined: [], wrapped: new Map() })
})
