import { describe, expect, test } from 'vitest'
import { FIELD_ORDER, FieldOutOfRangeError } from './field.js'
import { DomainInvalidError, domain, hash, PoseidonArityError, poseidonOutputs } from './poseidon.js'

describe('hash', () => {
  // circomlibjs's published test vectors.
  test('default: circomlib vectors', () => {
    expect(hash([1n, 2n])).toBe(7853200120776062878684798364095072458815029376092732009249414926327459813530n)
    expect(hash([1n])).toBe(18586133768512220936620570745912940619677854269274689475585506675881198879027n)
    expect(hash([1n, 2n, 3n, 4n])).toBe(18821383157269793795438455681495246036402687001665670618754263018637548127333n)
  })

  test('args: past 16 inputs the first 16 collapse', () => {
    const inputs = Array.from({ length: 40 }, (_, i) => BigInt(i))
    const first = hash(inputs.slice(0, 16))
    const second = hash([first, ...inputs.slice(16, 31)])
    expect(hash(inputs)).toBe(hash([second, ...inputs.slice(31)]))
  })

  test('error: no input, input out of the field', () => {
    expect(() => hash([])).toThrow(PoseidonArityError)
    expect(() => hash([FIELD_ORDER])).toThrow(FieldOutOfRangeError)
    expect(() => hash([-1n])).toThrow(FieldOutOfRangeError)
  })
})

describe('poseidonOutputs', () => {
  test('default: the first output is the hash, the others differ', () => {
    const outputs = poseidonOutputs([1n, 2n, 3n, 4n], 5)
    expect(outputs[0]).toBe(hash([1n, 2n, 3n, 4n]))
    expect(new Set(outputs).size).toBe(5)
    expect(poseidonOutputs([1n, 2n, 3n, 4n], 1)).toEqual([outputs[0]])
  })

  test.each([0, 6, 1.5, -1])('error: %d outputs of 4 inputs', (outputs) => {
    expect(() => poseidonOutputs([1n, 2n, 3n, 4n], outputs)).toThrow(PoseidonArityError)
  })
})

describe('domain', () => {
  test('default: big-endian ASCII', () => {
    expect(domain('ab')).toBe(0x6162n)
  })

  test.each(['', 'é', 'a'.repeat(32), '\n'])('error: %j', (text) => {
    expect(() => domain(text)).toThrow(DomainInvalidError)
  })
})
