import { expect, test } from 'vitest'
import { seeded } from '../testing/seeded.js'
import { agreementsWith, majority, type Vote } from './majority.js'
import { assertSoundVoting, assessVoting, ConsensusUnsoundError, type VotingTerms } from './voting.js'

const RUNS = 2_000
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
  expect(reasonsOf(drawn)[0]).toContain('can weigh 15')
  expect(reasonsOf({ ...drawn, firstSlots: 60 })).toEqual([])
})

test('error: says what to change', () => {
  expect(() => assertSoundVoting({ ...sound, firstSlots: 3 })).toThrow(/3 voters[\s\S]*unsafeVoting/)
})
