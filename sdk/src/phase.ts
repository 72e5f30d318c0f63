/** Where a task stands, from what the chain says of it. Nothing here needs a prover or a network: indexers import it alone. */
import { allRedressed, canUphold, MIN_SUBMITTED, type OpenAudits } from './goldPanel.js'

export * from './goldPanel.js'

/** The settlement modules of a deployment. */
export const settlementKinds = ['open-gold', 'hidden-gold', 'consensus', 'direct', 'optimistic'] as const

export type SettlementKind = (typeof settlementKinds)[number]

/** Phases in the order a task can pass through them. */
export const taskPhases = [
  /** Slots can be taken. */
  'joining',
  /** Consensus with an assignment: the seed that draws the round's items may be revealed. */
  'drawing',
  /** Open gold, consensus: workers may commit. */
  'committing',
  /** Open gold: the requester may open the gold. */
  'opening',
  /** Open gold: the gold is open and workers prove agreement with it. Direct: workers prove the statement. */
  'proving',
  /** Open gold: the gold stayed closed and committed workers deliver. Consensus: committed workers deliver. */
  'delivering',
  /** Consensus: the aggregator may prove the majority and how far each worker agrees with it. */
  'aggregating',
  /** Hidden gold: workers may submit. */
  'submitting',
  /** Hidden gold: the requester may prove scores; until that is over, nobody may ask for an audit of a rejection. */
  'scoring',
  /** Hidden gold: scoring is over, rejections are provisional, and each rejected worker may ask for a gold audit. */
  'disputable',
  /**
   * Hidden gold: the requester must prove the panels of audits, or loses its bond by the first that it misses. Until
   * `scoreBy + auditWindow` others may ask for theirs.
   */
  'auditing',
  /** Optimistic: workers may claim the statement. */
  'claiming',
  /** Optimistic: what was claimed may be disputed. */
  'challenging',
  /** Optimistic: a disputed claim must be proven. */
  'disputed',
  /**
   * What is left (slots, never-taken slots, an audit, a bond) is settled by anyone, and every deadline is over or decides nothing any
   * more; but for a consensus whose last round drew no seed: there votes of earlier rounds wait for the aggregator, past the next
   * deadline.
   */
  'settling',
  /** A pinned key is frozen; what is left is settled by anyone. */
  'halted',
  /** Every slot ended and the requester's bond is not held any more. */
  'completed',
  /** Ended before anyone joined. */
  'cancelled',
] as const

export type TaskPhase = (typeof taskPhases)[number]

/** What decides whether the rejections of a hidden-gold task stand. Times are in seconds. */
export type RejectionsProgress = {
  readonly submitted: number
  /** Slots with a proven score below the threshold, whatever came of them. */
  readonly rejected: number
  /** Most gold items on which a rejected slot disagrees with the gold. */
  readonly mostDisputedItems: number
  /** Most gold items that labels may disagree with and pass. */
  readonly allowedMistakes: number
  /** Gold items that audits which were upheld overturned for everybody, together; all of them for one left unanswered. */
  readonly overturnedItems: number
  /** Audits that are not decided. */
  readonly openAudits: number
  /** The key of audits or the one of legality: no audit can be asked for, and none that is open need be answered. */
  readonly auditKeysFrozen: boolean
  readonly scoreBy: bigint
  /** Of the parameters the task was made under. */
  readonly auditWindow: bigint
} & OpenAudits

/** The current round of a consensus: the slots that joined, committed and delivered in it, and its deadlines. */
export type ConsensusRound = {
  readonly joined: number
  readonly committed: number
  readonly delivered: number
  /** True while items are to be drawn and the round's seed is not revealed. */
  readonly seedMissing: boolean
  readonly joinBy: bigint
  readonly commitBy: bigint
  readonly deliverBy: bigint
  readonly settleBy: bigint
}

/** What a settlement module adds to a task's phase. Times are in seconds; deadlines are inclusive. */
export type SettlementProgress =
  | {
      readonly kind: 'open-gold'
      readonly committed: number
      readonly goldOpen: boolean
      readonly commitBy: bigint
      readonly openBy: bigint
      readonly proveBy: bigint
    }
  | ({
      readonly kind: 'hidden-gold'
      /** Slots whose score was proven. */
      readonly scored: number
      /** Nobody can prove a score any more. */
      readonly scoreKeyFrozen: boolean
      readonly submitBy: bigint
    } & RejectionsProgress)
  | {
      readonly kind: 'consensus'
      /** Slots that may be taken by now. */
      readonly slotLimit: number
      /** Slots of all rounds that delivered. */
      readonly delivered: number
      /** Whether the majority is proven for good. */
      readonly decided: boolean
      readonly round: ConsensusRound
    }
  | { readonly kind: 'direct'; readonly proveBy: bigint }
  | {
      readonly kind: 'optimistic'
      readonly claimed: number
      /** Disputes that are not decided. */
      readonly openDisputes: number
      readonly claimBy: bigint
      /** Latest end of a challenge window of any claim; zero without claims. */
      readonly challengeBy: bigint
      /** Latest end of a prove window of any dispute; zero without disputes. */
      readonly answerBy: bigint
    }
  /** A module this version does not know. */
  | { readonly kind: 'other' }

