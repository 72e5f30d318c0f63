import type { RequesterSecrets, ScoreSubmission } from '@veritask/sdk'
import { type Address, erc20Abi, parseEther } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Job } from './context.ts'
import type { Batch } from './dataset.ts'
import type { Labellers } from './labellers.ts'
import { windowSeconds } from './openGold.ts'
import type { TaskResult, WorkerRow } from './outcome.ts'
import { checkDelivered, checkPayload, join, type Participant, type Work, work } from './parts.ts'
import { runRiggedGold } from './riggedGold.ts'
import { asksForGold, digitRules, drawGold } from './rules.ts'
import type { Scenario } from './scenario.ts'

const slots = 4
const rewardPerSlot = parseEther('25')
/** Scoring, then the time to ask for an audit and as long again to answer it; for each of two tasks. */
const hiddenGoldSeconds = windowSeconds * 10n
const basisPoints = 10_000n

type Detail = (text: string) => void

/**
 * Paid in an ERC-20: workers deliver at once, the requester proves scores and keeps the gold. One is accepted by proof, one
 * rejected by proof, and about one the requester stays silent: silence pays. The rejected one has the gold audited, which the others
 * answer: it loses. Then a task whose gold is rigged, and whose audit pays everybody.
 */
export const hiddenGold: Scenario = {
  title: 'hidden gold: the requester proves the scores, silence pays, audits catch rigged gold',
  seconds: hiddenGoldSeconds,
  batches: 2,
  needs: ['labellers', 'token'],
  run: async (stage, detail) => [
    await runHiddenGold(
      stage.job,
      await stage.batch(),
      await stage.labellers(),
      stage.seed + 201,
      await stage.token(),
      detail,
    ),
    await runRiggedGold(stage.job, await stage.batch(), await stage.labellers(), stage.seed + 202, detail),
  ],
}

