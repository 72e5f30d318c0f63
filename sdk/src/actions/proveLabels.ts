import type { Address, Hex } from 'viem'
import {
  type AgreementBelowThresholdError,
  type CommitmentMismatchError,
  circuitNameFor,
  commitmentContext,
  type Delivery,
  type Label,
  type LabelOutsideSchemaError,
  legalityWitness,
  openGoldWitness,
  type PackedGold,
  type Prover,
  type ProvingProgress,
  proofContext,
  proofToBytes,
  randomSalt,
  restoreSecret,
  type WrongItemCountError,
} from '../core.js'
import {
  AlreadyCommittedError,
  DeadlinePassedError,
  GoldNotOpenError,
  NotCommittedError,
  type NotWorkerError,
  SlotEndedError,
  type TaskNotFoundError,
} from '../errors/contract.js'
import {
  assertOption,
  connect,
  type ReadParameters,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readGold } from './internal/gold.js'
import { assertProof, type PreparedProof } from './internal/proof.js'
import { assertKind, readTakenSlot, readTask, slotNumberOf } from './internal/task.js'

/** A worker's proof with the labels it delivers, ready to be sent by anyone. Plain data; the labels in it are encrypted. */
export type LabelSubmission = PreparedProof & {
  /**
   * `agreement`: open gold, for `submitProof`. `delivery`: the gold stayed closed, for `deliverLabels`; of a consensus, for
   * `deliverVotes`.
   * `submission`: hidden gold, for `submitLabels`.
   */
  readonly kind: 'agreement' | 'delivery' | 'submission'
  readonly commitment: bigint
  readonly delivery: Delivery
  readonly gold: (PackedGold & { readonly salt: Hex }) | undefined
}

export type ProveLabelsParameters = ReadParameters &
  Pick<WriteParameters, 'account'> & {
    readonly taskId: Hex
    /** Default: the slot of the client's account. */
    readonly slot?: number | undefined
    /** One label per item; in open gold the committed ones. */
    readonly labels: readonly Label[]
    /** Salt of the commitment. Hidden gold: default random. */
    readonly salt?: bigint | Hex | undefined
    readonly prover: Prover
    readonly onProgress?: ((progress: ProvingProgress) => void) | undefined
    readonly signal?: AbortSignal | undefined
  }
export type ProveLabelsReturnType = LabelSubmission
export type ProveLabelsErrorType =
  | LabelOutsideSchemaError
  | WrongItemCountError
  | CommitmentMismatchError
  | AgreementBelowThresholdError
  | GoldNotOpenError
  | NotCommittedError
  | SlotEndedError
  | DeadlinePassedError
  | NotWorkerError
  | TaskNotFoundError
  | Error

/**
 * Proves a worker's labels and encrypts them to the requester: agreement with the gold once it is open, legality alone when
 * it stayed closed or stays hidden. The proof is verified here, under the key registered on the chain, before it is returned.
 *
 * @throws {AgreementBelowThresholdError} when the labels agree with too little gold: no proof exists, and no time is spent.
 *
 * @example
 * import { proveLabels, submitProof } from '@veritask/sdk'
 * const submission = await proveLabels(client, { taskId, labels, salt, prover })
 * await submitProof(client, { submission })
 */
export async function proveLabels(
  client: VeritaskClient,
  parameters: ProveLabelsParameters,
): Promise<ProveLabelsReturnType> {
  const { taskId, labels, prover, onProgress, signal } = parameters
  assertOption('prover', prover)
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'open-gold', 'hidden-gold', 'consensus')
  const slotNumber =
    parameters.slot ?? (await slotNumberOf(client, deployment, taskId, resolveSigner(client, parameters).address))
  const slot = await readTakenSlot(client, deployment, task, slotNumber)
  if (slot.state !== 'joined') throw new SlotEndedError({ taskId, slot: slotNumber })

  const late = (what: string, deadline: bigint) => {
    if (task.timestamp > deadline) throw new DeadlinePassedError({ what, taskId, deadline, timestamp: task.timestamp })
  }
  let kind: LabelSubmission['kind']
  let keyId: Hex
  if (task.kind === 'open-gold') {
    if (slot.commitment === 0n) throw new NotCommittedError({ taskId, slot: slotNumber })
    if (task.goldOpenedAt === 0n && task.timestamp <= task.terms.openBy) throw new GoldNotOpenError({ taskId })
    late('prove', task.terms.proveBy)
    kind = task.goldOpenedAt === 0n ? 'delivery' : 'agreement'
    keyId = kind === 'agreement' ? task.terms.agreementKeyId : task.terms.legalityKeyId
  } else if (task.kind === 'consensus') {
    if (slot.commitment === 0n) throw new NotCommittedError({ taskId, slot: slotNumber })
    late('deliver', task.progress.deliverBy)
    kind = 'delivery'
    keyId = task.terms.legalityKeyId
  } else {
    if (slot.commitment !== 0n) throw new AlreadyCommittedError({ taskId, slot: slotNumber })
    late('submit', task.terms.submitBy)
    kind = 'submission'
    keyId = task.terms.legalityKeyId
  }
  if (parameters.salt === undefined && kind !== 'submission') throw new NotCommittedError({ taskId, slot: slotNumber })

  const place = {
    chainId: deployment.chainId,
    module: task.settlement as Address,
    taskId,
    slot: slotNumber,
    payout: slot.payout,
    keyId,
  }
  const gold = kind === 'agreement' ? await readGold(client, deployment, taskId) : undefined
  const input = {
    rules: task.rules,
    labels,
    salt: parameters.salt === undefined ? randomSalt() : restoreSecret(parameters.salt, 'The salt of the labels'),
    ...(kind === 'submission' ? {} : { commitment: slot.commitment }),
    commitmentContext: commitmentContext(place),
    context: proofContext(place),
    encryptionKey: task.terms.encryptionKey,
  }
  const witness = gold ? openGoldWitness({ ...input, gold }) : legalityWitness(input)
  const { proof, publicSignals } = await prover.prove({
    circuit: circuitNameFor(gold ? 'open-gold' : 'legality', task.rules),
    inputs: witness.inputs,
    expectedSignals: witness.statement.publicSignals,
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  })

  const { delivery, commitment } = witness
  const submission = {
    ...place,
    kind,
    commitment,
    digest: witness.statement.digest,
    delivery,
    gold,
    publicSignals,
    proof: proofToBytes(proof),
  }
  const statement = { rules: task.terms.rules, commitment, encryptionKey: task.terms.encryptionKey, delivery } as const
  await assertProof(client, deployment, submission, {
    place,
    statement: gold ? { statement: 'open-gold', ...statement, gold } : { statement: 'legality', ...statement },
  })
  return submission
}
