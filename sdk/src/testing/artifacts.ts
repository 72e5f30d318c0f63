import { fileURLToPath } from 'node:url'
import type { ArtifactLoader } from '../proving/artifacts.js'
import { fileArtifactLoader } from '../proving/nodeProver.js'
import type { ArtifactKind } from '../proving/types.js'

/** Artifacts that the circuits' build made; the tests need `npm run circuits` to have run. */
export const builtArtifacts = fileArtifactLoader({
  directory: fileURLToPath(new URL('../../../circuits/build', import.meta.url)),
})

/** A loader that changes one kind of file on its way. */
export function tamperedArtifacts(kind: ArtifactKind, tamper: (bytes: Uint8Array) => Uint8Array): ArtifactLoader {
  return {
    load: async (request) => {
      const bytes = await builtArtifacts.load(request)
      return request.kind === kind ? tamper(bytes) : bytes
    },
  }
}
