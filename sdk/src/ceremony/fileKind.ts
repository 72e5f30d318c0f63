import { type ByteSource, toHex, view, withSource } from './binaryFile.js'
import type { FileKind } from './fileKinds.js'

const MAGIC: Readonly<Record<string, FileKind>> = { ptau: 'ptau', r1cs: 'r1cs', wtns: 'wtns', '\0asm': 'wasm' }
/** First bytes of gzip, zip, bzip2, 7z, xz and zstd, hex. */
const ARCHIVES = ['1f8b', '504b0304', '425a68', '377abcaf', 'fd377a585a', '28b52ffd']
const BYTE_ORDER_MARK = 'efbbbf'
/** As snarkjs numbers them. */
const ZKEY_PROTOCOLS: Readonly<Record<number, FileKind>> = { 1: 'groth16 zkey', 2: 'plonk zkey', 10: 'fflonk zkey' }
const PROTOCOL_SECTION = 1
/** FFLONK keys have the most sections: 17. */
const MAX_SECTIONS = 32
const HEAD_BYTES = 64
/** Largest JSON that is read to tell what it is; that of the longest transcripts. */
const MAX_JSON_BYTES = 2 ** 24

/**
 * What a file is, by its content.
 *
 * @param file - Path or bytes.
 * @throws {@link CeremonyFileError} for a file that cannot be read.
 *
 * @example
 * import { fileKindOf } from '@veritask/sdk/node'
 *
 * const kind = await fileKindOf('verification_key.JSON')
 */
export function fileKindOf(file: string | Uint8Array): Promise<FileKind> {
  return withSource(file, fileKind)
}

/** Reads as little as tells the kind; damaged files of a kind still count as of it. */
export async function fileKind(source: ByteSource): Promise<FileKind> {
  if (source.size === 0) return 'empty'
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size))
  const text = Buffer.from(head).toString('latin1')
  const magic = MAGIC[text.slice(0, 4)]
  if (magic) return magic
  if (text.startsWith('zkey')) return zkeyKind(source)
  if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(text)) return 'web page'
  if (text.startsWith('version https://git-lfs')) return 'lfs pointer'
  if (ARCHIVES.some((start) => toHex(head).startsWith(start))) return 'archive'
  const start = toHex(head).startsWith(BYTE_ORDER_MARK) ? text.slice(3) : text
  if (!/^\s*[[{]/.test(start) || source.size > MAX_JSON_BYTES) return 'unknown'
  const json = new TextDecoder().decode(await source.read(0, source.size))
  try {
    return jsonKind(JSON.parse(json))
  } catch {
    return 'unknown'
  }
}

/** snarkjs writes the section that names the proof system first for Groth16, and last for the others. */
async function zkeyKind(source: ByteSource): Promise<FileKind> {
  const count = source.size < 12 ? 0 : view(await source.read(8, 4)).getUint32(0, true)
  let offset = 12
  for (let i = 0; i < Math.min(count, MAX_SECTIONS) && offset + 16 <= source.size; i++) {
    const entry = view(await source.read(offset, 16))
    if (entry.getUint32(0, true) === PROTOCOL_SECTION) return ZKEY_PROTOCOLS[entry.getUint32(12, true)] ?? 'other zkey'
    const size = entry.getBigUint64(4, true)
    if (size > BigInt(source.size - offset)) break
    offset += 12 + Number(size)
  }
  // Too damaged to tell; whoever reads on says where.
  return 'groth16 zkey'
}

/** What a JSON value is. */
export function jsonKind(value: unknown): FileKind {
  if (Array.isArray(value))
    return value.every((item) => /^(string|number)$/.test(typeof item)) ? 'public signals' : 'json'
  if (value === null || typeof value !== 'object') return 'json'
  const has = (...names: readonly string[]) => names.every((name) => Object.hasOwn(value, name))
  if (has('pi_a', 'pi_b') || has('A', 'eval_a') || has('polynomials', 'evaluations') || has('proof', 'publicSignals'))
    return 'proof'
  if (has('IC') || has('vk_beta_2') || has('vk_alpha_1') || has('vk_alfa_1')) return 'groth16 vkey'
  const { protocol } = value as { protocol?: unknown }
  if (has('Qm', 'S1') || (protocol === 'plonk' && has('nPublic'))) return 'plonk vkey'
  if (has('C0', 'k1') || (protocol === 'fflonk' && has('nPublic'))) return 'fflonk vkey'
  if (has('initialZkey', 'contributions')) return 'transcript'
  if (has('circuits', 'version')) return 'manifest'
  return 'json'
}
