import { type Account, type Address, getAddress, type Hash, type Hex, isAddress, type LocalAccount } from 'viem'
import { getBlock } from 'viem/actions'
import { AccountRequiredError, OptionMissingError, RawPrivateKeyError } from '../../errors/submission.js'
import { toVeritaskError } from '../../events/reverts.js'
import type { ReadParameters, VeritaskClient } from './connect.js'
import type { TransactionJournal } from './journal.js'
import { patiently } from './limits.js'

export { connect, type ReadParameters, type VeritaskClient } from './connect.js'

/** What every action that sends a transaction takes. */
export type WriteParameters = ReadParameters & {
  /** Who signs. Default: the client's account. Never a raw private key. */
  readonly account?: Account | Address | undefined
  /**
   * Who pays for the transaction instead: the account only signs, and what it signed goes to somebody who sends it
   * (`relayForwardRequest`). For what a worker itself must do: joining with a stake, committing, submitting, claiming, leaving,
   * disputing, unbonding, recording, and sending its money elsewhere.
   */
  readonly relay?: Relay | undefined
  /**
   * Where transactions are kept until their fate is known. With one, calling the same action again after a timeout or a crash
   * finds the transaction that was sent before. What is relayed is not kept: the forwarder takes each signature once.
   */
  readonly journal?: TransactionJournal | undefined
  /** How long to wait for a transaction that was sent, in seconds. Default: 60. */
  readonly receiptTimeoutSeconds?: number | undefined
}

/**
 * What an action takes whose contract asks nobody who it is: anyone may send it for anyone else, so nothing is signed to be relayed.
 */
export type UnrelayedParameters = Omit<WriteParameters, 'relay'>

/** Has a signed call sent by somebody else; resolves to the transaction. */
export type Relay = (request: ForwardRequest) => Promise<Hash>

/** A call that its account signed for the ERC-2771 forwarder of the protocol. Whoever has it can send it, once. */
export type ForwardRequest = {
  readonly from: Address
  readonly to: Address
  readonly value: bigint
  /** Gas of the call. */
  readonly gas: bigint
  /** Last second at which it counts. */
  readonly deadline: number
  readonly data: Hex
  readonly signature: Hex
}

export type Signer = {
  readonly address: Address
  readonly local: LocalAccount | undefined
  readonly relay?: Relay | undefined
  readonly journal?: TransactionJournal | undefined
  readonly receiptTimeoutSeconds?: number | undefined
}

/** The account that signs. */
export function resolveSigner(client: VeritaskClient, parameters: WriteParameters): Signer {
  const { account, relay, journal, receiptTimeoutSeconds } = parameters
  const chosen = account ?? client.account
  const how = { relay, journal, receiptTimeoutSeconds }
  if (!chosen) throw new AccountRequiredError()
  if (typeof chosen === 'string') {
    if (!isAddress(chosen, { strict: false })) throw new RawPrivateKeyError()
    // The client may hold the key of an account that was named by its address.
    const own = client.account
    if (own?.type === 'local' && own.address.toLowerCase() === chosen.toLowerCase())
      return { address: own.address, local: own as LocalAccount, ...how }
    return { address: getAddress(chosen), local: undefined, ...how }
  }
  return { address: chosen.address, local: chosen.type === 'local' ? (chosen as LocalAccount) : undefined, ...how }
}

/** Runs a read and turns what it throws into a typed error. */
export async function read<T>(run: () => Promise<T>, account?: Address): Promise<T> {
  try {
    return await patiently(run)
  } catch (error) {
    throw toVeritaskError(error, account)
  }
}

/** Timestamp of the latest block, in seconds: what a call is tried against before it is sent. */
export async function latestTime(client: VeritaskClient): Promise<bigint> {
  return (await read(() => getBlock(client, { blockTag: 'latest' }))).timestamp
}

/**
 * Seconds since the epoch, as the chain counts them: of the block that is being made, where the node says so. The latest block of a
 * chain that mines on transactions alone is as old as its last transaction.
 */
export async function chainTime(client: VeritaskClient): Promise<bigint> {
  const [latest, pending] = await Promise.all([
    latestTime(client),
    // Many nodes have none, or answer with the latest one.
    getBlock(client, { blockTag: 'pending' }).then(
      ({ timestamp }) => timestamp ?? 0n,
      () => 0n,
    ),
  ])
  return pending > latest ? pending : latest
}

/** What durations are counted from: the later of the chain's time and of this machine's clock. */
export async function deadlineBase(client: VeritaskClient): Promise<bigint> {
  const clock = BigInt(Math.floor(Date.now() / 1000))
  const chain = await chainTime(client)
  return clock > chain ? clock : chain
}

const examples = {
  store: 'createFileContentStore(directory) of @veritask/sdk/node',
  prover: 'createNodeProver({ artifacts }) of @veritask/sdk/node, or createBrowserProver(…)',
} as const

/** Callers without types, and clients made without defaults, learn what is missing. */
export function assertOption(option: keyof typeof examples, value: unknown): void {
  if (!value) throw new OptionMissingError({ option, example: examples[option] })
}