async function runHiddenGold(
  job: Job,
  batch: Batch,
  labellers: Labellers,
  seed: number,
  token: Address,
  detail: Detail,
): Promise<TaskResult> {
  const { checks } = job
  const requester = job.client(accounts.requester)
  const keeper = job.client(accounts.keeper)
  const rules = digitRules(batch.items.length)
  const gold = drawGold(batch, seed)
  const title = 'Which digit is it? Hidden gold'
  const start = await latestTimestamp(job.rpcUrl)
  const deadline = (number: bigint): bigint => start + windowSeconds * number
  const balanceOf = (address: Address): Promise<bigint> =>
    requester.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [address] })
  const dana = accounts.worker(3)

  detail('the requester locks a bond, which its gold answers for')
  const { goldBondBps, auditWindow } = await requester.getParameters()
  const bond = (rewardPerSlot * BigInt(slots) * BigInt(goldBondBps)) / basisPoints
  await requester.depositStake({ token, amount: bond })
  // For the bond of the audit that she will ask for.
  const given = await requester.writeContract({
    address: token,
    abi: erc20Abi,
    functionName: 'transfer',
    args: [dana.address, rewardPerSlot],
  })
  await requester.waitForTransactionReceipt({ hash: given })
  await job.client(dana).depositStake({ token, amount: rewardPerSlot })
  const before = await balanceOf(accounts.requester.address)

  detail('the requester opens the task and approves the token')
  const secretsName = 'requester-hidden-gold'
  const { taskId, payloadCid, secrets } = await requester.createTask({
    title,
    instructions: 'Each image shows one handwritten digit. Say which: 0 to 9.',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    items: batch.items,
    datasetVersionId: batch.datasetVersionId,
    token,
    rewardPerSlot,
    slots,
    joinBy: deadline(1n),
    settlement: { kind: 'hidden-gold', rules, gold, submitBy: deadline(2n), scoreBy: deadline(3n) },
    store: job.store,
    onSecrets: job.keep(secretsName),
  })
  await checkPayload(job, requester, taskId, payloadCid, batch)
  const { feePerSlot } = await requester.getTask({ taskId })

  const seats = [
    { labeller: labellers.careful, account: accounts.worker(0), silent: false },
    { labeller: labellers.careless, account: dana, silent: false },
    { labeller: labellers.weak, account: accounts.worker(2), silent: true },
  ]
  const crew: { person: Participant; seat: (typeof seats)[number] }[] = []
  for (const seat of seats) crew.push({ person: await join(job, taskId, seat.labeller, seat.account), seat })
  await requester.wrapContentKeys({ taskId, secrets })

  const provingMilliseconds: number[] = []
  const done: { person: Participant; seat: (typeof seats)[number]; work: Work }[] = []
  for (const { person, seat } of crew) {
    detail(`${seat.labeller.name} labels, proves legality and delivers`)
    const result = await work(job, taskId, person, seat.labeller, batch, gold, rules)
    const started = performance.now()
    const submission = await person.client.proveLabels({ taskId, slot: person.slot, labels: result.labels })
    provingMilliseconds.push(performance.now() - started)
    await person.client.submitLabels({ submission })
    const { state } = await requester.getSlot({ taskId, slot: person.slot })
    checks.equal(`${seat.labeller.name}: delivering alone does not end the place`, state, 'joined')
    done.push({ person, seat, work: result })
  }
  await checkDelivered(
    job,
    requester,
    taskId,
    secretsName,
    done.map(({ person, work: { labels } }) => ({ slot: person.slot, labels })),
  )

  await warpTo(job.rpcUrl, deadline(2n) + 1n)
  const rows: WorkerRow[] = []
  const answered = done.filter(({ seat: { silent } }) => !silent)
  const scores: ScoreSubmission[] = []
  for (const { person, seat } of answered) {
    detail(`the requester proves the score of ${seat.labeller.name}`)
    const started = performance.now()
    scores.push(await requester.proveScore({ taskId, slot: person.slot, secrets }))
    provingMilliseconds.push(performance.now() - started)
  }
  detail('the requester sends the scores together, and one that was made for another place')
  const [moved] = done
    .filter(({ seat: { silent } }) => silent)
    .map(({ person }) => ({ ...scores[0]!, slot: person.slot, payout: person.payout }))
  const { results, transactions } = await requester.scoreSlots({ scores: [...scores, moved!] })
  const strange = results.at(-1)
  checks.equal(
    'a score made for another place is refused, and keeps back no other',
    strange?.outcome === 'refused' ? strange.error.name : strange?.outcome,
    'ProofContextMismatchError',
  )
  checks.equal('all other scores share one transaction', transactions.length, 1)
  for (const [i, { person, seat, work: result }] of answered.entries()) {
    const scored = results[i]
    if (scored?.outcome !== 'scored') throw scored?.error ?? new Error('a score has no result')
    checks.equal(`${seat.labeller.name}: the proven score is the true one`, scored.agreements, result.agreements)
    checks.equal(`${seat.labeller.name}: the score decides`, scored.passed, result.passes)
    checks.equal(
      `${seat.labeller.name}: the payment follows the score`,
      await balanceOf(person.payout),
      result.passes ? rewardPerSlot : 0n,
    )
    checks.check(
      `${seat.labeller.name}: both receipts verify again from chain data`,
      (await requester.verifyReceipt({ taskId, slot: person.slot })).valid &&
        (await requester.verifyReceipt({ receiptId: scored.receiptId })).valid,
    )
    rows.push({
      ...rowOf(person, result, gold.length),
      outcome: result.passes ? 'paid' : 'returned',
      paid: result.passes ? rewardPerSlot : 0n,
      how: `${result.passes ? 'accepted' : 'rejected'} by a proven score of ${scored.agreements}/${scored.goldCount}${result.passes ? '' : ', which an audit of the gold upheld'}`,
      transaction: scored.hash,
    })
  }
  checks.equal('one accepted and one rejected by proof', rows.map(({ outcome }) => outcome).sort(), [
    'paid',
    'returned',
  ])

  detail('the requester stays silent past the last deadline')
  await warpTo(job.rpcUrl, deadline(3n) + 1n)
  await keeper.returnUnfilled({ taskId })
  for (const { person, seat, work: result } of done.filter(({ seat: { silent } }) => silent)) {
    const settled = await keeper.settleSlot({ taskId, slot: person.slot })
    checks.equal(`${seat.labeller.name}: silence pays`, settled.outcome, 'paid')
    await keeper.claim({ recipient: person.payout, token })
    checks.equal(`${seat.labeller.name}: the claim arrived`, await balanceOf(person.payout), rewardPerSlot)
    rows.push({
      ...rowOf(person, result, gold.length),
      outcome: 'paid',
      paid: rewardPerSlot,
      how: 'paid because the requester stayed silent',
      transaction: settled.hash,
    })
  }

  const doubter = answered.find(({ work: { passes } }) => !passes)!.person
  await checkAudit(job, { taskId, person: doubter, secrets, auditEnd: deadline(3n) + BigInt(auditWindow) }, detail)
  const { amount: freed } = await keeper.releaseBond({ taskId })
  checks.equal('the bond of honest gold is free again', freed, bond)

  const paidCount = BigInt(rows.filter(({ outcome }) => outcome === 'paid').length)
  const { amount: returned } = await requester.claim({ token })
  checks.equal(
    'the unused reward returns to the requester',
    returned,
    (BigInt(slots) - paidCount) * (rewardPerSlot + feePerSlot),
  )
  checks.equal(
    'the requester spent what was paid, and the fee',
    before - (await balanceOf(accounts.requester.address)),
    paidCount * (rewardPerSlot + feePerSlot),
  )
  await keeper.claim({ recipient: accounts.treasury.address, token })
  checks.equal('nothing of the token stays in the registry', await balanceOf(job.deployment.contracts.taskRegistry), 0n)

  return {
    kind: 'hidden-gold',
    title,
    asks: asksForGold(rules),
    taskId,
    payloadCid,
    token: { address: token, symbol: 'DEMO', decimals: 18 },
    rewardPerSlot,
    feePerSlot,
    slots,
    workers: rows,
    returned,
    provingMilliseconds,
  }
}

