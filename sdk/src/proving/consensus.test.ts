import { afterAll, describe, expect, test } from 'vitest'
import { CommitmentMismatchError } from '../commitments.js'
import {
  COUNT_WORDS,
  CountsMalformedError,
  commitCounts,
  type ItemCounts,
  packCounts,
  unpackCounts,
  ZERO_COUNTS,
} from '../consensus/counts.js'
import { countVotes, decide, majority, VoteInvalidError } from '../consensus/majority.js'
import { MaskMalformedError, packMask, unpackMask } from '../consensus/mask.js'
import { LabelOutsideSchemaError } from '../labels/codes.js'
import { domain, hash } from '../poseidon.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { type Seeded, seeded } from '../testing/seeded.js'
import {
  agreeWitness,
  type ConsensusWitness,
  consensusWitness,
  decideWitness,
  type OpenedVoter,
  tallyWitness,
} from './consensus.js'
import { agreeVector, consensusVector, decideVector, tallyVector, WorkerCountError } from './consensusVectors.js'
import { createNodeProver } from './nodeProver.js'
import { publicSignalsFor } from './vectors.js'

const prover = createNodeProver({ artifacts: builtArtifacts })
afterAll(() => prover.close())

const prove = ({ circuit, inputs, statement }: ConsensusWitness) =>
  prover.prove({ circuit, inputs, expectedSignals: statement.publicSignals })

/** Workers who say 0 to 3 at random about some of the items they are assigned. */
function voters(random: Seeded, capacity: 64 | 256, count: number, items: number, maxWeight: number): OpenedVoter[] {
  return Array.from({ length: count }, () => ({
    commitmentContext: random.bits(248),
    salt: random.bits(248),
    labels: Array.from({ length: items }, () => random.below(4)),
    weight: 1 + random.below(maxWeight),
    mask: packMask(
      capacity,
      Array.from({ length: items }, () => random.below(3) > 0),
    ),
  }))
}

/** Counts by going through the votes one after the other, with nothing of the module under test. */
function counted(items: number, workers: readonly OpenedVoter[]): number[][] {
  const counts: number[][] = []
  for (let item = 0; item < items; item++) {
    const tally = [0, 0, 0, 0]
    for (const { labels, weight, mask } of workers) {
      const word = mask[item < 248 ? 0 : 1]!
      const bit = item < 248 ? item : item - 248
      if (word.toString(2).split('').reverse()[bit] === '1') tally[labels[item]!]! += weight
    }
    counts.push(tally)
  }
  return counts
}

function won(tally: readonly number[]): number {
  let best = 0
  for (let label = 1; label < 4; label++) if (tally[label]! > tally[best]!) best = label
  return best
}

function expected(items: number, workers: readonly OpenedVoter[]) {
  const counts = counted(items, workers)
  const labels = counts.map(won)
  const support = counts.reduce((sum, tally, item) => sum + tally[labels[item]!]!, 0)
  const agreements = workers.map(({ labels: own, mask }) => {
    const assigned = mask.map((word, i) => word.toString(2).padStart(i === 0 ? 248 : 8, '0')).map((bits) => [...bits])
    const bits = assigned.flatMap((word) => word.reverse())
    return labels.filter((label, item) => bits[item] === '1' && own[item] === label).length
  })
  return { counts, labels, support, agreements }
}

