import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createTestClient, http, publicActions, walletActions } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'

/** The npm wrapper hides how anvil ended, so the binary of the platform's own package is run. */
const binary = fileURLToPath(
  new URL(
    `../../../node_modules/@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/anvil`,
    import.meta.url,
  ),
)

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export async function startAnvil() {
  const port = await freePort()
  const child = spawn(binary, ['--port', String(port), '--silent', '--order', 'fifo'], { stdio: 'inherit' })
  const rpcUrl = `http://127.0.0.1:${port}`
  const client = testClient(rpcUrl)
  for (let attempt = 0; ; attempt += 1) {
    if (await client.getChainId().catch(() => null)) break
    if (attempt > 100) throw new Error('anvil did not start')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  // Every block a second of its own, so that no column can pass with the time of another event.
  await client.setBlockTimestampInterval({ interval: 1 })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  return {
    rpcUrl,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

export function testClient(rpcUrl: string) {
  return createTestClient({ mode: 'anvil', chain: foundry, transport: http(rpcUrl), pollingInterval: 20, cacheTime: 0 })
    .extend(publicActions)
    .extend(walletActions)
}

export type TestClient = ReturnType<typeof testClient>

/** Anvil's public development accounts. */
export function accountOf(index: number) {
  return mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex: index })
}
