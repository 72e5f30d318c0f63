import { encodeRules } from '@veritask/sdk'
import { expect, test } from 'vitest'
import { agreementWords, goldCountOf } from './score'

const none = { agreements: null, goldCount: null, assigned: null, scoreBps: null }

test('opened gold: the threshold is no score', () => {
  expect(agreementWords({ ...none, goldCount: 8, scoreBps: 7500 })).toBe('at least 6 of 8 gold agree')
  expect(agreementWords({ ...none, scoreBps: 7500 })).toBe('at least 75% agree')
})

test('a score that was proven', () => {
  expect(agreementWords({ ...none, agreements: 7, goldCount: 8, scoreBps: 8750 })).toBe('7 of 8 gold agree')
  expect(agreementWords({ ...none, agreements: 60, assigned: 64, scoreBps: 9375 })).toBe('60 of 64 items agree')
})

test('nothing was proven', () => {
  expect(agreementWords(none)).toBe('')
  expect(agreementWords({ ...none, goldCount: 8, scoreBps: 0 })).toBe('')
})

test('the gold of a task, by its rules', () => {
  const rules = {
    kind: 'distance',
    capacity: 64,
    itemCount: 20,
    goldCount: 8,
    thresholdBps: 7500,
    max: 2,
    tolerance: 0,
  } as const
  expect(goldCountOf({ rules: String(encodeRules(rules)) })).toBe(8)
  expect(goldCountOf({ rules: null })).toBe(null)
  expect(goldCountOf(null)).toBe(null)
})
