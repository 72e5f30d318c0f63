import { commitLabels } from '../commitments.js'
import type { Field } from '../field.js'
import { scoreLabels, sidesOf } from '../labels/agreement.js'
import { decodeLabels } from '../labels/codes.js'
import { hiddenGoldCommitment, type PackedGold, pickCodes, unpackGold } from '../labels/gold.js'
import { circuitNameFor, encodeRules, type LabelCircuitName, type Rules } from '../labels/rules.js'
import { domains, hash } from '../poseidon.js'
import {
  auditVector,
  type DeliveryParameters,
  legalityVector,
  openGoldVector,
  type PublicSignals,
  publicSignalsFor,
  scoreVector,
} from './vectors.js'

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

/** What statements about hidden gold need besides. */
type GoldParameters = StatementParameters & {
  readonly gold: PackedGold
  /** Salt of the gold commitment; secret. */
  readonly goldSalt: bigint
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
