import type { Constraint, R1cs } from './r1cs.ts'

type Input = bigint | number | readonly Input[]

/** Circuit inputs by wire: `codes: [1n, 2n]` is `codes[0]`, `codes[1]`. Throws on a signal the circuit does not have. */
export function inputsByWire(r1cs: R1cs, inputs: Readonly<Record<string, unknown>>): Map<number, bigint> {
  const wires = new Map<number, bigint>()
  const place = (name: string, value: Input): void => {
    if (typeof value === 'object') {
      for (const [i, element] of value.entries()) place(`${name}[${i}]`, element)
      return
    }
    const wire = r1cs.names.get(name)
    if (wire === undefined) throw new Error(`the circuit has no input ${name}`)
    wires.set(wire, BigInt(value))
  }
  for (const [name, value] of Object.entries(inputs)) place(name, value as Input)
  return wires
}

/** Wires with a name that fits, once each, in wire order. */
export function wiresNamed(r1cs: R1cs, pattern: RegExp): number[] {
  const wires = new Set<number>()
  for (const [name, wire] of r1cs.names) if (pattern.test(name)) wires.add(wire)
  return [...wires].sort((a, b) => a - b)
}

/** For each wire, a name. */
export function wireNames(r1cs: R1cs): string[] {
  const names: string[] = Array.from({ length: r1cs.wires }, () => '?')
  for (const [name, wire] of r1cs.names) names[wire] = name
  return names
}

/** Wires that share a constraint with one of these, without them. */
export function neighbours(r1cs: R1cs, wires: readonly number[]): number[] {
  const found = new Set<number>()
  for (const wire of wires) {
    for (const k of r1cs.uses[wire] ?? []) {
      const { a, b, c } = r1cs.constraints[k] as Constraint
      for (const [other] of [...a, ...b, ...c]) found.add(other)
    }
  }
  for (const wire of [0, ...wires]) found.delete(wire)
  return [...found]
}
