import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fflonk, plonk } from 'snarkjs'
import { type Hex, hexToBigInt, size, sliceHex, stringToHex } from 'viem'
import { afterAll, describe, expect, test } from 'vitest'
import { FIELD_ORDER } from '../field.js'
import { ProofMalformedError, VerifyingKeyMalformedError } from '../proving/groth16.js'
import { root } from '../testing/foundry.js'
import {
  FFLONK_SYSTEM_ID,
  type FflonkProofJson,
  type FflonkVerifyingKeyJson,
  fflonkKeyData,
  fflonkProofData,
  fflonkProofFromData,
} from './fflonk.js'
import {
  PLONK_SYSTEM_ID,
  type PlonkProofJson,
  type PlonkVerifyingKeyJson,
  plonkKeyData,
  plonkProofData,
  plonkProofFromData,
} from './plonk.js'

type Json = Record<string, unknown>
type Statement = { publicSignals: Hex[]; proof: Hex }
type Fixture = Statement & { keyData: Hex; secondProof: Hex; verifyingKey: Json }
type Mutants = { of: string; mutants: (Statement & { change: string; accepted: boolean })[] }

const COORDINATE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n
const CIRCUITS = ['one', 'four', 'eight', 'linear']

const SYSTEMS = [
  {
    name: 'plonk',
    systemId: PLONK_SYSTEM_ID,
    points: 9,
    keyWords: 25,
    /** Names of a point and a scalar of a key, and of a proof. */
    keyPoint: 'S1',
    keyScalar: 'k1',
    proofPoint: ['T1'],
    proofScalar: ['eval_zw'],
    keyData: (key: unknown) => plonkKeyData(key as PlonkVerifyingKeyJson),
    proofData: (proof: unknown) => plonkProofData(proof as PlonkProofJson),
    proofFromData: (data: Hex): unknown => plonkProofFromData(data),
    verify: plonk.verify,
  },
  {
    name: 'fflonk',
    systemId: FFLONK_SYSTEM_ID,
    points: 4,
    keyWords: 11,
    keyPoint: 'C0',
    keyScalar: 'k2',
    proofPoint: ['polynomials', 'W2'],
    proofScalar: ['evaluations', 't2w'],
    keyData: (key: unknown) => fflonkKeyData(key as FflonkVerifyingKeyJson),
    proofData: (proof: unknown) => fflonkProofData(proof as FflonkProofJson),
    proofFromData: (data: Hex): unknown => fflonkProofFromData(data),
    verify: fflonk.verify,
  },
]

function read<T>(system: string, name: string): T {
  return JSON.parse(readFileSync(join(root, 'contracts/test/fixtures', system, `${name}.json`), 'utf8')) as T
}

/** A copy with another value at this path; `undefined` takes the entry away. */
function changed(json: unknown, path: readonly string[], value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(json)) as Json
  const owner = path.slice(0, -1).reduce((at, name) => at[name] as Json, copy)
  owner[path.at(-1)!] = value
  return copy
}

const decimals = (signals: readonly Hex[]) => signals.map((signal) => String(hexToBigInt(signal)))
const words = (data: Hex) =>
  Array.from({ length: size(data) / 32 }, (_, i) => hexToBigInt(sliceHex(data, 32 * i, 32 * (i + 1))))

