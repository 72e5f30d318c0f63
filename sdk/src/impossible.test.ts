import { describe, expect, test } from 'vitest'
import { FIELD_ORDER } from './field.js'
import { impossibleSignals } from './impossible.js'

describe('impossibleSignals', () => {
  // cast keccak $(cast abi-encode "f(string,uint256)" "veritask.impossible.1" 0), shifted right by 8 bits.
  const known = [
    345992028150634269671275576972968247270385140989482499600255522602241071519n,
    83577177767855870033834370309792177977988780494299650668983254575520033977n,
    55095006894438020922805795359077870706075879305397119236376041611403830868n,
    331960979174254709511689822325246005935697122521592117579526733456192211616n,
  ]

  test('default: four signals of a labelling circuit', () => {
    expect(impossibleSignals(4)).toEqual(known)
    expect(impossibleSignals(2)).toEqual(known.slice(0, 2))
    expect(impossibleSignals(0)).toEqual([])
  })

  test('default: canonical field elements, none twice', () => {
    const signals = impossibleSignals(64)
    expect(signals.every((signal) => signal > 0n && signal < FIELD_ORDER)).toBe(true)
    expect(new Set(signals).size).toBe(64)
  })
})
