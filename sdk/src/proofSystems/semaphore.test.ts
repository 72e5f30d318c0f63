import { concatHex, type Hex, keccak256, numberToHex, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIELD_ORDER } from '../field.js'
import { vkeyToKeyData } from '../proving/groth16.js'
import { sampleTarget, sampleTargetWords } from '../testing/outside.js'
import { startProofSystemChain } from '../testing/proofSystemChain.js'
import { proveSemaphore, type SemaphoreSample, semaphoreKey } from '../testing/semaphore.js'
import {
  semaphoreCircuitSignals,
  semaphoreHash,
  semaphoreKeyData,
  semaphoreProof,
  semaphoreSignals,
} from './semaphore.js'

const MAX_WORD = (1n << 256n) - 1n
const statement = { merkleRoot: 1n, nullifier: 2n, message: MAX_WORD, scope: 0n }

describe('encodings', () => {
  test('default: message and scope are words for the contract, hashes for the circuit', () => {
    const hashOf = (word: bigint) => BigInt(keccak256(numberToHex(word, { size: 32 }))) >> 8n
    expect(semaphoreHash(MAX_WORD)).toBe(hashOf(MAX_WORD))
    expect(semaphoreSignals(statement)).toEqual([1n, 2n, MAX_WORD, 0n])
    expect(semaphoreCircuitSignals(statement)).toEqual([1n, 2n, hashOf(MAX_WORD), hashOf(0n)])
    expect(semaphoreKeyData({ ...sampleTarget, groupId: 7n })).toBe(
      concatHex([`0x${sampleTargetWords}`, `0x${'7'.padStart(64, '0')}`]),
    )
    const points: Hex = `0x${'51'.repeat(256)}`
    expect(semaphoreProof({ depth: 32, points })).toBe(concatHex([`0x${'20'.padStart(64, '0')}`, points]))
  })

  test('error: values out of range', () => {
    const outOfField = expect.objectContaining({ name: 'FieldOutOfRangeError' })
    const malformed = expect.objectContaining({ name: 'ProofMalformedError' })
    for (const signals of [semaphoreSignals, semaphoreCircuitSignals]) {
      expect(() => signals({ ...statement, merkleRoot: FIELD_ORDER })).toThrow(outOfField)
      expect(() => signals({ ...statement, nullifier: -1n })).toThrow(outOfField)
      expect(() => signals({ ...statement, message: MAX_WORD + 1n })).toThrow(malformed)
      expect(() => signals({ ...statement, scope: -1n })).toThrow(malformed)
    }
    const points: Hex = `0x${'51'.repeat(256)}`
    for (const depth of [0, 33, 1.5]) expect(() => semaphoreProof({ depth, points })).toThrow(malformed)
    expect(() => semaphoreProof({ depth: 1, points: '0x' })).toThrow(malformed)
  })
})

describe('a proof made from the published artifacts', () => {
  let chain: Awaited<ReturnType<typeof startProofSystemChain>>
  let sample: SemaphoreSample
  beforeAll(async () => {
    chain = await startProofSystemChain()
    // Eleven members: the last one's path skips two levels.
    const secrets = Array.from({ length: 11 }, (_, i) => BigInt(7000 + i))
    sample = await proveSemaphore({ depth: 4, secrets, index: 10, message: MAX_WORD, scope: 42n })
  }, 180_000)
  afterAll(() => chain?.stop())

  test('default: accepted under the key of its depth in our registry, which takes the keys of all depths', async () => {
    const groth16 = await chain.deploySystem('Groth16ProofSystem')
    for (let depth = 1; depth <= 32; depth++)
      expect(await chain.proposable(groth16, vkeyToKeyData(await semaphoreKey(depth))), `depth ${depth}`).toBe(true)
    const keyId = await chain.register(groth16, vkeyToKeyData(sample.key))
    const other = await chain.register(groth16, vkeyToKeyData(await semaphoreKey(sample.depth + 1)))
    const accepts = (id: Hex, change: Partial<SemaphoreSample> = {}) =>
      chain.verify(id, semaphoreCircuitSignals({ ...sample, ...change }), sample.points)
    expect(await accepts(keyId)).toBe(true)
    expect(await accepts(other)).toBe(false)
    for (const change of [{ message: 1n }, { scope: 43n }, { nullifier: 5n }, { merkleRoot: 5n }])
      expect(await accepts(keyId, change)).toBe(false)
  })

  test('default: accepted by Semaphore itself, and through our registry with it', async () => {
    const verifier = await chain.deploy('SemaphoreVerifier')
    const semaphore = await chain.deploy('Semaphore', [verifier])
    const abi = parseAbi([
      'function createGroup() returns (uint256)',
      'function addMembers(uint256 groupId, uint256[] members)',
      'struct SemaphoreProof { uint256 merkleTreeDepth; uint256 merkleTreeRoot; uint256 nullifier; uint256 message; uint256 scope; uint256[8] points; }',
      'function validateProof(uint256 groupId, SemaphoreProof proof)',
    ])
    await chain.write(semaphore, abi, 'createGroup', [])
    await chain.write(semaphore, abi, 'addMembers', [0n, sample.members])

    const system = await chain.deploySystem('SemaphoreProofSystem')
    const keyId = await chain.register(system, semaphoreKeyData({ ...(await chain.target(semaphore)), groupId: 0n }))
    const proof = semaphoreProof(sample)
    expect(await chain.verify(keyId, semaphoreSignals(sample), proof)).toBe(true)
    for (const change of [{ message: 1n }, { scope: 43n }, { nullifier: 5n }, { merkleRoot: 5n }])
      expect(await chain.verify(keyId, semaphoreSignals({ ...sample, ...change }), proof)).toBe(false)
    expect(await chain.verify(keyId, semaphoreSignals(sample), semaphoreProof({ ...sample, depth: 5 }))).toBe(false)

    const points = Array.from({ length: 8 }, (_, i) => BigInt(`0x${sample.points.slice(2 + 64 * i, 66 + 64 * i)}`))
    const theirs = {
      merkleTreeDepth: BigInt(sample.depth),
      merkleTreeRoot: sample.merkleRoot,
      nullifier: sample.nullifier,
      message: sample.message,
      scope: sample.scope,
      points,
    }
    await chain.write(semaphore, abi, 'validateProof', [0n, theirs])
    // Their nullifier is spent, but verification asks only whether the proof holds.
    await expect(chain.write(semaphore, abi, 'validateProof', [0n, theirs])).rejects.toThrow()
    expect(await chain.verify(keyId, semaphoreSignals(sample), proof)).toBe(true)
  })
})
