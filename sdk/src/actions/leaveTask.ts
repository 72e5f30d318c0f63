import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { AlreadyHandedInError } from '../errors/admission.js'
import { DeadlinePassedError, NotWorkerError, SlotEndedError, type TaskNotFoundError } from '../errors/contract.js'
import { openGoldSettlementAbi, taskRegistryAbi } from '../generated/abis.js'
import { slotEndings } from '../states.js'
import { connect, read, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { readTakenSlot, readTask, slotNumberOf } from './internal/task.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { getParameters } from './parameters.js'

export type LeaveTaskParameters = WriteParameters & {
  readonly taskId: Hex
  /** Default: the slot of the account that sends. */
  readonly slot?: number | undefined
}
export type LeaveTaskReturnType = WriteReturnType & { readonly slot: number }
export type LeaveTaskErrorType =
  | TaskNotFoundError
  | NotWorkerError
  | SlotEndedError
  | AlreadyHandedInError
  | DeadlinePassedError
  | Error

/**
 * Gives a slot back without loss: before a content key was published for it, or within the leave window after, and only while
 * nothing was handed in. The stake is free again.
 *
 * @example
 * import { leaveTask } from '@veritask/sdk'
 * const { slot } = await leaveTask(client, { taskId })
 */
export async function leaveTask(client: VeritaskClient, parameters: LeaveTaskParameters): Promise<LeaveTaskReturnType> {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  const slot = parameters.slot ?? (await slotNumberOf(client, deployment, taskId, signer.address))
  const taken = await readTakenSlot(client, deployment, task, slot)
  if (taken.worker !== signer.address) throw new NotWorkerError({ taskId, slot, caller: signer.address })
  if (taken.state !== 'joined' && taken.ending !== 'left') throw new SlotEndedError({ taskId, slot })
  if (taken.state === 'joined') {
    const mayLeave = await read(() =>
      readContract(client, {
        address: task.settlement,
        abi: openGoldSettlementAbi,
        functionName: 'mayLeave',
        args: [taskId, slot],
      }),
    )
    if (!mayLeave) throw new AlreadyHandedInError({ taskId, slot })
    const { leaveWindow } = await getParameters(client, { deployment, version: task.parametersVersion })
    const deadline = taken.wrappedAt + BigInt(leaveWindow)
    const { timestamp } = task
    if (taken.wrappedAt !== 0n && timestamp > deadline)
      throw new DeadlinePassedError({ what: 'leave without loss', taskId, deadline, timestamp })
  }

  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'leave', [taskId, slot]),
    findEffect: async () => {
      const [returned] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'SlotReturned',
        args: { taskId, slot },
      })
      if (returned && slotEndings[returned.args.ending] !== 'left') throw new SlotEndedError({ taskId, slot })
      return returned?.transactionHash
    },
  })
  return { ...sent, slot }
}
