import { describe, expect, it } from 'vitest'
import { generateKeyPair } from '../../sdk/src/encryption/babyjub.ts'
import { encryptLabels } from '../../sdk/src/encryption/labels.ts'
import { domain, hash, poseidonOutputs } from '../../sdk/src/poseidon.ts'
import { P } from '../soundness/field.ts'
import { complete, freeWires } from '../soundness/forgery.ts'
import { type Harness, harness } from '../soundness/harness.ts'

const edits = (value: bigint): bigint[] => [value + 1n, value - 1n, 1n - value, 0n, P - value]

describe('VectorHash', () => {
  it.each([1, 5, 16, 17, 20])('default: %i inputs equal the chained Poseidon', async (n) => {
    const circuit = await harness('lib/hash.circom', `VectorHash(${n})`)
    const input = Array.from({ length: n }, (_, i) => BigInt(i) * 7n + (P - 3n * BigInt(i + 1)))
    const witness = await circuit.witness({ in: input })
    expect(circuit.read(witness, 'out')).toBe(hash(input.map((x) => x % P)))
  })

  it('forged: no wire can change alone', async () => {
    const circuit = await harness('lib/hash.circom', 'VectorHash(17)')
    const witness = await circuit.witness({ in: Array.from({ length: 17 }, (_, i) => BigInt(i)) })
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})

describe('Evaluate', () => {
  it('default: the polynomial at the point', async () => {
    const circuit = await harness('lib/polynomial.circom', 'Evaluate(4)')
    const witness = await circuit.witness({ in: [3n, 0n, P - 1n, 7n], point: 5n })
    expect(circuit.read(witness, 'out')).toBe(3n - 25n + 7n * 125n)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})

describe('Prefix', () => {
  /** The wire of a mark; the last mark is the last flag, and the compiler keeps one name. */
  const mark = (circuit: Harness, k: number) => circuit.r1cs.names.get(k === 8 ? 'flag[7]' : `last[${k}]`) as number

  it.each([1, 2, 7, 8])('default: %i ones', async (count) => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 1)')
    const witness = await circuit.witness({ count })
    const flags = Array.from({ length: 8 }, (_, i) => circuit.read(witness, `flag[${i}]`))
    expect(flags).toEqual(Array.from({ length: 8 }, (_, i) => (i < count ? 1n : 0n)))
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it.each([0n, 9n, P - 1n, P / 2n])('boundary: count %i has no witness, whatever the marks', async (count) => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 1)')
    const honest = await circuit.witness({ count: 3 })
    const countWire = circuit.r1cs.names.get('count') as number
    // Every assignment of bits to the eight marks, completed by solving.
    for (let marks = 0; marks < 256; marks++) {
      const known = circuit.known(honest, /^count$/)
      known.set(countWire, count)
      for (let k = 1; k <= 8; k++) known.set(mark(circuit, k), BigInt((marks >> (k - 1)) & 1))
      expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
    }
  })

  it('forged: two marks, or a mark of 2 balanced by -1, do not pass', async () => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 1)')
    const honest = await circuit.witness({ count: 4 })
    const attempt = (marks: Record<number, bigint>) => {
      const known = circuit.known(honest, /^count$/)
      for (let k = 1; k <= 8; k++) known.set(mark(circuit, k), marks[k] ?? 0n)
      return complete(circuit.r1cs, known)
    }
    expect(attempt({ 4: 1n })).toHaveProperty('witness')
    expect(attempt({ 1: 1n, 3: 1n })).toHaveProperty('violated')
    expect(attempt({ 3: 2n, 2: P - 1n })).toHaveProperty('violated')
    expect(attempt({ 3: 1n, 5: 1n, 4: P - 1n })).toHaveProperty('violated')
  })

  it('boundary: a gold prefix may be empty, never longer than its capacity', async () => {
    const circuit = await harness('lib/select.circom', 'Prefix(8, 0)')
    await expect(circuit.witness({ count: 0 })).resolves.toBeDefined()
    await expect(circuit.witness({ count: 9 })).rejects.toThrow()
  })
})

