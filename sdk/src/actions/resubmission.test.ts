import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { taskRegistryAbi } from '../generated/abis.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { type Fault, flakyTransport } from '../testing/flaky.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

const nonceOf = (index: number) =>
  chain.requester.getTransactionCount({ address: accountAt(index).address, blockTag: 'latest' })

/** A client that signs itself and loses the answers given. */
const signing = (index: number, faults: { [method: string]: readonly Fault[] }) => {
  const flaky = flakyTransport(chain.url, faults)
  return { client: chain.clientFor(accountAt(index), flaky.transport), ...flaky }
}

/** A client whose node signs, so that no hash is known when the answer is lost. */
const unlocked = (index: number, faults: { [method: string]: readonly Fault[] }) => {
  const flaky = flakyTransport(chain.url, faults)
  return { client: chain.clientFor(accountAt(index).address, flaky.transport), ...flaky }
}

describe('the answer to a transaction is lost after the node took it', () => {
  test.each([
    ['signed here', signing, 'eth_sendRawTransaction'],
    ['signed by the node', unlocked, 'eth_sendTransaction'],
  ] as const)('default: %s, every step happens once', async (_, connect, method) => {
    const lost = { [method]: ['drop-response'] as const }
    const requesterNonce = await nonceOf(0)
    const requester = connect(0, lost)
    const parameters = await taskParameters(chain, sample, 'open-gold', { slots: 1 })
    const { taskId, secrets } = await requester.client.createTask(parameters)
    expect(requester.pending()).toBe(0)
    expect(await nonceOf(0)).toBe(requesterNonce + 1)

    const index = connect === signing ? 1 : 2
    const workerNonce = await nonceOf(index)
    const joined = await connect(index, lost).client.joinTask({ taskId })
    expect(joined.slot).toBe(0)
    expect(await connect(0, lost).client.wrapContentKeys({ taskId, secrets })).toMatchObject({ wrapped: [0] })
    const committed = await connect(index, lost).client.commitLabels({ taskId, labels: sample.truth })
    await connect(0, lost).client.openGold({ taskId, secrets })
    const worker = connect(index, lost)
    const submission = await worker.client.proveLabels({
      taskId,
      labels: sample.truth,
      salt: committed.secrets.salt,
      slot: 0,
    })
    const balance = await chain.requester.getBalance({ address: chain.deployment.contracts.taskRegistry })
    const paid = await worker.client.submitProof({ submission, transferNow: false })
    expect(paid.payment.reward).toBe(parameters.rewardPerSlot)
    expect(await chain.requester.getBalance({ address: chain.deployment.contracts.taskRegistry })).toBe(balance)
    expect(await connect(index, lost).client.claim({})).toMatchObject({ amount: parameters.rewardPerSlot })
    expect(await nonceOf(index)).toBe(workerNonce + 4)
    expect(await nonceOf(0)).toBe(requesterNonce + 3)
  })

  test('default: called again after a crash, each step finds what it did and sends nothing', async () => {
    const { requester } = chain
    const parameters = await taskParameters(chain, sample, 'hidden-gold', { slots: 1 })
    const created = await requester.createTask(parameters)
    const again = await requester.createTask({ ...parameters, secrets: created.secrets })
    expect(again).toMatchObject({ found: true, hash: created.hash, taskId: created.taskId })
    await expect(requester.createTask({ ...parameters, salt: created.secrets.salt })).rejects.toMatchObject({
      name: 'TaskExistsError',
    })

    const { taskId, secrets } = created
    const worker = chain.worker(3)
    const joined = await worker.joinTask({ taskId })
    expect(await worker.joinTask({ taskId, secrets: joined.secrets })).toMatchObject({ found: true, slot: joined.slot })
    const submission = await worker.proveLabels({ taskId, labels: sample.truth })
    const first = await worker.submitLabels({ submission })
    expect(await worker.submitLabels({ submission })).toMatchObject({ found: true, hash: first.hash })
    const scored = await requester.scoreSlot({ taskId, slot: 0, secrets })
    const before = await nonceOf(0)
    expect(await requester.scoreSlot({ taskId, slot: 0, secrets })).toMatchObject({
      found: true,
      hash: scored.hash,
      agreements: 16,
    })
    expect(await requester.settleSlot({ taskId, slot: 0 })).toMatchObject({ found: true, outcome: 'paid' })
    expect(await nonceOf(0)).toBe(before)
  })
})

describe('the request itself is lost', () => {
  test('default: the same signed bytes are sent again, and once is enough', async () => {
    const { client, sent } = signing(4, { eth_sendRawTransaction: ['drop-request', 'drop-request'] })
    const { taskId } = await chain.requester.createTask(await taskParameters(chain, sample))
    const nonce = await nonceOf(4)
    const joined = await client.joinTask({ taskId })
    expect(joined.found).toBe(false)
    expect(new Set(sent).size).toBe(1)
    expect(await nonceOf(4)).toBe(nonce + 1)
  })

  test('default: another transaction takes the nonce, and the call is signed anew', async () => {
    const { taskId } = await chain.requester.createTask(await taskParameters(chain, sample))
    const two = chain.clientFor(accountAt(5))
    const [joined] = await Promise.all([
      two.joinTask({ taskId }),
      two.sendTransaction({ to: accountAt(6).address, value: 1n }).catch(() => undefined),
    ])
    expect(await chain.requester.getSlot({ taskId, slot: joined.slot })).toMatchObject({ worker: accountAt(5).address })
  })

  test('error: a node that is gone says so', async () => {
    const { client } = signing(7, { eth_chainId: ['drop-request'] })
    await expect(client.listTasks()).rejects.toMatchObject({ name: 'NodeUnreachableError' })
  })
})

test('the escrow holds exactly what is owed after all of this', async () => {
  const tasks = await chain.requester.listTasks({})
  const owed = await Promise.all(tasks.map(async ({ taskId }) => (await chain.requester.getTask({ taskId })).escrow))
  const { taskRegistry } = chain.deployment.contracts
  const credits = await Promise.all(
    [
      ...Array.from({ length: 8 }, (_, index) => accountAt(index).address),
      '0x000000000000000000000000000000000000fee5' as const,
    ].map((recipient) =>
      chain.requester.readContract({
        address: taskRegistry,
        abi: taskRegistryAbi,
        functionName: 'creditOf',
        args: [recipient, '0x0000000000000000000000000000000000000000'],
      }),
    ),
  )
  const total = [...owed, ...credits].reduce((sum, amount) => sum + amount, 0n)
  expect(await chain.requester.getBalance({ address: taskRegistry })).toBe(total)
})
