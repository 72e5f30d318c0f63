import { BaseError } from '../errors/base.js'
import type { ArtifactKind, CircuitManifest, ManifestEntry } from './types.js'

/** What a loader is asked for. */
export type ArtifactRequest = {
  readonly circuit: string
  readonly kind: ArtifactKind
  /** Size by the manifest: a loader must not hand over, nor buffer, more. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/** Where artifacts come from. A loader is not trusted: whatever it gives is hashed before use. */
export type ArtifactLoader = { readonly load: (request: ArtifactRequest) => Promise<Uint8Array> }

/** An artifact is not the one the manifest pins: corrupt, truncated, or another circuit's. */
export class ArtifactHashMismatchError extends BaseError {
  override name = 'ArtifactHashMismatchError'
  /**
   * @param file - Name of the file.
   * @param expected - sha256 by the manifest.
   * @param actual - sha256 of what was loaded.
   */
  constructor(
    readonly file: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`The artifact ${file} is not the one this release was built with.`, {
      metaMessages: [
        `Expected sha256: ${expected}`,
        `Actual sha256:   ${actual}`,
        'It was not used. Build or download it again.',
      ],
    })
  }
}

/** An artifact that cannot be read. */
export class ArtifactMissingError extends BaseError {
  override name = 'ArtifactMissingError'
  constructor(
    readonly file: string,
    details: string,
    cause?: unknown,
  ) {
    super(`The artifact ${file} cannot be loaded.`, { details, cause })
  }
}

/** A circuit that the manifest does not list. */
export class ArtifactUnknownError extends BaseError {
  override name = 'ArtifactUnknownError'
  constructor(readonly circuit: string) {
    super(`The manifest lists no circuit named ${circuit}.`)
  }
}

/** A manifest entry that is not what its hashes cover, or lacks a field. */
export class ManifestInvalidError extends BaseError {
  override name = 'ManifestInvalidError'
  constructor(
    readonly circuit: string,
    readonly reason: string,
  ) {
    super(`The manifest entry of ${circuit} is invalid: ${reason}.`)
  }
}

const KINDS: readonly ArtifactKind[] = ['r1cs', 'wasm', 'zkey', 'vkey']

/** Text that is no artifact manifest of a version this release reads. */
export class ManifestMalformedError extends BaseError {
  override name = 'ManifestMalformedError'
  constructor(readonly reason: string) {
    super(`This is no artifact manifest: ${reason}.`, { metaMessages: ['Give circuits/artifacts/manifest.json.'] })
  }
}

/** Name of an artifact's file, in a folder named after its circuit. */
export function artifactFileName(circuit: string, kind: ArtifactKind | 'transcript'): string {
  return `${circuit}.${kind === 'vkey' || kind === 'transcript' ? `${kind}.json` : kind}`
}

/** sha256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // WebCrypto refuses views of shared memory; the types ask to rule them out.
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The manifest's entry for a circuit, checked against its own hashes.
 *
 * @throws {@link ArtifactUnknownError}, {@link ManifestInvalidError}
 *
 * @example
 * import { circuitManifest, manifestEntryOf } from '@veritask/sdk'
 *
 * const { constraints } = await manifestEntryOf(circuitManifest, 'open-gold-scalar-64')
 */
export async function manifestEntryOf(manifest: CircuitManifest, circuit: string): Promise<ManifestEntry> {
  const entry = Object.hasOwn(manifest.circuits, circuit) ? manifest.circuits[circuit] : undefined
  if (!entry) throw new ArtifactUnknownError(circuit)
  for (const kind of KINDS) {
    if (!/^[0-9a-f]{64}$/.test(entry.files?.[kind] ?? '')) throw new ManifestInvalidError(circuit, `no hash of ${kind}`)
    if (!Number.isSafeInteger(entry.bytes?.[kind])) throw new ManifestInvalidError(circuit, `no size of ${kind}`)
  }
  if ((await manifestHashOf(entry.files)) !== entry.manifestHash)
    throw new ManifestInvalidError(circuit, 'its hash does not match its files')
  if ((await sealEntry(circuit, entry)).checksum !== entry.checksum)
    throw new ManifestInvalidError(circuit, 'its checksum does not match')
  return entry
}

/** sha256 of the canonical JSON of an entry's files: part of the on-chain key id. */
export async function manifestHashOf(files: ManifestEntry['files']): Promise<`0x${string}`> {
  return `0x${await sha256OfJson(sorted(files))}`
}

/** A manifest entry with its checksum, as the circuits' build makes it. */
export async function sealEntry(circuit: string, entry: Omit<ManifestEntry, 'checksum'>): Promise<ManifestEntry> {
  const { constraints, publicSignals, challenge, files, bytes, manifestHash } = entry
  const covered = [circuit, constraints, publicSignals, challenge, sorted(files), sorted(bytes), manifestHash]
  return {
    constraints,
    publicSignals,
    challenge,
    files,
    bytes,
    manifestHash,
    checksum: await sha256OfJson(covered),
  }
}

