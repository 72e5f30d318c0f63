import type { Address, Hex } from 'viem'
import type { FieldOutOfRangeError, ProofMalformedError } from '../core.js'
import type { Deployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import {
  AlreadyCommittedError,
  DeadlinePassedError,
  DeadlineTooNearError,
  GoldAlreadyOpenError,
  GoldNotOpenError,
  NotCommittedError,
  NotWorkerError,
  ProofRejectedError,
  SlotEndedError,
  type TaskNotFoundError,
  TooEarlyError,
} from '../errors/contract.js'
import { findEvent, type VeritaskEvent } from '../events/decode.js'
import { hiddenGoldSettlementAbi, openGoldSettlementAbi } from '../generated/abis.js'
import { connect, resolveSigner, type Signer, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readGold } from './internal/gold.js'
import {
  assertProof,
  findReceipt,
  type ProofContextMismatchError,
  type ProofDoesNotVerifyError,
  type ProofStatementMismatchError,
} from './internal/proof.js'
import type { PublicStatement } from './internal/statement.js'
import { readTakenSlot, readTask } from './internal/task.js'
import { WrongSettlementKindError } from './internal/terms.js'
import { type ContractCall, contractCall, type WriteReturnType, write } from './internal/write.js'
import type { LabelSubmission } from './proveLabels.js'
import type { Slot, TaskState } from './types.js'

/** Gas a payout transfer may use, on top of an estimate that would also be content with a refused one. */
export const PAYOUT_GAS = 200_000n

/** Seconds; a slot of the slowest chain. */
const DELIVERY_MARGIN = 12n

/** What became of the reward in the transaction that earned it. */
export type Payment = {
  readonly payout: Address
  readonly token: Address
  readonly reward: bigint
  readonly fee: bigint
  /** Transferred in the same transaction, in base units; zero when it stays a credit. */
  readonly withdrawn: bigint
  /** True when the payout address refused the transfer; `claim` works once it accepts. */
  readonly refused: boolean
}

type ProofErrorType =
  | ProofMalformedError
  | FieldOutOfRangeError
  | ProofContextMismatchError
  | ProofStatementMismatchError
  | ProofDoesNotVerifyError
  | ProofRejectedError
  | SlotEndedError
  | DeadlinePassedError
  | DeadlineTooNearError
  | NotCommittedError
  | TaskNotFoundError
  | WrongSubmissionKindError

/** The submission is for another action. */
export class WrongSubmissionKindError extends BaseError {
  override name = 'WrongSubmissionKindError'
  constructor({ kind }: { kind: LabelSubmission['kind'] }) {
    const action = { agreement: 'submitProof', delivery: 'deliverLabels', submission: 'submitLabels' }[kind]
    super(`This submission is of kind "${kind}".`, { metaMessages: [`Send it with \`${action}\`.`] })
  }
}

export type SubmitProofParameters = WriteParameters & {
  /** From `proveLabels`. Anyone may send it: the reward goes to the payout address it is bound to. */
  readonly submission: LabelSubmission
  /** Whether to try the payout transfer in the same transaction. Default: true. */
  readonly transferNow?: boolean | undefined
  /**
   * Least time left before the deadline, in seconds. Whoever sees the transaction has the encrypted labels, also when it is
   * mined too late to pay. Default: 12, one block of the slowest chain.
   */
  readonly margin?: bigint | undefined
}
export type SubmitProofReturnType = WriteReturnType & {
  readonly slot: number
  readonly receiptId: Hex
  readonly payment: Payment
}
export type SubmitProofErrorType = ProofErrorType | GoldNotOpenError | Error

/**
 * Proves agreement with the opened gold on the chain: delivers the labels and pays the slot at once.
 *
 * @example
 * import { submitProof } from '@veritask/sdk'
 * const { payment } = await submitProof(client, { submission })
 */
export async function submitProof(
  client: VeritaskClient,
  parameters: SubmitProofParameters,
): Promise<SubmitProofReturnType> {
  const { submission, transferNow = true, margin = DELIVERY_MARGIN } = parameters
  if (submission.kind !== 'agreement') throw new WrongSubmissionKindError(submission)
  const { taskId, slot, digest, delivery, proof } = submission
  return send(client, parameters, {
    check: async (deployment, task) => {
      if (task.kind !== 'open-gold')
        throw new WrongSettlementKindError({ taskId, expected: 'open-gold', actual: task.kind })
      if (task.goldOpenedAt === 0n) throw new GoldNotOpenError({ taskId })
      assertInTime(task, 'prove', task.terms.proveBy, margin)
      const gold = await readGold(client, deployment, taskId)
      return {
        keyId: task.terms.agreementKeyId,
        statement: { statement: 'open-gold', ...base(task, submission), gold },
        call: contractCall(
          openGoldSettlementAbi,
          task.settlement,
          'prove',
          [taskId, slot, digest, gold, delivery, proof, transferNow],
          { extraGas: PAYOUT_GAS },
        ),
      }
    },
  }).then(withPayment)
}

export type DeliverLabelsParameters = SubmitProofParameters
export type DeliverLabelsReturnType = SubmitProofReturnType
export type DeliverLabelsErrorType = ProofErrorType | GoldAlreadyOpenError | TooEarlyError | Error

/** Delivers under a legality proof when the requester left the gold closed past its deadline; pays the slot at once. */
export async function deliverLabels(
  client: VeritaskClient,
  parameters: DeliverLabelsParameters,
): Promise<DeliverLabelsReturnType> {
  const { submission, transferNow = true, margin = DELIVERY_MARGIN } = parameters
  if (submission.kind !== 'delivery') throw new WrongSubmissionKindError(submission)
  const { taskId, slot, digest, delivery, proof } = submission
  return send(client, parameters, {
    check: async (_, task) => {
      if (task.kind !== 'open-gold')
        throw new WrongSettlementKindError({ taskId, expected: 'open-gold', actual: task.kind })
      if (task.goldOpenedAt !== 0n) throw new GoldAlreadyOpenError({ taskId })
      const { openBy, proveBy } = task.terms
      if (task.timestamp <= openBy)
        throw new TooEarlyError({ what: 'deliver', taskId, deadline: openBy, timestamp: task.timestamp })
      assertInTime(task, 'deliver', proveBy, margin)
      return {
        keyId: task.terms.legalityKeyId,
        statement: { statement: 'legality', ...base(task, submission) },
        call: contractCall(
          openGoldSettlementAbi,
          task.settlement,
          'deliver',
          [taskId, slot, digest, delivery, proof, transferNow],
          { extraGas: PAYOUT_GAS },
        ),
      }
    },
  }).then(withPayment)
}

export type SubmitLabelsParameters = Omit<SubmitProofParameters, 'transferNow'>
export type SubmitLabelsReturnType = WriteReturnType & {
  readonly slot: number
  readonly receiptId: Hex
  readonly commitment: bigint
}
export type SubmitLabelsErrorType = ProofErrorType | AlreadyCommittedError | NotWorkerError | Error

/** Commits to and delivers the labels of the caller's slot in a hidden-gold task. The requester scores them later. */
export async function submitLabels(
  client: VeritaskClient,
  parameters: SubmitLabelsParameters,
): Promise<SubmitLabelsReturnType> {
  const { submission, margin = DELIVERY_MARGIN } = parameters
  if (submission.kind !== 'submission') throw new WrongSubmissionKindError(submission)
  const { taskId, slot, commitment, digest, delivery, proof } = submission
  const { events: _, ...sent } = await send(client, parameters, {
    newCommitment: true,
    check: async (_, task, taken, signer) => {
      if (task.kind !== 'hidden-gold')
        throw new WrongSettlementKindError({ taskId, expected: 'hidden-gold', actual: task.kind })
      if (taken.worker !== signer.address) throw new NotWorkerError({ taskId, slot, caller: signer.address })
      assertInTime(task, 'submit', task.terms.submitBy, margin)
      return {
        keyId: task.terms.legalityKeyId,
        statement: { statement: 'legality', ...base(task, submission) },
        call: contractCall(hiddenGoldSettlementAbi, task.settlement, 'submit', [
          taskId,
          slot,
          commitment,
          digest,
          delivery,
          proof,
        ]),
      }
    },
  })
  return { ...sent, commitment }
}

type Check = (
  deployment: Deployment,
  task: TaskState,
  slot: Slot,
  signer: Signer,
) => Promise<{ keyId: Hex; statement: PublicStatement; call: ContractCall }>

/** Local checks in the order of the contract's, then one transaction. */
async function send(
  client: VeritaskClient,
  parameters: WriteParameters & { readonly submission: LabelSubmission },
  { check, newCommitment = false }: { check: Check; newCommitment?: boolean },
) {
  const { submission } = parameters
  const { taskId, slot } = submission
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  const taken = await readTakenSlot(client, deployment, task, slot)

  // Sent before, perhaps from here: the same bytes are a resubmission, others are a second claim.
  const receipt = await findReceipt(client, deployment, submission)
  if (receipt && !receipt.same) throw new SlotEndedError({ taskId, slot })
  let call: ContractCall = { to: task.settlement, data: '0x' }
  if (!receipt) {
    if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
    if (newCommitment && taken.commitment !== 0n) throw new AlreadyCommittedError({ taskId, slot })
    if (!newCommitment && taken.commitment === 0n) throw new NotCommittedError({ taskId, slot })
    const checked = await check(deployment, task, taken, signer)
    const place = {
      chainId: deployment.chainId,
      module: task.settlement,
      taskId,
      slot,
      payout: taken.payout,
      keyId: checked.keyId,
    }
    const statement = newCommitment ? checked.statement : { ...checked.statement, commitment: taken.commitment }
    await assertProof(client, deployment, submission, { place, statement })
    call = checked.call
  }
  const sent = await write(client, {
    deployment,
    signer,
    call,
    findEffect: async () => {
      const found = await findReceipt(client, deployment, submission)
      if (found && !found.same) throw new SlotEndedError({ taskId, slot })
      return found?.hash
    },
  })
  const issued = sent.events.find(
    (event) => event.eventName === 'ReceiptIssued' && event.args.taskId === taskId && event.args.slot === slot,
  )
  if (issued?.eventName !== 'ReceiptIssued') throw new ProofRejectedError({ keyId: submission.keyId, taskId, slot })
  return { ...sent, slot, receiptId: issued.args.receiptId }
}

function base(task: TaskState, { commitment, delivery }: LabelSubmission) {
  return { rules: task.terms.rules, encryptionKey: task.terms.encryptionKey, commitment, delivery }
}

function assertInTime(task: TaskState, what: string, deadline: bigint, margin: bigint): void {
  const { taskId, timestamp } = task
  if (timestamp > deadline) throw new DeadlinePassedError({ what, taskId, deadline, timestamp })
  if (timestamp + margin > deadline) throw new DeadlineTooNearError({ taskId, deadline, timestamp, margin })
}

function withPayment<sent extends { readonly events: readonly VeritaskEvent[]; readonly slot: number }>(
  sent: sent,
): Omit<sent, 'events'> & { payment: Payment } {
  const { events, ...rest } = sent
  return { ...rest, payment: paymentOf(events, sent.slot)! }
}

/** How a slot was paid in a transaction; `undefined` when it was not. */
export function paymentOf(events: readonly VeritaskEvent[], slot: number): Payment | undefined {
  const paid = findEvent(
    events.filter((event) => event.eventName === 'SlotPaid' && event.args.slot === slot),
    'SlotPaid',
  )
  if (!paid) return undefined
  const { payout, token, reward, fee } = paid.args
  const later = events.filter(
    (event) => event.logIndex > paid.logIndex && 'account' in event.args && event.args.account === payout,
  )
  const withdrawn = findEvent(later, 'Withdrawn')?.args.amount ?? 0n
  return { payout, token, reward, fee, withdrawn, refused: findEvent(later, 'WithdrawalRefused') !== undefined }
}
