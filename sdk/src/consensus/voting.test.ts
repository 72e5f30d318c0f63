import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { seeded } from '../testing/seeded.js'
import { agreementsWith, majority, type Vote } from './majority.js'
import {
  assertSoundVoting,
  assessVoting,
  ConsensusUnsoundError,
  LargestShareOutOfRangeError,
  type VotingTerms,
} from './voting.js'

const RUNS = 2_000
/** Of simulations that are about one worker. */
const COIN_RUNS = 100_000
const BPS = 10_000
const sound: VotingTerms = {
  firstSlots: 5,
  itemCount: 64,
  classes: 2,
  thresholdBps: 8_000,
  assignmentShift: 0,
  weighted: false,
}

type Played = { readonly lazy: number; readonly honest: number }

/** How often the worker that always says class 0, and an honest one beside it, are paid: by the arithmetic that is proven. */
function play(terms: VotingTerms, { share, accuracy }: { share: number; accuracy: number }): Played {
  const random = seeded(9)
  const chance = (part: number) => random.below(1_000_000) < part * 1_000_000
  const paid = { lazy: 0, honest: 0 }
  for (let run = 0; run < RUNS; run++) {
    const truth = Array.from({ length: terms.itemCount }, () =>
      chance(share) ? 0 : 1 + random.below(terms.classes - 1),
    )
    const votes = Array.from({ length: terms.firstSlots }, (_, worker): Vote => {
      const labels = truth.map((label) => {
        if (worker === 0) return 0
        return chance(accuracy) ? label : (label + 1 + random.below(terms.classes - 1)) % terms.classes
      })
      const drawn = truth.map(() => chance(2 ** -terms.assignmentShift))
      return { labels, weight: 1, assigned: drawn.includes(true) ? drawn : drawn.map(() => true) }
    })
    const { labels } = majority(terms.itemCount, votes)
    const passes = (vote: Vote) =>
      agreementsWith(labels, vote) * BPS >= terms.thresholdBps * vote.assigned.filter(Boolean).length
    if (passes(votes[0]!)) paid.lazy++
    if (passes(votes[1]!)) paid.honest++
  }
  return { lazy: paid.lazy / RUNS, honest: paid.honest / RUNS }
}

const reasonsOf = (changes: Partial<VotingTerms>) => assessVoting({ ...sound, ...changes }).reasons

test('default: at the smallest parameters that are accepted, always zero is paid less than honest work', () => {
  for (const terms of [
    sound,
    { ...sound, firstSlots: 7 },
    // The lowest thresholds that pass, of two classes and of four.
    { ...sound, thresholdBps: lowestThreshold({ ...sound, firstSlots: 7 }), firstSlots: 7 },
    { ...sound, classes: 4, firstSlots: 7, thresholdBps: lowestThreshold({ ...sound, classes: 4, firstSlots: 7 }) },
    { ...sound, firstSlots: 19, itemCount: 200, assignmentShift: 1 },
  ]) {
    const assessment = assessVoting(terms)
    expect(assessment.reasons).toEqual([])
    // As common as the rule allows for, and workers as good as it takes them to be.
    const share = Math.min(0.6, 2 / terms.classes)
    const { lazy, honest } = play(terms, { share, accuracy: (1 + terms.thresholdBps / BPS) / 2 })
    expect(lazy).toBeLessThan(0.02)
    expect(lazy).toBeLessThan(honest / 10)
    expect(honest).toBeGreaterThan(0.5)
  }
})

function lowestThreshold(terms: VotingTerms): number {
  for (let thresholdBps = 5_000; ; thresholdBps += 100)
    if (assessVoting({ ...terms, thresholdBps }).reasons.length === 0) return thresholdBps
}

