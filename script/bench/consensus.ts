import { existsSync, readFileSync } from 'node:fs'
import { buildTree, type LabelSubmission, type PayloadItem, recordCommitment, type ScalarRules } from '@veritask/sdk'
import { type HDAccount, parseEther, sha256, stringToHex } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import type { Job, JobClient } from '../job/context.ts'
import { below, seeded } from '../job/random.ts'
import { accounts } from '../lib/accounts.ts'
import { fromRoot } from '../lib/paths.ts'

/** Mallard or not: 39 workers, 108 images, each labelled by each. Not part of this repository; `VERITASK_DATA` names its place. */
const answersFile = `${process.env.VERITASK_DATA ?? fromRoot('..', 'shared', 'data')}/crowd-labels/d_duck_identification/answer.csv`

/** What the AVeCQ paper reports for 39 workers of this set: an upper bound of time, and gas, with the proof checked off the chain. */
const published = { workers: 39, minutes: 8, gas: 19_000_000n } as const

const windowSeconds = 7_200
const wallet = parseEther('1')
const saltBits = 31
const mnemonic = 'legal winner thank year wave sausage worth useful legal winner thank yellow'

export interface ConsensusBench {
  readonly workers: number
  readonly items: number
  /** Gas of all transactions of each step. */
  readonly gas: {
    readonly join: bigint
    readonly commit: bigint
    readonly deliver: bigint
    readonly aggregate: bigint
  }
  /** Seconds that one worker proves, the middle of all. */
  readonly workerSeconds: number
  /** Seconds from the first step of the aggregator to the last payment, proving included. */
  readonly aggregateSeconds: number
  readonly proofs: number
  readonly published: typeof published
}

/**
 * Settles the whole set with real proofs, every one checked on the chain, and compares the result with a majority counted here.
 *
 * @returns `undefined` when the data is not there.
 */
export async function measureConsensus(job: Job, detail: (text: string) => void): Promise<ConsensusBench | undefined> {
  if (!existsSync(answersFile)) return undefined
  const rows = readRows(readFileSync(answersFile, 'utf8'))
  const items = rows[0]?.length ?? 0
  const rules: ScalarRules = {
    kind: 'distance',
    capacity: 256,
    itemCount: items,
    goldCount: 0,
    thresholdBps: 5000,
    max: 1,
    tolerance: 0,
  }
  const requester = job.client(accounts.requester)
  const { taskId, secrets } = await createTask(job, requester, rules, rows.length)

  const workers = rows.map((_, index) => job.client(workerAccount(index)))
  const gas = { join: 0n, commit: 0n, deliver: 0n, aggregate: 0n }
  const salts: `0x${string}`[] = []
  for (const [index, worker] of workers.entries()) {
    detail(`worker ${index + 1} of ${rows.length} joins and commits`)
    const hash = await requester.sendTransaction({ to: worker.account.address, value: wallet })
    await requester.waitForTransactionReceipt({ hash })
    gas.join += (await worker.joinTask({ taskId, unsafeVoting: true })).gasUsed
  }
  for (const [index, worker] of workers.entries()) {
    const committed = await worker.commitLabels({ taskId, labels: rows[index] ?? [] })
    gas.commit += committed.gasUsed
    salts.push(committed.secrets.salt)
  }
  const submissions: LabelSubmission[] = []
  const seconds: number[] = []
  for (const [index, worker] of workers.entries()) {
    detail(`worker ${index + 1} of ${rows.length} proves`)
    const start = performance.now()
    submissions.push(await worker.proveLabels({ taskId, labels: rows[index] ?? [], salt: salts[index] }))
    seconds.push((performance.now() - start) / 1000)
  }
  const { results, transactions } = await requester.deliverVotes({ submissions })
  for (const result of results) if (result.outcome === 'refused') throw result.error
  for (const { gasUsed } of transactions) gas.deliver += gasUsed

  const start = performance.now()
  const { labels, steps } = await requester.settleConsensus({
    taskId,
    secrets,
    onStep: ({ step, slots }) => detail(`${step} ${slots.length === 0 ? '' : `of ${slots.length} workers`}`),
  })
  const aggregateSeconds = (performance.now() - start) / 1000
  for (const { gasUsed } of steps) gas.aggregate += gasUsed
  if (labels?.join() !== majority(rows).join()) throw new Error('the settled consensus is not the majority')
  seconds.sort((a, b) => a - b)
  return {
    workers: rows.length,
    items,
    gas,
    workerSeconds: seconds[Math.floor(seconds.length / 2)] ?? 0,
    aggregateSeconds,
    proofs: rows.length + steps.length,
    published,
  }
}

async function createTask(job: Job, requester: JobClient, rules: ScalarRules, slots: number) {
  const random = seeded(39)
  const records = Array.from({ length: rules.itemCount }, (_, index) => new TextEncoder().encode(`image ${index}`))
  const salts = records.map(() => BigInt(below(random, 2 ** saltBits)))
  const tree = buildTree(records.map((bytes, index) => recordCommitment({ salt: salts[index] ?? 0n, bytes })))
  const items: PayloadItem[] = records.map((bytes, index) => ({
    index,
    mediaType: 'text/plain',
    bytes,
    recordSalt: salts[index] ?? 0n,
    path: tree.path(index),
  }))
  const about = { schemaHash: sha256(stringToHex('text/plain')), licence: 'CC0-1.0' } as const
  const { versionId } = await requester.registerDataset({
    name: 'Mallards',
    version: { root: tree.root, size: tree.size, manifestDigest: sha256(stringToHex('mallards')), ...about },
  })
  return requester.createConsensusTask({
    title: 'Is it a mallard?',
    instructions: 'Yes or no.',
    items,
    datasetVersionId: versionId,
    rules,
    rewardPerSlot: parseEther('0.01'),
    slots,
    // The threshold is that of the published measurement: who never looks would reach it as well.
    unsafeVoting: true,
    windows: { join: windowSeconds, commit: windowSeconds, deliver: windowSeconds, settle: windowSeconds },
    publication: { name: 'Mallards by consensus', manifestDigest: sha256(stringToHex('consensus')), ...about },
    store: job.store,
    onSecrets: job.keep('consensus'),
  })
}

/** More workers than the chain has accounts: each is given its gas. */
function workerAccount(index: number): HDAccount {
  return mnemonicToAccount(mnemonic, { addressIndex: index })
}

/** One row of labels per worker; workers and questions in the order of their numbers. */
function readRows(csv: string): number[][] {
  const lines = csv.trim().split('\n').slice(1)
  const answers = lines.map((line) => line.split(',').map(Number) as [number, number, number])
  const questions = [...new Set(answers.map(([question]) => question))].sort((a, b) => a - b)
  const workers = [...new Set(answers.map(([, worker]) => worker))].sort((a, b) => a - b)
  return workers.map((number) => {
    const own = new Map(
      answers.filter(([, worker]) => worker === number).map(([question, , answer]) => [question, answer]),
    )
    return questions.map((question) => own.get(question) ?? 0)
  })
}

function majority(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, item) => {
    const ones = rows.filter((row) => row[item] === 1).length
    return ones > rows.length - ones ? 1 : 0
  })
}
