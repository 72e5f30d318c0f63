import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPublicClient, encodeFunctionData, http, parseEther, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeCurrent } from '../current.js'
import { withVeritask } from '../deployments.js'
import { veritaskActions } from '../index.js'
import { accountAt, startChain, type TestChain } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { root as repository, rpc } from '../testing/foundry.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 240_000 })

let chain: TestChain
let home: string

beforeAll(async () => {
  chain = await startChain()
  home = await mkdtemp(join(tmpdir(), 'veritask-first-'))
  const run = join(home, '.veritask', 'runs', '1')
  await mkdir(run, { recursive: true })
  const deployment = join(run, 'deployment.json')
  await writeFile(deployment, JSON.stringify(chain.deployment))
  const artifacts = join(repository, 'circuits', 'build')
  writeCurrent(home, { deployment, store: join(run, 'content'), rpcUrl: chain.url, artifacts })
  await mkdir(join(home, 'a', 'b'), { recursive: true })
})
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

type Answer = Record<string, unknown>
async function run(args: readonly string[], { cwd = home, env = {} } = {}) {
  const { code, stdout, stderr } = await runCli([...args, '--json'], {
    cwd,
    env: { HOME: home, VERITASK_PASSPHRASE: 'correct horse', ...env },
  })
  return { code, stderr, answer: (stdout === '' ? {} : JSON.parse(stdout)) as Answer }
}

describe('after npm start', () => {
  test('the command line finds deployment, store and node with no flag, from any folder below', async () => {
    expect(await run(['task', 'list'])).toMatchObject({ code: 0, answer: [] })
    expect(await run(['task', 'list'], { cwd: join(home, 'a', 'b') })).toMatchObject({ code: 0, answer: [] })
  })

  test('accounts are made, listed and funded, and the only one signs', async () => {
    expect((await run(['account', 'list'])).answer).toEqual([])
    const { answer: made } = await run(['account', 'new', 'alice'])
    expect(made).toMatchObject({ name: 'alice', file: join(home, '.veritask', 'accounts', 'alice.json') })
    expect((await run(['account', 'new', 'alice'])).answer).toMatchObject({ error: { name: 'UsageError' } })

    // No coins: what is missing is said, and how to get it.
    const broke = await run(['gov', 'delegate'])
    expect(broke).toMatchObject({ code: 1, answer: { error: { name: 'InsufficientCoinsError' } } })
    const { message, advice } = (broke.answer as { error: { message: string; advice: string } }).error
    expect(message).toMatch(
      new RegExp(`^Account ${made.address} holds 0 of the native coin and needs 0\\.\\d+: .* for gas\\.$`),
    )
    expect(advice).toContain(`veritask account fund ${made.address}`)

    const { answer: funded } = await run(['account', 'fund', 'alice', '--amount', '1.5'])
    expect(funded).toMatchObject({ address: made.address, balance: String(parseEther('1.5')) })
    expect((await run(['account', 'list'])).answer).toMatchObject([
      { name: 'alice', balance: String(parseEther('1.5')) },
    ])
    expect((await run(['gov', 'delegate'])).code).toBe(0)

    await run(['account', 'new', 'bob'])
    const { answer: several } = await run(['gov', 'delegate'])
    expect(several).toMatchObject({ error: { advice: 'Say which account: --key-file alice|bob.' } })
    expect((await run(['stake', 'show', '--key-file', 'bob'])).code).toBe(0)
  })

  test('the clock of a local chain is moved on by a command', async () => {
    const before = await chain.now()
    const { answer } = await run(['chain', 'advance', '2h'])
    expect(BigInt(answer.timestamp as string)).toBeGreaterThanOrEqual(before + 7200n)
    expect(await chain.now()).toBeGreaterThanOrEqual(before + 7200n)
    expect((await run(['chain', 'advance', 'soon'])).code).toBe(2)
  })

  test('error: a folder that one happens to be in chooses neither the node nor the contracts to sign for', async () => {
    const stranger = join(home, 'stranger')
    const deployment = join(stranger, 'deployment.json')
    await mkdir(stranger)
    await writeFile(deployment, JSON.stringify({ ...chain.deployment, chainId: 1 }))
    const found = { deployment, store: stranger, artifacts: stranger }
    const refusal = async (rpcUrl: string, flags: readonly string[] = []) => {
      writeCurrent(stranger, { ...found, rpcUrl })
      return (await run(['stake', 'deposit', '--amount', '1', ...flags], { cwd: stranger })).answer
    }
    expect(await refusal('https://rpc.example.org')).toMatchObject({
      error: { name: 'CurrentFileError', message: expect.stringContaining('is not on this machine') },
    })
    expect(await refusal(chain.url, ['--key-file', 'alice'])).toMatchObject({
      error: { name: 'UsageError', message: expect.stringContaining('is of chain 1 and was found, not named') },
    })
    // Who names them is not kept from anything by such a folder.
    writeCurrent(stranger, { ...found, rpcUrl: 'https://rpc.example.org' })
    const named = ['--deployment', join(home, '.veritask', 'runs', '1', 'deployment.json'), '--rpc-url', chain.url]
    expect((await run(['task', 'list', ...named], { cwd: stranger })).code).toBe(0)
  })

  test('error: a deployment with a wrong registry is refused by name', async () => {
    const { contracts } = chain.deployment
    const wrong = async (taskRegistry: string) => {
      const file = join(home, 'wrong.json')
      await writeFile(file, JSON.stringify({ ...chain.deployment, contracts: { ...contracts, taskRegistry } }))
      return (await run(['task', 'list', '--deployment', file])).answer
    }
    const other = contracts.datasetRegistry
    expect(await wrong(other)).toMatchObject({
      error: {
        name: 'WrongDeploymentError',
        message: `The deployment says that taskRegistry is at ${other}, and no such contract is there.`,
      },
    })
    const nothing = '0x00000000000000000000000000000000000000AA'
    expect(await wrong(nothing)).toMatchObject({
      error: {
        name: 'ContractMissingError',
        message: `There is no contract at ${nothing} on chain ${chain.deployment.chainId}.`,
      },
    })
  })
})

