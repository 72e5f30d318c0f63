import type { Deployment } from '@veritask/sdk/types'

/** Messages between the page and the worker that verifies a receipt. Plain data: they cross a thread. */

export type VerifyRequest = { rpcUrl: string; deployment: Deployment; receiptId: `0x${string}` }

export type VerifyCheck = { name: string; description: string; passed: boolean; detail: string }

export type VerifyOutcome =
  | { kind: 'done'; valid: boolean; checks: VerifyCheck[]; milliseconds: number }
  | { kind: 'error'; message: string }
