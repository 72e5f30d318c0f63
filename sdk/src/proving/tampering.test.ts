import { beforeAll, describe, expect, test, vi } from 'vitest'
import { circuitManifest } from '../generated/circuits.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { type Seeded, seeded } from '../testing/seeded.js'
import {
  ArtifactHashMismatchError,
  ArtifactUnknownError,
  loadArtifact,
  ManifestInvalidError,
  ManifestMalformedError,
  manifestEntryOf,
  parseManifest,
} from './artifacts.js'
import { createProver } from './prover.js'
import type { ArtifactKind, CircuitManifest } from './types.js'

// Nothing corrupt may reach the worker: snarkjs proves with a flipped bit in its key and says nothing.
const FLIPS = 100
const TRUNCATIONS = 20

const circuit = 'score-scalar-64'
const kinds = ['wasm', 'zkey', 'vkey'] as const
const files = new Map<ArtifactKind, Uint8Array>()

beforeAll(async () => {
  const entry = circuitManifest.circuits[circuit]!
  for (const kind of kinds) files.set(kind, await builtArtifacts.load({ circuit, kind, maxBytes: entry.bytes[kind] }))
})

/** What proving says, and whether a worker was so much as started. */
async function attempt(manifest: CircuitManifest, changed: ReadonlyMap<ArtifactKind, Uint8Array> = files) {
  const spawn = vi.fn(() => {
    throw new Error('a worker was started')
  })
  const artifacts = { load: async ({ kind }: { kind: ArtifactKind }) => changed.get(kind)! }
  const prover = createProver({ spawn, artifacts, manifest })
  const error = await prover.prove({ circuit, inputs: {} }).catch((thrown: unknown) => thrown)
  await prover.close()
  return { error, started: spawn.mock.calls.length > 0 }
}

function flipped(bytes: Uint8Array, random: Seeded): Uint8Array {
  const copy = bytes.slice()
  copy[random.below(copy.length)]! ^= 1 << random.below(8)
  return copy
}

test('default: with every file whole the worker is started', async () => {
  expect((await attempt(circuitManifest)).started).toBe(true)
})

describe.each(kinds)('%s', (kind) => {
  const refused = async (bytes: Uint8Array) => {
    const { error, started } = await attempt(circuitManifest, new Map([...files, [kind, bytes]]))
    expect(error).toBeInstanceOf(ArtifactHashMismatchError)
    expect((error as ArtifactHashMismatchError).file).toContain(kind)
    expect(started).toBe(false)
  }

  test('error: a hundred bit flips, none proven with', async () => {
    const random = seeded(80)
    for (let i = 0; i < FLIPS; i++) await refused(flipped(files.get(kind)!, random))
  })

  test('error: twenty truncations, none proven with', async () => {
    const random = seeded(81)
    const bytes = files.get(kind)!
    for (let i = 0; i < TRUNCATIONS; i++) await refused(bytes.slice(0, random.below(bytes.length)))
  })
})

describe('manifest', () => {
  const text = new TextEncoder().encode(JSON.stringify(circuitManifest, null, 2))

  const refused = async (bytes: Uint8Array) => {
    const error = await parseManifest(new TextDecoder().decode(bytes)).catch((thrown: unknown) => thrown)
    const known = [ManifestMalformedError, ManifestInvalidError].some((type) => error instanceof type)
    expect(known, new TextDecoder().decode(bytes)).toBe(true)
  }

  test('default: reads what the build wrote', async () => {
    expect(await parseManifest(new TextDecoder().decode(text))).toEqual(circuitManifest)
  })

  test('error: a hundred bit flips', async () => {
    const random = seeded(82)
    for (let i = 0; i < FLIPS; i++) await refused(flipped(text, random))
  })

  test('error: twenty truncations', async () => {
    const random = seeded(83)
    for (let i = 0; i < TRUNCATIONS; i++) await refused(text.slice(0, random.below(text.length)))
  })

  test('error: a manifest in memory whose entry was changed in any field is not proven with', async () => {
    const entry = circuitManifest.circuits[circuit]!
    const changes: Partial<Record<keyof typeof entry, unknown>>[] = [
      { constraints: entry.constraints + 1 },
      { publicSignals: ['digest', 'evaluation', 'alpha', 'context'] },
      // Without it the key would be taken by tasks in which a prover chooses it.
      { challenge: null },
      { files: { ...entry.files, wasm: entry.files.zkey } },
      { files: { ...entry.files, transcript: entry.files.zkey } },
      { bytes: { ...entry.bytes, zkey: entry.bytes.zkey + 1 } },
      { manifestHash: `0x${'11'.repeat(32)}` },
      { checksum: '11'.repeat(32) },
      { checksum: undefined },
    ]
    for (const change of changes) {
      const circuits = { ...circuitManifest.circuits, [circuit]: { ...entry, ...change } }
      const { error, started } = await attempt({ ...circuitManifest, circuits } as CircuitManifest)
      expect(error).toBeInstanceOf(ManifestInvalidError)
      expect(started).toBe(false)
    }
  })

  test('error: an entry under another circuit’s name', async () => {
    const { [circuit]: entry, ...others } = circuitManifest.circuits
    const renamed = { ...circuitManifest, circuits: { ...others, 'score-scalar-65': entry! } }
    await expect(manifestEntryOf(renamed, 'score-scalar-65')).rejects.toThrow(ManifestInvalidError)
    const { error, started } = await attempt(renamed)
    expect([error instanceof ArtifactUnknownError, started]).toEqual([true, false])
    const loader = { load: async () => files.get('wasm')! }
    const request = { loader, manifest: renamed, circuit: 'score-scalar-65', kind: 'wasm' as const }
    await expect(loadArtifact(request)).rejects.toThrow(ManifestInvalidError)
  })
})