test('default: what is refused does pay it', () => {
  // Two voters and a threshold of 80 %: all zeros agrees with everything, who is always right with a quarter of the items.
  const two = { ...sound, firstSlots: 2, classes: 4 }
  expect(reasonsOf(two)).toHaveLength(2)
  expect(play(two, { share: 0.25, accuracy: 1 })).toEqual({ lazy: 1, honest: 0 })
  expect(assessVoting(two)).toMatchObject({ voters: 2, agreement: 1, paid: 1 })
  // Seven workers and a draw of one in eight.
  const drawn = { ...sound, firstSlots: 7, assignmentShift: 3, classes: 4 }
  expect(assessVoting(drawn).voters).toBe(0)
  expect(() => assertSoundVoting(drawn)).toThrow(ConsensusUnsoundError)
  expect(play(drawn, { share: 0.25, accuracy: 0.9 }).lazy).toBeGreaterThan(0.05)
  // A threshold that the most common class alone reaches.
  const common = { ...sound, firstSlots: 7, thresholdBps: 6_000 }
  expect(reasonsOf(common)).toHaveLength(1)
  expect(play(common, { share: 0.6, accuracy: 0.9 }).lazy).toBeGreaterThan(0.4)
})

/**
 * How often a worker that always gives the most common answer is paid, by throwing coins item for item: what it is drawn, what is
 * shown, and how each of the others votes. The others err towards its answer, as the rule takes them to.
 *
 * @param others - How many others vote on each item: so many, or whoever of so many is drawn it.
 */
function lazyPaid(
  terms: VotingTerms,
  others: { readonly always: number } | { readonly drawnOf: number },
  runs: number,
): number {
  const { itemCount, classes, thresholdBps, assignmentShift } = terms
  const random = seeded(5)
  const chance = (part: number) => random.below(2 ** 32) < part * 2 ** 32
  const drawn = 2 ** -assignmentShift
  const [share, wrong] = [Math.min(0.6, 2 / classes), (1 - thresholdBps / BPS) / 2]
  const winsOther = () => {
    let [with0, against] = [1, 0]
    const most = 'always' in others ? others.always : others.drawnOf
    for (let other = 0; other < most; other++) {
      if ('drawnOf' in others && !chance(drawn)) continue
      if (chance(wrong)) with0++
      else against++
    }
    return with0 >= against
  }
  let paid = 0
  for (let run = 0; run < runs; run++) {
    let items = 0
    for (let item = 0; item < itemCount; item++) if (chance(drawn)) items++
    // As Assignment.sol has it.
    if (items === 0) items = itemCount
    let agreements = 0
    for (let item = 0; item < items; item++) if (chance(share) || winsOther()) agreements++
    if (agreements * BPS >= thresholdBps * items) paid++
  }
  return paid / runs
}

test.each<[string, Partial<VotingTerms>, number]>([
  ['64 items', { firstSlots: 100, assignmentShift: 3, classes: 4, thresholdBps: 9_000 }, 0.0187],
  ['96 items', { firstSlots: 100, assignmentShift: 3, classes: 4, thresholdBps: 8_500, itemCount: 96 }, 0.0136],
  ['128 items', { firstSlots: 100, assignmentShift: 2, itemCount: 128 }, 0.0109],
  ['64 items, 30 slots', { firstSlots: 30, assignmentShift: 1 }, 0.011],
  // One draw in three of so few leaves none, and gets all.
  ['8 items', { firstSlots: 100, assignmentShift: 3, itemCount: 8 }, 0.3796],
])('default: who is drawn few items is paid more often: %s', { timeout: 60_000 }, (_, changes, expected) => {
  const terms = { ...sound, ...changes }
  const { paid, voters, reasons } = assessVoting(terms)
  expect(paid).toBeCloseTo(expected, 4)
  expect(reasons).toEqual([expect.stringContaining('is paid in')])
  const deviation = (runs: number) => Math.sqrt((paid * (1 - paid)) / runs)
  const assumed = lazyPaid(terms, { always: voters - 1 }, COIN_RUNS)
  expect(Math.abs(assumed - paid)).toBeLessThan(4 * deviation(COIN_RUNS))
  // With as many others as are drawn it is no more.
  const played = lazyPaid(terms, { drawnOf: terms.firstSlots - 1 }, COIN_RUNS / 4)
  expect(played).toBeLessThan(paid + 4 * deviation(COIN_RUNS / 4))
  expect(played).toBeGreaterThan(paid / 2)
})

