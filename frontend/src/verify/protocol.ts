import type { Deployment } from '@veritask/sdk/types'

/** Messages between the page and the worker that verifies a receipt. Plain data: they cross a thread. */

export type VerifyRequest = { rpcUrl: string; deployment: Deployment; receiptId: `0x${string}` }

/**
 * `unknown` is neither: a key this release has no artifacts of may be a good one, of another release, but nothing here can
 * say which circuit it belongs to.
 */
export type CheckResult = 'passed' | 'failed' | 'unknown'

export type VerifyCheck = { name: string; description: string; result: CheckResult; detail: string }

export type VerifyOutcome =
  | {
      kind: 'done'
      checks: VerifyCheck[]
      milliseconds: number
      /** What the key was frozen for after the receipt was issued; empty while it is not. Untrusted text. */
      laterFrozenFor: string
    }
  | { kind: 'error'; message: string }

/** What the checks add up to: one failure spoils it, and what is unknown is said. */
export function verdictOf(checks: readonly VerifyCheck[]): CheckResult {
  const results = checks.map(({ result }) => result)
  if (checks.length === 0 || results.includes('failed')) return 'failed'
  return results.includes('unknown') ? 'unknown' : 'passed'
}
