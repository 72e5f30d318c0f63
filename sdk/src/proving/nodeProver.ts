import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { circuitManifest } from '../generated/circuits.js'
import { type ArtifactLoader, ArtifactMissingError, artifactFileName } from './artifacts.js'
import { createProver, type Prover, type ProvingWorker } from './prover.js'
import type { CircuitManifest } from './types.js'

/**
 * Loads artifacts from a directory that holds one folder per circuit, as the circuits' build makes it.
 *
 * @example
 * import { fileArtifactLoader } from '@veritask/sdk/node'
 *
 * const artifacts = fileArtifactLoader({ directory: 'circuits/build' })
 */
export function fileArtifactLoader({ directory }: { readonly directory: string }): ArtifactLoader {
  return {
    load: async ({ circuit, kind, maxBytes, signal }) => {
      const file = artifactFileName(circuit, kind)
      try {
        const handle = await open(join(directory, circuit, file))
        try {
          signal?.throwIfAborted()
          // One byte more than expected tells a longer file from the pinned one.
          const bytes = new Uint8Array(maxBytes + 1)
          let length = 0
          while (length < bytes.length) {
            const { bytesRead } = await handle.read(bytes, length, bytes.length - length)
            if (bytesRead === 0) break
            length += bytesRead
          }
          return bytes.subarray(0, length)
        } finally {
          await handle.close()
        }
      } catch (error) {
        if (signal?.aborted) throw error
        const code = (error as NodeJS.ErrnoException).code ?? 'unreadable'
        throw new ArtifactMissingError(file, `${code} in ${directory}`, error)
      }
    },
  }
}

function spawnNodeWorker(): ProvingWorker {
  const worker = new Worker(new URL('./worker/node.js', import.meta.url))
  worker.unref()
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (onMessage, onCrash) => {
      worker.on('message', onMessage)
      worker.on('error', onCrash)
      worker.on('exit', onCrash)
    },
    terminate: async () => {
      worker.removeAllListeners()
      // An error on the way down has nobody left to tell.
      worker.on('error', () => {})
      await worker.terminate()
    },
    busy: (busy) => (busy ? worker.ref() : worker.unref()),
  }
}

/**
 * A prover on a worker thread, which keeps the curve, the proving keys and the witness calculators in memory: only the
 * first proof of a circuit pays for loading. Close it when done; an idle one does not keep the process alive.
 *
 * @param parameters.artifacts - Where artifacts come from; each is checked against the manifest before use.
 * @param parameters.manifest - Defaults to the manifest this release was built with.
 *
 * @example
 * import { createNodeProver, fileArtifactLoader } from '@veritask/sdk/node'
 *
 * const prover = createNodeProver({ artifacts: fileArtifactLoader({ directory: 'circuits/build' }) })
 * await prover.close()
 */
export function createNodeProver(parameters: {
  readonly artifacts: ArtifactLoader
  readonly manifest?: CircuitManifest
}): Prover {
  const { artifacts, manifest = circuitManifest } = parameters
  return createProver({ spawn: spawnNodeWorker, artifacts, manifest })
}
