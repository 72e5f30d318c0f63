// Names for what the contracts number, each list in the contract's order.

/** Who may join a task; `other` is an allow-listed gate this indexer does not know. */
export const gateKinds = ['open', 'staked', 'allow-list', 'semaphore', 'world-id', 'reputation', 'other'] as const

export type GateKind = (typeof gateKinds)[number]

/** Why a slot ended (ITaskRegistry.Ending). */
export const endings = [
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

export type Ending = (typeof endings)[number]

/** How a dispute was decided (ITaskRegistry.Ruling). */
export const rulings = ['void', 'upheld', 'dismissed'] as const

export type Ruling = (typeof rulings)[number]

/** What a score that passes earns (Grading.Curve). */
export const gradingCurves = ['threshold', 'linear', 'table'] as const

/** What a vote was for (GovernorCountingSimple.VoteType). */
export const voteSupports = ['against', 'for', 'abstain'] as const

/** What governance can change. */
export const parameterChangeKinds = [
  'parameters',
  'token',
  'settlement',
  'gate',
  'guardian',
  'governor',
  'timelock',
] as const

/** The name behind a number of the contract's, which can have no other. */
export function nameOf<name extends string>(names: readonly name[], value: number): name {
  const name = names[value]
  if (name === undefined) throw new RangeError(`${value} is none of ${names.join(', ')}`)
  return name
}
