import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import { cocoFiles, isCoco, LabelFileError } from '../labels-io/index.js'
import { linesOf, parseTable } from '../text/index.js'
import { mapBounded } from './bounded.js'
import { inFile, jsonOf, readText } from './context.js'
import { InputFileError } from './errors.js'
import { compareNatural } from './naturalOrder.js'

/** One record of a dataset: a file of a folder, an image of a COCO file, a line of JSONL, an entry of JSON or a row of CSV. */
export type RecordSource = {
  readonly name: string
  readonly mediaType: string
  /** Its bytes, read when they are needed: a dataset may be larger than memory. */
  readonly read: () => Promise<Uint8Array>
}

/** What of a folder is no record, and why. */
export type LeftOut = { readonly name: string; readonly reason: string }

export type RecordSet = { readonly records: readonly RecordSource[]; readonly leftOut: readonly LeftOut[] }

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
/** Files that systems put into folders, in lower case. */
const SYSTEM_FILES: readonly string[] = ['thumbs.db', 'ehthumbs.db', 'desktop.ini', 'icon\r']
const ADVICE =
  'Give a folder with one file per record, a .jsonl file with one record a line, a .json array, a .csv table with one record a row, or a COCO file beside its images.'

/**
 * Records in the order in which they are committed: files in natural order of their names (2 before 10), all others as they stand.
 *
 * @throws {InputFileError}
 */
export async function openRecords(path: string): Promise<RecordSet> {
  const found = await stat(path).catch((cause) => {
    throw new InputFileError({ file: path, reason: 'there is no such file or folder', advice: ADVICE, cause })
  })
  const set = found.isDirectory() ? await openFolder(path) : { records: await openFile(path), leftOut: [] }
  if (set.records.length === 0)
    throw new InputFileError({ file: path, reason: `holds no records${leftOutWords(set.leftOut)}`, advice: ADVICE })
  return set
}

const NAMED_AT_MOST = 10

/** What was left out, in words that follow others; empty when nothing was. */
export function leftOutWords(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return ''
  const named = leftOut.slice(0, NAMED_AT_MOST).map(({ name, reason }) => `${name} (${reason})`)
  const more = leftOut.length - named.length
  return `; left out: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

async function openFolder(path: string): Promise<RecordSet> {
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => compareNatural(a.name, b.name))
  const judged = await mapBounded(entries, async (entry) => {
    const { name } = entry
    const file = join(path, name)
    const reason = entry.isSymbolicLink()
      ? 'a symbolic link'
      : entry.isDirectory()
        ? 'a folder'
        : !entry.isFile()
          ? 'no regular file'
          : SYSTEM_FILES.includes(name.toLowerCase())
            ? 'a file of the system'
            : name.startsWith('.')
              ? 'hidden'
              : await emptyOrFine(file)
    return reason === undefined ? fileSource(name, file) : { name, reason }
  })
  return {
    records: judged.filter((one) => 'read' in one),
    leftOut: judged.filter((one) => 'reason' in one),
  }
}

async function emptyOrFine(file: string): Promise<string | undefined> {
  const { size } = await stat(file)
  if (size > MAX_RECORD_BYTES)
    throw new InputFileError({ file, reason: `is larger than ${MAX_RECORD_BYTES} bytes`, advice: ADVICE })
  return size === 0 ? 'empty' : undefined
}

function fileSource(name: string, file: string): RecordSource {
  return {
    name,
    mediaType: MEDIA_TYPES[extname(name).toLowerCase()] ?? UNKNOWN_MEDIA_TYPE,
    read: async () =>
      new Uint8Array(
        await readFile(file).catch((cause) => {
          throw new InputFileError({ file, reason: 'cannot be read', advice: ADVICE, cause })
        }),
      ),
  }
}

async function openFile(path: string): Promise<readonly RecordSource[]> {
  const text = await readText(path, ADVICE)
  switch (extname(path).toLowerCase()) {
    case '.csv':
    case '.tsv':
      return jsonSources(path, rowsOf(path, text))
    case '.json': {
      const content = jsonOf(text, path, ADVICE)
      if (isCoco(content)) return openImages(path, content)
      if (!Array.isArray(content))
        throw new InputFileError({ file: path, reason: 'is neither an array nor a COCO file', advice: ADVICE })
      return jsonSources(
        path,
        content.map((entry) => JSON.stringify(entry)),
      )
    }
    default:
      return jsonSources(path, jsonLinesOf(path, text))
  }
}

/** A row as a JSON object of its columns, whatever delimiter and line ends its table has. */
function rowsOf(path: string, text: string): string[] {
  try {
    return parseTable(text).rows.map(({ cells }) => JSON.stringify(cells))
  } catch (error) {
    throw inFile(error, path, ADVICE)
  }
}

function jsonLinesOf(path: string, text: string): string[] {
  return linesOf(text).flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      JSON.parse(line)
    } catch (cause) {
      throw new InputFileError({ file: path, reason: `line ${index + 1} is not JSON`, advice: ADVICE, cause })
    }
    return [line]
  })
}

function jsonSources(path: string, entries: readonly string[]): RecordSource[] {
  const stem = basename(path, extname(path))
  return entries.map((entry, index) => ({
    name: `${stem}-${index}.json`,
    mediaType: 'application/json',
    read: async () => new TextEncoder().encode(entry),
  }))
}

/** The images of a COCO file, in its order. They are below the folder it is in: the file may be a stranger's. */
async function openImages(path: string, content: unknown): Promise<readonly RecordSource[]> {
  const folder = dirname(resolve(path))
  let names: readonly string[]
  try {
    names = cocoFiles(content)
  } catch (error) {
    if (!(error instanceof LabelFileError)) throw error
    throw new InputFileError({
      file: path,
      reason: error.shortMessage.replace(/\.$/, ''),
      advice: ADVICE,
      cause: error,
    })
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new InputFileError({ file: path, reason: `names the image ${twice} twice`, advice: ADVICE })
  return mapBounded(names, async (name) => {
    const file = resolve(folder, name)
    const wrong = (reason: string): never => {
      throw new InputFileError({ file: path, reason: `its image ${name} ${reason}`, advice: ADVICE })
    }
    if (!file.startsWith(`${folder}${sep}`)) return wrong('is outside its folder')
    const found = await lstat(file).catch(() => wrong('is not there'))
    if (!found.isFile()) return wrong('is not a regular file')
    if (found.size === 0) return wrong('is empty')
    await emptyOrFine(file)
    return fileSource(name, file)
  })
}

/** File name suffix for a media type. */
export function extensionOf(mediaType: string): string {
  return Object.entries(MEDIA_TYPES).find(([, type]) => type === mediaType)?.[0] ?? '.bin'
}
