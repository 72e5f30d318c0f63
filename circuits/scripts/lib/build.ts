import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory, keepCached, takeCached } from './cache.ts'
import { circuits, mainSource } from './circuits.ts'
import { compile, constraintCount } from './compile.ts'
import { type ManifestEntry, manifestHash, sealEntry } from './manifest.ts'
import { BUILD, packageVersion, SOURCES } from './paths.ts'
import { checkPowersOfTau, DEVELOPMENT_SETUP, hashFile, setup } from './setup.ts'

export const ARTIFACT_FILES = { r1cs: 'r1cs', wasm: 'wasm', zkey: 'zkey', vkey: 'vkey.json' } as const

/** Folder that holds `<name>.{r1cs,wasm,sym,zkey,vkey.json}` after a build. */
export const buildDirectory = (name: string): string => join(BUILD, name)

export const artifactPath = (name: string, kind: keyof typeof ARTIFACT_FILES): string =>
  join(buildDirectory(name), `${name}.${ARTIFACT_FILES[kind]}`)

/**
 * Builds one circuit. Two stages, each skipped when its inputs hash to what the stage was last run for: compiling (sources and compiler)
 * and setup (r1cs, powers of tau, beacon, snarkjs). A comment in a source therefore costs a compilation, not a new key. What a stage made is also
 * kept for this user's other checkouts (cache.ts); the caller compares every file with the manifest, wherever it comes from.
 */
export async function buildCircuit(name: string): Promise<{ compiled: boolean; keyed: boolean }> {
  const definition = circuits[name]
  if (definition === undefined) throw new Error(`Unknown circuit ${name}`)
  const directory = buildDirectory(name)
  await mkdir(directory, { recursive: true })

  const source = mainSource(definition)
  const compileKey = digest([source, await sourcesHash(), packageVersion('circom2'), packageVersion('circomlib')])
  const compiled = await stage(directory, 'compile', compileKey, ['r1cs', 'wasm'], name, async (work) => {
    await compile(name, source, work)
    await checkSignalOrder(join(work, `${name}.sym`), definition.publicSignals)
    return [`${name}.circom`, `${name}.sym`, `${name}.r1cs`, `${name}.wasm`]
  })

  const setupKey = digest([await hashFile(artifactPath(name, 'r1cs')), DEVELOPMENT_SETUP, packageVersion('snarkjs')])
  const keyed = await stage(directory, 'setup', setupKey, ['zkey', 'vkey'], name, async (work) => {
    await checkPowersOfTau()
    await setup(artifactPath(name, 'r1cs'), name, work)
    return [`${name}.zkey`, `${name}.vkey.json`]
  })
  return { compiled, keyed }
}

/** Describes the built files of a circuit. */
export async function describeBuild(name: string): Promise<ManifestEntry> {
  const kinds = Object.keys(ARTIFACT_FILES) as (keyof typeof ARTIFACT_FILES)[]
  const files = {} as Record<keyof typeof ARTIFACT_FILES, string>
  const bytes = {} as Record<keyof typeof ARTIFACT_FILES, number>
  for (const kind of kinds) {
    const path = artifactPath(name, kind)
    files[kind] = await hashFile(path)
    bytes[kind] = (await stat(path)).size
  }
  return sealEntry(name, {
    constraints: await constraintCount(artifactPath(name, 'r1cs')),
    publicSignals: circuits[name]?.publicSignals ?? [],
    challenge: circuits[name]?.challenge ?? null,
    files,
    bytes,
    manifestHash: manifestHash(files),
  })
}

/**
 * Runs `work` unless the stage was done for this key, here or in the cache, and its files are all there; returns whether it ran. The work happens in a folder of
 * its own and its files are moved into place, so that two builds at once, or one that is killed, leave nothing half-written.
 */
async function stage(
  directory: string,
  label: string,
  key: string,
  kinds: readonly (keyof typeof ARTIFACT_FILES)[],
  name: string,
  work: (folder: string) => Promise<readonly string[]>,
): Promise<boolean> {
  const mark = join(directory, `.${label}`)
  const done = existsSync(mark) && (await readFile(mark, 'utf8')) === key
  if (done && kinds.every((kind) => existsSync(artifactPath(name, kind)))) return false
  const folder = join(directory, `.${label}-${process.pid}`)
  await mkdir(folder, { recursive: true })
  const cache = cacheDirectory()
  const entry = `${label}-${name}-${key}`
  try {
    const kept = cache === undefined ? undefined : await takeCached(cache, entry, folder)
    const files = kept ?? (await work(folder))
    if (cache !== undefined && kept === undefined) await keepCached(cache, entry, folder, files)
    for (const file of files) await rename(join(folder, file), join(directory, file))
    await writeFile(mark, key)
    return kept === undefined
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The compiler must number the public signals as circuits.json names them: everything on-chain reads them by that order. */
async function checkSignalOrder(symFile: string, expected: readonly string[]): Promise<void> {
  const symbols = await readFile(symFile, 'utf8')
  const byWire = new Map<number, string>()
  for (const line of symbols.split('\n', 4 * expected.length)) {
    const [, wire, , signal] = line.split(',')
    if (wire !== undefined && signal !== undefined) byWire.set(Number(wire), signal.replace('main.', ''))
  }
  const actual = expected.map((_, index) => byWire.get(index + 1))
  if (actual.join() !== expected.join())
    throw new Error(
      `${symFile}: the compiler orders the public signals ${actual.join(', ')}, circuits.json says ${expected.join(', ')}`,
    )
}

async function sourcesHash(): Promise<string> {
  const names = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith('.circom')).sort()
  return digest(await Promise.all(names.map(async (file) => `${file}\n${await readFile(join(SOURCES, file), 'utf8')}`)))
}

const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
