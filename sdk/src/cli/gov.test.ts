import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFunctionData, toHex, zeroAddress } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { vkeyToKeyData } from '../core.js'
import { veritaskGovernorAbi } from '../generated/abis.js'
import { accountAt, startChain, type TestChain } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { rpc } from '../testing/foundry.js'
import { semaphoreKey } from '../testing/semaphore.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 400_000 })

const HOLDER = 0
const NOBODY = 6

let chain: TestChain
let home: string

beforeAll(async () => {
  chain = await startChain()
  home = await mkdtemp(join(tmpdir(), 'veritask-gov-'))
  await writeFile(join(home, 'deployment.json'), JSON.stringify(chain.deployment))
  for (const index of [HOLDER, NOBODY]) {
    const privateKey = toHex(accountAt(index).getHdKey().privateKey!)
    await writeFile(join(home, `key${index}.json`), JSON.stringify({ privateKey }))
  }
  // A process takes longer to start than the test chain votes.
  const data = encodeFunctionData({ abi: veritaskGovernorAbi, functionName: 'setVotingPeriod', args: [3600] })
  await chain.govern({ to: chain.deployment.contracts.governor, data })
})
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

const env = () => ({ VERITASK_RPC_URL: chain.url, VERITASK_DEPLOYMENT: 'deployment.json' })
async function gov(args: readonly string[], account?: number) {
  const key = account === undefined ? [] : ['--key-file', `key${account}.json`]
  const { code, stdout } = await runCli(['gov', ...args, ...key, '--json'], { cwd: home, env: env() })
  return { code, data: JSON.parse(stdout) }
}
const passTo = async (time: bigint) => {
  await rpc(chain.url, 'evm_setNextBlockTimestamp', [Number(time)])
  await rpc(chain.url, 'evm_mine', [])
}

test('default: a fee is proposed, voted, queued and executed, and the history shows it', async () => {
  const change = ['propose', '--set', 'fee=2.5%,leaveWindow=2m', '--description', 'A fee of 2.5 %']
  const [proposals, { version }] = [await chain.requester.listProposals(), await chain.requester.getParameters()]
  const dry = await gov([...change, '--dry-run'], HOLDER)
  expect(dry.data.words).toEqual([
    expect.stringMatching(/^Set all protocol parameters at once/),
    expect.stringMatching(/^Protocol fee \(feeBps\): [\d.]+% → 2\.5%,/),
    expect.stringMatching(/^Time to leave after the items came \(leaveWindow\): \d.*[a-z] → 2 min,/),
  ])
  expect((await gov(['list'])).data).toHaveLength(proposals.length)

  expect(await gov(change, NOBODY)).toMatchObject({ code: 1, data: { error: { name: 'NotEnoughVotesError' } } })
  const made = await gov(change, HOLDER)
  expect(made).toMatchObject({ code: 0, data: { words: dry.data.words } })
  const id = made.data.proposalId
  await passTo(BigInt(made.data.voteStart) + 1n)
  expect(await gov(['vote', id, '--ballot', 'for', '--reason', 'yes'], HOLDER)).toMatchObject({ code: 0 })
  await passTo(BigInt(made.data.voteEnd) + 1n)
  const queued = await gov(['queue', id], NOBODY)
  expect(queued.code).toBe(0)
  expect(await gov(['execute', id], NOBODY)).toMatchObject({ code: 0 })
  expect((await gov(['show', id])).data).toMatchObject({ state: 'executed' })
  expect((await gov(['params'])).data).toMatchObject({ feeBps: 250, leaveWindow: 120, version: version + 1 })
  expect((await gov(['params', '--version', '1'])).data.version).toBe(1)

  const { stdout } = await runCli(['gov', 'params', '--history'], { cwd: home, env: env() })
  expect(stdout.split('\n').filter((line) => new RegExp(`^${version + 1} .*feeBps .*2\\.5%`).test(line))).toHaveLength(
    1,
  )
})

test('any other call comes from a file and is told plainly', async () => {
  const stranger = accountAt(9).address
  await writeFile(join(home, 'calls.json'), JSON.stringify([{ target: stranger, value: '7', data: '0x12345678' }]))
  const { data } = await gov(['propose', '--calls', 'calls.json', '--dry-run'], HOLDER)
  expect(data.words).toEqual([
    `Call ${stranger}, which is no contract of the protocol, with 4 bytes: read its code before you vote.`,
    'It sends 0.000000000000000007 ETH along.',
  ])
})

test('what is allowed can be disallowed, and a key is added from a file', async () => {
  const { gates, contracts } = chain.deployment
  const key = {
    system: 'groth16-bn254',
    keyData: vkeyToKeyData(await semaphoreKey(1)),
    manifestHash: `0x${'00'.repeat(32)}`,
    development: true,
    needsChallenge: false,
    freezableByProof: true,
  }
  await writeFile(join(home, 'key.json'), JSON.stringify(key))
  const drop = ['--disallow-gate', gates.semaphore!, '--disallow-settlement', contracts.direct]
  const { data } = await gov(['propose', ...drop, '--key', 'key.json', '--dry-run'], HOLDER)
  expect(data.calls).toHaveLength(3)
  expect(data.words.join('\n')).toMatch(
    /no further task use the settlement direct .*no further task use the gate semaphore/s,
  )
  expect(data.words.join('\n')).toMatch(/Propose the verifier key 0x[0-9a-f]{64} .*DEVELOPMENT key/s)
})

test.each([
  [['propose', '--description', 'x'], 2, 'UsageError'],
  [['propose', '--set', 'feeBps', '--description', 'x'], 2, 'UsageError'],
  [['propose', '--set', 'fees=1', '--description', 'x'], 1, 'UnknownParameterError'],
  [['propose', '--set', 'feeBps=1,feeBps=2', '--description', 'x'], 2, 'UsageError'],
  [['propose', '--set', 'feeBps=1001', '--description', 'x'], 1, 'ParameterRangeError'],
  [['propose', '--set', 'treasury=5', '--description', 'x'], 1, 'ParameterRangeError'],
  // A hundredth of what it seems to say.
  [['propose', '--set', 'fee=1', '--description', 'x'], 1, 'ParameterRangeError'],
  [['propose', '--set', 'fee=1%,feeBps=100', '--description', 'x'], 2, 'UsageError'],
  [['propose', '--allow-token', zeroAddress, '--min-reward', '1e18', '--description', 'x'], 2, 'UsageError'],
  [['propose', '--key', 'key0.json', '--description', 'x'], 1, 'InputFileError'],
  [['propose', '--calls', 'key0.json', '--description', 'x'], 1, 'InputFileError'],
  [['vote', '12', '--ballot', 'maybe'], 2, 'UsageError'],
  [['vote', 'x', '--ballot', 'for'], 2, 'UsageError'],
  [['queue', '12'], 1, 'ProposalNotFoundError'],
])('error: gov %j', async (args, code, name) => {
  expect(await gov(args, HOLDER)).toMatchObject({ code, data: { error: { name } } })
})
