import { concatHex, type Hex, stringToHex } from 'viem'
import { expect, test } from 'vitest'
import { FIELD_ORDER } from '../field.js'
import { groth16Fixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { worldIdHash, worldIdKeyData, worldIdProof, worldIdSignals } from './worldId.js'

const published = groth16Fixture('world-id-v3')
const [root, nullifierHash, signalHash, externalNullifierHash] = published.publicSignals.map(BigInt) as [
  bigint,
  bigint,
  bigint,
  bigint,
]

test('default: the published proof, its signals in the order of the circuit', () => {
  const signals = worldIdSignals({ externalNullifierHash, signalHash, nullifierHash, root })
  expect(signals).toEqual(published.publicSignals.map(BigInt))
  expect(worldIdProof(published.proof)).toBe(published.proof)
  expect(worldIdKeyData({ ...sampleTarget, groupId: 1n })).toBe(
    concatHex([`0x${sampleTargetWords}`, `0x${'1'.padStart(64, '0')}`]),
  )
})

// keccak256("") is c5d2…a470: the last byte falls away.
test('default: hashes bytes into the field', () => {
  expect(worldIdHash('0x')).toBe(0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a4n)
  expect(worldIdHash(stringToHex('a'))).toBeLessThan(FIELD_ORDER)
})

test('error: signals outside the field, proofs of another size', () => {
  const signals = { root, nullifierHash, signalHash, externalNullifierHash }
  for (const name of ['root', 'nullifierHash', 'signalHash', 'externalNullifierHash'] as const)
    expect(() => worldIdSignals({ ...signals, [name]: FIELD_ORDER })).toThrow(
      expect.objectContaining({ name: 'FieldOutOfRangeError' }),
    )
  const malformed = expect.objectContaining({ name: 'ProofMalformedError' })
  for (const bad of ['0x', `${published.proof}00`, published.proof.slice(0, -1)] as Hex[])
    expect(() => worldIdProof(bad)).toThrow(malformed)
  expect(() => worldIdHash('0x0')).toThrow(malformed)
  expect(() => worldIdKeyData({ ...sampleTarget, groupId: -1n })).toThrow(
    expect.objectContaining({ name: 'VerifyingKeyMalformedError' }),
  )
})
