/**
 * Who answers for hidden gold, and what their answers decide: the rules of `GoldAudit`, over numbers alone. Nothing here needs a
 * prover or a network: indexers import it alone.
 */
import type { RejectionsProgress } from './phase.js'
import type { Ruling } from './states.js'

/** Most slots of a panel. */
export const MAX_PANEL = 32
/** Fewest slots of a panel: one slot against the gold leaves nobody to say which of them is right. */
export const MIN_PANEL = 2
/**
 * Slots that have to submit before any rejection can be overturned: the challenger and the smallest panel. `submissionsToOverturn` says
 * how many a task's gold asks for.
 */
export const MIN_SUBMITTED = MIN_PANEL + 1
/** Fewest answers that can overturn gold, all of one mind: the square of the three standard deviations asked for. */
export const MIN_ANSWERS = 9
/** The same of the gold's lead over a challenger: two. */
const MIN_DISMISSAL = 4
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
 * Whose answers count: the accepted, when they are at least half of the submitted and could overturn the gold, else everyone who
 * submitted without the challenger.
 *
 * @param task.disputedItems - Gold items on which the challenger disagrees with the gold.
 *
 * @example
 * import { panelPopulation } from '@veritask/sdk/phase'
 * const { panelSize } = panelPopulation({ submitted: 5, rejected: 1, disputedItems: 4 }) // 4
 */
export function panelPopulation({
  submitted,
  rejected,
  disputedItems,
}: {
  readonly submitted: number
  readonly rejected: number
  readonly disputedItems: number
}): PanelPopulation {
  const accepted = submitted - rejected
  const ofAccepted = 2 * accepted >= submitted && canUphold(accepted, disputedItems)
  const population = ofAccepted ? accepted : Math.max(0, submitted - 1)
  return { population, panelSize: Math.min(population, MAX_PANEL), ofAccepted }
}

/**
 * Whether a panel out of so many slots, of one mind, could overturn the gold by these items, on which the challenger disagrees with
 * it. Some panel of a task can when all who submitted but one can, whoever else was rejected.
 */
export function canUphold(population: number, disputedItems: number): boolean {
  return population >= MIN_PANEL && Math.min(population, MAX_PANEL) * disputedItems >= MIN_ANSWERS
}

/** What a challenger locks for a panel, in base units: a reward for every eight slots of it or part of them. */
export function auditBond(panelSize: number, rewardPerSlot: bigint): bigint {
  const bond = rewardPerSlot * BigInt(Math.ceil(panelSize / SLOTS_PER_REWARD))
  return bond < MAX_BOND ? bond : MAX_BOND
}

export type ItemAnswers = {
  /** Slots of the panel that answer a gold item as the gold and not as the challenger does. */
  readonly withGold: number
  /** Slots that answer it as the challenger and not as the gold does. */
  readonly withChallenger: number
}

/**
 * What the answers of a proven panel say, item by item. An item is overturned when at least `auditRateBps` of its answers for either
 * side are the challenger's. Upheld when the challenger would have passed with these items, and their answers lead by three standard
 * deviations; dismissed when they do not and those to all items lead for the gold by two; else void.
 *
 * @param items - The answers to each disputed item, in any order.
 * @param terms.neededItems - Overturned items with which the challenger reaches the threshold.
 *
 * @example
 * import { panelRuling } from '@veritask/sdk/phase'
 * const rigged = { withGold: 0, withChallenger: 5 }
 * const mistake = { withGold: 5, withChallenger: 0 } // of the challenger's own
 * panelRuling([rigged, rigged, mistake], { neededItems: 2, auditRateBps: 6000 }) // { ruling: 'upheld', overturnedItems: 2 }
 */
export function panelRuling(
  items: readonly ItemAnswers[],
  { neededItems, auditRateBps }: { readonly neededItems: number; readonly auditRateBps: number },
): { readonly ruling: Ruling; readonly overturnedItems: number } {
  const overturned = items.filter(
    ({ withGold, withChallenger }) =>
      withChallenger > 0 && withChallenger * BPS >= auditRateBps * (withGold + withChallenger),
  )
  const overturnedItems = overturned.length
  const [won, lost] = [total(overturned, 'withChallenger'), total(overturned, 'withGold')]
  if (leads(won, lost, MIN_ANSWERS))
    return { ruling: overturnedItems >= neededItems ? 'upheld' : 'void', overturnedItems }
  const dismissed = leads(total(items, 'withGold'), total(items, 'withChallenger'), MIN_DISMISSAL)
  return { ruling: dismissed ? 'dismissed' : 'void', overturnedItems }
}

const total = (items: readonly ItemAnswers[], side: keyof ItemAnswers) =>
  items.reduce((sum, item) => sum + item[side], 0)

/** Whether one side leads by so many standard deviations of an even chance, squared. */
const leads = (more: number, less: number, squared: number) =>
  more > less && (more - less) ** 2 >= squared * (more + less)

/** Why a rejection by the least cannot be overturned: `third-opinion`, too few slots; `few-items`, too few gold items decide. */
export type Unauditable = 'third-opinion' | 'few-items'

/** What the gold of a task asks for. */
export type GoldThreshold = {
  readonly goldCount: number
  /** Fewest gold items to agree with that pass: whoever is rejected has one less or fewer. */
  readonly neededAgreements: number
}

