import {
  createClient,
  custom,
  encodeErrorResult,
  encodeFunctionResult,
  HttpRequestError,
  parseAbi,
  RpcRequestError,
  stringToHex,
} from 'viem'
import { readContract } from 'viem/actions'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { contractNames, type Deployment } from '../../deployments.js'
import { decodeRevert } from '../../events/index.js'
import { connect, read, type VeritaskClient } from './context.js'
import { readLogs } from './logs.js'

const url = 'https://node.example/v3/apikey'
const contracts = Object.fromEntries(
  contractNames.map((name, index) => [name, `0x${String(index + 1).padStart(40, '0')}`]),
)
const deployment = { chainId: 31337, blockNumber: 10, contracts } as unknown as Deployment
const LATEST = 1_234n

type Answer = (method: string, params: readonly never[]) => unknown

/** A node that answers as told; whatever is not told, as an empty chain. */
function nodeThat(answer: Answer): VeritaskClient {
  return createClient({
    transport: custom(
      {
        request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
          const told = answer(method, params as never)
          if (told !== undefined) return told
          if (method === 'eth_chainId') return '0x7a69'
          if (method === 'eth_getCode') return '0x60'
          if (method === 'eth_blockNumber') return `0x${LATEST.toString(16)}`
          return []
        },
      },
      { retryCount: 0 },
    ),
  }) as VeritaskClient
}

const status = (code: number, headers?: Record<string, string>) =>
  new HttpRequestError({ url, status: code, ...(headers ? { headers: new Headers(headers) } : {}) })
const rpcError = (code: number, message: string) => new RpcRequestError({ body: {}, url, error: { code, message } })

const logs = (client: VeritaskClient) =>
  readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'TaskCreated' })

type Range = { readonly fromBlock: `0x${string}`; readonly toBlock: `0x${string}` }

describe('getLogs of a node with small ranges', () => {
  /** Refuses ranges longer than `limit` blocks with `refusal`; notes what it answered. */
  function limited(limit: bigint, refusal: unknown) {
    const answered: [bigint, bigint][] = []
    let refused = 0
    const client = nodeThat((method, params) => {
      if (method !== 'eth_getLogs') return undefined
      const { fromBlock, toBlock } = params[0] as unknown as Range
      const [from, to] = [BigInt(fromBlock), BigInt(toBlock)]
      if (to - from + 1n > limit) {
        refused++
        throw refusal
      }
      answered.push([from, to])
      return []
    })
    return { client, answered, refused: () => refused }
  }

  test.each([
    ['100 blocks, as an error', 100n, rpcError(-32602, 'block range is too wide')],
    ['100 blocks, as a limit', 100n, rpcError(-32005, 'query exceeds max block range 100')],
    ['100 blocks, with status 413', 100n, status(413)],
    ['10 blocks, with status 400', 10n, status(400)],
    ['one block', 1n, rpcError(-32000, 'one block at a time')],
  ] as const)('default: %s: every block is asked for once', async (_, limit, refusal) => {
    const { client, answered, refused } = limited(limit, refusal)
    expect(await logs(client)).toEqual([])
    let next = BigInt(deployment.blockNumber)
    for (const [from, to] of answered) {
      expect(from).toBe(next)
      next = to + 1n
    }
    expect(next).toBe(LATEST + 1n)
    // The first range is halved; longer ones are tried again now and then, not at every step.
    expect(refused()).toBeLessThan(12 + answered.length / 8)

    // What was learnt is kept for the next query of this client.
    const before = refused()
    await logs(client)
    expect(refused() - before).toBeLessThan(before)
  })

  test('error: a node that answers no range says so, and is not asked for ever', async () => {
    const { client, refused } = limited(0n, rpcError(-32601, 'the method eth_getLogs does not exist'))
    await expect(logs(client)).rejects.toMatchObject({
      name: 'NodeQueryError',
      message: expect.stringContaining('eth_getLogs does not exist'),
    })
    expect(refused()).toBeLessThan(15)
  })
})

