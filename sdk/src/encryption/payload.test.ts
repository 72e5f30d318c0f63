import { encode } from 'cborg'
import { describe, expect, test } from 'vitest'
import { buildTree, recordCommitment } from '../datasets/tree.js'
import type { Rules } from '../labels/rules.js'
import { digits } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { ContentKeyLengthError, generateContentKey } from './contentKey.js'
import {
  DatasetProofMismatchError,
  openPayload,
  type Payload,
  PayloadAuthenticationError,
  PayloadTooLargeError,
  sealPayload,
} from './payload.js'
import { decodePayload, encodePayload, PayloadMalformedError } from './payloadCodec.js'

const rules: Rules = { ...digits, itemCount: 3, goldCount: 1 }
const binding = {
  chainId: 31337,
  taskRegistry: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  taskId: `0x${'ab'.repeat(32)}`,
} as const
const contentKey = generateContentKey()

const random = seeded(40)
const records = Array.from({ length: 10 }, () => ({ bytes: random.bytes(32), salt: random.bits(248) }))
const tree = buildTree(records.map(recordCommitment))
const itemOf = (index: number) => ({
  index,
  mediaType: 'application/octet-stream',
  bytes: records[index]!.bytes,
  recordSalt: records[index]!.salt,
  path: tree.path(index),
})
const payload: Payload = {
  version: 1,
  instructions: 'Say which digit you see. Ünïcode too.',
  classes: ['zero', 'one'],
  rules,
  items: [4, 0, 9].map(itemOf),
}
const open = (sealed: Uint8Array, change: object = {}) =>
  openPayload({ ...binding, contentKey, sealed, root: tree.root, ...change })

describe('sealPayload and openPayload', () => {
  test('default: round trip', async () => {
    expect(await open(await sealPayload({ ...binding, contentKey, payload }))).toEqual(payload)
  })

  test('default: nonces never repeat, neither do ciphertexts', async () => {
    const sealed = await Promise.all(
      Array.from({ length: 500 }, () => sealPayload({ ...binding, contentKey, payload })),
    )
    expect(new Set(sealed.map((bytes) => bytes.slice(0, 12).join())).size).toBe(500)
    expect(new Set(sealed.map((bytes) => bytes.slice(12, 28).join())).size).toBe(500)
  })

  test('error: every one-byte change of nonce, ciphertext and tag', async () => {
    const sealed = await sealPayload({ ...binding, contentKey, payload })
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice()
      changed[i]! ^= 1 << (i % 8)
      await expect(open(changed)).rejects.toThrow(PayloadAuthenticationError)
    }
  })

  test('error: another chain, registry, task or key', async () => {
    const sealed = await sealPayload({ ...binding, contentKey, payload })
    const changes = [
      { chainId: 1 },
      { taskRegistry: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' },
      { taskId: `0x${'ac'.repeat(32)}` },
      { contentKey: generateContentKey() },
    ]
    for (const change of changes) await expect(open(sealed, change)).rejects.toThrow(PayloadAuthenticationError)
    await expect(open(sealed, { contentKey: new Uint8Array(16) })).rejects.toThrow(ContentKeyLengthError)
  })

  test('error: truncated, extended, empty, too large', async () => {
    const sealed = await sealPayload({ ...binding, contentKey, payload })
    const lengths = [0, 1, 12, 27, 28, sealed.length - 1]
    for (const length of lengths)
      await expect(open(sealed.slice(0, length))).rejects.toThrow(PayloadAuthenticationError)
    await expect(open(Uint8Array.from([...sealed, 0]))).rejects.toThrow(PayloadAuthenticationError)
    await expect(open(new Uint8Array(2 ** 26 + 1))).rejects.toThrow(PayloadTooLargeError)
  })

  test('error: an item that is not the dataset’s names itself', async () => {
    const forged = [
      { ...itemOf(0), bytes: records[1]!.bytes },
      { ...itemOf(0), recordSalt: 1n },
      { ...itemOf(0), index: 1 },
      { ...itemOf(0), path: tree.path(1) },
      { ...itemOf(0), path: tree.path(0).map((sibling, height) => (height === 23 ? sibling + 1n : sibling)) },
    ]
    for (const item of forged) {
      const sealed = await sealPayload({
        ...binding,
        contentKey,
        payload: { ...payload, items: [itemOf(4), item, itemOf(9)] },
      })
      const error = await open(sealed).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(DatasetProofMismatchError)
      expect(error).toMatchObject({ item: 1, recordIndex: item.index })
    }
    const sealed = await sealPayload({ ...binding, contentKey, payload })
    await expect(open(sealed, { root: tree.root + 1n })).rejects.toThrow(DatasetProofMismatchError)
  })

  test('error: no error carries the content key or the plaintext', async () => {
    const sealed = await sealPayload({ ...binding, contentKey, payload })
    const error = (await open(sealed.slice(1)).catch((thrown: unknown) => thrown)) as Error
    expect(error.cause).toBeUndefined()
    expect(`${error.stack}`).not.toContain(Buffer.from(contentKey).toString('hex'))
  })
})

