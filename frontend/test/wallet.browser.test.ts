import { taskRegistryAbi } from '@veritask/sdk/abi'
import type { Browser, Page } from 'playwright-core'
import { decodeFunctionData, encodeErrorResult, encodeFunctionResult, type Hex, numberToHex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { launchBrowser, openPage, settled } from './support/browser'
import { contracts, hex, ids, RECORDED_NOW } from './support/fixtures'
import { type FixtureServer, startFixtureServer } from './support/server'

const CREDIT = 10_000_000_000_000_000n
const NATIVE = `0x${'0'.repeat(40)}` as Hex
const TRANSACTION = hex('withdrawal') as Hex

let browser: Browser
let server: FixtureServer
let page: Page
let credit: bigint
let sent: { to: string; data: Hex }[]
let refuseTransfer: boolean

beforeAll(async () => {
  browser = await launchBrowser()
})

afterAll(() => browser.close())

beforeEach(async () => {
  credit = CREDIT
  sent = []
  refuseTransfer = false
  server = await startFixtureServer(inject('dist'))
  server.rpcUrl = `${server.url}/rpc`
  server.rpc = chain()
  page = await openPage(browser, { now: RECORDED_NOW })
  await page.exposeFunction('sendToChain', (transaction: { to: string; data: Hex }) => {
    sent.push(transaction)
    credit = 0n
    return TRANSACTION
  })
})

afterEach(async () => {
  await page.context().close()
  await server.close()
})

/** The few answers of a chain that a withdrawal needs. */
function chain(): FixtureServer['rpc'] {
  const block = numberToHex(1_285)
  return {
    eth_chainId: () => numberToHex(31_337),
    eth_blockNumber: () => block,
    eth_call: ([call]) => {
      const { functionName } = decodeFunctionData({ abi: taskRegistryAbi, data: (call as { data: Hex }).data })
      if (functionName === 'creditOf')
        return encodeFunctionResult({ abi: taskRegistryAbi, functionName, result: credit })
      if (functionName !== 'withdraw') throw new Error(`unexpected ${functionName}`)
      if (refuseTransfer) {
        throw Object.assign(new Error('execution reverted'), {
          code: 3,
          data: encodeErrorResult({
            abi: taskRegistryAbi,
            errorName: 'TaskRegistry_TransferRefused',
            args: [ids.worker as Hex, NATIVE, credit],
          }),
        })
      }
      return encodeFunctionResult({ abi: taskRegistryAbi, functionName, result: credit })
    },
    eth_getTransactionByHash: () => null,
    eth_getTransactionReceipt: () => ({
      transactionHash: TRANSACTION,
      transactionIndex: '0x0',
      blockHash: hex('block'),
      blockNumber: block,
      from: ids.worker,
      to: contracts.taskRegistry,
      contractAddress: null,
      cumulativeGasUsed: '0x1',
      gasUsed: '0x1',
      effectiveGasPrice: '0x1',
      logs: [],
      logsBloom: `0x${'0'.repeat(512)}`,
      status: '0x1',
      type: '0x2',
    }),
  }
}

/** A browser wallet with one account; `approves` is what its owner clicks. */
async function installWallet(approves: boolean): Promise<void> {
  await page.addInitScript(
    ([account, approved]) => {
      const answers: Record<string, (parameters: unknown[]) => unknown> = {
        eth_requestAccounts: () => [account],
        eth_accounts: () => [account],
        eth_chainId: () => '0x7a69',
        wallet_requestPermissions: () => [],
        wallet_getPermissions: () => [],
        eth_sendTransaction: ([transaction]) => {
          if (!approved) throw Object.assign(new Error('User rejected the request.'), { code: 4001 })
          return (window as unknown as { sendToChain: (sent: unknown) => Promise<string> }).sendToChain(transaction)
        },
      }
      const ethereum = {
        isMetaMask: false,
        on: () => {},
        removeListener: () => {},
        request: async ({ method, params }: { method: string; params?: unknown[] }) => {
          const answer = answers[method]
          if (!answer) throw Object.assign(new Error(`no ${method}`), { code: 4200 })
          return answer(params ?? [])
        },
      }
      Object.assign(window, { ethereum })
    },
    [ids.worker, approves] as const,
  )
}

async function openCredits(): Promise<void> {
  await page.goto(`${server.url}/accounts/${ids.worker}`)
  await settled(page)
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click()
}

test('a credit is withdrawn: simulated, signed, mined, and read again from the chain', async () => {
  await installWallet(true)
  await openCredits()
  await page.getByRole('button', { name: 'Connect Injected' }).click()
  const before = server.requests.length
  await page.getByRole('button', { name: 'Withdraw 0.01 ETH' }).click()
  await page.getByText('Withdrawn in').waitFor()
  await page.getByText('No credit is left to withdraw.').waitFor()
  expect(sent).toHaveLength(1)
  expect(sent[0]?.to.toLowerCase()).toBe(contracts.taskRegistry)
  const call = decodeFunctionData({ abi: taskRegistryAbi, data: sent[0]?.data ?? '0x' })
  expect([call.functionName, ...(call.args ?? [])].map((part) => String(part).toLowerCase())).toEqual([
    'withdraw',
    ids.worker,
    NATIVE,
  ])
  await expect.poll(() => server.requests.slice(before)).toContain(`/v1/accounts/${ids.worker}`)
})

test('a transfer the recipient refuses is told before anything is signed', async () => {
  refuseTransfer = true
  await installWallet(true)
  await openCredits()
  await page.getByRole('button', { name: 'Connect Injected' }).click()
  await page.getByRole('button', { name: 'Withdraw 0.01 ETH' }).click()
  const alert = page.locator('.callout[role="alert"]')
  await alert.waitFor()
  await expect(alert.innerText()).resolves.toMatch(/^Not withdrawn\./)
  await expect(alert.innerText()).resolves.toContain('does not accept the transfer')
  expect(sent).toEqual([])
})

test('saying no in the wallet changes nothing', async () => {
  await installWallet(false)
  await openCredits()
  await page.getByRole('button', { name: 'Connect Injected' }).click()
  await page.getByRole('button', { name: 'Withdraw 0.01 ETH' }).click()
  await page.getByText('It was declined in the wallet.').waitFor()
  await page.getByRole('button', { name: 'Withdraw 0.01 ETH' }).waitFor()
  expect(sent).toEqual([])
})

test('the credit shown is the chain’s, not the indexer’s', async () => {
  credit = 0n
  await installWallet(true)
  await openCredits()
  await page.getByText('No credit is left to withdraw.').waitFor()
})

test('without a wallet the page says what is missing', async () => {
  await openCredits()
  await page.getByRole('button', { name: 'Connect Injected' }).click()
  await page.getByText(/Provider not found/).waitFor()
})

test('a chain that is gone is told apart from an empty credit', async () => {
  server.rpcUrl = 'http://127.0.0.1:9'
  await openCredits()
  await page.getByText('The chain does not answer').waitFor({ timeout: 60_000 })
})
