import { describe, expect, it } from 'vitest'
import { domain, hash } from '../../sdk/src/poseidon.ts'
import { P } from '../soundness/field.ts'
import { complete, freeWires } from '../soundness/forgery.ts'
import { type Harness, harness } from '../soundness/harness.ts'
import { seeded } from '../soundness/random.ts'
import { inputsByWire } from '../soundness/wires.ts'

const edits = (value: bigint): bigint[] => [value + 1n, value - 1n, 1n - value, 0n, P - value]
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
const bit = (value: number, i: number): number => (value >> i) & 1

/** Whether the constraints refuse these inputs with these wires as a dishonest prover sets them, whatever else it does. */
function refuses(circuit: Harness, inputs: Readonly<Record<string, unknown>>, forged: Record<string, bigint> = {}) {
  const known = inputsByWire(circuit.r1cs, inputs)
  for (const [name, value] of Object.entries(forged)) {
    const wire = circuit.r1cs.names.get(name)
    if (wire === undefined) throw new Error(`no signal ${name}`)
    known.set(wire, value)
  }
  return 'violated' in complete(circuit.r1cs, known)
}

/** Class with most votes, the lowest of several: by sorting, nothing like the circuit. */
const winnerOf = (counts: readonly number[]): number =>
  counts.map((count, label) => ({ count, label })).sort((a, b) => b.count - a.count || a.label - b.label)[0]!.label

