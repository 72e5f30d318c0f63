import { Propagation } from './propagation.ts'
import { firstViolation, type R1cs } from './r1cs.ts'
import { neighbours, wireNames, wiresNamed } from './wires.ts'

/**
 * What "determined" means. Givens are the wires fixed beforehand: the constant, every public and private input, and the claimed gold codes
 * (`PickGold.picked`), which a prover chooses before the challenge and the digest binds (SPEC, obligation 7). Every other wire is a target:
 * outputs, hints, and what the statement is about (words, commitments, ephemeral key, ciphertext, agreements). A target is determined when it
 * has the same value in every assignment that agrees on the givens and satisfies all constraints.
 */
export const CHOSEN_BEFORE_CHALLENGE = /(^|\.)picked\[\d+\]$/

/**
 * Targets a witness may leave open, since nothing else depends on which value they take:
 *
 * - which subset of the range weights adds up to a label (`InRange`): every subset is legal, the label is the same;
 * - the inverse hint of `IsZero` where its input is zero: its output is forced to 1.
 */
export const HARMLESS = /(^|\.)InRange_[^.]*\.part\[\d+\]$|^part\[\d+\]$|(^|\.)(isz|zeropoint)\.inv$|^inv$/

export interface Uniqueness {
  readonly wires: number
  readonly targets: number
  /** Targets that the givens leave open, all of them {@link HARMLESS} or named in `forged`. */
  readonly open: readonly string[]
  /** Bit sums that two patterns satisfy, x and x + P, by a wire of theirs. */
  readonly aliases: readonly string[]
  /** For every open wire that is not harmless, and every wire that differs in a second witness and is not: its name. */
  readonly forged: readonly string[]
  /** Second witnesses that were found and checked against every constraint. */
  readonly secondWitnesses: number
}

/** The givens of a witness. */
export function givens(r1cs: R1cs, witness: readonly bigint[]): Map<number, bigint> {
  const wires = [...r1cs.inputs, ...wiresNamed(r1cs, CHOSEN_BEFORE_CHALLENGE)]
  return new Map(wires.map((wire) => [wire, witness[wire] as bigint]))
}

/** All that follows from the givens of a witness. Throws when the witness itself breaks a constraint. */
export function propagate(r1cs: R1cs, witness: readonly bigint[]): Propagation {
  const violated = firstViolation(r1cs, witness)
  if (violated >= 0) throw new Error(`the witness violates constraint ${violated}`)
  const propagation = new Propagation(r1cs)
  for (const [wire, value] of givens(r1cs, witness)) propagation.give(wire, value)
  const conflict = propagation.run()
  if (conflict !== undefined) throw new Error(`propagation finds a conflict in a witness, at constraint ${conflict}`)
  return propagation
}

/** Whether a witness is the only one with its givens. Every open target is pursued to a second full witness, at most `pursuits` of them. */
export function uniqueness(r1cs: R1cs, witness: readonly bigint[], pursuits = 20): Uniqueness {
  const propagation = propagate(r1cs, witness)
  const names = wireNames(r1cs)
  const open = propagation.undetermined()
  const forged = new Set(open.filter((wire) => !HARMLESS.test(names[wire] as string)))
  const [harmless, harmful] = [open.filter((wire) => !forged.has(wire)), [...forged]]
  let secondWitnesses = 0
  for (const wire of [...harmful, ...harmless].slice(0, pursuits)) {
    const near = new Set(neighbours(r1cs, [wire]))
    const far = open.filter((candidate) => candidate !== wire && !near.has(candidate))
    const kept = far.map((candidate) => [candidate, witness[candidate] as bigint] as const)
    const changed = [wire, otherValue(propagation, witness, wire)] as const
    // Open wires that have nothing to do with this one keep their values at first; where that cannot be, they are left open too.
    const second =
      propagation.suppose({ givens: [changed, ...kept] }, () => anyWitness(propagation, witness)) ??
      propagation.suppose({ givens: [changed] }, () => anyWitness(propagation, witness))
    if (second === undefined) continue
    secondWitnesses++
    for (const [other, value] of second.entries())
      if (value !== witness[other] && !HARMLESS.test(names[other] as string)) forged.add(other)
  }
  return {
    wires: r1cs.wires,
    targets: r1cs.wires - 1 - givens(r1cs, witness).size,
    open: open.map((wire) => names[wire] as string),
    aliases: [...propagation.aliases].map((k) => names[r1cs.constraints[k]!.c[0]?.[0] ?? 0] as string),
    forged: [...forged].map((wire) => names[wire] as string),
    secondWitnesses,
  }
}

/** A value of an open wire that is not the witness's; where two are possible the other one, else one that is no bit. */
export const otherValue = ({ domain }: Propagation, witness: readonly bigint[], wire: number): bigint =>
  domain(wire)?.find((value) => value !== witness[wire]) ?? (witness[wire] as bigint) + 2n

/** Open choices that are tried before a search is given up. */
const MAX_BRANCHES = 32

/**
 * A full witness with what is known so far: open wires get the values they have in `witness` where that works. Undefined where none was found;
 * what is found was checked against every constraint (but those the propagation supposes dropped).
 */
export function anyWitness(propagation: Propagation, witness: readonly bigint[]): bigint[] | undefined {
  let branches = MAX_BRANCHES
  const fill = (): bigint[] | undefined => {
    if (branches-- <= 0 || propagation.run(0) !== undefined) return undefined
    const open = propagation.undetermined()
    // A wire with two values first: the others mostly follow.
    const wire = open.find((candidate) => propagation.domain(candidate) !== undefined) ?? open[0]
    if (wire === undefined) return propagation.witness()
    const honest = witness[wire] as bigint
    const others = propagation.domain(wire)?.filter((value) => value !== honest) ?? []
    for (const value of [honest, ...others]) {
      const found = propagation.suppose({ givens: [[wire, value]] }, fill)
      if (found !== undefined) return found
    }
    return undefined
  }
  return fill()
}
