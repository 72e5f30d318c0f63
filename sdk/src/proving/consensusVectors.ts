import { COUNT_CAPACITY } from '../consensus/countConstants.js'
import type { ConsensusCapacity } from '../consensus/mask.js'
import { BaseError } from '../errors/base.js'
import type { Field } from '../field.js'
import { fields } from './vectors.js'

/** Most workers that one proof is about. */
export const CONSENSUS_WORKERS = 7

/** Items of a consensus that is proven at once. */
export const ONE_PROOF: ConsensusCapacity = 64

/** Name of a compiled circuit about several workers' labels. */
export type ConsensusCircuitName = 'consensus-64' | 'tally-256' | 'decide-256' | 'agree-256'

/** A proof about several workers got none, or more than its positions. */
export class WorkerCountError extends BaseError {
  override name = 'WorkerCountError'
  constructor(readonly workers: number) {
    super(`One proof is about 1 to ${CONSENSUS_WORKERS} workers, not ${workers}.`, {
      metaMessages: [
        workers === 0
          ? 'Nobody delivered: there is nothing to prove. End the slots with `settleSlots`.'
          : `Prove ${CONSENSUS_WORKERS} workers at a time: a task of more takes rules of capacity ${COUNT_CAPACITY} and tallies.`,
      ],
    })
  }
}

/** What a worker has on-chain in a consensus task. */
export type PublicVoter = {
  readonly commitment: bigint
  /** Of its votes: 1, or more in a weighted vote. */
  readonly weight: number
  /** From {@link packMask}. */
  readonly mask: readonly bigint[]
}

/** A zero for every unused position. */
export function padded(values: readonly (bigint | number)[], length = CONSENSUS_WORKERS): bigint[] {
  return Array.from({ length }, (_, index) => BigInt(values[index] ?? 0))
}

/** @throws {@link WorkerCountError} */
export function assertWorkers(workers: readonly unknown[]): void {
  if (workers.length < 1 || workers.length > CONSENSUS_WORKERS) throw new WorkerCountError(workers.length)
}

/** The masks of all positions, of no worker zero. */
export function masksOf(
  capacity: ConsensusCapacity,
  workers: readonly { readonly mask: readonly bigint[] }[],
): bigint[][] {
  const words = capacity === ONE_PROOF ? 1 : 2
  return Array.from({ length: CONSENSUS_WORKERS }, (_, index) => padded(workers[index]?.mask ?? [], words))
}

/**
 * Statement vector of a consensus proof.
 *
 * @param parameters.out - Commitment to the consensus.
 * @throws {@link WorkerCountError}, {@link FieldOutOfRangeError}
 */
export function consensusVector(parameters: {
  readonly taskContext: bigint
  readonly out: bigint
  readonly support: number
  readonly workers: readonly (PublicVoter & { readonly agreements: number })[]
}): Field[] {
  const { taskContext, out, support, workers } = parameters
  assertWorkers(workers)
  return fields([
    taskContext,
    out,
    BigInt(workers.length),
    BigInt(support),
    ...padded(workers.map(({ commitment }) => commitment)),
    ...padded(workers.map(({ weight }) => weight)),
    ...masksOf(ONE_PROOF, workers).flat(),
    ...padded(workers.map(({ agreements }) => agreements)),
  ])
}

/**
 * Statement vector of a tally proof.
 *
 * @param parameters.previous - Commitment to the counts before; {@link ZERO_COUNTS} at first.
 * @param parameters.next - Commitment to the counts with these workers.
 * @throws {@link WorkerCountError}, {@link FieldOutOfRangeError}
 */
export function tallyVector(parameters: {
  readonly previous: bigint
  readonly next: bigint
  readonly workers: readonly PublicVoter[]
}): Field[] {
  const { previous, next, workers } = parameters
  assertWorkers(workers)
  return fields([
    BigInt(workers.length),
    previous,
    next,
    ...padded(workers.map(({ commitment }) => commitment)),
    ...padded(workers.map(({ weight }) => weight)),
    ...masksOf(COUNT_CAPACITY, workers).flat(),
  ])
}

/**
 * Statement vector of a decide proof.
 *
 * @param parameters.counts - Commitment to the counts of all workers.
 * @param parameters.out - Commitment to the consensus.
 * @throws {@link FieldOutOfRangeError}
 */
export function decideVector(parameters: {
  readonly taskContext: bigint
  readonly counts: bigint
  readonly out: bigint
  readonly support: number
}): Field[] {
  const { taskContext, counts, out, support } = parameters
  return fields([taskContext, counts, out, BigInt(support)])
}

/**
 * Statement vector of an agree proof.
 *
 * @param parameters.out - Commitment to the consensus.
 * @throws {@link WorkerCountError}, {@link FieldOutOfRangeError}
 */
export function agreeVector(parameters: {
  readonly out: bigint
  readonly workers: readonly (Omit<PublicVoter, 'weight'> & { readonly agreements: number })[]
}): Field[] {
  const { out, workers } = parameters
  assertWorkers(workers)
  return fields([
    BigInt(workers.length),
    out,
    ...padded(workers.map(({ commitment }) => commitment)),
    ...masksOf(COUNT_CAPACITY, workers).flat(),
    ...padded(workers.map(({ agreements }) => agreements)),
  ])
}
