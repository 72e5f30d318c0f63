import { type Hex, keccak256, parseAbi, slice } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groth16Fixture, outsideFixture } from '../testing/outside.js'
import { startProofSystemChain } from '../testing/proofSystemChain.js'
import { journalSignals } from './journal.js'
import { riscZeroKeyData, riscZeroVerifierKeyData } from './riscZero.js'
import { sp1KeyData, sp1Signals, sp1VerifierKeyData, sp1VerifierProof } from './sp1.js'
import { worldIdKeyData, worldIdProof } from './worldId.js'
import { zkVerifyKeyData, zkVerifyLeaf, zkVerifyProof } from './zkVerify.js'

// Keys, signals and proofs encoded here, checked by the contracts: the published proofs pass, changed ones do not.

let chain: Awaited<ReturnType<typeof startProofSystemChain>>
let groth16: Hex
/** The one Groth16 key of RISC Zero's releases. */
let riscZeroGroth16KeyId: Hex
beforeAll(async () => {
  chain = await startProofSystemChain()
  groth16 = await chain.deploySystem('Groth16ProofSystem')
  riscZeroGroth16KeyId = await chain.register(groth16, groth16Fixture('risc-zero-v5').keyData)
}, 180_000)
afterAll(() => chain?.stop())

test('default: RISC Zero 5.0, natively and over a deployed verifier', async () => {
  const receipt = outsideFixture<{
    controlRoot: Hex
    bn254ControlId: Hex
    imageId: Hex
    selector: Hex
    journal: Hex
    seal: Hex
  }>('risc-zero-v5')
  const groth16KeyId = riscZeroGroth16KeyId
  const native = await chain.register(
    await chain.deploySystem('RiscZeroProofSystem'),
    riscZeroKeyData({ ...receipt, groth16KeyId, journalWords: 0 }),
  )
  const { controlRoot, bn254ControlId, selector } = receipt
  const verifier = await chain.deploy(
    'HonestRiscZeroVerifier',
    [groth16, groth16KeyId, controlRoot, BigInt(bn254ControlId), selector],
    'HonestVerifiers',
  )
  const deployed = await chain.register(
    await chain.deploySystem('RiscZeroVerifierProofSystem'),
    riscZeroVerifierKeyData({ ...(await chain.target(verifier)), imageId: receipt.imageId, journalWords: 0 }),
  )
  for (const keyId of [native, deployed]) {
    expect(await chain.verify(keyId, journalSignals(receipt.journal, 0), receipt.seal)).toBe(true)
    expect(await chain.verify(keyId, journalSignals(`${receipt.journal}00`, 0), receipt.seal)).toBe(false)
    const other: Hex = `0x73c457ba${slice(receipt.seal, 4).slice(2)}`
    expect(await chain.verify(keyId, journalSignals(receipt.journal, 0), other)).toBe(false)
  }
})

test('default: a set-inclusion receipt and a seal of its release, under one key', async () => {
  const receipt =
    outsideFixture<
      Record<'controlRoot' | 'bn254ControlId' | 'imageId' | 'selector' | 'journal' | 'seal' | 'setBuilderImageId', Hex>
    >('risc-zero-set-v0.9')
  const direct = outsideFixture<Record<'imageId' | 'journal' | 'seal', Hex>>('risc-zero-v3.0')
  const release = { ...receipt, groth16KeyId: riscZeroGroth16KeyId, journalWords: 0 }
  const system = await chain.deploySystem('RiscZeroProofSystem')
  const keyId = await chain.register(system, riscZeroKeyData(release))
  expect(await chain.verify(keyId, journalSignals(receipt.journal, 0), receipt.seal)).toBe(true)
  expect(await chain.verify(keyId, journalSignals(`${receipt.journal}00`, 0), receipt.seal)).toBe(false)
  const program = await chain.register(system, riscZeroKeyData({ ...release, imageId: direct.imageId }))
  expect(await chain.verify(program, journalSignals(direct.journal, 0), direct.seal)).toBe(true)
})

