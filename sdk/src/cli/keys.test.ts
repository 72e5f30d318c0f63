import { copyFile, cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeFunctionData, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { encodeProposeKey } from '../actions/index.js'
import { applyBeacon, contribute, initCeremony } from '../ceremony/ceremony.js'
import { finalizeCeremony } from '../ceremony/finalize.js'
import { checkPowersOfTau } from '../ceremony/powersOfTau.js'
import { auditZkey } from '../ceremony/zkeyFile.js'
import {
  auditVerifyingKey,
  circuitManifest,
  KeyAuditFailedError,
  type VerifyingKeyJson,
  verifyingKeys,
  vkeyToKeyData,
} from '../core.js'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { badKeys } from '../testing/badKeys.js'
import { keepCurve, type SmallCeremony, smallCeremony } from '../testing/ceremony.js'
import { startChain, type TestChain } from '../testing/chain.js'
import { type CliRun, runCli } from '../testing/cli.js'
import { root } from '../testing/foundry.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const circuit = 'score-scalar-64'
const developmentPtau = join(root, 'node_modules', 'ptau-dev', 'test', 'plonk_circuit', 'powersOfTau15_final.ptau')
const ZERO: Hex = `0x${'0'.repeat(64)}`

let chain: TestChain
let small: SmallCeremony
let release: () => void
let trusted: string
let final: Awaited<ReturnType<typeof finalizeCeremony>>

beforeAll(async () => {
  chain = await startChain()
  small = await smallCeremony()
  release = await keepCurve()
  const { r1cs, ptau, path } = small
  trusted = (await checkPowersOfTau(ptau)).blake2b
  await initCeremony({ r1cs, ptau, output: path('0.zkey') })
  await contribute({ input: path('0.zkey'), output: path('1.zkey'), name: 'Ada' })
  await contribute({ input: path('1.zkey'), output: path('2.zkey'), name: 'Grace' })
  await applyBeacon({ input: path('2.zkey'), output: path('3.zkey'), value: 'c0ffee', iterationsExponent: 10 })
  final = await finalizeCeremony({
    circuit: 'small',
    zkey: path('3.zkey'),
    r1cs,
    ptau,
    wasm: small.wasm,
    directory: path('artifacts'),
    publicSignals: ['output', 'x'],
    challenge: null,
    trustedPowersOfTau: [trusted],
  })
})
afterAll(async () => {
  release?.()
  await chain?.stop()
  await small?.remove()
})

type Line = { readonly name: string; readonly status: 'ok' | 'failed' | 'skipped'; readonly detail: string }

async function verify(
  keyId: Hex,
  args: readonly string[],
  deployment = chain.deployment,
): Promise<CliRun & { valid: boolean; failed: string[] }> {
  await writeFile(small.path('deployment.json'), JSON.stringify(deployment))
  const env = {
    VERITASK_RPC_URL: chain.url,
    VERITASK_DEPLOYMENT: small.path('deployment.json'),
    VERITASK_ARTIFACTS: join(root, 'circuits', 'build'),
  }
  const done = await runCli(['keys', 'verify', keyId, '--json', ...args], { cwd: small.folder, env })
  const { valid, checks } = JSON.parse(done.stdout) as { valid: boolean; checks: readonly Line[] }
  return { ...done, valid, failed: checks.filter(({ status }) => status === 'failed').map(({ name }) => name) }
}

/** Proposes a key as governance does. */
async function propose(call: { to: Hex; data: Hex }): Promise<void> {
  await chain.govern(call)
}

describe('keys verify of a development key', () => {
  test('default: with --ptau the zkey is rebuilt bit for bit', async () => {
    const { valid, stdout, code } = await verify(chain.deployment.keys[circuit]!, ['--ptau', developmentPtau])
    expect([valid, code]).toEqual([true, 0])
    expect(stdout).toContain('bit for bit the same')
    expect(stdout).not.toContain('skipped')
  })

  test('error: the same key proposed without its mark', async () => {
    const keyData = vkeyToKeyData(verifyingKeys[circuit])
    const { manifestHash } = circuitManifest.circuits[circuit]!
    const key = { keyData, manifestHash, development: false, needsChallenge: true, freezableByProof: true }
    const audit = await auditZkey(join(root, 'circuits', 'build', circuit, `${circuit}.zkey`))
    expect(audit.origin).toBe('development')
    expect(() => encodeProposeKey(chain.requester, { ...key, audit })).toThrow(KeyAuditFailedError)
    const call = encodeProposeKey(chain.requester, key)
    await propose(call)
    const { failed, code } = await verify(call.keyId, [])
    expect([failed, code]).toEqual([['mark', 'contributions'], 1])
  })
})

describe('keys verify of what the registry says', () => {
  const proposed = async (needsChallenge: boolean) => {
    const { manifestHash } = circuitManifest.circuits['legality-scalar-64']!
    const keyData = vkeyToKeyData(verifyingKeys[circuit])
    const key = { keyData, manifestHash, development: true, needsChallenge, freezableByProof: true }
    const call = encodeProposeKey(chain.requester, key)
    await propose(call)
    return call.keyId
  }

  test('error: a challenge that is not marked, another contract, a frozen key with its advisory', async () => {
    const keyId = await proposed(false)
    // The key is of another circuit than its manifest entry says: those lines fail too.
    expect((await verify(keyId, [])).failed).toContain('challenge')
    expect((await verify(await proposed(true), [])).failed).not.toContain('challenge')
    const { groth16, verifierKeyRegistry } = chain.deployment.contracts
    const elsewhere = { ...chain.deployment, proofSystems: { 'groth16-bn254': verifierKeyRegistry } }
    expect((await verify(keyId, [], elsewhere)).failed).toContain('proof system')
    const before = await verify(keyId, [])
    expect(before.failed).not.toContain('status')
    expect(before.stdout).toContain(groth16)
    const advisory = { id: 'GHSA-63x8-x938-vx33', uri: 'https://github.com/advisories/GHSA-63x8-x938-vx33' }
    const args = [keyId, 'a range check is missing', advisory, '0x'] as const
    const data = encodeFunctionData({ abi: verifierKeyRegistryAbi, functionName: 'freeze', args })
    await chain.govern({ to: verifierKeyRegistry, data })
    const frozen = await verify(keyId, [])
    expect([frozen.failed[0], frozen.code]).toEqual(['status', 1])
    const why = `GHSA-63x8-x938-vx33 (${advisory.uri}): a range check is missing`
    expect(frozen.stdout).toContain(`for ${why}; receipts issued before were accepted under it`)
    const env = { VERITASK_RPC_URL: chain.url, VERITASK_DEPLOYMENT: small.path('deployment.json') }
    const shown = await runCli(['keys', 'show', keyId], { cwd: small.folder, env })
    expect(shown.stdout).toContain(why)
  })
})

describe('the gate on the chain', () => {
  /** Whether the registry would take a key, asked as governance. */
  const taken = async (key: VerifyingKeyJson) => {
    const keyData = vkeyToKeyData(key)
    const proposal = { keyData, manifestHash: ZERO, development: true, needsChallenge: true, freezableByProof: true }
    const { to, data } = encodeProposeKey(chain.requester, proposal)
    const account = chain.deployment.contracts.timelock
    return chain.requester.call({ account, to, data }).then(
      () => true,
      () => false,
    )
  }

  test('default: takes and refuses the very keys that the audit does', async () => {
    const good = verifyingKeys[circuit]
    expect([await taken(good), auditVerifyingKey(good).sound]).toEqual([true, true])
    for (const [what, , key] of badKeys(good))
      expect([await taken(key), auditVerifyingKey(key).sound], what).toEqual([false, false])
  })
})

describe('keys verify of a ceremony’s key', () => {
  const manifest = () => ['--manifest', join('artifacts', 'manifest.json')]
  const replayed = () => ['--ptau', small.ptau, '--trust-ptau', trusted]

  test('default: proposed with its audit, then replayed from its artifacts', async () => {
    const { keyData, entry } = final
    const key = {
      keyData,
      manifestHash: entry.manifestHash,
      development: false,
      needsChallenge: entry.challenge !== null,
      freezableByProof: true,
    }
    const unreplayed = await auditZkey(small.path('3.zkey'))
    expect(() => encodeProposeKey(chain.requester, { ...key, audit: unreplayed })).toThrow(KeyAuditFailedError)
    const call = encodeProposeKey(chain.requester, { ...key, audit: final.audit })
    expect(call.keyId).toBe(final.keyId)
    await propose(call)

    const whole = await verify(call.keyId, [...manifest(), '--artifacts', 'artifacts', ...replayed()])
    expect([whole.failed, whole.valid]).toEqual([[], true])
    expect(whole.stdout).toContain('replay: transcript: contribution 3')
    const files = [...manifest(), '--artifacts', 'artifacts']
    const without = await verify(call.keyId, [...files, '--trust-ptau', trusted])
    expect(without.valid).toBe(true)
    expect(without.stdout).toContain('give --ptau with the powers of tau that the transcript names')
    expect((await verify(call.keyId, files)).failed).toEqual(['powers of tau'])

    // A transcript with one letter changed, and the key of the step before.
    const folder = small.path('altered')
    await cp(small.path('artifacts'), folder, { recursive: true })
    const transcript = join(folder, 'small', 'small.transcript.json')
    await writeFile(transcript, (await readFile(transcript, 'utf8')).replace('Grace', 'Grave'))
    await copyFile(small.path('2.zkey'), join(folder, 'small', 'small.zkey'))
    const altered = await verify(call.keyId, [...manifest(), '--artifacts', folder, ...replayed()])
    expect([altered.failed, altered.code]).toEqual([['zkey', 'transcript'], 1])
  })

  test('error: the chain calls it a development key', async () => {
    const { keyData, entry } = final
    const key = {
      keyData,
      manifestHash: entry.manifestHash,
      development: true,
      needsChallenge: false,
      freezableByProof: true,
    }
    const call = encodeProposeKey(chain.requester, key)
    await propose(call)
    const { failed } = await verify(call.keyId, [...manifest(), '--artifacts', 'artifacts'])
    expect(failed).toEqual(['mark'])
  })

  test('error: a damaged manifest is refused before anything is compared', async () => {
    const text = await readFile(small.path('artifacts/manifest.json'), 'utf8')
    await writeFile(small.path('damaged.json'), text.replace('"constraints": 3', '"constraints": 2'))
    const env = { VERITASK_RPC_URL: chain.url, VERITASK_DEPLOYMENT: small.path('deployment.json') }
    const args = ['keys', 'verify', final.keyId, '--json', '--manifest', 'damaged.json']
    const { code, stdout } = await runCli(args, { cwd: small.folder, env })
    expect([code, JSON.parse(stdout).error.name]).toEqual([1, 'ManifestInvalidError'])
  })
})
