import { AgreementBelowThresholdError, CommitmentMismatchError, randomSalt } from '@veritask/sdk'
import { openGoldSettlementAbi } from '@veritask/sdk/abi'
import { parseEther, zeroAddress } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import { deployHelper } from './artifacts.ts'
import type { Job } from './context.ts'
import type { Batch } from './dataset.ts'
import type { Labellers } from './labellers.ts'
import type { TaskResult, WorkerRow } from './outcome.ts'
import { checkDelivered, checkPayload, join, type Participant, refusalOf, revertOf, type Work, work } from './parts.ts'
import { asksForGold, digitRules, drawGold } from './rules.ts'
import type { Scenario } from './scenario.ts'

const slots = 8
const rewardPerSlot = parseEther('0.01')
/** Between two deadlines, in seconds of chain time: ample for a slow machine, skipped by moving the clock. */
export const windowSeconds = 900n
const openGoldSeconds = windowSeconds * 4n

type Detail = (text: string) => void

/**
 * Workers commit, the requester opens the gold, each proves and is paid at once. Eight places; six people come, of whom one
 * is paid to a contract that refuses money, two label too badly, and one only copied a commitment.
 */
export const openGold: Scenario = {
  title: 'open gold: the worker proves, the chain pays at once',
  seconds: openGoldSeconds,
  batches: 1,
  needs: ['labellers'],
  run: async (stage, detail) => [
    await runOpenGold(stage.job, await stage.batch(), await stage.labellers(), stage.seed + 200, detail),
  ],
}

