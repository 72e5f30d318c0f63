import type { Hex } from 'viem'
import { proofContext } from '../../../context.js'
import type { Deployment } from '../../../deployments.js'
import { BaseError } from '../../../errors/base.js'
import type { VeritaskEventNamed } from '../../../events/decode.js'
import { FIELD_ORDER } from '../../../field.js'
import type { LabelCircuitName } from '../../../labels/rules.js'
import type { ConsensusCircuitName } from '../../../proving/consensusVectors.js'
import { publicSignalsFor } from '../../../proving/vectors.js'
import type { VeritaskClient } from '../connect.js'
import { type ProofPlace, type PublicStatement, receiptIdOf, SIGNAL, SIGNALS } from '../statement.js'

export class ReceiptNotFoundError extends BaseError {
  override name = 'ReceiptNotFoundError'
  constructor({ what }: { what: string }) {
    super(`There is no receipt ${what}.`, { metaMessages: ['Only statements the chain verified have one.'] })
  }
}

export type Receipt = VeritaskEventNamed<'ReceiptIssued'>

/** What a receipt can be about. */
export type ReceiptStatement =
  | PublicStatement['statement']
  /** The majority of a small task; then a chunk of votes, the majority and a chunk of workers of a large one. */
  | 'consensus'
  | 'tally'
  | 'decide'
  | 'agree'
  /** A statement that was the whole task. */
  | 'direct'
  | 'optimistic'

type Found = { readonly description: string; readonly passed: boolean; readonly detail?: string | undefined }

/** What one family of statements finds out about a receipt from chain data. */
export type ReceiptFacts = {
  readonly statement: ReceiptStatement
  readonly place: ProofPlace
  /** The circuit of this release that such a statement is proven with, when it is one of them. */
  readonly circuit: LabelCircuitName | ConsensusCircuitName | undefined
  /** Whether the task's terms name the key for such a statement. */
  readonly pinned: Found
  /** Whether every public signal has its range; undefined where the key's own proof system sees to it. */
  readonly inRange: boolean | undefined
  readonly context: Found
  readonly stated: Found
  /** The id under which the chain keeps this very statement. */
  readonly receiptId: Hex
}

export type ReadReceiptFacts = (
  client: VeritaskClient,
  deployment: Deployment,
  receipt: Receipt,
) => Promise<ReceiptFacts>

/**
 * What is found of a statement whose vector is bound to the proof (circuits/SPEC.md, 1.6): every signal but the digest is
 * computed again.
 *
 * @param vector - Makes the vector; undefined where the chain does not show all of it.
 */
export function vectorFacts(
  { args: { publicSignals } }: Receipt,
  place: ProofPlace,
  vector: (() => readonly bigint[]) | undefined,
): Pick<ReceiptFacts, 'inRange' | 'receiptId'> & { readonly bound: boolean; readonly matches: boolean } {
  const inRange = publicSignals.length === SIGNALS.length && publicSignals.every((signal) => signal < FIELD_ORDER)
  const digest = publicSignals[SIGNAL.digest] ?? 0n
  const context = proofContext(place)
  const expected = inRange && vector ? signalsOf(digest, context, vector) : undefined
  const same = (index: number) => expected !== undefined && expected[index] === publicSignals[index]
  return {
    inRange,
    receiptId: receiptIdOf(place, digest),
    bound: inRange && publicSignals[SIGNAL.context] === context,
    matches: same(SIGNAL.evaluation) && same(SIGNAL.alpha),
  }
}

/** A node may answer values that no chain accepts: then nothing was stated. */
function signalsOf(digest: bigint, context: bigint, vector: () => readonly bigint[]): readonly bigint[] | undefined {
  try {
    return publicSignalsFor({ digest, context, vector: vector() })
  } catch (error) {
    if (error instanceof BaseError) return undefined
    throw error
  }
}
