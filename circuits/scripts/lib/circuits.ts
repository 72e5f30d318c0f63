import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CIRCUITS } from './paths.ts'

/** Names of the public signals of a family: a circom witness has the outputs first, then the public inputs as declared. */
export interface Family {
  readonly outputs: readonly string[]
  readonly inputs: readonly string[]
  /** The input that whoever checks a proof must derive, because a prover that chooses it proves anything; null for none. */
  readonly challenge: string | null
}

/** One compiled variant: a template, its parameters, and the names of its public signals in order. */
export interface CircuitDefinition {
  /** Circuits of a family have the same public signals. */
  readonly family: string
  readonly file: string
  readonly template: string
  readonly parameters: readonly number[]
  readonly publicInputs: readonly string[]
  readonly publicSignals: readonly string[]
  readonly challenge: string | null
}

const source: {
  readonly families: Readonly<Record<string, Family>>
  readonly circuits: Readonly<Record<string, Omit<CircuitDefinition, 'publicInputs' | 'publicSignals' | 'challenge'>>>
} = JSON.parse(readFileSync(join(CIRCUITS, 'circuits.json'), 'utf8'))

export const circuits: Readonly<Record<string, CircuitDefinition>> = Object.fromEntries(
  Object.entries(source.circuits).map(([name, circuit]) => {
    const family = source.families[circuit.family]
    if (family === undefined) throw new Error(`circuits.json: ${name} is of the unknown family ${circuit.family}`)
    const { outputs, inputs, challenge } = family
    if (challenge !== null && !inputs.includes(challenge))
      throw new Error(`circuits.json: the challenge ${challenge} of ${circuit.family} is none of its inputs`)
    return [name, { ...circuit, publicInputs: inputs, publicSignals: [...outputs, ...inputs], challenge }]
  }),
)

/** The circom program of a variant. */
export function mainSource(definition: CircuitDefinition): string {
  return [
    'pragma circom 2.2.0;',
    `include "${definition.file}";`,
    `component main {public [${definition.publicInputs.join(', ')}]} = ${definition.template}(${definition.parameters.join(', ')});`,
    '',
  ].join('\n')
}

/** The names asked for, or all; throws on a name that does not exist. */
export function selectCircuits(names: readonly string[]): string[] {
  const unknown = names.filter((name) => !(name in circuits))
  if (unknown.length > 0)
    throw new Error(`Unknown circuit ${unknown.join(', ')}. Known: ${Object.keys(circuits).join(', ')}`)
  return names.length > 0 ? [...names] : Object.keys(circuits)
}
