import { describe, expect, test } from 'vitest'
import { BaseError } from './errors/base.js'
import { FIELD_ORDER, FieldOutOfRangeError, fieldFromBytes, fieldToBytes, toField } from './field.js'
import { seeded } from './testing/seeded.js'

describe('toField', () => {
  test('default: bigint, number, decimal and hex', () => {
    expect([toField(7n), toField(7), toField('7'), toField('0x07')]).toEqual([7n, 7n, 7n, 7n])
  })

  test('args: boundaries', () => {
    expect(toField(0)).toBe(0n)
    expect(toField(FIELD_ORDER - 1n)).toBe(FIELD_ORDER - 1n)
  })

  test.each([-1n, FIELD_ORDER, FIELD_ORDER + 7n, 2n ** 256n, 1.5, Number.NaN, 2 ** 60, '', 'x', '-1', '1e3', ' 1'])(
    'error: %s',
    (value) => {
      expect(() => toField(value)).toThrow(FieldOutOfRangeError)
    },
  )

  test('error: names what was out of range, never the value', () => {
    try {
      toField(FIELD_ORDER + 123_456_789n, 'Salt')
      expect.unreachable()
    } catch (error) {
      expect((error as Error).message).toMatch(/^Salt is not/)
      expect((error as Error).message).not.toMatch(/\d{5}/)
    }
  })
})

describe('field bytes', () => {
  test('default: round trip over seeded values', () => {
    const random = seeded(1)
    for (let i = 0; i < 200; i++) {
      const value = toField(random.bits(253))
      expect(fieldFromBytes(fieldToBytes(value))).toBe(value)
    }
  })

  test('args: big-endian', () => {
    expect(fieldToBytes(toField(0x0102)).slice(30)).toEqual(new Uint8Array([1, 2]))
  })

  test.each([0, 31, 33])('error: %i bytes', (length) => {
    expect(() => fieldFromBytes(new Uint8Array(length))).toThrow(FieldOutOfRangeError)
  })

  test('error: not canonical', () => {
    expect(() => fieldFromBytes(new Uint8Array(32).fill(0xff))).toThrow(FieldOutOfRangeError)
  })
})

describe('BaseError', () => {
  class Inner extends BaseError {
    override name = 'Inner'
  }

  test('default: walk finds a cause by predicate, or the innermost', () => {
    const inner = new Inner('inner')
    const outer = new BaseError('outer', { cause: new Error('middle', { cause: inner }), metaMessages: ['more'] })
    expect(outer.walk((error) => error instanceof Inner)).toBe(inner)
    expect(outer.walk()).toBe(inner)
    expect(outer.walk((error) => error instanceof TypeError)).toBeNull()
    expect(outer.message).toBe('outer\nmore')
    expect(outer.shortMessage).toBe('outer')
  })

  test('args: a cycle of causes ends', () => {
    const error = new BaseError('a')
    Object.defineProperty(error, 'cause', { value: error })
    expect(error.walk(() => false)).toBeNull()
  })
})
