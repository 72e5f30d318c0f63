import { fromRoot } from '../lib/paths.ts'
import type { Processes } from '../lib/processes.ts'
import type { SuiteResult } from './result.ts'

interface FormalReport {
  readonly rows: readonly { readonly proven: number; readonly controls: number }[]
  readonly failures: readonly string[]
}

export interface FormalSuite {
  /** All proofs with their controls, which takes minutes; else the quick ones, without. */
  readonly whole: boolean
  readonly onLine?: (line: string) => void
}

/** Proofs without a struct in storage: seconds each. */
const quick = ['EscrowProof', 'PaymentProof']

/** Runs `npm run formal`; each proven target and each refuted control counts as one test. */
export async function runFormal(processes: Processes, { whole, onLine }: FormalSuite): Promise<SuiteResult> {
  const start = performance.now()
  const { code, lines } = await processes.run({
    name: 'test-formal',
    command: process.execPath,
    args: [
      ...['--import', 'tsx', fromRoot('script', 'formal.ts'), '--json'],
      ...(whole ? [] : ['--only', quick.join(','), '--no-controls']),
    ],
    ...(onLine === undefined ? {} : { onLine }),
  })
  const line = lines.findLast((candidate) => candidate.startsWith('{'))
  const report = line === undefined ? undefined : (JSON.parse(line) as FormalReport)
  const failures = [...(report?.failures ?? [])]
  if (report === undefined || (code !== 0 && failures.length === 0)) {
    failures.push(`npm run formal ended with code ${code}\n    ${lines.slice(-30).join('\n    ')}`)
  }
  return {
    name: 'formal',
    passed: (report?.rows ?? []).reduce((sum, { proven, controls }) => sum + proven + controls, 0),
    failed: failures.length,
    skipped: 0,
    milliseconds: performance.now() - start,
    failures,
    notes: [],
  }
}
