export interface CheckResult {
  readonly name: string
  readonly passed: boolean
  readonly detail?: string
}

/** What the main job promised and whether it came true: nothing here throws, everything is counted at the end. */
export interface Checks {
  readonly results: readonly CheckResult[]
  check(name: string, passed: boolean, detail?: string): void
  equal(name: string, actual: unknown, expected: unknown): void
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? String(value)

export function createChecks(onFailure: (result: CheckResult) => void): Checks {
  const results: CheckResult[] = []
  const add = (result: CheckResult): void => {
    results.push(result)
    if (!result.passed) onFailure(result)
  }
  return {
    results,
    // What speaks of a failure is not shown beside what passed.
    check: (name, passed, detail) => add({ name, passed, ...(passed || detail === undefined ? {} : { detail }) }),
    equal: (name, actual, expected) => {
      const passed = show(actual) === show(expected)
      add({ name, passed, ...(passed ? {} : { detail: `got ${show(actual)}, expected ${show(expected)}` }) })
    },
  }
}
