import { expect, test } from 'vitest'
import { type SuiteResult, verdict } from './result.ts'

const suite = (passed: number, failed: number, leftOut?: string): SuiteResult => ({
  name: 'suite',
  passed,
  failed,
  skipped: 0,
  milliseconds: 0,
  failures: [],
  notes: [],
  ...(leftOut === undefined ? {} : { leftOut }),
})

test('default: sums what the runners counted', () => {
  expect(verdict([suite(3, 0), suite(4, 0)], { ci: false })).toEqual({ passed: 7, failed: 0, green: true })
  expect(verdict([suite(3, 0), suite(4, 2)], { ci: false })).toEqual({ passed: 7, failed: 2, green: false })
})

test('a suite without a test is red, and so is a run without a suite', () => {
  expect(verdict([suite(3, 0), suite(0, 0)], { ci: false }).green).toBe(false)
  expect(verdict([], { ci: false }).green).toBe(false)
})

test('a suite left out is red in CI only', () => {
  expect(verdict([suite(3, 0), suite(0, 0, 'no browser')], { ci: false }).green).toBe(true)
  expect(verdict([suite(3, 0), suite(0, 0, 'no browser')], { ci: true }).green).toBe(false)
})
