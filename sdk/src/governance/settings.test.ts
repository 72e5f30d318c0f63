import { zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { protocolParametersAbi } from '../generated/abis.js'
import { formatSetting, parameterNames, parseParameter, settingLabel } from './settings.js'

test('every parameter of the contract is known, in its order, each by another label', () => {
  const set = protocolParametersAbi.find((item) => item.type === 'function' && item.name === 'setParameters')
  expect(set?.inputs[0]?.components.map(({ name }) => name)).toEqual(parameterNames)
  expect(new Set(parameterNames.map(settingLabel)).size).toBe(parameterNames.length)
  expect(settingLabel('__proto__')).toBeUndefined()
})

test('default: values in the units people read, to the last one', () => {
  expect(formatSetting('feeBps', 200)).toBe('2%')
  expect(formatSetting('feeBps', 1)).toBe('0.01%')
  expect(formatSetting('goldBondBps', 10_000)).toBe('100%')
  expect(formatSetting('unbondingDelay', 90_061)).toBe('1 d 1 h 1 min 1 s')
  expect(formatSetting('verifyGasCap', 350_000)).toBe('350000 gas')
  expect(formatSetting('maxSlots', 7)).toBe('7')
  expect(formatSetting('quorumPercent', 4n)).toBe('4%')
  expect(formatSetting('proposalThreshold', 10n ** 18n)).toBe('1 vote')
  expect(formatSetting('treasury', zeroAddress)).toBe(zeroAddress)
  expect(formatSetting('feeBps', 'NaN')).toBe('NaN')
})

describe('parseParameter', () => {
  test.each([
    ['fee', '1%', { feeBps: 100 }],
    ['fee', '2.5%', { feeBps: 250 }],
    ['feeBps', '0.29%', { feeBps: 29 }],
    ['feeBps', '250', { feeBps: 250 }],
    ['auditRate', '60%', { auditRateBps: 6000 }],
    ['leaveWindow', '2h', { leaveWindow: 7200 }],
    ['leaveWindow', '1 d 12 h', { leaveWindow: 129_600 }],
    ['leaveWindow', '90', { leaveWindow: 90 }],
    ['maxSlots', '7', { maxSlots: 7 }],
    ['treasury', zeroAddress, { treasury: zeroAddress }],
  ])('default: %s=%s', (name, text, expected) => {
    expect(parseParameter(name, text)).toEqual(expected)
  })

  test('default: what is written is read back', () => {
    for (const [name, value] of [
      ['feeBps', 1],
      ['rejectedSlashBps', 9_999],
      ['auditWindow', 3661],
      ['maxSlots', 12],
    ] as const)
      expect(parseParameter(name, formatSetting(name, value))).toEqual({ [name]: value })
  })

  test.each([
    // A hundredth of what it seems to say.
    ['fee', '1', /percentage such as 2\.5%; or give feeBps in basis points/],
    ['fee', '1.005%', /percentage/],
    ['feeBps', '2.5', /percentage such as 2\.5%, or whole basis points/],
    ['feeBps', '-1%', /percentage/],
    ['leaveWindow', '1 fortnight', /duration such as 90m/],
    ['leaveWindow', '1.5h', /duration/],
    ['maxSlots', '1e3', /whole number/],
    ['maxSlots', '10%', /whole number/],
    ['verifyGasCap', '1%', /whole number/],
    ['treasury', '0x12', /an address/],
  ])('error: %s=%s', (name, text, message) => {
    expect(() => parseParameter(name, text)).toThrow(message)
  })

  test.each(['fees', 'Fee', 'version', 'votingDelay', '__proto__', 'toString', ''])(
    'error: no parameter %j',
    (name) => {
      expect(() => parseParameter(name, '1')).toThrow(/There is no protocol parameter/)
    },
  )
})
