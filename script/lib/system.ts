import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ContentStore, type Deployment, type Prover, parseDeployment } from '@veritask/sdk'
import {
  createFileContentStore,
  createGatewayHandler,
  createNodeProver,
  fileArtifactLoader,
  removeCurrent,
  writeCurrent,
} from '@veritask/sdk/node'
import { deploy, startChain } from './chain.ts'
import { startIndexer } from './indexer.ts'
import { fromRoot, root } from './paths.ts'
import type { Processes } from './processes.ts'
import type { Printer } from './progress.ts'
import { serveExplorer } from './server.ts'

export interface SystemOptions {
  /** Folder of this run, under .veritask. */
  readonly directory: string
  /** Where the chain's clock starts, in seconds. */
  readonly timestamp: bigint
  /** File that the chain is kept in after it ended. */
  readonly stateFile?: string | undefined
  /** Goes on with the deployment of `directory` instead of making one. */
  readonly resume?: boolean
  /** Each taken when free. */
  readonly ports: { readonly chain: number; readonly indexer: number; readonly explorer: number }
}

export interface System {
  readonly rpcUrl: string
  readonly indexerUrl: string
  readonly explorerUrl: string
  readonly deployment: Deployment
  readonly deploymentFile: string
  readonly storeDirectory: string
  readonly store: ContentStore
  readonly prover: Prover
}

/** Chain, contracts, indexer, content store, explorer and prover, ready to be used. */
export async function startSystem(processes: Processes, printer: Printer, options: SystemOptions): Promise<System> {
  const { directory, ports, stateFile, resume = false } = options
  const deploymentFile = join(directory, 'deployment.json')
  const chain = await printer.step('start a local chain', () =>
    startChain(processes, ports.chain, resume ? undefined : options.timestamp, stateFile),
  )
  const deployment = resume
    ? parseDeployment(JSON.parse(readFileSync(deploymentFile, 'utf8')))
    : await printer.step('deploy the contracts', (detail) => deploy(processes, chain, directory, detail))
  const storeDirectory = join(directory, 'content')
  const store = createFileContentStore(storeDirectory)
  const explorer = await serveExplorer({
    preferredPort: ports.explorer,
    directory: fromRoot('frontend', 'dist'),
    gateway: createGatewayHandler(store),
  })
  processes.onStop(() => explorer.close())
  const indexerUrl = await printer.step('start the indexer', () =>
    startIndexer(processes, {
      deploymentFile,
      rpcUrl: chain.url,
      directory,
      port: ports.indexer,
      origin: explorer.url,
    }),
  )
  explorer.configure({
    config: { chainId: deployment.chainId, rpcUrl: chain.url, indexerUrl, gatewayUrl: explorer.url, deployment },
    connect: [chain.url, indexerUrl],
  })
  const artifacts = fromRoot('circuits', 'build')
  const prover = createNodeProver({ artifacts: fileArtifactLoader({ directory: artifacts }) })
  // The command line finds what runs from any folder below.
  writeCurrent(root, { deployment: deploymentFile, store: storeDirectory, rpcUrl: chain.url, artifacts })
  processes.onStop(() => removeCurrent(root, deploymentFile))
  processes.onStop(() => prover.close())
  return {
    rpcUrl: chain.url,
    indexerUrl,
    explorerUrl: explorer.url,
    deployment,
    deploymentFile,
    storeDirectory,
    store,
    prover,
  }
}
