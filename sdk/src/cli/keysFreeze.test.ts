import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFunctionData, toHex } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { accountAt, startChain, type TestChain } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 120_000 })

const GUARDIAN = 5
const STRANGER = 6

let chain: TestChain
let home: string

beforeAll(async () => {
  chain = await startChain()
  home = await mkdtemp(join(tmpdir(), 'veritask-freeze-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [GUARDIAN, STRANGER]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key${index}.json`), JSON.stringify({ privateKey }))
  }
  const data = encodeFunctionData({
    abi: verifierKeyRegistryAbi,
    functionName: 'setGuardian',
    args: [accountAt(GUARDIAN).address],
  })
  await chain.govern({ to: chain.deployment.contracts.verifierKeyRegistry, data })
})
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

async function freeze(keyId: string, flags: readonly string[], account: number) {
  const env = { VERITASK_RPC_URL: chain.url, VERITASK_DEPLOYMENT: 'deployment.json' }
  const args = ['keys', 'freeze', keyId, ...flags, '--key-file', `key${account}.json`, '--json']
  const { code, stdout } = await runCli(args, { cwd: home, env })
  return { code, data: JSON.parse(stdout) }
}

test('default: the guardian freezes once, a stranger not at all', async () => {
  const keyId = chain.deployment.keys['score-box-32']!
  expect(await freeze(keyId, ['--reason', 'mine'], STRANGER)).toMatchObject({
    code: 1,
    data: { error: { name: 'NotGuardianError' } },
  })
  const uri = 'ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
  const named = ['--advisory', 'VERITASK-1', '--advisory-uri', uri]
  const frozen = await freeze(keyId, ['--reason', 'a range check is missing', '--exploit', '0x12', ...named], GUARDIAN)
  expect(frozen).toMatchObject({ code: 0, data: { keyId, found: false } })
  expect(await chain.requester.getVerifierKey({ keyId })).toMatchObject({
    status: 'frozen',
    freeze: { reason: 'a range check is missing', advisory: { id: 'VERITASK-1', uri, link: uri } },
  })
  expect(await freeze(keyId, ['--reason', 'again'], GUARDIAN)).toMatchObject({
    code: 0,
    data: { found: true, hash: frozen.data.hash },
  })
})

test('error: a proof that does not hold, no proof, evidence or an advisory without a reason', async () => {
  const keyId = chain.deployment.keys['legality-box-32']!
  const write = (value: unknown) => writeFile(join(home, 'proof.json'), JSON.stringify(value))
  await write({ proof: '0x12' })
  expect(await freeze(keyId, ['--proof', 'proof.json'], STRANGER)).toMatchObject({
    code: 1,
    data: { error: { name: 'ExploitRejectedError' } },
  })
  await write({ proof: 12 })
  expect(await freeze(keyId, ['--proof', 'proof.json'], STRANGER)).toMatchObject({
    code: 1,
    data: { error: { name: 'InputFileError' } },
  })
  expect(await freeze(keyId, ['--exploit', '0x12', '--dependent'], STRANGER)).toMatchObject({ code: 2 })
  expect(await freeze(keyId, ['--advisory', 'X', '--dependent'], STRANGER)).toMatchObject({ code: 2 })
  expect(await freeze(keyId, ['--dependent'], STRANGER)).toMatchObject({
    code: 1,
    data: { error: { name: 'DependencyNotFrozenError' } },
  })
  expect((await chain.requester.getVerifierKey({ keyId })).status).toBe('active')
})
