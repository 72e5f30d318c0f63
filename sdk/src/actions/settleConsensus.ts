import { type Hash, type Hex, zeroAddress } from 'viem'
import {
  type ConsensusTask,
  CountsDifferError,
  type DeliveredVoter,
  MissingVotesError,
  NoVotesError,
  openVoters,
  taskContextOf,
} from '../consensus/aggregator.js'
import { countsSalt, outSalt } from '../consensus/secrets.js'
import {
  agreeWitness,
  CONSENSUS_WORKERS,
  COUNT_CAPACITY,
  type ConsensusWitness,
  commitCounts,
  consensusWitness,
  countVotes,
  decideWitness,
  type Prover,
  packCounts,
  proofToBytes,
  tallyWitness,
  unpackMask,
  type Vote,
  WHOLE_TASK,
} from '../core.js'
import type { Deployment } from '../deployments.js'
import { DeadlinePassedError, type TaskNotFoundError, TooEarlyError } from '../errors/contract.js'
import { findEvent, type VeritaskEvent } from '../events/decode.js'
import { consensusSettlementAbi } from '../generated/abis.js'
import { deliveriesOver } from '../phase.js'
import {
  assertOption,
  connect,
  type ReadParameters,
  resolveSigner,
  type Signer,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { isBefore, readLogs } from './internal/logs.js'
import { assertSecretsOf, requesterKeys, SecretsMismatchError } from './internal/secrets.js'
import { receiptIdOf } from './internal/statement.js'
import { assertKind, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { type ContractCall, contractCall, type WriteReturnType, write } from './internal/write.js'
import type { RequesterSecrets } from './types.js'

export { CountsDifferError, MissingVotesError, NoVotesError }

/** One proof of a settlement that was sent. */
export type ConsensusStep = WriteReturnType & {
  readonly step: 'conclude' | 'tally' | 'decide' | 'agree'
  /** Slots whose votes or agreement it proves; none for a decision. */
  readonly slots: readonly number[]
  /** Seconds that proving took. */
  readonly provingSeconds: number
}

export type SettleConsensusParameters = WriteParameters & {
  readonly taskId: Hex
  readonly secrets: RequesterSecrets
  readonly prover: Prover
  /** Called after each transaction. */
  readonly onStep?: ((step: ConsensusStep) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
export type SettleConsensusReturnType = {
  /** What was sent by this call, in order; nothing when all of it had been. */
  readonly steps: readonly ConsensusStep[]
  /** `round`: too few agreed, and more slots are open. */
  readonly outcome: 'settled' | 'round'
  /** The majority label of every item; undefined when another round is open. */
  readonly labels: readonly number[] | undefined
  /** Which items have a counted vote: see `ReadConsensusReturnType`; undefined when another round is open. */
  readonly covered: readonly boolean[] | undefined
}
export type SettleConsensusErrorType =
  | CountsDifferError
  | DeadlinePassedError
  | MissingVotesError
  | NoVotesError
  | TooEarlyError
  | SecretsMismatchError
  | TaskNotFoundError
  | WrongSettlementKindError
  | Error

/**
 * Settles a consensus task whole, as its aggregator: opens every delivered vote, proves the majority and each worker's agreement
 * with it, and sends the proofs one after the other. Interrupted, it goes on where the chain is when it is called again, and
 * answers what came of it once there is nothing left to send.
 *
 * @throws {@link NoVotesError} when nobody delivered, {@link MissingVotesError} when the node does not show every delivery.
 *
 * @example
 * import { settleConsensus } from '@veritask/sdk'
 * const { labels, outcome } = await settleConsensus(client, { taskId, secrets, prover })
 */
export async function settleConsensus(
  client: VeritaskClient,
  parameters: SettleConsensusParameters,
): Promise<SettleConsensusReturnType> {
  const { taskId, secrets, prover } = parameters
  assertOption('prover', prover)
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const { secretKey } = requesterKeys(secrets)
  const voters = await openVoters(client, deployment, { task, secrets })
  if (isSettled(task, voters)) {
    const labels = consensusOf(task, voters, secretKey, deployment)
    return { steps: [], outcome: 'settled', labels, covered: coveredBy(task, voters) }
  }
  // The last round was counted, and the one that followed is not over.
  if (isLaterRoundOpen(task)) return { steps: [], outcome: 'round', labels: undefined, covered: undefined }
  assertTime(task)
  if (voters.length === 0) throw new NoVotesError({ taskId })
  const run: Run = {
    client,
    deployment,
    signer: resolveSigner(client, parameters),
    task,
    secretKey,
    parameters,
    steps: [],
  }
  const { steps } = run

  if (task.rules.capacity === 64) {
    const labels =
      task.progress.out === 0n ? await conclude(run, voters) : consensusOf(task, voters, secretKey, deployment)
    return { steps, outcome: labels ? 'settled' : 'round', labels, covered: labels && coveredBy(task, voters) }
  }
  if (task.progress.out === 0n) {
    const tallied = await tally(run, voters)
    if (!(await decideMajority(run, tallied))) return { steps, outcome: 'round', labels: undefined, covered: undefined }
  }
  const labels = consensusOf(task, voters, secretKey, deployment)
  await agree(run, voters, labels)
  return { steps, outcome: 'settled', labels, covered: coveredBy(task, voters) }
}

export type ReadConsensusParameters = ReadParameters & { readonly taskId: Hex; readonly secrets: RequesterSecrets }
export type ReadConsensusReturnType = {
  /** The majority label of every item; 0, the lowest, where nobody's vote counts. */
  readonly labels: readonly number[]
  /**
   * Whether any counted vote is on the item. With a random assignment an item may fall to nobody who delivered: the consensus
   * has label 0 there, which says nothing about the item. Without one every item is covered as soon as anybody delivers.
   */
  readonly covered: readonly boolean[]
  /** Commitment to them: the root of the dataset version. */
  readonly out: bigint
  /** What opens the commitment. */
  readonly salt: bigint
  readonly context: bigint
}
export type ReadConsensusErrorType = SecretsMismatchError | TaskNotFoundError | WrongSettlementKindError | Error

/**
 * The consensus of a settled task in the open: computed from the delivered votes and checked against the commitment on the
 * chain. `undefined` while it is not decided.
 *
 * @throws {SecretsMismatchError} when what the secrets open is not what the chain has.
 *
 * @example
 * import { readConsensus } from '@veritask/sdk'
 * const consensus = await readConsensus(client, { taskId, secrets })
 */
export async function readConsensus(
  client: VeritaskClient,
  parameters: ReadConsensusParameters,
): Promise<ReadConsensusReturnType | undefined> {
  const { taskId, secrets } = parameters
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const { out } = task.progress
  if (out === 0n) return undefined
  const { secretKey } = requesterKeys(secrets)
  const voters = await openVoters(client, deployment, { task, secrets })
  const labels = consensusOf(task, voters, secretKey, deployment)
  const covered = coveredBy(task, voters)
  return { labels, covered, out, salt: outSalt(secretKey, taskId), context: taskContextOf(deployment, task) }
}

type Run = {
  readonly client: VeritaskClient
  readonly deployment: Deployment
  readonly signer: Signer
  readonly task: ConsensusTask
  readonly secretKey: bigint
  readonly parameters: SettleConsensusParameters
  readonly steps: ConsensusStep[]
}
/** Counts with what opens their commitment. */
type Tallied = { readonly words: readonly bigint[]; readonly salt: bigint }

/** The majority is proven, and every vote has ended. */
function isSettled({ progress }: ConsensusTask, voters: readonly DeliveredVoter[]): boolean {
  return progress.out !== 0n && voters.every(({ ended }) => ended)
}

function isLaterRoundOpen(task: ConsensusTask): boolean {
  return task.progress.round > 0 && task.progress.out === 0n && !isOver(task)
}

function isOver(task: ConsensusTask): boolean {
  return deliveriesOver({ ...task, slotLimit: task.progress.slotLimit }, task.timestamp)
}

function assertTime(task: ConsensusTask): void {
  const { taskId, timestamp, progress, round } = task
  const { deliverBy, settleBy } = round
  if (timestamp > settleBy) throw new DeadlinePassedError({ what: 'settle', taskId, deadline: settleBy, timestamp })
  if (progress.out === 0n && !isOver(task))
    throw new TooEarlyError({ what: 'settle', taskId, deadline: deliverBy, timestamp })
}

async function conclude(run: Run, voters: readonly DeliveredVoter[]): Promise<readonly number[] | undefined> {
  const { task, secretKey, deployment } = run
  const { taskId, settlement, terms } = task
  const witness = consensusWitness({
    workers: voters,
    taskContext: taskContextOf(deployment, task),
    outSalt: outSalt(secretKey, taskId),
    context: taskContextOf(deployment, task, terms.consensusKeyId),
  })
  const { out, support, agreements, labels, statement } = witness
  const slots = voters.map(({ slot }) => slot)
  const events = await send(run, 'conclude', slots, witness, (proof) =>
    contractCall(consensusSettlementAbi, settlement, 'conclude', [
      taskId,
      slots,
      agreements.map(BigInt),
      out,
      BigInt(support),
      statement.digest,
      proof,
    ]),
  )
  return findEvent(events, 'RoundOpened') ? undefined : labels.slice(0, task.rules.itemCount)
}

/** Adds what is not counted yet. */
async function tally(run: Run, voters: readonly DeliveredVoter[]): Promise<Tallied> {
  const { task, secretKey, deployment } = run
  const { taskId, settlement, terms, progress } = task
  const counted = voters.filter(({ tallied }) => tallied)
  let words: readonly bigint[] = packCounts(countVotes(COUNT_CAPACITY, counted.map(voteOf)))
  let count = counted.length
  let salt: bigint = countsSalt(secretKey, taskId, count)
  if (commitCounts({ words, salt }) !== progress.counts) throw new CountsDifferError({ taskId })

  for (const chunk of chunksOf(voters.filter(({ tallied }) => !tallied))) {
    const nextSalt = countsSalt(secretKey, taskId, count + chunk.length)
    const context = taskContextOf(deployment, task, terms.tallyKeyId)
    const witness = tallyWitness({ workers: chunk, context, previous: words, previousSalt: salt, nextSalt })
    const slots = chunk.map(({ slot }) => slot)
    await send(run, 'tally', slots, witness, (proof) =>
      contractCall(consensusSettlementAbi, settlement, 'tally', [
        taskId,
        slots,
        witness.nextCounts,
        witness.statement.digest,
        proof,
      ]),
    )
    ;({ words } = witness)
    salt = nextSalt
    count += chunk.length
  }
  return { words, salt }
}

/** @returns false when too few agreed and another round is open. */
async function decideMajority(run: Run, { words, salt }: Tallied): Promise<boolean> {
  const { task, secretKey, deployment } = run
  const { taskId, settlement, terms } = task
  const witness = decideWitness({
    counts: words,
    countsSalt: salt,
    taskContext: taskContextOf(deployment, task),
    outSalt: outSalt(secretKey, taskId),
    context: taskContextOf(deployment, task, terms.decideKeyId),
  })
  const { out, support, statement } = witness
  const events = await send(run, 'decide', [], witness, (proof) =>
    contractCall(consensusSettlementAbi, settlement, 'decide', [taskId, out, BigInt(support), statement.digest, proof]),
  )
  return findEvent(events, 'RoundOpened') === undefined
}

/** Settles who is not settled yet. */
async function agree(run: Run, voters: readonly DeliveredVoter[], labels: readonly number[]): Promise<void> {
  const { task, secretKey, deployment } = run
  const { taskId, settlement, terms } = task
  for (const chunk of chunksOf(voters.filter(({ ended }) => !ended))) {
    const witness = agreeWitness({
      workers: chunk,
      labels,
      taskContext: taskContextOf(deployment, task),
      outSalt: outSalt(secretKey, taskId),
      context: taskContextOf(deployment, task, terms.agreeKeyId),
    })
    const slots = chunk.map(({ slot }) => slot)
    await send(run, 'agree', slots, witness, (proof) =>
      contractCall(consensusSettlementAbi, settlement, 'agree', [
        taskId,
        slots,
        witness.agreements.map(BigInt),
        witness.statement.digest,
        proof,
      ]),
    )
  }
}

async function send(
  { client, deployment, signer, task, parameters, steps }: Run,
  step: ConsensusStep['step'],
  slots: readonly number[],
  { circuit, inputs, statement }: ConsensusWitness,
  callOf: (proof: Hex) => ContractCall,
): Promise<readonly VeritaskEvent[]> {
  const { prover, signal, onStep } = parameters
  const start = Date.now()
  const { proof } = await prover.prove({
    circuit,
    inputs,
    expectedSignals: statement.publicSignals,
    ...(signal ? { signal } : {}),
  })
  const provingSeconds = (Date.now() - start) / 1000
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: callOf(proofToBytes(proof)),
    findEffect: () =>
      findStep(client, deployment, task, { keyId: task.terms[stepKeys[step]], digest: statement.digest }),
  })
  const done = { ...sent, step, slots, provingSeconds }
  steps.push(done)
  onStep?.(done)
  return events.filter(({ args }) => 'taskId' in args && args.taskId === task.taskId)
}

const stepKeys = {
  conclude: 'consensusKeyId',
  tally: 'tallyKeyId',
  decide: 'decideKeyId',
  agree: 'agreeKeyId',
} as const satisfies { readonly [step in ConsensusStep['step']]: keyof ConsensusTask['terms'] }

/** The transaction that proved this very statement in the current round. The next one may state the same again. */
async function findStep(
  client: VeritaskClient,
  deployment: Deployment,
  { taskId, settlement: module, progress: { round } }: ConsensusTask,
  { keyId, digest }: { readonly keyId: Hex; readonly digest: bigint },
): Promise<Hash | undefined> {
  const place = { chainId: deployment.chainId, module, taskId, slot: WHOLE_TASK, payout: zeroAddress, keyId }
  const [opened] =
    round === 0
      ? []
      : await readLogs(client, deployment, { contract: 'consensus', eventName: 'RoundOpened', args: { taskId, round } })
  const receipts = await readLogs(client, deployment, {
    contract: 'consensus',
    eventName: 'ReceiptIssued',
    args: { receiptId: receiptIdOf(place, digest) },
    fromBlock: opened?.blockNumber,
  })
  return receipts.find((receipt) => !opened || isBefore(opened, receipt))?.transactionHash
}

/** The majority, which must be what the chain has committed to. */
function consensusOf(
  task: ConsensusTask,
  voters: readonly DeliveredVoter[],
  secretKey: bigint,
  deployment: Deployment,
): readonly number[] {
  const shared = { taskContext: taskContextOf(deployment, task), outSalt: outSalt(secretKey, task.taskId), context: 0n }
  const { out, labels } =
    task.rules.capacity === 64
      ? consensusWitness({ ...shared, workers: voters })
      : decideWitness({ ...shared, counts: packCounts(countVotes(COUNT_CAPACITY, voters.map(voteOf))), countsSalt: 0n })
  if (task.progress.out !== 0n && out !== task.progress.out)
    throw new SecretsMismatchError({ reason: 'the consensus they open is not the one on the chain' })
  return labels.slice(0, task.rules.itemCount)
}

/** Whether an item is assigned to any slot that delivered, as the chain drew the items. */
function coveredBy({ rules }: ConsensusTask, voters: readonly DeliveredVoter[]): readonly boolean[] {
  const votes = voters.map(voteOf)
  return Array.from({ length: rules.itemCount }, (_, item) => votes.some(({ assigned }) => assigned[item] === true))
}

function voteOf({ labels, weight, mask }: DeliveredVoter): Vote {
  return { labels, weight, assigned: unpackMask(mask.length === 1 ? 64 : COUNT_CAPACITY, mask) }
}

function chunksOf(voters: readonly DeliveredVoter[]): (readonly DeliveredVoter[])[] {
  return Array.from({ length: Math.ceil(voters.length / CONSENSUS_WORKERS) }, (_, index) =>
    voters.slice(index * CONSENSUS_WORKERS, (index + 1) * CONSENSUS_WORKERS),
  )
}
