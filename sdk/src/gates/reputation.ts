import { type Address, decodeAbiParameters, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { type SecretInput, secretField } from '../entropy.js'
import { BaseError } from '../errors/base.js'
import { AnonymityTooSmallError } from '../errors/reputation.js'
import { type Field, toField } from '../field.js'
import { MAX_BPS } from '../labels/rules.js'
import { proofToBytes } from '../proving/groth16.js'
import type { Prover, ProvingProgress } from '../proving/prover.js'
import { REPUTATION_RECORDS, reputationWitness } from '../proving/reputation.js'
import { reputationCommitment } from '../reputation/leaf.js'
import { type AdmissionBuilder, encodeProofAdmission, gateScope, joiningMessage, signConsent } from './joining.js'

const TERMS = parseAbiParameters('(bytes32 keyId, address requester, uint8 minSlots, uint16 minScoreBps)')
const BLINDING_SHIFT = 8n
const SLOT_BITS = 32n
/** How many commitments of one slot a secret finds again. */
const MAX_ATTEMPTS = 4
/** Fewest workers that a proof of reputation has to fit, unless told otherwise. */
export const MIN_ANONYMITY = 10

/** Too few recorded slots of this secret are good enough. */
export class ReputationTooSmallError extends BaseError {
  override name = 'ReputationTooSmallError'
  constructor(
    readonly slots: number,
    readonly minSlots: number,
    readonly minScoreBps: number,
  ) {
    super(
      `The secret has ${slots} recorded slots with ${minScoreBps} basis points or more; the gate asks for ${minSlots}.`,
    )
  }
}

/** Terms that the reputation gate refuses. */
export class ReputationTermsInvalidError extends BaseError {
  override name = 'ReputationTermsInvalidError'
  constructor(readonly reason: string) {
    super(`The terms of the reputation gate are invalid: ${reason}.`)
  }
}

/** A slot in its requester's tree of accepted slots; see `readReputation`. */
export type RecordedSlot = {
  readonly taskId: Hex
  readonly slot: number
  /** The account that took the slot and recorded it, for everybody to see. */
  readonly worker: Address
  readonly commitment: bigint
  /** Proven agreement, in basis points. */
  readonly scoreBps: number
  readonly leaf: bigint
}

/**
 * Blinding of one slot's record. It follows from secret and slot, so that the secret alone finds and opens its records: the
 * secret is to be drawn by `randomSalt`, once for a lifetime, and kept like a key. Commitments and blindings are public or follow
 * from what is: whoever can guess the secret finds all of its records. So the actions take drawn secrets alone.
 *
 * @param parameters.attempt - 0, and up to 3 when somebody copied the commitment and recorded it first: the registry takes no
 * leaf twice. Such a copy costs its maker a slot of its own, which it can never show.
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { randomSalt, reputationBlinding, reputationCommitment } from '@veritask/sdk'
 *
 * const secret = randomSalt()
 * const blinding = reputationBlinding({ secret, taskId: `0x${'11'.repeat(32)}`, slot: 0 })
 * const commitment = reputationCommitment({ secret, blinding })
 */
export function reputationBlinding(parameters: {
  /** Secret. */
  readonly secret: bigint
  readonly taskId: Hex
  readonly slot: number
  readonly attempt?: number | undefined
}): Field {
  const { taskId, slot, attempt = 0 } = parameters
  const secret = toField(parameters.secret, 'The reputation secret')
  const place = (BigInt(attempt) << SLOT_BITS) + BigInt(slot)
  const encoded = encodeAbiParameters(parseAbiParameters('uint256, bytes32, uint64'), [secret, taskId, place])
  return toField(BigInt(keccak256(encoded)) >> BLINDING_SHIFT)
}

/**
 * Terms of the reputation gate: what `createTask` sends.
 *
 * @param parameters.requester - Whose accepted slots count.
 * @param parameters.minSlots - 1 to 5. Slots, not tasks: several may be of one task, taken through several accounts.
 * @param parameters.minScoreBps - 1 to 10,000.
 * @throws {@link ReputationTermsInvalidError}
 *
 * @example
 * import { reputationGateData } from '@veritask/sdk'
 *
 * const requester = `0x${'22'.repeat(20)}` as const
 * const gateData = reputationGateData({ keyId: `0x${'11'.repeat(32)}`, requester, minSlots: 2, minScoreBps: 8000 })
 */
export function reputationGateData(parameters: {
  readonly keyId: Hex
  readonly requester: Address
  readonly minSlots: number
  readonly minScoreBps: number
}): Hex {
  assertTerms(parameters)
  return encodeAbiParameters(TERMS, [parameters])
}

/** Who can have made a proof of reputation. */
export type ReputationAnonymity = {
  /** Recorded slots that are good enough. */
  readonly slots: number
  /** Accounts with enough of them each. */
  readonly accounts: number
  /** Workers that can have made it, at most: these accounts, and those that the slots of all others are enough for. */
  readonly workers: number
}

/**
 * Counts who can have made a proof of reputation. Nobody sees which slots are of one secret, but everybody sees which account
 * recorded which slot. So an account counts once, however much it recorded, and accounts with too few slots of their own only
 * in as many groups as their slots are enough for. It is an upper bound: several accounts may be one person, and a requester can
 * fill its tree with slots that it accepted from itself. The gate takes a root for an hour after it was replaced, so who proves
 * late is one of those at that root.
 *
 * @param parameters.recorded - From `readReputation`.
 *
 * @example
 * import { type RecordedSlot, reputationAnonymity } from '@veritask/sdk'
 *
 * const count = (recorded: RecordedSlot[]) => reputationAnonymity({ recorded, minSlots: 2, minScoreBps: 8000 }).workers
 */
export function reputationAnonymity(parameters: {
  readonly recorded: readonly RecordedSlot[]
  readonly minSlots: number
  readonly minScoreBps: number
}): ReputationAnonymity {
  const { recorded, minSlots, minScoreBps } = parameters
  assertTerms(parameters)
  const perAccount = new Map<string, number>()
  for (const { worker, scoreBps } of recorded) {
    if (scoreBps < minScoreBps) continue
    const account = worker.toLowerCase()
    perAccount.set(account, (perAccount.get(account) ?? 0) + 1)
  }
  const counts = [...perAccount.values()]
  const slots = counts.reduce((sum, count) => sum + count, 0)
  const enough = counts.filter((count) => count >= minSlots)
  const rest = slots - enough.reduce((sum, count) => sum + count, 0)
  return { slots, accounts: enough.length, workers: enough.length + Math.floor(rest / minSlots) }
}

/**
 * Refuses terms that too few workers meet.
 *
 * @param parameters.minAnonymity - How many are enough. Default: 10.
 * @throws {@link AnonymityTooSmallError}
 */
export function assertAnonymity(parameters: {
  readonly recorded: readonly RecordedSlot[]
  readonly minSlots: number
  readonly minScoreBps: number
  readonly minAnonymity?: number | undefined
}): void {
  const { minSlots, minScoreBps, minAnonymity: required = MIN_ANONYMITY } = parameters
  const { workers } = reputationAnonymity(parameters)
  if (workers < required) throw new AnonymityTooSmallError({ workers, required, minSlots, minScoreBps })
}

/**
 * Terms of a reputation gate, from what {@link reputationGateData} made of them.
 *
 * @example
 * import { readReputationGateData, reputationGateData } from '@veritask/sdk'
 *
 * const requester = `0x${'22'.repeat(20)}` as const
 * const gateData = reputationGateData({ keyId: `0x${'11'.repeat(32)}`, requester, minSlots: 2, minScoreBps: 8000 })
 * const { minSlots } = readReputationGateData(gateData) // 2
 */
export function readReputationGateData(gateData: Hex): {
  readonly keyId: Hex
  readonly requester: Address
  readonly minSlots: number
  readonly minScoreBps: number
} {
  const [terms] = decodeAbiParameters(TERMS, gateData)
  return terms
}

/**
 * Proves that the worker had enough slots accepted by a requester, without telling which.
 *
 * @param parameters.secret - Under which the slots were recorded. Secret.
 * @param parameters.recorded - From `readReputation`: all of the requester that the gate's terms name, in order.
 * @param parameters.minAnonymity - How many workers the proof has to fit. Default: 10; fewer are refused before proving.
 * @param parameters.minSlots - As the terms say.
 * @param parameters.minScoreBps - As the terms say.
 *
 * @example
 * import { type Prover, type RecordedSlot, reputationAdmission, type Secret } from '@veritask/sdk'
 *
 * const admission = (prover: Prover, secret: Secret, recorded: RecordedSlot[]) =>
 *   reputationAdmission({ prover, secret, recorded, minSlots: 2, minScoreBps: 8000 })
 */
export function reputationAdmission(parameters: {
  readonly secret: SecretInput
  readonly recorded: readonly RecordedSlot[]
  readonly minSlots: number
  readonly minScoreBps: number
  readonly minAnonymity?: number | undefined
  readonly prover: Prover
  readonly onProgress?: ((progress: ProvingProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}): AdmissionBuilder {
  const { recorded, minSlots, minScoreBps, prover, onProgress, signal } = parameters
  assertTerms(parameters)
  const secret = secretField(parameters.secret, 'The reputation secret')
  return async (request) => {
    const own: { blinding: Field; scoreBps: number }[] = []
    for (let attempt = 0; attempt < MAX_ATTEMPTS && own.length < minSlots; attempt++) {
      for (const { taskId, slot, commitment, scoreBps } of recorded) {
        if (scoreBps < minScoreBps) continue
        const blinding = reputationBlinding({ secret, taskId, slot, attempt })
        if (reputationCommitment({ secret, blinding }) === commitment) own.push({ blinding, scoreBps })
      }
    }
    if (own.length < minSlots) throw new ReputationTooSmallError(own.length, minSlots, minScoreBps)
    assertAnonymity(parameters)

    const { circuit, inputs, publicSignals, nullifier, root } = reputationWitness({
      secret,
      records: own.slice(0, minSlots),
      leaves: recorded.map(({ leaf }) => leaf),
      minScoreBps,
      scope: gateScope(request),
      message: joiningMessage(request),
    })
    const { proof } = await prover.prove({ circuit, inputs, expectedSignals: publicSignals, onProgress, signal })
    return encodeProofAdmission({ root, nullifier, proof: proofToBytes(proof), consent: await signConsent(request) })
  }
}

function assertTerms({ minSlots, minScoreBps }: { minSlots: number; minScoreBps: number }): void {
  if (!Number.isInteger(minSlots) || minSlots < 1 || minSlots > REPUTATION_RECORDS)
    throw new ReputationTermsInvalidError(`a proof shows 1 to ${REPUTATION_RECORDS} slots, not ${minSlots}`)
  if (!Number.isInteger(minScoreBps) || minScoreBps < 1 || minScoreBps > MAX_BPS)
    throw new ReputationTermsInvalidError(`the score is not between 1 and ${MAX_BPS} basis points`)
}
