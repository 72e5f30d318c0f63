import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  buildTree,
  circuitManifest,
  circuitNameFor,
  type LabelSubmission,
  type RequesterSecrets,
  randomSalt,
  recordCommitment,
  type ScalarRules,
  type ScoreSubmission,
} from '@veritask/sdk'
import { type Hex, parseEther, size } from 'viem'
import type { Job, JobClient } from '../job/context.ts'
import { publishDigits } from '../job/dataset.ts'
import { encodePng, imageMediaType } from '../job/image.ts'
import type { Labeller } from '../job/labellers.ts'
import { classes, readDigits } from '../job/mnist.ts'
import { sample, seeded } from '../job/random.ts'
import { accounts } from '../lib/accounts.ts'
import { fromRoot } from '../lib/paths.ts'
import type { Processes } from '../lib/processes.ts'
import { latestTimestamp, warpTo } from '../lib/rpc.ts'
import { fromJson, type ProofReport, type ProofRequest, toJson } from './wire.ts'

const windowSeconds = 3600n
const workerNumber = 0
const workerAccount = 6
const requesterAccount = 4
const testImages = 10_000
const basisPoints = 10_000n

export interface Shape {
  readonly labels: number
  readonly gold: number
  readonly capacity: ScalarRules['capacity']
}

export interface Proving {
  readonly circuit: string
  readonly constraints: number
  readonly firstMilliseconds: number
  readonly steadyMilliseconds: number
  readonly peakBytes: number
}

export interface Transaction {
  readonly gas: bigint
  readonly calldataBytes: number
}

