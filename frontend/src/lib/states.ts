import type { Tone } from '../components/Badge'

/** The words and colours of every state the indexer names. An unknown state is shown as it is, without a colour. */
export type StateWords = { words: string; tone: Tone }

const SLOT_STATES: Record<string, StateWords> = {
  joined: { words: 'Joined', tone: 'busy' },
  keyWrapped: { words: 'Has the items', tone: 'busy' },
  committed: { words: 'Committed', tone: 'busy' },
  claimed: { words: 'Claimed', tone: 'wait' },
  delivered: { words: 'Delivered', tone: 'wait' },
  scored: { words: 'Scored', tone: 'wait' },
  paid: { words: 'Paid', tone: 'good' },
  returned: { words: 'Returned', tone: 'bad' },
}

const TASK_PHASES: Record<string, StateWords> = {
  joining: { words: 'Joining', tone: 'busy' },
  drawing: { words: 'Drawing items', tone: 'wait' },
  committing: { words: 'Committing', tone: 'busy' },
  opening: { words: 'Opening gold', tone: 'wait' },
  proving: { words: 'Proving', tone: 'busy' },
  delivering: { words: 'Delivering', tone: 'busy' },
  aggregating: { words: 'Aggregating', tone: 'wait' },
  submitting: { words: 'Submitting', tone: 'busy' },
  scoring: { words: 'Scoring', tone: 'wait' },
  disputable: { words: 'Open to an audit', tone: 'wait' },
  auditing: { words: 'Gold audit', tone: 'bad' },
  claiming: { words: 'Claiming', tone: 'busy' },
  challenging: { words: 'Open to disputes', tone: 'wait' },
  disputed: { words: 'Disputed', tone: 'bad' },
  settling: { words: 'Settling', tone: 'wait' },
  halted: { words: 'Halted', tone: 'bad' },
  completed: { words: 'Completed', tone: 'good' },
  cancelled: { words: 'Cancelled', tone: 'idle' },
}

const PHASE_EXPLANATIONS: Record<string, string> = {
  joining: 'Slots can be taken.',
  drawing: 'Joining is over; the seed that draws who labels what may be revealed, for half of the time to commit.',
  committing: 'Joining is over or full; workers may still commit.',
  opening: 'Commits are over; the requester may open the gold.',
  proving: 'Workers prove, and are paid as they do.',
  delivering: 'Committed workers deliver their encrypted labels with a proof that they are legal.',
  aggregating: 'Deliveries are over; the aggregator may prove the majority. Silence pays everyone who delivered.',
  submitting: 'Joining is over or full; workers may still submit.',
  scoring: 'Submissions are over; the requester may prove scores.',
  disputable: 'Scoring is over and rejections are provisional: each rejected worker may ask for a gold audit.',
  auditing:
    'The requester must prove in time, for every audit, on whose side the others are, or loses its bond and pays whom it rejected.',
  claiming: 'Workers may claim the statement, with their stake as bond.',
  challenging: 'What was claimed is paid unless somebody disputes it in time.',
  disputed: 'A disputed claim must be proven in time, or its bond is lost, half of it to the challenger.',
  settling: 'What is left is to settle open slots and return unfilled ones. Anyone may.',
  halted:
    'A key this task relies on is frozen: nobody joins, and slots end as their settlement says. Anyone may settle.',
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
      'Workers deliver encrypted labels with a proof that they are legal. The requester proves each score against gold that stays secret. Silence pays the worker; a rejection needs a proof, and is provisional until nobody can overturn it by an audit any more.',
  },
  consensus: {
    name: 'Consensus',
    summary:
      'Several workers label the same items. An aggregator proves the majority label of each item and how far each worker agrees; the result becomes a dataset. Silence pays everyone who delivered.',
  },
  direct: {
    name: 'Direct proof',
    summary: 'The statement is the whole task: whoever holds a slot and proves it is paid at once.',
  },
  optimistic: {
    name: 'Optimistic',
    summary:
      'A worker claims the statement with its stake as bond and is paid when nobody disputes it. A disputed claim must be proven; who loses pays the other its bond.',
  },
}

export const settlementKinds = Object.keys(SETTLEMENTS)
export const settlementName = (kind: string): string => SETTLEMENTS[kind]?.name ?? 'Other settlement'
export const settlementSummary = (kind: string): string =>
  SETTLEMENTS[kind]?.summary ?? 'This task uses a settlement module that this page does not know.'

/** What stands for rules in a task without labels. */
export const rulesWords = (kind: string): string =>
  kind === 'direct' || kind === 'optimistic'
    ? 'Nothing is labelled here: the work is to prove one statement, of which the requester fixed a part.'
    : 'Its settlement module has rules of its own.'

