import { custom, HttpRequestError, parseEther, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stakedGateData } from '../gates/index.js'
import { accountAt, registerSample, type Sample, startChain, type TestChain, taskParameters } from '../testing/chain.js'
import { flakyTransport } from '../testing/flaky.js'
import { rpc } from '../testing/foundry.js'

let chain: TestChain
let sample: Sample

beforeAll(async () => {
  chain = await startChain()
  sample = await registerSample(chain)
})
afterAll(() => chain?.stop())

const stake = parseEther('1')

describe('a stake of the native coin', () => {
  test('default: deposited for oneself and for another, unbonded, withdrawn after the delay', async () => {
    const worker = chain.worker(1)
    const account = worker.account.address
    await worker.depositStake({ amount: stake })
    const gift = await chain.requester.depositStake({ amount: 5n, recipient: account })
    expect(gift).toMatchObject({ recipient: account, amount: 5n, found: false })
    expect(await worker.getStake({ account })).toMatchObject({ free: stake + 5n, locked: 0n, unbonding: 0n })

    await expect(worker.withdrawStake()).rejects.toMatchObject({ name: 'NothingUnbondingError' })
    const { withdrawableAt, unbonding } = await worker.unbondStake({ amount: 5n })
    expect(unbonding).toBe(5n)
    await expect(worker.withdrawStake()).rejects.toMatchObject({ name: 'StillUnbondingError' })
    await chain.passTo(withdrawableAt)
    // Anyone may call; the money goes to its owner.
    expect(await chain.requester.withdrawStake({ recipient: account })).toMatchObject({ amount: 5n })
    expect(await worker.getStake({ account })).toMatchObject({ free: stake, unbonding: 0n })

    // Only its owner sends it elsewhere.
    const to = '0x00000000000000000000000000000000000000c7'
    await expect(chain.requester.withdrawStake({ recipient: account, to })).rejects.toMatchObject({
      name: 'NotOwnStakeError',
    })
    await chain.passTo((await worker.unbondStake({ amount: 3n })).withdrawableAt)
    expect(await worker.withdrawStake({ to })).toMatchObject({ recipient: account, amount: 3n })
    expect(await chain.requester.getBalance({ address: to })).toBe(3n)
    await worker.depositStake({ amount: 3n })
  })

  test('default: an answer that was lost is looked up, and nothing is deposited twice', async () => {
    const account = accountAt(5).address
    const flaky = flakyTransport(chain.url, { eth_sendRawTransaction: ['drop-response', 'drop-response'] })
    const client = chain.clientFor(accountAt(5), flaky.transport)
    await client.depositStake({ amount: stake })
    expect(await client.getStake({ account })).toMatchObject({ free: stake })
    await client.unbondStake({ amount: stake })
    expect(await client.getStake({ account })).toMatchObject({ free: 0n, unbonding: stake })
    expect(flaky.pending()).toBe(0)
  })

  test('default, error: what a stranger had paid to the owner is not taken for the payment elsewhere', async () => {
    const to = '0x00000000000000000000000000000000000000c8'
    const account = accountAt(9).address
    const own = chain.clientFor(accountAt(9))
    /** A wallet behind a node that loses its answer, and before it whatever `first` does. */
    const losing = (first: () => Promise<unknown>, arrives: boolean) =>
      chain.clientFor(
        account,
        custom(
          {
            request: async ({ method, params = [] }: { method: string; params?: readonly unknown[] }) => {
              if (method !== 'eth_sendTransaction') return rpc(chain.url, method, params)
              await first()
              if (arrives) await rpc(chain.url, method, params)
              throw new HttpRequestError({ url: chain.url, cause: new Error('socket hang up') })
            },
          },
          { retryCount: 0 },
        ),
      )
    await own.depositStake({ amount: 7n })
    await chain.passTo((await own.unbondStake({ amount: 3n })).withdrawableAt)
    const ofStranger = () => chain.requester.withdrawStake({ recipient: account })
    await expect(losing(ofStranger, false).withdrawStake({ to })).rejects.toMatchObject({
      name: 'StakeWithdrawnOtherwiseError',
    })
    expect(await own.getBalance({ address: to })).toBe(0n)

    await chain.passTo((await own.unbondStake({ amount: 4n })).withdrawableAt)
    const found = losing(async () => undefined, true).withdrawStake({ to })
    expect(await found).toMatchObject({ recipient: account, amount: 4n })
    expect(await own.getBalance({ address: to })).toBe(4n)
  })

  test('error: amounts that are none, and more than is free or owned', async () => {
    const worker = chain.worker(2)
    for (const amount of [0n, -1n, 2n ** 128n]) {
      await expect(worker.depositStake({ amount })).rejects.toMatchObject({ name: 'StakeAmountError' })
      await expect(worker.unbondStake({ amount })).rejects.toMatchObject({ name: 'StakeAmountError' })
    }
    await expect(worker.unbondStake({ amount: 1n })).rejects.toMatchObject({ name: 'NotEnoughStakeError', missing: 1n })
    await expect(worker.depositStake({ amount: parseEther('100000') })).rejects.toMatchObject({
      name: 'InsufficientFundsError',
    })
  })
})

