/**
 * Who answers for hidden gold, and what their answers decide: the rules of `GoldAudit`, over numbers alone. Nothing here needs a
 * prover or a network: indexers import it alone.
 */
import type { Ruling } from './states.js'

/** Most slots of a panel. */
export const MAX_PANEL = 32
/** Fewest slots of a panel: one slot against the gold leaves nobody to say which of them is right. */
export const MIN_PANEL = 2
/** Slots that have to submit before any rejection can be overturned: the challenger and the smallest panel. */
export const MIN_SUBMITTED = MIN_PANEL + 1
/** Fewest answers that can overturn gold, all of one mind: the square of the three standard deviations asked for. */
export const MIN_ANSWERS = 9
/** Slots of the panel that one reward of the challenger's bond stands for. */
const SLOTS_PER_REWARD = 8
/** Bonds of challengers are `uint96` on the chain. */
const MAX_BOND = 2n ** 96n - 1n
const BPS = 10_000

export type PanelPopulation = {
  /** Slots the panel is drawn from. */
  readonly population: number
  /** Slots of the panel: all of them, or 32 by lot. */
  readonly panelSize: number
  /** Whether they are the accepted slots; else everyone who submitted but the challenger. */
  readonly ofAccepted: boolean
}

/**
 * Whose answers count: the accepted, when they are at least two and at least half of the submitted, else everyone who submitted
 * without the challenger.
 *
 * @example
 * import { panelPopulation } from '@veritask/sdk/phase'
 * const { panelSize } = panelPopulation({ submitted: 5, rejected: 1 }) // 4
 */
export function panelPopulation({
  submitted,
  rejected,
}: {
  readonly submitted: number
  readonly rejected: number
}): PanelPopulation {
  const accepted = submitted - rejected
  const ofAccepted = 2 * accepted >= submitted && accepted >= MIN_PANEL
  const population = ofAccepted ? accepted : Math.max(0, submitted - 1)
  return { population, panelSize: Math.min(population, MAX_PANEL), ofAccepted }
}

/** Whether a panel of one mind could overturn the gold by these items, on which the challenger disagrees with it. */
export function canUphold({ population, panelSize }: PanelPopulation, disputedItems: number): boolean {
  return population >= MIN_PANEL && panelSize * disputedItems >= MIN_ANSWERS
}

/** What a challenger locks for a panel, in base units: a reward for every eight slots of it or part of them. */
export function auditBond(panelSize: number, rewardPerSlot: bigint): bigint {
  const bond = rewardPerSlot * BigInt(Math.ceil(panelSize / SLOTS_PER_REWARD))
  return bond < MAX_BOND ? bond : MAX_BOND
}

export type PanelAnswers = {
  /** Answers, over all slots and disputed items, that agree with the gold and not with the challenger. */
  readonly withGold: number
  /** Answers that agree with the challenger and not with the gold. */
  readonly withChallenger: number
}

/** What the answers of a proven panel say. `auditRateBps` of the decisive ones must side with the challenger to uphold. */
export function panelRuling({ withGold, withChallenger }: PanelAnswers, auditRateBps: number): Ruling {
  if (withGold > withChallenger) return 'dismissed'
  const [lead, answers] = [withChallenger - withGold, withGold + withChallenger]
  const beyondChance = lead > 0 && lead * lead >= MIN_ANSWERS * answers
  return beyondChance && withChallenger * BPS >= auditRateBps * answers ? 'upheld' : 'void'
}

/** Why nobody can overturn a rejection: `third-opinion`, too few slots; `few-items`, too few gold items decide. */
export type Unauditable = 'third-opinion' | 'few-items'

/**
 * Whether a worker that is rejected by the least could be heard by the others, if this many slots submit. Where it could not, no
 * rejection costs a stake, and a requester that rigs its gold has the labels for nothing: know it before joining or creating.
 *
 * @param task.submitted - Slots that submit; before joining, all slots of the task at most.
 * @param task.neededAgreements - Fewest gold items to agree with that pass: whoever is rejected has one less or fewer.
 * @returns Why not; undefined when it could.
 *
 * @example
 * import { unauditableBecause } from '@veritask/sdk/phase'
 * unauditableBecause({ submitted: 2, goldCount: 16, neededAgreements: 12 }) // 'third-opinion'
 */
export function unauditableBecause(task: {
  readonly submitted: number
  readonly goldCount: number
  readonly neededAgreements: number
}): Unauditable | undefined {
  const { submitted, goldCount, neededAgreements } = task
  if (submitted < MIN_SUBMITTED) return 'third-opinion'
  const found = panelPopulation({ submitted, rejected: 1 })
  return canUphold(found, goldCount - neededAgreements + 1) ? undefined : 'few-items'
}
