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

/** A manifest entry whose own hash does not match its files, or that lacks a hash or size. */
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

/** Name of an artifact's file, in a folder named after its circuit. */
export function artifactFileName(circuit: string, kind: ArtifactKind): string {
  return `${circuit}.${kind === 'vkey' ? 'vkey.json' : kind}`
}

/** sha256 in lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // WebCrypto refuses views of shared memory; the types ask to rule them out.
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The manifest's entry for a circuit, checked against its own hash.
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
  const canonical = JSON.stringify(entry.files, Object.keys(entry.files).sort())
  const actual = `0x${await sha256Hex(new TextEncoder().encode(canonical))}`
  if (actual !== entry.manifestHash) throw new ManifestInvalidError(circuit, 'its hash does not match its files')
  return entry
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