describe('Compact', () => {
  const inputs = {
    code: [5n, 6n, 7n, 8n, 9n, 10n],
    mark: [0n, 1n, 0n, 1n, 1n, 0n],
    picked: [6n, 8n, 9n, 0n],
    point: 123456789123456789n,
  }

  it('default: the marked codes in order, zero after them', async () => {
    const circuit = await harness('lib/select.circom', 'Compact(6, 4)')
    const witness = await circuit.witness(inputs)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it.each([
    ['another value', [6n, 8n, 10n, 0n]],
    ['another order', [8n, 6n, 9n, 0n]],
    ['an unmarked code', [6n, 7n, 9n, 0n]],
    ['one too many', [6n, 8n, 9n, 10n]],
    ['one too few', [6n, 8n, 0n, 0n]],
    ['shifted', [0n, 6n, 8n, 9n]],
  ])('forged: %s is refused by the constraints', async (_, picked) => {
    const circuit = await harness('lib/select.circom', 'Compact(6, 4)')
    const honest = await circuit.witness(inputs)
    const known = circuit.known(honest, /^(code|mark|point)/)
    for (const [k, value] of picked.entries()) known.set(circuit.r1cs.names.get(`picked[${k}]`) as number, value)
    expect(complete(circuit.r1cs, known)).toHaveProperty('violated')
  })
})

describe('Keystream', () => {
  const secret = [123n, P - 5n]

  it('default: up to four words come from the 4-input permutation', async () => {
    const circuit = await harness('lib/hash.circom', 'Keystream(4)')
    const witness = await circuit.witness({ secret })
    const expected = poseidonOutputs([domain('veritask.keystream.1'), ...secret, 0n], 4)
    expect(Array.from({ length: 4 }, (_, i) => circuit.read(witness, `pad[${i}]`))).toEqual(expected)
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })

  it('default: longer pads come in blocks of sixteen from the 16-input permutation', async () => {
    const circuit = await harness('lib/hash.circom', 'Keystream(18)')
    const witness = await circuit.witness({ secret })
    const block = (index: bigint) =>
      poseidonOutputs([domain('veritask.keystream.1'), ...secret, index, ...Array<bigint>(12).fill(0n)], 16)
    expect(Array.from({ length: 18 }, (_, i) => circuit.read(witness, `pad[${i}]`))).toEqual([
      ...block(0n),
      ...block(1n).slice(0, 2),
    ])
    expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
  })
})

describe('Encrypt', () => {
  it('default: what the SDK encrypts, for three words', async () => {
    const circuit = await harness('label/delivery.circom', 'Encrypt(3)')
    const { publicKey } = generateKeyPair()
    for (const scalar of [1n, 2n ** 249n, 2n ** 250n - 1n, 0x123456789abcdefn]) {
      const words = [5n, 0n, 2n ** 248n - 1n]
      const delivery = encryptLabels({ publicKey, ephemeralScalar: scalar, words, salt: 99n })
      const witness = await circuit.witness({ scalar, publicKey, word: words, salt: 99n })
      expect([0, 1].map((i) => circuit.read(witness, `ephemeral[${i}]`))).toEqual(delivery.ephemeralKey)
      expect([0, 1, 2, 3].map((i) => circuit.read(witness, `cipher[${i}]`))).toEqual(delivery.ciphertext)
      expect(freeWires(circuit.r1cs, witness, edits)).toEqual([])
    }
  })

  it('forged: the pad of another key or another scalar does not fit', async () => {
    const circuit = await harness('label/delivery.circom', 'Encrypt(3)')
    const [mine, other] = [generateKeyPair(), generateKeyPair()]
    const inputs = { scalar: 77n, publicKey: mine.publicKey, word: [5n, 6n, 7n], salt: 9n }
    const honest = await circuit.witness(inputs)
    const everything = circuit.known(honest, /./)
    const swap = (name: string, value: bigint) => {
      const known = new Map(everything)
      known.set(circuit.r1cs.names.get(name) as number, value)
      return complete(circuit.r1cs, known)
    }
    expect(swap('publicKey[0]', mine.publicKey[0])).toHaveProperty('witness')
    expect(swap('publicKey[0]', other.publicKey[0])).toHaveProperty('violated')
    expect(swap('scalar', 78n)).toHaveProperty('violated')
    // A pad of the cheat's choice, consistent from the stream on: the shared point no longer matches the key.
    const foreign = circuit.known(await circuit.witness({ ...inputs, publicKey: other.publicKey }), /^(stream|cipher)/)
    expect(complete(circuit.r1cs, new Map([...everything, ...foreign]))).toHaveProperty('violated')
  })

  it('boundary: a scalar of 251 bits has no witness', async () => {
    const circuit = await harness('label/delivery.circom', 'Encrypt(3)')
    const { publicKey } = generateKeyPair()
    await expect(circuit.witness({ scalar: 2n ** 250n, publicKey, word: [0n, 0n, 0n], salt: 1n })).rejects.toThrow()
  })
})

describe('LabelCommitment', () => {
  it('default: domain, context, salt and words, each of them bound', async () => {
    const circuit = await harness('label/delivery.circom', 'LabelCommitment(3)')
    const inputs = { commitmentContext: 11n, salt: 22n, word: [1n, 2n, 3n] }
    const witness = await circuit.witness(inputs)
    expect(circuit.read(witness, 'out')).toBe(hash([domain('veritask.labels.1'), 11n, 22n, 1n, 2n, 3n]))
    for (const other of [{ commitmentContext: 12n }, { salt: 23n }, { word: [1n, 2n, 4n] }]) {
      const changed = await circuit.witness({ ...inputs, ...other })
      expect(circuit.read(changed, 'out')).not.toBe(circuit.read(witness, 'out'))
    }
  })
})
