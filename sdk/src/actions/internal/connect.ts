import type { Account, Chain, Client, Transport } from 'viem'
import { getChainId, getCode } from 'viem/actions'
import { type Deployment, resolveDeployment } from '../../deployments.js'
import { WrongChainError } from '../../errors/deployment.js'
import { ContractMissingError } from '../../errors/node.js'
import { toNodeError } from '../../events/nodeErrors.js'
import { assertDeployed } from './deployed.js'
import { patiently } from './limits.js'

/** A viem client of any kind: public, wallet, or both. */
export type VeritaskClient = Client<Transport, Chain | undefined, Account | undefined>

/** What every action takes. */
export type ReadParameters = {
  /** Default: the deployment the client's chain carries (`withVeritask`). */
  readonly deployment?: Deployment | undefined
}

// Client objects that were found to serve a deployment: asked once each.
const checked = new WeakMap<object, Set<string>>()

/** The deployment to use, after checking once that the node serves its chain and that its contracts are there. */
export async function connect(client: VeritaskClient, { deployment }: ReadParameters): Promise<Deployment> {
  const resolved = resolveDeployment(client, deployment)
  const known = checked.get(client) ?? new Set()
  const { chainId, contracts } = resolved
  const place = `${chainId}:${contracts.taskRegistry}:${contracts.hiddenGold}`
  if (known.has(place)) return resolved
  const actual = await ask(() => getChainId(client))
  if (actual !== resolved.chainId) throw new WrongChainError({ expected: resolved.chainId, actual })
  const address = contracts.taskRegistry
  // Queries of an address without code find nothing, and that would look as if nothing had ever happened.
  if (!(await ask(() => getCode(client, { address })))) throw new ContractMissingError({ address, chainId })
  await assertDeployed(client, resolved)
  checked.set(client, known.add(place))
  return resolved
}

/** Runs a request to the node that no contract can refuse, and turns what it throws into a typed error. */
export async function ask<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await patiently(run)
  } catch (error) {
    throw toNodeError(error)
  }
}
