import type { Hash, Hex } from 'viem'
import type { BaseError } from '../errors/base.js'
import { OutcomePendingError, SlotStateError } from '../errors/contract.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { errorOfItem, inBatches, transactionsOf, writeBatch } from './internal/batch.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { assertPlaceForm, taskReader } from './internal/submission.js'
import { readSlot } from './internal/task.js'
import { contractCall, type WriteReturnType } from './internal/write.js'
import { endingOf, findEnding } from './settleSlot.js'

type Place = { readonly taskId: Hex; readonly slot: number }

export type SettleSlotsParameters = WriteParameters & {
  /** Slots of any tasks. */
  readonly slots: readonly Place[]
}

/** What became of one slot. */
export type SettleResult = Place &
  (
    | {
        readonly outcome: 'paid' | 'returned'
        /** Credited to the payout address or back to the requester, in base units. */
        readonly amount: bigint
        readonly hash: Hash
      }
    | {
        readonly outcome: 'passed-over'
        /** What is wrong, as `settleSlot` would have thrown it. */
        readonly error: BaseError
      }
  )
export type SettleSlotsReturnType = {
  /** In the order asked for. */
  readonly results: readonly SettleResult[]
  readonly transactions: readonly WriteReturnType[]
}
export type SettleSlotsErrorType = Error

/**
 * Ends many slots whose outcome is decided by time, silence or a frozen key, in one transaction. Anyone may call. A slot that
 * is still open or pending is left out with its reason; one that has ended is found as it ended.
 *
 * @example
 * import { settleSlots } from '@veritask/sdk'
 * const { results } = await settleSlots(client, { slots: [{ taskId, slot: 0 }, { taskId, slot: 1 }] })
 */
export async function settleSlots(
  client: VeritaskClient,
  parameters: SettleSlotsParameters,
): Promise<SettleSlotsReturnType> {
  const { slots } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const reader = taskReader(client, deployment)
  const results = new Map<Place, SettleResult>()

  const due: Place[] = []
  for (const place of slots) {
    const { taskId, slot } = place
    try {
      assertPlaceForm(place)
      const current = await readSlot(client, deployment, await reader.task(taskId), slot)
      if (current.state === 'open') throw new SlotStateError({ taskId, slot, state: 'not taken by anyone' })
      const ended = await findEnding(client, deployment, place)
      if (ended) results.set(place, { ...place, ...ended })
      else if (current.outcome === 'pending') throw new OutcomePendingError({ taskId, slot })
      else due.push(place)
    } catch (error) {
      results.set(place, { ...place, outcome: 'passed-over', error: errorOfItem(error) })
    }
  }

  const transactions: WriteReturnType[] = []
  for (const items of inBatches(due, () => '')) {
    const sent = await writeBatch(client, {
      deployment,
      signer,
      items,
      callOf: (batch) =>
        contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'settleBatch', [
          batch.map(({ taskId }) => taskId),
          batch.map(({ slot }) => slot),
        ]),
      findEffect: async (batch) => {
        const endings = await Promise.all(batch.map((place) => findEnding(client, deployment, place)))
        return endings.every((ending) => ending !== undefined) ? endings.at(-1)?.hash : undefined
      },
    })
    for (const { item, outcome, error } of sent) {
      // Somebody else may have been first.
      const ending = outcome && (endingOf(outcome.events, item) ?? (await findEnding(client, deployment, item)))
      results.set(
        item,
        ending
          ? { ...item, ...ending }
          : { ...item, outcome: 'passed-over', error: error ?? new OutcomePendingError(item) },
      )
    }
    transactions.push(...transactionsOf(sent))
  }
  return { results: slots.map((place) => results.get(place)!), transactions }
}
