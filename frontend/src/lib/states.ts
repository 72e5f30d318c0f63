import type { Tone } from '../components/Badge'

/** The words and colours of every state the indexer names. An unknown state is shown as it is, without a colour. */
export type StateWords = { words: string; tone: Tone }

const SLOT_STATES: Record<string, StateWords> = {
  joined: { words: 'Joined', tone: 'busy' },
  keyWrapped: { words: 'Has the items', tone: 'busy' },
  committed: { words: 'Committed', tone: 'busy' },
  delivered: { words: 'Delivered', tone: 'wait' },
  scored: { words: 'Scored', tone: 'wait' },
  paid: { words: 'Paid', tone: 'good' },
  returned: { words: 'Returned', tone: 'bad' },
}

const TASK_PHASES: Record<string, StateWords> = {
  joining: { words: 'Joining', tone: 'busy' },
  committing: { words: 'Committing', tone: 'busy' },
  opening: { words: 'Opening gold', tone: 'wait' },
  proving: { words: 'Proving', tone: 'busy' },
  delivering: { words: 'Delivering', tone: 'busy' },
  submitting: { words: 'Submitting', tone: 'busy' },
  scoring: { words: 'Scoring', tone: 'wait' },
  settling: { words: 'Settling', tone: 'wait' },
  halted: { words: 'Halted', tone: 'bad' },
  completed: { words: 'Completed', tone: 'good' },
  cancelled: { words: 'Cancelled', tone: 'idle' },
}

const PHASE_EXPLANATIONS: Record<string, string> = {
  joining: 'Slots can be taken.',
  committing: 'Joining is over or full; workers may still commit.',
  opening: 'Commits are over; the requester may open the gold.',
  proving: 'Workers prove against the opened gold, and deliver as they are paid.',
  delivering: 'The gold stayed closed: every committed worker delivers with a proof of legality, and is paid.',
  submitting: 'Joining is over or full; workers may still submit.',
  scoring: 'Submissions are over; the requester may prove scores.',
  settling: 'What is left is to settle open slots and return unfilled ones. Anyone may.',
  halted: 'A key this task relies on is frozen: nobody joins, and what is not proven goes back.',
  completed: 'Every slot has ended.',
  cancelled: 'Ended before anyone joined.',
}

const KEY_STATES: Record<string, StateWords> = {
  proposed: { words: 'Proposed', tone: 'wait' },
  active: { words: 'Active', tone: 'good' },
  frozen: { words: 'Frozen', tone: 'bad' },
}

export const slotStateWords = (state: string): StateWords => SLOT_STATES[state] ?? { words: state, tone: 'idle' }
export const taskPhaseWords = (phase: string): StateWords => TASK_PHASES[phase] ?? { words: phase, tone: 'idle' }
export const taskPhaseExplanation = (phase: string): string => PHASE_EXPLANATIONS[phase] ?? ''
/** Phases a task list can be narrowed to, in the order a task goes through them. */
export const taskPhases = Object.keys(TASK_PHASES)
export const keyStateWords = (status: string): StateWords => KEY_STATES[status] ?? { words: status, tone: 'idle' }

const SETTLEMENTS: Record<string, { name: string; summary: string }> = {
  'open-gold': {
    name: 'Open gold',
    summary:
      'Workers commit to their labels, the requester opens the gold answers, and each worker proves agreement. The proof delivers the labels, encrypted, and pays at once.',
  },
  'hidden-gold': {
    name: 'Hidden gold',
    summary:
      'Workers deliver encrypted labels with a proof that they are legal. The requester proves each score against gold that stays secret. Silence pays the worker; a rejection needs a proof.',
  },
}

export const settlementKinds = Object.keys(SETTLEMENTS)
export const settlementName = (kind: string): string => SETTLEMENTS[kind]?.name ?? 'Other settlement'
export const settlementSummary = (kind: string): string =>
  SETTLEMENTS[kind]?.summary ?? 'This task uses a settlement module that this page does not know.'

const PAYMENT_KINDS: Record<string, StateWords> = {
  credit: { words: 'Credited', tone: 'busy' },
  withdrawal: { words: 'Withdrawn', tone: 'good' },
  refusal: { words: 'Transfer refused', tone: 'wait' },
}

export const paymentWords = (kind: string): StateWords => PAYMENT_KINDS[kind] ?? { words: kind, tone: 'idle' }
