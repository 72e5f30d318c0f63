import type { Check } from '../core.js'
import { table } from './output.js'

const MARKS = { ok: 'ok', failed: 'FAILED', skipped: '-' } as const

/** One line per check. */
export function checkTable(checks: readonly Check[]): string {
  return table(
    ['', 'check', ''],
    checks.map(({ name, status, detail }) => [MARKS[status], name, detail]),
  )
}

export function firstFailureOf(checks: readonly Check[]): Check | undefined {
  return checks.find(({ status }) => status === 'failed')
}
