import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fromRoot, root, stateDirectory } from './lib/paths.ts'

mkdirSync(stateDirectory, { recursive: true })
// Where the deployment script may read.
const kept = mkdtempSync(join(stateDirectory, 'kept-'))
afterAll(() => rmSync(kept, { recursive: true, force: true }))

interface Report {
  readonly ok: boolean
  readonly tasks: readonly unknown[]
  readonly addresses: { readonly api: string; readonly deployment: string }
}

/** `npm start` with these flags; `use` gets its report while it serves, and Ctrl-C ends it then. */
function start(flags: readonly string[], use?: (report: Report) => Promise<void>) {
  const child = spawn(process.execPath, ['--import', 'tsx', fromRoot('script', 'start.ts'), ...flags], {
    cwd: root,
    env: { ...process.env, VERITASK_KEPT: kept },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let stdout = ''
  let failure: unknown
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (use === undefined || !stdout.endsWith('\n}\n')) return
    use(JSON.parse(stdout) as Report)
      .catch((error: unknown) => {
        failure = error
      })
      .finally(() => child.kill('SIGINT'))
  })
  return new Promise<{ readonly stdout: string; readonly code: number | null }>((resolve, reject) =>
    child.on('close', (code) => (failure === undefined ? resolve({ stdout, code }) : reject(failure))),
  )
}

test.runIf(process.env.VERITASK_NIGHTLY)(
  'npm start --once names nothing that it has stopped, and --keep goes on with its chain the next time',
  async () => {
    const once = await start(['--keep', '--once', '--scenario', 'direct'])
    expect(once).toMatchObject({ code: 0, stdout: expect.stringContaining('task ') })
    expect(once.stdout).not.toMatch(/https?:\/\//)

    let listed: readonly { readonly kind: string; readonly phase: string }[] = []
    await start(['--keep', '--json'], async ({ ok, tasks, addresses }) => {
      expect({ ok, tasks }).toEqual({ ok: true, tasks: [] })
      expect(addresses.deployment.startsWith(kept)).toBe(true)
      const answer = await fetch(addresses.api)
      listed = ((await answer.json()) as { data: typeof listed }).data
    })
    expect(listed.length).toBeGreaterThan(0)
    expect(listed).toEqual(listed.map(() => expect.objectContaining({ kind: 'direct', phase: 'completed' })))
  },
  600_000,
)
