import type { Propagation } from './propagation.ts'
import { type Combination, holds } from './r1cs.ts'
import { redundant } from './redundancy.ts'
import { anyWitness, HARMLESS, otherValue } from './uniqueness.ts'
import { neighbours, wireNames } from './wires.ts'

/**
 * How the tests notice that a constraint was dropped, the strongest reason first:
 *
 * - `structure`: the constraint gives one wire its value, and everything that rests on it follows by equations with constant slopes and is
 *   checked by nothing else: any other value extends to a second witness with the same givens;
 * - `forged`: a second witness with the same givens was found, and it satisfies every constraint but this one;
 * - `refused`: other inputs were found for which this constraint alone stands in the way;
 * - `undetermined`: targets are no longer determined; a second witness was not looked for, or not found;
 * - `redundant`: nothing notices, and nothing can: the constraint follows from others by linear algebra;
 * - `survived`: nothing notices.
 */
export const OUTCOMES = ['structure', 'forged', 'refused', 'undetermined', 'redundant', 'survived'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** A witness and all that follows from its givens. */
export interface Base {
  readonly propagation: Propagation
  readonly witness: readonly bigint[]
}

/** Elimination over more linear constraints than this is not worth its time for one mutant. */
const ROWS = 30
/** Open wires, inputs, and changed inputs that are tried for one mutant. */
const PURSUITS = 6
/** Up to this many neighbouring bits, two are flipped at once. */
const FEW = 12
/** Circuits up to this many constraints are searched for refusals even where uniqueness is lost. */
const SMALL = 2_000
const NEAREST_INPUTS = 16
const ATTEMPTS = 48
/** Changes of an input: by one, in the lowest bit of each field of the rules, and of each box of a word. */
const CHANGES = [0n, 1n, 2n, 8n, 24n, 40n, 56n, 72n, 80n, 144n].map((bit) => 1n << bit)

/** Drops constraints of one circuit, one at a time. Only what rested on the dropped one is deduced again. */
export class Mutator {
  readonly #harmless: readonly boolean[]
  readonly #openBefore: ReadonlyMap<Base, ReadonlySet<number>>

  constructor(readonly bases: readonly [Base, ...Base[]]) {
    this.#harmless = wireNames(bases[0].propagation.r1cs).map((name) => HARMLESS.test(name))
    this.#openBefore = new Map(bases.map((base) => [base, new Set(base.propagation.undetermined())]))
  }

  /** What becomes of the circuit without a constraint; `pursue` asks for a second witness where uniqueness is lost. */
  drop(constraint: number, pursue: boolean): Outcome {
    if (this.bases.some(({ propagation }) => isStructural(propagation, constraint))) return 'structure'
    let lost = false
    for (const base of this.bases) {
      const found = this.#losesUniqueness(base, constraint, pursue)
      if (found === 'undetermined' && pursue) lost = true
      else if (found !== 'kept') return found
    }
    // Where uniqueness is lost, the mutant is dead already; a refusal would only say so more strongly.
    if (lost && this.bases[0].propagation.r1cs.constraints.length > SMALL) return 'undetermined'
    if (this.bases.some((base) => isRefusal(base, constraint))) return 'refused'
    if (lost) return 'undetermined'
    return redundant(this.bases[0].propagation.r1cs, constraint) ? 'redundant' : 'survived'
  }

  #losesUniqueness(base: Base, constraint: number, pursue: boolean): Outcome | 'kept' {
    const { propagation } = base
    const direct = new Set(propagation.gives(constraint))
    if (direct.size === 0) return 'kept'
    const before = this.#openBefore.get(base) as ReadonlySet<number>
    return propagation.suppose({ without: constraint }, () => {
      propagation.run(ROWS)
      const open = propagation.undetermined().filter((wire) => !before.has(wire))
      if (open.every((wire) => this.#harmless[wire] && !direct.has(wire))) return 'kept'
      if (!pursue) return 'undetermined'
      return this.#pursue(base, constraint, direct) ?? 'undetermined'
    })
  }

  /** A second witness of the circuit without a constraint: with other bits next to the wires it gave, or with other inputs next to them. */
  #pursue({ propagation, witness }: Base, constraint: number, direct: ReadonlySet<number>): Outcome | undefined {
    const given = [...direct].filter((wire) => propagation.value(wire) === undefined)
    const next = neighbours(propagation.r1cs, [...direct])
    const bits = next.filter((wire) => propagation.value(wire) === undefined && propagation.domain(wire) !== undefined)
    const inputs = next.filter(
      (wire) => propagation.value(wire) !== undefined && propagation.deducedFrom(wire).length === 0,
    )
    const honest = bits.map((wire) => [wire, witness[wire]!] as const)
    const attempt = (changed: readonly number[], forget: readonly number[] = []): boolean => {
      const givens = [...honest, ...changed.map((wire) => [wire, otherValue(propagation, witness, wire)] as const)]
      const second = propagation.suppose({ forget, givens }, () => anyWitness(propagation, witness))
      return second !== undefined && breaks(propagation, constraint, second)
    }
    if ([...given, ...bits].slice(0, PURSUITS).some((wire) => attempt([wire]))) return 'forged'
    if (bits.length > FEW) return undefined
    if (bits.some((wire, i) => bits.slice(0, i).some((other) => attempt([wire, other])))) return 'forged'
    return given.some((wire) => attempt([wire], inputs)) ? 'refused' : undefined
  }
}

const breaks = ({ r1cs }: Propagation, constraint: number, witness: readonly bigint[]): boolean =>
  !holds(r1cs.constraints[constraint]!, witness)

/**
 * A value that only this constraint gives, in a cone of equations: no constraint that touches the cone is left over to check it, and the slope
 * of each equation in the wire it gives does not depend on the cone, so it is not zero whatever the value.
 */
function isStructural(propagation: Propagation, constraint: number): boolean {
  const { r1cs } = propagation
  if (propagation.gives(constraint).length !== 1) return false
  const { steps, equations } = propagation.consequences(constraint)
  if (!equations) return false
  const defining = new Set<number>()
  for (const [wire, { by, from }] of steps) {
    defining.add(by)
    if (by === constraint) continue
    const { a, b, c } = r1cs.constraints[by]!
    const inside = (side: Combination): number[] =>
      side.map(([other]) => other).filter((other) => other !== wire && steps.has(other))
    const isIn = (side: Combination): boolean => side.some(([other]) => other === wire)
    if ((isIn(a) && inside(b).length > 0) || (isIn(b) && inside(a).length > 0)) return false
    if ([a, b, c].some((side) => inside(side).some((other) => !from.includes(other)))) return false
  }
  return [...steps.keys()].every((wire) => r1cs.uses[wire]!.every((k) => defining.has(k)))
}

/** Whether other inputs satisfy every constraint but this one. */
function isRefusal({ propagation, witness }: Base, constraint: number): boolean {
  const otherwise = propagation.suppose({ without: constraint }, () => {
    propagation.run(ROWS)
    return nearestGivens(propagation, constraint)
  })
  const inputs = new Set([...nearestGivens(propagation, constraint), ...otherwise])
  let attempts = 0
  for (const wire of inputs) {
    for (const change of CHANGES) {
      if (attempts++ >= ATTEMPTS) return false
      const givens = [[wire, witness[wire]! ^ change]] as const
      const found = propagation.suppose({ without: constraint, givens }, () => anyWitness(propagation, witness))
      if (found !== undefined && breaks(propagation, constraint, found)) return true
      // A small number has no fields; zero may be a word whose fields are all empty.
      if (change === 4n && witness[wire]! < 256n && witness[wire] !== 0n) break
    }
  }
  return false
}

/** The givens that the wires of a constraint rest on, those fewest steps away first. */
function nearestGivens({ r1cs, value, deducedFrom }: Propagation, constraint: number): number[] {
  const { a, b, c } = r1cs.constraints[constraint]!
  const seen = new Set([...a, ...b, ...c].map(([wire]) => wire).filter((wire) => wire !== 0))
  const found: number[] = []
  for (const wire of seen) {
    if (found.length >= NEAREST_INPUTS) break
    const from = deducedFrom(wire)
    if (from.length === 0 && value(wire) !== undefined) found.push(wire)
    for (const other of from) if (other !== 0) seen.add(other)
  }
  return found
}
