import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptDirectory, runsDirectory } from './paths.ts'

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

export interface KeptRun {
  readonly directory: string
  /** Where the chain is kept while nothing runs. */
  readonly stateFile: string
  /** Whether there is a chain to go on with. */
  readonly resume: boolean
  /** Says that the job is over. */
  readonly finish: () => void
  /** Lets another process serve it. */
  readonly release: () => void
}

/**
 * The folder of the run that is kept. One whose job was not over when it ended is no chain to go on with: it starts anew.
 */
export function openKeptRun(directory: string = keptDirectory): KeptRun {
  const owner = join(directory, 'pid')
  const done = join(directory, 'done')
  const stateFile = join(directory, 'chain.json')
  const pid = existsSync(owner) ? Number(readFileSync(owner, 'utf8')) : Number.NaN
  if (Number.isInteger(pid) && pid !== process.pid && alive(pid))
    throw new Error(`The kept chain is being served already, by process ${pid}.`)
  const resume = [done, stateFile, join(directory, 'deployment.json')].every((file) => existsSync(file))
  if (!resume) rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  writeFileSync(owner, String(process.pid))
  return {
    directory,
    stateFile,
    resume,
    finish: () => writeFileSync(done, ''),
    release: () => rmSync(owner, { force: true }),
  }
}
