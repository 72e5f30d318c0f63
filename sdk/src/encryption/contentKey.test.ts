import { bytesToHex, type Hex, hexToBytes } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  ContentKeyLengthError,
  ContentKeyUnwrapError,
  generateContentKey,
  generateWorkerKeyPair,
  InvalidWorkerKeyError,
  unwrapContentKey,
  WRAPPED_KEY_BYTES,
  workerPublicKeyOf,
  wrapContentKey,
} from './contentKey.js'

const worker = generateWorkerKeyPair()
const contentKey = generateContentKey()
const binding = {
  chainId: 31337,
  taskRegistry: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  taskId: `0x${'ab'.repeat(32)}`,
  payloadDigest: `0x${'cd'.repeat(32)}`,
  workerKey: worker.publicKey,
} as const
const unwrap = (wrappedKey: Hex, change: object = {}) =>
  unwrapContentKey({ ...binding, workerSecretKey: worker.secretKey, wrappedKey, ...change })

/** Encodings of the points of low order on Curve25519, as listed in RFC 7748's security considerations. */
const LOW_ORDER = [
  '0x0000000000000000000000000000000000000000000000000000000000000000',
  '0x0100000000000000000000000000000000000000000000000000000000000000',
  '0xe0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '0x5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  '0xecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
] as const
const NON_CANONICAL = [
  '0xedffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0xeeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  `0x${'ff'.repeat(32)}`,
] as const

describe('wrapContentKey', () => {
  test('default: the worker gets the key back', async () => {
    const wrapped = await wrapContentKey({ ...binding, contentKey })
    expect(hexToBytes(wrapped)).toHaveLength(WRAPPED_KEY_BYTES)
    expect(await unwrap(wrapped)).toEqual(contentKey)
    expect(workerPublicKeyOf(worker.secretKey)).toBe(worker.publicKey)
  })

  test('default: encapsulations never repeat', async () => {
    const wrapped = await Promise.all(Array.from({ length: 100 }, () => wrapContentKey({ ...binding, contentKey })))
    expect(new Set(wrapped.map((key) => key.slice(0, 66))).size).toBe(100)
  })

  test.each(LOW_ORDER)('error: low-order key %s', async (workerKey) => {
    await expect(wrapContentKey({ ...binding, workerKey, contentKey })).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidWorkerKeyError', reason: 'low-order' }),
    )
  })

  test.each(NON_CANONICAL)('error: non-canonical key %s', async (workerKey) => {
    await expect(wrapContentKey({ ...binding, workerKey, contentKey })).rejects.toThrow(
      expect.objectContaining({ name: 'InvalidWorkerKeyError', reason: 'non-canonical' }),
    )
  })

  test('error: keys of the wrong length', async () => {
    await expect(wrapContentKey({ ...binding, workerKey: '0x1234', contentKey })).rejects.toThrow(InvalidWorkerKeyError)
    await expect(wrapContentKey({ ...binding, contentKey: new Uint8Array(31) })).rejects.toThrow(ContentKeyLengthError)
  })
})

describe('unwrapContentKey', () => {
  test('error: every one-byte change of the wrapped key', async () => {
    const wrapped = hexToBytes(await wrapContentKey({ ...binding, contentKey }))
    for (let i = 0; i < wrapped.length; i++) {
      const changed = wrapped.slice()
      // Byte 31 changes in its top bit, which X25519 ignores: the encapsulation as sent is bound all the same.
      changed[i]! ^= 1 << ((i + 1) % 8 === 0 ? 7 : i % 7)
      await expect(unwrap(bytesToHex(changed))).rejects.toThrow(ContentKeyUnwrapError)
    }
  })

  test('error: every other binding', async () => {
    const wrapped = await wrapContentKey({ ...binding, contentKey })
    const other = `0x${'ee'.repeat(32)}`
    const changes = [
      { chainId: 1 },
      { taskRegistry: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
      { taskId: other },
      { payloadDigest: other },
    ]
    for (const change of changes) await expect(unwrap(wrapped, change)).rejects.toThrow(ContentKeyUnwrapError)
  })

  test('error: another worker, and a secret key that is not the registered one', async () => {
    const wrapped = await wrapContentKey({ ...binding, contentKey })
    const other = generateWorkerKeyPair()
    await expect(unwrap(wrapped, { workerSecretKey: other.secretKey })).rejects.toThrow(ContentKeyUnwrapError)
    const asOther = { workerKey: other.publicKey, workerSecretKey: other.secretKey }
    await expect(unwrap(wrapped, asOther)).rejects.toThrow(ContentKeyUnwrapError)
  })

  test.each(['0x', '0x00', `0x${'00'.repeat(79)}`, `0x${'00'.repeat(81)}`, `0x${'00'.repeat(80)}`, 'nothing'] as const)(
    'error: wrapped key %s',
    async (wrapped) => {
      await expect(unwrap(wrapped as Hex)).rejects.toThrow(ContentKeyUnwrapError)
    },
  )

  test('error: carries neither key', async () => {
    const error = await unwrap(`0x${'00'.repeat(80)}`).catch((thrown: unknown) => thrown as Error)
    const shown = `${(error as Error).stack}${JSON.stringify(error)}`
    expect(shown).not.toContain(bytesToHex(worker.secretKey).slice(2))
    expect((error as Error).cause).toBeUndefined()
  })
})