describe('OpenClasses', () => {
  const inputs = { commitmentContext: 5n, salt: 6n, codes: [0, 1, 2, 3] }

  it('default: two bits to a class, and the commitment of the label circuits', async () => {
    const circuit = await harness('consensus/votes.circom', 'OpenClasses(4)')
    const witness = await circuit.witness(inputs)
    for (const i of range(4))
      expect([circuit.read(witness, `low[${i}]`), circuit.read(witness, `high[${i}]`)]).toEqual([
        BigInt(bit(i, 0)),
        BigInt(bit(i, 1)),
      ])
    const word = 0n + (1n << 8n) + (2n << 16n) + (3n << 24n)
    expect(circuit.read(witness, 'commitment')).toBe(hash([domain('veritask.labels.1'), 5n, 6n, word]))
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it.each([4n, 5n, 255n, 256n, P - 1n, (P - 1n) / 2n])(
    'boundary: code %i is refused, whatever its bits',
    async (code) => {
      const circuit = await harness('consensus/votes.circom', 'OpenClasses(4)')
      for (const bits of range(4))
        expect(
          refuses(
            circuit,
            { ...inputs, codes: [code, 1, 2, 3] },
            { 'low[0]': BigInt(bits & 1), 'high[0]': BigInt(bits >> 1) },
          ),
        ).toBe(true)
      // A high bit of 2 or more reaches the code, and is no bit.
      const high = (code / 2n) % P
      expect(refuses(circuit, { ...inputs, codes: [code, 1, 2, 3] }, { 'low[0]': code % 2n, 'high[0]': high })).toBe(
        true,
      )
    },
  )

  it('forged: another class under the same commitment is refused', async () => {
    const circuit = await harness('consensus/votes.circom', 'OpenClasses(4)')
    const commitment = circuit.read(await circuit.witness(inputs), 'commitment')
    expect(refuses(circuit, { ...inputs, codes: [0, 1, 2, 2] }, { commitment })).toBe(true)
    expect(refuses(circuit, { ...inputs, salt: 7n }, { commitment })).toBe(true)
    expect(refuses(circuit, { ...inputs, commitmentContext: 7n }, { commitment })).toBe(true)
  })
})

describe('Assignment and Voter', () => {
  it('boundary: bits of the capacity and none past it', async () => {
    const circuit = await harness('consensus/votes.circom', 'Assignment(250)')
    const full = [(1n << 248n) - 1n, 3n]
    for (const mask of [[0n, 0n], full, [1n << 247n, 2n]]) {
      const witness = await circuit.witness({ mask })
      for (const i of range(250))
        expect(circuit.read(witness, `assigned[${i}]`)).toBe((mask[i < 248 ? 0 : 1]! >> BigInt(i % 248)) & 1n)
    }
    expect(refuses(circuit, { mask: [1n << 248n, 0n] })).toBe(true)
    expect(refuses(circuit, { mask: [0n, 4n] })).toBe(true)
    expect(refuses(circuit, { mask: [P - 1n, 0n] })).toBe(true)
    expect(freeWires(circuit.r1cs, await circuit.witness({ mask: full }), edits)).toEqual([])
  })

  it('forged: an unused position cannot have items, and has no commitment', async () => {
    const circuit = await harness('consensus/votes.circom', 'Voter(3)')
    const inputs = { used: 0, commitmentContext: 1n, salt: 2n, codes: [1, 2, 3], mask: [0n] }
    expect(circuit.read(await circuit.witness(inputs), 'commitment')).toBe(0n)
    expect(refuses(circuit, { ...inputs, mask: [1n] })).toBe(true)
    expect(refuses(circuit, { ...inputs, mask: [7n] })).toBe(true)
    expect(refuses(circuit, inputs, { commitment: 5n })).toBe(true)
    const used = await circuit.witness({ ...inputs, used: 1, mask: [5n] })
    expect(circuit.read(used, 'commitment')).not.toBe(0n)
    expect(freeWires(circuit.r1cs, used, edits)).toEqual([])
  })
})

describe('Ballot', () => {
  it('default: the weight at the class, zero elsewhere, for every class, assigned or not', async () => {
    const circuit = await harness('consensus/votes.circom', 'Ballot(8)')
    const inputs = {
      weight: 13,
      assigned: range(8).map((i) => bit(i, 2)),
      low: range(8).map((i) => bit(i, 0)),
      high: range(8).map((i) => bit(i, 1)),
    }
    const witness = await circuit.witness(inputs)
    for (const i of range(8))
      for (const c of range(4)) expect(circuit.read(witness, `vote[${i}][${c}]`)).toBe(i >= 4 && c === i % 4 ? 13n : 0n)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it('forged: a vote moved to another class is refused', async () => {
    const circuit = await harness('consensus/votes.circom', 'Ballot(1)')
    const inputs = { weight: 3, assigned: [1], low: [1], high: [0] }
    expect(refuses(circuit, inputs, { 'vote[0][1]': 0n, 'vote[0][2]': 3n })).toBe(true)
    expect(refuses(circuit, inputs, { 'vote[0][1]': 4n })).toBe(true)
    expect(refuses(circuit, { ...inputs, assigned: [0] }, { 'vote[0][1]': 3n })).toBe(true)
  })
})

describe('Winner', () => {
  it('exhaustive: every four counts below 4, and the largest ones, with ties', async () => {
    const circuit = await harness('consensus/votes.circom', 'Winner()')
    const small = range(256).map((i) => range(4).map((c) => (i >> (2 * c)) & 3))
    const large = small.map((counts) => counts.map((count) => [0, 4094, 4095, 2048][count]!))
    for (const count of [...small, ...large]) {
      const witness = await circuit.witness({ count })
      const label = Number(circuit.read(witness, 'low') + 2n * circuit.read(witness, 'high'))
      expect([label, circuit.read(witness, 'support')]).toEqual([winnerOf(count), BigInt(Math.max(...count))])
    }
  })

  it('forged: neither a loser, nor a later class of a tie, nor another support', async () => {
    const circuit = await harness('consensus/votes.circom', 'Winner()')
    const random = seeded(7)
    const cases = [
      [2, 2, 2, 2],
      [0, 5, 5, 0],
      [0, 0, 0, 0],
      [4095, 4095, 0, 4095],
    ]
    for (let i = 0; i < 20; i++) cases.push(range(4).map(() => random(4096)))
    for (const count of cases) {
      const winner = winnerOf(count)
      for (const label of range(4).filter((other) => other !== winner))
        expect(refuses(circuit, { count }, { low: BigInt(bit(label, 0)), high: BigInt(bit(label, 1)) })).toBe(true)
      for (const support of [Math.max(...count) + 1, Math.min(...count) - 1])
        expect(refuses(circuit, { count }, { support: BigInt(support) + (support < 0 ? P : 0n) })).toBe(true)
      expect(freeWires(circuit.r1cs, await circuit.witness({ count }), edits)).toEqual([])
    }
  })
})

describe('Agreements', () => {
  const inputs = {
    assigned: range(32).map((i) => bit(i, 0)),
    low: range(32).map((i) => bit(i, 1)),
    high: range(32).map((i) => bit(i, 2)),
    consensusLow: range(32).map((i) => bit(i, 3)),
    consensusHigh: range(32).map((i) => bit(i, 4)),
  }

  it('exhaustive: every pair of classes, assigned or not', async () => {
    const circuit = await harness('consensus/votes.circom', 'Agreements(32)')
    const witness = await circuit.witness(inputs)
    for (const i of range(32)) {
      const agrees = bit(i, 0) === 1 && ((i >> 1) & 3) === ((i >> 3) & 3)
      expect(circuit.read(witness, `counted[${i}]`)).toBe(agrees ? 1n : 0n)
    }
    expect(circuit.read(witness, 'out')).toBe(4n)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it('forged: neither more nor fewer', async () => {
    const circuit = await harness('consensus/votes.circom', 'Agreements(32)')
    for (const out of [0n, 3n, 5n, 32n, P - 1n]) expect(refuses(circuit, inputs, { out })).toBe(true)
  })
})

describe('UnpackCounts', () => {
  it('boundary: 12 bits to a count, no bits past the last item', async () => {
    const circuit = await harness('consensus/decide.circom', 'UnpackCounts(6)')
    const counts = range(6).map((i) => [i, 4095 - i, 0, 4095])
    const place = (list: readonly number[][]) =>
      list.flat().reduceRight((word, count) => (word << 12n) + BigInt(count), 0n)
    const witness = await circuit.witness({ word: [place(counts.slice(0, 5)), place(counts.slice(5))] })
    for (const i of range(6))
      for (const c of range(4)) expect(circuit.read(witness, `count[${i}][${c}]`)).toBe(BigInt(counts[i]![c]!))
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
    for (const word of [
      [1n << 240n, 0n],
      [0n, 1n << 48n],
      [P - 1n, 0n],
      [0n, P - 1n],
    ])
      expect(refuses(circuit, { word })).toBe(true)
  })
})

/** Three items, two workers: every statement of the family, small. */
const CAPACITY = 3
const base = {
  context: 91n,
  alpha: 92n,
  workers: 2,
  commitmentContext: [11n, 12n],
  salt: [21n, 22n],
  codes: [
    [1, 3, 0],
    [2, 3, 1],
  ],
  mask: [[0b111n], [0b011n]],
}
type Small = typeof base

const labelsOf = (context: bigint, salt: bigint, codes: readonly number[]): bigint =>
  hash([domain('veritask.labels.1'), context, salt, codes.reduceRight((word, code) => (word << 8n) + BigInt(code), 0n)])
const commitmentsOf = ({ workers, commitmentContext, salt, codes }: Small): bigint[] =>
  commitmentContext.map((context, k) => (k < workers ? labelsOf(context, salt[k]!, codes[k]!) : 0n))
const assignedTo = ({ mask }: Small, k: number, i: number): boolean => ((mask[k]![0]! >> BigInt(i)) & 1n) === 1n
const countsOf = (inputs: Small, weight: readonly number[]): number[][] =>
  range(CAPACITY).map((i) =>
    range(4).map((c) =>
      range(2).reduce((sum, k) => sum + (assignedTo(inputs, k, i) && inputs.codes[k]![i] === c ? weight[k]! : 0), 0),
    ),
  )
const agreementsOf = (inputs: Small, consensus: readonly number[]): number[] =>
  range(2).map(
    (k) => range(CAPACITY).filter((i) => assignedTo(inputs, k, i) && inputs.codes[k]![i] === consensus[i]).length,
  )
const packed = (counts: readonly number[][]): bigint =>
  counts.flat().reduceRight((word, count) => (word << 12n) + BigInt(count), 0n)
const countCommitment = (salt: bigint, word: bigint): bigint => hash([domain('veritask.counts.1'), salt, word])

/** Digest and evaluation of a vector that its digest covers whole. */
function state(tag: string, vector: readonly (bigint | number)[], alpha: bigint): Record<string, bigint> {
  const elements = vector.map(BigInt)
  return {
    digest: hash([domain(tag), ...elements]),
    evaluation: elements.reduceRight((sum, element) => (sum * alpha + element) % P, 0n),
  }
}

/** The circuit states this vector of these inputs, and none with any element changed. */
async function statesExactly(
  circuit: Harness,
  inputs: Record<string, unknown>,
  tag: string,
  vector: readonly (bigint | number)[],
) {
  const alpha = inputs.alpha as bigint
  const witness = await circuit.witness(inputs)
  const honest = state(tag, vector, alpha)
  expect({ digest: circuit.read(witness, 'digest'), evaluation: circuit.read(witness, 'evaluation') }).toEqual(honest)
  expect(refuses(circuit, inputs, honest)).toBe(false)
  for (const i of vector.keys()) {
    const changed = vector.map((element, j) => (i === j ? BigInt(element) + 1n : element))
    expect(refuses(circuit, inputs, state(tag, changed, alpha)), `element ${i}`).toBe(true)
  }
}

describe('MajorityConsensus(3, 2)', () => {
  const main = ['consensus/consensus.circom', 'MajorityConsensus(3, 2)'] as const
  const inputs = { ...base, taskContext: 31n, outSalt: 32n, weight: [1, 2] }
  const vectorOf = (given: typeof inputs) => {
    const counts = countsOf(given, given.weight)
    const labels = counts.map(winnerOf)
    const support = counts.reduce((sum, count) => sum + Math.max(...count), 0)
    const out = labelsOf(given.taskContext, given.outSalt, labels)
    const { workers, mask } = given
    return [
      given.taskContext,
      out,
      workers,
      support,
      ...commitmentsOf(given),
      ...given.weight,
      ...mask.flat(),
      ...agreementsOf(given, labels),
    ]
  }

  it.each([
    ['two workers, weighted', inputs],
    ['a tie, which goes to the lower class', { ...inputs, weight: [2, 2] }],
    ['one worker', { ...inputs, workers: 1, weight: [3, 0], mask: [[5n], [0n]] }],
    ['nobody assigned', { ...inputs, mask: [[0n], [0n]] }],
  ])('statements: %s, and no other', async (_, given) => {
    await statesExactly(await harness(...main), given, 'veritask.consensus.1', vectorOf(given))
  })

  it('forged: a weight moved to the other worker, which has another consensus, is another statement', async () => {
    const circuit = await harness(...main)
    const moved = { ...inputs, weight: [2, 1] }
    expect(vectorOf(moved)[1]).not.toBe(vectorOf(inputs)[1])
    expect(refuses(circuit, inputs, state('veritask.consensus.1', vectorOf(moved), inputs.alpha))).toBe(true)
  })

  it('forged: unused positions, and numbers of workers that do not exist', async () => {
    const circuit = await harness(...main)
    const one = { ...inputs, workers: 1, weight: [3, 0], mask: [[5n], [0n]] }
    expect(refuses(circuit, { ...one, weight: [3, 1] })).toBe(true)
    expect(refuses(circuit, { ...one, mask: [[5n], [1n]] })).toBe(true)
    for (const workers of [0n, 3n, P - 1n]) expect(refuses(circuit, { ...inputs, workers })).toBe(true)
  })

  it('forged: the winner of an item, the support or an agreement changed inside', async () => {
    const circuit = await harness(...main)
    const names = [...circuit.r1cs.names.keys()]
    for (const pattern of [
      /\.consensusLow\[0\]$/,
      /\.consensusHigh\[1\]$/,
      /^consensus\.support$/,
      /Agreements.*\.out$/,
      /\.counted\[2\]$/,
    ]) {
      const found = names.filter((name) => pattern.test(name))
      expect(found.length).toBeGreaterThan(0)
      const honest = await circuit.witness(inputs)
      for (const name of found)
        expect(
          refuses(circuit, inputs, {
            [name]: circuit.read(honest, name) === 0n ? 1n : circuit.read(honest, name) - 1n,
          }),
        ).toBe(true)
    }
  })
})

describe('Tally(3, 2)', () => {
  const inputs = {
    ...base,
    weight: [1, 15],
    previous: [
      packed([
        [1, 0, 7, 4000],
        [9, 9, 9, 9],
        [0, 0, 0, 1],
      ]),
    ],
    previousSalt: 41n,
    nextSalt: 42n,
  }
  const next = inputs.previous[0]! + packed(countsOf(inputs, inputs.weight))
  const before = countCommitment(41n, inputs.previous[0]!)
  const tail = [...commitmentsOf(inputs), ...inputs.weight, ...inputs.mask.flat()]

  it('statements: the votes are added where their counts lie', async () => {
    const circuit = await harness('consensus/tally.circom', 'Tally(3, 2)')
    await statesExactly(circuit, inputs, 'veritask.tally.1', [2, before, countCommitment(42n, next), ...tail])
  })

  it('forged: neither one vote more, nor less, nor for another class', async () => {
    const circuit = await harness('consensus/tally.circom', 'Tally(3, 2)')
    for (const wrong of [next + 1n, next - (1n << 12n), next + (1n << 24n) - (1n << 12n), inputs.previous[0]!]) {
      const vector = [2, before, countCommitment(42n, wrong), ...tail]
      expect(refuses(circuit, inputs, state('veritask.tally.1', vector, inputs.alpha))).toBe(true)
    }
  })
})

describe('Decide(3)', () => {
  const counts = [
    [3, 4095, 4095, 0],
    [0, 0, 0, 0],
    [7, 7, 8, 7],
  ]
  const inputs = { context: 91n, alpha: 92n, taskContext: 31n, counts: [packed(counts)], countsSalt: 41n, outSalt: 32n }

  it('statements: the majority of the committed counts, ties to the lowest', async () => {
    const circuit = await harness('consensus/decide.circom', 'Decide(3)')
    const out = labelsOf(31n, 32n, [1, 0, 2])
    const vector = [31n, countCommitment(41n, packed(counts)), out, 4095 + 0 + 8]
    await statesExactly(circuit, inputs, 'veritask.decide.1', vector)
    // The tie the other way, and the class of an item nobody voted on.
    for (const labels of [
      [2, 0, 2],
      [1, 3, 2],
      [1, 0, 1],
    ])
      expect(
        refuses(circuit, inputs, state('veritask.decide.1', vector.with(2, labelsOf(31n, 32n, labels)), 92n)),
      ).toBe(true)
    expect(refuses(circuit, { ...inputs, counts: [1n << 144n] })).toBe(true)
  })
})

describe('Agree(3, 2)', () => {
  const inputs = { ...base, taskContext: 31n, outSalt: 32n, consensus: [2, 3, 0] }
  const vector = [2, labelsOf(31n, 32n, [2, 3, 0]), ...commitmentsOf(inputs), ...inputs.mask.flat(), 2, 2]

  it('statements: agreements on assigned items alone', async () => {
    const circuit = await harness('consensus/agree.circom', 'Agree(3, 2)')
    expect(agreementsOf(inputs, inputs.consensus)).toEqual([2, 2])
    await statesExactly(circuit, inputs, 'veritask.agree.1', vector)
    expect(refuses(circuit, { ...inputs, consensus: [2, 3, 4] })).toBe(true)
    // The same labels under another task's context are another commitment.
    expect(refuses(circuit, { ...inputs, taskContext: 33n }, state('veritask.agree.1', vector, 92n))).toBe(true)
  })
})