const UNPROVEN: Readonly<Record<string, string>> = {
  direct: 'The proof of the statement is the whole work: it pays the slot in the block in which the chain verifies it.',
  consensus:
    'Labels are proven legal as they are delivered. How far they agree is proven for all slots at once, with the majority.',
  optimistic:
    'A claim needs a proof only when somebody disputes it; the proof appears here once the chain verifies it.',
}

/** Why a slot may have no receipt yet. */
export const unprovenWords = (kind: string): string =>
  UNPROVEN[kind] ?? 'A receipt appears here in the block in which the chain verifies a proof.'

const PAYMENT_KINDS: Record<string, StateWords> = {
  credit: { words: 'Credited', tone: 'busy' },
  withdrawal: { words: 'Withdrawn', tone: 'good' },
  refusal: { words: 'Transfer refused', tone: 'wait' },
}

export const paymentWords = (kind: string): StateWords => PAYMENT_KINDS[kind] ?? { words: kind, tone: 'idle' }

const ENDINGS: Record<string, StateWords> = {
  proven: { words: 'Paid by proof', tone: 'good' },
  silent: { words: 'Paid by silence', tone: 'good' },
  rejected: { words: 'Rejected by proof', tone: 'bad' },
  redressed: { words: 'Paid by an audit', tone: 'good' },
  missed: { words: 'Missed a deadline', tone: 'bad' },
  left: { words: 'Left', tone: 'idle' },
  lapsed: { words: 'Lapsed', tone: 'idle' },
  disputed: { words: 'Lost a dispute', tone: 'bad' },
}

type SlotState = { state: string; passed: boolean | null; ending: string | null; openDispute: string | null }

/** Why a slot ended; before that, how far it has come. */
export const slotWords = (slot: SlotState): StateWords => {
  if (slot.openDispute !== null) return { words: 'Disputed', tone: 'bad' }
  if (slot.ending !== null && slot.ending !== 'none') {
    return ENDINGS[slot.ending] ?? { words: slot.ending, tone: 'idle' }
  }
  if (slot.state === 'scored' && slot.passed === false) return { words: 'Rejected for now', tone: 'wait' }
  return slotStateWords(slot.state)
}

const GATES: Record<string, string> = {
  open: 'Open to everyone',
  staked: 'Staked workers',
  'allow-list': 'Allow-list',
  semaphore: 'Semaphore group',
  'world-id': 'World ID',
  reputation: 'Private reputation',
}

export const gateKinds = Object.keys(GATES)
export const gateName = (kind: string): string => (Object.hasOwn(GATES, kind) ? (GATES[kind] ?? '') : 'Other gate')

const BONDS: Record<string, StateWords> = {
  held: { words: 'Held', tone: 'wait' },
  released: { words: 'Given back', tone: 'good' },
  burned: { words: 'Burned: the gold was rigged', tone: 'bad' },
}

export const bondWords = (state: string): StateWords => BONDS[state] ?? { words: state, tone: 'idle' }

const RULINGS: Record<string, StateWords> = {
  void: { words: 'Void', tone: 'idle' },
  upheld: { words: 'Upheld', tone: 'bad' },
  dismissed: { words: 'Dismissed', tone: 'good' },
}

/** How a dispute or audit was decided; null while it has not. */
export const rulingWords = (ruling: string | null): StateWords =>
  ruling === null ? { words: 'Open', tone: 'wait' } : (RULINGS[ruling] ?? { words: ruling, tone: 'idle' })

const PROPOSAL_STATES: Record<string, StateWords> = {
  pending: { words: 'Voting soon', tone: 'idle' },
  active: { words: 'Voting', tone: 'busy' },
  defeated: { words: 'Defeated', tone: 'bad' },
  succeeded: { words: 'Passed', tone: 'good' },
  queued: { words: 'Waiting in the timelock', tone: 'wait' },
  executed: { words: 'Executed', tone: 'good' },
  cancelled: { words: 'Cancelled', tone: 'idle' },
}

export const proposalWords = (state: string): StateWords => PROPOSAL_STATES[state] ?? { words: state, tone: 'idle' }

const SUPPORTS: Record<string, StateWords> = {
  for: { words: 'For', tone: 'good' },
  against: { words: 'Against', tone: 'bad' },
  abstain: { words: 'Abstain', tone: 'idle' },
}

export const supportWords = (support: string): StateWords => SUPPORTS[support] ?? { words: support, tone: 'idle' }

const MOVEMENTS: Record<string, StateWords> = {
  deposit: { words: 'Deposited', tone: 'good' },
  unbonding: { words: 'Taking out', tone: 'wait' },
  withdrawal: { words: 'Withdrawn', tone: 'idle' },
  lock: { words: 'Locked', tone: 'busy' },
  release: { words: 'Freed', tone: 'good' },
  slash: { words: 'Slashed', tone: 'bad' },
  burn: { words: 'Burned', tone: 'bad' },
}

export const movementWords = (kind: string): StateWords => MOVEMENTS[kind] ?? { words: kind, tone: 'idle' }
