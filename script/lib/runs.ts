import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runsDirectory } from './paths.ts'

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * A fresh folder for one run: its chain's deployment, content, index and demo secrets. Folders of runs that are over are
 * removed first, since their chain is gone; runs still going keep theirs.
 */
export function createRunDirectory(): string {
  if (existsSync(runsDirectory)) {
    for (const name of readdirSync(runsDirectory)) {
      const pid = Number(name.split('-').at(-1))
      if (!Number.isInteger(pid) || !alive(pid)) rmSync(join(runsDirectory, name), { recursive: true, force: true })
    }
  }
  const started = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const directory = join(runsDirectory, `${started}-${process.pid}`)
  mkdirSync(directory, { recursive: true })
  return directory
}