describe('a node that limits requests', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each([
    ['429 with how long to wait', status(429, { 'Retry-After': '7' }), 14],
    ['429', status(429), 3],
    ['429 within the answer', rpcError(429, 'Too Many Requests'), 3],
    ['-32005', rpcError(-32005, 'request rate exceeded'), 3],
    ['-32007', rpcError(-32007, '50/second limit reached'), 3],
  ] as const)('default: %s is waited out', async (_, refusal, seconds) => {
    let left = 2
    const client = nodeThat((method) => {
      if (method === 'eth_getLogs' && left-- > 0) throw refusal
      return undefined
    })
    const start = Date.now()
    const found = logs(client)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await found).toEqual([])
    expect(left).toBe(-1)
    expect(Date.now() - start).toBeGreaterThanOrEqual(seconds * 1000)
  })

  test('error: one that never stops is named', async () => {
    const client = nodeThat((method) => {
      if (method === 'eth_chainId') throw status(429)
      return undefined
    })
    const connected = connect(client, { deployment }).catch((error) => error)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(await connected).toMatchObject({
      name: 'NodeRateLimitError',
      message: expect.stringContaining('https://node.example limits requests'),
    })
  })
})

describe('other refusals', () => {
  test.each([
    [401, 'NodeAccessError', 'refuses access (HTTP status 401)'],
    [403, 'NodeAccessError', 'refuses access (HTTP status 403)'],
    [413, 'NodeRequestTooLargeError', 'HTTP status 413'],
    [502, 'NodeUnreachableError', 'HTTP status 502'],
  ] as const)('error: status %s', async (code, name, text) => {
    const client = nodeThat((method) => {
      if (method === 'eth_chainId') throw status(code)
      return undefined
    })
    const error = await connect(client, { deployment }).catch((thrown) => thrown)
    expect(error).toMatchObject({ name, message: expect.stringContaining(text) })
    // The key in the address is nobody's business.
    expect(error.message).not.toContain('apikey')
  })

  test('error: no code at the address of the deployment is no empty list', async () => {
    const client = nodeThat((method) => (method === 'eth_getCode' ? '0x' : undefined))
    await expect(connect(client, { deployment })).rejects.toMatchObject({
      name: 'ContractMissingError',
      address: deployment.contracts.taskRegistry,
      message: expect.stringContaining('on chain 31337'),
    })
  })

  test('error: an answer without data names the address', async () => {
    const abi = parseAbi(['function f() view returns (uint256)'])
    const address = deployment.contracts.stakeVault
    const client = nodeThat((method) => (method === 'eth_call' ? '0x' : undefined))
    await expect(read(() => readContract(client, { address, abi, functionName: 'f' }))).rejects.toMatchObject({
      name: 'ContractMissingError',
      address,
    })
    const data = encodeFunctionResult({ abi, functionName: 'f', result: 5n })
    const sound = nodeThat((method) => (method === 'eth_call' ? data : undefined))
    expect(await read(() => readContract(sound, { address, abi, functionName: 'f' }))).toBe(5n)
  })
})

describe('refusals of the forwarder', () => {
  const abi = parseAbi([
    'error ERC2771ForwarderExpiredRequest(uint48 deadline)',
    'error ERC2771ForwarderInvalidSigner(address signer, address from)',
    'error ERC2771UntrustfulTarget(address target, address forwarder)',
  ])
  const [signer, from] = [
    '0x00000000000000000000000000000000000000aa',
    '0x00000000000000000000000000000000000000bb',
  ] as const

  test('default: decoded', () => {
    const expired = encodeErrorResult({ abi, errorName: 'ERC2771ForwarderExpiredRequest', args: [1_764_550_000] })
    expect(decodeRevert(expired)).toMatchObject({
      name: 'RelayedRequestExpiredError',
      message: expect.stringContaining('until 1764550000'),
    })
    const other = encodeErrorResult({ abi, errorName: 'ERC2771ForwarderInvalidSigner', args: [signer, from] })
    expect(decodeRevert(other)).toMatchObject({ name: 'RelayedSignatureError' })
    const target = encodeErrorResult({ abi, errorName: 'ERC2771UntrustfulTarget', args: [signer, from] })
    expect(decodeRevert(target)).toMatchObject({ errorName: 'ERC2771UntrustfulTarget' })
    expect(decodeRevert(stringToHex('none')).name).toBe('UnknownRevertError')
  })
})
