import { encodeFunctionData, type Hex, keccak256, parseAbi, stringToHex, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { circuitManifest, impossibleSignals, keyIdOf } from '../core.js'
import { findEvent } from '../events/decode.js'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { startChain, type TestChain } from '../testing/chain.js'
import { trapdoorKey } from '../testing/trapdoorKey.js'
import { readLogs } from './internal/logs.js'
import { freezeText, verifyingKeyOf } from './verifierKeys.js'

/** It proves what nobody can prove under a key of ours. */
const broken = trapdoorKey(4)
const signals = [1n, 2n, 3n, 4n]
const proof = broken.prove(signals)
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
  keyId = await propose({ keyData: broken.keyData, manifestHash, needsChallenge: false, freezableByProof: true })
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
    needsChallenge: true,
    freezableByProof: false,
    gasCap: 729_000,
    system: 'mock',
    deployment,
  })
})
afterAll(() => chain?.stop())

describe('getVerifierKey and listVerifierKeys', () => {
  test('default: a Groth16 key with its marks', async () => {
    const key = await chain.requester.getVerifierKey({ keyId })
    expect(key).toMatchObject({
      status: 'active',
      system: 'groth16-bn254',
      keyData: broken.keyData,
      dependsOn: undefined,
      needsChallenge: false,
      freezableByProof: true,
      freeze: undefined,
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
      needsChallenge: true,
      freezableByProof: false,
      gasCap: 729_000,
      verifyingKey: undefined,
    })
    expect(
      keyIdOf({ systemId: mockSystemId, keyData: key.keyData, manifestHash, development, needsChallenge: true }),
    ).toBe(dependent)
    await expect(verifyingKeyOf(chain.requester, chain.deployment, dependent)).rejects.toMatchObject({
      name: 'NotGroth16KeyError',
      shortMessage: expect.stringContaining('mock'),
    })
  })

  test('default: every key of a circuit with a challenge is deployed with that mark, and a proof may freeze each', async () => {
    const keys = await chain.requester.listVerifierKeys()
    const ours = keys.filter(({ circuit }) => circuit !== undefined)
    expect(ours).toHaveLength(Object.keys(circuitManifest.circuits).length)
    for (const { circuit, needsChallenge, freezableByProof } of ours)
      expect([needsChallenge, freezableByProof], circuit).toEqual([
        !['reputation-5', 'statistic-64'].includes(circuit!),
        true,
      ])
    expect(keys.find((key) => key.keyId === dependent)).toMatchObject({ dependsOn: keyId, needsChallenge: true })
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
    await expect(stranger().freezeKeyWithProof({ keyId: dependent, proof })).rejects.toMatchObject({
      name: 'NotFreezableByProofError',
    })
    // It holds, for a statement that is not the impossible one.
    await expect(stranger().freezeKeyWithProof({ keyId, proof })).rejects.toMatchObject({
      name: 'ExploitRejectedError',
    })
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
    const sent = await stranger().freezeKeyWithProof({ keyId, proof: broken.prove(impossibleSignals(4)) })
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
    // What ended the other key is what ended this one.
    expect((await chain.requester.getVerifierKey({ keyId: dependent })).freeze).toMatchObject({
      keyId,
      by: stranger().account.address,
      reason: 'proof of an impossible statement',
      advisory: undefined,
    })
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
    const advisory = { id: 'GHSA-63x8-x938-vx33', uri: 'https://github.com/advisories/GHSA-63x8-x938-vx33' }
    for (const uri of ['http://example.org', 'javascript:alert(1)', 'https://user:word@example.org', 'ipfs://', 'x'])
      await expect(guardian.freezeKey({ keyId: target, reason: '', advisory: { uri } })).rejects.toMatchObject({
        name: 'AdvisoryUriError',
      })
    await expect(
      guardian.freezeKey({ keyId: target, reason: '', advisory: { id: 'x'.repeat(65) } }),
    ).rejects.toMatchObject({ errorName: 'VerifierKeyRegistry_AdvisoryTooLong' })
    await guardian.freezeKey({ keyId: target, reason: `${name} is broken`, exploit: '0x1234', advisory })
    const { freeze } = await chain.requester.getVerifierKey({ keyId: target })
    expect(freeze).toMatchObject({
      keyId: target,
      reason: `${name} is broken`,
      advisory: { ...advisory, link: advisory.uri },
    })
    expect(freezeText(freeze!)).toBe(`GHSA-63x8-x938-vx33 (${advisory.uri}): ${name} is broken`)
    const listed = await chain.requester.listVerifierKeys()
    expect(listed.find((key) => key.keyId === target)?.freeze).toEqual(freeze)
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
    const marks = { needsChallenge: false, freezableByProof: false }
    const parameters = { keyData: broken.keyData, manifestHash, development, ...marks }
    for (const system of ['mock', 'constructor'])
      expect(() => chain.requester.encodeProposeKey({ ...parameters, system })).toThrow(`no proof system "${system}"`)
  })
})