async function runOpenGold(
  job: Job,
  batch: Batch,
  labellers: Labellers,
  seed: number,
  detail: Detail,
): Promise<TaskResult> {
  const { checks } = job
  const requester = job.client(accounts.requester)
  const keeper = job.client(accounts.keeper)
  const rules = digitRules(batch.items.length)
  const gold = drawGold(batch, seed)
  const title = 'Which digit is it? Open gold'
  const start = await latestTimestamp(job.rpcUrl)
  const deadline = (number: bigint): bigint => start + windowSeconds * number

  const held = (): Promise<bigint> => requester.getBalance({ address: job.deployment.contracts.taskRegistry })
  const heldBefore = await held()

  detail('the requester encrypts the images and opens the task')
  const secretsName = 'requester-open-gold'
  const { taskId, payloadCid, secrets } = await requester.createTask({
    title,
    instructions: 'Each image shows one handwritten digit. Say which: 0 to 9.',
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    items: batch.items,
    datasetVersionId: batch.datasetVersionId,
    rewardPerSlot,
    slots,
    joinBy: deadline(1n),
    settlement: {
      kind: 'open-gold',
      rules,
      gold,
      commitBy: deadline(2n),
      openBy: deadline(3n),
      proveBy: deadline(4n),
    },
    store: job.store,
    onSecrets: job.keep(secretsName),
  })
  await checkPayload(job, requester, taskId, payloadCid, batch)
  const { feePerSlot } = await requester.getTask({ taskId })

  detail('workers join and get the content key')
  const refusing = await deployHelper(keeper, 'RefusingRecipient', [accounts.worker(1).address])
  const seats = [
    { labeller: labellers.careful, account: accounts.worker(0) },
    { labeller: labellers.second, account: accounts.worker(1), payout: refusing },
    { labeller: labellers.weak, account: accounts.worker(2) },
    { labeller: labellers.careless, account: accounts.worker(3) },
    { labeller: labellers.guesser, account: accounts.worker(4) },
  ] as const
  const crew: { person: Participant; seat: (typeof seats)[number] }[] = []
  for (const seat of seats) {
    const payout = 'payout' in seat ? seat.payout : seat.account.address
    crew.push({ person: await join(job, taskId, seat.labeller, seat.account, payout), seat })
  }
  const copier = await join(
    job,
    taskId,
    { name: 'Fay', kind: "copies Ada's commitment from the chain" },
    accounts.worker(5),
  )
  const { wrapped } = await requester.wrapContentKeys({ taskId, secrets })
  checks.equal('every worker got the content key', wrapped, [...crew.map(({ person }) => person.slot), copier.slot])

  const done: { person: Participant; work: Work; salt: `0x${string}` }[] = []
  for (const { person, seat } of crew) {
    detail(`${seat.labeller.name} decrypts, labels and commits`)
    const result = await work(job, taskId, person, seat.labeller, batch, gold, rules)
    const committed = await person.client.commitLabels({
      taskId,
      labels: result.labels,
      onSecrets: job.keep(`labels-${seat.labeller.name}-${taskId.slice(2, 10)}`),
    })
    done.push({ person, work: result, salt: committed.secrets.salt })
  }
  const story = (name: string) => done.find(({ person }) => person.labeller.name === name) as (typeof done)[number]
  checks.check('a careful classifier would pass', story(labellers.careful.name).work.passes)
  checks.check('a guesser would not pass', !story(labellers.guesser.name).work.passes)

  detail('Fay copies a commitment from the chain')
  const ada = story(labellers.careful.name)
  const copied = (await requester.getSlot({ taskId, slot: ada.person.slot })).commitment
  const copyHash = await copier.client.writeContract({
    address: job.deployment.contracts.openGold,
    abi: openGoldSettlementAbi,
    functionName: 'commit',
    args: [taskId, copier.slot, copied],
  })
  await copier.client.waitForTransactionReceipt({ hash: copyHash })

  detail('joining and committing end; the unfilled places go back')
  await warpTo(job.rpcUrl, deadline(2n) + 1n)
  const unfilled = await keeper.returnUnfilled({ taskId })
  checks.equal('two places stayed empty', unfilled.slots, slots - seats.length - 1)
  detail('the requester opens the gold')
  const { gold: opened } = await requester.openGold({ taskId, secrets })

  const rows: WorkerRow[] = []
  const provingMilliseconds: number[] = []
  let adasSubmission: Awaited<ReturnType<typeof requester.proveLabels>> | undefined
  for (const { person, work: result, salt } of done) {
    const { name, kind } = person.labeller
    detail(`${name} proves`)
    const base = {
      name,
      kind,
      slot: person.slot,
      worker: person.account.address,
      payout: person.payout,
      accuracy: result.accuracy,
      agreement: `${result.agreements}/${gold.length}`,
    }
    const started = performance.now()
    if (!result.passes) {
      const refusal = await refusalOf(() =>
        person.client.proveLabels({ taskId, slot: person.slot, labels: result.labels, salt }),
      )
      checks.equal(`${name} cannot make a proof`, refusal?.name, AgreementBelowThresholdError.name)
      rows.push({
        ...base,
        outcome: 'returned',
        paid: 0n,
        how: refusal?.message ?? 'was not refused',
        transaction: null,
      })
      continue
    }
    const submission = await person.client.proveLabels({ taskId, slot: person.slot, labels: result.labels, salt })
    provingMilliseconds.push(performance.now() - started)
    if (person === ada.person) adasSubmission = submission
    // Anyone may relay a proof: the keeper pays the gas, so that the payout's balance moves by the reward alone.
    const paid = await keeper.submitProof({ submission })
    const before = await requester.getBalance({ address: person.payout, blockNumber: paid.blockNumber - 1n })
    const after = await requester.getBalance({ address: person.payout, blockNumber: paid.blockNumber })
    const credit = await requester.getCredit({ recipient: person.payout })
    const refuses = person.payout === refusing
    checks.equal(
      `${name}: the transaction that proved also paid`,
      [paid.payment.reward, paid.payment.withdrawn, paid.payment.refused],
      [rewardPerSlot, refuses ? 0n : rewardPerSlot, refuses],
    )
    checks.equal(`${name}: what the payout address got`, after - before, refuses ? 0n : rewardPerSlot)
    checks.equal(`${name}: what stays as credit`, credit, refuses ? rewardPerSlot : 0n)
    checks.check(
      `${name}: the receipt verifies again from chain data`,
      (await requester.verifyReceipt({ taskId, slot: person.slot })).valid,
    )
    rows.push({
      ...base,
      outcome: 'paid',
      paid: rewardPerSlot,
      how: refuses
        ? 'proved; the payout contract refused the transfer and keeps the credit'
        : 'proved and paid at once',
      transaction: paid.hash,
    })
  }

  detail('Fay tries to use what was copied')
  const own = labellers.guesser.label(batch.items.map((item) => item.bytes))
  const guessed = await refusalOf(() =>
    copier.client.proveLabels({ taskId, slot: copier.slot, labels: own, salt: randomSalt() }),
  )
  checks.equal('the copier cannot open the copied commitment', guessed?.name, CommitmentMismatchError.name)
  const knowing = await refusalOf(() =>
    copier.client.proveLabels({ taskId, slot: copier.slot, labels: ada.work.labels, salt: ada.salt }),
  )
  checks.equal('nor with the labels and the salt behind it', knowing?.name, CommitmentMismatchError.name)
  if (adasSubmission === undefined) throw new Error('the careful classifier made no proof')
  const stolen = { ...adasSubmission, slot: copier.slot, payout: copier.payout }
  const replayed = await refusalOf(() => copier.client.submitProof({ submission: stolen }))
  checks.check(
    "the SDK refuses Ada's proof for Fay's place",
    /^Proof(Context|Statement)MismatchError$/.test(replayed?.name ?? ''),
    replayed === undefined ? 'it was accepted' : `${replayed.name}: ${replayed.message}`,
  )
  const onChain = await revertOf(() =>
    copier.client.simulateContract({
      address: job.deployment.contracts.openGold,
      abi: openGoldSettlementAbi,
      functionName: 'prove',
      args: [taskId, copier.slot, stolen.digest, opened, stolen.delivery, stolen.proof, true],
    }),
  )
  checks.equal('and so does the chain', onChain, 'Settlement_ProofRejected')
  rows.push({
    name: copier.labeller.name,
    kind: copier.labeller.kind,
    slot: copier.slot,
    worker: copier.account.address,
    payout: copier.payout,
    accuracy: null,
    agreement: null,
    outcome: 'returned',
    paid: 0n,
    how: guessed?.message ?? 'was not refused',
    transaction: null,
  })

  detail('deadlines pass; anyone settles the rest')
  await warpTo(job.rpcUrl, deadline(4n) + 1n)
  for (const row of rows.filter(({ outcome }) => outcome === 'returned')) {
    const settled = await keeper.settleSlot({ taskId, slot: row.slot })
    checks.equal(`${row.name}: the place goes back to the requester`, settled.outcome, 'returned')
  }
  const paidRows = rows.filter(({ outcome }) => outcome === 'paid')
  await checkDelivered(
    job,
    requester,
    taskId,
    secretsName,
    done
      .filter(({ work: { passes } }) => passes)
      .map(({ person, work: { labels } }) => ({ slot: person.slot, labels })),
  )
  const expectedReturn = BigInt(slots - paidRows.length) * (rewardPerSlot + feePerSlot)
  const { amount: returned } = await requester.claim({})
  checks.equal('the unused reward returns to the requester', returned, expectedReturn)
  const { amount: fees } = await keeper.claim({ recipient: accounts.treasury.address })
  checks.equal('the treasury gets its fee per paid place', fees, BigInt(paidRows.length) * feePerSlot)
  const end = await requester.getTask({ taskId })
  checks.equal('nothing of the task stays in escrow', end.escrow, 0n)
  checks.equal(
    'of all that came in, the registry keeps exactly the refused credit',
    (await held()) - heldBefore,
    rewardPerSlot,
  )

  return {
    kind: 'open-gold',
    title,
    asks: asksForGold(rules),
    taskId,
    payloadCid,
    token: { address: zeroAddress, symbol: 'ETH', decimals: 18 },
    rewardPerSlot,
    feePerSlot,
    slots,
    workers: rows,
    returned,
    provingMilliseconds,
  }
}
