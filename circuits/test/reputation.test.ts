import { describe, expect, it } from 'vitest'
import { domain, hash } from '../../sdk/src/poseidon.ts'
import { P } from '../soundness/field.ts'
import { complete, freeWires } from '../soundness/forgery.ts'
import { type Harness, harness } from '../soundness/harness.ts'
import { inputsByWire } from '../soundness/wires.ts'

const edits = (value: bigint): bigint[] => [value + 1n, value - 1n, 1n - value, 0n, P - value]

function refuses(circuit: Harness, inputs: Readonly<Record<string, unknown>>, forged: Record<string, bigint> = {}) {
  const known = inputsByWire(circuit.r1cs, inputs)
  for (const [name, value] of Object.entries(forged)) known.set(circuit.r1cs.names.get(name) as number, value)
  return 'violated' in complete(circuit.r1cs, known)
}

const node = (left: bigint, right: bigint): bigint => hash([left, right])
const leafOf = (secret: bigint, blinding: bigint, score: bigint): bigint =>
  hash([domain('veritask.reputation-leaf.1'), hash([domain('veritask.reputation.1'), secret, blinding]), score])

describe('LeanRoot', () => {
  it('default: levels without a neighbour are skipped', async () => {
    const circuit = await harness('reputation/tree.circom', 'LeanRoot(3)')
    const rootOf = async (depth: number, right: number[], sibling: bigint[]) =>
      circuit.read(await circuit.witness({ leaf: 7n, depth, right, sibling }), 'root')
    expect(await rootOf(0, [1, 0, 1], [1n, 2n, 3n])).toBe(7n)
    expect(await rootOf(1, [0, 0, 0], [1n, 0n, 0n])).toBe(node(7n, 1n))
    expect(await rootOf(1, [1, 0, 0], [1n, 0n, 0n])).toBe(node(1n, 7n))
    expect(await rootOf(3, [1, 0, 1], [1n, 2n, 3n])).toBe(node(3n, node(node(1n, 7n), 2n)))
  })

  it('boundary: at most the largest depth, and bits for sides', async () => {
    const circuit = await harness('reputation/tree.circom', 'LeanRoot(3)')
    const inputs = { leaf: 7n, depth: 3n, right: [1n, 0n, 1n], sibling: [1n, 2n, 3n] }
    expect(refuses(circuit, inputs)).toBe(false)
    for (const depth of [4n, P - 1n, P / 2n]) expect(refuses(circuit, { ...inputs, depth })).toBe(true)
    for (const side of [2n, P - 1n]) expect(refuses(circuit, { ...inputs, right: [side, 0n, 1n] })).toBe(true)
    expect(freeWires(circuit.r1cs, await circuit.witness(inputs), edits)).toEqual([])
  })
})

describe('PairwiseDistinct', () => {
  it('default: used values differ, the others do not matter', async () => {
    const circuit = await harness('reputation/reputation.circom', 'PairwiseDistinct(3)')
    const cases: [bigint[], number[], boolean][] = [
      [[1n, 2n, 3n], [1, 1, 1], true],
      [[1n, 2n, 1n], [1, 1, 1], false],
      [[1n, 1n, 3n], [1, 1, 1], false],
      [[1n, 3n, 3n], [1, 1, 1], false],
      [[1n, 2n, 1n], [1, 1, 0], true],
      [[1n, 1n, 1n], [1, 0, 0], true],
      [[0n, 1n, P - 1n], [1, 1, 1], true],
    ]
    for (const [value, used, distinct] of cases) {
      // The inverse is the prover's to choose; none helps.
      // No constraint reads used[0]: of a pair, the later one decides.
      for (const inverse of [0n, 1n, P - 1n])
        if (!distinct)
          expect(refuses(circuit, { value, 'used[1]': used[1], 'used[2]': used[2] }, { inverse })).toBe(true)
      if (distinct) expect(freeWires(circuit.r1cs, await circuit.witness({ value, used }), edits)).toEqual([])
    }
  })
})

