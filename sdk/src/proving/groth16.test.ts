import * as snarkjs from 'snarkjs'
import { type Hex, hexToBytes, keccak256, stringToHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateKeyPair } from '../encryption/babyjub.js'
import { FIELD_ORDER } from '../field.js'
import { circuitManifest, verifyingKeys } from '../generated/circuits.js'
import { builtArtifacts } from '../testing/artifacts.js'
import { digits, sampleLabels } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import {
  type Groth16Proof,
  keyDataToVkey,
  keyIdOf,
  ProofMalformedError,
  proofFromBytes,
  proofToBytes,
  VerifyingKeyMalformedError,
  verifyProof,
  vkeyToKeyData,
} from './groth16.js'
import { createNodeProver } from './nodeProver.js'
import type { VerifyingKeyJson } from './types.js'
import { legalityWitness } from './witness.js'

const key = verifyingKeys['legality-scalar-64']
const COORDINATE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

let proof: Groth16Proof
let publicSignals: readonly bigint[]
const prover = createNodeProver({ artifacts: builtArtifacts })
beforeAll(async () => {
  const random = seeded(50)
  const witness = legalityWitness({
    rules: digits,
    labels: sampleLabels(random, digits),
    salt: random.bits(248),
    commitmentContext: 1n,
    context: 2n,
    encryptionKey: generateKeyPair().publicKey,
  })
  ;({ proof, publicSignals } = await prover.prove(witness))
})
afterAll(() => prover.close())

describe('verifyProof', () => {
  test('default: accepts a real proof, under JSON and on-chain forms of the key', async () => {
    expect(await verifyProof(key, publicSignals, proof)).toBe(true)
    expect(await verifyProof(keyDataToVkey(vkeyToKeyData(key)), publicSignals, proof)).toBe(true)
    expect(await verifyProof(key, publicSignals, proofFromBytes(proofToBytes(proof)))).toBe(true)
  })

  test('error: every public signal changed by one, missing, extra, or at its value plus the field order', async () => {
    for (let i = 0; i < publicSignals.length; i++) {
      const change = (by: bigint) => publicSignals.map((signal, j) => (i === j ? signal + by : signal))
      expect(await verifyProof(key, change(1n), proof)).toBe(false)
      expect(await verifyProof(key, change(FIELD_ORDER), proof)).toBe(false)
      expect(await verifyProof(key, change(-FIELD_ORDER), proof)).toBe(false)
    }
    expect(await verifyProof(key, publicSignals.slice(1), proof)).toBe(false)
    expect(await verifyProof(key, [...publicSignals, 0n], proof)).toBe(false)
  })

  test('error: another circuit’s key', async () => {
    expect(await verifyProof(verifyingKeys['open-gold-scalar-64'], publicSignals, proof)).toBe(false)
  })

  test('error: off-curve, swapped, infinite and out-of-range points', async () => {
    const bad: Groth16Proof[] = [
      { ...proof, a: [proof.a[0], proof.a[1] + 1n] },
      { ...proof, a: proof.c },
      { ...proof, a: [0n, 0n] },
      { ...proof, c: [0n, 0n] },
      {
        ...proof,
        b: [
          [0n, 0n],
          [0n, 0n],
        ],
      },
      {
        a: [0n, 0n],
        b: [
          [0n, 0n],
          [0n, 0n],
        ],
        c: [0n, 0n],
      },
      { ...proof, a: [proof.a[0] + COORDINATE_ORDER, proof.a[1]] },
      { ...proof, a: [proof.a[0], -proof.a[1]] },
      { ...proof, b: [[proof.b[0][1], proof.b[0][0]], proof.b[1]] },
      { ...proof, b: [proof.b[1], proof.b[0]] },
    ]
    for (const changed of bad) expect(await verifyProof(key, publicSignals, changed)).toBe(false)
  })

  test('error: a G2 point on the curve but outside the subgroup', async () => {
    const outside = twistPointOutsideSubgroup()
    expect(await verifyProof(key, publicSignals, { ...proof, b: outside })).toBe(false)
  })

  test('default: a proof malleated by negation verifies too, which is why nothing rests on proof bytes', async () => {
    const negatedB = [proof.b[0], [COORDINATE_ORDER - proof.b[1][0], COORDINATE_ORDER - proof.b[1][1]]] as const
    const malleated = { ...proof, a: [proof.a[0], COORDINATE_ORDER - proof.a[1]] as const, b: negatedB }
    expect(await verifyProof(key, publicSignals, malleated)).toBe(true)
    expect(proofToBytes(malleated)).not.toBe(proofToBytes(proof))
  })

  test.each<[string, (good: VerifyingKeyJson) => unknown]>([
    ['another protocol', (good) => ({ ...good, protocol: 'plonk' })],
    ['another curve', (good) => ({ ...good, curve: 'bls12381' })],
    ['a missing IC point', (good) => ({ ...good, IC: good.IC.slice(1) })],
    ['a projective point', (good) => ({ ...good, vk_alpha_1: [...good.vk_alpha_1.slice(0, 2), '2'] })],
    ['a number that is no decimal', (good) => ({ ...good, vk_alpha_1: ['0x1', '2', '1'] })],
    ['an off-curve point', (good) => ({ ...good, vk_alpha_1: ['1', '3', '1'] })],
    ['nothing', () => ({})],
    ['null', () => null],
  ])('error: key with %s', async (_name, change) => {
    await expect(verifyProof(change(key) as VerifyingKeyJson, publicSignals, proof)).rejects.toThrow(
      VerifyingKeyMalformedError,
    )
  })
})