afterAll(async () => {
  // snarkjs keeps worker threads that hold the process open.
  await (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128?.terminate()
})

describe.each(SYSTEMS)('$name', (system) => {
  const { keyData, proofData, proofFromData } = system
  const fixture = read<Fixture>(system.name, 'four')
  const key = fixture.verifyingKey
  const proof = proofFromData(fixture.proof)

  test('names the system as the contract does', () => {
    expect(system.systemId).toBe(stringToHex(`${system.name}-bn254`, { size: 32 }))
  })

  test.each(CIRCUITS)('%s: keys and proofs come out as the contract reads them', (name) => {
    const { verifyingKey, ...expected } = read<Fixture>(system.name, name)
    expect(keyData(verifyingKey)).toBe(expected.keyData)
    expect(size(expected.keyData)).toBe(32 * system.keyWords)
    for (const data of [expected.proof, expected.secondProof]) expect(proofData(proofFromData(data))).toBe(data)
  })

  test('words are in the documented order', () => {
    const { power, w, k1, k2, nPublic } = key
    const [x, y] = key.X_2 as [[string, string], [string, string]]
    expect(words(keyData(key)).slice(0, 9)).toEqual(
      [power, w, k1, k2, nPublic, x[1], x[0], y[1], y[0]].map((value) => BigInt(value as string)),
    )
  })

  // The contract is held to the same verdicts in test_AgreesWithSnarkjs.
  test('snarkjs says of every mutant what the fixture says', async () => {
    const { of, mutants } = read<Mutants>(system.name, 'mutants')
    expect(of).toBe('four')
    for (const { change, publicSignals, proof: data, accepted } of mutants) {
      const verdict = await system.verify(key, decimals(publicSignals), proofFromData(data))
      expect([change, verdict]).toEqual([change, accepted])
    }
  })

  test('refuses other keys, and says why', () => {
    const refusals: [unknown, RegExp][] = [
      [undefined, /not of (ffl|pl)onk on BN254/],
      [changed(key, ['protocol'], 'groth16'), /it is of groth16 and not of (ffl|pl)onk/],
      [changed(key, ['curve'], 'bls12381'), /not of (ffl|pl)onk on BN254/],
      [changed(key, ['power'], '5'), /power is not a count/],
      [changed(key, ['power'], -1), /power is not a count/],
      [changed(key, ['nPublic'], 1.5), /nPublic is not a count/],
      [changed(key, ['w'], undefined), /w is not a decimal string below the field order/],
      [changed(key, [system.keyScalar], String(FIELD_ORDER)), /below the field order/],
      [changed(key, [system.keyScalar], '0x2'), /below the field order/],
      [changed(key, [system.keyScalar], 2), /below the field order/],
      [changed(key, [system.keyPoint], ['1', '2']), /not a point in affine coordinates/],
      [changed(key, [system.keyPoint], ['1', '2', '3']), /not a point in affine coordinates/],
      [changed(key, [system.keyPoint], ['1', '2', '1', '1']), /not a point in affine coordinates/],
      [changed(key, [system.keyPoint], ['0', '1', '0']), /not a point in affine coordinates/],
      [changed(key, [system.keyPoint], [String(COORDINATE_ORDER), '2', '1']), /not a point in affine coordinates/],
      [changed(key, [system.keyPoint], 'point'), /not a point in affine coordinates/],
      [changed(key, ['X_2'], undefined), /X_2 is not a point/],
      [changed(key, ['X_2'], [['1', '2'], ['3'], ['1', '0']]), /X_2 is not a point/],
      [changed(key, ['X_2', '2'], ['0', '0']), /X_2 is not a point/],
      [changed(key, ['X_2', '0'], [String(COORDINATE_ORDER), '1']), /X_2 is not a point/],
    ]
    for (const [bad, message] of refusals) {
      expect(() => keyData(bad)).toThrow(VerifyingKeyMalformedError)
      expect(() => keyData(bad)).toThrow(message)
    }
  })

  test('refuses other proofs, and says why', () => {
    const refusals: [unknown, RegExp][] = [
      [null, /not of (ffl|pl)onk on BN254/],
      [changed(proof, ['protocol'], 'groth16'), /it is of groth16 and not of (ffl|pl)onk/],
      [{ protocol: system.name, curve: 'bn128' }, /not a point in affine coordinates/],
      [changed(proof, system.proofPoint, undefined), /not a point in affine coordinates/],
      [changed(proof, system.proofPoint, ['0', '1', '0']), /not a point in affine coordinates/],
      [changed(proof, system.proofPoint, ['1', String(COORDINATE_ORDER + 2n), '1']), /not a point in affine/],
      [changed(proof, system.proofScalar, undefined), /below the field order/],
      [changed(proof, system.proofScalar, String(FIELD_ORDER)), /below the field order/],
      [changed(proof, system.proofScalar, '-1'), /below the field order/],
    ]
    for (const [bad, message] of refusals) {
      expect(() => proofData(bad)).toThrow(ProofMalformedError)
      expect(() => proofData(bad)).toThrow(message)
    }
  })

  test('refuses bytes that are no proof', () => {
    const data = fixture.proof
    for (const bad of ['0x', data.slice(0, -2), `${data}00`, `${data.slice(0, -1)}g`, data.slice(2)] as Hex[])
      expect(() => proofFromData(bad)).toThrow(ProofMalformedError)
    const withWord = (at: number, value: bigint) =>
      `${data.slice(0, 2 + 64 * at)}${value.toString(16).padStart(64, '0')}${data.slice(66 + 64 * at)}` as Hex
    expect(() => proofFromData(withWord(0, COORDINATE_ORDER))).toThrow(/at or above the order/)
    expect(() => proofFromData(withWord(2 * system.points, FIELD_ORDER))).toThrow(/at or above the order/)
    expect(proofFromData(withWord(0, COORDINATE_ORDER - 1n))).toBeDefined()
  })

  // One proof must have one encoding; snarkjs reduces silently.
  test('is stricter than snarkjs with evaluations at or above the field order', async () => {
    const path = system.proofScalar
    const value = path.reduce((at, name) => (at as Json)[name], proof) as string
    const wrapped = changed(proof, path, String(BigInt(value) + FIELD_ORDER))
    expect(await system.verify(key, decimals(fixture.publicSignals), wrapped)).toBe(true)
    expect(() => proofData(wrapped)).toThrow(ProofMalformedError)
  })
})

describe('plonk', () => {
  test('a selector that commits to zero is (0, 0); a permutation never is', () => {
    const { verifyingKey } = read<Fixture>('plonk', 'linear')
    expect(verifyingKey.Qm).toEqual(['0', '1', '0'])
    expect(words(plonkKeyData(verifyingKey as unknown as PlonkVerifyingKeyJson)).slice(9, 11)).toEqual([0n, 0n])
  })
})

describe('fflonk', () => {
  test('refuses roots that do not belong to the key', () => {
    const key = read<Fixture>('fflonk', 'one').verifyingKey
    for (const name of ['w3', 'w4', 'w8', 'wr'])
      for (const value of ['1', '5', key[name === 'w3' ? 'w4' : 'w3']])
        expect(() => fflonkKeyData(changed(key, [name], value) as FflonkVerifyingKeyJson)).toThrow(
          new RegExp(`${name} is not a`),
        )
  })
})
