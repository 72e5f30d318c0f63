import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { circuitManifest } from '../generated/circuits.js'
import { type ArtifactLoader, sha256Hex } from './artifacts.js'
import type { CircuitManifest } from './types.js'

/**
 * Keeps what another loader gives in a folder, under its sha256: it is fetched once, whatever circuit names it, and a file that was
 * altered since is fetched again. What does not have the manifest's hash is not kept.
 *
 * @example
 * import { httpArtifactLoader } from '@veritask/sdk'
 * import { cachedArtifactLoader } from '@veritask/sdk/node'
 *
 * const artifacts = cachedArtifactLoader({
 *   loader: httpArtifactLoader({ url: 'https://example.org/circuits' }),
 *   directory: 'artifacts',
 * })
 */
export function cachedArtifactLoader({
  loader,
  directory,
  manifest = circuitManifest,
}: {
  readonly loader: ArtifactLoader
  readonly directory: string
  readonly manifest?: CircuitManifest | undefined
}): ArtifactLoader {
  return {
    load: async (request) => {
      const hash = manifest.circuits[request.circuit]?.files[request.kind]
      const file = hash === undefined ? undefined : join(directory, hash)
      const kept = file === undefined ? undefined : await readFile(file).catch(() => undefined)
      if (kept && (await sha256Hex(kept)) === hash) return kept
      const bytes = await loader.load(request)
      if (file !== undefined && (await sha256Hex(bytes)) === hash) {
        await mkdir(directory, { recursive: true })
        // Whoever reads it meanwhile finds all of it or nothing.
        const next = `${file}.${randomBytes(6).toString('hex')}`
        await writeFile(next, bytes)
        await rename(next, file)
      }
      return bytes
    },
  }
}
