import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { commitLabels } from '../../sdk/src/commitments.ts'
import { encodeLabels } from '../../sdk/src/labels/codes.ts'
import { packGold, pickCodes } from '../../sdk/src/labels/gold.ts'
import { encodeRules } from '../../sdk/src/labels/rules.ts'
import { domain, hash } from '../../sdk/src/poseidon.ts'
import { publicSignalsFor, scoreStatement } from '../../sdk/src/proving/statement.ts'
import type { Witness } from '../../sdk/src/proving/witness.ts'
import { artifactPath } from '../scripts/lib/build.ts'
import { circuits } from '../scripts/lib/circuits.ts'
import { readManifest } from '../scripts/lib/manifest.ts'
import { COMMITMENT_CONTEXT, CONTEXT, GOLD_SALT, SALT, taskFor, witnessFor } from '../soundness/cases.ts'
import { freeWires } from '../soundness/forgery.ts'
import { built } from '../soundness/harness.ts'
import { firstViolation, nameOf } from '../soundness/r1cs.ts'
import { HARMLESS } from '../soundness/uniqueness.ts'
import { type Case, isWorkerCircuit, workerCases } from '../soundness/workerCases.ts'

/** Exact sizes at -O2; a change here is a change of every key. */
const CONSTRAINTS: Record<string, number> = {
  'open-gold-scalar-64': 6548,
  'open-gold-scalar-256': 10976,
  'open-gold-scalar-512': 15342,
  'open-gold-box-32': 11265,
  'legality-scalar-64': 4823,
  'legality-scalar-256': 7175,
  'legality-scalar-512': 10736,
  'legality-box-32': 8082,
  'score-scalar-64': 3397,
  'score-scalar-256': 7547,
  'score-scalar-512': 11328,
  'score-box-32': 7813,
  'audit-scalar-64': 3397,
  'audit-scalar-256': 7547,
  'audit-scalar-512': 11328,
  'audit-box-32': 7813,
  'consensus-64': 12021,
  'tally-256': 22050,
  'decide-256': 26360,
  'agree-256': 18334,
  'reputation-5': 27431,
  'statistic-64': 831,
}
const BUDGETS: Record<string, number> = { 'open-gold-scalar-256': 12_000, 'open-gold-scalar-512': 16_384 }
const MAX_PUBLIC_SIGNALS = 8

/** A full task of the circuit's size: random legal labels, gold spread over the items, agreement in all gold items but `wrong`. */
function taskWith(name: string, wrong: number, kind: 'distance' | 'set' = 'distance') {
  const box = name.includes('box')
  const max = box ? 4 : kind === 'set' ? 31 : 9
  return taskFor(name, {
    title: `${wrong} wrong`,
    seed: wrong + 1,
    kind,
    max,
    tolerance: kind === 'set' ? 1 : 0,
    wrong,
  })
}

/** Inputs with the public signals that the SDK expects of them; the first case is none in which all is zero. */
function honestCases(name: string): readonly Pick<Case, 'inputs' | 'publicSignals'>[] {
  if (isWorkerCircuit(name)) return workerCases(name, 6)
  return [1, 0, name.startsWith('score') || name.startsWith('audit') ? 5 : 2].map((wrong) => {
    const { inputs, statement } = witnessFor(name, taskWith(name, wrong))
    return { inputs, publicSignals: statement.publicSignals }
  })
}

describe.each(Object.keys(circuits))('%s', (name) => {
  it('has exactly the pinned constraints, within its budget, and few public signals', async () => {
    const { r1cs } = await built(name)
    const manifest = await readManifest()
    expect(r1cs.constraints.length).toBe(CONSTRAINTS[name])
    expect(manifest.circuits[name]?.constraints).toBe(CONSTRAINTS[name])
    expect(r1cs.constraints.length).toBeLessThanOrEqual(BUDGETS[name] ?? Number.POSITIVE_INFINITY)
    expect(r1cs.publicInputs + r1cs.publicOutputs).toBe(circuits[name]?.publicSignals.length)
    expect(circuits[name]?.publicSignals.length).toBeLessThanOrEqual(MAX_PUBLIC_SIGNALS)
  })

  it('accepts an honest task and states what the SDK states', async () => {
    const circuit = await built(name)
    for (const { inputs, publicSignals } of honestCases(name)) {
      const witness = await circuit.witness(inputs as never)
      expect(firstViolation(circuit.r1cs, witness)).toBe(-1)
      expect(witness.slice(1, 1 + publicSignals.length)).toEqual(publicSignals)
    }
  })

  it('forged: no wire but a private input can change alone', async () => {
    const circuit = await built(name)
    const witness = await circuit.witness(honestCases(name)[0]!.inputs as never)
    const free = freeWires(circuit.r1cs, witness, (value) => [value + 1n, 1n - value, 0n])
    expect(free.map((wire) => nameOf(circuit.r1cs, wire)).filter((signal) => !HARMLESS.test(signal))).toEqual([])
  })
})

