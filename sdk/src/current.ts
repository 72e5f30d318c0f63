import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { BaseError } from './errors/base.js'

/** Where the deployment is that one works with, from whatever folder inside. */
export type Current = {
  /** Deployment file. */
  readonly deployment: string
  /** Folder of the content store. */
  readonly store: string
  /** Of a node on this machine: a folder one happens to be in must not choose whom to believe and whose contracts to sign for. */
  readonly rpcUrl: string
  /** Folder of the circuits' artifacts, when they are on this disk. */
  readonly artifacts?: string | undefined
}

const FOLDER = '.veritask'
const NAME = 'current'
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

export class CurrentFileError extends BaseError {
  override name = 'CurrentFileError'
  constructor({ file, reason, cause }: { file: string; reason: string; cause?: unknown }) {
    super(`${file} cannot be used: ${reason}.`, {
      metaMessages: [
        '`npm start` writes it. Remove it to do without, or name everything: --deployment, --store, --rpc-url.',
      ],
      cause,
    })
  }
}

/** The nearest `.veritask/current`, from a folder upwards. */
export function currentFile(from: string = process.cwd()): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, FOLDER, NAME)
    if (existsSync(file)) return file
    if (folder === dirname(folder)) return undefined
  }
}

/**
 * What the nearest `.veritask/current` says, with its paths made absolute; undefined when there is none. `npm start` writes it, and
 * the command line and scripts find it from any folder below.
 *
 * @throws {CurrentFileError} when it is not what `npm start` writes, or names a node that is not on this machine.
 *
 * @example
 * import { findCurrent } from '@veritask/sdk/node'
 * const { deployment, store, rpcUrl } = findCurrent() ?? {}
 */
export function findCurrent(from?: string): Current | undefined {
  const file = currentFile(from)
  if (file === undefined) return undefined
  let content: Record<string, unknown>
  try {
    content = (JSON.parse(readFileSync(file, 'utf8')) ?? {}) as Record<string, unknown>
  } catch (cause) {
    throw new CurrentFileError({ file, reason: 'it is not JSON', cause })
  }
  const { version, deployment, store, rpcUrl, artifacts } = content
  if (version !== 1) throw new CurrentFileError({ file, reason: 'its version is not 1' })
  const text = (name: string, value: unknown): string => {
    if (typeof value === 'string' && value !== '') return value
    throw new CurrentFileError({ file, reason: `"${name}" must be a text` })
  }
  const path = (name: string, value: unknown) => resolve(dirname(file), text(name, value))
  const own = {
    deployment: path('deployment', deployment),
    store: path('store', store),
    rpcUrl: text('rpcUrl', rpcUrl),
  }
  if (!URL.canParse(own.rpcUrl) || !LOOPBACK.test(new URL(own.rpcUrl).hostname))
    throw new CurrentFileError({ file, reason: `its node, ${own.rpcUrl}, is not on this machine` })
  return {
    ...own,
    ...(artifacts === undefined ? {} : { artifacts: path('artifacts', artifacts) }),
  }
}

/** Writes `.veritask/current` of a folder; its paths are kept relative, so that the folder can be moved. */
export function writeCurrent(root: string, { deployment, store, rpcUrl, artifacts }: Current): string {
  const folder = join(root, FOLDER)
  mkdirSync(folder, { recursive: true })
  const near = (path: string) => relative(folder, resolve(path))
  const content = {
    version: 1,
    deployment: near(deployment),
    store: near(store),
    rpcUrl,
    ...(artifacts === undefined ? {} : { artifacts: near(artifacts) }),
  }
  const file = join(folder, NAME)
  // Whoever reads it meanwhile finds the old one or the new one.
  const next = `${file}.${process.pid}`
  writeFileSync(next, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(next, file)
  return file
}

/** Removes `.veritask/current` of a folder when it still names this deployment. */
export function removeCurrent(root: string, deployment: string): void {
  const file = join(root, FOLDER, NAME)
  if (existsSync(file) && findCurrent(root)?.deployment === resolve(deployment)) rmSync(file, { force: true })
}
