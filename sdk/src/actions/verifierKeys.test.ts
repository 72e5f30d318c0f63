import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeFunctionData, type Hex, keccak256, parseAbi, stringToHex, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circuitManifest, impossibleSignals, keyIdOf, verifyingKeys } from '../core.js'
import { findEvent } from '../events/decode.js'
import { toVeritaskError } from '../events/reverts.js'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { startChain, type TestChain } from '../testing/chain.js'
import { root } from '../testing/foundry.js'
import { readLogs } from './internal/logs.js'
import { verifyingKeyOf } from './verifierKeys.js'

/** A key with a proof that others published: what nobody has for a key of ours. */
const published = JSON.parse(
  readFileSync(join(root, 'contracts', 'test', 'fixtures', 'groth16', 'world-id-v3.json'), 'utf8'),
) as { keyData: Hex; publicSignals: string[]; proof: Hex }
const signals = published.publicSignals.map(BigInt)
const { proof } = published
const development = true
const manifestHash = keccak256('0x01')
const mockSystemId = stringToHex('mock', { size: 32 })

let chain: TestChain
let keyId: Hex
let dependent: Hex

const propose = async (parameters: Omit<Parameters<TestChain['requester']['encodeProposeKey']>[0], 'development'>) => {
  const call = chain.requester.encodeProposeKey({ ...parameters, development })
  await chain.govern(call)
  return call.keyId
}

beforeAll(async () => {
  chain = await startChain()
  keyId = await propose({ keyData: published.keyData, manifestHash, impossibleSignals: signals })
  await chain.worker(1).activateKey({ keyId })
  const mock = chain.mockProofSystem
  const hash = await chain.requester.writeContract({
    address: mock,
    abi: parseAbi(['function setDependsOn(bytes32 keyId)']),
    functionName: 'setDependsOn',
    args: [keyId],
  })
  await chain.requester.waitForTransactionReceipt({ hash })
  const deployment = { ...chain.deployment, proofSystems: { ...chain.deployment.proofSystems, mock } }
  dependent = await propose({
    keyData: toHex('inner'),
    manifestHash,
    impossibleSignals: [],
    system: 'mock',
    deployment,
  })
})
afterAll(() => chain?.stop())

describe('getVerifierKey and listVerifierKeys', () => {
  test('default: a Groth16 key with its designated statement', async () => {
    const key = await chain.requester.getVerifierKey({ keyId })
    const packed = keccak256(`0x${signals.map((signal) => toHex(signal, { size: 32 }).slice(2)).join('')}`)
    expect(key).toMatchObject({
      status: 'active',
      system: 'groth16-bn254',
      keyData: published.keyData,
      dependsOn: undefined,
      impossibleStatement: packed,
      verifyingKey: { nPublic: signals.length },
    })
  })

  test('default: a key of another proof system has no Groth16 key', async () => {
    const key = await chain.requester.getVerifierKey({ keyId: dependent })
    expect(key).toMatchObject({
      status: 'proposed',
      system: 'mock',
      keyData: toHex('inner'),
      dependsOn: keyId,
      impossibleStatement: undefined,
      verifyingKey: undefined,
    })
    expect(keyIdOf({ systemId: mockSystemId, keyData: key.keyData, manifestHash, development })).toBe(dependent)
    await expect(verifyingKeyOf(chain.requester, chain.deployment, dependent)).rejects.toMatchObject({
      name: 'NotGroth16KeyError',
      shortMessage: expect.stringContaining('mock'),
    })
  })

  test('default: every labelling key is deployed with the statement nobody can prove', async () => {
    const keys = await chain.requester.listVerifierKeys()
    const ours = keys.filter(({ circuit }) => circuit !== undefined)
    expect(ours).toHaveLength(Object.keys(circuitManifest.circuits).length)
    for (const { circuit, impossibleSignals: designated } of ours)
      expect(designated).toEqual(impossibleSignals(verifyingKeys[circuit as keyof typeof verifyingKeys].nPublic))
    expect(keys.find((key) => key.keyId === dependent)).toMatchObject({ dependsOn: keyId, impossibleSignals: [] })
  })

  test('error: no such key', async () => {
    const missing = keccak256('0x02')
    await expect(chain.requester.getVerifierKey({ keyId: missing })).rejects.toMatchObject({ name: 'KeyNotFoundError' })
    await expect(chain.requester.freezeKey({ keyId: missing, reason: '' })).rejects.toMatchObject({
      name: 'KeyNotFoundError',
    })
  })
})

describe('verifyProofs', () => {
  test('default: one bad proof spoils no other, and more than a batch is split', async () => {
    const good = { publicSignals: signals, proof }
    const wrongSignal = { publicSignals: [signals[0]! ^ 1n, ...signals.slice(1)], proof }
    const short = { publicSignals: signals, proof: '0x12' as Hex }
    expect(await chain.requester.verifyProofs({ keyId, proofs: [] })).toEqual([])
    expect(await chain.requester.verifyProofs({ keyId, proofs: [good, wrongSignal, short, good] })).toEqual([
      true,
      false,
      false,
      true,
    ])
    const many = [...Array.from({ length: 64 }, () => short), good]
    expect(await chain.requester.verifyProofs({ keyId, proofs: many })).toEqual(many.map((each) => each === good))
  })

  test('error: a key that is not active, or not there', async () => {
    const proofs = [{ publicSignals: [], proof: '0x' as Hex }]
    await expect(chain.requester.verifyProofs({ keyId: dependent, proofs })).rejects.toMatchObject({
      name: 'KeyNotActiveError',
      shortMessage: expect.stringContaining('proposed'),
    })
    await expect(chain.requester.verifyProofs({ keyId: keccak256('0x02'), proofs })).rejects.toMatchObject({
      name: 'KeyNotFoundError',
    })
  })
})

