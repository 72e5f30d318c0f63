import { CommitmentMismatchError, commitLabels } from '../commitments.js'
import { COUNT_CAPACITY, commitCounts, packCounts, unpackCounts } from '../consensus/counts.js'
import { agreementsWith, countVotes, decide, majority, type Vote } from '../consensus/majority.js'
import { type ConsensusCapacity, unpackMask } from '../consensus/mask.js'
import type { Field } from '../field.js'
import { encodeLabels } from '../labels/codes.js'
import { domains, hash } from '../poseidon.js'
import {
  agreeVector,
  assertWorkers,
  CONSENSUS_WORKERS,
  type ConsensusCircuitName,
  consensusVector,
  decideVector,
  masksOf,
  ONE_PROOF,
  type PublicVoter,
  padded,
  tallyVector,
} from './consensusVectors.js'
import { type PublicSignals, publicSignalsFor } from './vectors.js'
import type { CircuitInputs } from './witness.js'

/** What a worker delivered, opened by whoever can decrypt it. */
export type OpenedVoter = Omit<PublicVoter, 'commitment'> & {
  /** The commitment on-chain, when there is one: refused here when labels and salt do not open it. */
  readonly commitment?: bigint | undefined
  /** From {@link commitmentContext}: of this worker's slot. */
  readonly commitmentContext: bigint
  /** Secret. */
  readonly salt: bigint
  /** One class per item, 0 to 3. Secret. */
  readonly labels: readonly number[]
}

/** What a proof about several workers states, and what a prover needs. */
export type ConsensusWitness = {
  readonly circuit: ConsensusCircuitName
  /** Secret. */
  readonly inputs: CircuitInputs
  readonly statement: ConsensusStatement
}

/** Everything public of a proof about several workers. */
export type ConsensusStatement = {
  readonly digest: Field
  /** What the contract knows or is sent, in order. */
  readonly vector: readonly Field[]
  readonly publicSignals: PublicSignals
}

/** The context of a task's consensus and the salt of its commitment. */
type Outcome = {
  /** {@link commitmentContext} of the task with slot 2^32 − 1 and payout 0. */
  readonly taskContext: bigint
  /** Salt of the consensus commitment; secret. */
  readonly outSalt: bigint
}

/** The digest covers the whole vector. */
function stated(domain: Field, vector: readonly Field[], context: bigint): ConsensusStatement {
  const digest = hash([domain, ...vector])
  return { digest, vector, publicSignals: publicSignalsFor({ digest, context, vector }) }
}

function common({ publicSignals: [, , context, alpha] }: ConsensusStatement): CircuitInputs {
  return { context, alpha }
}

function classCodes(capacity: ConsensusCapacity, labels: readonly number[]): bigint[] {
  const rules = { kind: 'distance', capacity, itemCount: labels.length, max: 3 } as const
  return encodeLabels({ ...rules, goldCount: 0, thresholdBps: 0, tolerance: 0 }, labels)
}

/** Commitments, votes and circuit inputs of the workers of one proof. */
function openVoters(capacity: ConsensusCapacity, workers: readonly Omit<OpenedVoter, 'weight'>[]) {
  assertWorkers(workers)
  const opened = workers.map(({ commitmentContext, salt, labels, mask, commitment: expected }) => {
    const codes = classCodes(capacity, labels)
    const commitment = commitLabels({ rules: { kind: 'distance', capacity }, commitmentContext, salt, codes })
    if (expected !== undefined && expected !== commitment) throw new CommitmentMismatchError(expected)
    return { codes, commitment, assigned: unpackMask(capacity, mask) }
  })
  const none = new Array<bigint>(capacity).fill(0n)
  const inputs = {
    workers: BigInt(workers.length),
    commitmentContext: padded(workers.map(({ commitmentContext }) => commitmentContext)),
    salt: padded(workers.map(({ salt }) => salt)),
    codes: Array.from({ length: CONSENSUS_WORKERS }, (_, index) => opened[index]?.codes ?? none),
    mask: masksOf(capacity, workers),
  }
  return { opened, inputs }
}