/** Somebody was rejected by honest gold and doubts it: the others' labels say on whose side they are. */
async function checkAudit(
  { checks, client, rpcUrl }: Job,
  asked: {
    readonly taskId: `0x${string}`
    readonly person: Participant
    readonly secrets: RequesterSecrets
    readonly auditEnd: bigint
  },
  detail: Detail,
): Promise<void> {
  const { taskId, person, secrets, auditEnd } = asked
  const { slot, labeller } = person
  const requester = client(accounts.requester)
  const keeper = client(accounts.keeper)
  const waiting = await requester.getSlot({ taskId, slot })
  checks.equal(
    `${labeller.name}: the rejection is provisional`,
    [waiting.state, waiting.outcome],
    ['joined', 'pending'],
  )

  detail(`${labeller.name} asks for an audit of the gold`)
  await person.client.disputeSlot({ taskId, slot })
  detail('the requester proves on whose side the others are, and shows no gold')
  const { audits } = await requester.auditGold({ taskId, secrets })
  checks.equal('the audit is answered by everybody else who delivered', audits[0]?.audited.length, 2)
  const { ruling, withGold, withChallenger } = await keeper.closeAudit({ taskId, slot })
  checks.equal('the others side with the gold', [ruling, withGold > withChallenger], ['dismissed', true])
  const events = await requester.getTaskEvents({ taskId })
  const proven = events.filter((event) => event.eventName === 'ReceiptIssued' && event.contract === 'goldAudit')
  for (const event of proven) {
    if (event.eventName !== 'ReceiptIssued') continue
    const { valid, receipt } = await requester.verifyReceipt({ receiptId: event.args.receiptId })
    checks.check('an answer of the audit verifies again from chain data', valid && receipt.statement === 'audit')
  }

  await warpTo(rpcUrl, auditEnd + 1n)
  await keeper.settleSlot({ taskId, slot })
  const { ending } = await requester.getSlot({ taskId, slot })
  const record = await requester.getRecord({ account: person.account.address })
  checks.equal(
    `${labeller.name}: the rejection stands, and the doubt cost its bond`,
    [ending, record.disputesLost],
    ['rejected', 1],
  )
}

function rowOf(person: Participant, result: Work, goldCount: number) {
  return {
    name: person.labeller.name,
    kind: person.labeller.kind,
    slot: person.slot,
    worker: person.account.address,
    payout: person.payout,
    accuracy: result.accuracy,
    agreement: `${result.agreements}/${goldCount}`,
  }
}
