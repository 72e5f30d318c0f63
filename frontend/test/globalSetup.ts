import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with the app, built from the present sources. */
    dist: string
  }
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Builds the app once, so that the browser tests see what is in the sources and not an old build. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dist = await mkdtemp(join(tmpdir(), 'veritask-frontend-'))
  await build({ root, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } })
  project.provide('dist', dist)
  return () => rm(dist, { recursive: true, force: true })
}
