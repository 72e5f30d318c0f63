/** One line of a report. `skipped`: what was given does not suffice to look. */
export type Check = {
  readonly name: string
  readonly status: 'ok' | 'failed' | 'skipped'
  /** What was found, in words. */
  readonly detail: string
}

/** The first line that failed. */
export function firstFailure(checks: readonly Check[]): Check | undefined {
  return checks.find(({ status }) => status === 'failed')
}

/** A line for something that holds or does not. */
export function check(name: string, holds: boolean, good: string, bad: string): Check {
  return holds ? { name, status: 'ok', detail: good } : { name, status: 'failed', detail: bad }
}
