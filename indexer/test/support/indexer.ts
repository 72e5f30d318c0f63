import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Indexer, startIndexer } from '../../run.js'
import { freePort } from './anvil.js'

/** Folders of one test file, removed at its end. */
export function workspace() {
  const root = mkdtempSync(join(tmpdir(), 'veritask-indexer-'))
  return {
    deploymentFile: (deployment: unknown): string => {
      const path = join(root, 'deployment.json')
      writeFileSync(path, JSON.stringify(deployment))
      return path
    },
    directory: (name: string): string => join(root, name),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

export async function launch(options: {
  deployment: string
  rpcUrl: string
  directory: string
  port?: number
  env?: Record<string, string>
}): Promise<Indexer> {
  return startIndexer({
    ...options,
    port: options.port ?? (await freePort()),
    onLine: (line) => {
      if (process.env.VERITASK_TEST_LOGS) process.stderr.write(`${line}\n`)
    },
  })
}

/** Waits until the indexer has indexed at least this block of the chain it follows. */
export async function indexedUpTo(indexer: Indexer, blockNumber: bigint, timeout = 120_000): Promise<void> {
  const end = Date.now() + timeout
  while (Date.now() < end && indexer.process.exitCode === null) {
    const response = await fetch(`${indexer.url}/v1/status`).catch(() => null)
    if (response?.ok) {
      const { data } = (await response.json()) as { data: { ready: boolean; indexed: { blockNumber: string } | null } }
      if (data.ready && data.indexed && BigInt(data.indexed.blockNumber) >= blockNumber) return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`block ${blockNumber} was not indexed within ${timeout} ms`)
}
