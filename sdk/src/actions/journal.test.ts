import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWalletClient, custom, type Hex, parseEther, parseGwei, publicActions } from 'viem'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { veritaskActions } from '../client.js'
import { createFileTransactionJournal } from '../storage/fileJournal.js'
import { accountAt, startChain, type TestChain } from '../testing/chain.js'
import { rpc } from '../testing/foundry.js'

let chain: TestChain
let directory: string

beforeAll(async () => {
  chain = await startChain()
  directory = await mkdtemp(join(tmpdir(), 'veritask-journal-'))
})
afterAll(async () => {
  await chain?.stop()
  await rm(directory, { recursive: true, force: true })
})
afterEach(async () => {
  await rpc(chain.url, 'anvil_setAutomine', [true])
  await rpc(chain.url, 'evm_mine')
})

const amount = parseEther('1')
const account = (index: number) => accountAt(index).address
const automine = (on: boolean) => rpc(chain.url, 'anvil_setAutomine', [on])
const mine = () => rpc(chain.url, 'evm_mine')
const kept = () => readdir(directory)

/** Another run of a program: nothing is known to it but what is on disk. `lose` are the methods whose answers get lost. */
function run(index: number, { lose = [], wallet = false }: { lose?: string[]; wallet?: boolean } = {}) {
  const sent: Hex[] = []
  const transport = custom(
    {
      request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
        if (method === 'eth_sendRawTransaction') sent.push(params[0] as Hex)
        const result = await rpc(chain.url, method, params)
        if (lose.includes(method)) throw new TypeError('fetch failed')
        return result
      },
    },
    { retryCount: 0 },
  )
  const client = createWalletClient({
    account: wallet ? account(index) : accountAt(index),
    chain: chain.chain,
    transport,
    pollingInterval: 50,
  })
    .extend(publicActions)
    .extend(veritaskActions({ journal: createFileTransactionJournal(directory) }))
  return { client, sent }
}

const soon = { receiptTimeoutSeconds: 1 }

describe('a transaction that no block takes', () => {
  test('default: is called pending, and a deposit that is repeated waits for it instead of being sent twice', async () => {
    await automine(false)
    const first = run(1)
    const error = await first.client.depositStake({ amount, ...soon }).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'TransactionPendingError', hash: expect.stringMatching(/^0x/) })
    expect(error.message).not.toContain('Contact')
    expect(await kept()).toHaveLength(1)

    const second = run(1)
    await expect(second.client.depositStake({ amount, ...soon })).rejects.toMatchObject({
      name: 'TransactionPendingError',
      hash: error.hash,
    })
    // The same bytes, whoever broadcasts them.
    expect(new Set([...first.sent, ...second.sent]).size).toBe(1)
    await mine()
    expect(await run(1).client.depositStake({ amount })).toMatchObject({ found: true, hash: error.hash, amount })
    const { free } = await second.client.getStake({ account: account(1) })
    expect(free).toBe(amount)
    expect(await kept()).toEqual([])

    // Another deposit is another deposit once the fate of the first was told.
    await automine(true)
    expect(await run(1).client.depositStake({ amount })).toMatchObject({ found: false })
    expect(await second.client.getStake({ account: account(1) })).toMatchObject({ free: 2n * amount })
  })

  test('default: all of a stake, unbonded twice in a row, is unbonded once', async () => {
    await run(2).client.depositStake({ amount })
    await automine(false)
    await expect(run(2).client.unbondStake({ amount, ...soon })).rejects.toMatchObject({
      name: 'TransactionPendingError',
    })
    await mine()
    // What is free now would not do for another.
    expect(await run(2).client.unbondStake({ amount })).toMatchObject({ found: true, unbonding: amount })
    expect(await kept()).toEqual([])
  })

  test('default: a wallet signed it and its answer was lost: its effect is found by the next run', async () => {
    await expect(
      run(3, { wallet: true, lose: ['eth_sendTransaction', 'eth_getLogs'] }).client.depositStake({ amount, ...soon }),
    ).rejects.toMatchObject({ name: 'SubmissionUncertainError' })
    expect(await run(3, { wallet: true }).client.depositStake({ amount })).toMatchObject({ found: true })
    expect(await run(3).client.getStake({ account: account(3) })).toMatchObject({ free: amount })
    expect(await kept()).toEqual([])
  })

  test('default: the program was stopped before anybody had it: the same bytes are sent', async () => {
    const { client } = run(4)
    const journal = createFileTransactionJournal(directory)
    const stopped = createWalletClient({
      account: accountAt(4),
      chain: chain.chain,
      transport: custom(
        {
          request: ({ method, params = [] }: { method: string; params?: readonly unknown[] }) =>
            method === 'eth_sendRawTransaction'
              ? Promise.reject(new TypeError('fetch failed'))
              : rpc(chain.url, method, params),
        },
        { retryCount: 0 },
      ),
    }).extend(veritaskActions({ journal }))
    const error = await stopped.depositStake({ amount, ...soon }).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'SubmissionUncertainError' })
    expect(error.shortMessage).toContain('knows neither it nor its effect')
    expect(await client.depositStake({ amount })).toMatchObject({ found: true, hash: error.hash })
    expect(await client.getStake({ account: account(4) })).toMatchObject({ free: amount })
  })
})

describe('another transaction takes the nonce', () => {
  const pending = async (index: number) => {
    await automine(false)
    const { client } = run(index)
    const { hash } = await client.depositStake({ amount, ...soon }).catch((thrown) => thrown)
    const { nonce } = await client.getTransaction({ hash })
    const fees = { maxFeePerGas: parseGwei('50'), maxPriorityFeePerGas: parseGwei('20') }
    return { client, hash: hash as Hex, nonce, ...fees }
  }

  test.each([
    ['cancelled', 5, (own: Hex) => ({ to: own, value: 0n })],
    ['replaced', 6, () => ({ to: account(7), value: 1n })],
  ] as const)('error: %s is said, and the next call sends it anew', async (reason, index, other) => {
    const { client, hash, nonce, ...fees } = await pending(index)
    const replacement = await client.sendTransaction({ ...other(account(index)), nonce, gas: 21_000n, ...fees })
    await mine()
    await automine(true)
    await expect(run(index).client.depositStake({ amount })).rejects.toMatchObject({
      name: 'TransactionReplacedError',
      reason,
      hash,
      replacement,
    })
    expect(await run(index).client.depositStake({ amount })).toMatchObject({ found: false })
    expect(await client.getStake({ account: account(index) })).toMatchObject({ free: amount })
  })

  test('default: a wallet raised the fee of the same call, and that is its effect', async () => {
    const { client, hash, nonce, ...fees } = await pending(7)
    const { to, value, input } = await client.getTransaction({ hash })
    const raised = await client.sendTransaction({ to, value, data: input, nonce, gas: 200_000n, ...fees })
    await mine()
    await automine(true)
    expect(await run(7).client.depositStake({ amount })).toMatchObject({ found: true, hash: raised })
    expect(await client.getStake({ account: account(7) })).toMatchObject({ free: amount })
  })
})

test('error: a kept transaction that cannot be read stops everything', async () => {
  await automine(false)
  await expect(run(8).client.depositStake({ amount, ...soon })).rejects.toMatchObject({
    name: 'TransactionPendingError',
  })
  const [file] = await kept()
  await writeFile(join(directory, file!), '{"from":')
  await expect(run(8).client.depositStake({ amount })).rejects.toMatchObject({
    name: 'JournalEntryError',
    message: expect.stringContaining(file!),
  })
  await rm(join(directory, file!))
})
