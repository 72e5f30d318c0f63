import { concatHex, keccak256, numberToHex } from 'viem'
import type { Point } from '../encryption/babyjub.js'
import type { Delivery } from '../encryption/labels.js'
import { FIELD_ORDER, type Field, toField } from '../field.js'
import type { PackedGold } from '../labels/gold.js'
import { encodeRules, type Rules } from '../labels/rules.js'

/** The four public signals of every labelling circuit, in order: digest, evaluation, context, alpha. */
export type PublicSignals = readonly [digest: Field, evaluation: Field, context: Field, alpha: Field]

/** What statements about a delivery need besides. */
export type DeliveryParameters = {
  /** The requester's BabyJubJub public key. */
  readonly encryptionKey: Point
  readonly delivery: Delivery
}

/** Values as field elements, each checked. */
export function fields(values: readonly bigint[]): Field[] {
  return values.map((value) => toField(value, 'A statement element'))
}

/**
 * Public signals that a proof of this digest must carry, from public data alone: what the settlement contract computes.
 *
 * @param digest - First public signal, as sent with the proof.
 * @param context - From {@link proofContext}.
 * @param vector - From {@link openGoldVector}, {@link legalityVector} or {@link scoreVector}.
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { publicSignalsFor } from '@veritask/sdk'
 *
 * const [digest, evaluation, context, alpha] = publicSignalsFor({ digest: 1n, context: 2n, vector: [3n, 4n] })
 */
export function publicSignalsFor(parameters: {
  readonly digest: bigint
  readonly context: bigint
  readonly vector: readonly bigint[]
}): PublicSignals {
  const digest = toField(parameters.digest, 'The digest')
  const context = toField(parameters.context, 'The context')
  const vector = fields(parameters.vector)
  const preimage = concatHex([digest, context, ...vector].map((element) => numberToHex(element, { size: 32 })))
  const alpha = toField(BigInt(keccak256(preimage)) >> 8n)
  return [digest, evaluate(vector, alpha), context, alpha]
}

/** Σ vector_i · point^i. */
function evaluate(vector: readonly bigint[], point: bigint): Field {
  return vector.reduceRight((sum, element) => (sum * point + element) % FIELD_ORDER, 0n) as Field
}

/** Public data of a labelling statement. */
export type VectorParameters = {
  readonly rules: Rules
  readonly commitmentContext: bigint
  readonly commitment: bigint
}

function deliveryHead(parameters: VectorParameters & DeliveryParameters): bigint[] {
  const { rules, commitmentContext, commitment, encryptionKey, delivery } = parameters
  return [commitmentContext, commitment, encodeRules(rules), ...encryptionKey, ...delivery.ephemeralKey]
}

/**
 * Statement vector of an open-gold proof.
 *
 * @throws {@link FieldOutOfRangeError}, {@link RulesInvalidError}
 */
export function openGoldVector(
  parameters: VectorParameters & DeliveryParameters & { readonly gold: PackedGold },
): Field[] {
  const { gold, delivery } = parameters
  return fields([...deliveryHead(parameters), ...gold.mask, ...gold.values, ...delivery.ciphertext])
}

/**
 * Statement vector of a legality proof.
 *
 * @throws {@link FieldOutOfRangeError}, {@link RulesInvalidError}
 */
export function legalityVector(parameters: VectorParameters & DeliveryParameters): Field[] {
  return fields([...deliveryHead(parameters), ...parameters.delivery.ciphertext])
}

/**
 * Statement vector of a score proof.
 *
 * @param parameters.goldCommitment - From {@link hiddenGoldCommitment}.
 * @param parameters.agreements - The score it proves.
 * @throws {@link FieldOutOfRangeError}, {@link RulesInvalidError}
 */
export function scoreVector(
  parameters: VectorParameters & { readonly goldCommitment: bigint; readonly agreements: number },
): Field[] {
  const { rules, commitmentContext, commitment, goldCommitment, agreements } = parameters
  return fields([commitmentContext, commitment, encodeRules(rules), goldCommitment, BigInt(agreements)])
}

/**
 * Statement vector of an audit proof.
 *
 * @param parameters.goldCommitment - From {@link hiddenGoldCommitment}.
 * @param parameters.challengerCommitmentContext - From {@link commitmentContext}, of the challenger's slot.
 * @param parameters.challengerCommitment - The challenger's label commitment.
 * @param parameters.withGold - Items on which the slot agrees with the gold and not with the challenger, of those on which the
 * challenger does not agree with the gold: bit k for the k-th gold item.
 * @param parameters.withChallenger - Of these, items on which it agrees with the challenger and not with the gold, likewise.
 * @throws {@link FieldOutOfRangeError}, {@link RulesInvalidError}
 */
export function auditVector(
  parameters: VectorParameters & {
    readonly goldCommitment: bigint
    readonly challengerCommitmentContext: bigint
    readonly challengerCommitment: bigint
    readonly withGold: bigint
    readonly withChallenger: bigint
  },
): Field[] {
  const { rules, commitmentContext, commitment, goldCommitment, withGold, withChallenger } = parameters
  return fields([
    commitmentContext,
    commitment,
    encodeRules(rules),
    goldCommitment,
    parameters.challengerCommitmentContext,
    parameters.challengerCommitment,
    withGold,
    withChallenger,
  ])
}
