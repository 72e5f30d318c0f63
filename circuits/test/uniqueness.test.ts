import { describe, expect, it } from 'vitest'
import { circuits } from '../scripts/lib/circuits.ts'
import { compareOptimised } from '../soundness/equivalence.ts'
import { P } from '../soundness/field.ts'
import { built, harness, unoptimised } from '../soundness/harness.ts'
import { Propagation } from '../soundness/propagation.ts'
import { studyUniqueness, witnessesOf } from '../soundness/study.ts'
import { curveTemplates, smallCircuits, templates } from '../soundness/templates.ts'
import { uniqueness } from '../soundness/uniqueness.ts'

const nightly = process.env.VERITASK_NIGHTLY === '1'
/** The smallest circuits of the requester by default, all of them at night. */
const names = nightly ? Object.keys(circuits) : ['score-scalar-64', 'audit-scalar-64']
const NIGHTLY_WITNESSES = 25
const WITNESSES = 9

describe('the tester', () => {
  it('forged: finds the second output of a circuit that forgets its constraint', async () => {
    const circuit = await harness('../canary/canary.circom', 'UnconstrainedSquare()')
    const { forged, secondWitnesses } = uniqueness(circuit.r1cs, await circuit.witness({ in: 3 }))
    expect(forged).toContain('out')
    expect(secondWitnesses).toBeGreaterThan(0)
  })

  it('forged: finds the alias x + P of 254 bits, and none of 253', async () => {
    const wide = await harness('circomlib/circuits/bitify.circom', 'Num2Bits(254)')
    const { forged, aliases } = uniqueness(wide.r1cs, await wide.witness({ in: 5n }))
    expect(aliases).toHaveLength(1)
    expect(forged).toContain('out[0]')
    const narrow = await harness('circomlib/circuits/bitify.circom', 'Num2Bits(253)')
    const alone = uniqueness(narrow.r1cs, await narrow.witness({ in: 5n }))
    expect(alone).toMatchObject({ forged: [], aliases: [], open: [] })
  })

  it('default: 254 bits of a number that has no alias are determined', async () => {
    const wide = await harness('circomlib/circuits/bitify.circom', 'Num2Bits(254)')
    expect(uniqueness(wide.r1cs, await wide.witness({ in: P - 1n })).open).toEqual([])
  })

  it('default: puts back all it supposed', async () => {
    const { r1cs, witness } = await harness('lib/select.circom', 'Prefix(8, 1)')
    const propagation = new Propagation(r1cs)
    const [count, flag] = [r1cs.names.get('count') as number, r1cs.names.get('flag[3]') as number]
    propagation.give(count, 4n)
    propagation.run()
    const before = Array.from({ length: r1cs.wires }, (_, wire) => propagation.value(wire))
    expect(before).toEqual(await witness({ count: 4 }))
    const supposed = propagation.suppose({ givens: [[count, 3n]] }, () => [propagation.run(), propagation.value(flag)])
    expect(supposed).toEqual([undefined, 0n])
    expect(propagation.suppose({ givens: [[count, 9n]] }, () => propagation.run())).toBeDefined()
    for (const without of r1cs.constraints.keys()) propagation.suppose({ without }, () => propagation.run())
    expect(Array.from({ length: r1cs.wires }, (_, wire) => propagation.value(wire))).toEqual(before)
    expect(propagation.conflict).toBeUndefined()
  })
})

describe.each([...templates, ...smallCircuits, ...(nightly ? curveTemplates : [])])(
  '$main alone',
  ({ file, main, inputs }) => {
    it('every wire is determined by the inputs', async () => {
      const circuit = await harness(file, main)
      const witnesses = await Promise.all(inputs.map((input) => circuit.witness(input)))
      expect(studyUniqueness(circuit.r1cs, witnesses).faults).toEqual([])
    })
  },
)

describe.each(names)('%s', (name) => {
  it('every output and every wire of the statement is determined by the inputs', async () => {
    const circuit = await unoptimised(name)
    const witnesses = await witnessesOf(name, circuit, nightly ? NIGHTLY_WITNESSES : WITNESSES)
    const study = studyUniqueness(circuit.r1cs, witnesses)
    expect(study.faults).toEqual([])
    // Harmless wires that are open were really pursued to a second witness.
    expect(study.secondWitnesses > 0).toBe(study.open > 0)
  })

  it('as keyed (-O2) has exactly the witnesses of the source (-O1)', async () => {
    const [plain, optimised] = [await unoptimised(name), await built(name)]
    const comparison = compareOptimised(plain.r1cs, optimised.r1cs)
    expect(comparison).toEqual({
      misplaced: [],
      unexpressed: 0,
      onlyPlain: 0,
      onlyOptimised: 0,
      shared: optimised.r1cs.constraints.length,
    })
  })
})

describe('comparison of -O1 and -O2', () => {
  it('forged: notices one constraint that is missing, and one that says something else', async () => {
    const [plain, optimised] = [
      await harness('label/rules.circom', 'ScalarRules(64)'),
      await harness('label/rules.circom', 'ScalarRules(64)', 'O2'),
    ]
    const full = optimised.r1cs.constraints
    expect(compareOptimised(plain.r1cs, optimised.r1cs)).toMatchObject({ onlyPlain: 0, onlyOptimised: 0 })
    const less = { ...optimised.r1cs, constraints: full.slice(1) }
    expect(compareOptimised(plain.r1cs, less)).toMatchObject({ onlyPlain: 1, onlyOptimised: 0 })
    const [first, ...rest] = full
    const other = { ...first!, c: [...first!.c, [1, 1n] as const] }
    const changed = { ...optimised.r1cs, constraints: [other, ...rest] }
    expect(compareOptimised(plain.r1cs, changed)).toMatchObject({ onlyPlain: 1, onlyOptimised: 1 })
  })
})
