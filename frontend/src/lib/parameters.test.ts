import { describe, expect, test } from 'vitest'
import { changeWords, parameterValue } from './parameters'

describe('changeWords', () => {
  test('says what changed in the unit of each parameter', () => {
    const changes = [
      { name: 'feeBps', previous: 200, current: 100 },
      { name: 'unbondingDelay', previous: '86400', current: '604800' },
    ]
    expect(changeWords({ kind: 'parameters', changes })).toEqual([
      { label: 'Protocol fee', previous: '2%', current: '1%' },
      { label: 'Time to take out a stake', previous: '1 day', current: '7 days' },
    ])
  })

  test('says whether a gate is allowed, and who the guardian is', () => {
    expect(changeWords({ kind: 'gate', changes: [{ name: 'value', previous: false, current: true }] })).toEqual([
      { label: 'Gate', previous: 'not allowed', current: 'allowed' },
    ])
    const guardian = { name: 'value', previous: `0x${'00'.repeat(20)}`, current: `0x${'ab'.repeat(20)}` }
    expect(changeWords({ kind: 'guardian', changes: [guardian] })[0]?.current).toBe(`0x${'ab'.repeat(20)}`)
  })

  test('shows what it does not know as it is, made safe', () => {
    const change = { name: '__proto__', previous: null, current: { deep: ['\u202Ex'] } }
    expect(changeWords({ kind: 'constructor', changes: [change] })).toEqual([
      { label: '__proto__', previous: 'none', current: '{"deep":["\ufffdx"]}' },
    ])
    expect(parameterValue('feeBps', 'NaN')).toBe('NaN')
  })
})
