import { eliminate, type Row } from './elimination.ts'
import { inverse, mod } from './field.ts'
import type { Combination, Constraint, R1cs } from './r1cs.ts'

/** Linear constraints that share a wire with the constraint, with one of those, and so on, this many times. */
const REACH = 2

/**
 * Proves by rank that a constraint follows from others: reduced by the linear constraints around it, one of its factors and its right side
 * vanish, or, if it is linear, all of it does. False says nothing.
 */
export function redundant(r1cs: R1cs, constraint: number): boolean {
  const own = r1cs.constraints[constraint]!
  const { pivots } = eliminate(linearAround(r1cs, constraint).map((k) => rowOf(r1cs.constraints[k]!.c)))
  const vanishes = (side: Combination): boolean => {
    const terms = new Map<number, bigint>()
    let constant = 0n
    const add = (wire: number, coefficient: bigint): void => {
      if (wire === 0) constant += coefficient
      else terms.set(wire, (terms.get(wire) ?? 0n) + coefficient)
    }
    for (const [wire, coefficient] of side) {
      const pivot = pivots.get(wire)
      if (pivot === undefined) {
        add(wire, coefficient)
        continue
      }
      const scale = mod(-coefficient * inverse(pivot.terms.get(wire)!))
      for (const [other, value] of pivot.terms) if (other !== wire) add(other, scale * value)
      constant += scale * pivot.constant
    }
    return mod(constant) === 0n && [...terms.values()].every((coefficient) => mod(coefficient) === 0n)
  }
  return vanishes(own.c) && (isLinear(own) || vanishes(own.a) || vanishes(own.b))
}

const isLinear = ({ a, b }: Constraint): boolean => a.length === 0 || b.length === 0

function rowOf(sum: Combination): Row {
  const terms = new Map(sum.filter(([wire]) => wire !== 0))
  const constant = sum.find(([wire]) => wire === 0)?.[1] ?? 0n
  return { terms, constant, by: [], from: [] }
}

function linearAround(r1cs: R1cs, constraint: number): number[] {
  const found = new Set<number>()
  let frontier = [constraint]
  for (let step = 0; step < REACH; step++) {
    const next: number[] = []
    for (const k of frontier) {
      const { a, b, c } = r1cs.constraints[k]!
      for (const [wire] of [...a, ...b, ...c]) {
        for (const other of wire === 0 ? [] : r1cs.uses[wire]!) {
          if (other === constraint || found.has(other) || !isLinear(r1cs.constraints[other]!)) continue
          found.add(other)
          next.push(other)
        }
      }
    }
    frontier = next
  }
  return [...found]
}
