import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What a stage made, kept for every checkout of this user: `<cache>/<label>-<name>-<key>/` holds its files and their hashes. */
const INDEX = 'sha256.json'
const KEPT_DAYS = 30
const DAY_MS = 24 * 60 * 60 * 1000

/** Undefined when `VERITASK_CACHE` is `off`; it may also name another folder. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const chosen = environment.VERITASK_CACHE
  if (chosen === 'off') return undefined
  if (chosen !== undefined && chosen !== '') return chosen
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'veritask', 'circuits')
}

/** Copies an entry's files into a folder and returns their names; undefined when there is no entry or it is damaged. */
export async function takeCached(cache: string, entry: string, folder: string): Promise<readonly string[] | undefined> {
  const directory = join(cache, entry)
  if (!existsSync(join(directory, INDEX))) return undefined
  try {
    const hashes = JSON.parse(await readFile(join(directory, INDEX), 'utf8')) as Record<string, string>
    for (const [file, hash] of Object.entries(hashes)) {
      await copyFile(join(directory, file), join(folder, file))
      if ((await sha256(join(folder, file))) !== hash) throw new Error(`${file} is damaged`)
    }
    const now = new Date()
    await utimes(directory, now, now)
    return Object.keys(hashes)
  } catch {
    // A damaged entry costs one build, and is replaced by it.
    await rm(directory, { recursive: true, force: true })
    return undefined
  }
}

/** Keeps files of a folder under an entry, whole or not at all, and drops entries that nobody has used for a month. */
export async function keepCached(
  cache: string,
  entry: string,
  folder: string,
  files: readonly string[],
): Promise<void> {
  const staging = join(cache, `.${entry}-${randomUUID()}`)
  await mkdir(staging, { recursive: true })
  try {
    const hashes: Record<string, string> = {}
    for (const file of files) {
      await copyFile(join(folder, file), join(staging, file))
      hashes[file] = await sha256(join(staging, file))
    }
    await writeFile(join(staging, INDEX), JSON.stringify(hashes))
    await rm(join(cache, entry), { recursive: true, force: true })
    await rename(staging, join(cache, entry))
  } catch (error) {
    // Somebody else kept the same entry in between: theirs is as good.
    if (!existsSync(join(cache, entry, INDEX))) throw error
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  await prune(cache)
}

async function prune(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    const used = await stat(path).catch(() => undefined)
    if (used !== undefined && Date.now() - used.mtimeMs > KEPT_DAYS * DAY_MS)
      await rm(path, { recursive: true, force: true })
  }
}

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