describe('verifying keys', () => {
  it('no two circuits share a delta: their private columns could be mixed in one proof', async () => {
    const deltas = new Set<string>()
    for (const name of Object.keys(circuits))
      deltas.add(JSON.stringify(JSON.parse(await readFile(artifactPath(name, 'vkey'), 'utf8')).vk_delta_2))
    expect(deltas.size).toBe(Object.keys(circuits).length)
  })
})

describe('open gold, forged', () => {
  it.each([
    ['the capacity of another circuit', (rules: bigint) => rules + (192n << 8n)],
    ['boxes', (rules: bigint) => rules + 2n],
    ['a kind that does not exist', (rules: bigint) => rules + 4n],
    ['a bit past the last field', (rules: bigint) => rules + (1n << 88n)],
    ['no items', (rules: bigint) => rules - (61n << 24n)],
    ['more items than capacity', (rules: bigint) => rules + (4n << 24n)],
    ['more gold than capacity', (rules: bigint) => rules + (16n << 40n)],
    ['one gold item less', (rules: bigint) => rules - (1n << 40n)],
    ['a higher threshold', (rules: bigint) => rules + (2_500n << 56n)],
    ['a smaller max', (rules: bigint) => rules - (1n << 72n)],
  ])('rules of %s: the witness of the honest rules does not fit', async (_, change) => {
    const circuit = await built('open-gold-scalar-64')
    const { inputs } = witnessFor('open-gold-scalar-64', taskWith('open-gold-scalar-64', 2))
    const { rules } = inputs as unknown as { rules: bigint | string }
    await expect(circuit.witness({ ...inputs, rules: change(BigInt(rules)) } as never)).rejects.toThrow()
    const witness = await circuit.witness(inputs as never)
    witness[circuit.r1cs.names.get('rules') as number] = change(BigInt(rules))
    expect(firstViolation(circuit.r1cs, witness)).toBeGreaterThanOrEqual(0)
  })
})

describe('hidden gold stays hidden', () => {
  it('the digest depends on the gold salt, so a worker who knows salt and labels cannot search for the mask', () => {
    const { rules, labels, gold } = taskWith('score-scalar-64', 1)
    const packed = packGold(rules, gold)
    const codes = encodeLabels(rules, labels)
    const statement = scoreStatement({
      rules,
      codes,
      salt: SALT,
      commitmentContext: COMMITMENT_CONTEXT,
      context: CONTEXT,
      gold: packed,
      goldSalt: GOLD_SALT,
    })
    // Everything the worker knows or sees, with the true gold positions: the guess it would check.
    const picked = pickCodes(rules, packed.mask, codes)
    const known = [
      commitLabels({ rules, commitmentContext: COMMITMENT_CONTEXT, salt: SALT, codes }),
      encodeRules(rules),
      statement.goldCommitment,
      15n,
    ]
    const preimage = (blinding: bigint) => [domain('veritask.score.1'), blinding, ...known, ...picked]
    expect(hash(preimage(GOLD_SALT))).toBe(statement.digest)
    expect(hash(preimage(SALT))).not.toBe(statement.digest)
    expect(hash(preimage(0n))).not.toBe(statement.digest)
  })
})

describe('score', () => {
  it('is exact for bit-sets and distances, however many disagree', async () => {
    const circuit = await built('score-scalar-64')
    for (const kind of ['distance', 'set'] as const) {
      for (const wrong of [0, 1, 8, 16]) {
        const task = taskWith('score-scalar-64', wrong, kind)
        const proof = witnessFor('score-scalar-64', task)
        expect((proof as Witness & { agreements: number }).agreements).toBe(16 - wrong)
        const witness = await circuit.witness(proof.inputs as never)
        expect(witness.slice(1, 5)).toEqual(proof.statement.publicSignals)
      }
    }
  })
})

describe('audit', () => {
  it('has a bit for every gold item that agrees, in item order, and no other', async () => {
    for (const name of ['audit-scalar-64', 'audit-box-32']) {
      const circuit = await built(name)
      for (const wrong of [0, 1, 3, 8]) {
        // The first gold items are the wrong ones.
        const task = taskWith(name, wrong)
        const all = (1n << BigInt(task.gold.length)) - 1n
        const expected = (all >> BigInt(wrong)) << BigInt(wrong)
        const proof = witnessFor(name, task)
        expect((proof as Witness & { agreementBits: bigint }).agreementBits).toBe(expected)
        const { context, digest, vector } = proof.statement
        expect(vector[4]).toBe(expected)
        const witness = await circuit.witness(proof.inputs as never)
        expect(witness.slice(1, 5)).toEqual(publicSignalsFor({ digest, context, vector }))
        // The same witness states no other bits: a flipped one is another evaluation.
        const flipped = [...vector.slice(0, 4), expected ^ 1n]
        expect(publicSignalsFor({ digest, context, vector: flipped })[1]).not.toBe(witness[2])
      }
    }
  })
})