describe('Reputation(2, 2)', () => {
  const main = ['reputation/reputation.circom', 'Reputation(2, 2)'] as const
  const secret = 1234n
  const [first, second, other] = [leafOf(secret, 1n, 9_000n), leafOf(secret, 2n, 9_500n), 777n]
  const root = node(node(first, other), second)
  const inputs = {
    secret,
    blinding: [1n, 2n],
    score: [9_000n, 9_500n],
    depth: [2n, 1n],
    right: [
      [0n, 0n],
      [1n, 0n],
    ],
    sibling: [
      [other, second],
      [node(first, other), 0n],
    ],
    root,
    tasks: 2n,
    minScore: 9_000n,
    scope: 55n,
    message: 66n,
  }
  const nullifier = hash([domain('veritask.reputation-nullifier.1'), secret, 55n])

  it('default: two leaves of a lean tree, or one of them', async () => {
    const circuit = await harness(...main)
    const witness = await circuit.witness(inputs)
    expect(circuit.read(witness, 'nullifier')).toBe(nullifier)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
    const alone = { ...inputs, tasks: 1n, score: [9_000n, 0n], sibling: [inputs.sibling[0], [5n, 6n]] }
    expect(refuses(circuit, alone)).toBe(false)
  })

  it('forged: a leaf twice', async () => {
    const circuit = await harness(...main)
    const repeated = {
      ...inputs,
      blinding: [1n, 1n],
      score: [9_000n, 9_000n],
      depth: [2n, 2n],
      right: [inputs.right[0], inputs.right[0]],
      sibling: [inputs.sibling[0], inputs.sibling[0]],
    }
    expect(refuses(circuit, { ...repeated, tasks: 1n })).toBe(false)
    expect(refuses(circuit, repeated)).toBe(true)
    for (const inverse of [0n, 1n]) {
      const name = [...circuit.r1cs.names.keys()].find((wire) => wire.endsWith('.inverse')) as string
      expect(refuses(circuit, repeated, { [name]: inverse })).toBe(true)
    }
  })

  it('forged: an inner node as a leaf', async () => {
    const circuit = await harness(...main)
    const inner = {
      ...inputs,
      tasks: 1n,
      depth: [1n, 1n],
      right: [
        [0n, 0n],
        [1n, 0n],
      ],
      sibling: [[second, 0n], inputs.sibling[1]],
    }
    // The path is that of the inner node, but nobody can open it: whatever secret, blinding and score say, their leaf is another.
    expect(refuses(circuit, inner)).toBe(true)
    expect(refuses(circuit, inner, { 'leaf[0]': node(first, other) })).toBe(true)
    // Nor does a node below the leaves help: the two inputs of an inner node are no leaf.
    const below = { ...inner, blinding: [first, 2n], score: [other, 9_500n] }
    expect(refuses(circuit, below, { 'leaf[0]': node(first, other) })).toBe(true)
  })

  it('boundary: scores from the least one on, 14 bits', async () => {
    const circuit = await harness(...main)
    for (const minScore of [0n, 1n, 8_999n, 9_000n]) expect(refuses(circuit, { ...inputs, minScore })).toBe(false)
    for (const minScore of [9_001n, 10_000n, 16_383n, 16_384n, P - 1n, P - 1_000n])
      expect(refuses(circuit, { ...inputs, minScore })).toBe(true)
    // A leaf whose score is wider than 14 bits exists only if the contract made it; even then it is refused.
    for (const score of [16_384n, P - 1n]) {
      const leaf = leafOf(secret, 1n, score)
      const wide = { ...inputs, score: [score, 9_500n], root: node(node(leaf, other), second) }
      const sibling = [inputs.sibling[0], [node(leaf, other), 0n]]
      expect(refuses(circuit, { ...wide, sibling })).toBe(true)
    }
    expect(refuses(circuit, { ...inputs, score: [9_001n, 9_500n] })).toBe(true)
  })

  it('boundary: one or two tasks', async () => {
    const circuit = await harness(...main)
    for (const tasks of [0n, 3n, P - 1n]) expect(refuses(circuit, { ...inputs, tasks })).toBe(true)
  })

  it('forged: another root, another secret, a second nullifier for the scope', async () => {
    const circuit = await harness(...main)
    expect(refuses(circuit, { ...inputs, root: root + 1n })).toBe(true)
    expect(refuses(circuit, { ...inputs, secret: secret + 1n })).toBe(true)
    for (const forged of [0n, nullifier + 1n, hash([domain('veritask.reputation-nullifier.1'), secret, 56n])])
      expect(refuses(circuit, inputs, { nullifier: forged })).toBe(true)
  })
})

describe('CommittedSum(33)', () => {
  const values = Array.from({ length: 33 }, (_, i) => BigInt((i * 71) % 256))
  const word = (list: readonly bigint[]) => list.reduceRight((sum, value) => (sum << 8n) + value, 0n)
  const inputs = { values, salt: 5n, context: 6n }
  const total = values.reduce((sum, value) => sum + value, 0n)

  it('default: the commitment and the sum, and no other', async () => {
    const circuit = await harness('statistic/statistic.circom', 'CommittedSum(33)')
    const witness = await circuit.witness(inputs)
    const words = [word(values.slice(0, 31)), word(values.slice(31))]
    const commitment = hash([domain('veritask.values.1'), 5n, ...words])
    expect([circuit.read(witness, 'commitment'), circuit.read(witness, 'sum')]).toEqual([commitment, total])
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
    for (const sum of [total + 1n, 0n, total - 256n]) expect(refuses(circuit, inputs, { sum })).toBe(true)
    expect(refuses(circuit, inputs, { commitment: commitment + 1n })).toBe(true)
  })

  it('boundary: bytes', async () => {
    const circuit = await harness('statistic/statistic.circom', 'CommittedSum(33)')
    for (const value of [0n, 255n]) expect(refuses(circuit, { ...inputs, values: values.with(3, value) })).toBe(false)
    for (const value of [256n, P - 1n, P / 2n])
      expect(refuses(circuit, { ...inputs, values: values.with(3, value) })).toBe(true)
  })
})
