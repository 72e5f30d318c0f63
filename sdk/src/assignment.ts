import { encodeAbiParameters, type Hex, hexToBytes, keccak256, parseAbiParameters } from 'viem'
import { BaseError } from './errors/base.js'

/** A number of items that no task has. */
export class ItemCountInvalidError extends BaseError {
  override name = 'ItemCountInvalidError'
  constructor(readonly itemCount: number) {
    super(`A task has from 1 to ${MAX_ITEMS} items, not ${itemCount}.`)
  }
}

const MAX_ITEMS = 65_536
/** Random bytes to a number: enough that the rest of a division favours nobody (below 2^-32). */
const NUMBER_BYTES = 8

/**
 * Seed of a worker's item order. The content key is wrapped after the worker has joined, with fresh randomness, and everyone
 * can read it on the chain: the worker cannot know the order before, and anyone can compute it after. The requester could
 * wrap until it likes an order; nothing but habit hangs on it.
 *
 * @param parameters.wrappedKey - The first one published for the slot.
 *
 * @example
 * import { itemOrderSeed } from '@veritask/sdk'
 *
 * const seed = itemOrderSeed({ taskId: `0x${'11'.repeat(32)}`, slot: 0, wrappedKey: '0x51' })
 */
export function itemOrderSeed(parameters: {
  readonly taskId: Hex
  readonly slot: number
  readonly wrappedKey: Hex
}): Hex {
  const { taskId, slot, wrappedKey } = parameters
  const encoded = encodeAbiParameters(parseAbiParameters('bytes32, uint32, bytes32'), [
    taskId,
    slot,
    keccak256(wrappedKey),
  ])
  return keccak256(encoded)
}

/**
 * The order in which a worker sees the items of a task (Fisher and Yates): `order[i]` is the index of the item to be shown
 * i-th. Every worker has its own, so that tiredness and a copied run of answers hit other items. Labels are committed in the
 * task's order whatever order they were given in.
 *
 * @param seed - 32 bytes, from {@link itemOrderSeed}.
 * @throws {@link ItemCountInvalidError}
 *
 * @example
 * import { itemOrder, itemOrderSeed } from '@veritask/sdk'
 *
 * const order = itemOrder(itemOrderSeed({ taskId: `0x${'11'.repeat(32)}`, slot: 0, wrappedKey: '0x51' }), 64)
 */
export function itemOrder(seed: Hex, itemCount: number): number[] {
  if (!Number.isInteger(itemCount) || itemCount < 1 || itemCount > MAX_ITEMS) throw new ItemCountInvalidError(itemCount)
  const random = numbersFrom(seed)
  const order = Array.from({ length: itemCount }, (_, i) => i)
  for (let last = itemCount - 1; last > 0; last--) {
    const chosen = Number(random.next().value! % BigInt(last + 1))
    ;[order[last], order[chosen]] = [order[chosen]!, order[last]!]
  }
  return order
}

/** Endless numbers of 64 bits from keccak256(seed, 0), keccak256(seed, 1), … */
function* numbersFrom(seed: Hex): Generator<bigint, never> {
  for (let counter = 0n; ; counter++) {
    const block = hexToBytes(keccak256(encodeAbiParameters(parseAbiParameters('bytes32, uint256'), [seed, counter])))
    for (let at = 0; at < block.length; at += NUMBER_BYTES)
      yield block.subarray(at, at + NUMBER_BYTES).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  }
}
