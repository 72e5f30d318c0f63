import { foundryBinary } from '../lib/foundry.ts'
import type { Processes } from '../lib/processes.ts'
import type { SuiteResult } from './result.ts'

interface ForgeTest {
  readonly status: 'Success' | 'Failure' | 'Skipped'
  readonly reason?: string | null
  readonly decoded_logs?: readonly string[]
  readonly kind?: {
    readonly Invariant?: {
      readonly runs: number
      readonly calls: number
      readonly reverts: number
      readonly metrics?: Readonly<Record<string, { readonly calls: number; readonly reverts: number }>>
    }
  }
}

type ForgeReport = Readonly<Record<string, { readonly test_results: Readonly<Record<string, ForgeTest>> }>>

export interface ForgeSuite {
  readonly name: string
  readonly env?: Readonly<Record<string, string>>
  /** Files of tests whose log is a result, as a glob. */
  readonly reporting?: string
  readonly onLine?: (line: string) => void
}

/** The report is the one line of output that is a JSON object; compiler messages may stand around it. */
function parseReport(lines: readonly string[]): ForgeReport | undefined {
  for (const line of lines.toReversed()) {
    if (!line.startsWith('{')) continue
    try {
      return JSON.parse(line) as ForgeReport
    } catch {
      // Not the report.
    }
  }
  return undefined
}

/** Runs Solidity tests with the native forge and believes both its reports and its exit codes. */
export async function runForge(processes: Processes, suite: ForgeSuite): Promise<SuiteResult> {
  const start = performance.now()
  let passed = 0
  let failed = 0
  let skipped = 0
  const failures: string[] = []
  const notes: string[] = []

  const run = async (args: readonly string[]): Promise<void> => {
    const { code, lines } = await processes.run({
      name: `test-${suite.name.replaceAll(' ', '-')}`,
      command: foundryBinary('forge'),
      args: ['test', '--json', ...args],
      ...(suite.env === undefined ? {} : { env: suite.env }),
      onLine: (line) => {
        if (!line.startsWith('{')) suite.onLine?.(line)
      },
    })
    const report = parseReport(lines)
    let failedHere = 0
    for (const [contract, { test_results: tests }] of Object.entries(report ?? {})) {
      for (const [test, result] of Object.entries(tests)) {
        if (result.status === 'Success') passed += 1
        else if (result.status === 'Skipped') skipped += 1
        else {
          failedHere += 1
          failures.push(`${contract} › ${test}\n    ${result.reason ?? 'failed'}`)
        }
        notes.push(...(result.decoded_logs ?? []))
        const invariant = result.kind?.Invariant
        if (invariant !== undefined) {
          notes.push(`${test.replace(/\(\)$/, '')}: ${invariant.calls} calls, ${invariant.reverts} reverts`)
        }
      }
    }
    if (report === undefined || (code !== 0 && failedHere === 0)) {
      failedHere += 1
      const output = lines.filter((line) => !line.startsWith('{')).slice(-30)
      failures.push(`forge ended with code ${code}\n    ${output.join('\n    ')}`)
    }
    failed += failedHere
  }

  // Only with -vv a report has logs, and with them a hundred megabytes of traces: it is kept to the tests that need it.
  await run(suite.reporting === undefined ? [] : ['--no-match-path', suite.reporting])
  if (suite.reporting !== undefined) await run(['--match-path', suite.reporting, '-vv'])
  return { name: suite.name, passed, failed, skipped, milliseconds: performance.now() - start, failures, notes }
}
