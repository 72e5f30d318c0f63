import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { NotRequesterError, TaskHasWorkersError, type TaskNotFoundError, TooEarlyError } from '../errors/contract.js'
import { findEvent } from '../events/decode.js'
import { openGoldSettlementAbi, taskRegistryAbi } from '../generated/abis.js'
import { connect, read, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { readTask } from './internal/task.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { TaskState } from './types.js'

export type CancelTaskParameters = WriteParameters & { readonly taskId: Hex }
export type CancelTaskReturnType = WriteReturnType & {
  /** Credited to the requester, in base units; `claim` pays it out. */
  readonly amount: bigint
}
export type CancelTaskErrorType = NotRequesterError | TaskHasWorkersError | TaskNotFoundError | Error

/**
 * Ends a task nobody has joined, credits its escrow to the requester and frees its bond.
 *
 * @example
 * import { cancelTask, claim } from '@veritask/sdk'
 * await cancelTask(client, { taskId })
 * await claim(client, {})
 */
export async function cancelTask(
  client: VeritaskClient,
  parameters: CancelTaskParameters,
): Promise<CancelTaskReturnType> {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  if (task.requester !== signer.address) throw new NotRequesterError({ taskId, caller: signer.address })
  if (task.joined > 0) throw new TaskHasWorkersError({ taskId, joined: task.joined })
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'cancelTask', [taskId]),
    findEffect: async () => {
      const [cancelled] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'TaskCancelled',
        args: { taskId },
      })
      return cancelled?.transactionHash
    },
  })
  return { ...sent, amount: findEvent(events, 'UnfilledReturned')?.args.amount ?? 0n }
}

export type ReturnUnfilledParameters = WriteParameters & { readonly taskId: Hex }
export type ReturnUnfilledReturnType = WriteReturnType & {
  /** Slots nobody took. */
  readonly slots: number
  /** Credited to the requester, in base units. */
  readonly amount: bigint
}
export type ReturnUnfilledErrorType = TooEarlyError | TaskNotFoundError | Error

/** Credits the reward of slots nobody took to the requester, once joining is over. Anyone may call. */
export async function returnUnfilled(
  client: VeritaskClient,
  parameters: ReturnUnfilledParameters,
): Promise<ReturnUnfilledReturnType> {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  const early = !task.unfilledReturned && task.timestamp <= task.joinBy && task.joined < task.slots
  // A module may close joining before that: a consensus that is decided asks nobody else.
  if (early && !(await closedBy(client, task)))
    throw new TooEarlyError({
      what: 'return the slots nobody took',
      taskId,
      deadline: task.joinBy,
      timestamp: task.timestamp,
    })
  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'returnUnfilled', [taskId]),
    findEffect: async () => {
      const [returned] = await readLogs(client, deployment, {
        contract: 'taskRegistry',
        eventName: 'UnfilledReturned',
        args: { taskId },
      })
      return returned?.transactionHash
    },
  })
  const returned = findEvent(events, 'UnfilledReturned')
  return { ...sent, slots: returned?.args.slots ?? 0, amount: returned?.args.amount ?? 0n }
}

async function closedBy(client: VeritaskClient, { settlement, taskId }: TaskState): Promise<boolean> {
  const [, closed] = await read(() =>
    readContract(client, {
      address: settlement,
      abi: openGoldSettlementAbi,
      functionName: 'admission',
      args: [taskId],
    }),
  )
  return closed
}
