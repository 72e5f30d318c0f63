import type { Hash, Hex } from 'viem'
import type { Deployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import { openGoldSettlementAbi } from '../generated/abis.js'
import { errorOfItem, inBatches, transactionsOf, writeBatch } from './internal/batch.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { findReceipt } from './internal/proof.js'
import { refusalOf } from './internal/refusal.js'
import { receiptIdOf } from './internal/statement.js'
import { type CheckedSubmission, checkSubmission, DELIVERY_MARGIN, taskReader } from './internal/submission.js'
import {
  type ContractCall,
  contractCall,
  outcomeOf,
  type WriteOutcome,
  type WriteReturnType,
} from './internal/write.js'
import type { LabelSubmission } from './proveLabels.js'
import { PAYOUT_GAS, type Payment, paymentOf, WrongSubmissionKindError } from './submitProof.js'

export type SubmitProofsParameters = WriteParameters & {
  /** From `proveLabels`, of any open-gold tasks. Anyone may send them: each reward goes to its own payout address. */
  readonly submissions: readonly LabelSubmission[]
  /** Whether to try the payout transfers in the same transaction. Default: true. */
  readonly transferNow?: boolean | undefined
  /** Least time left before each deadline, in seconds. Default: 12, one block of the slowest chain. */
  readonly margin?: bigint | undefined
}

/** What became of one submission. */
export type SubmissionResult = { readonly taskId: Hex; readonly slot: number } & (
  | {
      readonly outcome: 'paid'
      readonly receiptId: Hex
      readonly payment: Payment
      /** The transaction that paid. */
      readonly hash: Hash
      /** True when it was paid before and nothing was sent now. */
      readonly found: boolean
    }
  | {
      readonly outcome: 'refused'
      /** What is wrong, as `submitProof` or `deliverLabels` would have thrown it. */
      readonly error: BaseError
      /** The transaction that carried it. Undefined: left out and so shown to nobody, unless the error is one of sending. */
      readonly hash: Hash | undefined
    }
)
export type SubmitProofsReturnType = {
  /** In the order of the submissions. */
  readonly results: readonly SubmissionResult[]
  readonly transactions: readonly WriteReturnType[]
}
export type SubmitProofsErrorType = Error

/** A submission that is in the same call before. */
export class SubmissionRepeatedError extends BaseError {
  override name = 'SubmissionRepeatedError'
  constructor({ taskId, slot }: { taskId: Hex; slot: number }) {
    super(`A submission of the same statement for slot ${slot} of task ${taskId} stands before this one.`, {
      metaMessages: ['It is paid once: see what became of the first.'],
    })
  }
}

/**
 * Sends many submissions under one key in one transaction, of one task or several. Each is checked here first; one that
 * cannot be paid is left out with its reason, and the rest are sent: submissions come from strangers, and none of them can
 * keep back another. Called again, it finds what was paid.
 *
 * @example
 * import { submitProofs } from '@veritask/sdk'
 * const { results } = await submitProofs(client, { submissions })
 * const refused = results.filter(({ outcome }) => outcome === 'refused')
 */
export async function submitProofs(
  client: VeritaskClient,
  parameters: SubmitProofsParameters,
): Promise<SubmitProofsReturnType> {
  const { submissions, transferNow = true, margin = DELIVERY_MARGIN } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const reader = taskReader(client, deployment)
  const results: SubmissionResult[] = []
  const refuse = ({ taskId, slot }: LabelSubmission, error: BaseError, hash?: Hash): SubmissionResult => ({
    taskId,
    slot,
    outcome: 'refused',
    error,
    hash,
  })

  const ready: Ready[] = []
  const receipts = new Set<Hex>()
  for (const [index, submission] of submissions.entries()) {
    try {
      if (submission.kind === 'submission') throw new WrongSubmissionKindError(submission)
      const checked = await checkSubmission(client, {
        deployment,
        reader,
        sender: signer.address,
        submission,
        margin,
      })
      // Only now: a bad proof of the same statement must not keep back the good one.
      const receiptId = receiptIdOf(submission, submission.digest)
      if (receipts.has(receiptId)) throw new SubmissionRepeatedError(submission)
      receipts.add(receiptId)
      if (checked.sentIn) {
        results[index] = resultOf(submission, await outcomeOf(client, deployment, checked.sentIn))
      } else ready.push({ index, submission, ...checked })
    } catch (error) {
      results[index] = refuse(submission, errorOfItem(error))
    }
  }

  const transactions: WriteReturnType[] = []
  for (const items of inBatches(ready, ({ submission }) => `${submission.kind} ${submission.keyId}`)) {
    const sent = await writeBatch(client, {
      deployment,
      signer,
      items,
      callOf: (batch) => batchCall(batch, transferNow),
      findEffect: async (batch) => {
        const found = await Promise.all(batch.map(({ submission }) => findReceipt(client, deployment, submission)))
        return found.every((receipt) => receipt?.same) ? found.at(-1)?.hash : undefined
      },
    })
    for (const { item, ...each } of sent)
      results[item.index] = each.error
        ? refuse(item.submission, each.error, each.hash)
        : await finalResultOf(client, deployment, item.submission, each.outcome)
    transactions.push(...transactionsOf(sent))
  }
  return { results, transactions }
}

type Ready = CheckedSubmission & { readonly index: number; readonly submission: LabelSubmission }

/** One call for submissions of one kind and key, grouped by task. */
function batchCall(batch: readonly Ready[], transferNow: boolean): ContractCall {
  const [first] = batch as readonly [Ready, ...Ready[]]
  const byTask = new Map<Hex, Ready[]>()
  for (const each of batch) {
    const { taskId } = each.submission
    byTask.set(taskId, [...(byTask.get(taskId) ?? []), each])
  }
  const proofsOf = (group: readonly Ready[]) =>
    group.map(({ submission: { slot, digest, delivery, proof } }) => ({ slot, digest, delivery, proof }))
  const gas = { extraGas: PAYOUT_GAS * BigInt(batch.length) }
  const { settlement } = first.task
  if (first.submission.kind === 'delivery') {
    const tasks = [...byTask].map(([taskId, group]) => ({ taskId, proofs: proofsOf(group) }))
    return contractCall(openGoldSettlementAbi, settlement, 'deliverBatch', [tasks, transferNow], gas)
  }
  const tasks = [...byTask].map(([taskId, group]) => ({ taskId, gold: group[0]!.gold!, proofs: proofsOf(group) }))
  return contractCall(openGoldSettlementAbi, settlement, 'proveBatch', [tasks, transferNow], gas)
}

/** A slot that the batch found ended may have been paid for these very bytes, sent by somebody else a moment earlier. */
async function finalResultOf(
  client: VeritaskClient,
  deployment: Deployment,
  submission: LabelSubmission,
  outcome: WriteOutcome,
): Promise<SubmissionResult> {
  const result = resultOf(submission, outcome)
  if (result.outcome === 'paid') return result
  const receipt = await findReceipt(client, deployment, submission)
  return receipt?.same ? resultOf(submission, await outcomeOf(client, deployment, receipt.hash)) : result
}

function resultOf(submission: LabelSubmission, { events, hash, found }: WriteOutcome): SubmissionResult {
  const { taskId, slot, keyId, digest } = submission
  const receiptId = receiptIdOf(submission, digest)
  const issued = events.some(
    ({ eventName, args }) =>
      eventName === 'ReceiptIssued' && args.receiptId === receiptId && args.proof === submission.proof.toLowerCase(),
  )
  const payment = issued ? paymentOf(events, taskId, slot) : undefined
  return payment
    ? { taskId, slot, outcome: 'paid', receiptId, payment, hash, found }
    : { taskId, slot, outcome: 'refused', error: refusalOf(events, { taskId, slot, keyId }), hash }
}
