import { readFileSync } from 'node:fs'
import { type Deployment, parseDeployment } from '@veritask/sdk/types'

/** Where the indexer finds its chain, its contracts and its database. Read once, at start. */
export type Environment = {
  readonly deployment: Deployment
  readonly rpcUrl: string
  readonly pollingInterval: number
  readonly database:
    | { readonly kind: 'pglite'; readonly directory: string }
    | { readonly kind: 'postgres'; readonly connectionString: string }
}

const defaults = { rpcUrl: 'http://127.0.0.1:8545', directory: '.ponder/pglite' }

/** Local chains make a block per transaction; others are asked once a second. Milliseconds. */
const pollingIntervals = { local: 200, other: 1000 }

/** Chain ids of anvil and hardhat, whose restarts reuse the id for another history. */
const localChainIds: readonly number[] = [31337, 1337]

export function isLocal(chainId: number): boolean {
  return localChainIds.includes(chainId)
}

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  const path = env.VERITASK_DEPLOYMENT
  if (!path) throw new Error('VERITASK_DEPLOYMENT must be the path of a deployment file')
  // An address that is missing would make Ponder read the events of every contract there is.
  const deployment = lowerCase(parseDeployment(JSON.parse(readFileSync(path, 'utf8'))))
  return {
    deployment,
    rpcUrl: env.VERITASK_RPC_URL || defaults.rpcUrl,
    pollingInterval: isLocal(deployment.chainId) ? pollingIntervals.local : pollingIntervals.other,
    database: env.DATABASE_URL
      ? { kind: 'postgres', connectionString: env.DATABASE_URL }
      : { kind: 'pglite', directory: env.VERITASK_DATABASE_DIRECTORY || defaults.directory },
  }
}

/** Addresses as everything indexed has them. */
function lowerCase(deployment: Deployment): Deployment {
  const lower = <record extends Readonly<Record<string, string>>>(addresses: record): record =>
    Object.fromEntries(Object.entries(addresses).map(([name, value]) => [name, value.toLowerCase()])) as record
  const { contracts, proofSystems, gates, keys } = deployment
  return {
    ...deployment,
    contracts: lower(contracts),
    proofSystems: lower(proofSystems),
    gates: lower(gates),
    keys: lower(keys),
  }
}

/** Blocks after which the indexer treats a block as final, as Ponder does for each chain. */
export function finalityBlocks(chainId: number): number {
  return finality.get(chainId) ?? defaultFinality
}

const defaultFinality = 30
const finality: ReadonlyMap<number, number> = new Map([
  [1, 65],
  [11155111, 65],
  [137, 200],
  [42161, 240],
  [42170, 240],
])
