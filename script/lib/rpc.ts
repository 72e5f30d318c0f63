export class RpcError extends Error {
  override readonly name = 'RpcError'
}

let nextId = 1

/** One JSON-RPC call, for the anvil methods viem has no plain function for. */
export async function rpc<T>(url: string, method: string, params: readonly unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: nextId++, method, params }),
  })
  const answer = (await response.json()) as { result?: T; error?: { message: string } }
  if (answer.error !== undefined) throw new RpcError(`${method}: ${answer.error.message}`)
  return answer.result as T
}

/** Moves the chain's clock so that the next block is at `timestamp` (seconds), and mines it. Done when the chain is there already. */
export async function warpTo(url: string, timestamp: bigint): Promise<void> {
  try {
    await rpc(url, 'evm_setNextBlockTimestamp', [`0x${timestamp.toString(16)}`])
  } catch (error) {
    // The chain mines by itself too, and may have got there meanwhile.
    if ((await latestTimestamp(url)) < timestamp) throw error
  }
  await rpc(url, 'evm_mine')
}

export async function latestTimestamp(url: string): Promise<bigint> {
  const block = await rpc<{ timestamp: string }>(url, 'eth_getBlockByNumber', ['latest', false])
  return BigInt(block.timestamp)
}

/** Calls `probe` until it answers something, or throws what it last threw. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  { timeoutMilliseconds = 60_000, everyMilliseconds = 100 } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMilliseconds
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const result = await probe()
      if (result !== undefined) return result
      last = undefined
    } catch (error) {
      last = error
    }
    await new Promise((done) => setTimeout(done, everyMilliseconds))
  }
  throw new Error(`${what} did not happen within ${timeoutMilliseconds / 1000} s`, { cause: last })
}
