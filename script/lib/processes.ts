import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { logDirectory, root } from './paths.ts'

const gracePeriodMilliseconds = 5000
const tailLines = 40
const parentPollMilliseconds = 500

export interface SpawnOptions {
  readonly name: string
  readonly command: string
  readonly args?: readonly string[]
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface Finished {
  readonly code: number
  readonly lines: readonly string[]
}

export interface Running {
  readonly pid: number
  /** Resolves when the process ends; never rejects. */
  readonly ended: Promise<number>
  /** The last lines it printed. */
  tail(): string
  stop(): Promise<void>
}

export interface Processes {
  /** A service that runs until stopped. */
  start(options: SpawnOptions): Running
  /** A command that ends; resolves with its exit code and everything it printed. */
  run(options: SpawnOptions): Promise<Finished>
  /** Like `run`, and throws with the end of the log when the code is not 0. */
  check(options: SpawnOptions): Promise<Finished>
  /** Called, last registered first, before processes are stopped. */
  onStop(work: () => Promise<void> | void): void
  stopAll(): Promise<void>
}

export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError'
  constructor(
    readonly command: string,
    readonly code: number,
    tail: string,
  ) {
    super(`${command} ended with code ${code}\n${tail}`)
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

/**
 * Keeps every process it starts in a group of its own and stops the groups on exit, on a signal and on a crash. A small
 * watchdog process does the same if this one is killed outright.
 */
export function createProcesses(): Processes {
  mkdirSync(logDirectory, { recursive: true })
  const groups = new Set<number>()
  const stoppers: (() => Promise<void> | void)[] = []
  let watchdog: ChildProcess | undefined
  let stopping: Promise<void> | undefined

  const tellWatchdog = (line: string): void => {
    if (watchdog === undefined) {
      const path = fileURLToPath(new URL('./watchdog.mjs', import.meta.url))
      watchdog = spawn(process.execPath, [path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
      watchdog.unref()
      ;(watchdog.stdin as (NodeJS.WritableStream & { unref?: () => void }) | null)?.unref?.()
      watchdog.on('error', () => {})
      watchdog.stdin?.on('error', () => {})
    }
    watchdog.stdin?.write(`${line}\n`)
  }

  const launch = (options: SpawnOptions): Running & { lines: string[] } => {
    if (stopping !== undefined) throw new Error(`${options.name} was not started: this command is stopping`)
    const log = createWriteStream(join(logDirectory, `${options.name.replace(/[^\w-]+/g, '-')}.log`), { flags: 'a' })
    log.write(`\n--- ${new Date().toISOString()} ${options.command} ${(options.args ?? []).join(' ')}\n`)
    const child = spawn(options.command, [...(options.args ?? [])], {
      cwd: options.cwd ?? root,
      env: { ...process.env, FOUNDRY_DISABLE_NIGHTLY_WARNING: '1', ...options.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const lines: string[] = []
    for (const name of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[name] }).on('line', (line) => {
        lines.push(line)
        log.write(`${options.name} | ${line}\n`)
        options.onLine?.(line, name)
      })
    }
    const ended = new Promise<number>((done) => {
      let failure: string | undefined
      child.once('error', (error) => {
        failure = error.message
        lines.push(failure)
        if (child.pid === undefined) done(1)
      })
      child.once('close', (code, signal) => {
        log.end()
        if (child.pid !== undefined) {
          groups.delete(child.pid)
          tellWatchdog(`-${child.pid}`)
        }
        done(code ?? (signal === null ? 1 : 128))
      })
    })
    const pid = child.pid ?? -1
    if (child.pid !== undefined) {
      groups.add(child.pid)
      tellWatchdog(`+${child.pid}`)
    }
    const stop = async (): Promise<void> => {
      if (!groups.has(pid)) return
      signalGroup(pid, 'SIGTERM')
      const stopped = await Promise.race([ended.then(() => true), pause(gracePeriodMilliseconds).then(() => false)])
      if (!stopped) {
        signalGroup(pid, 'SIGKILL')
        await ended
      }
    }
    return { pid, ended, lines, stop, tail: () => lines.slice(-tailLines).join('\n') }
  }

  const stopAll = (): Promise<void> => {
    stopping ??= (async () => {
      for (const work of stoppers.reverse()) {
        try {
          await work()
        } catch {
          // A failed clean-up must not leave the processes behind it running.
        }
      }
      const deadline = Date.now() + gracePeriodMilliseconds
      for (const pid of groups) signalGroup(pid, 'SIGTERM')
      while (groups.size > 0 && Date.now() < deadline) await pause(25)
      for (const pid of groups) signalGroup(pid, 'SIGKILL')
      watchdog?.stdin?.end()
    })()
    return stopping
  }

  process.once('exit', () => {
    for (const pid of groups) signalGroup(pid, 'SIGKILL')
  })
  let signals = 0
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      // A terminal and npm may both deliver the same Ctrl-C; a third one is impatience.
      signals += 1
      if (signals > 2) process.exit(code)
      void stopAll().finally(() => process.exit(code))
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(event, (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
      void stopAll().finally(() => process.exit(1))
    })
  }

  // npm killed outright takes no child along; its script must not go on unseen.
  if (process.env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) void stopAll().finally(() => process.exit(1))
    }, parentPollMilliseconds).unref()
  }

  return {
    start: launch,
    async run(options) {
      const child = launch(options)
      return { code: await child.ended, lines: child.lines }
    },
    async check(options) {
      const child = launch(options)
      const code = await child.ended
      if (code !== 0) throw new CommandFailedError(options.name, code, child.tail())
      return { code, lines: child.lines }
    },
    onStop(work) {
      stoppers.push(work)
    },
    stopAll,
  }
}
