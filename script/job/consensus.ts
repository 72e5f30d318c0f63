import { digestOfCid, type ScalarRules } from '@veritask/sdk'
import { encodeAbiParameters, keccak256, parseAbiParameters, parseEther, sha256, stringToHex, zeroAddress } from 'viem'
import { accounts } from '../lib/accounts.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import type { Batch } from './dataset.ts'
import type { Labellers } from './labellers.ts'
import type { TaskResult } from './outcome.ts'
import { checkPayload, join, type Participant } from './parts.ts'
import type { Scenario, Stage } from './scenario.ts'

const rewardPerSlot = parseEther('0.01')
const windowSeconds = 900
/** With five votes and 64 images, a worker that always says the same does not reach it. */
const thresholdBps = 8_000
const basisPoints = 10_000

/** Two classes, no gold: workers are measured by each other. */
const parityRules = (itemCount: number): ScalarRules => ({
  kind: 'distance',
  capacity: 64,
  itemCount,
  goldCount: 0,
  thresholdBps,
  max: 1,
  tolerance: 0,
})

/**
 * Five workers label the same images and nobody knows the answers. One proof shows the majority of each image and how far each
 * worker agrees with it, without showing a vote; the majority becomes a dataset version with its lineage.
 */
export const consensus: Scenario = {
  title: 'consensus: one proof of the majority pays those who agree with it',
  seconds: BigInt(windowSeconds) * 4n,
  batches: 1,
  needs: ['labellers'],
  run: async (stage, detail) => [await runConsensus(stage, await stage.batch(), await stage.labellers(), detail)],
}

