import type { Address, Hex } from 'viem'
import type { FieldOutOfRangeError, ProofMalformedError } from '../core.js'
import { BaseError } from '../errors/base.js'
import {
  type AlreadyCommittedError,
  type DeadlinePassedError,
  type DeadlineTooNearError,
  type GoldAlreadyOpenError,
  type GoldNotOpenError,
  type NotCommittedError,
  type NotWorkerError,
  ProofRejectedError,
  SlotEndedError,
  type TaskNotFoundError,
  type TooEarlyError,
} from '../errors/contract.js'
import { findEvent, type VeritaskEvent } from '../events/decode.js'
import { hiddenGoldSettlementAbi, openGoldSettlementAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import {
  findReceipt,
  type ProofContextMismatchError,
  type ProofDoesNotVerifyError,
  type ProofStatementMismatchError,
} from './internal/proof.js'
import { type CheckedSubmission, checkSubmission, DELIVERY_MARGIN, taskReader } from './internal/submission.js'
import { type ContractCall, contractCall, type WriteReturnType, write } from './internal/write.js'
import type { LabelSubmission } from './proveLabels.js'

/** Gas a payout transfer may use, on top of an estimate that would also be content with a refused one. */
export const PAYOUT_GAS = 200_000n

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
  const { submission, transferNow = true } = parameters
  if (submission.kind !== 'agreement') throw new WrongSubmissionKindError(submission)
  return send(client, parameters, ({ task, gold }) => {
    const { taskId, slot, digest, delivery, proof } = submission
    return contractCall(
      openGoldSettlementAbi,
      task.settlement,
      'prove',
      [taskId, slot, digest, gold!, delivery, proof, transferNow],
      { extraGas: PAYOUT_GAS },
    )
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
  const { submission, transferNow = true } = parameters
  if (submission.kind !== 'delivery') throw new WrongSubmissionKindError(submission)
  return send(client, parameters, ({ task }) => {
    const { taskId, slot, digest, delivery, proof } = submission
    return contractCall(
      openGoldSettlementAbi,
      task.settlement,
      'deliver',
      [taskId, slot, digest, delivery, proof, transferNow],
      { extraGas: PAYOUT_GAS },
    )
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
  const { submission } = parameters
  if (submission.kind !== 'submission') throw new WrongSubmissionKindError(submission)
  const { events: _, ...sent } = await send(client, parameters, ({ task }) => {
    const { taskId, slot, commitment, digest, delivery, proof } = submission
    const args = [taskId, slot, commitment, digest, delivery, proof] as const
    return contractCall(hiddenGoldSettlementAbi, task.settlement, 'submit', args)
  })
  return { ...sent, commitment: submission.commitment }
}

/** Local checks in the order of the contract's, then one transaction. */
async function send(
  client: VeritaskClient,
  parameters: WriteParameters & { readonly submission: LabelSubmission; readonly margin?: bigint | undefined },
  callOf: (checked: CheckedSubmission) => ContractCall,
) {
  const { submission, margin = DELIVERY_MARGIN } = parameters
  const { taskId, slot } = submission
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const reader = taskReader(client, deployment)
  const checked = await checkSubmission(client, { deployment, reader, sender: signer.address, submission, margin })
  const sent = await write(client, {
    deployment,
    signer,
    call: checked.sentIn ? { to: checked.task.settlement, data: '0x' } : callOf(checked),
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
  return { ...sent, taskId, slot, receiptId: issued.args.receiptId }
}

function withPayment<
  sent extends { readonly events: readonly VeritaskEvent[]; readonly taskId: Hex; readonly slot: number },
>({ events, taskId, ...sent }: sent): Omit<sent, 'events' | 'taskId'> & { payment: Payment } {
  return { ...sent, payment: paymentOf(events, taskId, sent.slot)! }
}

/** How a slot was paid in a transaction; `undefined` when it was not. */
export function paymentOf(events: readonly VeritaskEvent[], taskId: Hex, slot: number): Payment | undefined {
  const at = events.findIndex(
    ({ eventName, args }) => eventName === 'SlotPaid' && args.taskId === taskId && args.slot === slot,
  )
  const paid = events[at]
  if (paid?.eventName !== 'SlotPaid') return undefined
  const { payout, token, reward, fee } = paid.args
  const rest = events.slice(at + 1)
  const next = rest.findIndex(({ eventName }) => eventName === 'SlotPaid')
  const later = rest
    .slice(0, next === -1 ? undefined : next)
    .filter((event) => 'account' in event.args && event.args.account === payout)
  const withdrawn = findEvent(later, 'Withdrawn')?.args.amount ?? 0n
  return { payout, token, reward, fee, withdrawn, refused: findEvent(later, 'WithdrawalRefused') !== undefined }
}
