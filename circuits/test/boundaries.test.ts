import { describe, expect, it } from 'vitest'
import { circuits } from '../scripts/lib/circuits.ts'
import { baseInputs, boundaries, type Inputs, type Row } from '../soundness/boundaries.ts'
import { unoptimised } from '../soundness/harness.ts'
import { Propagation } from '../soundness/propagation.ts'
import { codesOf, pickedCodes, statementOf } from '../soundness/reference.ts'
import { anyWitness, CHOSEN_BEFORE_CHALLENGE } from '../soundness/uniqueness.ts'
import { inputsByWire, wiresNamed } from '../soundness/wires.ts'
import { isWorkerCircuit } from '../soundness/workerCases.ts'

const HOURS = 3_600_000
/** Circuits about one worker's labels. The others have their boundaries in consensus.test.ts and reputation.test.ts. */
const labelling = Object.keys(circuits).filter((name) => !isWorkerCircuit(name))
const names =
  process.env.VERITASK_NIGHTLY === '1'
    ? labelling
    : ['score-scalar-64', 'audit-scalar-64', 'audit-box-32', 'legality-box-32']

/**
 * Solves the constraints for given inputs, without the witness generator. First with the picked codes left open: a conflict then holds
 * whatever a prover claims. Where that decides nothing, with the codes that are really at the gold items.
 */
function solve(base: Propagation, inputs: Inputs, honest: readonly bigint[]): bigint[] | undefined {
  const { r1cs } = base
  const changed = [...inputsByWire(r1cs, inputs)].filter(([wire, value]) => base.value(wire) !== value)
  const { mask, challengerCodes } = inputs as { mask?: bigint[]; challengerCodes?: bigint[] }
  // An audit picks pairs: the slot's code below the challenger's.
  const bits = r1cs.names.has('values[2]') ? 72n : 8n
  const codes = codesOf(inputs).map((code, i) => code + ((challengerCodes?.[i] ?? 0n) << bits))
  const picked = mask === undefined ? [] : pickedCodes(mask, codes)
  const claimed = wiresNamed(r1cs, CHOSEN_BEFORE_CHALLENGE).map((wire, k) => [wire, picked[k] ?? 0n] as const)
  return base.suppose({ givens: changed }, () =>
    base.run() === undefined ? base.suppose({ givens: claimed }, () => anyWitness(base, honest)) : undefined,
  )
}

function moved(inputs: Inputs, { input, value }: Row): Inputs {
  const copy = structuredClone(inputs) as Record<string, unknown>
  const [signal, ...indices] = input.split(/[[\]]+/).filter((part) => part !== '') as [string, ...string[]]
  if (indices.length === 0) copy[signal] = value
  else {
    let list = copy[signal] as unknown[]
    for (const index of indices.slice(0, -1)) list = list[Number(index)] as unknown[]
    list[Number(indices.at(-1))] = value
  }
  return copy
}

describe.each(names)('%s', (name) => {
  it('boundary: every input at every boundary is accepted or refused as the table says', {
    timeout: HOURS,
  }, async () => {
    const circuit = await unoptimised(name)
    const inputs = baseInputs(name)
    const honest = await circuit.witness(inputs as never)
    const base = new Propagation(circuit.r1cs)
    for (const [wire, value] of inputsByWire(circuit.r1cs, inputs)) base.give(wire, value)
    expect(base.run()).toBeUndefined()
    const rows = boundaries(name)
    expect(rows.filter(({ legal }) => legal).length).toBeGreaterThan(10)
    expect(rows.filter(({ legal }) => !legal).length).toBeGreaterThan(20)
    const wrong: string[] = []
    for (const row of rows) {
      const changed = moved(inputs, row)
      const witness = solve(base, changed, honest)
      const label = `${row.input} = ${row.value}`
      if ((witness !== undefined) !== row.legal) wrong.push(`${label}: ${row.legal ? 'refused' : 'accepted'}`)
      if (witness === undefined || !row.legal) continue
      const { digest, evaluation } = statementOf(name, changed)
      if (witness[1] !== digest || witness[2] !== evaluation) wrong.push(`${label}: another statement`)
    }
    expect(wrong).toEqual([])
  })
})
