import type { Hash } from 'viem'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import { InsufficientFundsError, NodeUnreachableError } from '../../errors/submission.js'
import type { Signer, VeritaskClient } from './context.js'
import { assertCallable, type ContractCall, type WriteOutcome, type WriteReturnType, write } from './write.js'

/**
 * Most slots of one transaction. Measured, a slot asks for 0.46 million gas with its transfer, and larger circuits or payees that
 * are new to the chain for up to 0.6; a transaction may ask for 2^24 (EIP-7825).
 */
const MAX_SLOTS = 24

export type Sent<item> = { readonly item: item } & (
  | { readonly outcome: WriteOutcome; readonly error?: undefined }
  /** The call reverts with this item in it, so it was left out and nothing of it was shown. */
  | { readonly error: BaseError; readonly outcome?: undefined }
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

/** An error that says something about one item of a batch; any other is thrown on. */
export function errorOfItem(error: unknown): BaseError {
  const foreign = error instanceof NodeUnreachableError || error instanceof InsufficientFundsError
  if (foreign || !(error instanceof BaseError)) throw error
  return error
}

/**
 * Sends items in one transaction. Where it would revert as a whole, each item is tried alone and those that revert are left
 * out, so that nobody's item can keep back the others.
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
  const revertOf = (tried: readonly item[]) =>
    assertCallable(client, signer, callOf(tried)).then(() => undefined, errorOfItem)
  const errors = new Map<item, BaseError>()
  if (await revertOf(items))
    for (const item of items) {
      const error = await revertOf([item])
      if (error) errors.set(item, error)
    }
  const sendable = items.filter((item) => !errors.has(item))
  const outcome =
    sendable.length === 0
      ? undefined
      : await write(client, {
          deployment,
          signer,
          call: callOf(sendable),
          findEffect: () => findEffect(sendable),
        })
  return items.map((item) => {
    const error = errors.get(item)
    return error ? { item, error } : { item, outcome: outcome! }
  })
}

/** The transaction of a batch, unless every item was left out. */
export function transactionOf(sent: readonly Sent<unknown>[]): WriteReturnType[] {
  const outcome = sent.find((each) => each.outcome)?.outcome
  if (!outcome) return []
  const { events: _, ...transaction } = outcome
  return [transaction]
}
