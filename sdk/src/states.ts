/** Names of the numbers in events and views, in the contracts' order. */

export const slotStates = ['open', 'joined', 'paid', 'returned'] as const
export type SlotState = (typeof slotStates)[number]

/**
 * Why a slot ended. `proven`, `silent` and `redressed` (rejected by gold that an audit found rigged) pay. `rejected` (by a proof),
 * `missed` (a deadline), `left` (by its worker), `lapsed` (a key was frozen, or nobody is at fault) and `disputed` (a lost dispute)
 * return.
 */
export const slotEndings = [
  'none',
  'proven',
  'silent',
  'rejected',
  'missed',
  'left',
  'lapsed',
  'disputed',
  'redressed',
] as const
export type SlotEnding = (typeof slotEndings)[number]

/**
 * How a slot ends if it is settled now. `redressed` pays. `missed` and `rejected` return, and may cost the worker a part of its
 * stake. A rejection by hidden gold stays `pending` until nobody can overturn it any more.
 */
export const slotOutcomes = ['pending', 'paid', 'returned', 'missed', 'rejected', 'redressed'] as const
export type SlotOutcome = (typeof slotOutcomes)[number]

/** `burned`: the gold was rigged, and nobody gets the bond. */
export const bondStates = ['none', 'held', 'released', 'burned'] as const
export type BondState = (typeof bondStates)[number]

/** How a dispute was decided: by proof or deadline. `void` when nobody could prove any more. */
export const rulings = ['void', 'upheld', 'dismissed'] as const
export type Ruling = (typeof rulings)[number]

/** Where the gold audit that a rejected worker asked for stands. */
export const auditStates = ['none', 'open', 'void', 'upheld', 'dismissed'] as const
export type AuditState = (typeof auditStates)[number]

/** `threshold`: all of the reward. `linear`: the score itself. `table`: the share of the last step at or below the score. */
export const gradingCurves = ['threshold', 'linear', 'table'] as const
export type GradingCurve = (typeof gradingCurves)[number]

/** Life of a verifier key in the registry. */
export const keyStatuses = ['unknown', 'proposed', 'active', 'frozen'] as const
