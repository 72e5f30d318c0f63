import type { Check } from '../core.js'
import { table } from './output.js'

const MARKS = { ok: 'ok', failed: 'FAILED', skipped: '-' } as const
/** Lines of a run of contributions that are shown at its start and at its end. */
const SHOWN = 10

/** One line per check; of a long list of sound contributions, the first and the last ones. */
export function checkTable(checks: readonly Check[]): string {
  return table(
    ['', 'check', ''],
    shortened(checks).map(({ name, status, detail }) => [MARKS[status], name, detail]),
  )
}

function shortened(checks: readonly Check[]): readonly Check[] {
  const isListed = ({ name, status }: Check) => status === 'ok' && /(^|: )contribution \d+$/.test(name)
  const first = checks.findIndex(isListed)
  const last = first + checks.slice(first).findIndex((check) => !isListed(check))
  const end = first === -1 ? -1 : last < first ? checks.length : last
  const hidden = end - first - 2 * SHOWN
  if (first === -1 || hidden <= 1) return checks
  const line: Check = { name: `${hidden} contributions more`, status: 'ok', detail: 'each of them; --json lists them' }
  return [...checks.slice(0, first + SHOWN), line, ...checks.slice(end - SHOWN)]
}

export function firstFailureOf(checks: readonly Check[]): Check | undefined {
  return checks.find(({ status }) => status === 'failed')
}
