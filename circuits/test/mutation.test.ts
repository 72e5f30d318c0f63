import { afterAll, describe, expect, it } from 'vitest'
import { circuits } from '../scripts/lib/circuits.ts'
import { harness, unoptimised } from '../soundness/harness.ts'
import { studyMutants, witnessesOf } from '../soundness/study.ts'
import { SURVIVORS } from '../soundness/survivors.ts'
import { curveTemplates, smallCircuits, templates } from '../soundness/templates.ts'

const nightly = process.env.VERITASK_NIGHTLY === '1'
const HOURS = 3_600_000
/** Templates of up to this many constraints have every lost uniqueness pursued to a forged witness. */
const SMALL = 300

const seen = new Set<string>()

/** Nothing unnoticed but what the list explains. */
function expectExplained(unnoticed: ReadonlyMap<string, number>): void {
  for (const kind of unnoticed.keys()) {
    seen.add(kind)
    expect(Object.keys(SURVIVORS)).toContain(kind)
  }
}

const alone = nightly ? [...templates, ...smallCircuits, ...curveTemplates] : [...templates, ...smallCircuits]

describe.each(alone)('$main', ({ file, main, inputs }) => {
  it('forged: no constraint can be dropped unnoticed', { timeout: HOURS }, async () => {
    const circuit = await harness(file, main)
    const witnesses = await Promise.all(inputs.map((input) => circuit.witness(input)))
    const pursueOneIn = circuit.r1cs.constraints.length <= SMALL ? 1 : 40
    const { outcomes, unnoticed } = studyMutants(circuit.r1cs, witnesses, { pursueOneIn })
    expect(outcomes.survived).toBe(0)
    expectExplained(unnoticed)
  })
})

describe.each(nightly ? Object.keys(circuits) : ['score-scalar-64'])('%s', (name) => {
  it('forged: no constraint can be dropped unnoticed', { timeout: HOURS }, async () => {
    const circuit = await unoptimised(name)
    const { mutants, outcomes, unnoticed } = studyMutants(
      circuit.r1cs,
      await witnessesOf(name, circuit, 8),
      nightly ? {} : { sample: 300, pursueOneIn: 20 },
    )
    expect(mutants).toBeGreaterThanOrEqual(nightly ? 1_000 : 300)
    expect(outcomes.survived).toBe(0)
    expectExplained(unnoticed)
  })
})

/** A reason that no mutant needs any more is stale. */
afterAll(() => {
  expect([...seen].sort()).toEqual(Object.keys(SURVIVORS).sort())
})
