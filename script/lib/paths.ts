import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Repository root: every command runs from here, whatever the caller's working directory. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

export const fromRoot = (...parts: readonly string[]): string => join(root, ...parts)

/** Logs, build stamps, run state and demo secrets. Never committed. */
export const stateDirectory = fromRoot('.veritask')
export const logDirectory = join(stateDirectory, 'logs')
export const stampDirectory = join(stateDirectory, 'stamps')
export const runsDirectory = join(stateDirectory, 'runs')
/** The run of `npm start -- --keep`; a test keeps its own elsewhere. */
export const keptDirectory = process.env.VERITASK_KEPT ?? join(stateDirectory, 'kept')
