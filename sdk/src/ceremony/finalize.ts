import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from 'viem'
import { circuitManifest } from '../generated/circuits.js'
import { artifactFileName, manifestHashOf, parseManifest, sealEntry } from '../proving/artifacts.js'
import { keyIdOf } from '../proving/groth16.js'
import type { ArtifactKind, CircuitManifest, ManifestEntry } from '../proving/types.js'
import type { ZkeyAudit } from './audit.js'
import { hashFile } from './binaryFile.js'
import { type CeremonyReport, type VerifyCeremonyParameters, verifyCeremony } from './ceremony.js'
import { firstFailure } from './checks.js'
import { CeremonyFileError, CeremonyStepRefusedError } from './errors.js'
import { readCircuit } from './r1csFile.js'
import { type CeremonyTranscript, transcriptText } from './transcript.js'
import { vkeyFile } from './verifyingKeyFile.js'
import { assertWitnessCalculator } from './wasmFile.js'

export type FinalizeCeremonyReturnType = {
  readonly entry: ManifestEntry
  readonly transcript: CeremonyTranscript
  /** What `encodeProposeKey` takes. */
  readonly audit: ZkeyAudit
  /** Mark that the key must be proposed with. */
  readonly development: boolean
  readonly keyData: Hex
  /** Id of the key in the registry. */
  readonly keyId: Hex
  /** Folder with the artifacts. */
  readonly directory: string
}

/**
 * Ends a ceremony: replays it whole and writes what is proven, verified and registered with: r1cs, wasm, zkey, verifying
 * key and transcript in a folder named after the circuit, and the manifest entry whose hash the registry stores. Over
 * powers of tau that are no ceremony's the result is marked `development`: a rehearsal.
 *
 * @param parameters.wasm - Path of the compiled witness calculator. Of it only
 *   the field and the number of wires are compared with the circuit: a wrong one makes no proofs.
 * @param parameters.directory - Folder to write to; an artifact manifest there gains an entry.
 * @param parameters.publicSignals - Names of the public signals, in order.
 * @param parameters.challenge - The public signal that a prover must not choose, which is part of the key id; null for none. Default:
 *   that of this release's circuit of the name, else none.
 * @param parameters.transcript - A published transcript that must match.
 * @throws {@link CeremonyStepRefusedError} when the key has no beacon, fewer than two contributions, or fails a check.
 */
export async function finalizeCeremony(
  parameters: VerifyCeremonyParameters & {
    readonly circuit: string
    readonly wasm: string
    readonly directory: string
    readonly publicSignals: readonly string[]
    readonly challenge?: string | null | undefined
    readonly transcript?: CeremonyTranscript | undefined
  },
): Promise<FinalizeCeremonyReturnType> {
  const { circuit, zkey, r1cs, wasm, directory, publicSignals } = parameters
  const { challenge = circuitManifest.circuits[circuit]?.challenge ?? null } = parameters
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(circuit))
    throw new CeremonyStepRefusedError('The circuit’s name is not fit for a file', 'Use a-z, 0-9 and hyphens.')
  const folder = join(directory, circuit)
  if (existsSync(folder)) throw new CeremonyStepRefusedError(`${folder} exists`, 'Nothing is overwritten.')
  await assertWitnessCalculator(wasm, await readCircuit(r1cs))
  const { audit, transcript } = assertFinished(await verifyCeremony(parameters))
  if (publicSignals.length !== transcript.r1cs.publicSignals)
    throw new CeremonyStepRefusedError(
      `${publicSignals.length} public signals are named and the circuit has ${transcript.r1cs.publicSignals}`,
      'Name each one, in order.',
    )
  if (challenge !== null && !publicSignals.includes(challenge))
    throw new CeremonyStepRefusedError(
      `The challenge ${challenge} is none of the public signals`,
      'Name one of them, or none.',
    )
  const manifest = await manifestAt(directory, transcript.development)
  if (Object.hasOwn(manifest.circuits, circuit))
    throw new CeremonyStepRefusedError(`The manifest lists ${circuit} already`, 'Choose another folder.')

  const partial = `${folder}.${process.pid}.part`
  try {
    await mkdir(partial, { recursive: true })
    const place = (kind: ArtifactKind | 'transcript') => join(partial, artifactFileName(circuit, kind))
    for (const [from, kind] of [[r1cs, 'r1cs'] as const, [wasm, 'wasm'] as const, [zkey, 'zkey'] as const])
      await copyFile(from, place(kind)).catch((cause: unknown) => {
        throw new CeremonyFileError(from, 'it cannot be copied', cause)
      })
    await writeFile(place('vkey'), (await vkeyFile(zkey)).text)
    await writeFile(place('transcript'), transcriptText(transcript))
    const entry = await describe(circuit, { constraints: transcript.r1cs.constraints, publicSignals, challenge }, place)
    // The files may have changed between the replay and the copy.
    if (entry.files.zkey !== transcript.zkey || entry.files.r1cs !== transcript.r1cs.sha256)
      throw new CeremonyFileError(zkey, 'it changed while it was verified')
    await rename(partial, folder)
    const circuits = { ...manifest.circuits, [circuit]: entry }
    await writeFile(join(directory, 'manifest.json'), `${JSON.stringify({ ...manifest, circuits }, null, 2)}\n`)
    const { keyData } = audit
    const { development } = transcript
    const keyId = keyIdOf({
      keyData,
      manifestHash: entry.manifestHash,
      development,
      needsChallenge: challenge !== null,
    })
    return { entry, transcript, audit, development, keyData, keyId, directory: folder }
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

function assertFinished({ checks, audit, transcript }: CeremonyReport) {
  const failure = firstFailure(checks)
  if (failure || !audit || !transcript)
    throw new CeremonyStepRefusedError(
      `The ceremony does not verify: ${failure?.name}: ${failure?.detail}`,
      'Run `veritask ceremony verify` for every line.',
    )
  if (audit.contributions.at(-1)?.type !== 'beacon')
    throw new CeremonyStepRefusedError('The key has no final beacon', 'Run `veritask ceremony beacon` first.')
  if (audit.origin !== 'ceremony')
    throw new CeremonyStepRefusedError(
      'Fewer than two contributed: who made this key could forge',
      'Collect contributions from several parties and apply the beacon after them.',
    )
  return { audit, transcript }
}

async function describe(
  circuit: string,
  said: Pick<ManifestEntry, 'constraints' | 'publicSignals' | 'challenge'>,
  place: (kind: ArtifactKind | 'transcript') => string,
): Promise<ManifestEntry> {
  const kinds = ['r1cs', 'wasm', 'zkey', 'vkey', 'transcript'] as const
  const hashes = await Promise.all(kinds.map(async (kind) => [kind, await hashFile(place(kind), 'sha256')]))
  const sizes = await Promise.all(kinds.map(async (kind) => [kind, (await stat(place(kind))).size]))
  const files = Object.fromEntries(hashes) as ManifestEntry['files']
  const bytes = Object.fromEntries(sizes) as ManifestEntry['bytes']
  return sealEntry(circuit, { ...said, files, bytes, manifestHash: await manifestHashOf(files) })
}

/** The manifest in a folder, or an empty one; real and development keys do not share one. */
async function manifestAt(directory: string, development: boolean): Promise<CircuitManifest> {
  const text = await readFile(join(directory, 'manifest.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return { version: 1, development, circuits: {} }
  const manifest = await parseManifest(text)
  if (manifest.development !== development)
    throw new CeremonyStepRefusedError(
      `The manifest in ${directory} is ${manifest.development ? '' : 'not '}of development keys`,
      'Choose another folder.',
    )
  return manifest
}
