import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CIRCUITS } from './paths.ts'

/** One compiled variant: a template, its parameters, and the names of its public signals in order. */
export interface CircuitDefinition {
  readonly file: string
  readonly template: string
  readonly parameters: readonly number[]
  readonly publicSignals: readonly string[]
}

/** Outputs come first in a circom witness, then the public inputs in the order of declaration. */
const PUBLIC_INPUTS = ['context', 'alpha']

export const circuits: Readonly<Record<string, CircuitDefinition>> = JSON.parse(
  readFileSync(join(CIRCUITS, 'circuits.json'), 'utf8'),
)

/** The circom program of a variant. */
export function mainSource(definition: CircuitDefinition): string {
  return [
    'pragma circom 2.2.0;',
    `include "${definition.file}";`,
    `component main {public [${PUBLIC_INPUTS.join(', ')}]} = ${definition.template}(${definition.parameters.join(', ')});`,
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
