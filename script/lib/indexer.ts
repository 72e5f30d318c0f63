import { join } from 'node:path'
import { fromRoot } from './paths.ts'
import type { Processes } from './processes.ts'
import { until } from './rpc.ts'

export interface IndexerOptions {
  readonly deploymentFile: string
  readonly rpcUrl: string
  readonly directory: string
  readonly port: number
  /** Page that may read the API from a browser. */
  readonly origin: string
}

const readyMilliseconds = 120_000

/** Starts the indexer on its embedded database; resolves with its address once it follows the chain. */
export async function startIndexer(processes: Processes, options: IndexerOptions): Promise<string> {
  let url: string | undefined
  let ended = false
  const child = processes.start({
    name: 'indexer',
    command: process.execPath,
    args: [
      ...['--import', 'tsx', fromRoot('indexer', 'run.ts')],
      ...['--deployment', options.deploymentFile, '--rpc', options.rpcUrl],
      ...['--directory', join(options.directory, 'index'), '--port', String(options.port), '--origin', options.origin],
    ],
    onLine: (line) => {
      url ??= /^ready at (http:\S+)$/.exec(line)?.[1]
    },
  })
  void child.ended.then(() => {
    ended = true
  })
  return until(
    'the indexer',
    async () => {
      if (ended) throw new Error(`the indexer ended:\n${child.tail()}`)
      return url
    },
    { timeoutMilliseconds: readyMilliseconds },
  )
}