const sorted = (values: Readonly<Record<string, string | number | undefined>>) =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)))

const sha256OfJson = (value: unknown) => sha256Hex(new TextEncoder().encode(JSON.stringify(value)))

/**
 * Reads a manifest and checks every entry: what is truncated, damaged or of another version is refused.
 *
 * @throws {@link ManifestMalformedError}, {@link ManifestInvalidError}
 *
 * @example
 * import { parseManifest } from '@veritask/sdk'
 *
 * const manifest = (text: string) => parseManifest(text)
 */
export async function parseManifest(text: string): Promise<CircuitManifest> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ManifestMalformedError('it is not JSON')
  }
  assertFields(value, ['circuits', 'development', 'version'])
  const manifest = value as CircuitManifest
  if (manifest.version !== 1) throw new ManifestMalformedError('its version is not known')
  if (typeof manifest.development !== 'boolean')
    throw new ManifestMalformedError('it does not say whether keys are real')
  if (typeof manifest.circuits !== 'object' || manifest.circuits === null)
    throw new ManifestMalformedError('it lists no circuits')
  for (const [circuit, entry] of Object.entries(manifest.circuits)) {
    assertFields(entry, ['bytes', 'challenge', 'checksum', 'constraints', 'files', 'manifestHash', 'publicSignals'])
    await manifestEntryOf(manifest, circuit)
  }
  return manifest
}

function assertFields(value: unknown, names: readonly string[]): void {
  const found = typeof value === 'object' && value !== null ? Object.keys(value).sort().join() : ''
  if (found !== names.join()) throw new ManifestMalformedError(`it has not the fields ${names.join(', ')}`)
}

/**
 * Loads one artifact and checks it against the manifest before anyone sees it.
 *
 * @throws {@link ArtifactHashMismatchError}, {@link ArtifactMissingError}, {@link ArtifactUnknownError},
 * {@link ManifestInvalidError}
 *
 * @example
 * import { type ArtifactLoader, circuitManifest, loadArtifact } from '@veritask/sdk'
 *
 * const wasm = (loader: ArtifactLoader) =>
 *   loadArtifact({ loader, manifest: circuitManifest, circuit: 'open-gold-scalar-64', kind: 'wasm' })
 */
export async function loadArtifact(parameters: {
  readonly loader: ArtifactLoader
  readonly manifest: CircuitManifest
  readonly circuit: string
  readonly kind: ArtifactKind
  readonly signal?: AbortSignal | undefined
}): Promise<Uint8Array> {
  const { loader, manifest, circuit, kind, signal } = parameters
  const entry = await manifestEntryOf(manifest, circuit)
  const bytes = await loader.load({ circuit, kind, maxBytes: entry.bytes[kind], signal })
  const actual = await sha256Hex(bytes)
  const expected = entry.files[kind]
  if (actual !== expected) throw new ArtifactHashMismatchError(artifactFileName(circuit, kind), expected, actual)
  return bytes
}

/** How long one artifact may take to arrive, unless said otherwise: 2 minutes. */
const DEFAULT_TIMEOUT_MS = 120_000

/**
 * Loads artifacts over HTTP from `{url}/{circuit}/{circuit}.wasm` and so on. Never buffers more than the manifest's size.
 *
 * @param parameters.url - Base URL, absolute or, in browsers, relative to the page.
 * @param parameters.timeoutMs - Limit for one file, in milliseconds.
 *
 * @example
 * import { httpArtifactLoader } from '@veritask/sdk'
 *
 * const artifacts = httpArtifactLoader({ url: '/circuits' })
 */
export function httpArtifactLoader(parameters: {
  readonly url: string
  readonly timeoutMs?: number
  readonly fetch?: typeof globalThis.fetch
}): ArtifactLoader {
  const { url, timeoutMs = DEFAULT_TIMEOUT_MS, fetch = globalThis.fetch } = parameters
  const base = url.replace(/\/+$/, '')
  return {
    load: async ({ circuit, kind, maxBytes, signal }) => {
      const file = artifactFileName(circuit, kind)
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        const response = await fetch(`${base}/${encodeURIComponent(circuit)}/${encodeURIComponent(file)}`, {
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        })
        if (!response.ok || !response.body) throw new ArtifactMissingError(file, `HTTP status ${response.status}`)
        return await readAtMost(response.body, maxBytes)
      } catch (error) {
        if (error instanceof BaseError || signal?.aborted) throw error
        throw new ArtifactMissingError(
          file,
          timeout.aborted ? `no answer in ${timeoutMs} ms` : 'the request failed',
          error,
        )
      }
    },
  }
}

/** Reads a body up to one byte past the limit: enough for the hash to tell that it is not the pinned file. */
async function readAtMost(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(maxBytes + 1)
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes.subarray(0, length)
    const room = bytes.length - length
    bytes.set(value.subarray(0, room), length)
    length += Math.min(value.length, room)
    if (length === bytes.length) {
      await reader.cancel()
      return bytes
    }
  }
}
