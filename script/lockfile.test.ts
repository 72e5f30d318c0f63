import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromRoot } from './lib/paths.ts'

interface Entry {
  readonly resolved?: string
  readonly link?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const { packages } = JSON.parse(readFileSync(fromRoot('package-lock.json'), 'utf8')) as {
  packages: Readonly<Record<string, Entry>>
}

// A workspace is resolved to its folder; everything else comes from whatever registry npm is set to.
test('the lockfile names no place to download from', () => {
  const resolved = Object.values(packages).filter((entry) => entry.resolved !== undefined)
  expect(resolved.filter(({ link }) => link !== true)).toEqual([])
  expect(resolved.map((entry) => entry.resolved).sort()).toEqual(['circuits', 'frontend', 'indexer', 'sdk'])
})

// npm leaves out of the lockfile the platform packages its registry does not have, and `npm ci` then refuses the lockfile on
// every machine. An entry with version, os, cpu and `optional` is enough; git shows the ones that were there.
test.each(['anvil', 'cast', 'forge'])('the lockfile names the native %s of every platform', (tool) => {
  const wanted = Object.keys(packages[`node_modules/@foundry-rs/${tool}`]?.optionalDependencies ?? {})
  expect(wanted.length).toBeGreaterThan(0)
  expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([])
})
