import {
  type Account,
  type Address,
  type Chain,
  type Client,
  getAddress,
  type Hash,
  type Hex,
  isAddress,
  type LocalAccount,
  type Transport,
} from 'viem'
import { getBlock, getChainId } from 'viem/actions'
import { type Deployment, resolveDeployment } from '../../deployments.js'
import { WrongChainError } from '../../errors/deployment.js'
import { AccountRequiredError, OptionMissingError, RawPrivateKeyError } from '../../errors/submission.js'
import { toVeritaskError } from '../../events/reverts.js'

/** A viem client of any kind: public, wallet, or both. */
export type VeritaskClient = Client<Transport, Chain | undefined, Account | undefined>

/** What every action takes. */
export type ReadParameters = {
  /** Default: the deployment the client's chain carries (`withVeritask`). */
  readonly deployment?: Deployment | undefined
}

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
}

// Client objects that were found to serve their deployment's chain: asked once each.
const checked = new WeakMap<object, Set<number>>()

/** The deployment to use, after checking once that the node serves its chain. */
export async function connect(client: VeritaskClient, { deployment }: ReadParameters): Promise<Deployment> {
  const resolved = resolveDeployment(client, deployment)
  const known = checked.get(client) ?? new Set()
  if (known.has(resolved.chainId)) return resolved
  const actual = await read(() => getChainId(client))
  if (actual !== resolved.chainId) throw new WrongChainError({ expected: resolved.chainId, actual })
  checked.set(client, known.add(resolved.chainId))
  return resolved
}

/** The account that signs. */
export function resolveSigner(client: VeritaskClient, { account, relay }: WriteParameters): Signer {
  const chosen = account ?? client.account
  if (!chosen) throw new AccountRequiredError()
  if (typeof chosen === 'string') {
    if (!isAddress(chosen, { strict: false })) throw new RawPrivateKeyError()
    // The client may hold the key of an account that was named by its address.
    const own = client.account
    if (own?.type === 'local' && own.address.toLowerCase() === chosen.toLowerCase())
      return { address: own.address, local: own as LocalAccount, relay }
    return { address: getAddress(chosen), local: undefined, relay }
  }
  return { address: chosen.address, local: chosen.type === 'local' ? (chosen as LocalAccount) : undefined, relay }
}

/** Runs a read and turns what it throws into a typed error. */
export async function read<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toVeritaskError(error)
  }
}

/** Seconds since the epoch, as the chain counts them. */
export async function chainTime(client: VeritaskClient): Promise<bigint> {
  const block = await read(() => getBlock(client, { blockTag: 'latest' }))
  return block.timestamp
}

const examples = {
  store: 'createFileContentStore(directory) of @veritask/sdk/node',
  prover: 'createNodeProver({ artifacts }) of @veritask/sdk/node, or createBrowserProver(…)',
} as const

/** Callers without types, and clients made without defaults, learn what is missing. */
export function assertOption(option: keyof typeof examples, value: unknown): void {
  if (!value) throw new OptionMissingError({ option, example: examples[option] })
}
