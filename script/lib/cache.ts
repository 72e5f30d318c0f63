import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fromRoot, root, stampDirectory } from './paths.ts'

const skipped = new Set(['node_modules', 'dist', 'build', 'out', 'cache', '.ponder', 'broadcast', 'deployments'])

function* filesUnder(path: string): Generator<string> {
  const entry = statSync(path, { throwIfNoEntry: false })
  if (entry === undefined) return
  if (entry.isFile()) {
    yield path
    return
  }
  if (!entry.isDirectory()) return
  for (const name of readdirSync(path).sort()) {
    if (!skipped.has(name)) yield* filesUnder(join(path, name))
  }
}

/** sha256 over the names and contents of everything under `inputs` (paths from the root), and of this Node's version. */
export function hashInputs(inputs: readonly string[]): string {
  const hash = createHash('sha256').update(process.version)
  for (const input of inputs) {
    for (const file of filesUnder(fromRoot(input))) {
      const content = createHash('sha256').update(readFileSync(file)).digest('hex')
      hash.update(`\n${relative(root, file)} ${content}`)
    }
  }
  return hash.digest('hex')
}

export interface CachedStep {
  readonly name: string
  readonly inputs: readonly string[]
  /** Paths from the root that must exist for the step to count as done. */
  readonly outputs: readonly string[]
}

/** Runs `work` unless the same inputs already produced the outputs. Returns whether it ran. */
export async function cached(step: CachedStep, work: () => Promise<void>): Promise<boolean> {
  const stamp = join(stampDirectory, step.name)
  const hash = hashInputs(step.inputs)
  const done = existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
  if (done && step.outputs.every((output) => existsSync(fromRoot(output)))) return false
  await work()
  const missing = step.outputs.filter((output) => !existsSync(fromRoot(output)))
  if (missing.length > 0) throw new Error(`${step.name} ended well but did not write ${missing.join(', ')}`)
  mkdirSync(stampDirectory, { recursive: true })
  writeFileSync(stamp, hash)
  return true
}