describe('encodings', () => {
  test('default: masks of 64 and 256 items', () => {
    expect(packMask(64, [true, false, true])).toEqual([0b101n])
    const flags = Array.from({ length: 256 }, (_, item) => item % 3 === 0)
    expect(packMask(256, flags)[1]! & 1n).toBe(0n)
    expect((packMask(256, flags)[1]! >> 1n) & 1n).toBe(1n)
    expect(unpackMask(256, packMask(256, flags))).toEqual(flags)
  })

  test('error: a mask with too many words, items or bits', () => {
    expect(() => packMask(64, new Array<boolean>(65).fill(true))).toThrow(MaskMalformedError)
    expect(() => unpackMask(64, [1n << 64n])).toThrow(MaskMalformedError)
    expect(() => unpackMask(256, [0n, 1n << 8n])).toThrow(MaskMalformedError)
    expect(() => unpackMask(256, [0n])).toThrow(MaskMalformedError)
    expect(() => unpackMask(256, [1n << 248n, 0n])).toThrow(MaskMalformedError)
  })

  test('default: counts are four numbers of 12 bits to an item, five items to a word', () => {
    const words = packCounts([
      [1, 2, 3, 4095],
      [5, 0, 0, 0],
    ])
    expect(words).toHaveLength(52)
    expect(words[0]).toBe(1n + 2n * 4096n + 3n * 4096n ** 2n + 4095n * 4096n ** 3n + 5n * 4096n ** 4n)
    const random = seeded(3)
    const counts = Array.from({ length: 256 }, (): ItemCounts => {
      const count = () => random.below(4096)
      return [count(), count(), count(), count()]
    })
    expect(unpackCounts(packCounts(counts))).toEqual(counts)
    expect(packCounts(counts)[51]).toBeLessThan(1n << 48n)
  })

  test('error: counts that do not fit', () => {
    expect(() => packCounts([[4096, 0, 0, 0]])).toThrow(CountsMalformedError)
    expect(() => packCounts([[-1, 0, 0, 0]])).toThrow(CountsMalformedError)
    expect(() => packCounts(new Array<ItemCounts>(257).fill([0, 0, 0, 0]))).toThrow(CountsMalformedError)
    expect(() => unpackCounts(packCounts([]).slice(1))).toThrow(CountsMalformedError)
    expect(() => unpackCounts([1n << 240n, ...packCounts([]).slice(1)])).toThrow(CountsMalformedError)
    expect(() => unpackCounts([...packCounts([]).slice(1), 1n << 48n])).toThrow(CountsMalformedError)
  })

  test('default: ZERO_COUNTS is the constant of the contract', () => {
    expect(ZERO_COUNTS).toBe(21120946712707854102462624947789385109055756570087986727247613001039237672485n)
    expect(hash([domain('veritask.counts.1'), ...new Array<bigint>(COUNT_WORDS + 1).fill(0n)])).toBe(ZERO_COUNTS)
  })
})

describe('majority', () => {
  test('default: as counted one by one, with ties and weights', () => {
    const random = seeded(5)
    for (let round = 0; round < 30; round++) {
      const workers = voters(random, 64, 1 + random.below(7), 64, 1 + random.below(15))
      const votes = workers.map((worker) => ({ ...worker, assigned: unpackMask(64, worker.mask) }))
      const { counts, labels, support, agreements } = majority(64, votes)
      expect({ counts, labels, support, agreements }).toEqual(expected(64, workers))
    }
  })

  test('default: of several classes with most votes, the lowest; without votes, 0', () => {
    const counts: ItemCounts[] = [
      [0, 2, 2, 1],
      [0, 0, 0, 0],
      [1, 0, 0, 1],
      [0, 0, 3, 3],
    ]
    expect(decide(counts)).toEqual({ labels: [1, 0, 0, 2], support: 2 + 0 + 1 + 3 })
  })

  test('error: votes that cannot be counted', () => {
    const vote = { labels: [0], weight: 1, assigned: [true] }
    expect(() => countVotes(1, [{ ...vote, weight: 0 }])).toThrow(VoteInvalidError)
    expect(() => countVotes(1, [{ ...vote, weight: 1.5 }])).toThrow(VoteInvalidError)
    expect(() => countVotes(1, [{ ...vote, labels: [4] }])).toThrow(VoteInvalidError)
    expect(() => countVotes(1, [{ ...vote, weight: 4095 }, vote])).toThrow(VoteInvalidError)
  })
})

