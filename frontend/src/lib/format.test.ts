import { expect, test } from 'vitest'
import {
  formatAmount,
  formatBytes,
  formatDuration,
  formatInteger,
  formatMilliseconds,
  formatPercentBps,
  formatRelative,
  formatTime,
  formatUnits,
  isoTime,
  NATIVE_TOKEN,
  plural,
  sentence,
  shortHash,
} from './format'

test('times are shown in UTC, whatever the zone of the visitor', () => {
  expect(formatTime(1_763_690_000)).toBe('21 Nov 2025, 01:53:20 UTC')
  expect(isoTime(1_763_690_000)).toBe('2025-11-21T01:53:20.000Z')
  expect(formatTime(0)).toBe('1 Jan 1970, 00:00:00 UTC')
})

test.each([
  [0, '0 seconds'],
  [1, '1 second'],
  [61, '1 minute 1 second'],
  [3_600, '1 hour'],
  [7_505, '2 hours 5 minutes'],
  [86_400 * 3 + 59, '3 days'],
  [-5, '0 seconds'],
])('a span of %d seconds reads "%s"', (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words)
})

test.each([
  [100, 100, 'just now'],
  [100, 105, '5 seconds ago'],
  [400, 100, 'in 5 minutes'],
  [0, 90_000, '1 day ago'],
])('%d seen from %d is "%s"', (at, now, words) => {
  expect(formatRelative(at, now)).toBe(words)
})

test('amounts keep every digit that matters', () => {
  expect(formatUnits('1000000000000000000')).toBe('1')
  expect(formatUnits('10000000000000000')).toBe('0.01')
  expect(formatUnits('1')).toBe('< 0.000001')
  expect(formatUnits('0')).toBe('0')
  expect(formatUnits('340282366920938463463374607431768211455')).toBe('340,282,366,920,938,463,463.374607')
  expect(formatUnits('123456', 2)).toBe('1,234.56')
})

test('an ERC-20 is not given a symbol that nobody vouches for', () => {
  expect(formatAmount('10000000000000000', NATIVE_TOKEN)).toBe('0.01 ETH')
  expect(formatAmount('2500', `0x${'ab'.repeat(20)}`)).toBe('2,500 units of 0xabab…abab')
  expect(formatAmount('25500000000000000000', `0x${'ab'.repeat(20)}`)).toBe('25.5 × 10¹⁸ units of 0xabab…abab')
  expect(formatAmount('25500000000000000001', `0x${'ab'.repeat(20)}`)).toBe(
    '25,500,000,000,000,000,001 units of 0xabab…abab',
  )
})

test('counts, shares, sizes and spans', () => {
  expect(formatInteger('1234567')).toBe('1,234,567')
  expect(formatInteger(999)).toBe('999')
  expect(sentence('reward paid')).toBe('Reward paid')
  expect(plural(1, 'slot')).toBe('1 slot')
  expect(plural(1_200, 'slot')).toBe('1,200 slots')
  expect(plural(2, 'class', 'classes')).toBe('2 classes')
  expect(formatPercentBps(7_500)).toBe('75%')
  expect(formatPercentBps(3_333)).toBe('33.33%')
  expect(formatPercentBps(1_050)).toBe('10.5%')
  expect(formatBytes(128)).toBe('128 B')
  expect(formatBytes(2_048)).toBe('2.0 KiB')
  expect(formatMilliseconds(480.4)).toBe('480 ms')
  expect(formatMilliseconds(1_234)).toBe('1.23 s')
})

test('a hash keeps its two ends', () => {
  expect(shortHash(`0x${'1234'.repeat(16)}`)).toBe('0x1234…1234')
  expect(shortHash('0x1234')).toBe('0x1234')
})
