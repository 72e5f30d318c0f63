import type { TaskRow } from '../api/types'
import { formatDuration } from './format'

export type Deadlines = {
  joinBy: number
  commitBy?: number | null
  openBy?: number | null
  proveBy?: number | null
  submitBy?: number | null
  scoreBy?: number | null
  disputableUntil?: number | null
  roundJoinBy?: number | null
  deliverBy?: number | null
  settleBy?: number | null
  claimBy?: number | null
  challengeBy?: number | null
  answerBy?: number | null
}

/** Moments that end a step before its deadline. */
export type Milestones = { createdAt: number; goldOpenedAt?: number | null; endedAt?: number | null }

export type Phase = {
  name: string
  purpose: string
  from: number
  /** The deadline: its own second still belongs to the step, as in the contracts. */
  until: number
  /** When the step was over before its deadline. */
  endedEarly?: number
  state: 'past' | 'now' | 'future'
  /** How much of it has passed, 0 to 1. */
  elapsed: number
  remaining?: string
}

type Step = { field: keyof Deadlines; name: string; purpose: string; beforeGold?: true }

const JOIN: Step = { field: 'joinBy', name: 'Join', purpose: 'Workers take slots', beforeGold: true }

/** `beforeGold`: the step is over once the gold is open, which may be early. */
const STEPS: readonly Step[] = [
  JOIN,
  { field: 'commitBy', name: 'Commit', purpose: 'Workers fix their labels, unseen', beforeGold: true },
  { field: 'openBy', name: 'Open gold', purpose: 'The requester shows the gold answers', beforeGold: true },
  { field: 'proveBy', name: 'Prove', purpose: 'Workers prove and are paid' },
  { field: 'submitBy', name: 'Submit', purpose: 'Workers deliver encrypted labels, proven legal' },
  { field: 'scoreBy', name: 'Score', purpose: 'The requester proves scores; silence pays' },
  { field: 'disputableUntil', name: 'Audit', purpose: 'Rejected workers may ask for a gold audit' },
  { field: 'claimBy', name: 'Claim', purpose: 'Workers claim the statement' },
  { field: 'challengeBy', name: 'Dispute', purpose: 'Anyone may dispute a claim; silence pays' },
  { field: 'answerBy', name: 'Answer', purpose: 'What was disputed is proven, or the bond is lost' },
]

/** The steps of the present round; what is left of the task's own joining deadline is for later rounds. */
const ROUND_STEPS: readonly Step[] = [
  { ...JOIN, field: 'roundJoinBy' },
  { field: 'commitBy', name: 'Commit', purpose: 'Workers fix their labels, unseen' },
  { field: 'deliverBy', name: 'Deliver', purpose: 'Workers deliver encrypted labels, proven legal' },
  { field: 'settleBy', name: 'Aggregate', purpose: 'The majority is proven; silence pays' },
]

/** The steps of a task around `now`, in order; which there are follows from the deadlines its settlement has. */
export function phasesOf(deadlines: Deadlines, milestones: Milestones, now: number): Phase[] {
  let from = milestones.createdAt
  const steps = typeof deadlines.roundJoinBy === 'number' ? ROUND_STEPS : STEPS
  return steps.flatMap(({ field, name, purpose, beforeGold }) => {
    const until = deadlines[field]
    if (typeof until !== 'number') return []
    const end = Math.min(until, beforeGold ? (milestones.goldOpenedAt ?? until) : until, milestones.endedAt ?? until)
    const start = Math.min(from, end)
    from = end
    const over = now > end || end < until
    const state = over ? 'past' : now > start || start === milestones.createdAt ? 'now' : 'future'
    const elapsed = { past: 1, now: (now - start) / Math.max(1, end - start), future: 0 }[state]
    return [
      {
        name,
        purpose,
        from: start,
        until,
        state,
        elapsed: Math.min(1, Math.max(0, elapsed)),
        ...(end < until && { endedEarly: end }),
        ...(state === 'now' && { remaining: `${formatDuration(until - now)} left` }),
      },
    ]
  })
}

type TaskTimes = Pick<TaskRow, 'deadlines' | 'createdAt' | 'goldOpenedAt' | 'endedAt'>

/** The steps of a task as the indexer gives it. */
export function phasesOfTask({ deadlines, createdAt, goldOpenedAt, endedAt }: TaskTimes, now: number): Phase[] {
  const seconds = (value: string | null) => (value === null ? null : Number(value))
  const named = Object.entries(deadlines).map(([name, value]) => [name, seconds(value)])
  return phasesOf(
    { ...Object.fromEntries(named), joinBy: Number(deadlines.joinBy) },
    { createdAt: Number(createdAt), goldOpenedAt: seconds(goldOpenedAt), endedAt: seconds(endedAt) },
    now,
  )
}