function votesOf(
  workers: readonly OpenedVoter[],
  opened: readonly { readonly assigned: readonly boolean[] }[],
): readonly Vote[] {
  return workers.map(({ labels, weight }, index) => ({ labels, weight, assigned: opened[index]!.assigned }))
}

function commitConsensus(capacity: ConsensusCapacity, { taskContext, outSalt }: Outcome, labels: readonly number[]) {
  const codes = classCodes(capacity, labels)
  return commitLabels({
    rules: { kind: 'distance', capacity },
    commitmentContext: taskContext,
    salt: outSalt,
    codes,
  })
}

/**
 * Everything an aggregator needs to prove the consensus of at most 7 workers on at most 64 items.
 *
 * @returns `labels` has the consensus of 64 items; those past the task's are 0. Secret until it is published.
 * @throws {@link CommitmentMismatchError}, {@link LabelOutsideSchemaError}, {@link MaskMalformedError},
 * {@link VoteInvalidError}, {@link WorkerCountError}
 *
 * @example
 * import { consensusWitness, type OpenedVoter, type Prover } from '@veritask/sdk'
 *
 * async function prove(prover: Prover, workers: readonly OpenedVoter[], taskContext: bigint, context: bigint) {
 *   const { circuit, inputs, statement, out } = consensusWitness({ workers, taskContext, context, outSalt: 1n })
 *   const { proof } = await prover.prove({ circuit, inputs, expectedSignals: statement.publicSignals })
 *   return { proof, out, digest: statement.digest }
 * }
 */
export function consensusWitness(
  parameters: Outcome & { readonly workers: readonly OpenedVoter[]; readonly context: bigint },
): ConsensusWitness & {
  readonly out: Field
  readonly labels: readonly number[]
  readonly support: number
  readonly agreements: readonly number[]
} {
  const { workers, taskContext, outSalt, context } = parameters
  const { opened, inputs } = openVoters(ONE_PROOF, workers)
  const { labels, support, agreements } = majority(ONE_PROOF, votesOf(workers, opened))
  const out = commitConsensus(ONE_PROOF, parameters, labels)
  const seen = workers.map(({ weight, mask }, index) => ({
    commitment: opened[index]!.commitment,
    weight,
    mask,
    agreements: agreements[index]!,
  }))
  const vector = consensusVector({ taskContext, out, support, workers: seen })
  const statement = stated(domains.consensus, vector, context)
  const weight = padded(workers.map((worker) => worker.weight))
  return {
    circuit: 'consensus-64',
    inputs: { ...common(statement), ...inputs, weight, taskContext, outSalt },
    statement,
    out,
    labels,
    support,
    agreements,
  }
}

/**
 * Everything an aggregator needs to add the votes of at most 7 workers to committed counts.
 *
 * @param parameters.previous - Words of the counts before, from {@link packCounts}. Secret.
 * @param parameters.previousSalt - Their salt; 0 for the first chunk. Secret.
 * @param parameters.nextSalt - Salt for the sums, from {@link randomSalt}. Secret.
 * @returns `words` is what the next chunk starts from. Secret.
 * @throws {@link CommitmentMismatchError}, {@link CountsMalformedError}, {@link LabelOutsideSchemaError},
 * {@link MaskMalformedError}, {@link VoteInvalidError}, {@link WorkerCountError}
 *
 * @example
 * import { type OpenedVoter, packCounts, randomSalt, tallyWitness } from '@veritask/sdk'
 *
 * const first = (workers: readonly OpenedVoter[], context: bigint) =>
 *   tallyWitness({ workers, context, previous: packCounts([]), previousSalt: 0n, nextSalt: randomSalt() })
 */
