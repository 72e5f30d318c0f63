import { packCounts, unpackCounts } from '../../sdk/src/consensus/counts.ts'
import { packMask } from '../../sdk/src/consensus/mask.ts'
import {
  agreeWitness,
  consensusWitness,
  decideWitness,
  type OpenedVoter,
  tallyWitness,
} from '../../sdk/src/proving/consensus.ts'
import { reputationWitness } from '../../sdk/src/proving/reputation.ts'
import { statisticWitness } from '../../sdk/src/proving/statistic.ts'
import type { CircuitInputs } from '../../sdk/src/proving/witness.ts'
import { reputationCommitment, reputationLeaf } from '../../sdk/src/reputation/leaf.ts'
import { seeded } from './random.ts'

/** Inputs of a circuit, and the public signals that the SDK says they have. */
export interface Case {
  readonly title: string
  readonly inputs: CircuitInputs
  readonly publicSignals: readonly bigint[]
}

type Random = (below: number) => number
type Make = (random: Random) => Omit<Case, 'title'>

const big = (random: Random): bigint =>
  Array.from({ length: 15 }, () => BigInt(random(65_536))).reduce((value, part) => (value << 16n) + part, 0n)

interface VoterShape {
  readonly workers: number
  readonly items: number
  readonly maxWeight: number
  /** Everybody says the same. */
  readonly label?: number
  /** One in so many items is left out. */
  readonly leaveOut?: number
}

function voters(random: Random, capacity: 64 | 256, shape: VoterShape): OpenedVoter[] {
  const { workers, items, maxWeight, label, leaveOut } = shape
  return Array.from({ length: workers }, () => ({
    commitmentContext: big(random),
    salt: big(random),
    labels: Array.from({ length: items }, () => label ?? random(4)),
    weight: 1 + random(maxWeight),
    mask: packMask(
      capacity,
      Array.from({ length: items }, () => leaveOut === undefined || random(leaveOut) > 0),
    ),
  }))
}

const VOTER_SHAPES: readonly (readonly [string, VoterShape])[] = [
  ['seven workers, some items each, weighted', { workers: 7, items: 60, maxWeight: 15, leaveOut: 3 }],
  ['one worker', { workers: 1, items: 64, maxWeight: 1 }],
  ['two workers: ties wherever they differ', { workers: 2, items: 64, maxWeight: 1 }],
  ['four workers, few items', { workers: 4, items: 3, maxWeight: 2, leaveOut: 2 }],
  ['all say the last class', { workers: 7, items: 64, maxWeight: 1, label: 3 }],
  ['nobody is assigned anything', { workers: 3, items: 64, maxWeight: 1, leaveOut: 1 }],
]

/** Shapes of a family that counts votes, for its capacity. */
function voterCases(capacity: 64 | 256, make: (random: Random, workers: OpenedVoter[]) => Omit<Case, 'title'>) {
  return VOTER_SHAPES.map(([title, shape]): [string, Make] => {
    const items = Math.ceil((shape.items * capacity) / 64)
    return [title, (random) => make(random, voters(random, capacity, { ...shape, items }))]
  })
}

const randomCounts = (random: Random, below: number) =>
  unpackCounts(packCounts(Array.from({ length: 256 }, () => [0, 0, 0, 0].map(() => random(below)) as never)))

const stated = (witness: { inputs: CircuitInputs; statement: { publicSignals: readonly bigint[] } }) => ({
  inputs: witness.inputs,
  publicSignals: witness.statement.publicSignals,
})

function reputation(random: Random, own: number, others: number, scores: readonly number[]): Omit<Case, 'title'> {
  const secret = big(random)
  const records = Array.from({ length: own }, (_, i) => ({
    blinding: big(random),
    scoreBps: scores[i % scores.length]!,
  }))
  const leaves: bigint[] = records.map(({ blinding, scoreBps }) =>
    reputationLeaf({ commitment: reputationCommitment({ secret, blinding }), scoreBps }),
  )
  for (let i = 0; i < others; i++) leaves.splice(random(leaves.length + 1), 0, big(random))
  const minScoreBps = Math.min(...scores)
  return reputationWitness({ secret, records, leaves, minScoreBps, scope: big(random), message: big(random) })
}

const statistic = (random: Random, values: readonly number[]): Omit<Case, 'title'> =>
  statisticWitness({ values, salt: big(random), context: big(random) })

/** Cases of every circuit that is not about one worker and gold: boundaries first. */
const CASES: Readonly<Record<string, readonly (readonly [string, Make])[]>> = {
  'consensus-64': voterCases(64, (random, workers) =>
    stated(consensusWitness({ workers, taskContext: big(random), outSalt: big(random), context: big(random) })),
  ),
  'tally-256': voterCases(256, (random, workers) => {
    const previous = packCounts(randomCounts(random, 100))
    const [previousSalt, nextSalt, context] = [big(random), big(random), big(random)]
    return stated(tallyWitness({ workers, previous, previousSalt, nextSalt, context }))
  }),
  'decide-256': [4096, 3, 2, 1].map((below): [string, Make] => [
    `counts below ${below}`,
    (random) => {
      const counts = packCounts(randomCounts(random, below))
      const shared = { taskContext: big(random), outSalt: big(random), context: big(random) }
      return stated(decideWitness({ ...shared, counts, countsSalt: big(random) }))
    },
  ]),
  'agree-256': voterCases(256, (random, workers) => {
    const labels = Array.from({ length: 256 }, () => random(4))
    return stated(
      agreeWitness({ workers, labels, taskContext: big(random), outSalt: big(random), context: big(random) }),
    )
  }),
  'reputation-5': [
    ['five records among others', (random) => reputation(random, 5, 20, [9_000, 10_000, 9_500])],
    ['one record alone', (random) => reputation(random, 1, 0, [0])],
    ['three of three, all of the largest score', (random) => reputation(random, 3, 0, [10_000])],
    ['two in a tree with missing neighbours', (random) => reputation(random, 2, 7, [1, 2])],
  ],
  'statistic-64': [
    [
      'random values',
      (random) =>
        statistic(
          random,
          Array.from({ length: 64 }, () => random(256)),
        ),
    ],
    ['zeros', (random) => statistic(random, [])],
    ['the largest values', (random) => statistic(random, Array<number>(64).fill(255))],
  ],
}

/** Whether {@link workerCases} has the circuit. */
export const isWorkerCircuit = (name: string): boolean => name in CASES

/** Cases of such a circuit: each shape once, then again with other random data. */
export function workerCases(name: string, count: number): Case[] {
  const makes = CASES[name]!
  return Array.from({ length: count }, (_, i) => {
    const [title, make] = makes[i % makes.length]!
    return { title, ...make(seeded(name.length * 7919 + 31 * i + 1)) }
  })
}
