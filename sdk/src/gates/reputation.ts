import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { MAX_BPS } from '../labels/rules.js'
import { proofToBytes } from '../proving/groth16.js'
import type { Prover, ProvingProgress } from '../proving/prover.js'
import { REPUTATION_RECORDS, reputationWitness } from '../proving/reputation.js'
import { reputationCommitment } from '../reputation/leaf.js'
import { type AdmissionBuilder, encodeProofAdmission, gateScope, joiningMessage, signConsent } from './joining.js'

const BLINDING_SHIFT = 8n
const SLOT_BITS = 32n
/** How many commitments of one slot a secret finds again. */
const MAX_ATTEMPTS = 4

/** Too few recorded slots of this secret are good enough. */
export class ReputationTooSmallError extends BaseError {
  override name = 'ReputationTooSmallError'
  constructor(
    readonly tasks: number,
    readonly minTasks: number,
    readonly minScoreBps: number,
  ) {
    super(
      `The secret has ${tasks} recorded slots with ${minScoreBps} basis points or more; the gate asks for ${minTasks}.`,
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
  readonly commitment: bigint
  /** Proven agreement, in basis points. */
  readonly scoreBps: number
  readonly leaf: bigint
}

/**
 * Blinding of one slot's record. It follows from secret and slot, so that the secret alone finds and opens its records: the
 * secret is to be drawn by `randomSalt`, once for a lifetime, and kept like a key.
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
 * @param parameters.minTasks - 1 to 5.
 * @param parameters.minScoreBps - 1 to 10,000.
 * @throws {@link ReputationTermsInvalidError}
 *
 * @example
 * import { reputationGateData } from '@veritask/sdk'
 *
 * const requester = `0x${'22'.repeat(20)}` as const
 * const gateData = reputationGateData({ keyId: `0x${'11'.repeat(32)}`, requester, minTasks: 2, minScoreBps: 8000 })
 */
export function reputationGateData(parameters: {
  readonly keyId: Hex
  readonly requester: Address
  readonly minTasks: number
  readonly minScoreBps: number
}): Hex {
  assertTerms(parameters)
  return encodeAbiParameters(
    parseAbiParameters('(bytes32 keyId, address requester, uint8 minTasks, uint16 minScoreBps)'),
    [parameters],
  )
}

/**
 * Proves that the worker had enough slots accepted by a requester, without telling which.
 *
 * @param parameters.secret - Under which the slots were recorded. Secret.
 * @param parameters.recorded - From `readReputation`: all of the requester that the gate's terms name, in order.
 * @param parameters.minTasks - As the terms say.
 * @param parameters.minScoreBps - As the terms say.
 *
 * @example
 * import { type Prover, type RecordedSlot, reputationAdmission } from '@veritask/sdk'
 *
 * const admission = (prover: Prover, secret: bigint, recorded: RecordedSlot[]) =>
 *   reputationAdmission({ prover, secret, recorded, minTasks: 2, minScoreBps: 8000 })
 */
export function reputationAdmission(parameters: {
  readonly secret: bigint
  readonly recorded: readonly RecordedSlot[]
  readonly minTasks: number
  readonly minScoreBps: number
  readonly prover: Prover
  readonly onProgress?: ((progress: ProvingProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}): AdmissionBuilder {
  const { secret, recorded, minTasks, minScoreBps, prover, onProgress, signal } = parameters
  assertTerms(parameters)
  return async (request) => {
    const own: { blinding: Field; scoreBps: number }[] = []
    for (let attempt = 0; attempt < MAX_ATTEMPTS && own.length < minTasks; attempt++) {
      for (const { taskId, slot, commitment, scoreBps } of recorded) {
        if (scoreBps < minScoreBps) continue
        const blinding = reputationBlinding({ secret, taskId, slot, attempt })
        if (reputationCommitment({ secret, blinding }) === commitment) own.push({ blinding, scoreBps })
      }
    }
    if (own.length < minTasks) throw new ReputationTooSmallError(own.length, minTasks, minScoreBps)

    const { circuit, inputs, publicSignals, nullifier, root } = reputationWitness({
      secret,
      records: own.slice(0, minTasks),
      leaves: recorded.map(({ leaf }) => leaf),
      minScoreBps,
      scope: gateScope(request),
      message: joiningMessage(request),
    })
    const { proof } = await prover.prove({ circuit, inputs, expectedSignals: publicSignals, onProgress, signal })
    return encodeProofAdmission({ root, nullifier, proof: proofToBytes(proof), consent: await signConsent(request) })
  }
}

function assertTerms({ minTasks, minScoreBps }: { minTasks: number; minScoreBps: number }): void {
  if (!Number.isInteger(minTasks) || minTasks < 1 || minTasks > REPUTATION_RECORDS)
    throw new ReputationTermsInvalidError(`a proof shows 1 to ${REPUTATION_RECORDS} slots, not ${minTasks}`)
  if (!Number.isInteger(minScoreBps) || minScoreBps < 1 || minScoreBps > MAX_BPS)
    throw new ReputationTermsInvalidError(`the score is not between 1 and ${MAX_BPS} basis points`)
}
