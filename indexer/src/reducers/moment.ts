import type { Address, Hex } from 'viem'

/** Where and when an event happened: all a reducer may know besides the event's arguments. */
export type Moment = {
  readonly eventId: string
  readonly address: Address
  readonly blockNumber: bigint
  readonly blockHash: Hex
  readonly timestamp: bigint
  readonly transactionHash: Hex
  readonly sender: Address
  readonly logIndex: number
}

/** PostgreSQL text cannot hold NUL; anything else someone wrote on-chain is kept as it is. */
export function textOf(value: string): string {
  return value.replaceAll('\0', '\uFFFD')
}

/** How many items of a mask are marked. */
export function bitsOf(mask: bigint): number {
  return mask.toString(2).replaceAll('0', '').length
}

/** A state no contract can produce: the indexer stops rather than serve it. */
export class InconsistentEventError extends Error {
  override readonly name = 'InconsistentEventError'
}

export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InconsistentEventError(message)
}
