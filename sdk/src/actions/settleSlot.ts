import type { Hex } from 'viem'
import type { Deployment } from '../deployments.js'
import { OutcomePendingError, SlotStateError, type TaskNotFoundError } from '../errors/contract.js'
import { findEvent, type VeritaskEvent } from '../events/decode.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { readSlot, readTask } from './internal/task.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type SettleSlotParameters = WriteParameters & { readonly taskId: Hex; readonly slot: number }
export type SettleSlotReturnType = WriteReturnType & {
  readonly slot: number
  readonly outcome: 'paid' | 'returned'
  /** Credited to the payout address or back to the requester, in base units. */
  readonly amount: bigint
}
export type SettleSlotErrorType = OutcomePendingError | SlotStateError | TaskNotFoundError | Error

/**
 * Ends a slot whose outcome is decided by time, silence, an audit or a frozen key, and with it a gold audit's dispute: the
 * challenger's bond goes back to it; or, when the audit was dismissed, half to the requester and half to the treasury. Anyone may call;
 * a slot that has ended is found as it ended.
 *
 * @example
 * import { settleSlot } from '@veritask/sdk'
 * const { outcome } = await settleSlot(client, { taskId, slot: 0 })
 */
export async function settleSlot(
  client: VeritaskClient,
  parameters: SettleSlotParameters,
): Promise<SettleSlotReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  const current = await readSlot(client, deployment, task, slot)
  if (current.state === 'open') throw new SlotStateError({ taskId, slot, state: 'not taken by anyone' })
  if (current.outcome === 'pending') throw new OutcomePendingError({ taskId, slot })

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'settle', [taskId, slot]),
    findEffect: async () => (await findEnding(client, deployment, { taskId, slot }))?.hash,
  })
  const { outcome, amount } = endingOf(events, { taskId, slot })!
  return { ...sent, slot, outcome, amount }
}

type Place = { readonly taskId: Hex; readonly slot: number }

/** How a slot ended, and the transaction that ended it. */
export type Ending = Pick<SettleSlotReturnType, 'outcome' | 'amount' | 'hash'>

/** How a slot ended, from chain logs; `undefined` while it has not. */
export async function findEnding(
  client: VeritaskClient,
  deployment: Deployment,
  place: Place,
): Promise<Ending | undefined> {
  const endings = await Promise.all(
    (['SlotPaid', 'SlotReturned'] as const).map((eventName) =>
      readLogs(client, deployment, { contract: 'taskRegistry', eventName, args: place }),
    ),
  )
  return endingOf(endings.flat(), place)
}

/** How a slot ended in these events; `undefined` when it did not. */
export function endingOf(events: readonly VeritaskEvent[], { taskId, slot }: Place): Ending | undefined {
  const mine = events.filter(({ args }) => 'slot' in args && args.taskId === taskId && args.slot === slot)
  const paid = findEvent(mine, 'SlotPaid')
  if (paid) return { outcome: 'paid', amount: paid.args.reward, hash: paid.transactionHash }
  const returned = findEvent(mine, 'SlotReturned')
  return returned && { outcome: 'returned', amount: returned.args.amount, hash: returned.transactionHash }
}
