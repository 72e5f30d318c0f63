import type { Processes } from '../lib/processes.ts'
import type { SuiteResult } from './result.ts'

export interface Check {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

/** Runs commands that pass by returning 0; each counts as one. */
export async function runChecks(
  processes: Processes,
  suite: { readonly name: string; readonly checks: readonly Check[]; readonly onLine?: (line: string) => void },
): Promise<SuiteResult> {
  const start = performance.now()
  const failures: string[] = []
  for (const check of suite.checks) {
    suite.onLine?.(check.name)
    const { code, lines } = await processes.run({
      name: `check-${check.name.replaceAll(' ', '-')}`,
      command: check.command,
      args: check.args,
    })
    if (code !== 0) failures.push(`${check.name} (code ${code})\n    ${lines.slice(-40).join('\n    ')}`)
  }
  return {
    name: suite.name,
    passed: suite.checks.length - failures.length,
    failed: failures.length,
    skipped: 0,
    milliseconds: performance.now() - start,
    failures,
    notes: [],
  }
}
