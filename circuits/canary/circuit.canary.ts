import { expect, test } from 'vitest'
import { harness } from '../soundness/harness.ts'
import { firstViolation } from '../soundness/r1cs.ts'

// `npm test` runs this file apart and demands exactly this outcome: one passes, one fails.
const forgedSquareIsRefused = async (template: string): Promise<void> => {
  const circuit = await harness('../canary/canary.circom', `${template}()`)
  const witness = [...(await circuit.witness({ in: 3 }))]
  expect(firstViolation(circuit.r1cs, witness)).toBe(-1)
  const out = circuit.r1cs.names.get('out') as number
  witness[out] = 10n
  expect(firstViolation(circuit.r1cs, witness)).not.toBe(-1)
}

test('passes: a constrained square refuses a forged witness', () => forgedSquareIsRefused('Square'))

test('fails on purpose: an unconstrained square accepts one', () => forgedSquareIsRefused('UnconstrainedSquare'))