describe('a chain that nobody sends anything to', () => {
  const client = () =>
    createPublicClient({ chain: withVeritask(chain.chain, chain.deployment), transport: http(chain.url) }).extend(
      veritaskActions(),
    )

  test("a proposal's state follows the clock, not the last block", async () => {
    const { governor } = chain.deployment.contracts
    const { proposalId, voteEnd } = await chain.requester.propose({
      calls: [{ target: governor, value: 0n, data: encodeFunctionData({ abi: votingDelay, args: [1] }) }],
      description: 'A vote that ends while nothing happens',
    })
    const { timestamp: latest, number } = await chain.requester.getBlock()
    await rpc(chain.url, 'evm_increaseTime', [Number(voteEnd - latest) + 60])
    // No block is mined.
    expect((await client().getProposal({ proposalId })).state).toBe('defeated')
    expect((await chain.requester.getBlock()).number).toBe(number)
  })

  test('durations of a task file count from now, not from the last block', async () => {
    const { answer: data } = await records()
    const { number } = await chain.requester.getBlock()
    await rpc(chain.url, 'evm_increaseTime', [600])
    const file = join(home, 'task.json')
    await writeFile(file, JSON.stringify(task(data.versionId as string)))
    const { answer, stderr } = await run(['task', 'create', file, '--key-file', 'requester.json', '--yes'])
    expect({ answer, stderr }).toMatchObject({ answer: { slots: 1 } })
    const created = await chain.requester.getBlock()
    expect(created.number).toBe(number + 1n)
    expect(BigInt(answer.joinBy as string)).toBeGreaterThan(created.timestamp + 50n)
  })

  const votingDelay = [
    {
      type: 'function',
      name: 'setVotingDelay',
      inputs: [{ type: 'uint48' }],
      outputs: [],
      stateMutability: 'nonpayable',
    },
  ] as const

  async function records() {
    await writeFile(
      join(home, 'requester.json'),
      JSON.stringify({ privateKey: toHex(accountAt(0).getHdKey().privateKey!) }),
    )
    await mkdir(join(home, 'records'), { recursive: true })
    for (let i = 0; i < 4; i++) await writeFile(join(home, 'records', `${i}.txt`), `record ${i}`)
    return run([
      ...['dataset', 'create', 'records', '--name', 'Four', '--licence', 'CC0-1.0', '--key-file', 'requester.json'],
    ])
  }

  const task = (dataset: string) => ({
    title: 'Which?',
    classes: ['a', 'b'],
    dataset,
    records: 'records',
    reward: '0.5',
    slots: 1,
    deadlines: { join: '1m', commit: '10m', open: '10m', prove: '10m' },
    settlement: 'open-gold',
    rules: { kind: 'distance', max: 1, tolerance: 0, thresholdBps: 10_000 },
    gold: [{ index: 0, label: 1 }],
  })
})