export interface Measured {
  readonly shape: Shape
  readonly openGold: {
    readonly proving: Proving
    readonly join: Transaction
    readonly wrapKey: Transaction
    readonly commit: Transaction
    readonly openGold: Transaction
    readonly proveAndPay: Transaction
  }
  readonly hiddenGold: {
    readonly legality: Proving
    readonly score: Proving
    readonly submit: Transaction
    readonly scoreAndPay: Transaction
  }
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function transaction(client: JobClient, write: { hash: Hex | null }): Promise<Transaction> {
  if (write.hash === null) throw new Error('nothing was sent')
  const [receipt, { input }] = await Promise.all([
    client.getTransactionReceipt({ hash: write.hash }),
    client.getTransaction({ hash: write.hash }),
  ])
  return { gas: receipt.gasUsed, calldataBytes: size(input) }
}

/** Real images, as a dataset with `count` records, and a paying task over all of them for one worker. */
async function createTask(
  job: Job,
  requester: JobClient,
  shape: Shape,
  kind: 'open-gold' | 'hidden-gold',
  seed: number,
) {
  const positions = sample(seeded(seed), shape.labels, testImages)
  const digits = readDigits('t10k', positions)
  const records = digits.map((digit) => ({ bytes: encodePng(digit.pixels), recordSalt: randomSalt() }))
  const tree = buildTree(records.map(({ bytes, recordSalt }) => recordCommitment({ salt: recordSalt, bytes })))
  const name = `MNIST test digits, ${shape.labels} for ${kind}`
  const versionId = await publishDigits(requester, job.store, name, tree)
  const rules: ScalarRules = {
    kind: 'distance',
    capacity: shape.capacity,
    itemCount: shape.labels,
    goldCount: shape.gold,
    thresholdBps: 5_000,
    max: classes - 1,
    tolerance: 0,
  }
  const gold = sample(seeded(seed + 1), shape.gold, shape.labels).map((index) => ({
    index,
    label: digits[index]?.label as number,
  }))
  const rewardPerSlot = parseEther('0.01')
  if (kind === 'hidden-gold') {
    const { goldBondBps } = await requester.getParameters()
    await requester.depositStake({ amount: (rewardPerSlot * BigInt(goldBondBps)) / basisPoints })
  }
  const now = await latestTimestamp(job.rpcUrl)
  const after = (windows: bigint): bigint => now + windowSeconds * windows
  const created = await requester.createTask({
    title: `Benchmark, ${shape.labels} labels, ${kind}`,
    instructions: 'One digit.',
    items: records.map((record, index) => ({ ...record, index, mediaType: imageMediaType, path: tree.path(index) })),
    datasetVersionId: versionId,
    rewardPerSlot,
    slots: 1,
    joinBy: after(1n),
    settlement:
      kind === 'open-gold'
        ? { kind, rules, gold, commitBy: after(2n), openBy: after(3n), proveBy: after(4n) }
        : { kind, rules, gold, submitBy: after(2n), scoreBy: after(3n) },
    store: job.store,
  })
  return { ...created, rules, deadline: after }
}

/** Proves in a process of its own. */
async function prove(
  processes: Processes,
  directory: string,
  request: ProofRequest,
  circuit: string,
): Promise<{ made: LabelSubmission | ScoreSubmission; proving: Proving }> {
  const file = join(directory, 'proof-request.json')
  writeFileSync(file, toJson(request), { mode: 0o600 })
  let answer = ''
  await processes.check({
    name: 'bench-prover',
    command: process.execPath,
    args: ['--import', 'tsx', fromRoot('script', 'bench', 'prove.ts'), file],
    onLine: (line, stream) => {
      if (stream === 'stdout') answer = line
    },
  })
  const report = fromJson<ProofReport>(answer)
  const [first, ...steady] = report.milliseconds
  return {
    made: report.made,
    proving: {
      circuit,
      constraints: circuitManifest.circuits[circuit]?.constraints ?? Number.NaN,
      firstMilliseconds: first ?? Number.NaN,
      steadyMilliseconds: median(steady),
      peakBytes: report.peakBytes,
    },
  }
}

export async function measure(
  processes: Processes,
  job: Job,
  directory: string,
  labeller: Labeller,
  shape: Shape,
  repeat: number,
  detail: (text: string) => void,
): Promise<Measured> {
  const requester = job.client(accounts.requester)
  const worker = job.client(accounts.worker(workerNumber))
  const keeper = job.client(accounts.keeper)
  const seed = shape.labels
  const request = { rpcUrl: job.rpcUrl, deployment: job.deployment, directory, repeat }

  detail(`${shape.labels} labels, open gold`)
  const open = await createTask(job, requester, shape, 'open-gold', seed)
  const { taskId } = open
  const joined = await worker.joinTask({ taskId })
  const wrapped = await requester.wrapContentKeys({ taskId, secrets: open.secrets })
  const assignment = await worker.fetchAssignment({ taskId, secrets: joined.secrets, store: job.store })
  const labels = labeller.label(assignment.items.map(({ bytes }) => bytes))
  const committed = await worker.commitLabels({ taskId, labels })
  const opened = await requester.openGold({ taskId, secrets: open.secrets })
  const agreement = await prove(
    processes,
    directory,
    {
      ...request,
      account: workerAccount,
      taskId,
      slot: joined.slot,
      work: { kind: 'labels', labels, salt: committed.secrets.salt },
    },
    circuitNameFor('open-gold', open.rules),
  )
  const paid = await keeper.submitProof({ submission: agreement.made as LabelSubmission })

  detail(`${shape.labels} labels, hidden gold`)
  const hidden = await createTask(job, requester, shape, 'hidden-gold', seed)
  const hiddenJoin = await worker.joinTask({ taskId: hidden.taskId })
  await requester.wrapContentKeys({ taskId: hidden.taskId, secrets: hidden.secrets })
  const legality = await prove(
    processes,
    directory,
    {
      ...request,
      account: workerAccount,
      taskId: hidden.taskId,
      slot: hiddenJoin.slot,
      work: { kind: 'labels', labels },
    },
    circuitNameFor('legality', hidden.rules),
  )
  const submitted = await worker.submitLabels({ submission: legality.made as LabelSubmission })
  await warpTo(job.rpcUrl, hidden.deadline(2n) + 1n)
  const score = await prove(
    processes,
    directory,
    {
      ...request,
      account: requesterAccount,
      taskId: hidden.taskId,
      slot: hiddenJoin.slot,
      work: { kind: 'score', secrets: hidden.secrets as RequesterSecrets },
    },
    circuitNameFor('score', hidden.rules),
  )
  const scored = await requester.scoreSlot({ score: score.made as ScoreSubmission })

  return {
    shape,
    openGold: {
      proving: agreement.proving,
      join: await transaction(keeper, joined),
      wrapKey: await transaction(keeper, { hash: wrapped.hashes[0] ?? null }),
      commit: await transaction(keeper, committed),
      openGold: await transaction(keeper, opened),
      proveAndPay: await transaction(keeper, paid),
    },
    hiddenGold: {
      legality: legality.proving,
      score: score.proving,
      submit: await transaction(keeper, submitted),
      scoreAndPay: await transaction(keeper, scored),
    },
  }
}
