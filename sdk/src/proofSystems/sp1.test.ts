import { concatHex, decodeAbiParameters, type Hex, parseAbiParameters, sliceHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { keyDataToVkey, proofFromBytes, verifyProof } from '../proving/groth16.js'
import { groth16Fixture, outsideFixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { JournalMalformedError } from './journal.js'
import { ReleaseRefusedError } from './releases.js'
import {
  Sp1ProofLengthError,
  Sp1VersionUnknownError,
  sp1CircuitProof,
  sp1CircuitSignals,
  sp1KeyData,
  sp1PublicValuesDigest,
  sp1ReleaseOf,
  sp1Releases,
  sp1Signals,
  sp1VerifierKeyData,
  sp1VerifierProof,
} from './sp1.js'

const published = outsideFixture<{
  readonly verifierHash: Hex
  readonly vkRoot: Hex
  readonly programVKey: Hex
  readonly publicValues: Hex
  readonly proofBytes: Hex
  readonly publicSignals: readonly Hex[]
}>('sp1-v6.1')
const word: Hex = `0x${'51'.repeat(32)}`

describe('the published proof of SP1 v6.1.0', () => {
  test('default: circuit signals, digest and words', () => {
    const expected = published.publicSignals.map(BigInt)
    expect(sp1CircuitSignals(published)).toEqual(expected)
    expect(groth16Fixture('sp1-v6.1').publicSignals.map(BigInt)).toEqual(expected)
    expect(sp1PublicValuesDigest(published.publicValues)).toBe(expected[1])
    expect(sp1Signals(published.publicValues, 0)).toEqual([expected[1]])
    const values = [0, 1, 2, 3].map((i) => BigInt(sliceHex(published.publicValues, 32 * i, 32 * (i + 1))))
    expect(sp1Signals(published.publicValues, 4)).toEqual(values)
    expect(values[0]).toBe(1000n)
    expect(published.proofBytes.slice(0, 10)).toBe(published.verifierHash.slice(0, 10))
  })

  test('error: values and proofs of another size', () => {
    expect(() => sp1Signals(published.publicValues, 2)).toThrow(JournalMalformedError)
    expect(() => sp1PublicValuesDigest('0x0')).toThrow(JournalMalformedError)
    const malformed = expect.objectContaining({ name: 'ProofMalformedError' })
    const { proofBytes } = published
    const named = (bad: Hex) => () => sp1CircuitSignals({ ...published, proofBytes: bad })
    expect(named('0x')).toThrow(malformed)
    expect(named(sliceHex(proofBytes, 1))).toThrow(Sp1VersionUnknownError)
    expect(named(`${proofBytes}00`)).toThrow(Sp1ProofLengthError)
    expect(named(`${proofBytes}00`)).toThrow('it has 357 bytes, where proofs of SP1 v6.1.0 have 356')
    expect(() => sp1VerifierProof({ ...published, proofBytes: '0x0' })).toThrow(malformed)
  })
})

describe('keys and proofs', () => {
  test('default: words in the order of the contract', () => {
    const { verifierHash, vkRoot, programVKey } = published
    const words: Hex = `0x${'3'.padStart(64, '0')}`
    const selector: Hex = `${sliceHex(verifierHash, 0, 4)}${'0'.repeat(56)}`
    expect(sp1KeyData({ ...published, groth16KeyId: word, publicWords: 3 })).toBe(
      concatHex([word, selector, vkRoot, programVKey, words]),
    )
    expect(sp1VerifierKeyData({ ...sampleTarget, programVKey, publicWords: 3 })).toBe(
      concatHex([`0x${sampleTargetWords}`, programVKey, words]),
    )
    expect(decodeAbiParameters(parseAbiParameters('bytes, bytes'), sp1VerifierProof(published))).toEqual([
      published.publicValues,
      published.proofBytes,
    ])
  })

  test('error: parts of another size', () => {
    const key = { ...published, groth16KeyId: word, publicWords: 0 }
    for (const part of ['groth16KeyId', 'verifierHash', 'vkRoot', 'programVKey'] as const)
      expect(() => sp1KeyData({ ...key, [part]: '0x12' })).toThrow(
        expect.objectContaining({ name: 'VerifyingKeyMalformedError' }),
      )
  })
})

const older =
  outsideFixture<Record<'verifierHash' | 'programVKey' | 'publicValues' | 'proofBytes' | 'keyData', Hex>>('sp1-v4')
const flawed =
  outsideFixture<Record<'verifierHash' | 'vkRoot' | 'programVKey' | 'publicValues' | 'proofBytes', Hex>>('sp1-v6.0')

describe('versions', () => {
  test('default: the published 260-byte proof of v4 verifies by its two signals', async () => {
    expect(sp1ReleaseOf(older.proofBytes).version).toBe('v4.0.0-rc.3')
    const signals = sp1CircuitSignals(older)
    expect(signals).toEqual([BigInt(older.programVKey), sp1PublicValuesDigest(older.publicValues)])
    const proof = proofFromBytes(sp1CircuitProof(older.proofBytes))
    expect(await verifyProof(keyDataToVkey(older.keyData), signals, proof)).toBe(true)
    const other = sp1CircuitSignals({ ...older, publicValues: '0x14' })
    expect(await verifyProof(keyDataToVkey(older.keyData), other, proof)).toBe(false)
  })

  test('default: the published 356-byte proof of v6.1.0 verifies by its five', async () => {
    const { keyData, proof } = groth16Fixture('sp1-v6.1')
    expect(sp1CircuitProof(published.proofBytes)).toBe(proof)
    expect(await verifyProof(keyDataToVkey(keyData), sp1CircuitSignals(published), proofFromBytes(proof))).toBe(true)
  })

  test('default: selectors start their hashes, and each version has a layout', () => {
    for (const { selector, verifierHash } of sp1Releases) expect(verifierHash.slice(0, 10)).toBe(selector)
    expect(sp1Releases.map(({ version, layout, status }) => [version, layout.bytes, status])).toEqual([
      ['v3.0.0', 260, 'superseded'],
      ['v4.0.0-rc.3', 260, 'superseded'],
      ['v5.0.0', 260, 'superseded'],
      ['v6.0.0', 356, 'stopped'],
      ['v6.1.0', 356, 'routed'],
    ])
    expect(sp1ReleaseOf(published.proofBytes)).toMatchObject({
      version: 'v6.1.0',
      verifierHash: published.verifierHash,
      vkRoot: published.vkRoot,
    })
  })

  test('error: a length that is another version’s, and selectors of none', () => {
    const error = (proofBytes: Hex) => {
      try {
        return sp1ReleaseOf(proofBytes)
      } catch (thrown) {
        return thrown
      }
    }
    expect(error(sliceHex(published.proofBytes, 0, 260))).toMatchObject({
      version: 'v6.1.0',
      expected: 356,
      actual: 260,
    })
    expect(error(`${older.proofBytes}${'0'.repeat(192)}`)).toMatchObject({
      name: 'Sp1ProofLengthError',
      version: 'v4.0.0-rc.3',
      expected: 260,
      actual: 356,
    })
    expect(error(`0xdeadbeef${older.proofBytes.slice(10)}`)).toMatchObject({
      name: 'Sp1VersionUnknownError',
      selector: '0xdeadbeef',
    })
    for (const bad of ['0x', '0x4388a2', '0x0', 'proof'] as Hex[])
      expect(error(bad)).toMatchObject({ name: 'ProofMalformedError' })
  })

  test('error: a key of the flawed v6.0.0, unless it is asked for; of v3 to v5 never', () => {
    const key = { ...flawed, groth16KeyId: word, publicWords: 3 }
    expect(() => sp1KeyData(key)).toThrow(ReleaseRefusedError)
    expect(() => sp1KeyData(key)).toThrow('SP1 v6.0.0 is refused: it has a flaw (GHSA-63x8-x938-vx33)')
    expect(sp1KeyData({ ...key, allowStopped: true }).slice(66, 74)).toBe('0e78f4db')
    for (const allowStopped of [true, false])
      expect(() => sp1KeyData({ ...key, verifierHash: older.verifierHash, allowStopped })).toThrow('260 bytes')
  })

  test('error: the root of the flawed v6.0.0 beside the hash of v6.1.0, or of none', () => {
    const key = { ...flawed, groth16KeyId: word, publicWords: 3 }
    const { verifierHash } = sp1Releases.find(({ version }) => version === 'v6.1.0')!
    for (const allowStopped of [true, false])
      expect(() => sp1KeyData({ ...key, verifierHash, allowStopped })).toThrow(
        'SP1 v6.1.0 is refused: beside its selector the key has the root of the recursion keys of SP1 v6.0.0',
      )
    expect(() => sp1KeyData({ ...key, verifierHash: word })).toThrow('SP1 v6.0.0 is refused: it has a flaw')
  })
})