describe('freezing', () => {
  const stranger = () => chain.worker(3)

  test('error: a stranger without a proof, the wrong statement, a proof that does not hold', async () => {
    await expect(stranger().freezeKey({ keyId, reason: 'mine' })).rejects.toMatchObject({ name: 'NotGuardianError' })
    await expect(
      stranger().freezeKeyWithProof({ keyId, publicSignals: [signals[0]! ^ 1n, ...signals.slice(1)], proof }),
    ).rejects.toMatchObject({ name: 'NotImpossibleStatementError' })
    // The last bytes are C: another point is another proof.
    const broken = `${proof.slice(0, -64)}${'0'.repeat(63)}2` as Hex
    await expect(stranger().freezeKeyWithProof({ keyId, publicSignals: signals, proof: broken })).rejects.toMatchObject(
      { name: 'ExploitRejectedError' },
    )
    await expect(stranger().freezeDependentKey({ keyId: dependent })).rejects.toMatchObject({
      name: 'DependencyNotFrozenError',
      shortMessage: expect.stringContaining(keyId),
    })
    await expect(stranger().freezeDependentKey({ keyId })).rejects.toMatchObject({
      name: 'DependencyNotFrozenError',
      shortMessage: 'The key depends on no other.',
    })
    expect((await chain.requester.getVerifierKey({ keyId })).status).toBe('active')
  })

  test('default: a proof of the impossible statement ends the key, and the key that depends on it', async () => {
    const sent = await stranger().freezeKeyWithProof({ keyId, publicSignals: signals, proof })
    expect(sent.found).toBe(false)
    expect((await chain.requester.getVerifierKey({ keyId })).status).toBe('frozen')
    await expect(
      chain.requester.verifyProofs({ keyId, proofs: [{ publicSignals: signals, proof }] }),
    ).rejects.toMatchObject({ name: 'KeyNotActiveError', shortMessage: expect.stringContaining('frozen') })

    expect((await chain.requester.getVerifierKey({ keyId: dependent })).status).toBe('frozen')
    const listed = await chain.requester.listVerifierKeys()
    expect(listed.find((key) => key.keyId === dependent)?.status).toBe('frozen')
    await expect(stranger().activateKey({ keyId: dependent })).rejects.toMatchObject({ name: 'KeyStatusError' })
    const recorded = await stranger().freezeDependentKey({ keyId: dependent })
    expect(recorded.found).toBe(false)
    expect(await chain.worker(2).freezeDependentKey({ keyId: dependent })).toMatchObject({
      found: true,
      hash: recorded.hash,
    })
    // Whoever freezes second finds the key as it was frozen.
    expect(await stranger().freezeKey({ keyId, reason: 'late' })).toMatchObject({ found: true, hash: sent.hash })
  })

  test('default: the guardian freezes with reason and evidence', async () => {
    const guardian = chain.worker(5)
    const data = encodeFunctionData({
      abi: verifierKeyRegistryAbi,
      functionName: 'setGuardian',
      args: [guardian.account.address],
    })
    await chain.govern({ to: chain.deployment.contracts.verifierKeyRegistry, data })
    const [name, target] = Object.entries(chain.deployment.keys)[0]!
    await expect(guardian.freezeKey({ keyId: target, reason: 'x'.repeat(281) })).rejects.toMatchObject({
      errorName: 'VerifierKeyRegistry_ReasonTooLong',
    })
    await guardian.freezeKey({ keyId: target, reason: `${name} is broken`, exploit: '0x1234' })
    const events = await readLogs(chain.requester, chain.deployment, {
      contract: 'verifierKeyRegistry',
      eventName: 'KeyFrozen',
      args: { keyId: target },
    })
    expect(findEvent(events, 'KeyFrozen')?.args).toMatchObject({
      by: guardian.account.address,
      reason: `${name} is broken`,
      exploit: '0x1234',
    })
  })
})

describe('encodeProposeKey', () => {
  test('error: a proof system the deployment does not have', () => {
    const parameters = { keyData: published.keyData, manifestHash, development, impossibleSignals: [] }
    for (const system of ['mock', 'constructor'])
      expect(() => chain.requester.encodeProposeKey({ ...parameters, system })).toThrow(`no proof system "${system}"`)
  })

  test('error: signals that are not as many as the key has', async () => {
    const call = chain.requester.encodeProposeKey({
      keyData: published.keyData,
      manifestHash: keccak256('0x03'),
      development,
      impossibleSignals: signals.slice(1),
    })
    const governed = chain.govern(call).catch((error) => {
      throw toVeritaskError(error)
    })
    await expect(governed).rejects.toMatchObject({ errorName: 'VerifierKeyRegistry_ImpossibleSignals' })
  })
})
