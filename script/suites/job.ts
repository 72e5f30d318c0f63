import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromRoot } from '../lib/paths.ts'
import type { Processes } from '../lib/processes.ts'
import type { SuiteResult } from './result.ts'
import { runVitest } from './vitest.ts'

interface JobReport {
  readonly ok: boolean
  readonly addresses: { readonly explorer: string }
  readonly tasks: readonly {
    readonly taskId: string
    readonly title: string
    readonly workers: readonly { readonly slot: number }[]
  }[]
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly detail?: string }[]
}

export interface JobSuite {
  /** A browser to visit the explorer with while the job's chain and indexer still run; without one the visit is left out. */
  readonly chromium: string | undefined
  readonly onLine?: (line: string) => void
}

/**
 * Runs the main job as `npm start -- --json` does, each of its checks counting as one test, and then visits what it serves with a real
 * browser: the explorer, the index and the chain of a job that really happened.
 */
export async function runMainJob(processes: Processes, { chromium, onLine }: JobSuite): Promise<SuiteResult> {
  const start = performance.now()
  const stdout: string[] = []
  let printed: (report: JobReport) => void = () => {}
  const result = new Promise<JobReport>((resolve) => {
    printed = resolve
  })
  const job = processes.start({
    name: 'test-job',
    command: process.execPath,
    args: ['--import', 'tsx', fromRoot('script', 'start.ts'), '--json'],
    onLine: (line, stream) => {
      if (stream !== 'stdout') return onLine?.(line)
      stdout.push(line)
      // The closing brace of the result: what follows is silence while it serves.
      if (line === '}') printed(JSON.parse(stdout.join('\n')) as JobReport)
    },
  })
  const report = await Promise.race([result, job.ended.then(() => undefined)])
  const checks = report?.checks ?? []
  const failures = checks
    .filter(({ passed }) => !passed)
    .map(({ name, detail }) => `${name}${detail === undefined ? '' : `\n    ${detail}`}`)
  if (report === undefined || (failures.length === 0 && !report.ok))
    failures.push(`the main job gave no good result\n    ${job.tail()}`)
  const visit =
    report === undefined || chromium === undefined
      ? undefined
      : await visitExplorer(processes, report, chromium, onLine)
  await job.stop()
  return {
    name: 'job',
    passed: checks.filter(({ passed }) => passed).length + (visit?.passed ?? 0),
    failed: failures.length + (visit?.failed ?? 0),
    skipped: visit?.skipped ?? 0,
    milliseconds: performance.now() - start,
    failures: [...failures, ...(visit?.failures ?? [])],
    notes: chromium === undefined ? ['no browser: the explorer of the job was not visited'] : [],
  }
}

async function visitExplorer(
  processes: Processes,
  { addresses, tasks }: JobReport,
  chromium: string,
  onLine: JobSuite['onLine'],
): Promise<SuiteResult> {
  const directory = mkdtempSync(join(tmpdir(), 'veritask-visit-'))
  const file = join(directory, 'deployed.json')
  const joined = tasks.map(({ taskId, title, workers }) => ({
    taskId,
    title,
    slots: workers.map(({ slot }) => ({ slot })),
  }))
  writeFileSync(file, JSON.stringify({ url: addresses.explorer, tasks: joined }))
  try {
    return await runVitest(processes, {
      name: 'visit',
      directory: 'frontend',
      project: 'deployment',
      env: { VERITASK_E2E: file, CHROMIUM_PATH: chromium },
      ...(onLine === undefined ? {} : { onLine }),
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
