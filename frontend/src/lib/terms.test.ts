import { expect, test } from 'vitest'
import { consensusWords, gateConditions, gradingWords, measureWords, statementWords } from './terms'

test('grading in words', () => {
  expect(gradingWords({ curve: 'threshold', steps: [] })).toEqual(['A score that passes earns the whole reward.'])
  expect(gradingWords({ curve: 'table', steps: [{ fromBps: 6_000, shareBps: 5_000 }] })).toEqual([
    'from 60%: 50% of the reward',
  ])
})

test('what a gate asks', () => {
  const none = { token: null, minStake: null, root: null, keyId: null, appIdHash: null, requester: null }
  const terms = { ...none, kind: 'reputation', minSlots: 3, minScoreBps: 8_000 }
  expect(gateConditions({ gateTerms: terms, token: '0x' })).toEqual(['anonymous, with 3 accepted slots at 80% or more'])
  expect(gateConditions({ gateTerms: null, token: '0x' })).toEqual([])
})

test('agreement of votes, also of none', () => {
  expect(consensusWords({ support: '52', possible: '60' })).toBe('52 of 60 votes agree (86.66%)')
  expect(consensusWords({ support: '0', possible: '0' })).toBe('0 of 0 votes agree (0%)')
})

test('how much of a statement is fixed', () => {
  const statement = { keyId: '0x', contextIndex: 1, pinned: '5', signals: ['1', '2', '3', '4'] }
  expect(statementWords(statement)).toBe('4 public signals, 2 fixed by the requester')
})

test('what a consensus measures by, and when that says little', () => {
  expect(measureWords({ firstSlots: 7, assignmentShift: 0 })).toMatch(/own vote counts; ties go to the lowest class\.$/)
  expect(measureWords({ firstSlots: 7, assignmentShift: 1 })).toContain('With about 3 voters an item')
  expect(measureWords({ firstSlots: 7, assignmentShift: 3 })).toContain('With about 0 voters an item')
})
