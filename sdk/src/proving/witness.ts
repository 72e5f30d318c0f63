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
  const codes = committedCodes(parameters)
  assertGoldOpens(parameters)
  const { agreements, passed, ...statement } = scoreStatement({ ...parameters, codes })
  const inputs = { ...commonInputs(parameters, codes, statement), ...goldInputs(parameters) }
  return { circuit: statement.circuit, inputs, statement, commitment: statement.commitment, agreements, passed }
}

/** Labels of one slot of an audit, and where they are committed. */
export type AuditedLabels = Pick<LabelWitnessParameters, 'labels' | 'salt' | 'commitment' | 'commitmentContext'>

/** A slot of an audit's panel, the challenger, and the hidden gold between them. */
export type AuditWitnessParameters = Omit<HiddenGoldParameters, keyof AuditedLabels> & {
  /** The slot of the panel that is asked. */
  readonly slot: AuditedLabels
  /** The slot whose worker challenged the gold. */
  readonly challenger: AuditedLabels
}

/**
 * Everything a requester needs to prove on whose side a slot of an audit's panel is, without showing which items are gold: of the
 * gold items that the challenger's labels contradict, on how many the slot agrees with the gold alone, and on how many with the
 * challenger alone.
 *
 * @param parameters.context - From {@link proofContext}, of the panel's slot and the audit key.
 * @param parameters.goldCommitment - The commitment on-chain: refused here when salt and gold do not open it.
 * @throws {@link GoldDoesNotOpenError}, {@link CommitmentMismatchError}, {@link GoldMalformedError},
 * {@link WrongItemCountError}, {@link LabelOutsideSchemaError}, {@link BoxOutsideImageError}, {@link RulesInvalidError}
 *
 * @example
 * import { type AuditWitnessParameters, auditWitness, type Prover } from '@veritask/sdk'
 *
 * async function prove(prover: Prover, parameters: AuditWitnessParameters) {
 *   const { circuit, inputs, statement, withGold, withChallenger } = auditWitness(parameters)
 *   const { proof } = await prover.prove({ circuit, inputs, expectedSignals: statement.publicSignals })
 *   return { proof, digest: statement.digest, withGold, withChallenger }
 * }
 */
export function auditWitness(
  parameters: AuditWitnessParameters,
): Witness & { readonly withGold: bigint; readonly withChallenger: bigint } {
  const { rules, context, gold, goldSalt } = parameters
  assertGoldOpens(parameters)
  const [slot, challenger] = [parameters.slot, parameters.challenger].map((side) => ({
    codes: committedCodes({ rules, ...side }),
    salt: side.salt,
    commitmentContext: side.commitmentContext,
  }))
  const { withGold, withChallenger, ...statement } = auditStatement({
    rules,
    context,
    gold,
    goldSalt,
    slot: slot!,
    challenger: challenger!,
  })
  const inputs = {
    context: statement.context,
    alpha: statement.alpha,
    rules: encodeRules(rules),
    ...slot!,
    challengerCodes: challenger!.codes,
    challengerSalt: challenger!.salt,
    challengerCommitmentContext: challenger!.commitmentContext,
    ...goldInputs(parameters),
  }
  return { circuit: statement.circuit, inputs, statement, commitment: statement.commitment, withGold, withChallenger }
}

/** What circuits about hidden gold read of it. */
type HiddenGold = Pick<HiddenGoldParameters, 'gold' | 'goldSalt' | 'goldCommitment'>

function assertGoldOpens({ gold, goldSalt, goldCommitment }: HiddenGold): void {
  if (goldCommitment !== undefined && hiddenGoldCommitment({ salt: goldSalt, ...gold }) !== goldCommitment)
    throw new GoldDoesNotOpenError()
}

function goldInputs({ gold, goldSalt }: HiddenGold): CircuitInputs {
  return { goldSalt: toField(goldSalt, 'Gold salt'), mask: gold.mask, values: gold.values }
}

/** Codes of legal labels that open the commitment. */
function committedCodes(parameters: AuditedLabels & { readonly rules: Rules }): bigint[] {
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
