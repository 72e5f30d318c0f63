import { CommitmentMismatchError, commitLabels } from '../commitments.js'
import { assertPublicKey, type Point, randomScalar } from '../encryption/babyjub.js'
import { type Delivery, encryptLabels } from '../encryption/labels.js'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { scoreLabels } from '../labels/agreement.js'
import { boxCodeParts, encodeLabels, type Label, packCodes } from '../labels/codes.js'
import { GoldDoesNotOpenError, hiddenGoldCommitment, type PackedGold, unpackGold } from '../labels/gold.js'
import { assertRules, encodeRules, type LabelCircuitName, type Rules } from '../labels/rules.js'
import {
  auditStatement,
  legalityStatement,
  openGoldStatement,
  type StatementResult,
  scoreStatement,
} from './statement.js'

/** Inputs of a circuit, by signal name. Secret: they hold the labels. */
export type CircuitInputs = { readonly [signal: string]: CircuitInput }
/** One signal, or nested arrays of them. */
export type CircuitInput = bigint | readonly CircuitInput[]

/** What a prover needs, and what goes on-chain beside the proof. */
export type Witness = {
  readonly circuit: LabelCircuitName
  /** Secret. */
  readonly inputs: CircuitInputs
  readonly statement: StatementResult
  readonly commitment: Field
}

/** The labels agree with too few gold items: no proof of these labels can exist. */
export class AgreementBelowThresholdError extends BaseError {
  override name = 'AgreementBelowThresholdError'
  constructor(
    readonly agreements: number,
    readonly goldCount: number,
    readonly needed: number,
  ) {
    super(`The labels agree with ${agreements} of ${goldCount} gold items; the task needs ${needed}.`, {
      metaMessages: ['No proof of these labels can exist, so nothing was proven and nothing was sent.'],
    })
  }
}

/** Labels of one slot and where they are committed. */
export type LabelWitnessParameters = {
  readonly rules: Rules
  /** One per item. Secret. */
  readonly labels: readonly Label[]
  /** Salt of the label commitment. Secret. */
  readonly salt: bigint
  /** The commitment on-chain, when there is one: refused here when labels and salt do not open it. */
  readonly commitment?: bigint | undefined
  readonly commitmentContext: bigint
  readonly context: bigint
}

/** Labels of one slot and the hidden gold they are held against. */
export type HiddenGoldParameters = LabelWitnessParameters & {
  readonly gold: PackedGold
  /** Salt of the gold commitment. Secret. */
  readonly goldSalt: bigint
  /** The commitment on-chain, when there is one. */
  readonly goldCommitment?: bigint | undefined
}

/** To whom the labels are encrypted. */
export type EncryptionParameters = {
  /** The requester's BabyJubJub public key. */
  readonly encryptionKey: Point
  /** In [1, 2^250), one per delivery; drawn afresh when left out. Secret. */
  readonly ephemeralScalar?: bigint | undefined
}

/**
 * Everything a worker needs to prove once the gold is open. Refuses locally, with the reason, what no proof can show.
 *
 * @throws {@link AgreementBelowThresholdError}, {@link CommitmentMismatchError}, {@link WrongItemCountError},
 * {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}, {@link GoldMalformedError},
 * {@link InvalidEncryptionKeyError}, {@link RulesInvalidError}
 *
 * @example
 * import { type EncryptionParameters, type LabelWitnessParameters, openGoldWitness, type PackedGold, type Prover } from '@veritask/sdk'
 *
 * async function prove(
 *   prover: Prover,
 *   parameters: LabelWitnessParameters & EncryptionParameters & { gold: PackedGold },
 * ) {
 *   const { circuit, inputs, statement, delivery } = openGoldWitness(parameters)
 *   const { proof } = await prover.prove({ circuit, inputs, expectedSignals: statement.publicSignals })
 *   return { proof, delivery, digest: statement.digest }
 * }
 */
export function openGoldWitness(
  parameters: LabelWitnessParameters & EncryptionParameters & { readonly gold: PackedGold },
): Witness & { readonly delivery: Delivery } {
  const { rules, labels, gold } = parameters
  const prepared = prepareDelivery(parameters)
  const score = scoreLabels(rules, labels, unpackGold(rules, gold))
  if (!score.passed) throw new AgreementBelowThresholdError(score.agreements, score.goldCount, score.needed)
  const { codes, delivery, ephemeralScalar } = prepared
  const statement = openGoldStatement({ ...parameters, codes, delivery })
  const inputs = {
    ...commonInputs(parameters, codes, statement),
    ephemeralScalar,
    encryptionKey: parameters.encryptionKey,
    mask: gold.mask,
    values: gold.values,
  }
  return { circuit: statement.circuit, inputs, statement, commitment: statement.commitment, delivery }
}

/**
 * Everything a worker needs to prove that its labels are legal and delivered, without gold.
 *
 * @throws {@link CommitmentMismatchError}, {@link WrongItemCountError}, {@link LabelOutsideSchemaError},
 * {@link BoxOutsideImageError}, {@link InvalidEncryptionKeyError}, {@link RulesInvalidError}
 *
 * @example
 * import { type EncryptionParameters, type LabelWitnessParameters, legalityWitness } from '@veritask/sdk'
 *
 * const deliveryOf = (parameters: LabelWitnessParameters & EncryptionParameters) => legalityWitness(parameters).delivery
 */
