import type { Hash } from 'viem'
import {
  ArtifactHashMismatchError,
  ArtifactMissingError,
  ArtifactUnknownError,
  ManifestInvalidError,
  ManifestMalformedError,
  ProverClosedError,
  ProverCrashedError,
  ProvingAbortedError,
} from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import { NodeAccessError, NodeRateLimitError, NodeUnreachableError } from '../../errors/node.js'
import {
  InsufficientFundsError,
  OptionMissingError,
  SubmissionUncertainError,
  TransactionFailedError,
} from '../../errors/submission.js'
import type { Signer, VeritaskClient } from './context.js'
import { assertCallable, type ContractCall, type WriteOutcome, type WriteReturnType, write } from './write.js'

/**
 * Most slots of one transaction. Measured, a slot asks for 0.46 million gas with its transfer, and larger circuits or payees that
 * are new to the chain for up to 0.6; a transaction may ask for 2^24 (EIP-7825).
 */
const MAX_SLOTS = 24

/** Something went wrong around the transaction of a batch that is no word of the contracts. */
export class BatchFailedError extends BaseError {
  override name = 'BatchFailedError'
  constructor({ cause }: { cause: unknown }) {
    super('The transaction of this batch could not be sent, or the node does not say what became of it.', {
      metaMessages: ['Call the same action again: it finds what was done and sends only the rest.'],
      cause,
    })
  }
}

export type Sent<item> = { readonly item: item } & (
  | { readonly outcome: WriteOutcome; readonly error?: undefined }
  | {
      /** The call reverts with this item in it and nothing of it was shown, or its transaction failed. */
      readonly error: BaseError
      /** The transaction that failed, when there is one. */
      readonly hash: Hash | undefined
      readonly outcome?: undefined
    }
)

/** Items in the order of their first key, in groups that one transaction can carry. */
export function inBatches<item>(items: readonly item[], keyOf: (item: item) => string): (readonly item[])[] {
  const byKey = new Map<string, item[]>()
  for (const item of items) byKey.set(keyOf(item), [...(byKey.get(keyOf(item)) ?? []), item])
  return [...byKey.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MAX_SLOTS) }, (_, i) =>
      group.slice(i * MAX_SLOTS, (i + 1) * MAX_SLOTS),
    ),
  )
}

/** What stops the whole call: the node, the account or the prover, and not the item it was met at. */
const FOREIGN = [
  NodeUnreachableError,
  NodeAccessError,
  NodeRateLimitError,
  InsufficientFundsError,
  OptionMissingError,
  ProvingAbortedError,
  ProverClosedError,
  ProverCrashedError,
  ArtifactHashMismatchError,
  ArtifactMissingError,
  ArtifactUnknownError,
  ManifestInvalidError,
  ManifestMalformedError,
] as const

/** An error that says something about one item of a batch; any other is thrown on. */
export function errorOfItem(error: unknown): BaseError {
  if (!(error instanceof BaseError) || FOREIGN.some((foreign) => error instanceof foreign)) throw error
  return error
}

/**
 * Sends items in one transaction. Where it would revert as a whole, each item is tried alone and those that revert are left
 * out, so that nobody's item can keep back the others. Where every item passes alone, the whole is too large for this node
 * and goes in halves. Never throws: what was sent before keeps its result, and items of a failed transaction have its error.
 *
 * @param parameters.findEffect - The last transaction that had the effect of every one of these items.
 */
export async function writeBatch<item>(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly signer: Signer
    readonly items: readonly item[]
    readonly callOf: (items: readonly item[]) => ContractCall
    readonly findEffect: (items: readonly item[]) => Promise<Hash | undefined>
  },
): Promise<Sent<item>[]> {
  const { deployment, signer, items, callOf, findEffect } = parameters
  const revertOf = async (tried: readonly item[]) =>
    assertCallable(client, signer, callOf(tried)).then(() => undefined, errorOfItem)
  const sent = new Map<item, Sent<item>>()
  try {
    const reverts = await revertOf(items)
    if (!reverts) {
      const call = callOf(items)
      const outcome = await write(client, { deployment, signer, call, findEffect: () => findEffect(items) })
      return items.map((item) => ({ item, outcome }))
    }
    for (const item of items) {
      const error = items.length === 1 ? reverts : await revertOf([item])
      if (error) sent.set(item, { item, error, hash: undefined })
    }
  } catch (error) {
    return items.map((item) => ({ item, ...failureOf(error) }))
  }
  const rest = items.filter((item) => !sent.has(item))
  const half = Math.ceil(rest.length / 2)
  const parts = sent.size > 0 ? [rest] : [rest.slice(0, half), rest.slice(half)]
  for (const part of parts.filter(({ length }) => length > 0))
    for (const each of await writeBatch(client, { ...parameters, items: part })) sent.set(each.item, each)
  return items.map((item) => sent.get(item)!)
}

function failureOf(error: unknown): { error: BaseError; hash: Hash | undefined } {
  const broadcast = error instanceof SubmissionUncertainError || error instanceof TransactionFailedError
  return {
    error: error instanceof BaseError ? error : new BatchFailedError({ cause: error }),
    hash: broadcast ? error.hash : undefined,
  }
}

/** The transactions of a batch, each once, in the order sent. */
export function transactionsOf(sent: readonly Sent<unknown>[]): WriteReturnType[] {
  const byHash = new Map<Hash, WriteReturnType>()
  for (const { outcome } of sent) {
    if (!outcome) continue
    const { events: _, ...transaction } = outcome
    byHash.set(transaction.hash, transaction)
  }
  return [...byHash.values()]
}
