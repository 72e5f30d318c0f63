import type { ScalarRules } from '@veritask/sdk'
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
  const terms = { firstSlots: 7, assignmentShift: 0, historyOf: null }
  const rules: ScalarRules = {
    kind: 'distance',
    capacity: 64,
    itemCount: 64,
    goldCount: 0,
    thresholdBps: 8_000,
    max: 1,
    tolerance: 0,
  }
  expect(measureWords(terms, rules)).toMatch(/own vote counts; ties go to the lowest class\.$/)
  // Rules of a kind that this page does not know say nothing.
  expect(measureWords({ ...terms, firstSlots: 3 }, undefined)).toMatch(/lowest class\.$/)
  expect(measureWords({ ...terms, firstSlots: 3 }, rules)).toContain('An item has 3 voters or fewer')
  expect(measureWords({ ...terms, assignmentShift: 3 }, rules)).toContain('An item has 0 voters or fewer')
  // Seven voters, and a threshold that one class alone reaches.
  expect(measureWords(terms, { ...rules, thresholdBps: 6_000 })).toMatch(/outvoted.* is paid in \d+(\.\d)?% of cases/)
  expect(measureWords({ ...terms, historyOf: '0x11' }, rules)).toContain('is paid in')
})
