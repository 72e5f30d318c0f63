import {
  concatHex,
  decodeAbiParameters,
  type Hex,
  keccak256,
  parseAbiParameters,
  sha256,
  sliceHex,
  stringToHex,
} from 'viem'
import { describe, expect, test } from 'vitest'
import { keyDataToVkey, proofFromBytes, verifyProof } from '../proving/groth16.js'
import { groth16Fixture, outsideFixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { JournalMalformedError, journalSignals } from './journal.js'
import { ReleaseRefusedError } from './releases.js'
import {
  RISC_ZERO_SYSTEM_ID,
  RISC_ZERO_VERIFIER_SYSTEM_ID,
  riscZeroCircuitSignals,
  riscZeroClaimDigest,
  riscZeroInclusionSeal,
  riscZeroKeyData,
  riscZeroReleases,
  riscZeroSeal,
  riscZeroSelector,
  riscZeroSetJournal,
  riscZeroSetRoot,
  riscZeroSetSelector,
  riscZeroSetVerifiers,
  riscZeroVerifierKeyData,
} from './riscZero.js'

const receipt = outsideFixture<{
  readonly controlRoot: Hex
  readonly bn254ControlId: Hex
  readonly imageId: Hex
  readonly journal: Hex
  readonly journalDigest: Hex
  readonly claimDigest: Hex
  readonly selector: Hex
  readonly seal: Hex
  readonly publicSignals: readonly Hex[]
}>('risc-zero-v5')
const groth16 = groth16Fixture('risc-zero-v5')
const word: Hex = `0x${'51'.repeat(32)}`

describe('the published receipt of RISC Zero 5.0', () => {
  test('default: journal, claim, circuit signals and selector', () => {
    expect(journalSignals(receipt.journal, 0)).toEqual([BigInt(receipt.journalDigest)])
    expect(riscZeroClaimDigest(receipt)).toBe(receipt.claimDigest)
    const signals = riscZeroCircuitSignals(receipt, receipt.claimDigest)
    expect(signals).toEqual(receipt.publicSignals.map(BigInt))
    expect(signals).toEqual(groth16.publicSignals.map(BigInt))
    expect(riscZeroSelector(receipt, keyDataToVkey(groth16.keyData))).toBe(receipt.selector)
    expect(riscZeroSeal(receipt.selector, proofFromBytes(groth16.proof))).toBe(receipt.seal)
  })

  test('args: every part of claim and release counts', () => {
    expect(riscZeroClaimDigest({ ...receipt, journal: '0x' })).not.toBe(receipt.claimDigest)
    expect(riscZeroClaimDigest({ ...receipt, imageId: word })).not.toBe(receipt.claimDigest)
    const key = keyDataToVkey(groth16.keyData)
    expect(riscZeroSelector({ ...receipt, controlRoot: word }, key)).not.toBe(receipt.selector)
    expect(riscZeroSelector({ ...receipt, bn254ControlId: word }, key)).not.toBe(receipt.selector)
    const other = keyDataToVkey(groth16Fixture('sp1-v6.1').keyData)
    expect(riscZeroSelector(receipt, other)).not.toBe(receipt.selector)
  })
})

describe('keys', () => {
  test('default: words in the order of the contract', () => {
    const keyData = riscZeroKeyData({ ...receipt, groth16KeyId: word, journalWords: 3 })
    const { controlRoot, bn254ControlId, imageId, selector } = receipt
    const selectorWord: Hex = `${selector}${'0'.repeat(56)}`
    const words: Hex = `0x${'3'.padStart(64, '0')}`
    expect(keyData).toBe(
      concatHex([word, controlRoot, bn254ControlId, imageId, selectorWord, words, `0x${'0'.repeat(64)}`]),
    )
    expect(riscZeroVerifierKeyData({ ...sampleTarget, imageId, journalWords: 3 })).toBe(
      concatHex([`0x${sampleTargetWords}`, imageId, words]),
    )
    expect(RISC_ZERO_SYSTEM_ID).toMatch(/^0x72697363302d67726f74683136(00){19}$/)
    expect(RISC_ZERO_VERIFIER_SYSTEM_ID).toMatch(/^0x72697363302d7665726966696572(00){18}$/)
  })

  test('error: parts of another size', () => {
    const key = { ...receipt, groth16KeyId: word, journalWords: 0 }
    const short = sliceHex(word, 1)
    const malformed = expect.objectContaining({ name: 'VerifyingKeyMalformedError' })
    for (const part of ['groth16KeyId', 'controlRoot', 'bn254ControlId', 'imageId'] as const) {
      expect(() => riscZeroKeyData({ ...key, [part]: short })).toThrow(malformed)
      // One digit short of whole bytes.
      expect(() => riscZeroKeyData({ ...key, [part]: word.slice(0, -1) as Hex })).toThrow(malformed)
    }
    expect(() => riscZeroKeyData({ ...key, selector: '0x1234' })).toThrow(malformed)
    for (const journalWords of [-1, 0.5, Number.NaN])
      expect(() => riscZeroKeyData({ ...key, journalWords })).toThrow(malformed)
    for (const change of [{ verifier: '0x12' as Hex }, { codeHash: short }, { callGas: -1n }, { callGas: 1n << 256n }])
      expect(() => riscZeroVerifierKeyData({ ...sampleTarget, imageId: word, journalWords: 0, ...change })).toThrow(
        malformed,
      )
    expect(() => riscZeroSelector(receipt, keyDataToVkey(groth16Fixture('world-id-v3').keyData))).toThrow(malformed)
    const proof = proofFromBytes(groth16.proof)
    expect(() => riscZeroSeal('0x12345678ff', proof)).toThrow(expect.objectContaining({ name: 'ProofMalformedError' }))
  })
})

describe('releases', () => {
  test('default: every selector follows from its control root and the one Groth16 key', () => {
    const key = keyDataToVkey(groth16.keyData)
    for (const release of riscZeroReleases) expect(riscZeroSelector(release, key)).toBe(release.selector)
    expect(riscZeroReleases.map(({ version, selector, status }) => [version, selector, status])).toEqual([
      ['2.0.0', '0x9f39696c', 'stopped'],
      ['2.1.0', '0xf536085a', 'stopped'],
      ['2.2.0', '0xbb001d44', 'routed'],
      ['3.0.0', '0x73c457ba', 'routed'],
      ['5.0.0', '0xc27d1bc0', 'unrouted'],
    ])
    for (const { setBuilderImageId, selector } of riscZeroSetVerifiers)
      expect(riscZeroSetSelector(setBuilderImageId)).toBe(selector)
  })

  test.each(['risc-zero-v2.2', 'risc-zero-v3.0', 'risc-zero-v5'])(
    'default: the receipt of %s verifies',
    async (name) => {
      const published =
        outsideFixture<Record<'controlRoot' | 'bn254ControlId' | 'imageId' | 'journal' | 'seal', Hex>>(name)
      const signals = riscZeroCircuitSignals(published, riscZeroClaimDigest(published))
      const proof = proofFromBytes(sliceHex(published.seal, 4))
      expect(await verifyProof(keyDataToVkey(groth16.keyData), signals, proof)).toBe(true)
    },
  )

  test('error: a key of a release that RISC Zero stopped, unless it is asked for', () => {
    for (const release of riscZeroReleases.filter(({ status }) => status === 'stopped')) {
      const key = { ...release, groth16KeyId: word, imageId: word, journalWords: 0 }
      expect(() => riscZeroKeyData(key)).toThrow(ReleaseRefusedError)
      expect(() => riscZeroKeyData(key)).toThrow(`RISC Zero ${release.version} is refused`)
      expect(riscZeroKeyData({ ...key, allowStopped: true })).toContain(release.selector.slice(2))
    }
  })

  test('error: the control root of one release beside the selector of another', () => {
    const asked = { groth16KeyId: word, imageId: word, journalWords: 0 }
    for (const of of riscZeroReleases)
      for (const { controlRoot, version } of riscZeroReleases.filter((release) => release !== of))
        for (const allowStopped of [true, false])
          expect(() => riscZeroKeyData({ ...asked, ...of, controlRoot, allowStopped })).toThrow(
            `RISC Zero ${of.version} is refused: beside its selector the key has the control root of RISC Zero ${version}`,
          )
    const [stopped] = riscZeroReleases
    const current = riscZeroReleases.find(({ version }) => version === '3.0.0')!
    expect(() => riscZeroKeyData({ ...asked, ...current, controlRoot: word })).toThrow('another control root')
    // However it is written.
    const shouted = `0x${stopped!.controlRoot.slice(2).toUpperCase()}` as Hex
    expect(() => riscZeroKeyData({ ...asked, ...current, controlRoot: shouted })).toThrow(
      'control root of RISC Zero 2.0.0',
    )
    // A selector that nobody knows does not hide a root that is stopped.
    const unknown = { ...asked, ...stopped!, selector: '0x12345678' } as const
    expect(() => riscZeroKeyData(unknown)).toThrow('RISC Zero 2.0.0 is refused: RISC Zero stopped it')
    expect(riscZeroKeyData({ ...unknown, allowStopped: true })).toContain('12345678')
    expect(riscZeroKeyData({ ...asked, ...current })).toContain(current.controlRoot.slice(2))
    expect(riscZeroKeyData({ ...unknown, controlRoot: word })).toContain('12345678')
  })
})

describe('set-inclusion seals', () => {
  const published =
    outsideFixture<
      Record<'controlRoot' | 'bn254ControlId' | 'imageId' | 'journal' | 'seal' | 'setBuilderImageId', Hex>
    >('risc-zero-set-v0.9')
  const builder = published.setBuilderImageId

  test('default: the published receipt of set verifier 0.9.0, taken apart and put together', async () => {
    const [{ path, rootSeal }] = decodeAbiParameters(
      parseAbiParameters('(bytes32[] path, bytes rootSeal)'),
      sliceHex(published.seal, 4),
    )
    expect(riscZeroInclusionSeal(builder, { path, rootSeal })).toBe(published.seal)
    const root = riscZeroSetRoot(riscZeroClaimDigest(published), path)
    const claim = riscZeroClaimDigest({ imageId: builder, journal: riscZeroSetJournal(builder, root) })
    const signals = riscZeroCircuitSignals(published, claim)
    const proof = proofFromBytes(sliceHex(rootSeal, 4))
    expect(await verifyProof(keyDataToVkey(groth16.keyData), signals, proof)).toBe(true)
    const other = riscZeroSetRoot(riscZeroClaimDigest({ ...published, journal: '0x' }), path)
    const otherClaim = riscZeroClaimDigest({ imageId: builder, journal: riscZeroSetJournal(builder, other) })
    expect(
      await verifyProof(keyDataToVkey(groth16.keyData), riscZeroCircuitSignals(published, otherClaim), proof),
    ).toBe(false)
  })

  test('default: pairs are hashed in ascending order, above a tagged leaf', () => {
    const leaf = keccak256(concatHex([stringToHex('LEAF_TAG'), word]))
    const [low, high]: Hex[] = [`0x${'0'.repeat(64)}`, `0x${'f'.repeat(64)}`]
    expect(riscZeroSetRoot(word, [])).toBe(leaf)
    expect(riscZeroSetRoot(word, [low!])).toBe(keccak256(concatHex([low!, leaf])))
    expect(riscZeroSetRoot(word, [high!])).toBe(keccak256(concatHex([leaf, high!])))
  })

  test('error: paths and root seals of another size', () => {
    const malformed = expect.objectContaining({ name: 'ProofMalformedError' })
    const rootSeal: Hex = `0x${'00'.repeat(260)}`
    expect(() => riscZeroInclusionSeal(builder, { path: ['0x12'], rootSeal })).toThrow(malformed)
    expect(() => riscZeroInclusionSeal(builder, { path: [], rootSeal: '0x' })).toThrow(malformed)
    expect(() =>
      riscZeroSetRoot(
        word,
        Array.from({ length: 33 }, () => word),
      ),
    ).toThrow(malformed)
  })
})

describe('journalSignals', () => {
  test('args: words', () => {
    expect(journalSignals(concatHex([word, `0x${'0'.repeat(64)}`]), 2)).toEqual([BigInt(word), 0n])
    expect(journalSignals('0x', 0)).toEqual([BigInt(sha256('0x'))])
  })

  test('error: not the words that the key has', () => {
    for (const [journal, words] of [
      [word, 2],
      ['0x', 1],
      [word, -1],
      [word, 1.5],
      [`${word}00`, 1],
      [word.slice(0, -1), 1],
      ['0x0', 0],
      ['word', 0],
    ] as [Hex, number][])
      expect(() => journalSignals(journal, words)).toThrow(JournalMalformedError)
  })
})