describe('verifyProof and snarkjs', () => {
  const Q = COORDINATE_ORDER
  const negated = (y: bigint) => (Q - y) % Q
  const zero = [0n, 0n] as const
  type Case = { readonly signals: readonly bigint[]; readonly proof: Groth16Proof; readonly key: VerifyingKeyJson }

  const cases: readonly (readonly [name: string, change: () => Partial<Case>])[] = [
    ['a valid proof', () => ({})],
    [
      'the same proof with A and B negated',
      () => ({
        proof: {
          ...proof,
          a: [proof.a[0], negated(proof.a[1])],
          b: [proof.b[0], [negated(proof.b[1][0]), negated(proof.b[1][1])]],
        },
      }),
    ],
    ...[0, 1, 2, 3].map(
      (i) => [`signal ${i} changed`, () => ({ signals: publicSignals.map((s, j) => (i === j ? s + 1n : s)) })] as const,
    ),
    ['two signals swapped', () => ({ signals: [1, 0, 2, 3].map((i) => publicSignals[i]!) })],
    [
      'a signal at its value plus the field order',
      () => ({ signals: [publicSignals[0]! + FIELD_ORDER, ...publicSignals.slice(1)] }),
    ],
    ['a negative signal', () => ({ signals: [publicSignals[0]! - FIELD_ORDER, ...publicSignals.slice(1)] })],
    ['a signal at the field order', () => ({ signals: [FIELD_ORDER, ...publicSignals.slice(1)] })],
    ['a signal too few', () => ({ signals: publicSignals.slice(0, 3) })],
    ['a signal too many', () => ({ signals: [...publicSignals, 0n] })],
    ['no signals', () => ({ signals: [] })],
    ['A off the curve', () => ({ proof: { ...proof, a: [proof.a[0], (proof.a[1] + 1n) % Q] } })],
    ['B off the curve', () => ({ proof: { ...proof, b: [proof.b[0], [(proof.b[1][0] + 1n) % Q, proof.b[1][1]]] } })],
    ['C off the curve', () => ({ proof: { ...proof, c: [(proof.c[0] + 1n) % Q, proof.c[1]] } })],
    ['A negated alone', () => ({ proof: { ...proof, a: [proof.a[0], negated(proof.a[1])] } })],
    ['A and C swapped', () => ({ proof: { ...proof, a: proof.c, c: proof.a } })],
    ['B outside the subgroup of G2', () => ({ proof: { ...proof, b: twistPointOutsideSubgroup() } })],
    ['A at infinity', () => ({ proof: { ...proof, a: zero } })],
    ['B at infinity', () => ({ proof: { ...proof, b: [zero, zero] } })],
    ['C at infinity', () => ({ proof: { ...proof, c: zero } })],
    ['every point at infinity', () => ({ proof: { a: zero, b: [zero, zero], c: zero } })],
    [
      'imaginary parts of B first',
      () => ({
        proof: {
          ...proof,
          b: [
            [proof.b[0][1], proof.b[0][0]],
            [proof.b[1][1], proof.b[1][0]],
          ],
        },
      }),
    ],
    ["another circuit's key", () => ({ key: verifyingKeys['score-scalar-64'] })],
  ]

  /** As snarkjs reads proofs: projective, (0, 1, 0) at infinity. */
  const projective = (x: unknown, y: unknown, infinite: boolean, unit: readonly unknown[]) =>
    infinite ? [unit[0], unit[1], unit[0]] : [x, y, unit[1]]
  const isZero = (values: readonly bigint[]) => values.every((value) => value === 0n)
  async function bySnarkjs({ key, signals, proof: { a, b, c } }: Case): Promise<boolean> {
    const pi_b = b.map((pair) => pair.map(String))
    const json = {
      protocol: 'groth16',
      curve: 'bn128',
      pi_a: projective(String(a[0]), String(a[1]), isZero(a), ['0', '1']),
      pi_b: projective(pi_b[0], pi_b[1], isZero(b.flat()), [
        ['0', '0'],
        ['1', '0'],
      ]),
      pi_c: projective(String(c[0]), String(c[1]), isZero(c), ['0', '1']),
    }
    return snarkjs.groth16.verify(key, signals.map(String), json).catch(() => false)
  }
  afterAll(() => (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128?.terminate())

  test.each(cases)('default: agree on %s', async (name, change) => {
    const tried = { key, signals: publicSignals, proof, ...change() }
    const accepted = await verifyProof(tried.key, tried.signals, tried.proof)
    expect(accepted).toBe(name === 'a valid proof' || name === 'the same proof with A and B negated')
    expect(await bySnarkjs(tried)).toBe(accepted)
  })

  test.each<[string, () => Partial<Case>]>([
    ['A at its coordinates plus the field order', () => ({ proof: { ...proof, a: [proof.a[0] + Q, proof.a[1]] } })],
    [
      'B at its coordinates plus the field order',
      () => ({ proof: { ...proof, b: [[proof.b[0][0] + Q, proof.b[0][1]], proof.b[1]] } }),
    ],
  ])('default: %s is refused as the chain refuses it, and snarkjs takes it', async (_name, change) => {
    const tried = { key, signals: publicSignals, proof, ...change() }
    expect(await verifyProof(tried.key, tried.signals, tried.proof)).toBe(false)
    expect(await bySnarkjs(tried)).toBe(true)
  })
})

describe('encodings', () => {
  test('default: proof bytes hold A, B imaginary first, C', () => {
    const words = proofToBytes(proof)
      .slice(2)
      .match(/.{64}/g)!
      .map((word) => BigInt(`0x${word}`))
    const { a, b, c } = proof
    expect(words).toEqual([...a, b[0][1], b[0][0], b[1][1], b[1][0], ...c])
    expect(proofFromBytes(proofToBytes(proof))).toEqual(proof)
  })

  test.each([
    '0x',
    '0x00',
    `0x${'00'.repeat(255)}`,
    `0x${'00'.repeat(288)}`,
    `0x${'ff'.repeat(256)}`,
    `0x${'zz'.repeat(256)}`,
  ] as const)('error: proof bytes %s', (bytes) => {
    expect(() => proofFromBytes(bytes as Hex)).toThrow(ProofMalformedError)
  })

  test('default: key data of every circuit round trips', () => {
    for (const each of Object.values(verifyingKeys)) {
      const keyData = vkeyToKeyData(each)
      expect(hexToBytes(keyData)).toHaveLength(32 * (14 + 2 * (each.nPublic + 1)))
      expect(vkeyToKeyData(keyDataToVkey(keyData))).toBe(keyData)
    }
  })

  test('error: key data of a wrong length or out of range', () => {
    const keyData = vkeyToKeyData(key)
    const bad = [
      '0x',
      keyData.slice(0, -2),
      keyData.slice(0, -64),
      keyData.slice(0, 2 + 64 * 14),
      `0x${'ff'.repeat(512)}`,
    ]
    for (const each of bad) expect(() => keyDataToVkey(each as Hex)).toThrow(VerifyingKeyMalformedError)
  })

  test('default: key ids differ by every part, and by circuit', () => {
    const manifestHash = circuitManifest.circuits['legality-scalar-64']!.manifestHash
    const base = { keyData: vkeyToKeyData(key), manifestHash, development: true, needsChallenge: true }
    const ids = [
      keyIdOf(base),
      keyIdOf({ ...base, development: false }),
      keyIdOf({ ...base, needsChallenge: false }),
      keyIdOf({ ...base, manifestHash: keccak256('0x') }),
      keyIdOf({ ...base, systemId: stringToHex('other', { size: 32 }) }),
      ...Object.values(verifyingKeys)
        .slice(0, 3)
        .map((each) => keyIdOf({ ...base, keyData: vkeyToKeyData(each) })),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

/** Walks x = (n, 0) until the twist has a point there; almost none of those lies in the subgroup of order r. */
function twistPointOutsideSubgroup(): Groth16Proof['b'] {
  const p = COORDINATE_ORDER
  const mod = (value: bigint) => ((value % p) + p) % p
  const power = (base: bigint, exponent: bigint): bigint => {
    let result = 1n
    for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square))
      if (rest & 1n) result = mod(result * square)
    return result
  }
  const inverse = (value: bigint) => power(value, p - 2n)
  const root = (value: bigint): bigint | undefined => {
    const candidate = power(value, (p + 1n) / 4n)
    return mod(candidate * candidate) === mod(value) ? candidate : undefined
  }
  // b of the twist is 3 / (9 + i).
  const norm = inverse(82n)
  const twistB = [mod(27n * norm), mod(-3n * norm)] as const
  for (let n = 1n; ; n++) {
    const [real, imaginary] = [mod(n ** 3n + twistB[0]), twistB[1]]
    const length = root(mod(real * real + imaginary * imaginary))
    if (length === undefined) continue
    for (const sign of [1n, -1n]) {
      const half = root(mod((real + sign * length) * inverse(2n)))
      if (half && half !== 0n)
        return [
          [n, 0n],
          [half, mod(imaginary * inverse(2n * half))],
        ]
    }
  }
}
