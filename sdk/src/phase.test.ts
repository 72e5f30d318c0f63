import { describe, expect, test } from 'vitest'
import { type PhaseInput, phaseOf } from './phase.js'

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
  rejected: 0,
  submitBy: 200n,
  scoreBy: 300n,
  auditWindow: 100n,
  audit: undefined,
  bondHeld: true,
}
const consensus: Of<'consensus'> = {
  ...base,
  kind: 'consensus',
  slots: 4,
  slotLimit: 2,
  committed: 0,
  delivered: 0,
  seedMissing: false,
  joinBy: 1000n,
  round: { joinBy: 100n, commitBy: 200n, deliverBy: 300n, settleBy: 400n },
}
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

test('hidden gold: its bond and its audit', () => {
  const scored = { ...hiddenGold, submitted: 2, ended: 2, rejected: 1 }
  expect(phaseOf(scored, 400n)).toEqual({ phase: 'disputable', nextDeadline: 400n })
  expect(phaseOf(scored, 401n).phase).toBe('settling')
  expect(phaseOf({ ...scored, rejected: 0 }, 0n).phase).toBe('settling')
  const audit = { answerBy: 450n, panel: 1, audited: 0, closed: false }
  expect(phaseOf({ ...scored, audit }, 450n)).toEqual({ phase: 'auditing', nextDeadline: 450n })
  expect(phaseOf({ ...scored, audit }, 451n).phase).toBe('settling')
  expect(phaseOf({ ...scored, audit: { ...audit, audited: 1 } }, 0n).phase).toBe('settling')
  expect(phaseOf({ ...scored, audit: { ...audit, closed: true } }, 0n).phase).toBe('settling')
  // Also while a slot is left to be settled, and whatever became of the keys.
  expect(phaseOf({ ...scored, audit, ended: 1, halted: true }, 350n).phase).toBe('auditing')
})

test('consensus', () => {
  expect(phaseOf({ ...consensus, seedMissing: true }, 0n)).toEqual({ phase: 'drawing', nextDeadline: 200n })
  expect(phaseOf(consensus, 200n)).toEqual({ phase: 'committing', nextDeadline: 200n })
  expect(phaseOf({ ...consensus, committed: 2 }, 0n)).toEqual({ phase: 'delivering', nextDeadline: 300n })
  expect(phaseOf({ ...consensus, committed: 1 }, 201n).phase).toBe('delivering')
  expect(phaseOf({ ...consensus, committed: 2, delivered: 2 }, 0n)).toEqual({
    phase: 'aggregating',
    nextDeadline: 400n,
  })
  expect(phaseOf({ ...consensus, committed: 2 }, 301n).phase).toBe('settling')
  expect(phaseOf({ ...consensus, committed: 2, delivered: 1 }, 301n).phase).toBe('aggregating')
  // Another round: slots open up again.
  const round = { joinBy: 500n, commitBy: 600n, deliverBy: 700n, settleBy: 800n }
  const second = { ...consensus, committed: 2, delivered: 2, slotLimit: 3, round }
  expect(phaseOf(second, 500n)).toEqual({ phase: 'joining', nextDeadline: 500n })
  expect(phaseOf({ ...second, joined: 3 }, 450n).phase).toBe('committing')
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
