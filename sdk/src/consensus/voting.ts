import { BaseError } from '../errors/base.js'

/** Fewest voters of an item that a sound task has. */
export const MIN_VOTERS = 5
/** Largest weight of one vote. */
export const MAX_VOTE_WEIGHT = 15
/** Least slots of a first round that the contracts take. */
export const MIN_FIRST_SLOTS = 3
/** How often, at most, a draw may leave an item fewer voters, and a worker that gives one answer may be paid. */
export const VOTING_RISK = 0.01
/** Without a stated share: the most common class has twice its fair share, but no more than this. */
const UNKNOWN_SHARE = 0.6
const BPS = 10_000
/** Rounds of weights that are earned by earlier weights; they settle long before. */
const WEIGHT_STEPS = 16

export type VotingTerms = {
  /** Slots of the first round: the fewest that can decide. */
  readonly firstSlots: number
  /** Items of the task. */
  readonly itemCount: number
  /** Classes there are: 2 to 4. */
  readonly classes: number
  /** Agreement that is paid, in basis points. */
  readonly thresholdBps: number
  /** Each item goes to each worker with probability 2^-assignmentShift. */
  readonly assignmentShift: number
  /** Whether votes are weighed by history. */
  readonly weighted: boolean
  /**
   * Share of the items that the most common class has, in basis points: its fair share (10,000 over the classes, rounded up) or
   * more. Default: twice its fair share, at most 60 %.
   */
  readonly largestShareBps?: number | undefined
}

/** What the rule of a consensus is worth against a worker that does not look. */
export type VotingAssessment = {
  /** Voters that all but one item in a hundred has at least, if everybody delivers. */
  readonly voters: number
  /** Items that a worker is measured by, on average. Whom a draw leaves none is measured by all. */
  readonly itemsPerWorker: number
  /** Weight of a vote that always giving one answer earns in the long run. */
  readonly weight: number
  /** Share of items on which always giving the most common answer agrees with the consensus, its own vote included. */
  readonly agreement: number
  /** How often it is paid, over all numbers of items that a draw may leave it: who is drawn few is paid more often. */
  readonly paid: number
  /** Why such a task is refused; none for a sound one. */
  readonly reasons: readonly string[]
}

/** No share that the most common of so many classes can have. */
export class LargestShareOutOfRangeError extends BaseError {
  override name = 'LargestShareOutOfRangeError'
  constructor(
    readonly largestShareBps: number,
    readonly minBps: number,
    classes: number,
  ) {
    super(
      `The most common of ${classes} classes cannot have ${largestShareBps} basis points of the items: \`largestShareBps\` is a whole number from ${minBps} to ${BPS}.`,
    )
  }
}

/** Parameters of a consensus under which a worker that does not look at the items is paid, or one vote outweighs the rest. */
export class ConsensusUnsoundError extends BaseError {
  override name = 'ConsensusUnsoundError'
  readonly assessment: VotingAssessment
  constructor({ assessment, joining = false }: { assessment: VotingAssessment; joining?: boolean }) {
    super('Under these parameters a consensus pays for work that was not done.', {
      metaMessages: [
        ...assessment.reasons.map((reason) => `- ${reason}`),
        'A worker is measured by a majority in which its own vote counts, and ties go to the lowest class.',
        ...(joining
          ? [
              'Whoever looks may be outvoted here by those who do not. State `largestShareBps` when you know that the classes are more even.',
              'Set `unsafeVoting: true` to join all the same, where you trust that everybody who can join looks.',
            ]
          : [
              'Ask for more slots, more items, a higher threshold, no draw or a smaller one; state `largestShareBps` when you know that the classes are more even.',
              'Set `unsafeVoting: true` when only workers can join whom you trust to look.',
            ]),
      ],
    })
    this.assessment = assessment
  }
}

/**
 * What always giving the most common answer is worth in a consensus, with the worker's own vote counted and ties in its favor.
 *
 * The others are taken to be right in half of the cases in which they need not be to reach the threshold, `(1 + threshold) / 2`,
 * to deliver all of them, and to err towards that answer: the worst for the rule. In a draw every item has only the voters that
 * all but one in a hundred has, and how many items the worker is measured by is as the draw may leave it. A task is sound when an
 * item has five voters or more, which a draw may miss once in a hundred items; when no vote outweighs the other voters of an
 * item; and when a worker that gives one answer is paid once in a hundred times at most.
 *
 * @throws {@link LargestShareOutOfRangeError}
 *
 * @example
 * import { assessVoting } from '@veritask/sdk'
 *
 * const { reasons } = assessVoting({
 *   firstSlots: 7, itemCount: 64, classes: 2, thresholdBps: 8000, assignmentShift: 0, weighted: false,
 * }) // []
 */
