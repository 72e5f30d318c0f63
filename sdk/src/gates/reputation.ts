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
/** Fewest accounts or workers that a proof of reputation has to fit, unless told otherwise. */
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

/** Who can have made a proof of reputation, from what everybody sees. */
export type ReputationAnonymity = {
  /** Recorded slots that are good enough. */
  readonly slots: number
  /** Accounts that meet the terms on their own: among these a worker hides that has such an account. */
  readonly accounts: number
  /** These, and the groups that the other accounts can form to meet the terms together: for a worker with an account per slot. */
  readonly workers: number
}

/**
 * Counts who can have made a proof of reputation. Nobody sees which slots are of one secret, but everybody sees which account
 * recorded which slot.
 *
 * There are two figures because nobody knows who works through several accounts. An account with enough slots is a suspect by
 * itself, and a worker with such an account is to count no others than those: if one account has five slots and 45 have one each,
 * five slots are that account's, and not one of ten workers'. Only who has its slots on several accounts, each below the terms,
 * is looked for among groups of accounts: no account is in two of them, so that each could be a worker.
 *
 * Both may still be too high: several accounts may be one person, and a requester can fill its tree with slots that it accepted
 * from itself. The gate takes a root for an hour after it was replaced, so who proves late is one of those at that root.
 *
 * @param parameters.recorded - From `readReputation`.
 *
 * @example
 * import { type RecordedSlot, reputationAnonymity } from '@veritask/sdk'
 *
 * const count = (recorded: RecordedSlot[]) => reputationAnonymity({ recorded, minSlots: 2, minScoreBps: 8000 }).accounts
 */
export function reputationAnonymity(parameters: ReputationTree): ReputationAnonymity {
  const { minSlots } = parameters
  const counts = [...slotsPerAccount(parameters).values()]
  const slots = counts.reduce((sum, count) => sum + count, 0)
  return { slots, accounts: suspects(counts, minSlots, 1), workers: suspects(counts, minSlots, minSlots) }
}

/** A requester's tree and the terms it is asked about. */
type ReputationTree = {
  readonly recorded: readonly RecordedSlot[]
  readonly minSlots: number
  readonly minScoreBps: number
}

/** Slots that are good enough, by the account that recorded them. */
function slotsPerAccount({ recorded, minSlots, minScoreBps }: ReputationTree): ReadonlyMap<string, number> {
  assertTerms({ minSlots, minScoreBps })
  const perAccount = new Map<string, number>()
  for (const { worker, scoreBps } of recorded) {
    if (scoreBps < minScoreBps) continue
    const account = worker.toLowerCase()
    perAccount.set(account, (perAccount.get(account) ?? 0) + 1)
  }
  return perAccount
}

/**
 * Accounts with enough slots, and how many groups of at most `spread` others have enough together, each account in one group at
 * most. Never more than there can be: no group is counted that does not reach the slots asked for.
 */
function suspects(counts: readonly number[], minSlots: number, spread: number): number {
  const below = new Array<number>(minSlots).fill(0)
  for (const count of counts) if (count < minSlots) below[count]!++
  // The smallest account that is enough, else the largest there is.
  const take = (missing: number): number => {
    const enough = below.findIndex((accounts, slots) => accounts > 0 && slots >= missing)
    const taken = enough === -1 ? below.findLastIndex((accounts) => accounts > 0) : enough
    if (taken === -1) return 0
    below[taken]!--
    return taken
  }
  for (let found = counts.filter((count) => count >= minSlots).length; ; found++) {
    let missing = minSlots
    for (let account = 0; account < spread && missing > 0; account++) missing -= take(missing)
    if (missing > 0) return found
  }
}

/**
 * Refuses terms that too few workers meet.
 *
 * @param parameters.minAnonymity - How many are enough. Default: 10.
 * @param parameters.spread - Of a worker that proves: the fewest of its accounts that have enough slots together. It counts the
 * accounts and groups of that size or smaller, and no others: who is found by fewer accounts hides among fewer. Left out, by who
 * makes the task: accounts that meet the terms on their own alone count, since anybody may be one of these. If all work through
 * fresh accounts there are none, and the requester has to say how few are enough: 0.
 * @throws {@link AnonymityTooSmallError}
 */
export function assertAnonymity(
  parameters: ReputationTree & { readonly minAnonymity?: number | undefined; readonly spread?: number | undefined },
): void {
  const { minSlots, minScoreBps, minAnonymity: required = MIN_ANONYMITY, spread } = parameters
  const counted = suspects([...slotsPerAccount(parameters).values()], minSlots, spread ?? 1)
  if (counted >= required) return
  const { accounts, workers } = reputationAnonymity(parameters)
  throw new AnonymityTooSmallError({ accounts, workers, counted, spread, required, minSlots, minScoreBps })
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
 * @param parameters.minAnonymity - How many the proof has to fit. Default: 10; fewer are refused before proving. If an account with
 * records of this secret meets the terms on its own, only such accounts count; else groups of as few accounts as this secret needs
 * count as well. See {@link reputationAnonymity}.
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
    // Every attempt, also when fewer would do: all accounts of this secret are to be known.
    const own = recorded.flatMap(({ taskId, slot, worker, commitment, scoreBps }) => {
      if (scoreBps < minScoreBps) return []
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const blinding = reputationBlinding({ secret, taskId, slot, attempt })
        if (reputationCommitment({ secret, blinding }) === commitment) return [{ blinding, scoreBps, worker }]
      }
      return []
    })
    if (own.length < minSlots) throw new ReputationTooSmallError(own.length, minSlots, minScoreBps)
    assertAnonymity({ ...parameters, spread: spreadOf(own, parameters) })

    const { circuit, inputs, publicSignals, nullifier, root } = reputationWitness({
      secret,
      records: own.slice(0, minSlots).map(({ blinding, scoreBps }) => ({ blinding, scoreBps })),
      leaves: recorded.map(({ leaf }) => leaf),
      minScoreBps,
      scope: gateScope(request),
      message: joiningMessage(request),
    })
    const { proof } = await prover.prove({ circuit, inputs, expectedSignals: publicSignals, onProgress, signal })
    return encodeProofAdmission({ root, nullifier, proof: proofToBytes(proof), consent: await signConsent(request) })
  }
}

/** The fewest accounts of a worker that have enough slots together: what they recorded under other secrets looks the same. */
function spreadOf(own: readonly Pick<RecordedSlot, 'worker'>[], tree: ReputationTree): number {
  const perAccount = slotsPerAccount(tree)
  const accounts = new Set(own.map(({ worker }) => worker.toLowerCase()))
  const counts = [...accounts].map((account) => perAccount.get(account) ?? 0).sort((a, b) => b - a)
  let missing = tree.minSlots
  let spread = 0
  while (missing > 0 && spread < counts.length) missing -= counts[spread++]!
  return spread
}

function assertTerms({ minSlots, minScoreBps }: { minSlots: number; minScoreBps: number }): void {
  if (!Number.isInteger(minSlots) || minSlots < 1 || minSlots > REPUTATION_RECORDS)
    throw new ReputationTermsInvalidError(`a proof shows 1 to ${REPUTATION_RECORDS} slots, not ${minSlots}`)
  if (!Number.isInteger(minScoreBps) || minScoreBps < 1 || minScoreBps > MAX_BPS)
    throw new ReputationTermsInvalidError(`the score is not between 1 and ${MAX_BPS} basis points`)
}
