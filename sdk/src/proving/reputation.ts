import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { MAX_BPS } from '../labels/rules.js'
import { reputationCommitment, reputationLeaf, reputationNullifier } from '../reputation/leaf.js'
import { LeafNotInTreeError, leanPaths, REPUTATION_TREE_DEPTH } from '../reputation/tree.js'
import type { CircuitInputs } from './witness.js'

/** Most records that one proof opens. */
export const REPUTATION_RECORDS = 5

/** One recorded slot of a worker. Secret: together with the worker's secret it says which. */
export type ReputationRecord = {
  readonly blinding: bigint
  readonly scoreBps: number
}

/** No proof of these records can exist. */
export class ReputationUnprovableError extends BaseError {
  override name = 'ReputationUnprovableError'
  constructor(readonly reason: string) {
    super(`This reputation cannot be proven: ${reason}.`)
  }
}

/**
 * Public signals of a reputation proof, in order: nullifier, root, tasks, minScore, scope, message.
 *
 * @throws {@link FieldOutOfRangeError}
 */
export function reputationSignals(parameters: {
  readonly nullifier: bigint
  readonly root: bigint
  readonly tasks: number
  readonly minScoreBps: number
  readonly scope: bigint
  readonly message: bigint
}): Field[] {
  const { nullifier, root, tasks, minScoreBps, scope, message } = parameters
  return [nullifier, root, BigInt(tasks), BigInt(minScoreBps), scope, message].map((signal) =>
    toField(signal, 'A public signal'),
  )
}

/**
 * Everything a worker needs to prove that it has at least so many records of at least such a score, without showing which.
 *
 * @param parameters.secret - What the records were committed with. Secret.
 * @param parameters.records - 1 to 5, all of which count. Secret.
 * @param parameters.leaves - All leaves of the tree, in the order in which they were added.
 * @param parameters.scope - What the nullifier is for: the same secret gives the same nullifier once more.
 * @param parameters.message - What the proof is to be bound to.
 * @throws {@link LeafNotInTreeError}, {@link ReputationUnprovableError}, {@link FieldOutOfRangeError}
 *
 * @example
 * import { type Prover, type ReputationRecord, reputationWitness } from '@veritask/sdk'
 *
 * async function prove(prover: Prover, secret: bigint, records: readonly ReputationRecord[], leaves: readonly bigint[]) {
 *   const { circuit, inputs, publicSignals, nullifier } = reputationWitness({
 *     secret, records, leaves, minScoreBps: 9_000, scope: 1n, message: 2n,
 *   })
 *   const { proof } = await prover.prove({ circuit, inputs, expectedSignals: publicSignals })
 *   return { proof, nullifier }
 * }
 */
export function reputationWitness(parameters: {
  readonly secret: bigint
  readonly records: readonly ReputationRecord[]
  readonly leaves: readonly bigint[]
  readonly minScoreBps: number
  readonly scope: bigint
  readonly message: bigint
}): {
  readonly circuit: 'reputation-5'
  readonly inputs: CircuitInputs
  readonly publicSignals: readonly Field[]
  readonly nullifier: Field
  readonly root: Field
} {
  const { secret, records, leaves, minScoreBps, scope, message } = parameters
  if (records.length < 1 || records.length > REPUTATION_RECORDS)
    throw new ReputationUnprovableError(`one proof is about 1 to ${REPUTATION_RECORDS} records, not ${records.length}`)
  if (!Number.isInteger(minScoreBps) || minScoreBps < 0 || minScoreBps > MAX_BPS)
    throw new ReputationUnprovableError(`the least score is not from 0 to ${MAX_BPS} basis points`)
  if (records.some(({ scoreBps }) => !(scoreBps >= minScoreBps)))
    throw new ReputationUnprovableError(`a record has less than ${minScoreBps} basis points`)
  const own = records.map(({ blinding, scoreBps }) =>
    reputationLeaf({ commitment: reputationCommitment({ secret, blinding }), scoreBps }),
  )
  if (new Set<bigint>(own).size !== own.length) throw new ReputationUnprovableError('a record is given twice')
  const indices = own.map((leaf) => leaves.indexOf(leaf))
  if (indices.includes(-1)) throw new LeafNotInTreeError(leaves.length)
  const { root, paths } = leanPaths(leaves, indices)
  if (paths.some(({ siblings }) => siblings.length > REPUTATION_TREE_DEPTH))
    throw new ReputationUnprovableError(`the tree is deeper than ${REPUTATION_TREE_DEPTH}`)

  const nullifier = reputationNullifier({ secret, scope })
  const tasks = records.length
  const publicSignals = reputationSignals({ nullifier, root, tasks, minScoreBps, scope, message })
  const positions = Array.from({ length: REPUTATION_RECORDS }, (_, index) => index)
  const levels = Array.from({ length: REPUTATION_TREE_DEPTH }, (_, index) => index)
  const inputs = {
    secret,
    blinding: positions.map((index) => records[index]?.blinding ?? 0n),
    score: positions.map((index) => BigInt(records[index]?.scoreBps ?? 0)),
    depth: positions.map((index) => BigInt(paths[index]?.siblings.length ?? 0)),
    right: positions.map((index) => levels.map((level) => (paths[index]?.right[level] ? 1n : 0n))),
    sibling: positions.map((index) => levels.map((level) => paths[index]?.siblings[level] ?? 0n)),
    root,
    tasks: BigInt(tasks),
    minScore: BigInt(minScoreBps),
    scope,
    message,
  }
  return { circuit: 'reputation-5', inputs, publicSignals, nullifier, root }
}
