import { type Hex, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { taskRegistryAbi } from '../generated/abis.js'
import { registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { rpc } from '../testing/foundry.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

const salt: Hex = `0x${'5a'.repeat(32)}`
const [seenStake, laterStake] = [parseEther('0.01'), parseEther('100')]

/** The task under one salt with this stake; the chain forgets it when `then` is done. */
async function branch(stakePerSlot: bigint, then: (taskId: Hex) => Promise<void>): Promise<void> {
  const snapshot = await rpc<Hex>(chain.url, 'evm_snapshot', [])
  const { taskId } = await chain.requester.createTask({ ...(await taskParameters(chain, sample)), salt, stakePerSlot })
  await then(taskId)
  await rpc(chain.url, 'evm_revert', [snapshot])
}

describe('joinTask', () => {
  test('default: joins under the terms of now, and says which they are', async () => {
    await branch(0n, async (taskId) => {
      const { termsHash } = await chain.requester.getTask({ taskId })
      expect(await chain.worker(1).joinTask({ taskId })).toMatchObject({ termsHash, stake: 0n, slot: 0 })
    })
  })

  test('error: after a reorganization the same call does not lock 100 coins', async () => {
    const worker = chain.worker(1)
    await worker.depositStake({ amount: laterStake })
    let seen: Awaited<ReturnType<typeof worker.getTask>> | undefined
    await branch(seenStake, async (taskId) => {
      seen = await worker.getTask({ taskId })
    })
    const task = seen!
    await branch(laterStake, async (taskId) => {
      expect(taskId).toBe(task.taskId)
      const actual = (await worker.getTask({ taskId })).termsHash
      await expect(worker.joinTask({ taskId, task })).rejects.toMatchObject({
        name: 'TermsChangedError',
        changes: expect.arrayContaining([
          `stake per slot: it was ${seenStake}, and is ${laterStake}`,
          'settlement: another encryptionKey, goldCommitment',
        ]),
        details: `agreed ${task.termsHash}, actual ${actual}`,
      })
      await expect(worker.joinTask({ taskId, termsHash: task.termsHash })).rejects.toMatchObject({
        name: 'TermsChangedError',
        changes: [],
      })
      // What was signed before and is sent now is refused by the chain, with the same error.
      const { address } = worker.account
      const joining = { worker: address, payout: address, encryptionKey: salt, relayFee: 0n, termsHash: task.termsHash }
      await expect(
        worker.simulateContract({
          address: chain.deployment.contracts.taskRegistry,
          abi: taskRegistryAbi,
          functionName: 'join',
          args: [taskId, joining, '0x'],
        }),
      ).rejects.toThrow('TaskRegistry_TermsDiffer')
      expect(await worker.getStake({ account: address })).toMatchObject({ locked: 0n })
      // Who has looked again and agrees joins.
      expect(await worker.joinTask({ taskId, termsHash: actual })).toMatchObject({ stake: laterStake })
    })
  })
})
