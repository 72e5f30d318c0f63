import { parseEther, zeroAddress } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Batch } from './dataset.ts'
import type { TaskResult } from './outcome.ts'
import { refusalOf } from './parts.ts'
import type { Scenario } from './scenario.ts'
import { ownBrightness, proveSum, statementAbout } from './statistic.ts'

const slots = 2
const rewardPerSlot = parseEther('0.02')
const stakePerSlot = parseEther('0.005')
const windowSeconds = 900n
const token = { address: zeroAddress, symbol: 'ETH', decimals: 18 } as const

/**
 * The statement is the whole task: a data owner proves the sum of 64 values that it committed to and shows to nobody, and the
 * proof pays. Somebody who does not hold the values takes the other place, cannot prove, and loses a part of its stake.
 */
export const direct: Scenario = {
  title: 'direct: any statement of any proof system, the proof pays',
  seconds: windowSeconds * 2n,
  batches: 1,
  run: async (stage, detail) => [await runDirect(stage, await stage.batch(), detail)],
}

async function runDirect(
  { job }: Parameters<Scenario['run']>[0],
  batch: Batch,
  detail: (text: string) => void,
): Promise<TaskResult> {
  const { checks } = job
  const requester = job.client(accounts.requester)
  const keeper = job.client(accounts.keeper)
  const owner = { account: accounts.worker(6), client: job.client(accounts.worker(6)) }
  const pretender = { account: accounts.worker(7), client: job.client(accounts.worker(7)) }
  const start = await latestTimestamp(job.rpcUrl)
  const deadline = (number: bigint): bigint => start + windowSeconds * number
  const title = 'How bright are your images? Direct proof'

  detail('the requester asks for a statement about a commitment')
  const held = ownBrightness(batch)
  const { taskId } = await requester.createStatementTask({
    title,
    datasetVersionId: batch.datasetVersionId,
    rewardPerSlot,
    slots,
    stakePerSlot,
    joinBy: deadline(1n),
    settlement: { kind: 'direct', statement: statementAbout(job, held), proveBy: deadline(2n) },
  })
  const { feePerSlot } = await requester.getTask({ taskId })

  detail('two workers lock a stake and join')
  for (const { client } of [owner, pretender]) await client.depositStake({ amount: stakePerSlot })
  const [first, second] = [await owner.client.joinTask({ taskId }), await pretender.client.joinTask({ taskId })]

  detail('the owner of the data proves the sum')
  const { context } = await requester.getStatement({ taskId, slot: first.slot })
  const sum = await proveSum(job, held, context)
  const paid = await keeper.proveStatement({ taskId, slot: first.slot, ...sum })
  checks.equal(
    'direct: the transaction that proved also paid',
    [paid.payment.reward, paid.payment.withdrawn],
    [rewardPerSlot, rewardPerSlot],
  )
  checks.equal('direct: what was proven is the sum of the values', Number(sum.publicSignals[1]), held.sum)
  checks.check(
    'direct: the receipt verifies again from chain data',
    (await requester.verifyReceipt({ taskId, slot: first.slot })).valid,
  )

  detail('the pretender tries with the proof it has seen, and with values of its own')
  const copied = await refusalOf(() => pretender.client.proveStatement({ taskId, slot: second.slot, ...sum }))
  checks.equal(
    'direct: a proof seen in the mempool is worth nothing in another place',
    copied?.name,
    'StatementSignalsError',
  )
  const itsContext = (await requester.getStatement({ taskId, slot: second.slot })).context
  const invented = await proveSum(job, { ...held, values: held.values.map(() => 1) }, itsContext)
  const refused = await refusalOf(() => pretender.client.proveStatement({ taskId, slot: second.slot, ...invented }))
  checks.equal('direct: values of its own are not the committed ones', refused?.name, 'StatementSignalsError')

  detail('the deadline passes; anyone settles')
  await warpTo(job.rpcUrl, deadline(2n) + 1n)
  const settled = await keeper.settleSlot({ taskId, slot: second.slot })
  checks.equal('direct: the unproven place goes back', settled.outcome, 'returned')
  const { missedSlashBps } = await requester.getParameters()
  const slashed = (stakePerSlot * BigInt(missedSlashBps)) / 10_000n
  const after = await requester.getStake({ account: pretender.account.address })
  checks.equal(
    'direct: who missed the deadline loses the part that governance fixed',
    after.free,
    stakePerSlot - slashed,
  )
  const whole = await requester.getStake({ account: owner.account.address })
  checks.equal('direct: who proved has its stake back', whole.free, stakePerSlot)
  const record = await requester.getRecord({ account: pretender.account.address })
  checks.equal('direct: the record says so', [record.accepted, record.missed], [0, 1])

  const { amount: returned } = await requester.claim({})
  checks.equal('direct: the unused reward returns', returned, rewardPerSlot + feePerSlot)
  await keeper.claim({ recipient: accounts.treasury.address })
  const row = {
    kind: 'holds the data',
    worker: owner.account.address,
    payout: owner.account.address,
    accuracy: null,
    agreement: null,
  }
  return {
    kind: 'direct',
    title,
    asks: 'the sum of 64 private values under a commitment, proven',
    taskId,
    payloadCid: null,
    token,
    rewardPerSlot,
    feePerSlot,
    slots,
    workers: [
      {
        ...row,
        name: 'Gita',
        slot: first.slot,
        outcome: 'paid',
        paid: rewardPerSlot,
        how: `proved the sum ${held.sum} without showing a value`,
        transaction: paid.hash,
      },
      {
        ...row,
        name: 'Hugo',
        kind: 'does not hold the data',
        slot: second.slot,
        worker: pretender.account.address,
        payout: pretender.account.address,
        outcome: 'returned',
        paid: 0n,
        how: 'has no proof of its own, and the one it copied is for another place',
        transaction: settled.hash,
      },
    ],
    returned,
    provingMilliseconds: [sum.milliseconds, invented.milliseconds],
  }
}