test('default: what the README says of seven workers and of draws', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(/\s+/g, ' ')
  expect(readme).toContain(
    'Seven workers, 64 items, two classes and a threshold of 80 % are sound. With a draw of one half no number of workers is: it takes 19 workers and 96 items, or 19 workers and a threshold of 85 %.',
  )
  const seven = { ...sound, firstSlots: 7, itemCount: 64, classes: 2, thresholdBps: 8_000 }
  expect(assessVoting(seven).reasons).toEqual([])
  const half = { ...seven, assignmentShift: 1 }
  // However many vote: who is drawn few items reaches it by the share of the largest class.
  for (const firstSlots of [19, 20, 50, 100, 500, 4_095]) expect(reasonsOf({ ...half, firstSlots })).toHaveLength(1)
  for (const sounder of [
    { ...half, thresholdBps: 8_500 },
    { ...half, itemCount: 96 },
  ]) {
    for (let firstSlots = 3; firstSlots < 19; firstSlots++)
      expect(reasonsOf({ ...sounder, firstSlots })).not.toEqual([])
    for (let firstSlots = 19; firstSlots < 100; firstSlots++) expect(reasonsOf({ ...sounder, firstSlots })).toEqual([])
  }
})

test('args: voters that a draw leaves', () => {
  // P(Bin(19, 1/2) < 5) = 0.0096, P(Bin(18, 1/2) < 5) = 0.0154.
  expect(assessVoting({ ...sound, firstSlots: 19, assignmentShift: 1 }).voters).toBe(5)
  expect(assessVoting({ ...sound, firstSlots: 18, assignmentShift: 1 }).voters).toBe(4)
  expect(assessVoting({ ...sound, firstSlots: 4_095, assignmentShift: 3 }).voters).toBeGreaterThan(450)
})

test('args: a stated share takes the place of the assumed one', () => {
  const even = { firstSlots: 7, thresholdBps: 7_000 }
  expect(reasonsOf(even)).toHaveLength(1)
  expect(reasonsOf({ ...even, largestShareBps: 5_000 })).toEqual([])
  expect(reasonsOf({ ...even, largestShareBps: 9_000, thresholdBps: 9_000 })).toHaveLength(1)
  // Few items say little.
  expect(reasonsOf({ firstSlots: 7, itemCount: 8 })).toHaveLength(1)
})

test('args: weights stay under half of the votes of an item', () => {
  // Always zero earns weight as well: 60 % agreement is a weight of 4.
  expect(assessVoting({ ...sound, firstSlots: 30, itemCount: 200, weighted: true })).toMatchObject({
    weight: 4,
    reasons: [],
  })
  expect(reasonsOf({ weighted: true })).not.toEqual([])
  const drawn = { firstSlots: 30, itemCount: 200, assignmentShift: 1, weighted: true, largestShareBps: 5_000 }
  expect(reasonsOf(drawn)[0]).toContain('can weigh 13')
  expect(reasonsOf({ ...drawn, firstSlots: 60 })).toEqual([])
})

test.each([
  [2, 4_999],
  [2, 10_001],
  [3, 3_333],
  [4, 2_499],
  [4, 0],
  [4, 5_000.5],
])('error: of %d classes none is the most common with %d basis points', (classes, largestShareBps) => {
  expect(() => reasonsOf({ classes, largestShareBps })).toThrow(LargestShareOutOfRangeError)
})

test.each([
  [2, 5_000],
  [3, 3_334],
  [4, 2_500],
  [2, 10_000],
])('args: of %d classes one is the most common with %d basis points', (classes, largestShareBps) => {
  expect(assessVoting({ ...sound, classes, largestShareBps }).agreement).toBeGreaterThanOrEqual(largestShareBps / BPS)
})

test('error: says what to change', () => {
  expect(() => assertSoundVoting({ ...sound, firstSlots: 3 })).toThrow(/3 voters[\s\S]*unsafeVoting/)
})