test('default: SP1 v6.1.0, natively and over a deployed verifier, by words and by digest', async () => {
  const published = outsideFixture<{
    verifierHash: Hex
    vkRoot: Hex
    programVKey: Hex
    publicValues: Hex
    proofBytes: Hex
  }>('sp1-v6.1')
  const { programVKey, publicValues, proofBytes, verifierHash, vkRoot } = published
  const groth16KeyId = await chain.register(groth16, groth16Fixture('sp1-v6.1').keyData)
  const native = await chain.deploySystem('Sp1ProofSystem')
  const deployed = await chain.deploySystem('Sp1VerifierProofSystem')
  const args = [groth16, groth16KeyId, slice(verifierHash, 0, 4), BigInt(vkRoot)]
  const target = await chain.target(await chain.deploy('HonestSp1Verifier', args, 'HonestVerifiers'))
  for (const publicWords of [0, 4]) {
    const signals = sp1Signals(publicValues, publicWords)
    const other = signals.map((signal, i) => (i === 0 ? signal + 1n : signal))
    const nativeKey = await chain.register(native, sp1KeyData({ ...published, groth16KeyId, publicWords }))
    expect(await chain.verify(nativeKey, signals, proofBytes)).toBe(true)
    expect(await chain.verify(nativeKey, other, proofBytes)).toBe(false)
    const key = await chain.register(deployed, sp1VerifierKeyData({ ...target, programVKey, publicWords }))
    const proof = publicWords === 0 ? sp1VerifierProof(published) : proofBytes
    expect(await chain.verify(key, signals, proof)).toBe(true)
    expect(await chain.verify(key, other, proof)).toBe(false)
  }
})

test('default: World ID v3, natively and over a router', async () => {
  const published = groth16Fixture('world-id-v3')
  const signals = published.publicSignals.map(BigInt)
  const native = await chain.register(groth16, published.keyData)
  const router = await chain.deploy('HonestWorldIdRouter', [groth16, native, 1n, signals[0]], 'HonestVerifiers')
  const system = await chain.deploySystem('WorldIdProofSystem')
  const deployed = await chain.register(system, worldIdKeyData({ ...(await chain.target(router)), groupId: 1n }))
  for (const keyId of [native, deployed]) {
    expect(await chain.verify(keyId, signals, worldIdProof(published.proof))).toBe(true)
    expect(await chain.verify(keyId, signals.toReversed(), worldIdProof(published.proof))).toBe(false)
  }
})

test('default: zkVerify, whose leaf is the same here and on chain', async () => {
  const { statement } = outsideFixture<{ statement: { vkHash: Hex; publicSignals: Hex[] } }>('zk-verify')
  const { vkHash } = statement
  const publicSignals = statement.publicSignals.map(BigInt)
  const leaf = zkVerifyLeaf({ vkHash, publicSignals })
  const system = await chain.deploySystem('ZkVerifyProofSystem')
  const abi = parseAbi([
    'function leafOf(bytes32 vkHash, uint256[] publicSignals) view returns (bytes32)',
    'function submit(uint256 domainId, uint256 aggregationId, bytes32 root)',
  ])
  const onChain = { address: system, abi, functionName: 'leafOf', args: [vkHash, publicSignals] } as const
  expect(await chain.client.readContract(onChain)).toBe(leaf)

  const aggregations = await chain.deploy('HonestAggregations', [], 'HonestVerifiers')
  await chain.write(aggregations, abi, 'submit', [3n, 1n, keccak256(leaf)])
  const target = await chain.target(aggregations)
  const keyId = await chain.register(system, zkVerifyKeyData({ ...target, vkHash, domain: 3n, signalCount: 3 }))
  const receipt = { domainId: 3n, aggregationId: 1n, merklePath: [], leafCount: 1n, index: 0n }
  expect(await chain.verify(keyId, publicSignals, zkVerifyProof(receipt))).toBe(true)
  expect(await chain.verify(keyId, publicSignals.toReversed(), zkVerifyProof(receipt))).toBe(false)
  expect(await chain.verify(keyId, publicSignals, zkVerifyProof({ ...receipt, domainId: 4n }))).toBe(false)
})
