import { circuitManifest } from '../generated/circuits.js'
import type { ArtifactLoader } from './artifacts.js'
import { createProver, type Prover, type ProvingWorker } from './prover.js'
import type { CircuitManifest } from './types.js'

function spawnBrowserWorker(): ProvingWorker {
  // Written so that bundlers find the worker.
  const worker = new Worker(new URL('./worker/browser.js', import.meta.url), { type: 'module' })
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (onMessage, onCrash) => {
      worker.onmessage = (event) => onMessage(event.data)
      worker.onerror = onCrash
      worker.onmessageerror = onCrash
    },
    terminate: async () => worker.terminate(),
    busy: () => {},
  }
}

/**
 * A prover on a Web Worker, which keeps the curve, the proving keys and the witness calculators in memory. Needs
 * `script-src 'wasm-unsafe-eval'` and `worker-src 'self' blob: data:` where a content security policy applies.
 *
 * @param parameters.artifacts - Usually {@link httpArtifactLoader}; each file is checked against the manifest before use.
 * @param parameters.manifest - Defaults to the manifest this release was built with.
 *
 * @example
 * import { createBrowserProver, httpArtifactLoader } from '@veritask/sdk'
 *
 * const makeProver = () => createBrowserProver({ artifacts: httpArtifactLoader({ url: '/circuits' }) })
 */
export function createBrowserProver(parameters: {
  readonly artifacts: ArtifactLoader
  readonly manifest?: CircuitManifest
}): Prover {
  const { artifacts, manifest = circuitManifest } = parameters
  return createProver({ spawn: spawnBrowserWorker, artifacts, manifest })
}