export function legalityWitness(
  parameters: LabelWitnessParameters & EncryptionParameters,
): Witness & { readonly delivery: Delivery } {
  const { codes, delivery, ephemeralScalar } = prepareDelivery(parameters)
  const statement = legalityStatement({ ...parameters, codes, delivery })
  const inputs = {
    ...commonInputs(parameters, codes, statement),
    ephemeralScalar,
    encryptionKey: parameters.encryptionKey,
  }
  return { circuit: statement.circuit, inputs, statement, commitment: statement.commitment, delivery }
}

/**
 * Everything a requester needs to prove the exact score of a submission against hidden gold, passing or not.
 *
 * @param parameters.goldCommitment - The commitment on-chain: refused here when salt and gold do not open it.
 * @throws {@link GoldDoesNotOpenError}, {@link CommitmentMismatchError}, {@link GoldMalformedError},
 * {@link WrongItemCountError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}, {@link RulesInvalidError}
 *
 * @example
 * import { type LabelWitnessParameters, type PackedGold, scoreWitness } from '@veritask/sdk'
 *
 * const agreementsOf = (parameters: LabelWitnessParameters & { gold: PackedGold; goldSalt: bigint }) =>
 *   scoreWitness(parameters).agreements
 */
export function scoreWitness(
  parameters: HiddenGoldParameters,
): Witness & { readonly agreements: number; readonly passed: boolean } {
  const codes = hiddenGoldCodes(parameters)
  const { agreements, passed, ...statement } = scoreStatement({ ...parameters, codes })
  const inputs = hiddenGoldInputs(parameters, codes, statement)
  return { circuit: statement.circuit, inputs, statement, commitment: statement.commitment, agreements, passed }
}

/**
 * Everything a requester needs to prove which gold items a submission agrees with, without showing which items are gold.
 *
 * @param parameters.goldCommitment - The commitment on-chain: refused here when salt and gold do not open it.
 * @throws {@link GoldDoesNotOpenError}, {@link CommitmentMismatchError}, {@link GoldMalformedError},
 * {@link WrongItemCountError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}, {@link RulesInvalidError}
 *
 * @example
 * import { auditWitness, type LabelWitnessParameters, type PackedGold } from '@veritask/sdk'
 *
 * const bitsOf = (parameters: LabelWitnessParameters & { gold: PackedGold; goldSalt: bigint }) =>
 *   auditWitness(parameters).agreementBits
 */
export function auditWitness(
  parameters: HiddenGoldParameters,
): Witness & { readonly agreementBits: bigint; readonly agreements: number } {
  const codes = hiddenGoldCodes(parameters)
  const { agreementBits, agreements, ...statement } = auditStatement({ ...parameters, codes })
  const inputs = hiddenGoldInputs(parameters, codes, statement)
  return { circuit: statement.circuit, inputs, statement, commitment: statement.commitment, agreementBits, agreements }
}

/** Codes of legal labels, once labels and gold open their commitments. */
function hiddenGoldCodes(parameters: HiddenGoldParameters): bigint[] {
  const { gold, goldSalt, goldCommitment } = parameters
  const codes = committedCodes(parameters)
  if (goldCommitment !== undefined && hiddenGoldCommitment({ salt: goldSalt, ...gold }) !== goldCommitment)
    throw new GoldDoesNotOpenError()
  return codes
}

function hiddenGoldInputs(
  parameters: HiddenGoldParameters,
  codes: readonly bigint[],
  statement: StatementResult,
): CircuitInputs {
  const { gold, goldSalt } = parameters
  const common = commonInputs(parameters, codes, statement)
  return { ...common, goldSalt: toField(goldSalt, 'Gold salt'), mask: gold.mask, values: gold.values }
}

/** Codes of legal labels that open the commitment. */
function committedCodes(parameters: LabelWitnessParameters): bigint[] {
  const { rules, labels, commitment } = parameters
  assertRules(rules)
  const codes = encodeLabels(rules, labels)
  if (commitment !== undefined && commitLabels({ ...parameters, codes }) !== commitment)
    throw new CommitmentMismatchError(commitment)
  return codes
}

function prepareDelivery(parameters: LabelWitnessParameters & EncryptionParameters) {
  const codes = committedCodes(parameters)
  const { rules, encryptionKey, salt, ephemeralScalar = randomScalar() } = parameters
  assertPublicKey(encryptionKey)
  const words = packCodes(rules, codes)
  return { codes, ephemeralScalar, delivery: encryptLabels({ publicKey: encryptionKey, ephemeralScalar, words, salt }) }
}

function commonInputs(
  { rules, salt, commitmentContext }: LabelWitnessParameters,
  codes: readonly bigint[],
  { context, alpha }: StatementResult,
): CircuitInputs {
  const labels: CircuitInputs = rules.kind === 'box' ? { boxes: codes.map(boxCodeParts) } : { codes }
  return { context, alpha, commitmentContext, salt, rules: encodeRules(rules), ...labels }
}