/**
 * Fewest slots that have to submit so that a worker that is rejected by the least could be heard by the others: the worker itself, and
 * others with enough answers to the gold items on which it disagrees. Three to ten. Whoever disagrees with more of the gold may need
 * fewer, and never fewer than three.
 *
 * @example
 * import { submissionsToOverturn } from '@veritask/sdk/phase'
 * submissionsToOverturn({ goldCount: 16, neededAgreements: 14 }) // 4: three others with three answers each
 */
export function submissionsToOverturn({ goldCount, neededAgreements }: GoldThreshold): number {
  const disputedItems = goldCount - neededAgreements + 1
  return 1 + Math.max(MIN_PANEL, Math.ceil(MIN_ANSWERS / disputedItems))
}

/**
 * Whether a worker that is rejected by the least could be heard by the others, if this many slots submit. Where it could not, a
 * requester that rigs its gold by that little has the labels for nothing: know it before joining or creating. A rejection that nobody
 * can overturn costs no stake. For `third-opinion` that is every rejection; for `few-items` those by the least alone: whoever
 * disagrees with more of the gold can be heard, and slashed.
 *
 * @param task.submitted - Slots that submit; before joining, all slots of the task at most.
 * @returns Why not; undefined when it could.
 *
 * @example
 * import { unauditableBecause } from '@veritask/sdk/phase'
 * unauditableBecause({ submitted: 2, goldCount: 16, neededAgreements: 12 }) // 'third-opinion'
 */
export function unauditableBecause(task: GoldThreshold & { readonly submitted: number }): Unauditable | undefined {
  const { submitted } = task
  if (submitted < MIN_SUBMITTED) return 'third-opinion'
  return submitted < submissionsToOverturn(task) ? 'few-items' : undefined
}

/** How much of a task's gold audits overturned for everybody, and how much that has to be. */
export type OverturnedGold = Pick<RejectionsProgress, 'allowedMistakes' | 'overturnedItems' | 'mostDisputedItems'>

/**
 * Whether a rejected slot would have passed with the gold items that audits overturned for everybody, those that more than half of a panel
 * answer as the challenger does: it is paid in full as soon as anyone settles it, whatever its own audit says. A slot whose own audit is
 * upheld is paid so too.
 *
 * @param disputedItems - Gold items on which the slot disagrees with the gold.
 *
 * @example
 * import { isRedressed } from '@veritask/sdk/phase'
 * isRedressed({ allowedMistakes: 4, overturnedItems: 2 }, 6) // true
 */
export function isRedressed(
  { allowedMistakes, overturnedItems }: Pick<OverturnedGold, 'allowedMistakes' | 'overturnedItems'>,
  disputedItems: number,
): boolean {
  return disputedItems - overturnedItems <= allowedMistakes
}

/** Whether every rejected slot of a task is redressed: no audit changes anything any more. Without a rejected slot it says nothing. */
export function allRedressed(task: OverturnedGold): boolean {
  return isRedressed(task, task.mostDisputedItems)
}

/** What of a gold audit says who has to do what. */
export type AuditProgress = {
  /** Last second to prove the panel, in seconds. */
  readonly answerBy: bigint
  readonly panelSize: number
  /** Slots of the panel that are proven. */
  readonly audited: number
  readonly closed: boolean
}

/**
 * - `waiting`: the requester has to prove its panel.
 * - `proven`, `late`, `void`: anyone decides it (`closeAudit`) by its answers; as upheld, for its time is over; as void, for a key that
 *   audits need is frozen.
 * - `closed`: it is decided.
 * - `over`: every rejected slot is redressed already, and nothing depends on it any more.
 */
export type AuditStanding = 'waiting' | 'proven' | 'late' | 'void' | 'closed' | 'over'

/**
 * Who has to do what about a gold audit when the clock shows `now`, in seconds.
 *
 * @example
 * import { auditStanding } from '@veritask/sdk/phase'
 * const lost = task.audits.filter((audit) => auditStanding(audit, task, task.timestamp) === 'late')
 */
export function auditStanding(
  { answerBy, panelSize, audited, closed }: AuditProgress,
  task: OverturnedGold & { readonly auditKeysFrozen: boolean },
  now: bigint,
): AuditStanding {
  if (closed) return 'closed'
  if (allRedressed(task)) return 'over'
  if (audited === panelSize) return 'proven'
  if (task.auditKeysFrozen) return 'void'
  return now > answerBy ? 'late' : 'waiting'
}

/** What the open audits of a task come to. Times are in seconds. */
export type OpenAudits = {
  /** Open audits whose panel is not proven. */
  readonly unprovenAudits: number
  /** Earliest end of their time to answer, past which the task's gold is lost; zero without any. */
  readonly firstAnswerBy: bigint
  /** Latest end of the time to answer of any open audit; zero without any. */
  readonly lastAnswerBy: bigint
}

/** What decides a task's phase, from all of its audits. */
export function openAuditsOf(audits: readonly AuditProgress[]): OpenAudits {
  const open = audits.filter(({ closed }) => !closed).sort((a, b) => Number(a.answerBy - b.answerBy))
  const unproven = open.filter(({ audited, panelSize }) => audited < panelSize)
  return {
    unprovenAudits: unproven.length,
    firstAnswerBy: unproven[0]?.answerBy ?? 0n,
    lastAnswerBy: open.at(-1)?.answerBy ?? 0n,
  }
}
