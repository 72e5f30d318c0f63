import { expect, test } from 'vitest'
import { duration, exactDuration, parseDuration } from './durations.js'

test('default: durations in their two largest units, or to the second', () => {
  expect([0, 59, 60, 3600, 86_399, 86_400, 90_061].map((seconds) => duration(seconds))).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h',
    '23 h 59 min',
    '1 d',
    '1 d 1 h',
  ])
  expect([0, 86_401, 90_061].map(exactDuration)).toEqual(['0 s', '1 d 1 s', '1 d 1 h 1 min 1 s'])
})

test('default: what is written is read back, and so is what people type', () => {
  for (const seconds of [1, 59, 60, 3599, 86_401, 90_061, 7_776_000])
    expect(parseDuration(exactDuration(seconds))).toBe(seconds)
  expect(['90m', '1h30m', '90min', '2 h', '1d 12h'].map(parseDuration)).toEqual([5400, 5400, 5400, 7200, 129_600])
})

test.each(['', '90', 'm', '1.5h', '-1h', '30m1h', '1h1h', '1h x', ' 1h', '1w', '1e3s'])(
  'error: %j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined()
  },
)
