import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { commitLabels } from '../../sdk/src/commitments.ts'
import { encodeLabels } from '../../sdk/src/labels/codes.ts'
import { packGold, pickCodes } from '../../sdk/src/labels/gold.ts'
import { encodeRules } from '../../sdk/src/labels/rules.ts'
import { domain, hash } from '../../sdk/src/poseidon.ts'
import { scoreStatement } from '../../sdk/src/proving/statement.ts'
import { publicSignalsFor } from '../../sdk/src/proving/vectors.ts'
import type { Witness } from '../../sdk/src/proving/witness.ts'
import { artifactPath } from '../scripts/lib/build.ts'
import { circuits } from '../scripts/lib/circuits.ts'
import { readManifest } from '../scripts/lib/manifest.ts'
import {
  CHALLENGER_SALT,
  COMMITMENT_CONTEXT,
  CONTEXT,
  GOLD_SALT,
  SALT,
  type Task,
  taskFor,
  witnessFor,
} from '../soundness/cases.ts'
import { freeWires } from '../soundness/forgery.ts'
import { built, unoptimised } from '../soundness/harness.ts'
import { Propagation } from '../soundness/propagation.ts'
import { firstViolation, nameOf } from '../soundness/r1cs.ts'
import { anyWitness, CHOSEN_BEFORE_CHALLENGE, HARMLESS } from '../soundness/uniqueness.ts'
import { inputsByWire, wiresNamed } from '../soundness/wires.ts'
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
  'score-scalar-64': 3676,
  'score-scalar-256': 8105,
  'score-scalar-512': 11886,
  'score-box-32': 8182,
  'audit-scalar-64': 6548,
  'audit-scalar-256': 14510,
  'audit-scalar-512': 20509,
  'audit-box-32': 13835,
  'consensus-64': 12021,
  'tally-256': 22050,
  'decide-256': 26360,
  'agree-256': 18334,
  'reputation-5': 27431,
  'statistic-64': 831,
}
const BUDGETS: Record<string, number> = {
  'open-gold-scalar-256': 12_000,
  'open-gold-scalar-512': 16_384,
  // A circuit of 2^14 proves in half the time of one of 2^15; a panel is up to 32 proofs.
  'audit-scalar-256': 16_384,
  'audit-box-32': 16_384,
  'audit-scalar-512': 32_768,
}
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
  const audits = ['audit-scalar-64', 'audit-box-32'] as const
  const sidesOf = (name: string, task: Task) =>
    witnessFor(name, task) as Witness & { withGold: bigint; withChallenger: bigint }

  it.each(audits)(
    '%s marks on which side each item is that the challenger contradicts, and states no other sides',
    async (name) => {
      const circuit = await built(name)
      const task = taskWith(name, 5)
      const truth = new Map(task.gold.map(({ index, label }) => [index, label]))
      const goldLabels = task.labels.map((label, index) => truth.get(index) ?? label)
      const challenged = { ...task, challenger: task.labels }
      // Its labels are wrong on the first five gold items.
      const cases: [string, Task, bigint, bigint][] = [
        ['who says what the challenger says is with it on what it doubts', challenged, 0n, 31n],
        ['who says what the gold says is with the gold', { ...challenged, labels: goldLabels }, 31n, 0n],
        ['a challenger who doubts nothing leaves nothing to mark', { ...task, challenger: goldLabels }, 0n, 0n],
      ]
      for (const [title, variant, withGold, withChallenger] of cases) {
        const proof = sidesOf(name, variant)
        expect([proof.withGold, proof.withChallenger], title).toEqual([withGold, withChallenger])
        const { context, digest, vector } = proof.statement
        expect(vector.slice(6)).toEqual([withGold, withChallenger])
        const witness = await circuit.witness(proof.inputs as never)
        expect(witness.slice(1, 5)).toEqual(publicSignalsFor({ digest, context, vector }))
        for (const position of vector.keys()) {
          const other = vector.map((element, i) => (i === position ? element + 1n : element))
          expect(publicSignalsFor({ digest, context, vector: other })[1]).not.toBe(witness[2])
        }
      }
    },
  )

  it('of bit-sets and of distances with a tolerance: who agrees with both sides is on neither', async () => {
    const circuit = await built('audit-scalar-64')
    const shapes = [
      ['distance', 5, 4, 6],
      ['set', 0b0011, 0b0001, 0b0111],
    ] as const
    for (const [kind, own, gold, other] of shapes) {
      const rules = { kind, capacity: 64, itemCount: 2, goldCount: 2, thresholdBps: 0, max: 15, tolerance: 1 } as const
      const items = [0, 1].map((index) => ({ index, label: gold }))
      const proof = sidesOf('audit-scalar-64', { rules, labels: [own, gold], gold: items, challenger: [other, other] })
      expect([proof.withGold, proof.withChallenger]).toEqual([2n, 0n])
      const witness = await circuit.witness(proof.inputs as never)
      expect(witness.slice(1, 5)).toEqual(proof.statement.publicSignals)
    }
  })

  it('forged: the picks are fixed before alpha, since others that fit the challenge have another digest', async () => {
    const circuit = await unoptimised('audit-scalar-64')
    const task = taskWith('audit-scalar-64', 5)
    // A prover who knew the challenge: at alpha = 2, taking 1 from one pick and adding 2 to the pick before it leaves the polynomial's value.
    const inputs = { ...witnessFor('audit-scalar-64', task).inputs, alpha: 2n }
    const honest = await circuit.witness(inputs as never)
    const picks = wiresNamed(circuit.r1cs, CHOSEN_BEFORE_CHALLENGE)
    const slotPick = (k: number): bigint => honest[picks[k]!]! & 0xffn
    const k = Array.from({ length: 15 }, (_, i) => i).find((i) => slotPick(i) < 254n && slotPick(i + 1) > 0n)!
    const claim = (changes: ReadonlyMap<number, bigint>) => {
      const propagation = new Propagation(circuit.r1cs)
      for (const [wire, value] of inputsByWire(circuit.r1cs, inputs)) propagation.give(wire, value)
      for (const [i, wire] of picks.entries()) propagation.give(wire, honest[wire]! + (changes.get(i) ?? 0n))
      return propagation.run() === undefined ? anyWitness(propagation, honest) : undefined
    }
    expect(claim(new Map())?.slice(1, 3)).toEqual(honest.slice(1, 3))
    const forged = claim(
      new Map([
        [k, 2n],
        [k + 1, -1n],
      ]),
    )
    expect(forged).toBeDefined()
    expect(forged![1]).not.toBe(honest[1])
    // Without luck at the challenge there is no witness: one pick changed, two swapped between slot and challenger.
    expect(claim(new Map([[k, 1n]]))).toBeUndefined()
    expect(claim(new Map([[k, 256n]]))).toBeUndefined()
  })

  it('the digest depends on the gold salt, so slot and challenger together cannot search for the gold', () => {
    const proof = sidesOf('audit-scalar-64', taskWith('audit-scalar-64', 5))
    const { inputs, statement, withGold, withChallenger } = proof
    const { mask, codes, challengerCodes } = inputs as Readonly<Record<string, bigint[]>>
    const { rules } = taskWith('audit-scalar-64', 5)
    const [, commitment, packedRules, gold, , challenger] = statement.vector
    const known = [commitment!, packedRules!, gold!, challenger!, withGold, withChallenger]
    const picked = [codes!, challengerCodes!].flatMap((side) => pickCodes(rules, mask!, side))
    const preimage = (blinding: bigint) => [domain('veritask.audit.2'), blinding, ...known, ...picked]
    expect(hash(preimage(GOLD_SALT))).toBe(statement.digest)
    for (const salt of [SALT, CHALLENGER_SALT, 0n]) expect(hash(preimage(salt))).not.toBe(statement.digest)
  })
})

describe('hidden gold that no label could agree with', () => {
  it.each([
    ['score-scalar-64', 0, 10n],
    ['score-scalar-64', 16 * 8, 1n],
    ['audit-scalar-64', 0, 255n],
    ['audit-scalar-64', 30 * 8, 1n],
    ['score-box-32', 0, 5n],
    ['score-box-32', 8, 65_535n],
    ['audit-box-32', 40, 65_535n],
    ['audit-box-32', 56, 65_535n],
  ])('%s: a committed value with %i + bits of %i has no witness', async (name, shift, bits) => {
    const circuit = await built(name)
    const { inputs } = witnessFor(name, taskWith(name, 1))
    await expect(circuit.witness(inputs as never)).resolves.toBeDefined()
    const [first, ...rest] = (inputs as unknown as { values: bigint[] }).values
    const width = bits === 65_535n ? 16n : 8n
    const cleared = first! & ~(((1n << width) - 1n) << BigInt(shift))
    const values = [cleared | (bits << BigInt(shift)), ...rest]
    await expect(circuit.witness({ ...inputs, values } as never)).rejects.toThrow()
  })
})
