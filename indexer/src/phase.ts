/** Which settlement module a task pinned; `other` is an allow-listed module this indexer does not know. */
export const settlementKinds = ['open-gold', 'hidden-gold', 'other'] as const

export type SettlementKind = (typeof settlementKinds)[number]

/** Phases in the order a task can pass through them. */
export const taskPhases = [
  'joining',
  'committing',
  'opening',
  'proving',
  'delivering',
  'submitting',
  'scoring',
  'settling',
  'halted',
  'completed',
  'cancelled',
] as const

export type TaskPhase = (typeof taskPhases)[number]

/** What decides a task's phase besides the clock. Deadlines are in seconds; those of other kinds are null. */
export type PhaseInput = {
  readonly kind: SettlementKind
  readonly status: 'live' | 'cancelled' | 'completed'
  readonly halted: boolean
  readonly slots: number
  readonly joined: number
  readonly committed: number
  readonly delivered: number
  readonly scored: number
  readonly paid: number
  readonly returned: number
  readonly unfilled: number | null
  readonly goldOpenedAt: bigint | null
  readonly joinBy: bigint
  readonly commitBy: bigint | null
  readonly openBy: bigint | null
  readonly proveBy: bigint | null
  readonly submitBy: bigint | null
  readonly scoreBy: bigint | null
}

export type PhaseAt = {
  readonly phase: TaskPhase
  /** Last second of this phase, when a deadline ends it. */
  readonly nextDeadline: bigint | null
}

/**
 * The phase of a task when the clock shows `now` (a block's timestamp, in seconds). Deadlines are inclusive, as in the
 * contracts. A phase lasts only while it still has something to do: with every committed worker paid, for example,
 * proving turns to settling before its deadline.
 */
export function taskPhase(task: PhaseInput, now: bigint): PhaseAt {
  if (task.status !== 'live') return { phase: task.status, nextDeadline: null }
  if (task.halted) return { phase: 'halted', nextDeadline: null }

  const full = task.joined === task.slots
  if (!full && task.unfilled === null && now <= task.joinBy) return { phase: 'joining', nextDeadline: task.joinBy }
  if (task.joined === task.paid + task.returned) return settling
  switch (task.kind) {
    case 'open-gold':
      return openGoldPhase(task, now)
    case 'hidden-gold':
      return hiddenGoldPhase(task, now)
    case 'other':
      return settling
  }
}

const settling: PhaseAt = { phase: 'settling', nextDeadline: null }

function openGoldPhase(task: PhaseInput, now: bigint): PhaseAt {
  const { commitBy, openBy, proveBy } = task
  const undelivered = task.delivered < task.committed
  if (task.goldOpenedAt !== null) {
    return undelivered && within(now, proveBy) ? { phase: 'proving', nextDeadline: proveBy } : settling
  }
  if (task.committed < task.joined && within(now, commitBy)) return { phase: 'committing', nextDeadline: commitBy }
  if (task.committed > 0 && within(now, openBy)) return { phase: 'opening', nextDeadline: openBy }
  if (undelivered && within(now, proveBy)) return { phase: 'delivering', nextDeadline: proveBy }
  return settling
}

function hiddenGoldPhase(task: PhaseInput, now: bigint): PhaseAt {
  const { submitBy, scoreBy } = task
  if (task.delivered < task.joined && within(now, submitBy)) return { phase: 'submitting', nextDeadline: submitBy }
  if (task.scored < task.delivered && within(now, scoreBy)) return { phase: 'scoring', nextDeadline: scoreBy }
  return settling
}

function within(now: bigint, deadline: bigint | null): boolean {
  return deadline !== null && now <= deadline
}