test('a stake of an ERC-20: the missing allowance is approved', async () => {
  const worker = chain.worker(3)
  const account = worker.account.address
  await chain.mint(account, 100n)
  await worker.depositStake({ token: chain.token, amount: 60n })
  expect(await worker.getStake({ account, token: chain.token })).toMatchObject({ free: 60n })
  expect(await chain.tokenBalance(account)).toBe(40n)
  await expect(worker.depositStake({ token: chain.token, amount: 41n })).rejects.toMatchObject({
    name: 'InsufficientFundsError',
  })
})

describe('a task with a stake', () => {
  test('default: joining locks it, leaving frees it, and the seat is gone', async () => {
    const worker = chain.worker(4)
    const account = worker.account.address
    const { taskId } = await chain.requester.createTask(
      await taskParameters(chain, sample, 'open-gold', { stakePerSlot: stake, slots: 2 }),
    )
    expect(await chain.requester.getTask({ taskId })).toMatchObject({ stakePerSlot: stake, bondState: 'none' })
    await expect(worker.joinTask({ taskId })).rejects.toMatchObject({ name: 'NotEnoughStakeError', missing: stake })
    await worker.depositStake({ amount: stake })
    const { slot } = await worker.joinTask({ taskId })
    expect(await worker.getStake({ account })).toMatchObject({ free: 0n, locked: stake })

    await expect(chain.worker(5).leaveTask({ taskId })).rejects.toMatchObject({ name: 'NotWorkerError' })
    await expect(chain.worker(5).leaveTask({ taskId, slot })).rejects.toMatchObject({ name: 'NotWorkerError' })
    const left = await worker.leaveTask({ taskId })
    expect(left).toMatchObject({ slot, found: false })
    expect(await worker.leaveTask({ taskId })).toMatchObject({ found: true, hash: left.hash })
    expect(await worker.getStake({ account })).toMatchObject({ free: stake, locked: 0n })
    expect(await worker.getSlot({ taskId, slot })).toMatchObject({ state: 'returned', ending: 'left' })
    expect(await worker.getRecord({ account })).toMatchObject({ accepted: 0, unproven: 0, missed: 0 })
  })

  test('error: what was handed in cannot be left, nor a slot after the leave window', async () => {
    const worker = chain.worker(6)
    const { taskId, secrets } = await chain.requester.createTask(await taskParameters(chain, sample))
    await worker.joinTask({ taskId })
    await worker.commitLabels({ taskId, labels: sample.truth })
    await expect(worker.leaveTask({ taskId })).rejects.toMatchObject({ name: 'AlreadyHandedInError' })
    const late = chain.worker(7)
    await late.joinTask({ taskId })
    await chain.requester.wrapContentKeys({ taskId, secrets })
    const { leaveWindow } = await late.getParameters()
    await chain.passTo((await chain.now()) + BigInt(leaveWindow))
    await expect(late.leaveTask({ taskId })).rejects.toMatchObject({ name: 'DeadlinePassedError' })
  })
})

describe('who is let in', () => {
  test('default: a gate that looks at stakes', async () => {
    const gate = chain.deployment.gates.staked!
    const gateData = stakedGateData({ token: zeroAddress, minStake: stake })
    const { taskId } = await chain.requester.createTask(
      await taskParameters(chain, sample, 'open-gold', { gate: { gate, gateData } }),
    )
    expect(await chain.requester.getTask({ taskId })).toMatchObject({ gate })
    await expect(chain.worker(8).joinTask({ taskId })).rejects.toMatchObject({ name: 'ContractRevertError' })
    await chain.worker(8).depositStake({ amount: stake })
    expect(await chain.worker(8).joinTask({ taskId })).toMatchObject({ slot: 0 })
  })

  test('error: no gate of the protocol, no evidence, a relay fee too high', async () => {
    const stranger = { gate: accountAt(1).address, gateData: '0x' } as const
    const refused = await taskParameters(chain, sample, 'open-gold', { gate: stranger })
    await expect(chain.requester.createTask(refused)).rejects.toMatchObject({ name: 'GateNotAllowedError' })
    const gate = { gate: chain.deployment.gates.allowList!, gateData: `0x${'11'.repeat(32)}` } as const
    const parameters = await taskParameters(chain, sample, 'open-gold', { gate })
    const { taskId } = await chain.requester.createTask(parameters)
    await expect(chain.worker(1).joinTask({ taskId })).rejects.toMatchObject({ name: 'AdmissionMissingError' })
    const relayFee = parameters.rewardPerSlot / 2n + 1n
    await expect(chain.worker(1).joinTask({ taskId, relayFee, admission: '0x' })).rejects.toMatchObject({
      name: 'RelayFeeTooHighError',
    })
  })
})

describe('parameters', () => {
  test('default: the latest and every version, and a task keeps its own', async () => {
    const latest = await chain.requester.getParameters()
    expect(latest).toMatchObject({ version: 1, feeBps: chain.feeBps })
    expect(await chain.requester.getParameters({ version: 1 })).toEqual(latest)
    expect(await chain.requester.listParameters()).toMatchObject([{ version: 1, feeBps: chain.feeBps }])
    const { taskId } = await chain.requester.createTask(await taskParameters(chain, sample))
    expect(await chain.requester.getTask({ taskId })).toMatchObject({ parametersVersion: 1 })
    await expect(chain.requester.getParameters({ version: 2 })).rejects.toMatchObject({
      errorName: 'ProtocolParameters_UnknownVersion',
    })
  })
})
