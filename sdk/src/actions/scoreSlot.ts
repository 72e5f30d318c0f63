import { type Hash, type Hex, zeroHash } from 'viem'
import {
  commitmentContext,
  type GoldDoesNotOpenError,
  type Prover,
  type ProvingProgress,
  packGold,
  proofContext,
  proofToBytes,
  scoreWitness,
} from '../core.js'
import type { Deployment } from '../deployments.js'
import {
  DeadlinePassedError,
  NotCommittedError,
  ProofRejectedError,
  SlotEndedError,
  type TaskNotFoundError,
  TooEarlyError,
} from '../errors/contract.js'
import { AlreadyRejectedError } from '../errors/disputes.js'
import { findEvent, type VeritaskEvent } from '../events/decode.js'
import { hiddenGoldSettlementAbi } from '../generated/abis.js'
import {
  assertOption,
  connect,
  type ReadParameters,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertProof, type PreparedProof } from './internal/proof.js'
import { assertSecretsOf, type SecretsMismatchError, scalarFromHex } from './internal/secrets.js'
import { readSlot, readTakenSlot, readTask } from './internal/task.js'
import { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { readDeliveredLabels } from './readDeliveredLabels.js'
import { PAYOUT_GAS, type Payment, paymentOf } from './submitProof.js'
import type { RequesterSecrets, TaskState } from './types.js'

/** A proven score, ready to be sent by anyone. Plain data; neither gold nor labels can be read from it. */
export type ScoreSubmission = PreparedProof & {
  readonly commitment: bigint
  readonly agreements: number
  readonly goldCount: number
  readonly passed: boolean
}

export type ProofOptions = {
  readonly prover: Prover
  readonly onProgress?: ((progress: ProvingProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export type ProveScoreParameters = ReadParameters &
  ProofOptions & { readonly taskId: Hex; readonly slot: number; readonly secrets: RequesterSecrets }
export type ProveScoreReturnType = ScoreSubmission
export type ProveScoreErrorType =
  | GoldDoesNotOpenError
  | NotCommittedError
  | SlotEndedError
  | AlreadyRejectedError
  | DeadlinePassedError
  | TooEarlyError
  | SecretsMismatchError
  | WrongSettlementKindError
  | TaskNotFoundError
  | Error

/**
 * Proves on how many gold items a submission agrees with the hidden gold, without showing either. The proof is verified
 * here before it is returned.
 */
export async function proveScore(
  client: VeritaskClient,
  parameters: ProveScoreParameters,
): Promise<ProveScoreReturnType> {
  const { taskId, slot, secrets, prover, onProgress, signal } = parameters
  assertOption('prover', prover)
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  if (task.kind !== 'hidden-gold')
    throw new WrongSettlementKindError({ taskId, expected: 'hidden-gold', actual: task.kind })
  const taken = await readTakenSlot(client, deployment, task, slot)
  if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
  if (taken.commitment === 0n) throw new NotCommittedError({ taskId, slot })
  if (taken.rejection) throw new AlreadyRejectedError({ taskId, slot })
  await assertScoring(client, deployment, task)
  const { scoreBy } = task.terms
  if (task.timestamp > scoreBy)
    throw new DeadlinePassedError({ what: 'score', taskId, deadline: scoreBy, timestamp: task.timestamp })

  const [delivered] = await readDeliveredLabels(client, { deployment, taskId, slot, secrets })
  if (!delivered) throw new NotCommittedError({ taskId, slot })
  const place = {
    chainId: deployment.chainId,
    module: task.settlement,
    taskId,
    slot,
    payout: taken.payout,
    keyId: task.terms.scoreKeyId,
  }
  const witness = scoreWitness({
    rules: task.rules,
    labels: delivered.labels,
    salt: delivered.salt,
    commitment: taken.commitment,
    commitmentContext: commitmentContext(place),
    context: proofContext(place),
    gold: packGold(task.rules, secrets.gold),
    goldSalt: scalarFromHex(secrets.goldSalt, 'goldSalt'),
    goldCommitment: task.terms.goldCommitment,
  })
  const { proof, publicSignals } = await prover.prove({
    circuit: witness.circuit,
    inputs: witness.inputs,
    expectedSignals: witness.statement.publicSignals,
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  })
  const score: ScoreSubmission = {
    ...place,
    commitment: taken.commitment,
    agreements: witness.agreements,
    goldCount: task.rules.goldCount,
    passed: witness.passed,
    digest: witness.statement.digest,
    publicSignals,
    proof: proofToBytes(proof),
  }
  await assertProof(client, deployment, score, {
    place,
    statement: {
      statement: 'score',
      rules: task.terms.rules,
      commitment: taken.commitment,
      goldCommitment: task.terms.goldCommitment,
      agreements: witness.agreements,
    },
  })
  return score
}

export type ScoreSlotParameters = WriteParameters & {
  /** Whether to try the payout transfer in the same transaction, if the score passes. Default: true. */
  readonly transferNow?: boolean | undefined
} & (
    | (ProofOptions & { readonly taskId: Hex; readonly slot: number; readonly secrets: RequesterSecrets })
    /** From `proveScore`. Anyone may send it. */
    | { readonly score: ScoreSubmission }
  )
export type ScoreSlotReturnType = WriteReturnType & {
  readonly slot: number
  readonly agreements: number
  readonly goldCount: number
  /** Whether it reaches the threshold. Else the slot is rejected provisionally. */
  readonly passed: boolean
  readonly receiptId: Hex
  /** Set when the score passed. */
  readonly payment: Payment | undefined
}
export type ScoreSlotErrorType = ProveScoreErrorType | ProofRejectedError

/**
 * Proves the exact score of a submission on the chain: the slot is paid when it reaches the threshold. When not, it is rejected
 * provisionally: reward, stake and the requester's bond stay where they are until nobody can overturn the rejection any more
 * (`rejectionsPendingUntil` of the task); then anyone settles the slot (`settleSlot`).
 *
 * @example
 * import { scoreSlot } from '@veritask/sdk'
 * const { agreements, passed } = await scoreSlot(client, { taskId, slot: 0, secrets, prover })
 */
export async function scoreSlot(client: VeritaskClient, parameters: ScoreSlotParameters): Promise<ScoreSlotReturnType> {
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { taskId, slot } = 'score' in parameters ? parameters.score : parameters

  const findScore = () => scoredIn(client, deployment, taskId, slot)
  const done = await findScore()
  const prepared =
    'score' in parameters
      ? parameters.score
      : done
        ? undefined
        : await proveScore(client, { ...parameters, deployment })
  if (prepared && !done) await assertScore(client, deployment, prepared)

  const { transferNow = true } = parameters
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: prepared
      ? contractCall(
          hiddenGoldSettlementAbi,
          deployment.contracts.hiddenGold,
          'score',
          [taskId, slot, BigInt(prepared.agreements), prepared.digest, prepared.proof, transferNow],
          { extraGas: PAYOUT_GAS },
        )
      : { to: deployment.contracts.hiddenGold, data: '0x' },
    findEffect: findScore,
  })
  const outcome = scoreOutcomeOf(events, taskId, slot)
  if (!outcome) throw new ProofRejectedError({ keyId: prepared?.keyId ?? zeroHash, taskId, slot })
  return { ...sent, slot, ...outcome }
}

/** The transaction that scored a slot, when there is one. */
export async function scoredIn(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  slot: number,
): Promise<Hash | undefined> {
  const [scored] = await readLogs(client, deployment, {
    contract: 'hiddenGold',
    eventName: 'SlotScored',
    args: { taskId, slot },
  })
  return scored?.transactionHash
}

export type ScoreOutcome = Pick<ScoreSlotReturnType, 'agreements' | 'goldCount' | 'passed' | 'receiptId' | 'payment'>

/** How a slot was scored in a transaction; `undefined` when it was not. */
export function scoreOutcomeOf(events: readonly VeritaskEvent[], taskId: Hex, slot: number): ScoreOutcome | undefined {
  const mine = events.filter(({ args }) => 'slot' in args && args.taskId === taskId && args.slot === slot)
  const scored = findEvent(mine, 'SlotScored')
  const receipt = findEvent(mine, 'ReceiptIssued')
  if (!scored || !receipt) return undefined
  return {
    agreements: Number(scored.args.agreements),
    goldCount: Number(scored.args.goldCount),
    passed: scored.args.passed,
    receiptId: receipt.args.receiptId,
    payment: paymentOf(events, taskId, slot),
  }
}

/** A score would tell those still working how good a set of labels is, so it waits until nobody can submit any more. */
async function assertScoring(client: VeritaskClient, deployment: Deployment, task: TaskState): Promise<void> {
  if (task.kind !== 'hidden-gold') return
  const { taskId, timestamp, joined } = task
  const { submitBy } = task.terms
  if (timestamp > submitBy) return
  const joinClosed = joined === task.slots || timestamp > task.joinBy || task.unfilledReturned
  const slots = joinClosed
    ? await Promise.all(Array.from({ length: joined }, (_, slot) => readSlot(client, deployment, task, slot)))
    : []
  if (!joinClosed || slots.some(({ commitment }) => commitment === 0n))
    throw new TooEarlyError({ what: 'score', taskId, deadline: submitBy, timestamp })
}

/** The checks of the contract, in its order. */
export async function assertScore(
  client: VeritaskClient,
  deployment: Deployment,
  score: ScoreSubmission,
): Promise<void> {
  const { taskId, slot } = score
  const task = await readTask(client, deployment, taskId)
  if (task.kind !== 'hidden-gold')
    throw new WrongSettlementKindError({ taskId, expected: 'hidden-gold', actual: task.kind })
  const { timestamp, terms } = task
  await assertScoring(client, deployment, task)
  if (timestamp > terms.scoreBy)
    throw new DeadlinePassedError({ what: 'score', taskId, deadline: terms.scoreBy, timestamp })
  const taken = await readTakenSlot(client, deployment, task, slot)
  if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
  if (taken.commitment === 0n) throw new NotCommittedError({ taskId, slot })
  if (taken.rejection) throw new AlreadyRejectedError({ taskId, slot })
  await assertProof(client, deployment, score, {
    place: {
      chainId: deployment.chainId,
      module: task.settlement,
      taskId,
      slot,
      payout: taken.payout,
      keyId: terms.scoreKeyId,
    },
    statement: {
      statement: 'score',
      rules: terms.rules,
      commitment: taken.commitment,
      goldCommitment: terms.goldCommitment,
      agreements: score.agreements,
    },
  })
}
