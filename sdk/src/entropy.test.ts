import { bytesToBigInt, keccak256, stringToBytes } from 'viem'
import { expect, test } from 'vitest'
import { assertUnguessable, GuessableSecretError, restoreSecret, secretField } from './entropy.js'
import { FIELD_ORDER, FieldOutOfRangeError } from './field.js'
import { randomBytes, randomSalt } from './random.js'

const WHAT = 'The reputation secret'

test('default: what randomSalt draws passes, always', () => {
  for (let draw = 0; draw < 20_000; draw++) {
    const salt = randomSalt()
    expect(secretField(salt, WHAT)).toBe(salt)
    expect(restoreSecret(String(salt), WHAT)).toBe(salt)
    assertUnguessable(randomBytes(32), WHAT)
  }
})

test.each([
  ['nothing', 0n, 'has 0 bits'],
  ['a small number', 1234n, 'has 11 bits'],
  ['a timestamp', 1_800_000_000_000n, 'has 41 bits'],
  ['an account', BigInt(`0x${'a1'.repeat(20)}`), 'has 160 bits'],
  ['199 bits', (1n << 199n) - 12345678901234567890n, 'has 199 bits'],
  ['a number, shifted', 12345n << 230n, 'small number times'],
  ['text', bytesToBigInt(stringToBytes('correct horse battery staple 42')), 'is text'],
  ['text, repeated', bytesToBigInt(stringToBytes('pass'.repeat(7))), 'is text'],
  ['one byte, repeated', BigInt(`0x${'ab'.repeat(31)}`), 'repeats itself'],
  ['a block, repeated', BigInt(`0x${'01f29c5e77aa0011'.repeat(4).slice(2)}`), 'repeats itself'],
  [
    'a sequence',
    BigInt(`0x${Array.from({ length: 31 }, (_, i) => (i + 1).toString(16).padStart(2, '0')).join('')}`),
    'sequence',
  ],
  ['few bytes', BigInt('0x0102030500010304030201050403020105030104020503010402030501020403'), 'different bytes'],
])('error: %s', (_name, secret, reason) => {
  expect(() => restoreSecret(secret, WHAT)).toThrow(GuessableSecretError)
  expect(() => restoreSecret(secret, WHAT)).toThrow(reason)
  // It says which secret, and not what it is.
  expect(() => restoreSecret(secret, WHAT)).toThrow(WHAT)
  if (secret > 0n) expect(() => restoreSecret(secret, WHAT)).not.toThrow(String(secret))
})

test('args: unsafe takes what is given, as long as it is a field element', () => {
  expect(secretField({ unsafe: 7n }, WHAT)).toBe(7n)
  expect(() => secretField({ unsafe: FIELD_ORDER }, WHAT)).toThrow(FieldOutOfRangeError)
  // It cannot be told from a random one, which is why its maker has to know.
  const hashed = BigInt(keccak256(stringToBytes('1234'))) >> 8n
  expect(restoreSecret(hashed, WHAT)).toBe(hashed)
  // @ts-expect-error: so it is no secret before its maker says that it is one.
  secretField(hashed, WHAT)
})
