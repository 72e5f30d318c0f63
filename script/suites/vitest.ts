import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fromRoot, root } from '../lib/paths.ts'
import type { Processes } from '../lib/processes.ts'
import type { SuiteResult } from './result.ts'

interface VitestReport {
  readonly success: boolean
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

export interface VitestSuite {
  readonly name: string
  /** Folder from the root that holds the suite's configuration. */
  readonly directory: string
  readonly project?: string
  readonly env?: Readonly<Record<string, string>>
  readonly onLine?: (line: string) => void
}

const firstLines = (text: string, count: number): string => text.split('\n').slice(0, count).join('\n    ')

function failuresOf(report: VitestReport): string[] {
  const found: string[] = []
  for (const file of report.testResults) {
    const path = relative(root, file.name)
    for (const test of file.assertionResults) {
      if (test.status === 'failed') {
        found.push(`${path} › ${test.fullName}\n    ${firstLines(test.failureMessages.join('\n'), 12)}`)
      }
    }
    if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
      found.push(`${path}\n    ${firstLines(file.message, 12)}`)
    }
  }
  return found
}

/** Runs one vitest suite and reads its report; a run that left no report is a failure. */
export async function runVitest(processes: Processes, suite: VitestSuite): Promise<SuiteResult> {
  const start = performance.now()
  const directory = mkdtempSync(join(tmpdir(), 'veritask-vitest-'))
  const outputFile = join(directory, 'report.json')
  try {
    const { code, lines } = await processes.run({
      name: `test-${suite.name.replaceAll(' ', '-')}`,
      command: process.execPath,
      args: [
        fromRoot('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        ...(suite.project === undefined ? [] : ['--project', suite.project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${outputFile}`,
        '--no-color',
      ],
      cwd: fromRoot(suite.directory),
      ...(suite.env === undefined ? {} : { env: suite.env }),
      ...(suite.onLine === undefined ? {} : { onLine: suite.onLine }),
    })
    let report: VitestReport | undefined
    try {
      report = JSON.parse(readFileSync(outputFile, 'utf8')) as VitestReport
    } catch {
      report = undefined
    }
    const failures = report === undefined ? [] : failuresOf(report)
    const broken = code !== 0 || report === undefined || !report.success
    if (broken && failures.length === 0)
      failures.push(`vitest ended with code ${code}\n    ${lines.slice(-30).join('\n    ')}`)
    return {
      name: suite.name,
      passed: report?.numPassedTests ?? 0,
      // A file that fails to load, or an error outside any test, has no failed test to count.
      failed: Math.max(report?.numFailedTests ?? 0, failures.length, broken ? 1 : 0),
      skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
      milliseconds: performance.now() - start,
      failures,
      notes: [],
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
