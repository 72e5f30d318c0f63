import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hex, keccak256, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeRevert } from '../events/reverts.js'
import { registerSample, type Sample, STEP, startChain, type TestChain } from '../testing/chain.js'
import { root } from '../testing/foundry.js'
import { trapdoorKey } from '../testing/trapdoorKey.js'

/** A real proof that all of sixteen gold items are right, where one is: its prover chose the challenge 0. */
const forged = JSON.parse(
  readFileSync(join(root, 'contracts', 'test', 'fixtures', 'groth16', 'open-gold-forged-alpha.json'), 'utf8'),
) as { keyData: Hex; publicSignals: Hex[]; proof: Hex }
const publicSignals = forged.publicSignals.map(BigInt)

let chain: TestChain
let sample: Sample
beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
}, 300_000)
afterAll(() => chain?.stop())

async function parametersFor(kind: 'direct' | 'optimistic', keyId: Hex) {
  const now = await chain.now()
  const statement = { keyId, signals: [undefined, undefined, undefined, undefined], contextIndex: 2 }
  const common = {
    title: 'Agree with the gold',
    datasetVersionId: sample.datasetVersionId,
    rewardPerSlot: parseEther('0.01'),
    slots: 1,
    joinBy: now + STEP,
  }
  return kind === 'direct'
    ? { ...common, settlement: { kind, statement, proveBy: now + 2n * STEP } }
    : {
        ...common,
        stakePerSlot: parseEther('0.1'),
        settlement: { kind, statement, claimBy: now + 2n * STEP, challengeWindow: 600, proveWindow: 600 },
      }
}

async function registered(key: { keyData: Hex; needsChallenge: boolean; manifestHash?: Hex }) {
  const manifestHash = key.manifestHash ?? keccak256('0x01')
  const call = chain.requester.encodeProposeKey({ ...key, manifestHash, development: true, freezableByProof: false })
  await chain.govern(call)
  await chain.worker(1).activateKey({ keyId: call.keyId })
  return call.keyId
}

describe('a key whose challenge a prover could choose', () => {
  test('the forged proof holds under the key of the release', async () => {
    const keyId = chain.deployment.keys['open-gold-scalar-64']!
    expect(await chain.requester.verifyProofs({ keyId, proofs: [{ publicSignals, proof: forged.proof }] })).toEqual([
      true,
    ])
    expect(publicSignals[3]).toBe(0n)
  })

  test.each(['direct', 'optimistic'] as const)('error: no %s task is made under it', async (kind) => {
    const marked = chain.deployment.keys['open-gold-scalar-64']!
    await expect(chain.requester.createStatementTask(await parametersFor(kind, marked))).rejects.toMatchObject({
      name: 'KeyNeedsChallengeError',
    })
    // Marked or not, it is the key of a circuit of this release.
    const unmarked = await registered({
      keyData: forged.keyData,
      needsChallenge: false,
      manifestHash: keccak256(kindBytes[kind]),
    })
    await expect(chain.requester.createStatementTask(await parametersFor(kind, unmarked))).rejects.toMatchObject({
      name: 'KeyNeedsChallengeError',
      shortMessage: expect.stringContaining('open-gold-scalar-64'),
    })
    // Of a circuit that nobody here knows, the mark alone says it.
    const { keyData } = trapdoorKey(4)
    const other = await registered({ keyData, needsChallenge: true, manifestHash: keccak256(kindBytes[kind]) })
    await expect(chain.requester.createStatementTask(await parametersFor(kind, other))).rejects.toMatchObject({
      name: 'KeyNeedsChallengeError',
    })
  })
})

const kindBytes = { direct: '0x0d', optimistic: '0x0e' } as const

test('the refusal of the contract says what to do', () => {
  // ProofSettlement_KeyNeedsChallenge(bytes32), LabelSettlement_KeyWithoutChallenge(bytes32), ProofGate_KeyNeedsChallenge(bytes32)
  for (const signature of [
    'ProofSettlement_KeyNeedsChallenge(bytes32)',
    'LabelSettlement_KeyWithoutChallenge(bytes32)',
    'ProofGate_KeyNeedsChallenge(bytes32)',
  ]) {
    const selector = keccak256(new TextEncoder().encode(signature)).slice(0, 10)
    const error = decodeRevert(`${selector}${'11'.repeat(32)}` as Hex)
    expect(error).toMatchObject({ errorName: signature.replace('(bytes32)', '') })
    expect(error.message).toMatch(/challenge/)
  }
})
