import { type Hex, numberToHex } from 'viem'
import { getBlock } from 'viem/actions'
import { chainTime, read, type VeritaskClient } from '../actions/internal/context.js'
import { BaseError } from '../core.js'

/** Nodes whose clock and balances anybody may set: a chain for trying things on one's own machine. */
const DEVELOPMENT_NODE = /^(anvil|hardhatnetwork|edr)\b/i

export class LocalChainRequiredError extends BaseError {
  override name = 'LocalChainRequiredError'
  constructor({ what, version }: { what: string; version: string }) {
    super(`Only a local development chain can ${what}; this node is ${version}.`, {
      metaMessages: ['Start one with `npm start`, or give its address: --rpc-url URL.'],
    })
  }
}

/** What the node calls itself; refuses every node but that of a local development chain. */
export async function assertLocalChain(client: VeritaskClient, what: string): Promise<void> {
  const version = await read(() => client.request({ method: 'web3_clientVersion' }))
  if (!DEVELOPMENT_NODE.test(version)) throw new LocalChainRequiredError({ what, version: version.slice(0, 60) })
}

/** Moves a local chain's clock and mines a block; returns the block's timestamp. */
export async function advanceChain(client: VeritaskClient, seconds: bigint): Promise<bigint> {
  await assertLocalChain(client, 'have its clock moved')
  const timestamp = (await chainTime(client)) + seconds
  await development(client, 'evm_setNextBlockTimestamp', [numberToHex(timestamp)])
  await development(client, 'evm_mine', [])
  return (await read(() => getBlock(client, { blockTag: 'latest' }))).timestamp
}

/** Gives an account of a local chain so many base units of the native coin. */
export async function setBalance(client: VeritaskClient, address: Hex, balance: bigint): Promise<void> {
  await assertLocalChain(client, 'give coins away')
  // As Anvil names it, and Hardhat knows it too.
  await development(client, 'anvil_setBalance', [address, numberToHex(balance)]).catch(() =>
    development(client, 'hardhat_setBalance', [address, numberToHex(balance)]),
  )
}

/** Methods of development nodes alone, which viem's clients have no types for. */
function development(client: VeritaskClient, method: string, params: readonly unknown[]): Promise<unknown> {
  return read(() => client.request({ method, params } as never))
}
