import { mod } from './field.ts'
import { Propagation } from './propagation.ts'
import { evaluate, nameOf, type R1cs } from './r1cs.ts'

/**
 * Wires whose value alone can be replaced by one of `candidates(value)` with every constraint still holding: each is a forgery.
 * Private inputs are skipped, the prover may choose them; public signals and everything in between must be pinned.
 */
export function freeWires(
  r1cs: R1cs,
  witness: readonly bigint[],
  candidates: (value: bigint) => readonly bigint[],
): number[] {
  const values = r1cs.constraints.map(
    ({ a, b, c }) => [evaluate(a, witness), evaluate(b, witness), evaluate(c, witness)] as const,
  )
  const coefficients = coefficientsByWire(r1cs)
  const survives = (wire: number, delta: bigint): boolean =>
    (coefficients[wire] ?? []).every(([index, a1, b1, c1]) => {
      const [a, b, c] = values[index] as readonly [bigint, bigint, bigint]
      return mod((a + a1 * delta) * (b + b1 * delta) - (c + c1 * delta)) === 0n
    })
  const free: number[] = []
  const chosen = new Set(r1cs.inputs.slice(r1cs.publicInputs))
  for (let wire = 1; wire < r1cs.wires; wire++) {
    if (chosen.has(wire)) continue
    const honest = witness[wire] as bigint
    const deltas = candidates(honest).map((candidate) => mod(candidate - honest))
    if (deltas.some((delta) => delta !== 0n && survives(wire, delta))) free.push(wire)
  }
  return free
}

type Coefficients = readonly [constraint: number, a: bigint, b: bigint, c: bigint]

/** For each wire, the constraints it occurs in and its coefficient on each of their three sides. */
function coefficientsByWire(r1cs: R1cs): Coefficients[][] {
  const byWire: Coefficients[][] = Array.from({ length: r1cs.wires }, () => [])
  r1cs.constraints.forEach((constraint, index) => {
    const here = new Map<number, [number, bigint, bigint, bigint]>()
    const sides = [constraint.a, constraint.b, constraint.c]
    sides.forEach((side, position) => {
      for (const [wire, coefficient] of side) {
        const entry = here.get(wire) ?? [index, 0n, 0n, 0n]
        entry[(position + 1) as 1 | 2 | 3] += coefficient
        here.set(wire, entry)
      }
    })
    for (const [wire, entry] of here) byWire[wire]?.push(entry)
  })
  return byWire
}

/**
 * Completes a forged witness the way a dishonest prover would: everything that follows from the given wires. Returns the full witness, or
 * the index of a constraint that cannot hold.
 */
export function complete(r1cs: R1cs, known: ReadonlyMap<number, bigint>): { witness: bigint[] } | { violated: number } {
  const propagation = new Propagation(r1cs)
  for (const [wire, value] of known) propagation.give(wire, value)
  const violated = propagation.run()
  if (violated !== undefined) return { violated }
  const missing = propagation.undetermined()[0]
  if (missing !== undefined)
    throw new Error(`wire ${missing} (${nameOf(r1cs, missing)}) is not determined by the given ones`)
  return { witness: propagation.witness()! }
}