/** What decides a task's phase besides the clock. */
export type PhaseInput = {
  readonly slots: number
  readonly joined: number
  /** Joined slots that were paid or returned. */
  readonly ended: number
  readonly unfilledReturned: boolean
  /** Whether a pinned key is frozen. */
  readonly halted: boolean
  readonly joinBy: bigint
  /** Whether the requester's bond is still locked for the task. */
  readonly bondHeld: boolean
} & SettlementProgress

export type PhaseAt = {
  readonly phase: TaskPhase
  /** Last second of this phase, when a deadline ends it. */
  readonly nextDeadline: bigint | null
}

/**
 * The phase of a task when the clock shows `now` (a block's timestamp, in seconds). A phase lasts only while it still has
 * something to do: with every slot ended, for example, proving turns to settling before its deadline.
 *
 * @example
 * import { phaseOf } from '@veritask/sdk/phase'
 * const { phase, nextDeadline } = phaseOf(
 *   { kind: 'direct', slots: 1, joined: 1, ended: 0, unfilledReturned: false, halted: false, bondHeld: false,
 *     joinBy: 100n, proveBy: 200n },
 *   150n,
 * )
 */
export function phaseOf(task: PhaseInput, now: bigint): PhaseAt {
  const filled = isFilled(task)
  const allEnded = task.ended === task.joined
  if (filled && allEnded) return task.bondHeld ? settling : over(task)
  if (task.kind === 'hidden-gold') {
    const rejections = rejectionsPhase(task, now)
    if (rejections) return rejections
  }
  if (task.halted) return haltedPhase(task, now)

  const joinBy = task.kind === 'consensus' ? task.round.joinBy : task.joinBy
  const full = filled || (task.kind === 'consensus' && task.joined >= task.slotLimit)
  if (!full && now <= joinBy) return { phase: 'joining', nextDeadline: joinBy }
  return allEnded ? settling : workPhase(task, now)
}

function isFilled({ joined, slots, unfilledReturned }: PhaseInput): boolean {
  return joined === slots || unfilledReturned
}

const settling: PhaseAt = { phase: 'settling', nextDeadline: null }
const halted: PhaseAt = { phase: 'halted', nextDeadline: null }

function over({ joined }: PhaseInput): PhaseAt {
  return { phase: joined === 0 ? 'cancelled' : 'completed', nextDeadline: null }
}

/** Somebody joined and has not ended, and nobody else can join for now. */
function workPhase(task: PhaseInput, now: bigint): PhaseAt {
  switch (task.kind) {
    case 'open-gold': {
      const { committed, joined, commitBy, openBy, proveBy } = task
      if (task.goldOpen) return until('proving', proveBy, now) ?? settling
      if (committed < joined && now <= commitBy) return { phase: 'committing', nextDeadline: commitBy }
      if (committed === 0) return settling
      return until('opening', openBy, now) ?? until('delivering', proveBy, now) ?? settling
    }
    case 'hidden-gold': {
      const { submitted, scored, joined, submitBy, scoreBy } = task
      if (submitted < joined && now <= submitBy) return { phase: 'submitting', nextDeadline: submitBy }
      return (scored < submitted && until('scoring', scoreBy, now)) || settling
    }
    case 'consensus':
      return consensusPhase(task, now)
    case 'direct':
      return until('proving', task.proveBy, now) ?? settling
    case 'optimistic': {
      const { claimed, joined, openDisputes, claimBy, challengeBy, answerBy } = task
      if (claimed < joined && now <= claimBy) return { phase: 'claiming', nextDeadline: claimBy }
      const disputed = openDisputes > 0 ? until('disputed', answerBy, now) : undefined
      return disputed ?? until('challenging', challengeBy, now) ?? settling
    }
    case 'other':
      return settling
    default: {
      const never: never = task
      return never
    }
  }
}

type Consensus = Extract<PhaseInput, { kind: 'consensus' }>

/** What the current round is at. Votes of earlier rounds count on, but only its own can be missing. */
function consensusPhase(task: Consensus, now: bigint): PhaseAt {
  const { delivered, decided, round } = task
  if (!decided) {
    if (!commitsOver(task, now)) {
      if (round.joined === 0 || !round.seedMissing) return { phase: 'committing', nextDeadline: round.commitBy }
      // A seed that is not there by then never will be: the round's slots lapse.
      const lapsed = { ...settling, nextDeadline: delivered > 0 ? round.commitBy : null }
      return until('drawing', revealDeadline(round), now) ?? lapsed
    }
    if (!deliveriesOver(task, now)) return { phase: 'delivering', nextDeadline: round.deliverBy }
  }
  return (delivered > 0 && until('aggregating', round.settleBy, now)) || settling
}

