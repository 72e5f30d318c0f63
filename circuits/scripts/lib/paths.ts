import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** Repository root; circom runs here, because its WASI sandbox cannot climb above the working directory. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const CIRCUITS = join(ROOT, 'circuits')
export const SOURCES = join(CIRCUITS, 'src')
export const BUILD = join(CIRCUITS, 'build')
export const ARTIFACTS = join(CIRCUITS, 'artifacts')

/** Folder of an installed package; `exports` maps often hide package.json from `require.resolve`. */
function packageDirectory(name: string): string {
  const folder = require.resolve
    .paths(name)
    ?.map((path) => join(path, name))
    .find((path) => existsSync(path))
  if (folder === undefined) throw new Error(`Package ${name} is not installed. Run npm ci.`)
  return folder
}

export function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(join(packageDirectory(name), 'package.json'), 'utf8')) as { version: string }).version
}

/** The development powers of tau: power 15, prepared, one contribution, not a ceremony; shipped inside npm snarkjs@0.5.0. */
export const PTAU = join(packageDirectory('ptau-dev'), 'test/plonk_circuit/powersOfTau15_final.ptau')

export const CIRCOM = join(packageDirectory('circom2'), 'cli.js')

/** A path as circom wants it: relative to the root. */
export const fromRoot = (path: string): string => relative(ROOT, path)
