import { type Address, encodeAbiParameters, type Hex, keccak256, type LocalAccount, parseAbiParameters } from 'viem'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { domain, hash } from '../poseidon.js'
import { proofToBytes } from '../proving/groth16.js'
import type { Prover, ProvingProgress } from '../proving/prover.js'
import type { CircuitInputs } from '../proving/witness.js'
import { randomSalt } from '../random.js'
import { type AdmissionBuilder, encodeProofAdmission, gateScope, joiningMessage, signConsent } from './joining.js'
import { leanTree } from './leanTree.js'

/** Circuit of the reputation gate. */
export const REPUTATION_CIRCUIT = 'reputation-5'
/** Accepted slots that one proof can show. */
export const MAX_REPUTATION_TASKS = 5

const MAX_DEPTH = 20
const BLINDING_SHIFT = 8n

const reputationDomains = {
  commitment: domain('veritask.reputation.1'),
  leaf: domain('veritask.reputation-leaf.1'),
  nullifier: domain('veritask.reputation-nullifier.1'),
} as const

/** Too few recorded slots of this secret are good enough. */
export class ReputationTooSmallError extends BaseError {
  override name = 'ReputationTooSmallError'
  constructor(
    readonly tasks: number,
    readonly minTasks: number,
    readonly minScoreBps: number,
  ) {
    super(
      `The secret has ${tasks} recorded slots with a score of ${minScoreBps} or more; the gate asks for ${minTasks}.`,
    )
  }
}

/** Terms that the circuit cannot prove. */
export class ReputationTermsInvalidError extends BaseError {
  override name = 'ReputationTermsInvalidError'
  constructor(readonly reason: string) {
    super(`The terms of the reputation gate are invalid: ${reason}.`)
  }
}

/** An accepted slot in its requester's tree; see `readReputation`. */
export type ReputationRecord = {
  readonly taskId: Hex
  readonly slot: number
  readonly commitment: bigint
  /** Proven agreement, in basis points. */
  readonly scoreBps: number
  readonly leaf: bigint
}

/**
 * A fresh secret under which a worker records its accepted slots: one for a lifetime, kept like a key. Whoever has it can use
 * the reputation, and link every slot recorded under it.
 *
 * @example
 * import { randomReputationSecret } from '@veritask/sdk'
 *
 * const secret = randomReputationSecret()
 */
export const randomReputationSecret: () => Field = randomSalt

/**
 * What a worker records for one slot: `H("veritask.reputation.1", secret, blinding)`. The blinding follows from secret and
 * slot, so that the secret alone finds its slots again.
 *
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { randomReputationSecret, reputationCommitment } from '@veritask/sdk'
 *
 * const secret = randomReputationSecret()
 * const commitment = reputationCommitment({ secret, taskId: `0x${'11'.repeat(32)}`, slot: 0 })
 */
export function reputationCommitment(parameters: {
  readonly secret: bigint
  readonly taskId: Hex
  readonly slot: number
}): Field {
  const secret = toField(parameters.secret, 'The reputation secret')
  return hash([reputationDomains.commitment, secret, blindingOf({ ...parameters, secret })])
}

/**
 * Leaf of a recorded slot, as the ReputationRegistry computes it.
 *
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { reputationLeaf } from '@veritask/sdk'
 *
 * const leaf = reputationLeaf({ commitment: 1n, scoreBps: 9000 })
 */
export function reputationLeaf(parameters: { readonly commitment: bigint; readonly scoreBps: number }): Field {
  const commitment = toField(parameters.commitment, 'The commitment')
  return hash([reputationDomains.leaf, commitment, toField(parameters.scoreBps, 'The score')])
}

/**
 * A secret's pseudonym in one scope.
 *
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { reputationNullifier } from '@veritask/sdk'
 *
 * const nullifier = reputationNullifier({ secret: 1n, scope: 2n })
 */