/**
 * Last second at which the seed of a consensus round is taken: the middle of the time to commit, so that what is left is the
 * workers'.
 */
export function revealDeadline({ joinBy, commitBy }: { readonly joinBy: bigint; readonly commitBy: bigint }): bigint {
  return joinBy + (commitBy - joinBy) / 2n
}

type RoundCounts = Pick<Consensus, 'joined' | 'slotLimit' | 'round'>

/** Whether nobody can commit any more in the current round of a consensus. */
export function commitsOver({ joined, slotLimit, round }: RoundCounts, now: bigint): boolean {
  return now > round.commitBy || (joined >= slotLimit && round.committed === round.joined)
}

/** Whether nobody can deliver any more in the current round of a consensus: its votes may be counted. */
export function deliveriesOver(task: RoundCounts, now: bigint): boolean {
  const { round } = task
  return now > round.deliverBy || (round.delivered === round.committed && commitsOver(task, now))
}

/** A pinned key is frozen. Scores can be proven for as long as their own key is good. */
function haltedPhase(task: PhaseInput, now: bigint): PhaseAt {
  if (task.kind !== 'hidden-gold' || task.scoreKeyFrozen) return halted
  const { joined, submitted, scored, joinBy, submitBy, scoreBy } = task
  const joinClosed = isFilled(task) || now > joinBy
  const submissionsOver = now > submitBy || (joinClosed && submitted === joined)
  return (submissionsOver && scored < submitted && until('scoring', scoreBy, now)) || halted
}

type HiddenGold = Extract<PhaseInput, { kind: 'hidden-gold' }>

/** Somebody was rejected, and it is not decided yet what of. Until it is, no rejected slot ends. */
function rejectionsPhase(task: HiddenGold, now: bigint): PhaseAt | undefined {
  const { joined, ended, rejected, scoreKeyFrozen, unprovenAudits, firstAnswerBy, auditKeysFrozen, scoreBy } = task
  if (rejectionsPendingUntil(task, now) === undefined) return undefined
  if (now <= scoreBy) {
    const unscoredEnd = scoreKeyFrozen && joined - ended > rejected
    return unscoredEnd ? undefined : { phase: 'scoring', nextDeadline: scoreBy }
  }
  // The first audit that is missed overturns all of the gold: what the others have left is no time to rely on.
  const auditing = unprovenAudits > 0 && !auditKeysFrozen ? until('auditing', firstAnswerBy, now) : undefined
  if (auditing) return auditing
  if (mayAsk(task, now)) return { phase: 'disputable', nextDeadline: askBy(task) }
  return auditKeysFrozen && unprovenAudits > 0 ? halted : settling
}

/**
 * Until when the rejections of a hidden-gold task can be overturned, as far as is known now: the last second of the time to
 * ask for an audit, or to answer the last one that is open. Undefined when they are decided: anyone may settle the slots. Before that
 * anyone may settle those that are redressed already (`isRedressed`). Once it is past with audits that nobody closed, anyone may close them (`auditStanding`).
 *
 * @example
 * import { type RejectionsProgress, rejectionsPendingUntil } from '@veritask/sdk/phase'
 * const isProvisional = (task: RejectionsProgress, now: bigint) => rejectionsPendingUntil(task, now) !== undefined
 */
export function rejectionsPendingUntil(task: RejectionsProgress, now: bigint): bigint | undefined {
  const { submitted, rejected, openAudits, lastAnswerBy, auditKeysFrozen, scoreBy } = task
  if (rejected === 0 || allRedressed(task)) return undefined
  if (openAudits > 0) return mayAsk(task, now) && askBy(task) > lastAnswerBy ? askBy(task) : lastAnswerBy
  // More may be rejected until then, and whether anybody can ask follows from all of them.
  const scoring = now <= scoreBy && submitted >= MIN_SUBMITTED && !auditKeysFrozen
  return scoring || mayAsk(task, now) ? askBy(task) : undefined
}

/** Whether a rejected worker may ask for an audit now. Whether it can win one depends on its own score too. */
export function mayAsk(task: RejectionsProgress, now: bigint): boolean {
  const { submitted, rejected, mostDisputedItems, auditKeysFrozen, scoreBy } = task
  if (allRedressed(task) || auditKeysFrozen || rejected === 0 || now <= scoreBy || now > askBy(task)) return false
  return submitted >= MIN_SUBMITTED && canUphold(submitted - 1, mostDisputedItems)
}

/** Last second to ask for an audit. */
export function askBy({ scoreBy, auditWindow }: Pick<RejectionsProgress, 'scoreBy' | 'auditWindow'>): bigint {
  return scoreBy + auditWindow
}

function until(phase: TaskPhase, deadline: bigint, now: bigint): PhaseAt | undefined {
  return now <= deadline ? { phase, nextDeadline: deadline } : undefined
}
