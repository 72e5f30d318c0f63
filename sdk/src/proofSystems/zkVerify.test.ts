import { createHash } from 'node:crypto'
import { concatHex, decodeAbiParameters, type Hex, keccak256, parseAbiParameters, stringToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { FIELD_ORDER } from '../field.js'
import { outsideFixture, sampleTarget, sampleTargetWords } from '../testing/outside.js'
import {
  ZK_VERIFY_ANY_DOMAIN,
  type ZkVerifyRiscZeroVersion,
  type ZkVerifyStatement,
  zkVerifyKeyData,
  zkVerifyLeaf,
  zkVerifyProof,
  zkVerifyStatementHash,
} from './zkVerify.js'

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

// zkVerify publishes no whole statement of these systems. Published are the version hashes (documentation of the RISC Zero pallet)
// and the formula ("Abstract Verifier"), by which the statements are computed here a second time, byte by byte.
describe('zkVerifyStatementHash', () => {
  const RISC_ZERO_VERSIONS: Readonly<Record<ZkVerifyRiscZeroVersion, string>> = {
    'v1.0': 'df801e3397d2a8fbb77c2fa30c7f7806ee8a60de44cb536108e7ef272618e2da',
    'v1.1': '2a06d398245e645477a795d1b707344669459840d154e17fde4df2b40eea5558',
    'v1.2': '5f39e7751602fc8dbc1055078b61e2704565e3271312744119505ab26605a942',
    'v2.0': '4b591002da5e767a89a636535a1758bd5f5e2677c42811f11b0a6429d2429a1b',
    'v2.1': '545aa3fbe4f28bf5be6831341c3d5ba87b16f10089f8efbcc140060e06fb508b',
    'v2.2': 'b3321f8b04ee9a754860a415c691f00756990e2054e5023f1a68c260a7042efe',
    'v2.3': '09c82225a1a8d085090e5169383d874fcca7a340517654659c4eb6fd105e79ec',
    'v3.0': 'aa24368f9ce9025f58596d966209fc3f322c8cac37dae753bb9b0367d273700d',
  }
  const NO_VERSION = createHash('sha256').digest('hex')
  const big = (values: readonly bigint[]) => values.map((value) => value.toString(16).padStart(64, '0')).join('')
  const reference = (system: string, version: string, pubs: string) => {
    const name = keccak256(`0x${Buffer.from(system).toString('hex')}`).slice(2)
    const inputs = keccak256(`0x${pubs}`).slice(2)
    return keccak256(`0x${name}${vkHash.slice(2)}${version}${inputs}`)
  }
  const journal = '6a75737420612073696d706c652072656365697074'
  const instance = `0x${'05'.repeat(32)}` as const

  const cases: readonly (readonly [string, ZkVerifyStatement, Hex])[] = [
    ['groth16', { system: 'groth16', vkHash, publicSignals }, statement.leaf],
    [
      'ultraplonk',
      { system: 'ultraplonk', vkHash, publicSignals },
      reference('ultraplonk', NO_VERSION, big(publicSignals)),
    ],
    [
      'ultrahonk',
      { system: 'ultrahonk', vkHash, publicSignals },
      reference('ultrahonk', NO_VERSION, big(publicSignals)),
    ],
    [
      'ultrahonk v3.0',
      { system: 'ultrahonk', vkHash, publicSignals, version: 'v3.0' },
      reference('ultrahonk', RISC_ZERO_VERSIONS['v3.0'], big(publicSignals)),
    ],
    ['fflonk', { system: 'fflonk', vkHash, publicSignal: 258n }, reference('fflonk', NO_VERSION, big([258n]))],
    [
      'ezkl',
      { system: 'ezkl', vkHash, instances: [instance, instance] },
      reference('ezkl', NO_VERSION, '05'.repeat(64)),
    ],
    ['sp1', { system: 'sp1', vkHash, publicValues: `0x${journal}` }, reference('sp1', NO_VERSION, journal)],
    ...Object.entries(RISC_ZERO_VERSIONS).map(
      ([version, hash]) =>
        [
          `risc0 ${version}`,
          { system: 'risc0', vkHash, journal: `0x${journal}`, version: version as ZkVerifyRiscZeroVersion },
          reference('risc0', hash, journal),
        ] as const,
    ),
  ]

  test.each(cases)('default: %s', (_, given, expected) => {
    expect(zkVerifyStatementHash(given)).toBe(expected)
  })

  test('args: no two of these statements have one hash', () => {
    expect(new Set(cases.map(([, given]) => zkVerifyStatementHash(given))).size).toBe(cases.length)
  })

  test('args: ultraplonk hashes big-endian inputs, groth16 little-endian ones', () => {
    const one = [1n]
    const pubs = (system: 'groth16' | 'ultraplonk', bytes: string) => reference(system, NO_VERSION, bytes)
    expect(zkVerifyStatementHash({ system: 'groth16', vkHash, publicSignals: one })).toBe(
      pubs('groth16', `01${'00'.repeat(31)}`),
    )
    expect(zkVerifyStatementHash({ system: 'ultraplonk', vkHash, publicSignals: one })).toBe(
      pubs('ultraplonk', `${'00'.repeat(31)}01`),
    )
  })

  test('error: inputs that are none', () => {
    const failure = (given: ZkVerifyStatement) => {
      try {
        return zkVerifyStatementHash(given)
      } catch (error) {
        return (error as Error).name
      }
    }
    expect(failure({ system: 'fflonk', vkHash, publicSignal: FIELD_ORDER })).toBe('FieldOutOfRangeError')
    expect(failure({ system: 'ultraplonk', vkHash, publicSignals: [-1n] })).toBe('FieldOutOfRangeError')
    expect(failure({ system: 'ezkl', vkHash, instances: ['0x05'] })).toBe('ProofMalformedError')
    expect(failure({ system: 'sp1', vkHash, publicValues: '0x5' })).toBe('JournalMalformedError')
    expect(failure({ system: 'risc0', vkHash: '0x12', journal: '0x', version: 'v3.0' })).toBe(
      'VerifyingKeyMalformedError',
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
