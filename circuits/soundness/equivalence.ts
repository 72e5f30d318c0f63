import { eliminate, type Row } from './elimination.ts'
import { inverse, mod } from './field.ts'
import type { Combination, Constraint, R1cs } from './r1cs.ts'

/** Σ coefficient · wire of the optimised system; wire 0 is the constant 1. */
type Form = ReadonlyMap<number, bigint>

export interface Comparison {
  /** Wires of the optimised system that have no wire of the same name in the other, or another place among the public ones. */
  readonly misplaced: readonly string[]
  /** Wires of the plain system that its linear constraints do not express by wires of the optimised one. */
  readonly unexpressed: number
  /** Constraints that only one of the systems has, after substitution. */
  readonly onlyPlain: number
  readonly onlyOptimised: number
  /** Constraints the two share, each counted once. */
  readonly shared: number
}

/**
 * Compares a circuit compiled at -O1 with the same at -O2, for all witnesses at once: the linear constraints of the plain system express each
 * of its wires, in one way only, by wires of the optimised system of the same name; put into the plain system's other constraints, they give
 * exactly the optimised system's. So every witness of one is a witness of the other: mapped by name one way, extended uniquely the other.
 */
export function compareOptimised(plain: R1cs, optimised: R1cs): Comparison {
  const misplaced: string[] = []
  const forms: (Form | undefined)[] = Array.from({ length: plain.wires })
  forms[0] = new Map([[0, 1n]])
  for (const [name, wire] of optimised.names) {
    const other = plain.names.get(name)
    if (other === undefined || (wire <= optimised.publicOutputs + optimised.publicInputs && other !== wire))
      misplaced.push(name)
    else forms[other] ??= new Map([[wire, 1n]])
  }
  const leftover = expressLinear(plain, forms)
  const unexpressed = forms.filter((form) => form === undefined).length
  const own = new Set<string>()
  if (unexpressed === 0)
    for (const constraint of leftover) own.add(canonical(constraint, (side) => substitute(side, forms)))
  own.delete(TRIVIAL)
  const theirs = new Set(optimised.constraints.map((constraint) => canonical(constraint, (side) => new Map(side))))
  theirs.delete(TRIVIAL)
  const shared = [...own].filter((key) => theirs.has(key)).length
  return { misplaced, unexpressed, onlyPlain: own.size - shared, onlyOptimised: theirs.size - shared, shared }
}

/**
 * Expresses every wire that linear constraints determine: one by one where a constraint has a single wire left, the others by elimination. A
 * product with a factor that turns out constant is linear too. Returns the constraints that were not needed.
 */
function expressLinear(r1cs: R1cs, forms: (Form | undefined)[]): Constraint[] {
  const needed = new Set<number>()
  const settle = (queue: number[]): void => {
    for (const k of queue) {
      const side = needed.has(k) ? undefined : linearSide(r1cs.constraints[k] as Constraint, forms)
      const open = side?.filter(([wire]) => forms[wire] === undefined) ?? []
      if (side === undefined || open.length !== 1) continue
      const [wire, coefficient] = open[0] as readonly [number, bigint]
      const known = side.filter(([other]) => other !== wire)
      forms[wire] = scale(substitute(known, forms), mod(-inverse(coefficient)))
      needed.add(k)
      queue.push(...(r1cs.uses[wire] ?? []))
    }
  }
  settle([...r1cs.constraints.keys()])
  const { pivots } = eliminate(openRows(r1cs, forms), isOpen)
  for (const [pivot, { terms, by }] of pivots) {
    const known = new Map([...terms].filter(([term]) => term !== pivot))
    if ([...known.keys()].some(isOpen)) continue
    forms[-pivot] = scale(known, mod(-inverse(terms.get(pivot) as bigint)))
    settle(r1cs.uses[-pivot]?.filter((k) => !by.includes(k)) ?? [])
  }
  return r1cs.constraints.filter((_, k) => !needed.has(k))
}

