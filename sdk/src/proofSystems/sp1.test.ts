import { concatHex, decodeAbiParameters, type Hex, parseAbiParameters, sliceHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { groth16Fixture, outsideFixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { JournalMalformedError } from './journal.js'
import {
  sp1CircuitSignals,
  sp1KeyData,
  sp1PublicValuesDigest,
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
}>('sp1-v6')
const word: Hex = `0x${'51'.repeat(32)}`

describe('the published proof of SP1 v6.0.0', () => {
  test('default: circuit signals, digest and words', () => {
    const expected = published.publicSignals.map(BigInt)
    expect(sp1CircuitSignals(published)).toEqual(expected)
    expect(groth16Fixture('sp1-v6').publicSignals.map(BigInt)).toEqual(expected)
    expect(sp1PublicValuesDigest(published.publicValues)).toBe(expected[1])
    expect(sp1Signals(published.publicValues, 0)).toEqual([expected[1]])
    expect(sp1Signals(published.publicValues, 3)).toEqual([0x14n, 0x1a6dn, 0x2ac2n])
    expect(published.proofBytes.slice(0, 10)).toBe(published.verifierHash.slice(0, 10))
  })

  test('error: values and proofs of another size', () => {
    expect(() => sp1Signals(published.publicValues, 2)).toThrow(JournalMalformedError)
    expect(() => sp1PublicValuesDigest('0x0')).toThrow(JournalMalformedError)
    const malformed = expect.objectContaining({ name: 'ProofMalformedError' })
    const { proofBytes } = published
    for (const bad of ['0x', sliceHex(proofBytes, 1), `${proofBytes}00`] as Hex[])
      expect(() => sp1CircuitSignals({ ...published, proofBytes: bad })).toThrow(malformed)
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
