import { readFile } from 'node:fs/promises'

export const P = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

/** A linear combination: wire index → coefficient. */
export type Combination = readonly (readonly [wire: number, coefficient: bigint])[]
export interface Constraint {
  readonly a: Combination
  readonly b: Combination
  readonly c: Combination
}

/** A rank-1 constraint system as the prover sees it, with the wire names of the compiler. */
export interface R1cs {
  readonly wires: number
  readonly publicOutputs: number
  readonly publicInputs: number
  readonly privateInputs: number
  readonly constraints: readonly Constraint[]
  /** Constraint indices by wire. */
  readonly uses: readonly (readonly number[])[]
  /** Wire by signal name without `main.`; names of eliminated signals are absent. */
  readonly names: ReadonlyMap<string, number>
}

const mod = (x: bigint): bigint => ((x % P) + P) % P

export async function readR1cs(r1csFile: string, symFile: string): Promise<R1cs> {
  const file = await readFile(r1csFile)
  const sections = new Map<number, { at: number; size: number }>()
  const count = file.readUInt32LE(8)
  for (let i = 0, at = 12; i < count; i++) {
    const size = Number(file.readBigUInt64LE(at + 4))
    sections.set(file.readUInt32LE(at), { at: at + 12, size })
    at += 12 + size
  }
  const header = sections.get(1)
  const body = sections.get(2)
  if (header === undefined || body === undefined) throw new Error('r1cs sections missing')
  const fieldBytes = file.readUInt32LE(header.at)
  let at = header.at + 4 + fieldBytes
  const [wires, publicOutputs, publicInputs, privateInputs] = [0, 4, 8, 12].map((o) => file.readUInt32LE(at + o)) as [
    number,
    number,
    number,
    number,
  ]
  const total = file.readUInt32LE(at + 24)

  at = body.at
  const combination = (): Combination => {
    const terms = file.readUInt32LE(at)
    at += 4
    const out: [number, bigint][] = []
    for (let t = 0; t < terms; t++) {
      const wire = file.readUInt32LE(at)
      let value = 0n
      for (let limb = fieldBytes - 8; limb >= 0; limb -= 8) value = (value << 64n) | file.readBigUInt64LE(at + 4 + limb)
      out.push([wire, value])
      at += 4 + fieldBytes
    }
    return out
  }
  const constraints: Constraint[] = []
  const uses: number[][] = Array.from({ length: wires }, () => [])
  for (let i = 0; i < total; i++) {
    const constraint = { a: combination(), b: combination(), c: combination() }
    constraints.push(constraint)
    const touched = new Set([...constraint.a, ...constraint.b, ...constraint.c].map(([wire]) => wire))
    for (const wire of touched) uses[wire]?.push(i)
  }
  const names = new Map<string, number>()
  for (const line of (await readFile(symFile, 'utf8')).split('\n')) {
    const [, wire, , name] = line.split(',')
    if (wire !== undefined && name !== undefined && Number(wire) >= 0)
      names.set(name.replace(/^main\./, ''), Number(wire))
  }
  return { wires, publicOutputs, publicInputs, privateInputs, constraints, uses, names }
}

const evaluate = (combination: Combination, witness: readonly (bigint | undefined)[]): bigint => {
  let sum = 0n
  for (const [wire, coefficient] of combination) sum += coefficient * (witness[wire] as bigint)
  return mod(sum)
}

const holds = ({ a, b, c }: Constraint, witness: readonly bigint[]): boolean =>
  mod(evaluate(a, witness) * evaluate(b, witness)) === evaluate(c, witness)

/** Index of the first violated constraint, or -1. */
export const firstViolation = (r1cs: R1cs, witness: readonly bigint[]): number =>
  r1cs.constraints.findIndex((constraint) => !holds(constraint, witness))

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
  const firstPrivate = 1 + r1cs.publicOutputs + r1cs.publicInputs
  for (let wire = 1; wire < r1cs.wires; wire++) {
    if (wire >= firstPrivate && wire < firstPrivate + r1cs.privateInputs) continue
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
 * Completes a forged witness the way a dishonest prover would: from the given wires, every constraint with one unknown that occurs
 * linearly is solved. Returns the full witness, or the index of a constraint that cannot hold.
 */
export function complete(r1cs: R1cs, known: ReadonlyMap<number, bigint>): { witness: bigint[] } | { violated: number } {
  const witness: (bigint | undefined)[] = Array.from({ length: r1cs.wires })
  witness[0] = 1n
  for (const [wire, value] of known) witness[wire] = mod(value)
  const queue = r1cs.constraints.map((_, index) => index)
  const queued = new Set(queue)
  for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
    queued.delete(index)
    const constraint = r1cs.constraints[index] as Constraint
    const unknown = new Set<number>()
    for (const side of [constraint.a, constraint.b, constraint.c])
      for (const [wire] of side) if (witness[wire] === undefined) unknown.add(wire)
    if (unknown.size !== 1) continue
    const x = [...unknown][0] as number
    const [a1, a0] = split(constraint.a, x, witness)
    const [b1, b0] = split(constraint.b, x, witness)
    const [c1, c0] = split(constraint.c, x, witness)
    if (mod(a1 * b1) !== 0n) continue
    const slope = mod(a1 * b0 + a0 * b1 - c1)
    if (slope === 0n) continue
    witness[x] = mod((c0 - a0 * b0) * inverse(slope))
    for (const next of r1cs.uses[x] ?? []) {
      if (queued.has(next)) continue
      queued.add(next)
      queue.push(next)
    }
  }
  const missing = witness.indexOf(undefined)
  if (missing >= 0) throw new Error(`wire ${missing} (${nameOf(r1cs, missing)}) is not determined by the given ones`)
  const violated = firstViolation(r1cs, witness as bigint[])
  return violated < 0 ? { witness: witness as bigint[] } : { violated }
}

export const nameOf = (r1cs: R1cs, wire: number): string =>
  [...r1cs.names].filter(([, w]) => w === wire).map(([name]) => name)[0] ?? '?'

function split(
  combination: Combination,
  x: number,
  witness: readonly (bigint | undefined)[],
): [slope: bigint, rest: bigint] {
  let slope = 0n
  let rest = 0n
  for (const [wire, coefficient] of combination) {
    if (wire === x) slope += coefficient
    else rest += coefficient * (witness[wire] as bigint)
  }
  return [mod(slope), mod(rest)]
}

function inverse(value: bigint): bigint {
  let [r0, r1, s0, s1] = [P, mod(value), 0n, 1n]
  while (r1 !== 0n) {
    const q = r0 / r1
    ;[r0, r1, s0, s1] = [r1, r0 - q * r1, s1, s0 - q * s1]
  }
  return mod(s0)
}
