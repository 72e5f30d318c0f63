import { fromRoot } from '../lib/paths.ts'
import type { Processes } from '../lib/processes.ts'
import type { SuiteResult } from './result.ts'

interface JobReport {
  readonly ok: boolean
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly detail?: string }[]
}

/** Runs the main job as `npm start -- --once --json` does; each of its checks counts as one test. */
export async function runMainJob(processes: Processes, onLine?: (line: string) => void): Promise<SuiteResult> {
  const start = performance.now()
  const stdout: string[] = []
  const { code, lines } = await processes.run({
    name: 'test-job',
    command: process.execPath,
    args: ['--import', 'tsx', fromRoot('script', 'start.ts'), '--once', '--json'],
    onLine: (line, stream) => {
      if (stream === 'stdout') stdout.push(line)
      else onLine?.(line)
    },
  })
  let report: JobReport | undefined
  try {
    report = JSON.parse(stdout.join('\n')) as JobReport
  } catch {
    report = undefined
  }
  const failures = (report?.checks ?? [])
    .filter(({ passed }) => !passed)
    .map(({ name, detail }) => `${name}${detail === undefined ? '' : `\n    ${detail}`}`)
  if (report === undefined || (failures.length === 0 && (code !== 0 || !report.ok))) {
    failures.push(`the main job ended with code ${code}\n    ${lines.slice(-30).join('\n    ')}`)
  }
  return {
    name: 'job',
    passed: (report?.checks ?? []).filter(({ passed }) => passed).length,
    failed: failures.length,
    skipped: 0,
    milliseconds: performance.now() - start,
    failures,
    notes: [],
  }
}
