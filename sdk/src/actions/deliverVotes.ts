import type { Hash, Hex } from 'viem'
import type { BaseError } from '../errors/base.js'
import { consensusSettlementAbi } from '../generated/abis.js'
import { inBatches, transactionsOf, writeBatch } from './internal/batch.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { refusalOf } from './internal/refusal.js'
import { contractCall, type WriteReturnType } from './internal/write.js'
import type { LabelSubmission } from './proveLabels.js'

export type DeliverVotesParameters = WriteParameters & {
  /** From `proveLabels`, of any consensus tasks. Anyone may send them. */
  readonly submissions: readonly LabelSubmission[]
}
/** What became of one slot. */
export type DeliveryResult = { readonly taskId: Hex; readonly slot: number } & (
  | { readonly outcome: 'delivered'; readonly hash: Hash }
  | { readonly outcome: 'refused'; readonly error: BaseError; readonly hash: Hash | undefined }
)
export type DeliverVotesReturnType = {
  /** In the order given. */
  readonly results: readonly DeliveryResult[]
  readonly transactions: readonly WriteReturnType[]
}
export type DeliverVotesErrorType = Error

/**
 * Delivers committed labels of consensus tasks to their aggregators: one transaction for each task, more for many slots. A slot
 * that cannot be delivered is left out with its reason. Called again, it finds what was delivered.
 *
 * @example
 * import { deliverVotes, proveLabels } from '@veritask/sdk'
 * const submission = await proveLabels(client, { taskId, labels, salt, prover })
 * const { results } = await deliverVotes(client, { submissions: [submission] })
 */
export async function deliverVotes(
  client: VeritaskClient,
  parameters: DeliverVotesParameters,
): Promise<DeliverVotesReturnType> {
  const { submissions } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { consensus } = deployment.contracts
  const deliveredIn = async ({ taskId, slot }: LabelSubmission) => {
    const args = { taskId, slot }
    const [found] = await readLogs(client, deployment, { contract: 'consensus', eventName: 'LabelsDelivered', args })
    return found?.transactionHash
  }

  const results = new Map<LabelSubmission, DeliveryResult>()
  const open: LabelSubmission[] = []
  for (const submission of submissions) {
    const { taskId, slot } = submission
    const hash = await deliveredIn(submission)
    if (hash) results.set(submission, { taskId, slot, outcome: 'delivered', hash })
    else open.push(submission)
  }
  const transactions: WriteReturnType[] = []
  for (const items of inBatches(open, ({ taskId }) => taskId)) {
    const sent = await writeBatch(client, {
      deployment,
      signer,
      items,
      callOf: (batch) => {
        const proofs = batch.map(({ slot, digest, delivery, proof }) => ({ slot, digest, delivery, proof }))
        return contractCall(consensusSettlementAbi, consensus, 'deliverBatch', [batch[0]!.taskId, proofs])
      },
      findEffect: async (batch) => {
        const hashes = await Promise.all(batch.map(deliveredIn))
        return hashes.every((hash) => hash !== undefined) ? hashes.at(-1) : undefined
      },
    })
    for (const { item, outcome, ...failed } of sent) {
      const { taskId, slot, keyId } = item
      const place = { taskId, slot }
      const hash = outcome ? await deliveredIn(item) : undefined
      if (hash) results.set(item, { ...place, outcome: 'delivered', hash })
      else {
        const error = outcome ? refusalOf(outcome.events, { taskId, slot, keyId }) : failed.error!
        results.set(item, { ...place, outcome: 'refused', error, hash: outcome?.hash ?? undefined })
      }
    }
    transactions.push(...transactionsOf(sent))
  }
  return { results: submissions.map((submission) => results.get(submission)!), transactions }
}
