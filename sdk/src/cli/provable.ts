import type { Task } from '../actions/index.js'
import { BaseError, circuitNameFor, type RulesShape } from '../core.js'
import { circuitManifest } from '../generated/circuits.js'
import { type ArtifactLoader, loadArtifact } from '../proving/artifacts.js'
import type { CircuitManifest } from '../proving/types.js'

/** What a worker would need to prove cannot be had: better known before it joins than after it committed. */
export class ArtifactsUnavailableError extends BaseError {
  override name = 'ArtifactsUnavailableError'
  constructor({ circuit, from, cause }: { circuit: string; from: string; cause: unknown }) {
    super(
      `The circuit ${circuit}, with which the labels of this task are proven, is not to be had from ${from}. Nothing was sent.`,
      {
        metaMessages: [
          'Give a folder or an HTTP address that has it: --artifacts DIR|URL. In the repository: `npm run circuits`.',
          'Who proves elsewhere joins with --prove-elsewhere.',
        ],
        cause,
      },
    )
  }
}

/**
 * Loads what proves a task's labels, and so has it in the cache when it is needed.
 *
 * @throws {ArtifactsUnavailableError}
 */
export async function assertProvable(
  { kind, rules }: { readonly kind: Task['kind']; readonly rules: RulesShape },
  {
    loader,
    from,
    manifest = circuitManifest,
  }: { readonly loader: ArtifactLoader; readonly from: string; readonly manifest?: CircuitManifest },
): Promise<void> {
  // Where the gold stays closed, or there is none, legality alone is proven.
  const statements = kind === 'open-gold' ? (['open-gold', 'legality'] as const) : (['legality'] as const)
  for (const circuit of statements.map((statement) => circuitNameFor(statement, rules)))
    try {
      for (const artifact of ['wasm', 'zkey'] as const)
        await loadArtifact({ loader, manifest, circuit, kind: artifact })
    } catch (cause) {
      throw new ArtifactsUnavailableError({ circuit, from, cause })
    }
}
