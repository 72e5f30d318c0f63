import { concatHex, keccak256, numberToHex } from 'viem'
import { commitLabels } from '../commitments.js'
import type { Point } from '../encryption/babyjub.js'
import type { Delivery } from '../encryption/labels.js'
import { FIELD_ORDER, type Field, toField } from '../field.js'
import { scoreLabels, sidesOf } from '../labels/agreement.js'
import { decodeLabels } from '../labels/codes.js'
import { hiddenGoldCommitment, type PackedGold, pickCodes, unpackGold } from '../labels/gold.js'
import { circuitNameFor, encodeRules, type LabelCircuitName, type Rules } from '../labels/rules.js'
import { domains, hash } from '../poseidon.js'

/** The four public signals of every labelling circuit, in order: digest, evaluation, context, alpha. */
export type PublicSignals = readonly [digest: Field, evaluation: Field, context: Field, alpha: Field]

/** What a labelling proof states. */
export type StatementResult = {
  readonly circuit: LabelCircuitName
  readonly commitment: Field
  /** Fixes every word of the vector before alpha is known. */
  readonly digest: Field
  /** What the contract knows or is sent, in order. */
  readonly vector: readonly Field[]
  readonly alpha: Field
  readonly evaluation: Field
  readonly context: Field
  readonly publicSignals: PublicSignals
}

/** What every statement starts from. */
export type StatementParameters = {
  readonly rules: Rules
  /** From {@link proofContext}. */
  readonly context: bigint
  /** From {@link commitmentContext}. */
  readonly commitmentContext: bigint
  /** Salt of the label commitment; secret. */
  readonly salt: bigint
  /** From {@link encodeLabels}; secret. */
  readonly codes: readonly bigint[]
}

/** What statements about a delivery need besides. */
export type DeliveryParameters = {
  /** The requester's BabyJubJub public key. */
  readonly encryptionKey: Point
  readonly delivery: Delivery
}

/** What statements about hidden gold need besides. */
type GoldParameters = StatementParameters & {
  readonly gold: PackedGold
  /** Salt of the gold commitment; secret. */
  readonly goldSalt: bigint
}

