import { readFile } from 'node:fs/promises'
import { mod } from './field.ts'

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
  /** Wires of the inputs, public ones first; inputs that no constraint mentions have none. */
  readonly inputs: readonly number[]
  readonly constraints: readonly Constraint[]
  /** Constraint indices by wire. */
  readonly uses: readonly (readonly number[])[]
  /** Wire by signal name without `main.`; names of eliminated signals are absent. */
  readonly names: ReadonlyMap<string, number>
}

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
  const inputs: number[] = []
  for (const line of (await readFile(symFile, 'utf8')).split('\n')) {
    const [label, wire, , name] = line.split(',')
    if (wire === undefined || name === undefined || Number(wire) < 0) continue
    names.set(name.replace(/^main\./, ''), Number(wire))
    // Labels number the signals of the source: outputs, public inputs, private inputs, then the rest.
    const position = Number(label) - publicOutputs
    if (position >= 1 && position <= publicInputs + privateInputs) inputs.push(Number(wire))
  }
  return { wires, publicOutputs, publicInputs, privateInputs, inputs, constraints, uses, names }
}

export const evaluate = (combination: Combination, witness: readonly (bigint | undefined)[]): bigint => {
  let sum = 0n
  for (const [wire, coefficient] of combination) sum += coefficient * (witness[wire] as bigint)
  return mod(sum)
}

export const holds = ({ a, b, c }: Constraint, witness: readonly bigint[]): boolean =>
  mod(evaluate(a, witness) * evaluate(b, witness)) === evaluate(c, witness)

/** Index of the first violated constraint, or -1. */
export const firstViolation = (r1cs: R1cs, witness: readonly bigint[]): number =>
  r1cs.constraints.findIndex((constraint) => !holds(constraint, witness))

/** A name of a wire, `?` for one without. */
export function nameOf(r1cs: R1cs, wire: number): string {
  for (const [name, index] of r1cs.names) if (index === wire) return name
  return '?'
}
