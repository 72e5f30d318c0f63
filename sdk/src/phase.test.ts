import { describe, expect, test } from 'vitest'
import {
  type AuditProgress,
  allRedressed,
  auditStanding,
  type ConsensusRound,
  canUphold,
  isRedressed,
  mayAsk,
  openAuditsOf,
  type PhaseInput,
  panelPopulation,
  panelRuling,
  phaseOf,
  rejectionsPendingUntil,
  submissionsToOverturn,
  unauditableBecause,
} from './phase.js'

const base = { slots: 2, joined: 2, ended: 0, unfilledReturned: false, halted: false, joinBy: 100n, bondHeld: false }
type Of<kind extends PhaseInput['kind']> = Extract<PhaseInput, { kind: kind }>

const openGold: Of<'open-gold'> = {
  ...base,
  kind: 'open-gold',
  committed: 0,
  goldOpen: false,
  commitBy: 200n,
  openBy: 300n,
  proveBy: 400n,
}
const hiddenGold: Of<'hidden-gold'> = {
  ...base,
  kind: 'hidden-gold',
  submitted: 0,
  scored: 0,
  rejected: 0,
  mostDisputedItems: 0,
  allowedMistakes: 1,
  overturnedItems: 0,
  openAudits: 0,
  unprovenAudits: 0,
  firstAnswerBy: 0n,
  lastAnswerBy: 0n,
  scoreKeyFrozen: false,
  auditKeysFrozen: false,
  submitBy: 200n,
  scoreBy: 300n,
  auditWindow: 100n,
  bondHeld: true,
}
const firstRound: ConsensusRound = {
  joined: 2,
  committed: 0,
  delivered: 0,
  seedMissing: false,
  joinBy: 100n,
  commitBy: 201n,
  deliverBy: 300n,
  settleBy: 400n,
}
const consensus: Of<'consensus'> = {
  ...base,
  kind: 'consensus',
  slots: 4,
  slotLimit: 2,
  delivered: 0,
  decided: false,
  joinBy: 1000n,
  round: firstRound,
}
/** A round of two with these counts. */
const round = (counts: Partial<ConsensusRound>): PhaseInput => ({
  ...consensus,
  delivered: counts.delivered ?? 0,
  round: { ...firstRound, ...counts },
})
const direct: Of<'direct'> = { ...base, kind: 'direct', proveBy: 200n }
const optimistic: Of<'optimistic'> = {
  ...base,
  kind: 'optimistic',
  claimed: 0,
  openDisputes: 0,
  claimBy: 200n,
  challengeBy: 0n,
  answerBy: 0n,
}
const kinds: PhaseInput[] = [openGold, hiddenGold, consensus, direct, optimistic, { ...base, kind: 'other' }]

describe('every settlement', () => {
  test.each(kinds.map((task) => [task.kind, task] as const))('%s: joins, halts, ends', (_, task) => {
    expect(phaseOf({ ...task, joined: 1 }, 100n)).toEqual({ phase: 'joining', nextDeadline: 100n })
    expect(phaseOf({ ...task, joined: 1 }, 101n).phase).not.toBe('joining')
    expect(phaseOf({ ...task, halted: true }, 1001n)).toEqual({ phase: 'halted', nextDeadline: null })
    expect(phaseOf({ ...task, halted: true }, 0n)).toEqual({ phase: 'halted', nextDeadline: null })
    const gone = { ...task, unfilledReturned: true, bondHeld: false }
    expect(phaseOf({ ...gone, ended: 2, halted: true }, 0n)).toEqual({ phase: 'completed', nextDeadline: null })
    expect(phaseOf({ ...gone, joined: 0 }, 0n)).toEqual({ phase: 'cancelled', nextDeadline: null })
    // Nobody can join any more and all who did have ended: the free slots and the bond are left.
    expect(phaseOf({ ...task, joined: 1, ended: 1 }, 1001n).phase).toBe('settling')
    expect(phaseOf({ ...gone, ended: 2, bondHeld: true }, 1001n).phase).toBe('settling')
    expect(phaseOf(task, 1001n).phase).toBe('settling')
  })
})

