import { formatEther, parseEther, zeroAddress } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Batch } from './dataset.ts'
import type { TaskResult, WorkerRow } from './outcome.ts'
import { refusalOf } from './parts.ts'
import type { Scenario } from './scenario.ts'
import { ownBrightness, proveSum, statementAbout } from './statistic.ts'

const slots = 3
const rewardPerSlot = parseEther('0.03')
const stakePerSlot = parseEther('0.01')
const windowSeconds = 900n
const token = { address: zeroAddress, symbol: 'ETH', decimals: 18 } as const

/**
 * Three claims with a stake behind each. Nobody disputes the first: it is paid without a proof. A troll disputes the second: the
 * worker proves it and gets half of the troll's bond. The third is a lie: its worker cannot prove it and loses its stake, half of it to
 * who disputed. The other halves go to the treasury, so that disputing oneself is no way out.
 */
export const optimistic: Scenario = {
  title: 'optimistic: a claim pays, a dispute needs a proof, the loser pays the winner',
  seconds: windowSeconds * 4n,
  batches: 1,
  run: async (stage, detail) => [await runOptimistic(stage, await stage.batch(), detail)],
}

async function runOptimistic(
  { job }: Parameters<Scenario['run']>[0],
  batch: Batch,
  detail: (text: string) => void,
): Promise<TaskResult> {
  const { checks } = job
  const requester = job.client(accounts.requester)
  const keeper = job.client(accounts.keeper)
  const troll = job.client(accounts.worker(9))
  const start = await latestTimestamp(job.rpcUrl)
  const deadline = (number: bigint): bigint => start + windowSeconds * number
  const title = 'How bright are your images? Optimistic'
  const free = async (account: `0x${string}`): Promise<bigint> => (await requester.getStake({ account })).free

  detail('the requester opens the task')
  const held = ownBrightness(batch)
  const { taskId } = await requester.createStatementTask({
    title,
    datasetVersionId: batch.datasetVersionId,
    rewardPerSlot,
    slots,
    stakePerSlot,
    joinBy: deadline(1n),
    settlement: {
      kind: 'optimistic',
      statement: statementAbout(job, held),
      claimBy: deadline(2n),
      challengeWindow: Number(windowSeconds),
      proveWindow: Number(windowSeconds),
    },
  })
  const { feePerSlot } = await requester.getTask({ taskId })

  detail('three workers lock a stake, join and claim')
  const cast = [
    { name: 'Ines', kind: 'claims the true sum', account: accounts.worker(6), error: 0n },
    { name: 'Jonas', kind: 'claims the true sum, and is disputed', account: accounts.worker(7), error: 0n },
    { name: 'Kim', kind: 'claims one too many', account: accounts.worker(8), error: 1n },
  ] as const
  const before = new Map<string, bigint>()
  const places: { slot: number; signals: readonly bigint[] }[] = []
  for (const { account, error } of cast) {
    const client = job.client(account)
    await client.depositStake({ amount: stakePerSlot })
    before.set(account.address, await free(account.address))
    const { slot } = await client.joinTask({ taskId })
    const { context } = await client.getStatement({ taskId, slot })
    const signals = [held.commitment, BigInt(held.sum) + error, context]
    await client.claimStatement({ taskId, publicSignals: signals })
    places.push({ slot, signals })
  }
  const [ines, jonas, kim] = places as [(typeof places)[number], (typeof places)[number], (typeof places)[number]]

  detail('a troll disputes a true claim, the requester a false one')
  for (const client of [troll, requester]) await client.depositStake({ amount: stakePerSlot })
  await troll.disputeSlot({ taskId, slot: jonas.slot })
  await requester.disputeSlot({ taskId, slot: kim.slot })
  const { context } = await requester.getStatement({ taskId, slot: jonas.slot })
  const proof = await proveSum(job, held, context)
  const proven = await keeper.proveClaim({ taskId, slot: jonas.slot, proof: proof.proof })
  checks.equal('optimistic: a disputed claim that is proven is paid at once', proven.payment.reward, rewardPerSlot)
  checks.equal(
    "optimistic: and half of the challenger's bond is the worker's",
    (await free(accounts.worker(7).address)) - (before.get(accounts.worker(7).address) ?? 0n),
    stakePerSlot / 2n,
  )
  const lie = await refusalOf(() => keeper.proveClaim({ taskId, slot: kim.slot, proof: proof.proof }))
  checks.check('optimistic: a false claim has no proof', lie !== undefined, 'a false claim was proven')

  detail('windows pass; anyone settles')
  await warpTo(job.rpcUrl, (await latestTimestamp(job.rpcUrl)) + windowSeconds + 1n)
  const silent = await keeper.settleSlot({ taskId, slot: ines.slot })
  checks.equal('optimistic: a claim that nobody disputes is paid without a proof', silent.outcome, 'paid')
  await keeper.claim({ recipient: accounts.worker(6).address })
  const requesterBefore = await free(accounts.requester.address)
  const { ruling } = await keeper.resolveClaim({ taskId, slot: kim.slot })
  checks.equal('optimistic: an unproven claim loses its dispute', ruling, 'upheld')
  checks.equal(
    "optimistic: and half of its stake is the challenger's, who also has its bond back",
    (await free(accounts.requester.address)) - requesterBefore,
    stakePerSlot + stakePerSlot / 2n,
  )
  const record = await requester.getRecord({ account: accounts.worker(8).address })
  checks.equal('optimistic: the record says so', record.disputesLost, 1)

  const { amount: returned } = await requester.claim({})
  checks.equal('optimistic: the reward of the false claim returns', returned, rewardPerSlot + feePerSlot)
  await keeper.claim({ recipient: accounts.treasury.address })
  const hows = [
    'claimed, and nobody disputed it',
    `disputed, proved, and won ${formatEther(stakePerSlot / 2n)} ETH of the challenger's bond`,
    `claimed a false sum and lost ${formatEther(stakePerSlot)} ETH, half of it to the challenger`,
  ]
  const workers = cast.map(({ name, kind, account }, index): WorkerRow => {
    const lost = index === 2
    return {
      name,
      kind,
      slot: places[index]?.slot ?? index,
      worker: account.address,
      payout: account.address,
      accuracy: null,
      agreement: null,
      outcome: lost ? 'returned' : 'paid',
      paid: lost ? 0n : rewardPerSlot,
      how: hows[index] ?? '',
      transaction: index === 0 ? silent.hash : index === 1 ? proven.hash : null,
    }
  })
  return {
    kind: 'optimistic',
    title,
    asks: 'the sum of 64 private values under a commitment, claimed, proven only when disputed',
    taskId,
    payloadCid: null,
    token,
    rewardPerSlot,
    feePerSlot,
    slots,
    workers,
    returned,
    provingMilliseconds: [proof.milliseconds],
  }
}
