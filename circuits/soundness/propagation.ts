import { subsets } from './bitSum.ts'
import { eliminate, type Row } from './elimination.ts'
import { inverse, mod } from './field.ts'
import { type Combination, holds, type R1cs } from './r1cs.ts'

/** The only two values a wire can have. */
type Domain = readonly [low: bigint, high: bigint]

/**
 * What is known of a wire: fact `wire` is its value, fact `wires + wire` that it is one of two. Facts of one reason stand and fall together:
 * they follow from the constraints `by` and the facts `from`. A given has neither.
 */
interface Reason {
  readonly by: readonly number[]
  readonly from: readonly number[]
  readonly values: readonly (readonly [wire: number, value: bigint])[]
  readonly domains: readonly (readonly [wire: number, domain: Domain])[]
  /** One constraint, solved for a wire it is linear in. */
  readonly linear: boolean
}

export interface Consequences {
  /** Wires whose values rest on the constraint, with the constraint that gave each and the facts it used. */
  readonly steps: ReadonlyMap<number, { readonly by: number; readonly from: readonly number[] }>
  /** Whether each of them came from one constraint that is linear in it. */
  readonly equations: boolean
}

type Change = { readonly reason: Reason; readonly added: boolean }

const SIDE_A = 1
const SIDE_B = 2
const SIDE_C = 4

/**
 * What follows from given wires by the constraints alone. Every step is a deduction, so a wire that gets a value has that value in every
 * assignment with these givens, and a conflict means there is no assignment. The rules:
 *
 * - a constraint that is linear in its only unknown wire (a product with a known factor is linear) gives its value;
 * - A · B = 0 with one unknown leaves two values (bits, x(x - y) = 0), one if the roots coincide;
 * - a linear constraint over such two-valued wires is a bit sum: see {@link subsets}; wires equal in all its solutions are determined;
 * - a sum of bits that is 1, with a second constraint over the same bits that only one of them fits (`Prefix`);
 * - Gaussian elimination of the linear constraints that remain.
 *
 * Suppositions (a constraint dropped, a given changed) re-derive only what depended on them.
 */
export class Propagation {
  readonly #values: (bigint | undefined)[]
  readonly #domains: (Domain | undefined)[]
  /** The reason of each fact, the reasons that rest on it, the reasons each constraint takes part in. */
  readonly #reasons: (Reason | undefined)[]
  readonly #dependents: Set<Reason>[]
  readonly #reasonsBy: Set<Reason>[]
  /** For each wire, the constraints it is in and on which sides. */
  readonly #places: (readonly (readonly [constraint: number, sides: number])[])[]
  /** For each constraint, how many wires have no value: in all, on each side, and with not even two values. */
  readonly #open: Int32Array
  readonly #openA: Int32Array
  readonly #openB: Int32Array
  readonly #openC: Int32Array
  readonly #loose: Int32Array
  readonly #trail: Change[] = []
  readonly #dropped = new Set<number>()
  #queue: number[] = []
  readonly #queued: Uint8Array
  #conflict: number | undefined
  /** Bit sums met that two bit patterns satisfy, because x and x + P both fit. */
  readonly aliases = new Set<number>()

  constructor(readonly r1cs: R1cs) {
    const { wires, constraints } = r1cs
    this.#values = Array.from({ length: wires })
    this.#domains = Array.from({ length: wires })
    this.#reasons = Array.from({ length: 2 * wires })
    this.#dependents = Array.from({ length: 2 * wires }, () => new Set())
    this.#reasonsBy = constraints.map(() => new Set())
    this.#open = new Int32Array(constraints.length)
    this.#openA = new Int32Array(constraints.length)
    this.#openB = new Int32Array(constraints.length)
    this.#openC = new Int32Array(constraints.length)
    this.#loose = new Int32Array(constraints.length)
    this.#queued = new Uint8Array(constraints.length)
    const places: [number, number][][] = Array.from({ length: wires }, () => [])
    for (const [k, { a, b, c }] of constraints.entries()) {
      const sides = new Map<number, number>()
      for (const [wire] of a) sides.set(wire, SIDE_A)
      for (const [wire] of b) sides.set(wire, (sides.get(wire) ?? 0) | SIDE_B)
      for (const [wire] of c) sides.set(wire, (sides.get(wire) ?? 0) | SIDE_C)
      for (const [wire, mask] of sides) places[wire]!.push([k, mask])
      this.#open[k] = sides.size
      this.#loose[k] = sides.size
      this.#openA[k] = a.length
      this.#openB[k] = b.length
      this.#openC[k] = c.length
    }
    this.#places = places
    this.give(0, 1n)
    for (const k of constraints.keys()) this.#wake(k)
  }

