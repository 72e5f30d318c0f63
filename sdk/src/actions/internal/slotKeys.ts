import type { Hash } from 'viem'
import { isBefore, type Positioned } from './logs.js'

type SlotEvent = Positioned & { readonly args: { readonly slot: number } }

/**
 * Who holds each slot, and the transaction that wrapped the content key to that holder. Both lists are oldest first.
 * A key from before the slot was last joined (a reorganised chain may show one) is for another key pair and not counted.
 */
export function currentSlotKeys<joined extends SlotEvent>(
  joined: readonly joined[],
  wrapped: readonly (SlotEvent & { readonly transactionHash: Hash })[],
): { joined: joined[]; wrapped: Map<number, Hash> } {
  const holders = new Map(joined.map((event) => [event.args.slot, event]))
  const current = wrapped.filter((event) => isBefore(holders.get(event.args.slot), event))
  return {
    joined: [...holders.values()],
    wrapped: new Map(current.map(({ args, transactionHash }) => [args.slot, transactionHash])),
  }
}
