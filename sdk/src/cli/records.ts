import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { readText } from './context.js'
import { InputFileError } from './errors.js'

/** One record: a file of a folder, or a line of a JSONL file. */
export type RecordFile = { readonly name: string; readonly mediaType: string; readonly bytes: Uint8Array }

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
}
const UNKNOWN_MEDIA_TYPE = 'application/octet-stream'
const MAX_RECORD_BYTES = 32 * 1024 * 1024
const ADVICE = 'Give a folder with one file per record, or a .jsonl file with one record per line.'

/** Records in the order in which they are committed: files by name, lines as they stand. */
export async function readRecords(path: string): Promise<RecordFile[]> {
  const found = await stat(path).catch((cause) => {
    throw new InputFileError({ file: path, reason: 'there is no such file or folder', advice: ADVICE, cause })
  })
  const records = found.isDirectory() ? await readFolder(path) : await readLines(path)
  if (records.length === 0) throw new InputFileError({ file: path, reason: 'holds no records', advice: ADVICE })
  return records
}

async function readFolder(path: string): Promise<RecordFile[]> {
  const entries = (await readdir(path, { withFileTypes: true })).filter(
    (entry) => entry.isFile() && !entry.name.startsWith('.'),
  )
  const names = entries.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1))
  return Promise.all(
    names.map(async (name) => {
      const file = join(path, name)
      if ((await stat(file)).size > MAX_RECORD_BYTES)
        throw new InputFileError({ file, reason: `is larger than ${MAX_RECORD_BYTES} bytes`, advice: ADVICE })
      const mediaType = MEDIA_TYPES[extname(name).toLowerCase()] ?? UNKNOWN_MEDIA_TYPE
      return { name, mediaType, bytes: new Uint8Array(await readFile(file)) }
    }),
  )
}

async function readLines(path: string): Promise<RecordFile[]> {
  const lines = (await readText(path, ADVICE)).split('\n').filter((line) => line.trim() !== '')
  return lines.map((line, index) => {
    try {
      JSON.parse(line)
    } catch (cause) {
      throw new InputFileError({ file: path, reason: `line ${index + 1} is not JSON`, advice: ADVICE, cause })
    }
    const name = `${basename(path, extname(path))}-${index}.json`
    return { name, mediaType: 'application/json', bytes: new TextEncoder().encode(line) }
  })
}

/** File name suffix for a media type. */
export function extensionOf(mediaType: string): string {
  return Object.entries(MEDIA_TYPES).find(([, type]) => type === mediaType)?.[0] ?? '.bin'
}
