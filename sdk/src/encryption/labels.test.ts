import { describe, expect, test } from 'vitest'
import { CommitmentMismatchError, commitLabels } from '../commitments.js'
import { FIELD_ORDER, FieldOutOfRangeError } from '../field.js'
import { encodeLabels, packCodes } from '../labels/codes.js'
import type { Rules } from '../labels/rules.js'
import { domain, poseidonOutputs } from '../poseidon.js'
import { boxes, digits, sampleLabels } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { generateKeyPair, InvalidEncryptionKeyError, multiply, publicKeyOf, randomScalar } from './babyjub.js'
import { CiphertextLengthError, decryptLabels, encryptLabels, openDelivery } from './labels.js'

const secretKey = 987654321n
const publicKey = publicKeyOf(secretKey)

function delivered(seed: number, rules: Rules) {
  const random = seeded(seed)
  const labels = sampleLabels(random, rules)
  const codes = encodeLabels(rules, labels)
  const salt = random.bits(248)
  const commitmentContext = random.bits(248)
  const delivery = encryptLabels({
    publicKey,
    ephemeralScalar: randomScalar(),
    words: packCodes(rules, codes),
    salt,
  })
  const commitment = commitLabels({ rules, commitmentContext, salt, codes })
  return { rules, labels, codes, salt, commitmentContext, delivery, commitment, secretKey }
}

describe('encryptLabels', () => {
  test('default: fixed vector', () => {
    const { ephemeralKey, ciphertext } = encryptLabels({
      publicKey,
      ephemeralScalar: 1234n,
      words: [7n, 8n, 9n],
      salt: 10n,
    })
    expect(ephemeralKey).toEqual(publicKeyOf(1234n))
    const [x, y] = multiply(publicKey, 1234n)
    const stream = poseidonOutputs([domain('veritask.keystream.1'), x, y, 0n], 4)
    expect(ciphertext).toEqual([7n, 8n, 9n, 10n].map((word, i) => (word + stream[i]!) % FIELD_ORDER))
    expect(ciphertext).toMatchInlineSnapshot(`
      [
        13770248150244797786969940600894178217031037147092060183820002344227465761028n,
        19477042598281710242362932498572657599660803257043506552003303059117849536248n,
        9758297671744642257571975021962758065748964771981952841166492471672671241862n,
        5699967241927092736610577806638545314635093597366714907566551437430902744205n,
      ]
    `)
  })

  test('args: long keystreams come in blocks of 16 from the wide permutation', () => {
    const words = Array.from({ length: 17 }, (_, i) => BigInt(i))
    const { ciphertext } = encryptLabels({ publicKey, ephemeralScalar: 1234n, words, salt: 99n })
    const [x, y] = multiply(publicKey, 1234n)
    const block = (b: bigint) =>
      poseidonOutputs([domain('veritask.keystream.1'), x, y, b, ...new Array<bigint>(12).fill(0n)], 16)
    const stream = [...block(0n), ...block(1n)]
    expect(ciphertext).toEqual([...words, 99n].map((word, i) => (word + stream[i]!) % FIELD_ORDER))
    expect(new Set(stream).size).toBe(32)
  })

  test('default: 512 labels well under a second', () => {
    const rules: Rules = { ...digits, capacity: 512, itemCount: 512 }
    const startedAt = performance.now()
    const { delivery } = delivered(30, rules)
    expect(delivery.ciphertext).toHaveLength(18)
    expect(performance.now() - startedAt).toBeLessThan(700)
  })

  test('default: a fresh scalar gives a fresh ciphertext', () => {
    const one = encryptLabels({ publicKey, ephemeralScalar: randomScalar(), words: [7n], salt: 1n })
    const two = encryptLabels({ publicKey, ephemeralScalar: randomScalar(), words: [7n], salt: 1n })
    expect(one.ciphertext[0]).not.toBe(two.ciphertext[0])
  })

  test('error: bad key, words out of the field', () => {
    const parameters = { publicKey, ephemeralScalar: 5n, words: [7n], salt: 1n }
    expect(() => encryptLabels({ ...parameters, publicKey: [0n, 1n] })).toThrow(InvalidEncryptionKeyError)
    expect(() => encryptLabels({ ...parameters, words: [FIELD_ORDER] })).toThrow(FieldOutOfRangeError)
    expect(() => encryptLabels({ ...parameters, salt: -1n })).toThrow(FieldOutOfRangeError)
  })
})

