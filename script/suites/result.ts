/** What a runner found, in the runner's own count. */
export interface SuiteResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly milliseconds: number
  /** Shown under the suite when it is red. */
  readonly failures: readonly string[]
  /** Shown whatever the outcome. */
  readonly notes: readonly string[]
  /** Why the suite did not run at all; such a suite is red in CI and reported elsewhere. */
  readonly leftOut?: string
}

export interface Verdict {
  readonly passed: number
  readonly failed: number
  readonly green: boolean
}

/**
 * Red when anything failed, when a suite that ran executed no test, or when nothing ran. Such a suite adds one to the
 * count of failures, so that the count alone tells the verdict.
 */
export function verdict(results: readonly SuiteResult[], options: { readonly ci: boolean }): Verdict {
  let passed = 0
  let failed = 0
  for (const result of results) {
    passed += result.passed
    failed += result.failed
    if (result.leftOut !== undefined) failed += options.ci ? 1 : 0
    else if (result.passed + result.failed === 0) failed += 1
  }
  if (results.length === 0) failed += 1
  return { passed, failed, green: failed === 0 }
}
