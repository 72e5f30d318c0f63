/** Names of the numbers in events and views, in the contracts' order. */

export const slotStates = ['open', 'joined', 'paid', 'returned'] as const
export type SlotState = (typeof slotStates)[number]

/**
 * Why a slot ended. `proven` and `silent` pay. `rejected` (by a proof), `missed` (a deadline), `left` (by its worker), `lapsed`
 * (a key was frozen, or nobody is at fault) and `disputed` (a lost dispute) return.
 */
export const slotEndings = ['none', 'proven', 'silent', 'rejected', 'missed', 'left', 'lapsed', 'disputed'] as const
export type SlotEnding = (typeof slotEndings)[number]

/** How a slot ends if it is settled now. `missed` returns, and may cost its worker a part of the stake. */
export const slotOutcomes = ['pending', 'paid', 'returned', 'missed'] as const
export type SlotOutcome = (typeof slotOutcomes)[number]

export const bondStates = ['none', 'held', 'released', 'forfeited'] as const
export type BondState = (typeof bondStates)[number]

/** How a dispute was decided: by proof or deadline. `void` when nobody could prove any more. */
export const rulings = ['void', 'upheld', 'dismissed'] as const
export type Ruling = (typeof rulings)[number]

/** `threshold`: all of the reward. `linear`: the score itself. `table`: the share of the last step at or below the score. */
export const gradingCurves = ['threshold', 'linear', 'table'] as const
export type GradingCurve = (typeof gradingCurves)[number]

/** Life of a verifier key in the registry. */
export const keyStatuses = ['unknown', 'proposed', 'active', 'frozen'] as const
