import { casesFor } from './cases.ts'
import type { Harness } from './harness.ts'
import { type Base, Mutator, OUTCOMES, type Outcome } from './mutation.ts'
import { nameOf, type R1cs } from './r1cs.ts'
import { seeded } from './random.ts'
import { propagate, uniqueness } from './uniqueness.ts'

export interface UniquenessStudy {
  readonly witnesses: number
  /** Wires that are no given, of one witness. */
  readonly targets: number
  /** Over all witnesses: targets left open, all harmless; second witnesses shown for them. */
  readonly open: number
  readonly secondWitnesses: number
  /** Anything that is open and not harmless, differs in a second witness, or is an alias: must be empty. */
  readonly faults: readonly string[]
}

/** Witnesses of a circuit for its boundary tasks and random ones. */
export async function witnessesOf(name: string, circuit: Harness, count: number): Promise<bigint[][]> {
  const witnesses: bigint[][] = []
  for (const { inputs } of casesFor(name, count)) witnesses.push(await circuit.witness(inputs as never))
  return witnesses
}

/** Tests every witness for a second one. */
export function studyUniqueness(r1cs: R1cs, witnesses: readonly (readonly bigint[])[]): UniquenessStudy {
  const results = witnesses.map((witness) => uniqueness(r1cs, witness))
  const total = (of: (result: (typeof results)[number]) => number): number => results.reduce((sum, r) => sum + of(r), 0)
  return {
    witnesses: witnesses.length,
    targets: results[0]?.targets ?? 0,
    open: total(({ open }) => open.length),
    secondWitnesses: total(({ secondWitnesses }) => secondWitnesses),
    faults: results.flatMap(({ forged, aliases }) => [...forged, ...aliases]),
  }
}

/** Circuits with more constraints than this are sampled. */
export const MAX_EXHAUSTIVE = 10_000
const SAMPLE = 1_000
/** Witnesses that mutants are tried against, and how often a lost uniqueness is pursued to a second witness. */
const BASES = 8
const PURSUE_ONE_IN = 10

export interface MutationStudy {
  readonly constraints: number
  readonly mutants: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** Classes of the mutants that nothing noticed, with how many there are. */
  readonly unnoticed: ReadonlyMap<string, number>
}

/** Drops all constraints, or a seeded sample where there are many. */
export function studyMutants(
  r1cs: R1cs,
  witnesses: readonly (readonly bigint[])[],
  { sample = SAMPLE, pursueOneIn = PURSUE_ONE_IN } = {},
): MutationStudy {
  const bases = witnesses.slice(0, BASES).map((witness): Base => ({ propagation: propagate(r1cs, witness), witness }))
  const mutator = new Mutator(bases as [Base, ...Base[]])
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>
  const unnoticed = new Map<string, number>()
  const indices = chosen(r1cs.constraints.length, sample)
  for (const [i, index] of indices.entries()) {
    const outcome = mutator.drop(index, i % pursueOneIn === 0)
    outcomes[outcome]++
    if (outcome !== 'redundant' && outcome !== 'survived') continue
    const kind = `${outcome}: ${classOf(r1cs, index)}`
    unnoticed.set(kind, (unnoticed.get(kind) ?? 0) + 1)
  }
  return { constraints: r1cs.constraints.length, mutants: indices.length, outcomes, unnoticed }
}

function chosen(constraints: number, sample: number): number[] {
  const all = Array.from({ length: constraints }, (_, i) => i)
  if (constraints <= MAX_EXHAUSTIVE && sample >= SAMPLE) return all
  const random = seeded(constraints)
  return Array.from({ length: Math.min(sample, constraints) }, () => all.splice(random(all.length), 1)[0] as number)
}

/** What a constraint says, without the indices and instance numbers: `code[#] * active[#] = 0`. */
export function classOf(r1cs: R1cs, index: number): string {
  const { a, b, c } = r1cs.constraints[index]!
  const side = (terms: typeof a): string => {
    const names = terms.map(([wire]) => (wire === 0 ? '1' : shortName(nameOf(r1cs, wire))))
    return [...new Set(names)].sort().slice(0, 4).join(' + ') || '0'
  }
  return `(${side(a)}) * (${side(b)}) = ${side(c)}`
}

const shortName = (name: string): string => (name.split('.').at(-1) as string).replaceAll(/\[\d+\]/g, '')
