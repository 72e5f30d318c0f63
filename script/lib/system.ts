import { join } from 'node:path'
import type { ContentStore, Deployment, Prover } from '@veritask/sdk'
import { createFileContentStore, createGatewayHandler, createNodeProver, fileArtifactLoader } from '@veritask/sdk/node'
import { deploy, startChain } from './chain.ts'
import { startIndexer } from './indexer.ts'
import { fromRoot } from './paths.ts'
import type { Processes } from './processes.ts'
import type { Printer } from './progress.ts'
import { serveExplorer } from './server.ts'

export interface SystemOptions {
  /** Folder of this run, under .veritask. */
  readonly directory: string
  /** Where the chain's clock starts, in seconds. */
  readonly timestamp: bigint
  /** Each taken when free. */
  readonly ports: { readonly chain: number; readonly indexer: number; readonly explorer: number }
}

export interface System {
  readonly rpcUrl: string
  readonly indexerUrl: string
  readonly explorerUrl: string
  readonly deployment: Deployment
  readonly deploymentFile: string
  readonly store: ContentStore
  readonly prover: Prover
}

/** Chain, contracts, indexer, content store, explorer and prover, ready to be used. */
export async function startSystem(processes: Processes, printer: Printer, options: SystemOptions): Promise<System> {
  const { directory, ports } = options
  const chain = await printer.step('start a local chain', () => startChain(processes, ports.chain, options.timestamp))
  const deployment = await printer.step('deploy the contracts', (detail) => deploy(processes, chain, directory, detail))
  const deploymentFile = join(directory, 'deployment.json')
  const store = createFileContentStore(join(directory, 'content'))
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
  const prover = createNodeProver({
    artifacts: fileArtifactLoader({ directory: fromRoot('circuits', 'build') }),
  })
  processes.onStop(() => prover.close())
  return { rpcUrl: chain.url, indexerUrl, explorerUrl: explorer.url, deployment, deploymentFile, store, prover }
}
