import { type Address, type Hex, zeroHash } from 'viem'
import type { ContentReader } from '../../../core.js'
import type { Deployment } from '../../../deployments.js'
import type { VeritaskEvent } from '../../../events/decode.js'
import type { Slot, TaskState } from '../../types.js'
import type { VeritaskClient } from '../connect.js'

/** What was looked at. */
export type TaskCheckName =
  /** What the creation's events and the registry say of the task. */
  | 'task'
  /** The hash of all that was agreed, computed again from the creating call. */
  | 'terms-hash'
  /** The settlement's terms: in its event, in its storage and in the creating call. */
  | 'terms'
  | 'fee'
  /** What went in is what went out and what is still held. */
  | 'escrow'
  | 'bond'
  | 'dataset'
  | 'manifest'
  | 'payload'
  | 'gold'
  | 'key'
  | 'slot'
  | 'commitment'
  | 'proof'
  | 'score'
  | 'payment'
  | 'dispute'
  | 'audit'
  | 'consensus'
  | 'result-dataset'

/** One thing that was compared, and what was found. */
export type TaskCheck = {
  readonly name: TaskCheckName
  /** `skipped`: it could not be looked at, or there is nothing to look at; `detail` says why. */
  readonly status: 'ok' | 'failed' | 'skipped'
  readonly detail: string
  readonly slot?: number
  readonly keyId?: Hex
  readonly receiptId?: Hex
}

type About = Pick<TaskCheck, 'slot' | 'keyId' | 'receiptId'>

/** Everything that a task's checks start from: its events and its state, of the same block. */
export type Standing = {
  readonly client: VeritaskClient
  readonly deployment: Deployment
  readonly taskId: Hex
  readonly task: TaskState
  readonly slots: readonly Slot[]
  readonly events: readonly VeritaskEvent[]
  readonly store: ContentReader | undefined
}

/** Collects checks in the order in which they are made. */
export function createReport() {
  const checks: TaskCheck[] = []
  const notProven: string[] = []
  const add = (name: TaskCheckName, status: TaskCheck['status'], detail: string, about: About = {}) => {
    checks.push({ name, status, detail, ...about })
  }
  return {
    checks,
    notProven,
    ok: (name: TaskCheckName, detail: string, about?: About) => add(name, 'ok', detail, about),
    failed: (name: TaskCheckName, detail: string, about?: About) => add(name, 'failed', detail, about),
    skipped: (name: TaskCheckName, detail: string, about?: About) => add(name, 'skipped', detail, about),
    /** One line for several values that must be the same: the good text, or which differ and how. */
    same: (name: TaskCheckName, good: string, pairs: readonly Pair[], about?: About) => {
      const bad = pairs.filter(([, one, other]) => textOf(one) !== textOf(other))
      const differences = bad.map(([what, one, other]) => `${what}: ${shown(one)} and ${shown(other)}`)
      add(
        name,
        bad.length === 0 ? 'ok' : 'failed',
        bad.length === 0 ? good : `differ: ${differences.join('; ')}`,
        about,
      )
    },
    /** What the checks leave open, in a sentence. */
    leaveOpen: (sentence: string) => {
      if (!notProven.includes(sentence)) notProven.push(sentence)
    },
  }
}

export type Report = ReturnType<typeof createReport>
/** What is compared, and where it was read twice. */
export type Pair = readonly [what: string, one: unknown, other: unknown]

/** A value as it is compared: addresses and hashes in lower case, all else as JSON. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)) ?? 'nothing'
  return text.replace(/^"|"$/g, '').replace(/0x[0-9a-fA-F]+/g, (hex) => hex.toLowerCase())
}

const LONGEST = 120

function shown(value: unknown): string {
  const text = textOf(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

export const isZero = (value: Hex | Address): boolean => BigInt(value) === BigInt(zeroHash)