describe('openDelivery', () => {
  test.each([
    ['64 scalars', digits],
    ['256 scalars', { ...digits, capacity: 256, itemCount: 200 } as Rules],
    ['512 scalars', { ...digits, capacity: 512, itemCount: 512 } as Rules],
    ['boxes', boxes],
  ])('default: %s round trip', (_name, rules) => {
    const parameters = delivered(31, rules)
    expect(openDelivery(parameters)).toEqual({
      labels: parameters.labels,
      codes: parameters.codes,
      salt: parameters.salt,
    })
  })

  test('error: another key, any changed element, another context or commitment', () => {
    const parameters = delivered(32, digits)
    const { delivery } = parameters
    expect(() => openDelivery({ ...parameters, secretKey: generateKeyPair().secretKey })).toThrow(
      CommitmentMismatchError,
    )
    delivery.ciphertext.forEach((_, i) => {
      const ciphertext = delivery.ciphertext.map((word, j) => (i === j ? (word + 1n) % FIELD_ORDER : word))
      expect(() => openDelivery({ ...parameters, delivery: { ...delivery, ciphertext } })).toThrow(
        CommitmentMismatchError,
      )
    })
    expect(() => openDelivery({ ...parameters, commitmentContext: 1n })).toThrow(CommitmentMismatchError)
    expect(() => openDelivery({ ...parameters, commitment: 1n })).toThrow(CommitmentMismatchError)
  })

  test('error: ephemeral key off the curve or of low order, ciphertext of another length or out of the field', () => {
    const parameters = delivered(33, digits)
    const { delivery } = parameters
    const withDelivery = (change: object) => () => openDelivery({ ...parameters, delivery: { ...delivery, ...change } })
    expect(withDelivery({ ephemeralKey: [1n, 1n] })).toThrow(InvalidEncryptionKeyError)
    expect(withDelivery({ ephemeralKey: [0n, FIELD_ORDER - 1n] })).toThrow(InvalidEncryptionKeyError)
    expect(withDelivery({ ciphertext: delivery.ciphertext.slice(1) })).toThrow(CiphertextLengthError)
    expect(withDelivery({ ciphertext: [FIELD_ORDER, ...delivery.ciphertext.slice(1)] })).toThrow(FieldOutOfRangeError)
    expect(() => decryptLabels({ secretKey, ephemeralKey: publicKey, ciphertext: [1n] })).toThrow(CiphertextLengthError)
  })

  test('error: no error carries the secret key, the salt or a label word', () => {
    const parameters = delivered(34, digits)
    const secrets = [secretKey, parameters.salt, ...packCodes(digits, parameters.codes)]
    const failures = [
      () => openDelivery({ ...parameters, commitment: 1n }),
      () => openDelivery({ ...parameters, delivery: { ...parameters.delivery, ephemeralKey: [1n, 1n] as const } }),
      () => openDelivery({ ...parameters, delivery: { ...parameters.delivery, ciphertext: [] } }),
    ]
    for (const failure of failures)
      try {
        failure()
        expect.unreachable()
      } catch (error) {
        const shown = `${(error as Error).stack} ${Object.values(error as object).join(' ')}`
        for (const secret of secrets) {
          expect(shown).not.toContain(secret.toString())
          expect(shown).not.toContain(secret.toString(16))
        }
      }
  })
})