export function reputationNullifier(parameters: { readonly secret: bigint; readonly scope: bigint }): Field {
  const { secret, scope } = parameters
  return hash([reputationDomains.nullifier, toField(secret, 'The reputation secret'), toField(scope, 'The scope')])
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

/** What a proof of reputation is about. */
export type ReputationWitnessParameters = {
  /** Secret. */
  readonly secret: bigint
  /** Every record of the requester's tree, in order. */
  readonly records: readonly ReputationRecord[]
  readonly minTasks: number
  readonly minScoreBps: number
  readonly scope: bigint
  readonly message: bigint
}

/**
 * Inputs of the reputation circuit and the public signals that they give. Takes the latest fitting slots.
 *
 * @throws {@link ReputationTooSmallError}, {@link ReputationTermsInvalidError}
 *
 * @example
 * import { type ReputationRecord, reputationWitness } from '@veritask/sdk'
 *
 * const witness = (secret: bigint, records: ReputationRecord[]) =>
 *   reputationWitness({ secret, records, minTasks: 2, minScoreBps: 8000, scope: 1n, message: 2n })
 */
export function reputationWitness(parameters: ReputationWitnessParameters): {
  /** Secret. */
  readonly inputs: CircuitInputs
  readonly root: Field
  readonly nullifier: Field
  readonly publicSignals: readonly bigint[]
} {
  const { records, minTasks, minScoreBps } = parameters
  assertTerms(parameters)
  const secret = toField(parameters.secret, 'The reputation secret')
  const scope = toField(parameters.scope, 'The scope')
  const message = toField(parameters.message, 'The message')
  const own = records.flatMap((record, index) =>
    record.scoreBps >= minScoreBps && reputationCommitment({ ...record, secret }) === record.commitment
      ? [{ ...record, index }]
      : [],
  )
  if (own.length < minTasks) throw new ReputationTooSmallError(own.length, minTasks, minScoreBps)

  const tree = leanTree(records.map(({ leaf }) => leaf))
  const shown = own.slice(-minTasks).map((record) => ({
    blinding: blindingOf({ ...record, secret }),
    score: BigInt(record.scoreBps),
    ...tree.path(record.index),
  }))
  const unused = { blinding: 0n, score: 0n, siblings: [] as bigint[], right: [] as (0 | 1)[] }
  const leaves = [...shown, ...Array<typeof unused>(MAX_REPUTATION_TASKS - shown.length).fill(unused)]
  const padded = (values: readonly (bigint | number)[]) => [
    ...values.map(BigInt),
    ...Array<bigint>(MAX_DEPTH - values.length).fill(0n),
  ]
  const nullifier = reputationNullifier({ secret, scope })
  return {
    inputs: {
      secret,
      blinding: leaves.map(({ blinding }) => blinding),
      score: leaves.map(({ score }) => score),
      depth: leaves.map(({ siblings }) => BigInt(siblings.length)),
      right: leaves.map(({ right }) => padded(right)),
      sibling: leaves.map(({ siblings }) => padded(siblings)),
      root: tree.root,
      tasks: BigInt(minTasks),
      minScore: BigInt(minScoreBps),
      scope,
      message,
    },
    root: tree.root,
    nullifier,
    publicSignals: [nullifier, tree.root, BigInt(minTasks), BigInt(minScoreBps), scope, message],
  }
}

/**
 * Proves that the worker had enough slots accepted by a requester, without telling which.
 *
 * @param parameters.secret - Under which the slots were recorded.
 * @param parameters.records - From `readReputation`, of the requester that the gate's terms name.
 * @param parameters.minTasks - As the terms say.
 * @param parameters.minScoreBps - As the terms say.
 * @param parameters.worker - Signs the joining, so that a relayer can bring it; left out when the worker comes itself.
 *
 * @example
 * import { type Prover, type ReputationRecord, reputationAdmission } from '@veritask/sdk'
 *
 * const admission = (prover: Prover, secret: bigint, records: ReputationRecord[]) =>
 *   reputationAdmission({ prover, secret, records, minTasks: 2, minScoreBps: 8000 })
 */
export function reputationAdmission(
  parameters: Omit<ReputationWitnessParameters, 'scope' | 'message'> & {
    readonly prover: Prover
    readonly worker?: LocalAccount | undefined
    readonly onProgress?: ((progress: ProvingProgress) => void) | undefined
    readonly signal?: AbortSignal | undefined
  },
): AdmissionBuilder {
  const { prover, worker, onProgress, signal } = parameters
  return async (request) => {
    const { inputs, root, nullifier, publicSignals } = reputationWitness({
      ...parameters,
      scope: gateScope(request),
      message: joiningMessage(request),
    })
    const { proof } = await prover.prove({
      circuit: REPUTATION_CIRCUIT,
      inputs,
      expectedSignals: publicSignals,
      onProgress,
      signal,
    })
    return encodeProofAdmission({
      root,
      nullifier,
      proof: proofToBytes(proof),
      consent: await signConsent(worker, request),
    })
  }
}

/** Unlike any other slot's, and nobody's guess without the secret. */
function blindingOf({ secret, taskId, slot }: { secret: Field; taskId: Hex; slot: number }): Field {
  const encoded = encodeAbiParameters(parseAbiParameters('uint256, bytes32, uint32'), [secret, taskId, slot])
  return toField(BigInt(keccak256(encoded)) >> BLINDING_SHIFT)
}

function assertTerms({ minTasks, minScoreBps }: { minTasks: number; minScoreBps: number }): void {
  if (!Number.isInteger(minTasks) || minTasks < 1 || minTasks > MAX_REPUTATION_TASKS)
    throw new ReputationTermsInvalidError(
      `it asks for ${minTasks} slots, and a proof shows 1 to ${MAX_REPUTATION_TASKS}`,
    )
  if (!Number.isInteger(minScoreBps) || minScoreBps < 1 || minScoreBps > 10_000)
    throw new ReputationTermsInvalidError('the score is not between 1 and 10,000 basis points')
}
