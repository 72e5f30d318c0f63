import { concatHex, type Hex, hexToNumber, parseEther, sliceHex, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, toAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import type { ForwardRequest, Relay } from './internal/context.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

const stake = parseEther('1')

test('default: a worker without a coin joins with a stake, leaves, and takes its stake out', async () => {
  const worker = chain.clientFor(privateKeyToAccount(generatePrivateKey()))
  const account = worker.account.address
  const relayer = chain.worker(2)
  let last: ForwardRequest | undefined
  const relay: Relay = async (request) => {
    last = request
    return (await relayer.relayForwardRequest({ request })).hash
  }
  await relayer.depositStake({ amount: stake, recipient: account })
  const { taskId } = await chain.requester.createTask({
    ...(await taskParameters(chain, sample)),
    stakePerSlot: stake,
  })
  expect(await worker.joinTask({ taskId, relay })).toMatchObject({ slot: 0, stake })
  expect(await worker.getStake({ account })).toMatchObject({ free: 0n, locked: stake })
  expect(await worker.getSlot({ taskId, slot: 0 })).toMatchObject({ worker: account })

  const used = last!
  await expect(relayer.relayForwardRequest({ request: used })).rejects.toMatchObject({ name: 'RelayedSignatureError' })

  expect(await worker.leaveTask({ taskId, relay })).toMatchObject({ slot: 0 })
  expect(await worker.getStake({ account })).toMatchObject({ free: stake, locked: 0n })

  const { withdrawableAt, unbonding } = await worker.unbondStake({ amount: stake, relay })
  expect(unbonding).toBe(stake)
  await chain.passTo(withdrawableAt)
  const to = '0x00000000000000000000000000000000000000c9'
  expect(await worker.withdrawStake({ to, relay })).toMatchObject({ recipient: account, amount: stake })
  expect(await worker.getBalance({ address: to })).toBe(stake)
  expect(await worker.getBalance({ address: account })).toBe(0n)
})

test('error: a signed call that is brought too late', async () => {
  const worker = chain.clientFor(privateKeyToAccount(generatePrivateKey()))
  await chain.requester.depositStake({ amount: 5n, recipient: worker.account.address })
  let signed: ForwardRequest | undefined
  const keep: Relay = async (request) => {
    signed = request
    throw new Error('kept')
  }
  await expect(worker.unbondStake({ amount: 5n, relay: keep })).rejects.toThrow('kept')
  await chain.passTo(BigInt(signed!.deadline) + 1n)
  await expect(chain.requester.relayForwardRequest({ request: signed! })).rejects.toMatchObject({
    name: 'RelayedRequestExpiredError',
  })
})

test('default: a signature that ends in 0 or 1, as a Ledger gives it, is taken', async () => {
  const key = privateKeyToAccount(generatePrivateKey())
  const shortened = (signature: Hex) =>
    concatHex([sliceHex(signature, 0, 64), toHex(hexToNumber(sliceHex(signature, 64)) - 27, { size: 1 })])
  const ledger = toAccount({
    address: key.address,
    signMessage: key.signMessage,
    signTransaction: key.signTransaction,
    signTypedData: async (typed) => shortened(await key.signTypedData(typed)),
  })
  const relayer = chain.worker(2)
  await relayer.depositStake({ amount: 6n, recipient: key.address })
  const worker = chain.clientFor(ledger)
  const relay: Relay = async (request) => (await relayer.relayForwardRequest({ request })).hash
  expect(await worker.unbondStake({ amount: 3n, relay })).toMatchObject({ unbonding: 3n })
  // A file that another program wrote still has it.
  const raw: Relay = async (request) => {
    const signature = shortened(request.signature)
    return (await relayer.relayForwardRequest({ request: { ...request, signature } })).hash
  }
  expect(await worker.unbondStake({ amount: 3n, relay: raw })).toMatchObject({ unbonding: 6n })
})
