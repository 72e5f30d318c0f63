import { cidFromDigest, type Label, type RequesterSecrets, type ScalarRules, type WorkerSecrets } from '@veritask/sdk'
import { type Address, BaseError, ContractFunctionRevertedError, type Hex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import type { Job, JobClient } from './context.ts'
import type { Batch } from './dataset.ts'
import type { Labeller } from './labellers.ts'
import { judge } from './rules.ts'

/** One worker of a task, as the story goes on. */
export interface Participant {
  readonly labeller: Pick<Labeller, 'name' | 'kind'>
  readonly client: JobClient
  readonly account: HDAccount
  readonly payout: Address
  readonly slot: number
  readonly secrets: WorkerSecrets
}

/** What a worker made of the images, and how well by the true answers. */
export interface Work {
  readonly labels: readonly number[]
  readonly accuracy: number
  readonly agreements: number
  readonly passes: boolean
}

export async function join(
  job: Job,
  taskId: Hex,
  labeller: Pick<Labeller, 'name' | 'kind'>,
  account: HDAccount,
  payout: Address = account.address,
): Promise<Participant> {
  const client = job.client(account)
  const keep = job.keep(`worker-${labeller.name}-${taskId.slice(2, 10)}`)
  const { slot, secrets } = await client.joinTask({ taskId, payout, onSecrets: keep })
  return { labeller, client, account, payout, slot, secrets }
}

/** Decrypts the assignment, checks it against what the requester encrypted, and looks at the images. */
export async function work(
  job: Job,
  taskId: Hex,
  participant: Participant,
  labeller: Labeller,
  batch: Batch,
  gold: readonly { index: number; label: number }[],
  rules: ScalarRules,
): Promise<Work> {
  const assignment = await participant.client.fetchAssignment({
    taskId,
    secrets: participant.secrets,
    store: job.store,
  })
  const images = assignment.items.map((item) => item.bytes)
  job.checks.check(
    `${labeller.name} decrypts the very images of the dataset`,
    images.length === batch.items.length &&
      images.every((image, index) => Buffer.from(image).equals(Buffer.from(batch.items[index]?.bytes ?? []))),
  )
  const labels = labeller.label(images)
  return { labels, ...judge(labels, batch.truth, gold, rules) }
}

/** The stored payload must be ciphertext, and the task must name it. */
export async function checkPayload(
  job: Job,
  requester: JobClient,
  taskId: Hex,
  cid: string,
  batch: Batch,
): Promise<void> {
  const task = await requester.getTask({ taskId })
  job.checks.equal('the task on chain names the CID of its payload', cidFromDigest(task.payloadDigest), cid)
  const stored = Buffer.from(await job.store.get(cid))
  const leaks = batch.items.some((item) => stored.includes(Buffer.from(item.bytes).subarray(-64)))
  job.checks.check('the stored payload shows no image', stored.length > 0 && !leaks)
}

/** The requester forgets everything but its secrets, and reads the labels from the chain. */
export async function checkDelivered(
  job: Job,
  requester: JobClient,
  taskId: Hex,
  secretsName: string,
  expected: readonly { readonly slot: number; readonly labels: readonly Label[] }[],
): Promise<void> {
  const secrets = job.recall<RequesterSecrets>(secretsName)
  const delivered = await requester.readDeliveredLabels({ taskId, secrets })
  job.checks.equal(
    'the requester decrypts, from chain data alone, exactly what the workers labelled',
    delivered.map(({ slot, labels }) => ({ slot, labels })).sort((a, b) => a.slot - b.slot),
    [...expected].sort((a, b) => a.slot - b.slot).map(({ slot, labels }) => ({ slot, labels })),
  )
}

export interface Refusal {
  readonly name: string
  readonly message: string
}

/** Runs what must be refused and returns how; undefined when it went through. */
export async function refusalOf(attempt: () => Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const short = (error as { shortMessage?: unknown }).shortMessage
    return { name: error.name, message: typeof short === 'string' ? short : (error.message.split('\n')[0] ?? '') }
  }
}

/** Name of the contract error a call reverts with; undefined when it does not revert. */
export async function revertOf(attempt: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    const revert = error.walk((inner) => inner instanceof ContractFunctionRevertedError)
    return revert instanceof ContractFunctionRevertedError ? (revert.data?.errorName ?? 'unnamed') : error.name
  }
}
