import { concatHex, decodeAbiParameters, type Hex, keccak256, parseAbiParameters, stringToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { FIELD_ORDER } from '../field.js'
import { outsideFixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { ZK_VERIFY_ANY_DOMAIN, zkVerifyKeyData, zkVerifyLeaf, zkVerifyProof } from './zkVerify.js'

const { statement, merklePath } = outsideFixture<{
  readonly merklePath: readonly Hex[]
  readonly statement: {
    readonly vkHash: Hex
    readonly publicSignals: readonly Hex[]
    readonly leaf: Hex
    readonly leafOfOlderDocuments: Hex
  }
}>('zk-verify')
const { vkHash } = statement
const publicSignals = statement.publicSignals.map(BigInt)

describe('zkVerifyLeaf', () => {
  test('default: as the contract computes it', () => {
    expect(zkVerifyLeaf({ vkHash, publicSignals })).toBe(statement.leaf)
  })

  test('default: not the leaf of older documents, which leave the version out', () => {
    const inputs = publicSignals.map((signal) => signal.toString(16).padStart(64, '0').match(/../g)!.reverse().join(''))
    const older = keccak256(concatHex([keccak256(stringToHex('groth16')), vkHash, keccak256(`0x${inputs.join('')}`)]))
    expect(older).toBe(statement.leafOfOlderDocuments)
    expect(older).not.toBe(statement.leaf)
  })

  test('args: every part counts', () => {
    expect(zkVerifyLeaf({ vkHash: `0x${'51'.repeat(32)}`, publicSignals })).not.toBe(statement.leaf)
    expect(zkVerifyLeaf({ vkHash, publicSignals: [...publicSignals, 0n] })).not.toBe(statement.leaf)
    expect(zkVerifyLeaf({ vkHash, publicSignals: publicSignals.toReversed() })).not.toBe(statement.leaf)
  })

  test('error: signals outside the field, a key hash of another size', () => {
    for (const signal of [FIELD_ORDER, -1n])
      expect(() => zkVerifyLeaf({ vkHash, publicSignals: [signal] })).toThrow(
        expect.objectContaining({ name: 'FieldOutOfRangeError' }),
      )
    expect(() => zkVerifyLeaf({ vkHash: '0x12', publicSignals })).toThrow(
      expect.objectContaining({ name: 'VerifyingKeyMalformedError' }),
    )
  })
})

describe('keys and receipts', () => {
  test('default: words in the order of the contract', () => {
    const keyData = zkVerifyKeyData({ ...sampleTarget, vkHash, domain: ZK_VERIFY_ANY_DOMAIN, signalCount: 3 })
    const any: Hex = `0x${'f'.repeat(64)}`
    expect(keyData).toBe(concatHex([`0x${sampleTargetWords}`, vkHash, any, `0x${'3'.padStart(64, '0')}`]))
    const receipt = { domainId: 3n, aggregationId: 1n, merklePath, leafCount: 7n, index: 6n }
    const types = parseAbiParameters('uint256, uint256, bytes32[], uint256, uint256')
    expect(decodeAbiParameters(types, zkVerifyProof(receipt))).toEqual([3n, 1n, merklePath, 7n, 6n])
  })

  test('error: receipts that show no leaf', () => {
    const receipt = { domainId: 3n, aggregationId: 1n, merklePath, leafCount: 7n, index: 6n }
    for (const change of [
      { index: 7n },
      { index: -1n },
      { leafCount: 0n },
      { domainId: -1n },
      { aggregationId: -1n },
      { merklePath: ['0x12' as Hex] },
    ])
      expect(() => zkVerifyProof({ ...receipt, ...change })).toThrow(
        expect.objectContaining({ name: 'ProofMalformedError' }),
      )
  })
})