function fields(values: readonly bigint[]): Field[] {
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

function result(
  circuit: LabelCircuitName,
  commitment: Field,
  statement: { readonly digest: Field; readonly context: bigint; readonly vector: Field[] },
): StatementResult {
  const publicSignals = publicSignalsFor(statement)
  const [digest, evaluation, context, alpha] = publicSignals
  return { circuit, commitment, digest, vector: statement.vector, alpha, evaluation, context, publicSignals }
}

/**
 * What a worker proves once the gold is open: its committed labels are legal, agree with the gold, and are what the
 * delivery holds. Checks nothing but ranges; {@link openGoldWitness} refuses what cannot be proven.
 *
 * @example
 * import { type DeliveryParameters, openGoldStatement, type PackedGold, type StatementParameters } from '@veritask/sdk'
 *
 * const digestOf = (parameters: StatementParameters & DeliveryParameters & { gold: PackedGold }) =>
 *   openGoldStatement(parameters).digest
 */
export function openGoldStatement(
  parameters: StatementParameters & DeliveryParameters & { readonly gold: PackedGold },
): StatementResult {
  const { rules, salt, codes, encryptionKey, delivery, gold, context } = parameters
  const commitment = commitLabels(parameters)
  const digest = hash([
    domains.openGold,
    salt,
    commitment,
    encodeRules(rules),
    ...encryptionKey,
    ...delivery.ephemeralKey,
    ...gold.mask,
    ...gold.values,
    ...pickCodes(rules, gold.mask, codes),
  ])
  const vector = openGoldVector({ ...parameters, commitment })
  return result(circuitNameFor('open-gold', rules), commitment, { digest, context, vector })
}

/**
 * What a worker proves without gold: its committed labels are legal and are what the delivery holds.
 *
 * @example
 * import { type DeliveryParameters, legalityStatement, type StatementParameters } from '@veritask/sdk'
 *
 * const digestOf = (parameters: StatementParameters & DeliveryParameters) => legalityStatement(parameters).digest
 */
export function legalityStatement(parameters: StatementParameters & DeliveryParameters): StatementResult {
  const { rules, encryptionKey, delivery, context } = parameters
  const commitment = commitLabels(parameters)
  const digest = hash([domains.legality, commitment, encodeRules(rules), ...encryptionKey, ...delivery.ephemeralKey])
  const vector = legalityVector({ ...parameters, commitment })
  return result(circuitNameFor('legality', rules), commitment, { digest, context, vector })
}

/**
 * What a requester proves about a submission: on how many gold items the committed labels agree with the hidden gold.
 *
 * @example
 * import { type PackedGold, type StatementParameters, scoreStatement } from '@veritask/sdk'
 *
 * const agreementsOf = (parameters: StatementParameters & { gold: PackedGold; goldSalt: bigint }) =>
 *   scoreStatement(parameters).agreements
 */
export function scoreStatement(
  parameters: GoldParameters,
): StatementResult & { readonly agreements: number; readonly passed: boolean; readonly goldCommitment: Field } {
  const { rules, codes, context, gold, goldSalt } = parameters
  const commitment = commitLabels(parameters)
  const goldCommitment = hiddenGoldCommitment({ salt: goldSalt, ...gold })
  const { agreements, passed } = scoreLabels(rules, decodeLabels(rules, codes), unpackGold(rules, gold))
  const digest = hash([
    domains.score,
    // The worker knows its own salt and labels; only the gold's salt keeps it from searching for the mask.
    goldSalt,
    commitment,
    encodeRules(rules),
    goldCommitment,
    BigInt(agreements),
    ...pickCodes(rules, gold.mask, codes),
  ])
  const vector = scoreVector({ ...parameters, commitment, goldCommitment, agreements })
  const statement = result(circuitNameFor('score', rules), commitment, { digest, context, vector })
  return { ...statement, agreements, passed, goldCommitment }
}

/** Committed labels of one slot, as codes. */
export type CommittedCodes = Pick<StatementParameters, 'codes' | 'salt' | 'commitmentContext'>

/** What an audit is about: a slot of the panel, the challenger, and the hidden gold between them. */
export type AuditStatementParameters = Omit<GoldParameters, keyof CommittedCodes> & {
  /** The slot of the panel that is asked. */
  readonly slot: CommittedCodes
  /** The slot whose worker challenged the gold. */
  readonly challenger: CommittedCodes
}

/**
 * What a requester proves about a slot of an audit's panel, without showing which items are gold: of the gold items that the
 * challenger's committed labels contradict, on how many the slot agrees with the gold alone, and on how many with the challenger
 * alone ({@link sidesOf}).
 *
 * @example
 * import { type AuditStatementParameters, auditStatement } from '@veritask/sdk'
 *
 * const sideOf = (parameters: AuditStatementParameters) => {
 *   const { withGold, withChallenger } = auditStatement(parameters)
 *   return withGold === 0n && withChallenger !== 0n ? 'challenger' : 'gold'
 * }
 */
export function auditStatement(parameters: AuditStatementParameters): StatementResult & {
  readonly withGold: bigint
  readonly withChallenger: bigint
  readonly goldCommitment: Field
  readonly challengerCommitment: Field
} {
  const { rules, context, gold, goldSalt, slot, challenger } = parameters
  const commitment = commitLabels({ rules, ...slot })
  const challengerCommitment = commitLabels({ rules, ...challenger })
  const goldCommitment = hiddenGoldCommitment({ salt: goldSalt, ...gold })
  const [labels, others] = [slot, challenger].map(({ codes }) => decodeLabels(rules, codes))
  const { withGold, withChallenger } = sidesOf(rules, labels!, others!, unpackGold(rules, gold))
  const digest = hash([
    domains.audit,
    // As in a score: either worker knows its own salt and labels, and both together know all but the gold.
    goldSalt,
    commitment,
    encodeRules(rules),
    goldCommitment,
    challengerCommitment,
    withGold,
    withChallenger,
    ...pickCodes(rules, gold.mask, slot.codes),
    ...pickCodes(rules, gold.mask, challenger.codes),
  ])
  const vector = auditVector({
    rules,
    commitmentContext: slot.commitmentContext,
    commitment,
    goldCommitment,
    challengerCommitmentContext: challenger.commitmentContext,
    challengerCommitment,
    withGold,
    withChallenger,
  })
  const statement = result(circuitNameFor('audit', rules), commitment, { digest, context, vector })
  return { ...statement, withGold, withChallenger, goldCommitment, challengerCommitment }
}
