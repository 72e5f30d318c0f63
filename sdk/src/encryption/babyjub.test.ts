import { addPoint, inCurve, mulPointEscalar } from '@zk-kit/baby-jubjub'
import { describe, expect, test } from 'vitest'
import { FIELD_ORDER } from '../field.js'
import { seeded } from '../testing/seeded.js'
import {
  assertPublicKey,
  BASE8,
  generateKeyPair,
  InvalidEncryptionKeyError,
  multiply,
  type Point,
  publicKeyOf,
  randomScalar,
  ScalarOutOfRangeError,
  SUBGROUP_ORDER,
} from './babyjub.js'

/** EIP-2494's generator of the whole curve: its order is 8 · l. */
const GENERATOR: Point = [
  995203441582195749578291179787384436505546430278305826713579947235728471134n,
  5472060717959818805561601436314318772137091100104008585924551046643952123905n,
]
const IDENTITY: Point = [0n, 1n]
const ORDER_TWO: Point = [0n, FIELD_ORDER - 1n]

const reasonOf = (key: Point): string => {
  try {
    assertPublicKey(key)
  } catch (error) {
    return (error as InvalidEncryptionKeyError).reason
  }
  return 'valid'
}

describe('multiply', () => {
  test('default: EIP-2494 addition vector, by an independent implementation', () => {
    expect(mulPointEscalar([...GENERATOR], 8n)).toEqual(BASE8)
    expect(publicKeyOf(1n)).toEqual(BASE8)
  })

  test('default: agrees with an independent implementation over seeded scalars', () => {
    const random = seeded(5)
    for (let i = 0; i < 5; i++) {
      const scalar = random.bits(250) || 1n
      expect(publicKeyOf(scalar)).toEqual(mulPointEscalar([...BASE8], scalar))
    }
  })

  test('default: both sides of a key agreement meet', () => {
    const [a, b] = [generateKeyPair(), generateKeyPair()]
    expect(multiply(a.publicKey, b.secretKey)).toEqual(multiply(b.publicKey, a.secretKey))
  })

  test.each([0n, -1n, 2n ** 250n, SUBGROUP_ORDER])('error: scalar %i', (scalar) => {
    expect(() => publicKeyOf(scalar)).toThrow(ScalarOutOfRangeError)
  })

  test('default: random scalars are in range and differ', () => {
    const scalars = Array.from({ length: 200 }, randomScalar)
    expect(new Set(scalars).size).toBe(200)
    expect(scalars.every((scalar) => scalar > 0n && scalar < 2n ** 250n)).toBe(true)
  })
})

describe('assertPublicKey', () => {
  test('default: accepts points of the subgroup', () => {
    for (let i = 0; i < 5; i++) assertPublicKey(generateKeyPair().publicKey)
    assertPublicKey(BASE8)
  })

  test('error: every point of low order', () => {
    // l · G generates the eight points whose order divides 8.
    const eighth = mulPointEscalar([...GENERATOR], SUBGROUP_ORDER) as [bigint, bigint]
    let current: [bigint, bigint] = [...IDENTITY] as [bigint, bigint]
    const found = new Set<string>()
    for (let i = 0; i < 8; i++) {
      expect(inCurve(current)).toBe(true)
      expect(reasonOf(current)).toBe('low-order')
      found.add(current.join())
      current = addPoint(current, eighth) as [bigint, bigint]
    }
    expect(found.size).toBe(8)
    expect(found.has(IDENTITY.join()) && found.has(ORDER_TWO.join())).toBe(true)
  })

  test('error: points of the curve outside the subgroup', () => {
    expect(reasonOf(GENERATOR)).toBe('low-order')
    for (let i = 0; i < 3; i++) {
      const mixed = addPoint([...generateKeyPair().publicKey], [...ORDER_TWO]) as Point
      expect(inCurve([...mixed])).toBe(true)
      expect(reasonOf(mixed)).toBe('low-order')
    }
  })

  test('error: off the curve', () => {
    const [x, y] = generateKeyPair().publicKey
    expect(reasonOf([x, (y + 1n) % FIELD_ORDER])).toBe('off-curve')
    expect(reasonOf([y, x])).toBe('off-curve')
    expect(reasonOf([0n, 0n])).toBe('off-curve')
    const random = seeded(6)
    for (let i = 0; i < 50; i++) expect(reasonOf([random.bits(253), random.bits(253)])).toBe('off-curve')
  })

  test('error: coordinates that are not canonical', () => {
    const [x, y] = generateKeyPair().publicKey
    expect(reasonOf([x + FIELD_ORDER, y])).toBe('non-canonical')
    expect(reasonOf([x, y + FIELD_ORDER])).toBe('non-canonical')
    expect(reasonOf([-x, y])).toBe('non-canonical')
    expect(() => assertPublicKey([x, y + FIELD_ORDER])).toThrow(InvalidEncryptionKeyError)
  })
})