  value = (wire: number): bigint | undefined => this.#values[wire]
  /** The two values a wire without a value can have, where that is known. */
  domain = (wire: number): Domain | undefined => this.#domains[wire]
  /** The constraint that cannot hold, once one was met. */
  get conflict(): number | undefined {
    return this.#conflict
  }

  /** Wires without a value. */
  undetermined(): number[] {
    const open: number[] = []
    for (let wire = 0; wire < this.r1cs.wires; wire++) if (this.#values[wire] === undefined) open.push(wire)
    return open
  }

  /** Fixes a wire. One that already has another value is a conflict with the first constraint that gave it. */
  give(wire: number, value: bigint): void {
    const known = this.#values[wire]
    if (known === undefined) this.#add({ by: [], from: [], values: [[wire, mod(value)]], domains: [], linear: false })
    else if (known !== mod(value)) this.#conflict ??= this.#reasons[wire]?.by[0] ?? -1
  }

  /** Deduces to the end; returns the constraint that cannot hold, if any. Elimination is left out past `rows` linear constraints. */
  run(rows = Number.POSITIVE_INFINITY): number | undefined {
    do this.#drain()
    while (this.#conflict === undefined && this.#eliminate(rows))
    return this.#conflict
  }

  /** The full assignment, when every wire has a value and every constraint but the dropped ones holds. */
  witness(): bigint[] | undefined {
    if (this.#conflict !== undefined || this.#values.includes(undefined)) return undefined
    const witness = [...this.#values] as bigint[]
    const sound = this.r1cs.constraints.every((constraint, k) => this.#dropped.has(k) || holds(constraint, witness))
    return sound ? witness : undefined
  }

  /**
   * The state without a constraint, without some givens, and with others changed, for the time of `look`; all is put back afterwards. What
   * rested on them is forgotten, nothing is deduced anew until `run`.
   */
  suppose<T>(
    what: {
      readonly without?: number
      readonly forget?: Iterable<number>
      readonly givens?: Iterable<readonly [wire: number, value: bigint]>
    },
    look: () => T,
  ): T {
    const mark = this.#trail.length
    const conflict = this.#conflict
    const { without } = what
    const drops = without !== undefined && !this.#dropped.has(without)
    if (drops) {
      this.#dropped.add(without)
      this.#forget([...this.#reasonsBy[without]!])
    }
    for (const wire of what.forget ?? []) this.#forgetValue(wire)
    for (const [wire, value] of what.givens ?? []) {
      this.#forgetValue(wire)
      this.give(wire, value)
    }
    try {
      return look()
    } finally {
      while (this.#trail.length > mark) {
        const { reason, added } = this.#trail.pop()!
        if (added) this.#unset(reason)
        else this.#set(reason)
      }
      for (const k of this.#queue) this.#queued[k] = 0
      this.#queue = []
      this.#conflict = conflict
      if (drops) this.#dropped.delete(without)
    }
  }

  /** Everything that rests on a constraint. */
  consequences(constraint: number): Consequences {
    const steps = new Map<number, { by: number; from: readonly number[] }>()
    let equations = true
    for (const { by, from, values, linear } of this.#closure([...this.#reasonsBy[constraint]!])) {
      equations &&= linear
      for (const [wire] of values) steps.set(wire, { by: by[0]!, from })
    }
    return { steps, equations }
  }

  /** Wires that got their values from this constraint itself. */
  gives = (constraint: number): number[] =>
    [...this.#reasonsBy[constraint]!].flatMap(({ values, domains }) => [...values, ...domains].map(([wire]) => wire))

  /** The wires a wire's value was deduced from; none for a given. */
  deducedFrom = (wire: number): number[] => (this.#reasons[wire]?.from ?? []).map((fact) => fact % this.r1cs.wires)

  #closure(roots: readonly Reason[]): Set<Reason> {
    const found = new Set(roots)
    for (const reason of found) {
      for (const [wire] of reason.values) for (const next of this.#dependents[wire]!) found.add(next)
      for (const [wire] of reason.domains) for (const next of this.#dependents[this.r1cs.wires + wire]!) found.add(next)
    }
    return found
  }

  #forgetValue(wire: number): void {
    const reason = this.#reasons[wire]
    if (reason !== undefined) this.#forget([reason])
  }

  #forget(roots: readonly Reason[]): void {
    const gone = [...this.#closure(roots)]
    for (const reason of gone) {
      this.#unset(reason)
      this.#trail.push({ reason, added: false })
    }
    for (const { values, domains } of gone) {
      for (const [wire] of values) for (const [k] of this.#places[wire]!) this.#wake(k)
      for (const [wire] of domains) for (const [k] of this.#places[wire]!) this.#wake(k)
    }
  }

  #add(reason: Reason): void {
    this.#set(reason)
    this.#trail.push({ reason, added: true })
  }

  #set(reason: Reason): void {
    const { wires } = this.r1cs
    for (const k of reason.by) this.#reasonsBy[k]!.add(reason)
    for (const fact of reason.from) this.#dependents[fact]!.add(reason)
    for (const [wire, domain] of reason.domains) {
      this.#reasons[wires + wire] = reason
      this.#domains[wire] = domain
      if (this.#values[wire] !== undefined) continue
      for (const [k] of this.#places[wire]!) {
        this.#loose[k]!--
        if (this.#loose[k] === 0) this.#wake(k)
      }
    }
    for (const [wire, value] of reason.values) {
      this.#reasons[wire] = reason
      this.#values[wire] = value
      const loose = this.#domains[wire] === undefined
      for (const [k, sides] of this.#places[wire]!) {
        this.#open[k]!--
        if (loose) this.#loose[k]!--
        if ((sides & SIDE_C) !== 0) this.#openC[k]!--
        const closesA = (sides & SIDE_A) !== 0 && --this.#openA[k]! === 0
        const closesB = (sides & SIDE_B) !== 0 && --this.#openB[k]! === 0
        if (closesA || closesB || this.#ready(k)) this.#wake(k)
      }
    }
  }

  #unset(reason: Reason): void {
    const { wires } = this.r1cs
    for (const k of reason.by) this.#reasonsBy[k]!.delete(reason)
    for (const fact of reason.from) this.#dependents[fact]!.delete(reason)
    for (const [wire] of reason.values) {
      this.#reasons[wire] = undefined
      this.#values[wire] = undefined
      const loose = this.#domains[wire] === undefined
      for (const [k, sides] of this.#places[wire]!) {
        this.#open[k]!++
        if (loose) this.#loose[k]!++
        if ((sides & SIDE_A) !== 0) this.#openA[k]!++
        if ((sides & SIDE_B) !== 0) this.#openB[k]!++
        if ((sides & SIDE_C) !== 0) this.#openC[k]!++
      }
    }
    for (const [wire] of reason.domains) {
      this.#reasons[wires + wire] = undefined
      this.#domains[wire] = undefined
      if (this.#values[wire] === undefined) for (const [k] of this.#places[wire]!) this.#loose[k]!++
    }
  }

  #linear = (k: number): boolean => this.#openA[k] === 0 || this.#openB[k] === 0
  #ready = (k: number): boolean =>
    this.#open[k]! <= 1 || (this.#linear(k) && (this.#openC[k]! <= 1 || this.#loose[k] === 0))

  #wake(k: number): void {
    if (this.#queued[k] === 1 || !(this.#linear(k) || this.#ready(k))) return
    this.#queued[k] = 1
    this.#queue.push(k)
  }

  #drain(): void {
    for (let at = 0; at < this.#queue.length; at++) {
      const k = this.#queue[at]!
      this.#queued[k] = 0
      if (this.#conflict === undefined && !this.#dropped.has(k)) this.#inspect(k)
    }
    this.#queue = []
  }

  #inspect(k: number): void {
    if (!this.#linear(k)) {
      if (this.#open[k] === 1) this.#solveQuadratic(k)
      return
    }
    const row = this.#row(k)
    if (row.terms.size === 0) {
      if (row.constant !== 0n) this.#conflict = k
    } else if (row.terms.size === 1) {
      const [[wire, slope]] = [...row.terms] as [[number, bigint]]
      this.#deduce([k], row.from, [[wire, mod(-row.constant * inverse(slope))]], true)
    } else if ([...row.terms.keys()].every((wire) => this.#domains[wire] !== undefined)) this.#solveBits(k, row)
  }

  /** A · B - C over the wires without a value, when A or B has none of them. */
  #row(k: number): Row {
    const { a, b, c } = this.r1cs.constraints[k]!
    const from: number[] = []
    const terms = new Map<number, bigint>()
    let constant = 0n
    const collect = (side: Combination, factor: bigint): void => {
      for (const [wire, coefficient] of side) {
        const value = this.#values[wire]
        if (value === undefined) terms.set(wire, (terms.get(wire) ?? 0n) + factor * coefficient)
        else {
          constant += factor * coefficient * value
          from.push(wire)
        }
      }
    }
    const [factor, rest] = this.#openA[k] === 0 ? [a, b] : [b, a]
    let known = 0n
    for (const [wire, coefficient] of factor) {
      known += coefficient * this.#values[wire]!
      from.push(wire)
    }
    known = mod(known)
    if (known !== 0n) collect(rest, known)
    collect(c, -1n)
    for (const [wire, coefficient] of terms) {
      const reduced = mod(coefficient)
      if (reduced === 0n) terms.delete(wire)
      else terms.set(wire, reduced)
    }
    return { terms, constant: mod(constant), by: [k], from }
  }

  #deduce(by: readonly number[], from: readonly number[], values: Reason['values'], linear = false): void {
    this.#add({ by, from, values, domains: [], linear })
  }

  /** A · B = C in one wire x on both factors: q2 x² + q1 x + q0 = 0. */
  #solveQuadratic(k: number): void {
    const { a, b, c } = this.r1cs.constraints[k]!
    let unknown = -1
    const from: number[] = []
    const line = (side: Combination): [slope: bigint, rest: bigint] => {
      let [slope, rest] = [0n, 0n]
      for (const [wire, coefficient] of side) {
        const value = this.#values[wire]
        if (value === undefined) {
          unknown = wire
          slope += coefficient
        } else {
          rest += coefficient * value
          from.push(wire)
        }
      }
      return [mod(slope), mod(rest)]
    }
    const [a1, a0] = line(a)
    const [b1, b0] = line(b)
    const [c1, c0] = line(c)
    const roots =
      c1 === 0n && c0 === 0n
        ? [mod(-a0 * inverse(a1)), mod(-b0 * inverse(b1))]
        : mod(a0 * b0 - c0) === 0n
          ? [0n, mod((c1 - a1 * b0 - a0 * b1) * inverse(mod(a1 * b1)))]
          : undefined
    if (roots === undefined) return
    const [low, high] = roots.sort((x, y) => (x < y ? -1 : 1)) as [bigint, bigint]
    if (low === high) this.#deduce([k], from, [[unknown, low]])
    else if (this.#domains[unknown] === undefined)
      this.#add({ by: [k], from, values: [], domains: [[unknown, [low, high]]], linear: false })
  }

  #solveBits(k: number, row: Row): void {
    const wires = [...row.terms.keys()]
    const { coefficients, target } = this.#asBits(row, wires)
    const from = [...row.from, ...wires.map((wire) => this.r1cs.wires + wire)]
    const found = subsets(coefficients, target)
    if (found?.alias === true) this.aliases.add(k)
    if (found?.solutions.length === 0) this.#conflict = k
    if (found === undefined || found.solutions.length > 1) this.#solveOneHot(k, row)
    if (found === undefined || found.solutions.length === 0) return
    const [first, ...others] = found.solutions as readonly [readonly boolean[], ...(readonly boolean[])[]]
    const values = wires
      .map((wire, i) => [wire, this.#domains[wire]![first[i] === true ? 1 : 0]] as const)
      .filter(([wire], i) => this.#values[wire] === undefined && others.every((bits) => bits[i] === first[i]))
    if (values.length > 0) this.#deduce([k], from, values)
  }

  /** A row over two-valued wires, rewritten over bits that say which of the two values. */
  #asBits(row: Row, wires: readonly number[]): { coefficients: bigint[]; target: bigint } {
    let target = -row.constant
    const coefficients = wires.map((wire) => {
      const [low, high] = this.#domains[wire]!
      const coefficient = row.terms.get(wire) ?? 0n
      target -= coefficient * low
      return mod(coefficient * (high - low))
    })
    return { coefficients, target: mod(target) }
  }

  /** Exactly one bit of `hot` is set, and the other row says which. */
  #solveOneHot(k: number, row: Row): void {
    const neighbours = new Set<number>()
    for (const wire of [...row.terms.keys()].slice(0, 2))
      for (const [other] of this.#places[wire]!) neighbours.add(other)
    for (const other of neighbours) {
      if (other === k || this.#dropped.has(other) || this.#loose[other] !== 0 || !this.#linear(other)) continue
      const second = this.#row(other)
      const [hot, pointer] = second.terms.size >= row.terms.size ? [second, row] : [row, second]
      if (this.#pointsOut(hot, pointer) || (hot.terms.size === pointer.terms.size && this.#pointsOut(pointer, hot)))
        return
    }
  }

  #pointsOut(hot: Row, pointer: Row): boolean {
    const wires = [...hot.terms.keys()]
    if ([...pointer.terms.keys()].some((wire) => !hot.terms.has(wire))) return false
    const one = this.#asBits(hot, wires)
    if (one.coefficients.some((coefficient) => coefficient !== one.target)) return false
    const { coefficients, target } = this.#asBits(pointer, wires)
    const fitting = wires.filter((_, i) => coefficients[i] === target)
    if (fitting.length === 0) this.#conflict = pointer.by[0]
    if (fitting.length !== 1) return fitting.length === 0
    const from = [...hot.from, ...pointer.from, ...wires.map((wire) => this.r1cs.wires + wire)]
    const values = wires.map((wire) => [wire, this.#domains[wire]![wire === fitting[0] ? 1 : 0]] as const)
    this.#deduce([...hot.by, ...pointer.by], from, values)
    return true
  }

  #eliminate(limit: number): boolean {
    const rows: number[] = []
    for (let k = 0; k < this.r1cs.constraints.length; k++)
      if (this.#open[k]! > 1 && this.#linear(k) && !this.#dropped.has(k)) rows.push(k)
    if (rows.length < 2 || rows.length > limit) return false
    const { pivots, rest } = eliminate(rows.map((k) => this.#row(k)).filter((row) => row.terms.size > 0))
    this.#conflict = rest.find(({ constant }) => constant !== 0n)?.by[0]
    if (this.#conflict !== undefined) return false
    let progress = false
    for (const [wire, { terms, constant, by, from }] of pivots) {
      if (terms.size > 1) continue
      this.#deduce(by, from, [[wire, mod(-constant * inverse(terms.get(wire)!))]])
      progress = true
    }
    return progress
  }
}
