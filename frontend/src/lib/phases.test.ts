import { expect, test } from 'vitest'
import { phasesOf, phasesOfTask } from './phases'

const OPEN = { joinBy: 100, commitBy: 200, openBy: 300, proveBy: 400 }
const names = (states: ReturnType<typeof phasesOf>) => states.map(({ name, state }) => `${name} ${state}`)

test('open gold has four steps, hidden gold three', () => {
  expect(phasesOf(OPEN, { createdAt: 0 }, 0).map(({ name }) => name)).toEqual(['Join', 'Commit', 'Open gold', 'Prove'])
  const hidden = { joinBy: 100, submitBy: 200, scoreBy: 300, commitBy: null }
  expect(phasesOf(hidden, { createdAt: 0 }, 0).map(({ name }) => name)).toEqual(['Join', 'Submit', 'Score'])
})

test('exactly one step is present, and a deadline second belongs to the step it ends', () => {
  for (const [now, present] of [
    [0, 'Join'],
    [99, 'Join'],
    [100, 'Join'],
    [101, 'Commit'],
    [200, 'Commit'],
    [201, 'Open gold'],
    [400, 'Prove'],
  ] as const) {
    const present_ = phasesOf(OPEN, { createdAt: 0 }, now).filter(({ state }) => state === 'now')
    expect(present_.map(({ name }) => name)).toEqual([present])
  }
  expect(names(phasesOf(OPEN, { createdAt: 0 }, 401))).toEqual([
    'Join past',
    'Commit past',
    'Open gold past',
    'Prove past',
  ])
})

test('the present step says how much is left and how far it is', () => {
  const [, commit] = phasesOf(OPEN, { createdAt: 0 }, 150)
  expect(commit).toMatchObject({ state: 'now', elapsed: 0.5, remaining: '50 seconds left', from: 100, until: 200 })
})

test('gold opened early ends the steps before it', () => {
  const phases = phasesOf(OPEN, { createdAt: 0, goldOpenedAt: 150 }, 160)
  expect(names(phases)).toEqual(['Join past', 'Commit past', 'Open gold past', 'Prove now'])
  expect(phases[1]).toMatchObject({ until: 200, endedEarly: 150 })
  expect(phases[0]).not.toHaveProperty('endedEarly')
  expect(phases[3]).toMatchObject({ from: 150, elapsed: 10 / 250 })
})

test('a finished task has no step left', () => {
  const phases = phasesOf(OPEN, { createdAt: 0, goldOpenedAt: 150, endedAt: 170 }, 180)
  expect(phases.every(({ state }) => state === 'past')).toBe(true)
  expect(phases[3]).toMatchObject({ endedEarly: 170, elapsed: 1 })
})

test('a cancelled task ends in its first step', () => {
  expect(names(phasesOf(OPEN, { createdAt: 0, endedAt: 40 }, 50))).toEqual([
    'Join past',
    'Commit past',
    'Open gold past',
    'Prove past',
  ])
})

test('reads the indexer’s decimal strings', () => {
  const others = { commitBy: null, openBy: null, proveBy: null, roundJoinBy: null, deliverBy: null, settleBy: null }
  const more = { disputableUntil: null, claimBy: null, challengeBy: null, answerBy: null }
  const deadlines = { ...others, ...more, joinBy: '100', submitBy: '200', scoreBy: '300' }
  const phases = phasesOfTask({ deadlines, createdAt: '0', goldOpenedAt: null, endedAt: null }, 150)
  expect(names(phases)).toEqual(['Join past', 'Submit now', 'Score future'])
})

test('a consensus task shows the steps of its round', () => {
  const round = { joinBy: 900, roundJoinBy: 100, commitBy: 200, deliverBy: 300, settleBy: 400 }
  expect(names(phasesOf(round, { createdAt: 0 }, 250))).toEqual([
    'Join past',
    'Commit past',
    'Deliver now',
    'Aggregate future',
  ])
})

test('an optimistic task can be disputed until the last claim is safe', () => {
  const deadlines = { joinBy: 100, claimBy: 200, challengeBy: 300 }
  expect(names(phasesOf(deadlines, { createdAt: 0 }, 300))).toEqual(['Join past', 'Claim past', 'Dispute now'])
})

test('a disputed claim has time to be proven after the disputes', () => {
  const names = phasesOf({ joinBy: 10, claimBy: 20, challengeBy: 30, answerBy: 90 }, { createdAt: 0 }, 50)
  expect(names.map(({ name, state }) => [name, state])).toEqual([
    ['Join', 'past'],
    ['Claim', 'past'],
    ['Dispute', 'past'],
    ['Answer', 'now'],
  ])
})