test('open gold', () => {
  expect(phaseOf({ ...openGold, committed: 1 }, 200n)).toEqual({ phase: 'committing', nextDeadline: 200n })
  expect(phaseOf({ ...openGold, committed: 2 }, 0n)).toEqual({ phase: 'opening', nextDeadline: 300n })
  expect(phaseOf({ ...openGold, committed: 1 }, 201n).phase).toBe('opening')
  expect(phaseOf(openGold, 201n).phase).toBe('settling')
  expect(phaseOf({ ...openGold, committed: 1 }, 301n)).toEqual({ phase: 'delivering', nextDeadline: 400n })
  expect(phaseOf({ ...openGold, committed: 2, goldOpen: true }, 250n)).toEqual({ phase: 'proving', nextDeadline: 400n })
  expect(phaseOf({ ...openGold, committed: 2, goldOpen: true }, 401n).phase).toBe('settling')
})

test('hidden gold', () => {
  expect(phaseOf({ ...hiddenGold, submitted: 1 }, 200n)).toEqual({ phase: 'submitting', nextDeadline: 200n })
  expect(phaseOf({ ...hiddenGold, submitted: 2 }, 0n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
  expect(phaseOf(hiddenGold, 201n).phase).toBe('settling')
  expect(phaseOf({ ...hiddenGold, submitted: 1 }, 301n).phase).toBe('settling')
})

test('hidden gold: scored for as long as the score key is good', () => {
  const frozen = { ...hiddenGold, halted: true, auditKeysFrozen: true, submitted: 1, ended: 1 }
  // Whoever submitted may be followed by nobody, but scores are taken only after the time to submit.
  expect(phaseOf(frozen, 200n)).toEqual({ phase: 'halted', nextDeadline: null })
  expect(phaseOf(frozen, 201n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
  expect(phaseOf({ ...frozen, submitted: 2 }, 0n).phase).toBe('scoring')
  // One slot is free and joining has not closed, so not everybody has submitted.
  expect(phaseOf({ ...frozen, slots: 3, submitted: 2 }, 100n).phase).toBe('halted')
  expect(phaseOf({ ...frozen, slots: 3, submitted: 2 }, 101n).phase).toBe('scoring')
  expect(phaseOf(frozen, 301n).phase).toBe('halted')
  expect(phaseOf({ ...frozen, submitted: 0 }, 250n).phase).toBe('halted')
  expect(phaseOf({ ...frozen, scored: 1 }, 250n).phase).toBe('halted')
  expect(phaseOf({ ...frozen, scoreKeyFrozen: true }, 250n).phase).toBe('halted')
})

/** Four submitted and were scored: one was paid, one was rejected, and disputes five items. */
const rejected: Of<'hidden-gold'> = {
  ...hiddenGold,
  slots: 4,
  joined: 4,
  ended: 3,
  submitted: 4,
  scored: 4,
  rejected: 1,
  mostDisputedItems: 5,
}

test('hidden gold: a rejection is provisional until nobody can ask for an audit any more', () => {
  expect(phaseOf(rejected, 300n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
  expect(mayAsk(rejected, 300n)).toBe(false)
  expect(rejectionsPendingUntil(rejected, 300n)).toBe(400n)
  expect(phaseOf(rejected, 301n)).toEqual({ phase: 'disputable', nextDeadline: 400n })
  expect(mayAsk(rejected, 301n)).toBe(true)
  expect(phaseOf(rejected, 400n)).toEqual({ phase: 'disputable', nextDeadline: 400n })
  expect(phaseOf(rejected, 401n)).toEqual({ phase: 'settling', nextDeadline: null })
  expect(rejectionsPendingUntil(rejected, 401n)).toBeUndefined()
  // Nothing waits where nobody was rejected: with all scored, the rest is settled.
  expect(phaseOf({ ...rejected, rejected: 0 }, 0n).phase).toBe('settling')
  // The score key is needed no more; the slots that were not scored are paid by silence.
  const halted = { ...rejected, halted: true, scoreKeyFrozen: true }
  expect(phaseOf(halted, 301n).phase).toBe('disputable')
  expect(phaseOf({ ...halted, ended: 2 }, 250n)).toEqual({ phase: 'halted', nextDeadline: null })
  expect(phaseOf(halted, 250n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
})

test('hidden gold: where nobody can overturn a rejection, nothing waits', () => {
  // Two submitted: there is no third opinion.
  const two = { ...rejected, slots: 2, joined: 2, ended: 1, submitted: 2, scored: 2 }
  expect(rejectionsPendingUntil(two, 250n)).toBeUndefined()
  expect(phaseOf(two, 250n)).toEqual({ phase: 'settling', nextDeadline: null })
  // Somebody else may still be scored.
  expect(phaseOf({ ...two, ended: 0, scored: 1 }, 250n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
  // Two items on a panel of three are six answers, and nine are asked for. Before scoring is over more may be rejected.
  const few = { ...rejected, mostDisputedItems: 2 }
  expect(phaseOf(few, 300n).phase).toBe('scoring')
  expect(phaseOf(few, 301n).phase).toBe('settling')
  expect(mayAsk(few, 301n)).toBe(false)
  // A key that audits need is frozen.
  const frozen = { ...rejected, halted: true, auditKeysFrozen: true }
  expect(rejectionsPendingUntil(frozen, 250n)).toBeUndefined()
  expect(phaseOf(frozen, 250n).phase).toBe('halted')
})

test('hidden gold: audits', () => {
  const times = { firstAnswerBy: 450n, lastAnswerBy: 450n }
  const open = { ...rejected, ended: 2, rejected: 2, openAudits: 1, unprovenAudits: 1, ...times }
  expect(phaseOf(open, 350n)).toEqual({ phase: 'auditing', nextDeadline: 450n })
  expect(mayAsk(open, 350n)).toBe(true)
  expect(rejectionsPendingUntil(open, 350n)).toBe(450n)
  expect(rejectionsPendingUntil({ ...open, lastAnswerBy: 360n }, 350n)).toBe(400n)
  expect(phaseOf(open, 450n).phase).toBe('auditing')
  // Not answered: anyone closes it, and until somebody does the rejections wait.
  expect(phaseOf(open, 451n)).toEqual({ phase: 'settling', nextDeadline: null })
  expect(rejectionsPendingUntil(open, 451n)).toBe(450n)
  // Answered and not closed: the other rejected worker may still ask.
  const proven = { ...open, unprovenAudits: 0, firstAnswerBy: 0n }
  expect(phaseOf(proven, 350n)).toEqual({ phase: 'disputable', nextDeadline: 400n })
  expect(phaseOf(proven, 401n).phase).toBe('settling')
  // Closed and not upheld: as before it was asked for.
  expect(phaseOf({ ...proven, openAudits: 0 }, 350n).phase).toBe('disputable')
  expect(phaseOf({ ...proven, openAudits: 0 }, 401n).phase).toBe('settling')
  // So much is overturned that everybody passes: whatever else is open, all rejected slots are redressed at once.
  const redressed = { ...open, mostDisputedItems: 4, overturnedItems: 3 }
  expect(phaseOf(redressed, 350n).phase).toBe('settling')
  expect(mayAsk(redressed, 350n)).toBe(false)
  expect(rejectionsPendingUntil(redressed, 350n)).toBeUndefined()
  // One item less, and who disagrees most waits on and may ask.
  const partly = { ...redressed, overturnedItems: 2 }
  expect(phaseOf(partly, 350n)).toEqual({ phase: 'auditing', nextDeadline: 450n })
  expect(mayAsk(partly, 350n)).toBe(true)
  expect(rejectionsPendingUntil(partly, 350n)).toBe(450n)
  expect([3, 4].map((disputedItems) => isRedressed(partly, disputedItems))).toEqual([true, false])
  expect([partly, redressed].map(allRedressed)).toEqual([false, true])
  // Also without the score key, and not without a key to answer with.
  expect(phaseOf({ ...open, halted: true, scoreKeyFrozen: true }, 350n).phase).toBe('auditing')
  expect(phaseOf({ ...open, halted: true, auditKeysFrozen: true }, 350n).phase).toBe('halted')
  expect(phaseOf({ ...proven, halted: true, auditKeysFrozen: true }, 350n).phase).toBe('settling')
})

test('hidden gold: the audit that is due first is the one that loses the task', () => {
  const audit = (answerBy: bigint, change: Partial<AuditProgress> = {}): AuditProgress => ({
    answerBy,
    panelSize: 3,
    audited: 0,
    closed: false,
    ...change,
  })
  const of = (...audits: AuditProgress[]) => {
    const openAudits = audits.filter(({ closed }) => !closed).length
    return { ...rejected, ended: 1, rejected: 3, openAudits, ...openAuditsOf(audits) }
  }
  const two = of(audit(450n), audit(420n))
  expect(phaseOf(two, 401n)).toEqual({ phase: 'auditing', nextDeadline: 420n })
  expect(rejectionsPendingUntil(two, 401n)).toBe(450n)
  // Missed: whoever closes it ends the task, and what is left to answer the other with decides nothing.
  expect(phaseOf(two, 421n)).toEqual({ phase: 'settling', nextDeadline: null })
  expect(rejectionsPendingUntil(two, 421n)).toBe(450n)
  // Proven or closed, it loses nothing any more.
  const proven = of(audit(420n, { audited: 3 }), audit(450n, { audited: 2 }))
  expect(phaseOf(proven, 401n)).toEqual({ phase: 'auditing', nextDeadline: 450n })
  expect(proven).toMatchObject({ unprovenAudits: 1, firstAnswerBy: 450n, lastAnswerBy: 450n })
  const closed = of(audit(420n), audit(450n, { audited: 3, closed: true }))
  expect(phaseOf(closed, 401n)).toEqual({ phase: 'auditing', nextDeadline: 420n })
  expect(rejectionsPendingUntil(closed, 401n)).toBe(420n)
  expect(openAuditsOf([audit(420n, { closed: true })])).toEqual({
    unprovenAudits: 0,
    firstAnswerBy: 0n,
    lastAnswerBy: 0n,
  })
})

test('who has to do what about an audit', () => {
  const audit: AuditProgress = { answerBy: 450n, panelSize: 3, audited: 2, closed: false }
  const task = { allowedMistakes: 4, overturnedItems: 2, mostDisputedItems: 7, auditKeysFrozen: false }
  const redressed = { overturnedItems: 3 }
  const proven = { ...audit, audited: 3 }
  expect(auditStanding(audit, task, 450n)).toBe('waiting')
  expect(auditStanding(audit, task, 451n)).toBe('late')
  expect(auditStanding(proven, task, 451n)).toBe('proven')
  // A frozen key takes the time away too, but not what is proven.
  const frozen = { ...task, auditKeysFrozen: true }
  expect(auditStanding(audit, frozen, 450n)).toBe('void')
  expect(auditStanding(audit, frozen, 451n)).toBe('void')
  expect(auditStanding(proven, frozen, 451n)).toBe('proven')
  expect(auditStanding(proven, { ...task, ...redressed }, 450n)).toBe('over')
  expect(auditStanding({ ...proven, closed: true }, { ...frozen, ...redressed }, 450n)).toBe('closed')
})

test('the panel of an audit', () => {
  const population = (submitted: number, rejected: number, disputedItems = 5) =>
    panelPopulation({ submitted, rejected, disputedItems })
  expect(population(5, 1)).toEqual({ population: 4, panelSize: 4, ofAccepted: true })
  expect(population(4, 2)).toEqual({ population: 2, panelSize: 2, ofAccepted: true })
  // Fewer than half were accepted, or a single one: everyone else answers.
  expect(population(5, 3)).toEqual({ population: 4, panelSize: 4, ofAccepted: false })
  expect(population(2, 1)).toEqual({ population: 1, panelSize: 1, ofAccepted: false })
  expect(population(100, 1)).toEqual({ population: 99, panelSize: 32, ofAccepted: true })
  // Nor could the accepted overturn anything by so few items: everyone else does.
  expect(population(10, 5, 2)).toEqual({ population: 5, panelSize: 5, ofAccepted: true })
  expect(population(10, 5, 1)).toEqual({ population: 9, panelSize: 9, ofAccepted: false })
  expect(canUphold(4, 3)).toBe(true)
  expect(canUphold(4, 2)).toBe(false)
  expect(canUphold(1, 16)).toBe(false)
  expect(canUphold(40, 1)).toBe(true)

  expect(unauditableBecause({ submitted: 2, goldCount: 16, neededAgreements: 12 })).toBe('third-opinion')
  expect(unauditableBecause({ submitted: 3, goldCount: 16, neededAgreements: 12 })).toBeUndefined()
  expect(unauditableBecause({ submitted: 3, goldCount: 16, neededAgreements: 13 })).toBe('few-items')
  expect(unauditableBecause({ submitted: 10, goldCount: 10, neededAgreements: 10 })).toBeUndefined()
  expect(unauditableBecause({ submitted: 9, goldCount: 10, neededAgreements: 10 })).toBe('few-items')
})

test('how many have to submit is a matter of how much of the gold decides', () => {
  const counts: number[] = []
  for (let disputedItems = 1; disputedItems <= 16; disputedItems++) {
    const gold = { goldCount: 16, neededAgreements: 17 - disputedItems }
    const enough = submissionsToOverturn(gold)
    counts.push(enough)
    expect(unauditableBecause({ ...gold, submitted: enough })).toBeUndefined()
    expect(unauditableBecause({ ...gold, submitted: enough - 1 })).toBe(enough === 3 ? 'third-opinion' : 'few-items')
    // The same as what a panel of everyone else could do.
    expect(canUphold(enough - 1, disputedItems)).toBe(true)
    expect(canUphold(enough - 2, disputedItems)).toBe(false)
  }
  expect(counts).toEqual([10, 6, 4, 4, ...Array(12).fill(3)])
})

test('however many a requester leaves unscored, what can be overturned stays so', () => {
  for (let submitted = 3; submitted <= 40; submitted++) {
    for (let disputedItems = 1; disputedItems <= 16; disputedItems++) {
      const most = canUphold(submitted - 1, disputedItems)
      for (let rejected = 1; rejected <= submitted; rejected++) {
        const { population } = panelPopulation({ submitted, rejected, disputedItems })
        expect(canUphold(population, disputedItems)).toBe(most)
      }
    }
  }
})

// As GoldAuditCloseAuditTest.test_TheRuleAtItsBounds.
test.each<readonly [number, number, number, number, string]>([
  [1, 0, 9, 1, 'upheld'],
  [1, 0, 8, 1, 'void'],
  [3, 0, 3, 3, 'upheld'],
  [3, 0, 3, 4, 'void'],
  [1, 4, 0, 1, 'dismissed'],
  [1, 3, 0, 1, 'void'],
  [1, 0, 0, 1, 'void'],
  [1, 12, 32, 1, 'upheld'],
  [1, 12, 31, 1, 'void'],
  // Three fifths of an item, and less; eight items are beyond chance, seven are not.
  [8, 12, 18, 8, 'upheld'],
  [7, 12, 18, 7, 'void'],
  [62, 13, 18, 1, 'void'],
])('answers: %i items, each %i to %i for the challenger, %i needed, are %s', (count, ...rest) => {
  const [withGold, withChallenger, neededItems, expected] = rest
  const items = Array.from({ length: count }, () => ({ withGold, withChallenger }))
  expect(panelRuling(items, { neededItems, auditRateBps: 6000 }).ruling).toBe(expected)
})

test("answers: a challenger's own mistakes are no answer to what is rigged", () => {
  const items = [
    ...Array.from({ length: 3 }, () => ({ withGold: 0, withChallenger: 5 })),
    ...Array.from({ length: 20 }, () => ({ withGold: 5, withChallenger: 0 })),
  ]
  const ruling = (neededItems: number) => panelRuling(items, { neededItems, auditRateBps: 6000 })
  expect(ruling(3)).toEqual({ ruling: 'upheld', overturnedItems: 3 })
  // Nor would it have passed with them.
  expect(ruling(4)).toEqual({ ruling: 'void', overturnedItems: 3 })
})

test('consensus', () => {
  expect(phaseOf(consensus, 201n)).toEqual({ phase: 'committing', nextDeadline: 201n })
  expect(phaseOf(round({ committed: 2 }), 0n)).toEqual({ phase: 'delivering', nextDeadline: 300n })
  expect(phaseOf(round({ committed: 1 }), 202n).phase).toBe('delivering')
  expect(phaseOf(round({ committed: 2, delivered: 2 }), 0n)).toEqual({ phase: 'aggregating', nextDeadline: 400n })
  expect(phaseOf(round({ committed: 2 }), 301n).phase).toBe('settling')
  expect(phaseOf(round({ committed: 2, delivered: 1 }), 301n).phase).toBe('aggregating')
  expect(phaseOf(round({ committed: 2, delivered: 2 }), 401n).phase).toBe('settling')
  // Fewer joined than could have: the module waits for the time to commit, although all of them have.
  const fewer = { ...consensus, slotLimit: 3, round: { ...firstRound, committed: 2 } }
  expect(phaseOf(fewer, 201n).phase).toBe('committing')
  expect(phaseOf(fewer, 202n).phase).toBe('delivering')
})

test('consensus: a seed is taken up to the middle of the time to commit', () => {
  const missing = round({ seedMissing: true })
  expect(phaseOf(missing, 0n)).toEqual({ phase: 'drawing', nextDeadline: 150n })
  expect(phaseOf(missing, 150n).phase).toBe('drawing')
  // The slots lapse, and anyone may settle them.
  expect(phaseOf(missing, 151n)).toEqual({ phase: 'settling', nextDeadline: null })
  expect(phaseOf(missing, 202n).phase).toBe('settling')
})

test('consensus: another round has its own counts', () => {
  const later = { joinBy: 500n, commitBy: 600n, deliverBy: 700n, settleBy: 800n, seedMissing: true }
  // Two delivered in the first round; slots open up again.
  const second: Of<'consensus'> = {
    ...consensus,
    delivered: 2,
    slotLimit: 3,
    round: { ...firstRound, ...later, joined: 0 },
  }
  expect(phaseOf(second, 500n)).toEqual({ phase: 'joining', nextDeadline: 500n })
  // Nobody came: the votes of the first round are counted again once the time to commit is over.
  expect(phaseOf(second, 600n).phase).toBe('committing')
  expect(phaseOf(second, 601n)).toEqual({ phase: 'aggregating', nextDeadline: 800n })
  const joined = { ...second, joined: 3, round: { ...second.round, joined: 1 } }
  expect(phaseOf(joined, 450n)).toEqual({ phase: 'drawing', nextDeadline: 550n })
  expect(phaseOf(joined, 551n)).toEqual({ phase: 'settling', nextDeadline: 600n })
  expect(phaseOf({ ...joined, delivered: 0 }, 551n)).toEqual({ phase: 'settling', nextDeadline: null })
  expect(phaseOf(joined, 601n).phase).toBe('aggregating')
  const seeded = { ...joined, round: { ...joined.round, seedMissing: false } }
  expect(phaseOf(seeded, 450n)).toEqual({ phase: 'committing', nextDeadline: 600n })
  const committed = { ...seeded, round: { ...seeded.round, committed: 1 } }
  expect(phaseOf(committed, 450n)).toEqual({ phase: 'delivering', nextDeadline: 700n })
  const delivered = { ...committed, delivered: 3, round: { ...committed.round, delivered: 1 } }
  expect(phaseOf(delivered, 450n)).toEqual({ phase: 'aggregating', nextDeadline: 800n })
  // The majority is proven; chunks of workers are still to be settled.
  expect(phaseOf({ ...delivered, decided: true, ended: 1 }, 450n).phase).toBe('aggregating')
  expect(phaseOf({ ...delivered, decided: true, ended: 1 }, 801n).phase).toBe('settling')
})

test('direct', () => {
  expect(phaseOf(direct, 200n)).toEqual({ phase: 'proving', nextDeadline: 200n })
  expect(phaseOf(direct, 201n).phase).toBe('settling')
})

test('optimistic', () => {
  expect(phaseOf({ ...optimistic, claimed: 1, challengeBy: 150n }, 200n)).toEqual({
    phase: 'claiming',
    nextDeadline: 200n,
  })
  const claimed = { ...optimistic, claimed: 2, challengeBy: 250n }
  expect(phaseOf(claimed, 250n)).toEqual({ phase: 'challenging', nextDeadline: 250n })
  expect(phaseOf(claimed, 251n).phase).toBe('settling')
  const disputed = { ...claimed, openDisputes: 1, answerBy: 300n }
  expect(phaseOf(disputed, 240n)).toEqual({ phase: 'disputed', nextDeadline: 300n })
  expect(phaseOf(disputed, 301n).phase).toBe('settling')
  expect(phaseOf({ ...disputed, openDisputes: 0 }, 240n).phase).toBe('challenging')
})
