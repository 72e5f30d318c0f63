import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Contribution } from './audit.js'
import { CeremonyFileError, WrongFileError } from './errors.js'
import { fileKindOf, jsonKind } from './fileKind.js'

/** One contribution in a transcript. */
export type TranscriptContribution = Contribution & {
  /** sha256 of the zkey that it left, where that file was kept. */
  readonly zkey?: string
}

/**
 * The public record of a ceremony; {@link verifyCeremony} computes every field again. Hashes are lower-case hex. It cannot
 * hold the manifest hash of the key, which covers the transcript itself.
 */
export type CeremonyTranscript = {
  readonly version: 1
  readonly circuit: string
  /** True when either phase was no multi-party ceremony: whoever made it can forge. */
  readonly development: boolean
  readonly r1cs: { readonly sha256: string; readonly constraints: number; readonly publicSignals: number }
  readonly powersOfTau: {
    readonly blake2b: string
    readonly power: number
    /** What the hash is published as; null for a file that is not. */
    readonly name: string | null
  }
  /** blake2b-512 that snarkjs gives to the circuit over these powers of tau. */
  readonly circuitHash: string
  /** sha256 of the zkey before the first contribution. */
  readonly initialZkey: string
  readonly contributions: readonly TranscriptContribution[]
  /** sha256 of the final zkey. */
  readonly zkey: string
  /** sha256 of the verifying key as a file. */
  readonly vkey: string
  /** keccak256 of the verifying key as the registry stores it. */
  readonly keyDataHash: string
}

const SHA256 = /^[0-9a-f]{64}$/
const BLAKE2B = /^[0-9a-f]{128}$/
/** Above that of 20,000 contributions with names of 64 bytes, which take some 600 bytes each. */
const MAX_BYTES = 2 ** 24

/** @throws {@link CeremonyFileError} */
export async function readTranscript(file: string): Promise<CeremonyTranscript> {
  const name = basename(file)
  const found = await fileKindOf(file)
  if (!['transcript', 'json', 'unknown'].includes(found)) throw new WrongFileError(name, found, 'a transcript (JSON)')
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CeremonyFileError(name, 'it cannot be read', cause)
  })
  return parseTranscript(text, name)
}

/**
 * Reads a transcript, refusing what it does not know.
 *
 * @throws {@link CeremonyFileError}
 */
export function parseTranscript(text: string, name = 'The transcript'): CeremonyTranscript {
  let value: unknown
  try {
    if (text.length > MAX_BYTES) throw new CeremonyFileError(name, `it has more than ${MAX_BYTES} characters`)
    value = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof CeremonyFileError) throw cause
    throw new CeremonyFileError(name, 'it is not JSON', cause)
  }
  const found = jsonKind(value)
  if (found !== 'transcript' && found !== 'json') throw new WrongFileError(name, found, 'a transcript (JSON)')
  const fault = faultIn(value, TRANSCRIPT, 'it')
  if (fault) throw new CeremonyFileError(name, fault)
  return value as CeremonyTranscript
}

/** As written to disk. */
export function transcriptText(transcript: CeremonyTranscript): string {
  return `${JSON.stringify(transcript, null, 2)}\n`
}

type Shape = ((value: unknown) => boolean) | { readonly [name: string]: Shape | readonly [Shape] } | readonly [Shape]

const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 255
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)
/** A field whose name ends in ? may be missing. */
const TRANSCRIPT: Shape = {
  version: (value) => value === 1,
  circuit: isText,
  development: (value) => typeof value === 'boolean',
  r1cs: { sha256: matches(SHA256), constraints: isCount, publicSignals: isCount },
  powersOfTau: { blake2b: matches(BLAKE2B), power: isCount, name: (value) => value === null || isText(value) },
  circuitHash: matches(BLAKE2B),
  initialZkey: matches(SHA256),
  contributions: [
    {
      type: (value) => value === 'contribution' || value === 'beacon',
      name: isText,
      hash: matches(BLAKE2B),
      'beacon?': { value: matches(/^([0-9a-f]{2}){1,255}$/), iterationsExponent: isCount },
      'zkey?': matches(SHA256),
    },
  ],
  zkey: matches(SHA256),
  vkey: matches(SHA256),
  keyDataHash: matches(/^0x[0-9a-f]{64}$/),
}

/** What is wrong with a value, with its place; `undefined` when it has the shape. */
function faultIn(value: unknown, shape: Shape | readonly [Shape], place: string): string | undefined {
  if (typeof shape === 'function') return shape(value) ? undefined : `${place} is not what it must be`
  if (isList(shape)) {
    if (!Array.isArray(value)) return `${place} is no list`
    for (const [i, element] of value.entries()) {
      const fault = faultIn(element, shape[0], `${place} ${i + 1}`)
      if (fault) return fault
    }
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `${place} is no object`
  const fields = new Map(Object.entries(shape).map(([key, field]) => [key.replace('?', ''), { key, field }]))
  for (const key of Object.keys(value)) if (!fields.has(key)) return `${key} in ${place} is not known`
  for (const [name, { key, field }] of fields) {
    if (key.endsWith('?') && !(name in value)) continue
    const fault = faultIn((value as Record<string, unknown>)[name], field, `"${name}"`)
    if (fault) return fault
  }
  return undefined
}

const isList = (shape: Shape | readonly [Shape]): shape is readonly [Shape] => Array.isArray(shape)