/** A constraint as a sum that is zero, when one of its factors is constant. */
function linearSide({ a, b, c }: Constraint, forms: readonly (Form | undefined)[]): Combination | undefined {
  const isKnown = (side: Combination): boolean =>
    side.every(([wire]) => forms[wire] !== undefined && isConstant(forms[wire] as Form))
  const [factor, rest] = isKnown(a) ? [a, b] : [b, a]
  if (!isKnown(factor)) return undefined
  const sum = new Map(c.map(([wire, coefficient]) => [wire, -coefficient] as const))
  const known = substitute(factor, forms).get(0) ?? 0n
  for (const [wire, coefficient] of rest) sum.set(wire, (sum.get(wire) ?? 0n) + known * coefficient)
  return [...sum].map(([wire, coefficient]) => [wire, mod(coefficient)] as const).filter(([, value]) => value !== 0n)
}

/** In rows that mix both kinds, a wire without a form is its negative index. */
const isOpen = (term: number): boolean => term < 0

function* openRows(r1cs: R1cs, forms: readonly (Form | undefined)[]): Iterable<Row> {
  for (const [k, constraint] of r1cs.constraints.entries()) {
    const side = linearSide(constraint, forms)
    const open = side?.filter(([wire]) => forms[wire] === undefined) ?? []
    if (side === undefined || open.length === 0) continue
    const known = substitute(
      side.filter(([wire]) => forms[wire] !== undefined),
      forms,
    )
    const terms = new Map([...open.map(([wire, coefficient]) => [-wire, coefficient] as const), ...known])
    yield { terms, constant: 0n, by: [k], from: [] }
  }
}

function substitute(side: Combination, forms: readonly (Form | undefined)[]): Form {
  const sum = new Map<number, bigint>()
  for (const [wire, coefficient] of side)
    for (const [basis, factor] of forms[wire] as Form) sum.set(basis, (sum.get(basis) ?? 0n) + coefficient * factor)
  const reduced = new Map<number, bigint>()
  for (const [wire, coefficient] of sum) {
    const value = mod(coefficient)
    if (value !== 0n) reduced.set(wire, value)
  }
  return reduced
}

const scale = (form: Form, factor: bigint): Form =>
  new Map([...form].map(([wire, value]) => [wire, mod(value * factor)]))

const TRIVIAL = '0'

/** The same text for the same constraint, however its factors are ordered and scaled. */
function canonical({ a, b, c }: Constraint, form: (side: Combination) => Form): string {
  const [formA, formB, formC] = [form(a), form(b), form(c)]
  const [known, other] = isConstant(formA) ? [formA, formB] : [formB, formA]
  if (isConstant(known)) {
    const sum = new Map(scale(other, known.get(0) ?? 0n))
    for (const [wire, value] of formC) sum.set(wire, mod((sum.get(wire) ?? 0n) - value))
    const rest = new Map([...sum].filter(([, value]) => value !== 0n))
    return rest.size === 0 ? TRIVIAL : text(scale(rest, inverse(leading(rest))))
  }
  const [leadA, leadB] = [inverse(leading(formA)), inverse(leading(formB))]
  const factors = [text(scale(formA, leadA)), text(scale(formB, leadB))].sort()
  return `${factors.join('*')}=${text(scale(formC, mod(leadA * leadB)))}`
}

const isConstant = (form: Form): boolean => form.size === 0 || (form.size === 1 && form.has(0))

/** Coefficient of the lowest wire that is not the constant. */
function leading(form: Form): bigint {
  let lowest = Number.POSITIVE_INFINITY
  for (const wire of form.keys()) if (wire !== 0 && wire < lowest) lowest = wire
  return form.get(lowest) as bigint
}

const text = (form: Form): string =>
  [...form]
    .sort(([x], [y]) => x - y)
    .map(([wire, value]) => `${wire.toString(36)}:${value.toString(36)}`)
    .join()
