import { type Hex, parseEther, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowListAdmission, allowListOf, stakedGateData } from '../core.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'

const MIN_STAKE = parseEther('1')

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

const createGated = async (name: string, gateData: Hex) => {
  const gate = { gate: chain.deployment.gates[name]!, gateData }
  const { taskId } = await chain.requester.createTask(await taskParameters(chain, sample, 'open-gold', { gate }))
  return taskId
}

describe('gates that know their workers', () => {
  test('args: an allow list', async () => {
    const accounts = [1, 2, 3].map((index) => accountAt(index).address)
    const taskId = await createGated('allowList', allowListOf(accounts).gateData)
    const admission = allowListAdmission(accounts)
    expect(await chain.worker(2).joinTask({ taskId, admission })).toMatchObject({ slot: 0 })
    await expect(chain.worker(4).joinTask({ taskId, admission })).rejects.toMatchObject({ name: 'NotListedError' })
    // A list of one's own.
    const own = allowListAdmission([...accounts, accountAt(4).address])
    await expect(chain.worker(4).joinTask({ taskId, admission: own })).rejects.toThrow('AllowListGate_NotListed')
    await expect(chain.worker(4).joinTask({ taskId })).rejects.toMatchObject({ name: 'AdmissionMissingError' })
  })

  test('args: a standing stake', async () => {
    const taskId = await createGated('staked', stakedGateData({ token: zeroAddress, minStake: MIN_STAKE }))
    const worker = chain.worker(1)
    await worker.depositStake({ amount: MIN_STAKE - 1n })
    await expect(worker.joinTask({ taskId })).rejects.toThrow('StakedGate_StakeTooLow')
    await worker.depositStake({ amount: 1n })
    expect(await worker.joinTask({ taskId })).toMatchObject({ slot: 0 })
  })
})
