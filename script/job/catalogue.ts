/**
 * The stories that `npm start` tells, in their order, and the circuits each proves with. Imports nothing, so that it can be read
 * before the SDK is built.
 */
export const catalogue = {
  'open-gold': ['open-gold-scalar-64', 'legality-scalar-64'],
  'hidden-gold': ['legality-scalar-64', 'score-scalar-64', 'audit-scalar-64'],
  consensus: ['legality-scalar-64', 'consensus-64'],
  direct: ['statistic-64'],
  optimistic: ['statistic-64'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ScenarioName = keyof typeof catalogue

export const scenarioNames = Object.keys(catalogue) as readonly ScenarioName[]

/** The scenarios with these comma-separated names, in the order of the catalogue; all of them without names. */
export function chooseScenarios(names: string | undefined): readonly ScenarioName[] {
  if (names === undefined) return scenarioNames
  const wanted = names.split(',')
  const unknown = wanted.filter((name) => !Object.hasOwn(catalogue, name))
  if (unknown.length > 0)
    throw new RangeError(`there is no scenario ${unknown.join(', ')}; there are ${scenarioNames.join(', ')}`)
  return scenarioNames.filter((name) => wanted.includes(name))
}

export const circuitsOf = (names: readonly ScenarioName[]): readonly string[] => [
  ...new Set(names.flatMap((name) => catalogue[name])),
]
