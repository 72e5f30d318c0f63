import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { circuits, mainSource } from './circuits.ts'
import { compile, constraintCount } from './compile.ts'
import { type ManifestEntry, manifestHash } from './manifest.ts'
import { BUILD, packageVersion, SOURCES } from './paths.ts'
import { checkPowersOfTau, DEVELOPMENT_BEACON, hashFile, setup } from './setup.ts'

export const ARTIFACT_FILES = { r1cs: 'r1cs', wasm: 'wasm', zkey: 'zkey', vkey: 'vkey.json' } as const

/** Folder that holds `<name>.{r1cs,wasm,sym,zkey,vkey.json}` after a build. */
export const buildDirectory = (name: string): string => join(BUILD, name)

export const artifactPath = (name: string, kind: keyof typeof ARTIFACT_FILES): string =>
  join(buildDirectory(name), `${name}.${ARTIFACT_FILES[kind]}`)

/**
 * Builds one circuit. Two stages, each skipped when its inputs hash to what the stage was last run for: compiling (sources and compiler)
 * and setup (r1cs, powers of tau, beacon, snarkjs). A comment in a source therefore costs a compilation, not a new key.
 */
export async function buildCircuit(name: string): Promise<{ compiled: boolean; keyed: boolean }> {
  const definition = circuits[name]
  if (definition === undefined) throw new Error(`Unknown circuit ${name}`)
  const directory = buildDirectory(name)
  await mkdir(directory, { recursive: true })

  const source = mainSource(definition)
  const compileKey = digest([source, await sourcesHash(), packageVersion('circom2'), packageVersion('circomlib')])
  const compiled = await stage(directory, 'compile', compileKey, ['r1cs', 'wasm'], name, async () => {
    await compile(name, source, directory)
    await checkSignalOrder(name, definition.publicSignals)
  })

  const setupKey = digest([await hashFile(artifactPath(name, 'r1cs')), DEVELOPMENT_BEACON, packageVersion('snarkjs')])
  const keyed = await stage(directory, 'setup', setupKey, ['zkey', 'vkey'], name, async () => {
    await checkPowersOfTau()
    await setup(name, directory)
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
  return {
    constraints: await constraintCount(artifactPath(name, 'r1cs')),
    publicSignals: circuits[name]?.publicSignals ?? [],
    files,
    bytes,
    manifestHash: manifestHash(files),
  }
}

/** Runs `work` unless the stage was done for this key and its files are all there; returns whether it ran. */
async function stage(
  directory: string,
  label: string,
  key: string,
  kinds: readonly (keyof typeof ARTIFACT_FILES)[],
  name: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const mark = join(directory, `.${label}`)
  const done = existsSync(mark) && (await readFile(mark, 'utf8')) === key
  if (done && kinds.every((kind) => existsSync(artifactPath(name, kind)))) return false
  await work()
  await writeFile(mark, key)
  return true
}

/** The compiler must number the public signals as circuits.json names them: everything on-chain reads them by that order. */
async function checkSignalOrder(name: string, expected: readonly string[]): Promise<void> {
  const symbols = await readFile(join(buildDirectory(name), `${name}.sym`), 'utf8')
  const byWire = new Map<number, string>()
  for (const line of symbols.split('\n', 4 * expected.length)) {
    const [, wire, , signal] = line.split(',')
    if (wire !== undefined && signal !== undefined) byWire.set(Number(wire), signal.replace('main.', ''))
  }
  const actual = expected.map((_, index) => byWire.get(index + 1))
  if (actual.join() !== expected.join())
    throw new Error(
      `${name}: the compiler orders the public signals ${actual.join(', ')}, circuits.json says ${expected.join(', ')}`,
    )
}

async function sourcesHash(): Promise<string> {
  const names = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith('.circom')).sort()
  return digest(await Promise.all(names.map(async (file) => `${file}\n${await readFile(join(SOURCES, file), 'utf8')}`)))
}

const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
