import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { CeremonyFileError, WrongFileError } from './errors.js'
import { fileKind } from './fileKind.js'

/** Where bytes are read from: a file, or memory. */
export type ByteSource = {
  /** Name for messages. */
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** Exactly `length` bytes; throws {@link CeremonyFileError} past the end. */
  readonly read: (offset: number, length: number) => Promise<Uint8Array>
}

/** One section of a file in the container format that zkey, ptau and r1cs files share. */
export type Section = { readonly offset: number; readonly size: number }

export type SectionedFile = { readonly source: ByteSource; readonly sections: ReadonlyMap<number, Section> }

/** Magic (4), version (4), number of sections (4). */
const HEADER_BYTES = 12
/** Type (4) and size (8) of a section. */
const SECTION_HEAD_BYTES = 12
/** What a person must give, by magic. */
const NEEDED = {
  zkey: 'a Groth16 proving key (zkey)',
  ptau: 'a powers-of-tau file, prepared for phase 2',
  r1cs: 'a compiled circuit (r1cs)',
} as const
/** The formats read here have 15 section types at most. */
const MAX_SECTIONS = 32

/** Runs with a file open for reading; bytes in memory are served as they are. */
export async function withSource<T>(input: string | Uint8Array, run: (source: ByteSource) => Promise<T>): Promise<T> {
  if (typeof input !== 'string') return run(memorySource(input))
  const name = basename(input)
  const handle = await open(input).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT'
    const reason = missing ? 'there is no such file' : 'it cannot be read'
    throw new CeremonyFileError(name, reason, cause, missing ? 'Check the path.' : 'Check who may read it.')
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile())
      throw new CeremonyFileError(name, 'it is not a regular file', undefined, 'Name the file itself.')
    const { size } = stats
    return await run({
      name,
      size,
      read: async (offset, length) => {
        assertWithin(name, offset, length, size)
        const bytes = new Uint8Array(length)
        for (let done = 0; done < length; ) {
          const { bytesRead } = await handle.read(bytes, done, length - done, offset + done)
          if (bytesRead === 0) throw new CeremonyFileError(name, 'it ends too early')
          done += bytesRead
        }
        return bytes
      },
    })
  } finally {
    await handle.close()
  }
}

function memorySource(bytes: Uint8Array): ByteSource {
  const name = 'The key'
  return {
    name,
    size: bytes.length,
    read: async (offset, length) => {
      assertWithin(name, offset, length, bytes.length)
      return bytes.slice(offset, offset + length)
    },
  }
}

function assertWithin(name: string, offset: number, length: number, size: number): void {
  if (!Number.isSafeInteger(offset + length) || offset < 0 || length < 0 || offset + length > size)
    throw new CeremonyFileError(name, 'it ends too early')
}

/**
 * Reads the table of sections: `magic`, version, count, then each section's type, size and bytes, little-endian.
 *
 * @throws {@link CeremonyFileError} for another magic or version, a section that comes twice or exceeds the file, a
 * section that is unknown or lacking, and bytes after the last.
 */
export async function readSections(
  source: ByteSource,
  format: {
    readonly magic: keyof typeof NEEDED
    readonly version: number
    readonly types: readonly number[]
    readonly optional?: readonly number[]
  },
): Promise<SectionedFile> {
  const { name, size } = source
  const fail = (reason: string): never => {
    throw new CeremonyFileError(name, reason)
  }
  if (size < HEADER_BYTES) {
    const found = await fileKind(source)
    if (found === 'unknown') fail('it ends too early')
    throw new WrongFileError(name, found, NEEDED[format.magic])
  }
  const head = view(await source.read(0, HEADER_BYTES))
  const magic = String.fromCharCode(...[0, 1, 2, 3].map((i) => head.getUint8(i)))
  if (magic !== format.magic) throw new WrongFileError(name, await fileKind(source), NEEDED[format.magic])
  if (head.getUint32(4, true) !== format.version) fail('its version is not known')
  const count = head.getUint32(8, true)
  if (count > MAX_SECTIONS) fail('it has too many sections')
  const sections = new Map<number, Section>()
  let offset = HEADER_BYTES
  for (let i = 0; i < count; i++) {
    const entry = view(await source.read(offset, SECTION_HEAD_BYTES))
    const type = entry.getUint32(0, true)
    const bytes = entry.getBigUint64(4, true)
    offset += SECTION_HEAD_BYTES
    if (bytes > BigInt(size - offset)) fail(`section ${type} is longer than the file`)
    if (sections.has(type)) fail(`section ${type} comes twice`)
    if (![...format.types, ...(format.optional ?? [])].includes(type)) fail(`section ${type} does not belong there`)
    sections.set(type, { offset, size: Number(bytes) })
    offset += Number(bytes)
  }
  if (offset !== size) fail('there are bytes after its last section')
  for (const type of format.types) if (!sections.has(type)) fail(`section ${type} is missing`)
  return { source, sections }
}

/** All bytes of a section, which must have the size that the header implies. */
export async function readSection(file: SectionedFile, type: number, size?: number): Promise<Uint8Array> {
  const section = sectionOf(file, type, size)
  return file.source.read(section.offset, section.size)
}

/** Place of a section, which must have the size that the header implies. */
export function sectionOf({ source, sections }: SectionedFile, type: number, size?: number): Section {
  const section = sections.get(type)
  if (!section) throw new CeremonyFileError(source.name, `section ${type} is missing`)
  if (size !== undefined && section.size !== size)
    throw new CeremonyFileError(source.name, `section ${type} has ${section.size} bytes and not ${size}`)
  return section
}

/** Reads bytes one piece after the other; `end` is thrown when they run out. */
export function reader(
  bytes: Uint8Array,
  end: () => Error,
): { next: (length: number) => Uint8Array; left: () => number } {
  let at = 0
  return {
    next: (length) => {
      if (at + length > bytes.length) throw end()
      at += length
      return bytes.subarray(at - length, at)
    },
    left: () => bytes.length - at,
  }
}

export function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Hash of a file, lower-case hex. */
export async function hashFile(file: string, algorithm: 'sha256' | 'blake2b512'): Promise<string> {
  const hash = createHash(algorithm)
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  } catch (cause) {
    throw new CeremonyFileError(basename(file), 'it cannot be read', cause)
  }
  return hash.digest('hex')
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
