import { type Address, encodeAbiParameters, type Hash, type Hex, keccak256, parseAbiParameters } from 'viem'

/** A transaction that may or may not come to be mined. Plain data: it survives JSON. */
export type JournaledTransaction = {
  readonly from: Address
  /** Only one transaction of `from` with this nonce is ever mined. */
  readonly nonce: number
  /** Every transaction that was made of this call with this nonce, the last one first; none when a wallet's answer was lost. */
  readonly hashes: readonly Hash[]
  /** The signed bytes of the last one, when it was signed here. */
  readonly serialized?: Hex | undefined
  /** Last block before it was sent, in decimals. */
  readonly block: string
}

/**
 * Where transactions are kept from before they are sent until their fate is known, so that a later run of the same call finds
 * them. Without one, a call whose effect adds up (a deposit) is sent again when it is called again.
 *
 * `createFileTransactionJournal(directory)` of `@veritask/sdk/node` keeps them on disk, `createWebTransactionJournal(localStorage)` in a browser.
 */
export type TransactionJournal = {
  readonly get: (key: Hex) => Promise<JournaledTransaction | undefined>
  /** Must have been written through when it resolves: the transaction is sent next. */
  readonly put: (key: Hex, transaction: JournaledTransaction) => Promise<void>
  readonly delete: (key: Hex) => Promise<void>
}

const KEY_TYPES = parseAbiParameters('uint256, address, address, uint256, bytes')

/** The same for the same call of the same account on the same chain. */
export function journalKey(
  chainId: number,
  from: Address,
  { to, data, value = 0n }: { readonly to: Address; readonly data: Hex; readonly value?: bigint | undefined },
): Hex {
  return keccak256(encodeAbiParameters(KEY_TYPES, [BigInt(chainId), from, to, value, data]))
}