describe('payload codec', () => {
  test('default: encoding is deterministic', () => {
    expect(encodePayload(payload)).toEqual(encodePayload(structuredClone(payload)))
  })

  test.each<[string, (value: Record<string, unknown>) => unknown]>([
    ['not a map', () => [1, 2]],
    ['null', () => null],
    ['a stray field', (value) => ({ ...value, more: 1 })],
    ['a missing field', ({ classes: _classes, ...value }) => value],
    ['another version', (value) => ({ ...value, version: 2 })],
    ['rules of the wrong length', (value) => ({ ...value, rules: new Uint8Array(15) })],
    ['rules that are not legal', (value) => ({ ...value, rules: new Uint8Array(16).fill(0xff) })],
    ['items that are no list', (value) => ({ ...value, items: {} })],
    ['classes that are no texts', (value) => ({ ...value, classes: [1] })],
    ['too many classes', (value) => ({ ...value, classes: new Array(257).fill('') })],
    ['instructions too long', (value) => ({ ...value, instructions: 'a'.repeat(65_537) })],
  ])('error: %s', (_name, change) => {
    const good = rawFrom(payload)
    decodePayload(encode(good))
    expect(() => decodePayload(encode(change(good)))).toThrow(PayloadMalformedError)
  })

  test.each<[string, object]>([
    ['negative index', { index: -1 }],
    ['index past the tree', { index: 2 ** 24 }],
    ['fractional index', { index: 0.5 }],
    ['short path', { path: new Uint8Array(23 * 32) }],
    ['path out of the field', { path: new Uint8Array(24 * 32).fill(0xff) }],
    ['salt out of the field', { recordSalt: new Uint8Array(32).fill(0xff) }],
    ['media type too long', { mediaType: 'a'.repeat(128) }],
    ['bytes as text', { bytes: 'text' }],
    ['the same record twice', { index: 0 }],
  ])('error: item with %s', (_name, change) => {
    const good = rawFrom(payload)
    const items = good.items.map((item, position) => (position === 2 ? { ...item, ...change } : item))
    expect(() => decodePayload(encode({ ...good, items }))).toThrow(PayloadMalformedError)
  })

  test('error: another number of items than the rules say', () => {
    const good = rawFrom(payload)
    for (const items of [good.items.slice(1), [...good.items, { ...good.items[0]!, index: 7 }], []])
      expect(() => decodePayload(encode({ ...good, items }))).toThrow(PayloadMalformedError)
  })

  test('error: CBOR that is not canonical or not strict', () => {
    const good = encodePayload(payload)
    const hostile = [
      new Uint8Array(),
      Uint8Array.from([...good, 0]),
      good.slice(0, -1),
      // A five-pair map whose count is given in two bytes instead of one.
      Uint8Array.from([0xb8, 5, ...good.slice(1)]),
      // Indefinite length, NaN, a tag, and a list that claims 2^53 − 1 entries.
      Uint8Array.from([0x9f, 0xff]),
      Uint8Array.from([0xf9, 0x7e, 0]),
      Uint8Array.from([0xc1, 0]),
      Uint8Array.from([0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Uint8Array.from([0x5b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      // A hundred thousand lists within lists.
      new Uint8Array(100_000).fill(0x81),
    ]
    for (const bytes of hostile) expect(() => decodePayload(bytes)).toThrow(PayloadMalformedError)
  })

  test('error: seeded byte changes give typed errors or another valid payload, never a crash', () => {
    const good = encodePayload(payload)
    const source = seeded(41)
    for (let i = 0; i < 2000; i++) {
      const changed = good.slice()
      changed[source.below(changed.length)] = source.below(256)
      try {
        expect(encodePayload(decodePayload(changed))).toEqual(changed)
      } catch (error) {
        expect(error).toBeInstanceOf(PayloadMalformedError)
      }
    }
  })

  function rawFrom(source: Payload) {
    const bytes32 = (value: bigint) => new Uint8Array(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'))
    const packedRules = 0n | (64n << 8n) | (3n << 24n) | (1n << 40n) | (7500n << 56n) | (9n << 72n)
    return {
      classes: source.classes,
      instructions: source.instructions,
      items: source.items.map((item) => ({
        bytes: item.bytes,
        index: item.index,
        mediaType: item.mediaType,
        path: new Uint8Array(Buffer.concat(item.path.map(bytes32))),
        recordSalt: bytes32(item.recordSalt),
      })),
      rules: bytes32(packedRules).slice(16),
      version: 1,
    }
  }
})
