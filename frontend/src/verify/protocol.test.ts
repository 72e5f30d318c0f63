import { expect, test } from 'vitest'
import { type CheckResult, verdictOf } from './protocol'

const checks = (...results: CheckResult[]) =>
  results.map((result, index) => ({ name: String(index), description: '', detail: '', result }))

test('every check has to pass', () => {
  expect(verdictOf(checks('passed', 'passed'))).toBe('passed')
  expect(verdictOf(checks('passed', 'failed'))).toBe('failed')
  expect(verdictOf(checks('unknown', 'failed'))).toBe('failed')
  expect(verdictOf(checks('passed', 'unknown'))).toBe('unknown')
})

test('nothing checked is nothing shown', () => {
  expect(verdictOf([])).toBe('failed')
})
