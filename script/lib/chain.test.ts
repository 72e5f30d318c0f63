import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockSeconds, type Chain, startChain } from './chain.ts'
import { createProcesses } from './processes.ts'
import { latestTimestamp, rpc, until, warpTo } from './rpc.ts'

const processes = createProcesses()
const clock = () => BigInt(Math.floor(Date.now() / 1000))
let chain: Chain

beforeAll(async () => {
  chain = await startChain(processes, 0, clock() - 1000n)
})
afterAll(() => processes.stopAll())

test('an idle local chain goes on: its blocks follow the clock though nobody sends anything', async () => {
  const before = await latestTimestamp(chain.url)
  const after = await until(
    'a block that nobody asked for',
    async () => {
      const latest = await latestTimestamp(chain.url)
      return latest > before ? latest : undefined
    },
    { timeoutMilliseconds: (blockSeconds + 10) * 1000 },
  )
  expect(after - before).toBeLessThanOrEqual(BigInt(blockSeconds + 10))
})

test('transactions are mined at once all the same', async () => {
  const [from, to] = await rpc<string[]>(chain.url, 'eth_accounts')
  const hash = await rpc<string>(chain.url, 'eth_sendTransaction', [{ from, to, value: '0x1' }])
  const mined = async () => (await rpc<object | null>(chain.url, 'eth_getTransactionReceipt', [hash])) ?? undefined
  await until('the receipt', mined, { timeoutMilliseconds: (blockSeconds * 1000) / 3, everyMilliseconds: 50 })
})

test('the clock is moved on, and a time that is past is no error', async () => {
  const to = (await latestTimestamp(chain.url)) + 5000n
  await warpTo(chain.url, to)
  expect(await latestTimestamp(chain.url)).toBeGreaterThanOrEqual(to)
  await warpTo(chain.url, to - 10n)
})