export function tallyWitness(parameters: {
  readonly workers: readonly OpenedVoter[]
  readonly context: bigint
  readonly previous: readonly bigint[]
  readonly previousSalt: bigint
  readonly nextSalt: bigint
}): ConsensusWitness & {
  readonly words: readonly bigint[]
  readonly previousCounts: Field
  readonly nextCounts: Field
} {
  const { workers, context, previous, previousSalt, nextSalt } = parameters
  const { opened, inputs } = openVoters(COUNT_CAPACITY, workers)
  const words = packCounts(countVotes(COUNT_CAPACITY, votesOf(workers, opened), unpackCounts(previous)))
  const previousCounts = commitCounts({ words: previous, salt: previousSalt })
  const nextCounts = commitCounts({ words, salt: nextSalt })
  const seen = workers.map(({ weight, mask }, index) => ({ commitment: opened[index]!.commitment, weight, mask }))
  const vector = tallyVector({ previous: previousCounts, next: nextCounts, workers: seen })
  const statement = stated(domains.tally, vector, context)
  const weight = padded(workers.map((worker) => worker.weight))
  return {
    circuit: 'tally-256',
    inputs: { ...common(statement), ...inputs, weight, previous, previousSalt, nextSalt },
    statement,
    words,
    previousCounts,
    nextCounts,
  }
}

/**
 * Everything an aggregator needs to prove the consensus under committed counts.
 *
 * @param parameters.counts - Words of the last tally. Secret.
 * @param parameters.countsSalt - Their salt. Secret.
 * @returns `labels` has the consensus of 256 items; those past the task's are 0. Secret until it is published.
 * @throws {@link CountsMalformedError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { decideWitness, packCounts } from '@veritask/sdk'
 *
 * const { labels } = decideWitness({
 *   counts: packCounts([[0, 3, 1, 0]]), countsSalt: 1n, taskContext: 2n, outSalt: 3n, context: 4n,
 * })
 */
export function decideWitness(
  parameters: Outcome & {
    readonly counts: readonly bigint[]
    readonly countsSalt: bigint
    readonly context: bigint
  },
): ConsensusWitness & { readonly out: Field; readonly labels: readonly number[]; readonly support: number } {
  const { counts, countsSalt, taskContext, outSalt, context } = parameters
  const { labels, support } = decide(unpackCounts(counts))
  const out = commitConsensus(COUNT_CAPACITY, parameters, labels)
  const committed = commitCounts({ words: counts, salt: countsSalt })
  const statement = stated(domains.decide, decideVector({ taskContext, counts: committed, out, support }), context)
  const inputs = { ...common(statement), taskContext, counts, countsSalt, outSalt }
  return { circuit: 'decide-256', inputs, statement, out, labels, support }
}

/**
 * Everything an aggregator needs to prove how far at most 7 workers agree with the committed consensus.
 *
 * @param parameters.labels - The consensus, from {@link decideWitness}.
 * @throws {@link CommitmentMismatchError}, {@link LabelOutsideSchemaError}, {@link MaskMalformedError},
 * {@link WorkerCountError}
 *
 * @example
 * import { agreeWitness, type OpenedVoter } from '@veritask/sdk'
 *
 * const agreementsOf = (workers: readonly OpenedVoter[], labels: readonly number[]) =>
 *   agreeWitness({ workers, labels, taskContext: 2n, outSalt: 3n, context: 4n }).agreements
 */
export function agreeWitness(
  parameters: Outcome & {
    readonly workers: readonly Omit<OpenedVoter, 'weight'>[]
    readonly labels: readonly number[]
    readonly context: bigint
  },
): ConsensusWitness & { readonly out: Field; readonly agreements: readonly number[] } {
  const { workers, labels, taskContext, outSalt, context } = parameters
  const { opened, inputs } = openVoters(COUNT_CAPACITY, workers)
  const consensus = classCodes(COUNT_CAPACITY, labels)
  const out = commitConsensus(COUNT_CAPACITY, parameters, labels)
  const whole = consensus.map(Number)
  const agreements = workers.map((worker, index) =>
    agreementsWith(whole, { labels: worker.labels, weight: 1, assigned: opened[index]!.assigned }),
  )
  const seen = workers.map(({ mask }, index) => ({
    commitment: opened[index]!.commitment,
    mask,
    agreements: agreements[index]!,
  }))
  const statement = stated(domains.agree, agreeVector({ out, workers: seen }), context)
  return {
    circuit: 'agree-256',
    inputs: { ...common(statement), ...inputs, taskContext, outSalt, consensus },
    statement,
    out,
    agreements,
  }
}