export function assessVoting(terms: VotingTerms): VotingAssessment {
  const { firstSlots, thresholdBps, assignmentShift, weighted } = terms
  const voters = votersAtLeast(firstSlots, 2 ** -assignmentShift)
  const threshold = thresholdBps / BPS
  const share = largestShare(terms)
  const others = Math.max(0, voters - 1)
  const wrong = (1 - threshold) / 2
  // As ConsensusSettlement has it: by the votes that an item of a full first round can expect.
  const mostWeight = weighted ? Math.max(1, Math.min(MAX_VOTE_WEIGHT, (firstSlots >> assignmentShift) - 2)) : 1

  // It wins an item of another class when its weight and those who err are as many as those who are right.
  const agreementAt = (weight: number) =>
    share + (1 - share) * atLeast(others, wrong, Math.max(0, Math.ceil((others - weight) / 2)))
  let weight = 1
  for (let step = 0; weighted && step < WEIGHT_STEPS; step++)
    weight = Math.min(mostWeight, 1 + Math.floor(MAX_VOTE_WEIGHT * Math.max(0, 2 * agreementAt(weight) - 1)))
  const agreement = agreementAt(weight)

  const { itemsPerWorker, paid } = measured(terms, agreement)

  const reasons: string[] = []
  if (voters < MIN_VOTERS)
    reasons.push(`An item has ${voters} voters or fewer too often; ${MIN_VOTERS} are needed in 99 of 100 items.`)
  if (weighted && mostWeight > voters - 2)
    reasons.push(`A vote can weigh ${mostWeight}, half or more of an item that has ${voters} voters.`)
  if (paid > VOTING_RISK)
    reasons.push(
      `Who always gives the most common answer agrees with ${percent(agreement)} of the items and is paid in ${percent(paid)} of cases, at a threshold of ${percent(threshold)}.`,
    )
  return { voters, itemsPerWorker, weight, agreement, paid, reasons }
}

/** @throws {@link ConsensusUnsoundError}, {@link LargestShareOutOfRangeError} */
export function assertSoundVoting(terms: VotingTerms): void {
  const assessment = assessVoting(terms)
  if (assessment.reasons.length > 0) throw new ConsensusUnsoundError({ assessment })
}

/** How many items a worker is measured by, and how often one that agrees with each of them so often is paid. */
function measured({ itemCount, thresholdBps, assignmentShift }: VotingTerms, agreement: number) {
  let itemsPerWorker = 0
  let paid = 0
  for (const [count, chance] of binomial(itemCount, 2 ** -assignmentShift).entries()) {
    // Whom a draw leaves no item gets all of them, as the contracts have it.
    const items = count === 0 ? itemCount : count
    itemsPerWorker += chance * items
    paid += chance * atLeast(items, agreement, Math.ceil((thresholdBps * items) / BPS))
  }
  return { itemsPerWorker, paid: Math.min(1, paid) }
}

/** Share of the most common class, stated or assumed. */
function largestShare({ classes, largestShareBps }: VotingTerms): number {
  if (largestShareBps === undefined) return Math.min(UNKNOWN_SHARE, 2 / classes)
  const fair = Math.ceil(BPS / classes)
  if (!Number.isInteger(largestShareBps) || largestShareBps < fair || largestShareBps > BPS)
    throw new LargestShareOutOfRangeError(largestShareBps, fair, classes)
  return largestShareBps / BPS
}

/** Voters that an item has in all but VOTING_RISK of cases, if each of so many has it with this probability. */
function votersAtLeast(slots: number, drawn: number): number {
  let fewer = 0
  for (const [voters, chance] of binomial(slots, drawn).entries()) {
    fewer += chance
    if (fewer > VOTING_RISK) return voters
  }
  return slots
}

/** Probability of `least` or more of `count` independent events with probability `each`. */
function atLeast(count: number, each: number, least: number): number {
  if (least <= 0) return 1
  return Math.min(
    1,
    binomial(count, each)
      .slice(least)
      .reduce((sum, chance) => sum + chance, 0),
  )
}

/** Probabilities of 0 to `count` of so many independent events with probability `each`. */
function binomial(count: number, each: number): number[] {
  if (each <= 0 || each >= 1)
    return Array.from({ length: count + 1 }, (_, hits) => (hits === (each <= 0 ? 0 : count) ? 1 : 0))
  // Logarithms, because of 4,095 slots the first terms are below the smallest number.
  let term = count * Math.log1p(-each)
  return Array.from({ length: count + 1 }, (_, hits) => {
    const chance = Math.exp(term)
    term += Math.log((count - hits) / (hits + 1)) + Math.log(each) - Math.log1p(-each)
    return chance
  })
}

const percent = (part: number): string => `${Math.round(part * 1000) / 10} %`
