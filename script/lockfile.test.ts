import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fromRoot } from './lib/paths.ts'

interface Entry {
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

// npm leaves out of the lockfile the platform packages its registry does not have, and `npm ci` then refuses the lockfile on
// every machine. An entry with version, os, cpu and `optional` is enough; git shows the ones that were there.
test.each(['anvil', 'cast', 'forge'])('the lockfile names the native %s of every platform', (tool) => {
  const { packages } = JSON.parse(readFileSync(fromRoot('package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Entry>>
  }
  const wanted = Object.keys(packages[`node_modules/@foundry-rs/${tool}`]?.optionalDependencies ?? {})
  expect(wanted.length).toBeGreaterThan(0)
  expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([])
})