async function runConsensus(
  { job }: Stage,
  batch: Batch,
  labellers: Labellers,
  detail: (text: string) => void,
): Promise<TaskResult> {
  const { checks } = job
  const requester = job.client(accounts.requester)
  const keeper = job.client(accounts.keeper)
  const rules = parityRules(batch.items.length)
  const title = 'Odd or even? Consensus'
  const truth = batch.truth.map((digit) => digit % 2)
  const crew = [labellers.careful, labellers.second, labellers.weak, labellers.careless, labellers.guesser]
  const start = await latestTimestamp(job.rpcUrl)
  const pass = (windows: number): Promise<void> => warpTo(job.rpcUrl, start + BigInt(windowSeconds * windows) + 60n)

  detail('the requester encrypts the images and opens the task')
  const schema = JSON.stringify({ labels: ['even', 'odd'] })
  const manifestCid = await job.store.put(
    new TextEncoder().encode(JSON.stringify({ derivedFrom: batch.datasetVersionId })),
  )
  const { taskId, payloadCid, secrets } = await requester.createConsensusTask({
    title,
    instructions: 'Each image shows one handwritten digit. Say whether it is odd.',
    classes: ['even', 'odd'],
    items: batch.items,
    datasetVersionId: batch.datasetVersionId,
    rules,
    rewardPerSlot,
    slots: crew.length,
    windows: { join: windowSeconds, commit: windowSeconds, deliver: windowSeconds, settle: windowSeconds },
    publication: {
      name: 'Odd and even digits, by consensus',
      schemaHash: sha256(stringToHex(schema)),
      manifestDigest: digestOfCid(manifestCid),
      licence: 'CC-BY-SA-3.0',
    },
    store: job.store,
    onSecrets: job.keep('requester-consensus'),
  })
  await checkPayload(job, requester, taskId, payloadCid, batch)
  const { feePerSlot } = await requester.getTask({ taskId })

  detail('workers join, label and commit')
  const people: Participant[] = []
  for (const [index, labeller] of crew.entries()) people.push(await join(job, taskId, labeller, accounts.worker(index)))
  await requester.wrapContentKeys({ taskId, secrets })
  const votes: { readonly labels: readonly number[]; readonly salt: `0x${string}` }[] = []
  for (const [index, person] of people.entries()) {
    const { items } = await person.client.fetchAssignment({ taskId, secrets: person.secrets, store: job.store })
    const labels = (crew[index] ?? labellers.guesser).label(items.map(({ bytes }) => bytes)).map((digit) => digit % 2)
    const committed = await person.client.commitLabels({ taskId, labels, onSecrets: job.keep(`vote-${index}`) })
    votes.push({ labels, salt: committed.secrets.salt })
  }

  detail('workers prove their votes legal; anyone brings them all at once')
  const provingMilliseconds: number[] = []
  const submissions = []
  for (const [index, person] of people.entries()) {
    const { labels, salt } = votes[index] as (typeof votes)[number]
    const started = performance.now()
    submissions.push(await person.client.proveLabels({ taskId, labels, salt }))
    provingMilliseconds.push(performance.now() - started)
  }
  const { results, transactions } = await keeper.deliverVotes({ submissions })
  checks.equal(
    'consensus: five votes are delivered by one transaction',
    [results.filter(({ outcome }) => outcome === 'delivered').length, transactions.length],
    [crew.length, 1],
  )

  detail('the aggregator proves the majority')
  const counted = batch.items.map((_, item) => votes.filter(({ labels }) => labels[item] === 1).length)
  // Five votes have no tie.
  const majority = counted.map((odd) => (odd * 2 > crew.length ? 1 : 0))
  const settled = await requester.settleConsensus({ taskId, secrets })
  checks.equal('consensus: what was proven is the majority, counted here', settled.labels, majority)
  checks.equal('consensus: one proof settles seven workers or less', settled.steps.length, 1)
  const read = await requester.readConsensus({ taskId, secrets })
  checks.equal('consensus: the commitment on the chain opens to it', read?.labels, majority)
  const { chainId, contracts } = job.deployment
  // As the registry derives it: the settlement publishes, so that everybody knows the labels to be proven.
  const datasetId = keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, bytes32'), [
      BigInt(chainId),
      contracts.datasetRegistry,
      contracts.consensus,
      taskId,
    ]),
  )
  const [version] = (await requester.getDataset({ datasetId })).versions
  checks.equal(
    'consensus: it is a dataset version that names its parent',
    [version?.root, version?.parents],
    [read?.out, [batch.datasetVersionId]],
  )

  const workers = []
  for (const [index, person] of people.entries()) {
    const labels = votes[index]?.labels ?? []
    const agreements = labels.filter((label, item) => label === majority[item]).length
    const passes = agreements * basisPoints >= thresholdBps * batch.items.length
    const slot = await requester.getSlot({ taskId, slot: person.slot })
    checks.equal(`consensus: agreement decides about ${person.labeller.name}`, slot.state, passes ? 'paid' : 'returned')
    if (passes) await keeper.claim({ recipient: person.payout })
    workers.push({
      name: person.labeller.name,
      kind: person.labeller.kind,
      slot: person.slot,
      worker: person.account.address,
      payout: person.payout,
      accuracy: labels.filter((label, item) => label === truth[item]).length / truth.length,
      agreement: `${agreements}/${batch.items.length}`,
      outcome: passes ? ('paid' as const) : ('returned' as const),
      paid: passes ? rewardPerSlot : 0n,
      how: `agrees with the majority in ${agreements} of ${batch.items.length}, ${passes ? 'enough' : 'too few'}`,
      transaction: settled.steps[0]?.hash ?? null,
    })
  }
  checks.check('consensus: a guesser is not paid', workers.at(-1)?.outcome === 'returned')
  await pass(4)

  const paid = BigInt(workers.filter(({ outcome }) => outcome === 'paid').length)
  const { amount: returned } = await requester.claim({})
  checks.equal(
    'consensus: the unused reward returns to the requester',
    returned,
    (BigInt(crew.length) - paid) * (rewardPerSlot + feePerSlot),
  )
  await keeper.claim({ recipient: accounts.treasury.address })
  return {
    kind: 'consensus',
    title,
    asks: `${batch.items.length} images, agreement with the majority of at least ${thresholdBps / 100} %`,
    taskId,
    payloadCid,
    token: { address: zeroAddress, symbol: 'ETH', decimals: 18 },
    rewardPerSlot,
    feePerSlot,
    slots: crew.length,
    workers,
    returned,
    provingMilliseconds: [...provingMilliseconds, ...settled.steps.map(({ provingSeconds }) => provingSeconds * 1000)],
  }
}
