import { stakeVaultAbi } from '@veritask/sdk/abi'
import { parseEther, zeroAddress } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Job } from './context.ts'
import type { Batch } from './dataset.ts'
import type { Labellers } from './labellers.ts'
import { windowSeconds } from './openGold.ts'
import type { TaskResult, WorkerRow } from './outcome.ts'
import { checkPayload, join, type Participant, refusalOf, type Work, work } from './parts.ts'
import { asksForGold, digitRules, drawGold } from './rules.ts'

const slots = 3
const rewardPerSlot = parseEther('0.02')
const stakePerSlot = parseEther('0.01')
/** Of sixteen gold items; twelve have to agree. */
const riggedItems = 10
const digits = 10
const basisPoints = 10_000n
const token = { address: zeroAddress, symbol: 'ETH', decimals: 18 } as const

/**
 * A requester that wants labels for nothing puts wrong answers into its hidden gold and rejects everybody. The rejections are
 * provisional: one worker asks for an audit, the others' labels side with it, all are paid in full and the bond is burned.
 */
export async function runRiggedGold(
  job: Job,
  batch: Batch,
  labellers: Labellers,
  seed: number,
  detail: (text: string) => void,
): Promise<TaskResult> {
  const { checks } = job
  const requester = job.client(accounts.requester)
  const keeper = job.client(accounts.keeper)
  const rules = digitRules(batch.items.length)
  const honest = drawGold(batch, seed)
  const gold = honest.map(({ index, label }, i) => ({ index, label: i < riggedItems ? (label + 1) % digits : label }))
  const title = 'Which digit is it? Rigged gold'
  const start = await latestTimestamp(job.rpcUrl)
  const deadline = (number: bigint): bigint => start + windowSeconds * number
  const free = async (account: `0x${string}`): Promise<bigint> => (await requester.getStake({ account })).free
  const burned = (): Promise<bigint> =>
    requester.readContract({
      address: job.deployment.contracts.stakeVault,
      abi: stakeVaultAbi,
      functionName: 'burnedOf',
      args: [token.address],
    })

  detail('a requester locks a bond and opens a task whose gold is wrong')
  const { goldBondBps } = await requester.getParameters()
  const bond = (rewardPerSlot * BigInt(slots) * BigInt(goldBondBps)) / basisPoints
  await requester.depositStake({ amount: bond })
  const { taskId, payloadCid, secrets } = await requester.createTask({
    title,
    instructions: 'Each image shows one handwritten digit. Say which: 0 to 9.',
    classes: Array.from({ length: digits }, (_, digit) => String(digit)),
    items: batch.items,
    datasetVersionId: batch.datasetVersionId,
    rewardPerSlot,
    slots,
    stakePerSlot,
    joinBy: deadline(1n),
    settlement: { kind: 'hidden-gold', rules, gold, submitBy: deadline(2n), scoreBy: deadline(3n) },
    store: job.store,
    onSecrets: job.keep('requester-rigged-gold'),
  })
  await checkPayload(job, requester, taskId, payloadCid, batch)
  const { feePerSlot } = await requester.getTask({ taskId })

  const seats = [
    { labeller: labellers.careful, account: accounts.worker(0) },
    { labeller: labellers.second, account: accounts.worker(1) },
    { labeller: labellers.weak, account: accounts.worker(2) },
  ]
  const before = new Map<string, bigint>()
  const crew: Participant[] = []
  for (const { labeller, account } of seats) {
    // The challenger's bond comes out of free stake too.
    await job.client(account).depositStake({ amount: stakePerSlot + rewardPerSlot })
    before.set(account.address, await free(account.address))
    crew.push(await join(job, taskId, labeller, account))
  }
  await requester.wrapContentKeys({ taskId, secrets })
  const provingMilliseconds: number[] = []
  const timed = async <T>(prove: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    const made = await prove()
    provingMilliseconds.push(performance.now() - started)
    return made
  }
  const works: Work[] = []
  for (const [i, person] of crew.entries()) {
    const { labeller } = seats[i]!
    detail(`${labeller.name} labels, proves legality and delivers`)
    const result = await work(job, taskId, person, labeller, batch, honest, rules)
    const { labels } = result
    const submission = await timed(() => person.client.proveLabels({ taskId, slot: person.slot, labels }))
    await person.client.submitLabels({ submission })
    works.push(result)
  }

  detail('the requester scores everybody against its gold')
  const { results } = await requester.scoreSlots({ taskId, slots: crew.map(({ slot }) => slot), secrets })
  checks.equal(
    'rigged gold rejects everybody by proof',
    results.map((result) => result.outcome === 'scored' && result.passed),
    crew.map(() => false),
  )
  const rejected = await requester.getTask({ taskId })
  checks.check(
    'the rejections are provisional: rewards stay in escrow, the bond is held',
    rejected.escrow === (rewardPerSlot + feePerSlot) * BigInt(slots) && rejected.bondState === 'held',
  )
  const hasty = await refusalOf(() => keeper.settleSlot({ taskId, slot: 0 }))
  checks.equal('nobody can end a rejected place yet', hasty?.name, 'OutcomePendingError')
  const released = await refusalOf(() => requester.releaseBond({ taskId }))
  checks.equal('the requester cannot take its bond out', released?.name, 'BondStillHeldError')

  await warpTo(job.rpcUrl, deadline(3n) + 1n)
  const ada = crew[0]!
  detail(`${ada.labeller.name} asks for an audit of the gold`)
  const challengerBond = await ada.client.disputeSlot({ taskId, slot: ada.slot })
  const panel = await requester.getPanel({ taskId, slot: ada.slot })
  checks.equal(
    'with nobody accepted, everybody else is the panel',
    [...panel].sort(),
    crew.slice(1).map(({ slot }) => slot),
  )
  detail('the requester proves on whose side the others are, and shows no gold')
  await requester.auditGold({ taskId, slot: ada.slot, secrets })
  const burnedBefore = await burned()
  const { ruling, withGold, withChallenger, overturnedItems } = await keeper.closeAudit({ taskId, slot: ada.slot })
  checks.equal('the others side with the worker', ruling, 'upheld')
  checks.check('some gold items are overturned', overturnedItems > 0 && withChallenger > withGold)
  checks.equal("the requester's bond is burned, paid to nobody", (await burned()) - burnedBefore, bond)

  detail('anyone settles: everybody who was rejected is paid in full')
  const settled = await keeper.settleSlots({ slots: crew.map(({ slot }) => ({ taskId, slot })) })
  const rows: WorkerRow[] = []
  for (const [i, person] of crew.entries()) {
    const { slot, payout, account, labeller } = person
    const result = settled.results[i]
    const { ending } = await requester.getSlot({ taskId, slot })
    checks.equal(`${labeller.name}: redressed, whoever asked`, ending, 'redressed')
    await keeper.claim({ recipient: payout })
    checks.equal(
      `${labeller.name}: the whole stake is free again`,
      await free(account.address),
      before.get(account.address),
    )
    rows.push({
      name: labeller.name,
      kind: labeller.kind,
      slot,
      worker: account.address,
      payout,
      accuracy: works[i]!.accuracy,
      agreement: `${works[i]!.agreements}/${gold.length}`,
      outcome: 'paid',
      paid: rewardPerSlot,
      how: 'rejected by rigged gold, paid in full by an audit',
      transaction: result === undefined || result.outcome === 'passed-over' ? null : result.hash,
    })
  }
  checks.equal('a truthful challenger gets its bond back', challengerBond.bond, rewardPerSlot)
  const { bondState, phase } = await requester.getTask({ taskId })
  checks.equal('rigging cost the rewards and the bond', [bondState, phase], ['burned', 'completed'])

  return {
    kind: 'hidden-gold',
    title,
    asks: asksForGold(rules),
    taskId,
    payloadCid,
    token,
    rewardPerSlot,
    feePerSlot,
    slots,
    workers: rows,
    returned: 0n,
    provingMilliseconds,
  }
}
