import { type Address, type Chain, getAddress, type Hex, isAddress, isHex, size } from 'viem'
import { InvalidDeploymentError, MissingDeploymentError, UnsupportedChainError } from './errors/deployment.js'
import { refusedChains } from './generated/chains.js'

/** The contracts of one Veritask deployment, by the name used everywhere in the SDK. */
export const contractNames = [
  'timelock',
  'governor',
  'voteToken',
  'protocolParameters',
  'verifierKeyRegistry',
  'groth16',
  'datasetRegistry',
  'modelRegistry',
  'taskRegistry',
  'stakeVault',
  'reputationRegistry',
  'forwarder',
  'openGold',
  'hiddenGold',
  'goldAudit',
  'consensus',
  'direct',
  'optimistic',
] as const

/** Name of the proof system that every deployment has, the one of the labelling circuits. */
export const GROTH16_SYSTEM = 'groth16-bn254'

export type ContractName = (typeof contractNames)[number]

/** Where Veritask lives on one chain, and which verifier key belongs to which circuit. */
export type Deployment = {
  readonly chainId: number
  /** Block of the first deployment transaction: no event of the protocol is older. */
  readonly blockNumber: number
  readonly contracts: { readonly [name in ContractName]: Address }
  /** Name in the system id (for example `groth16-bn254`) → contract that checks its proofs. */
  readonly proofSystems: { readonly [systemName: string]: Address }
  /** Gate name (for example `semaphore`) → contract that says who may join. Which there are differs from chain to chain. */
  readonly gates: { readonly [gateName: string]: Address }
  /** Circuit name (for example `open-gold-scalar-64`) → verifier key id. */
  readonly keys: { readonly [circuitName: string]: Hex }
}

/**
 * Checks and normalises a deployment read from JSON.
 *
 * @throws {InvalidDeploymentError} naming the first field that is missing or malformed.
 * @throws {UnsupportedChainError} when the protocol is known not to work on its chain.
 *
 * @example
 * import { parseDeployment } from '@veritask/sdk'
 * import { readFileSync } from 'node:fs'
 * const deployment = parseDeployment(JSON.parse(readFileSync('.veritask/deployment.json', 'utf8')))
 */
export function parseDeployment(value: unknown): Deployment {
  const source = record(value, 'deployment')
  const chainId = wholeNumber(source.chainId, 'chainId')
  const refused = refusedChains[chainId]
  if (refused) throw new UnsupportedChainError({ chainId, ...refused })
  const blockNumber = wholeNumber(source.blockNumber, 'blockNumber')
  const addresses = record(source.contracts, 'contracts')
  const contracts = Object.fromEntries(
    contractNames.map((name) => [name, addressIn(addresses[name], `contracts.${name}`)]),
  ) as Deployment['contracts']
  // Files from before there were others name Groth16 among the contracts alone.
  const proofSystems = { [GROTH16_SYSTEM]: contracts.groth16, ...addressesIn(source.proofSystems, 'proofSystems') }
  const gates = addressesIn(source.gates, 'gates')
  const keys = Object.fromEntries(
    Object.entries(record(source.keys, 'keys')).map(([name, keyId]) => {
      if (!isHex(keyId) || size(keyId) !== 32)
        throw new InvalidDeploymentError({ field: `keys.${name}`, reason: 'is not a 32-byte key id' })
      return [name, keyId]
    }),
  )
  return { chainId, blockNumber, contracts, proofSystems, gates, keys }
}

/**
 * A viem chain that knows its Veritask deployment, so that actions need no `deployment` parameter.
 *
 * @example
 * import { createWalletClient, http } from 'viem'
 * import { foundry } from 'viem/chains'
 * import { veritaskActions, withVeritask } from '@veritask/sdk'
 * const client = createWalletClient({ chain: withVeritask(foundry, deployment), transport: http() })
 *   .extend(veritaskActions())
 */
export function withVeritask<const chain extends Chain>(chain: chain, deployment: Deployment): chain {
  if (chain.id !== deployment.chainId)
    throw new InvalidDeploymentError({
      field: 'chainId',
      reason: `is ${deployment.chainId}, and the chain "${chain.name}" has id ${chain.id}`,
    })
  return { ...chain, custom: { ...chain.custom, veritask: deployment } }
}

/** The deployment given to an action, or the one its chain carries. */
export function resolveDeployment(
  client: { chain?: Chain | undefined },
  deployment: Deployment | undefined,
): Deployment {
  const resolved = deployment ?? (client.chain?.custom?.veritask as Deployment | undefined)
  if (!resolved) throw new MissingDeploymentError({ chainId: client.chain?.id })
  return resolved
}

/** Addresses by name; none when the file does not have the field. */
function addressesIn(value: unknown, field: string): { readonly [name: string]: Address } {
  const named = value === undefined ? {} : record(value, field)
  return Object.fromEntries(Object.entries(named).map(([name, found]) => [name, addressIn(found, `${field}.${name}`)]))
}

function addressIn(value: unknown, field: string): Address {
  if (typeof value !== 'string' || !isAddress(value, { strict: false }))
    throw new InvalidDeploymentError({ field, reason: 'is not an address' })
  return getAddress(value)
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidDeploymentError({ field, reason: 'is not an object' })
  return value as Record<string, unknown>
}

function wholeNumber(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidDeploymentError({ field, reason: 'is not a whole number' })
  return value
}