describe('consensusWitness', () => {
  const shared = { taskContext: 11n, outSalt: 12n, context: 13n }

  test.each([
    ['one worker', 1, 64],
    ['seven workers, some items', 7, 50],
  ])('default: %s, proven on the real circuit', async (_, count, items) => {
    const workers = voters(seeded(count), 64, count, items, 15)
    const witness = consensusWitness({ ...shared, workers })
    const reference = expected(items, workers)
    expect(witness.labels.slice(0, items)).toEqual(reference.labels)
    expect(witness.labels.slice(items)).toEqual(new Array(64 - items).fill(0))
    expect([witness.support, witness.agreements]).toEqual([reference.support, reference.agreements])
    // What the chain knows and is sent gives the same signals.
    const vector = consensusVector({
      taskContext: 11n,
      out: witness.out,
      support: reference.support,
      workers: workers.map(({ weight, mask }, index) => ({
        commitment: witness.statement.vector[4 + index]!,
        weight,
        mask,
        agreements: reference.agreements[index]!,
      })),
    })
    const signals = publicSignalsFor({ digest: witness.statement.digest, context: 13n, vector })
    expect(signals).toEqual(witness.statement.publicSignals)
    expect((await prove(witness)).publicSignals).toEqual(signals)
  })

  test('default: a commitment that is given must open', () => {
    const [worker] = voters(seeded(9), 64, 1, 8, 1) as [OpenedVoter]
    const { vector } = consensusWitness({ ...shared, workers: [worker] }).statement
    const commitment = vector[4]!
    expect(consensusWitness({ ...shared, workers: [{ ...worker, commitment }] }).statement.vector).toEqual(vector)
    expect(() => consensusWitness({ ...shared, workers: [{ ...worker, commitment: commitment + 1n }] })).toThrow(
      CommitmentMismatchError,
    )
  })

  test('error: too few or too many workers, a label that is no class', () => {
    const workers = voters(seeded(10), 64, 8, 4, 1)
    expect(() => consensusWitness({ ...shared, workers })).toThrow(WorkerCountError)
    expect(() => consensusWitness({ ...shared, workers: [] })).toThrow(WorkerCountError)
    expect(() => consensusWitness({ ...shared, workers: [{ ...workers[0]!, labels: [4] }] })).toThrow(
      LabelOutsideSchemaError,
    )
    expect(() => consensusWitness({ ...shared, workers: [{ ...workers[0]!, mask: [1n, 0n] }] })).toThrow(
      MaskMalformedError,
    )
  })
})

describe('tallyWitness, decideWitness, agreeWitness', () => {
  test('default: nine workers in two chunks, each circuit proven once', { timeout: 300_000 }, async () => {
    const random = seeded(21)
    const items = 251
    const workers = voters(random, 256, 9, items, 15)
    const chunks = [workers.slice(0, 7), workers.slice(7)]
    const reference = expected(items, workers)
    const [taskContext, outSalt, context] = [random.bits(248), random.bits(248), random.bits(248)]

    let [words, salt, commitment]: [readonly bigint[], bigint, bigint] = [packCounts([]), 0n, ZERO_COUNTS]
    for (const chunk of chunks) {
      const nextSalt = random.bits(248)
      const step = tallyWitness({ workers: chunk, context, previous: words, previousSalt: salt, nextSalt })
      expect(step.previousCounts).toBe(commitment)
      const seen = chunk.map(({ weight, mask }, index) => ({
        commitment: step.statement.vector[3 + index]!,
        weight,
        mask,
      }))
      expect(tallyVector({ previous: commitment, next: step.nextCounts, workers: seen })).toEqual(step.statement.vector)
      // The first chunk starts from the contract's constant, the second from what the first one left.
      if (chunk === chunks[1]) expect((await prove(step)).publicSignals).toEqual(step.statement.publicSignals)
      ;[words, salt, commitment] = [step.words, nextSalt, step.nextCounts]
    }
    expect(unpackCounts(words).slice(0, items)).toEqual(reference.counts)
    expect(commitCounts({ words, salt })).toBe(commitment)

    const decision = decideWitness({ counts: words, countsSalt: salt, taskContext, outSalt, context })
    expect(decision.labels.slice(0, items)).toEqual(reference.labels)
    expect(decision.support).toBe(reference.support)
    const { out, support, labels } = decision
    expect(decideVector({ taskContext, counts: commitment, out, support })).toEqual(decision.statement.vector)
    expect((await prove(decision)).publicSignals).toEqual(decision.statement.publicSignals)

    for (const [at, chunk] of [0, 7].map((start, index) => [start, chunks[index]!] as const)) {
      const compared = agreeWitness({ workers: chunk, labels, taskContext, outSalt, context })
      expect(compared.out).toBe(out)
      expect(compared.agreements).toEqual(reference.agreements.slice(at, at + chunk.length))
      const seen = chunk.map(({ mask }, index) => ({
        commitment: compared.statement.vector[2 + index]!,
        mask,
        agreements: compared.agreements[index]!,
      }))
      expect(agreeVector({ out, workers: seen })).toEqual(compared.statement.vector)
      if (at === 0) expect((await prove(compared)).publicSignals).toEqual(compared.statement.publicSignals)
    }
  })
})
