import type { Hex } from 'viem'
import { OutcomePendingError, SlotStateError, type TaskNotFoundError } from '../errors/contract.js'
import { findEvent } from '../events/decode.js'
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
 * Ends a slot whose outcome is decided by time, silence or a frozen key. Anyone may call; a slot that has ended is found as
 * it ended.
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
    findEffect: async () => {
      const endings = await Promise.all(
        (['SlotPaid', 'SlotReturned'] as const).map((eventName) =>
          readLogs(client, deployment, { contract: 'taskRegistry', eventName, args: { taskId, slot } }),
        ),
      )
      return endings.flat()[0]?.transactionHash
    },
  })
  const mine = events.filter((event) => 'slot' in event.args && event.args.slot === slot)
  const paid = findEvent(mine, 'SlotPaid')
  const returned = findEvent(mine, 'SlotReturned')
  return {
    ...sent,
    slot,
    outcome: paid ? 'paid' : 'returned',
    amount: paid?.args.reward ?? returned?.args.amount ?? 0n,
  }
}
