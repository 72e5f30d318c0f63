import type { Address, Hex } from 'viem'
import { TaskNotFoundError } from '../errors/contract.js'
import type { VeritaskEvent } from '../events/decode.js'
import { connect, type ReadParameters, type VeritaskClient } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { readSlot, readTask } from './internal/task.js'
import type { Slot, Task } from './types.js'

export type GetTaskParameters = ReadParameters & { readonly taskId: Hex }
export type GetTaskReturnType = Task
export type GetTaskErrorType = TaskNotFoundError | Error

/**
 * A task with its terms and where it stands.
 *
 * @throws {TaskNotFoundError} when the chain has no such task.
 *
 * @example
 * import { getTask } from '@veritask/sdk'
 * const { title, phase, rules } = await getTask(client, { taskId })
 */
export async function getTask(client: VeritaskClient, parameters: GetTaskParameters): Promise<GetTaskReturnType> {
  const deployment = await connect(client, parameters)
  const [state, created] = await Promise.all([
    readTask(client, deployment, parameters.taskId),
    readLogs(client, deployment, {
      contract: 'taskRegistry',
      eventName: 'TaskCreated',
      args: { taskId: parameters.taskId },
    }),
  ])
  const event = created[0]
  if (!event) throw new TaskNotFoundError({ taskId: parameters.taskId })
  return {
    ...state,
    title: event.args.title,
    createdIn: event.transactionHash,
    createdAtBlock: event.blockNumber,
  }
}

export type GetSlotParameters = ReadParameters & { readonly taskId: Hex; readonly slot: number }
export type GetSlotReturnType = Slot
export type GetSlotErrorType = TaskNotFoundError | Error

/** One slot: who took it, what it committed to, how it ends if settled now. An untouched slot is `open`. */
export async function getSlot(client: VeritaskClient, parameters: GetSlotParameters): Promise<GetSlotReturnType> {
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, parameters.taskId)
  return readSlot(client, deployment, task, parameters.slot)
}

export type GetSlotsParameters = ReadParameters & { readonly taskId: Hex }
export type GetSlotsReturnType = Slot[]
export type GetSlotsErrorType = TaskNotFoundError | Error

/** Every taken slot of a task, in the order of joining. */
export async function getSlots(client: VeritaskClient, parameters: GetSlotsParameters): Promise<GetSlotsReturnType> {
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, parameters.taskId)
  return Promise.all(Array.from({ length: task.joined }, (_, slot) => readSlot(client, deployment, task, slot)))
}

export type ListTasksParameters = ReadParameters & {
  readonly requester?: Address | undefined
  /** Settlement module. */
  readonly settlement?: Address | undefined
  readonly fromBlock?: bigint | undefined
  readonly toBlock?: bigint | undefined
}

/** A task as its creation event tells it. */
export type TaskSummary = {
  readonly taskId: Hex
  readonly requester: Address
  readonly settlement: Address
  readonly title: string
  readonly datasetVersionId: Hex
  readonly payloadDigest: Hex
  readonly token: Address
  readonly rewardPerSlot: bigint
  readonly slots: number
  readonly joinBy: bigint
  readonly createdAtBlock: bigint
}
export type ListTasksReturnType = TaskSummary[]
export type ListTasksErrorType = Error

/**
 * Tasks from chain logs, oldest first.
 *
 * @example
 * import { listTasks } from '@veritask/sdk'
 * const mine = await listTasks(client, { requester: account.address })
 */
export async function listTasks(
  client: VeritaskClient,
  parameters: ListTasksParameters = {},
): Promise<ListTasksReturnType> {
  const deployment = await connect(client, parameters)
  const { requester, settlement, fromBlock, toBlock } = parameters
  const events = await readLogs(client, deployment, {
    contract: 'taskRegistry',
    eventName: 'TaskCreated',
    args: { requester, settlement },
    fromBlock,
    toBlock,
  })
  return events.map(({ args, blockNumber }) => ({
    taskId: args.taskId,
    requester: args.requester,
    settlement: args.settlement,
    title: args.title,
    datasetVersionId: args.datasetVersionId,
    payloadDigest: args.payloadDigest,
    token: args.token,
    rewardPerSlot: args.rewardPerSlot,
    slots: args.slots,
    joinBy: args.joinBy,
    createdAtBlock: blockNumber,
  }))
}

export type GetTaskEventsParameters = ReadParameters & {
  readonly taskId: Hex
  readonly fromBlock?: bigint | undefined
  readonly toBlock?: bigint | undefined
}
export type GetTaskEventsReturnType = VeritaskEvent[]
export type GetTaskEventsErrorType = Error

/** Events that carry a task id, all of them indexed under `taskId`. */
const taskEvents = {
  taskRegistry: [
    'TaskCreated',
    'TaskSecured',
    'SlotJoined',
    'ContentKeyWrapped',
    'SlotPaid',
    'SlotReturned',
    'RelayerPaid',
    'DisputeOpened',
    'DisputeClosed',
    'BondReleased',
    'BondBurned',
    'UnfilledReturned',
    'TaskCancelled',
    'TaskCompleted',
  ],
  openGold: ['OpenGoldTermsSet', 'LabelsCommitted', 'GoldOpened', 'LabelsDelivered', 'ReceiptIssued'],
  hiddenGold: ['HiddenGoldTermsSet', 'SlotScored', 'LabelsDelivered', 'ReceiptIssued'],
  goldAudit: [
    'GoldAuditOpened',
    'PanelRescheduled',
    'PanelDrawn',
    'SlotAudited',
    'ReceiptIssued',
    'GoldAuditClosed',
    'GoldOverturned',
  ],
  direct: ['DirectTermsSet', 'ReceiptIssued'],
  optimistic: ['OptimisticTermsSet', 'StatementClaimed', 'ReceiptIssued'],
  stakeVault: ['StakeLocked', 'StakeReleased', 'StakeSlashed', 'StakeBurned'],
  consensus: [
    'ConsensusTermsSet',
    'BeaconScheduled',
    'BeaconDrawn',
    'SeedRevealed',
    'LabelsCommitted',
    'LabelsDelivered',
    'CountsAdded',
    'RoundOpened',
    'ConsensusReached',
    'SlotAgreed',
    'ReceiptIssued',
  ],
} as const

/** Everything that happened to a task, oldest first. */
export async function getTaskEvents(
  client: VeritaskClient,
  parameters: GetTaskEventsParameters,
): Promise<GetTaskEventsReturnType> {
  const deployment = await connect(client, parameters)
  const { fromBlock, toBlock } = parameters
  const contracts = Object.keys(taskEvents) as (keyof typeof taskEvents)[]
  const lists = await Promise.all(
    contracts.map((contract) =>
      readLogs(client, deployment, { contract, eventName: taskEvents[contract], fromBlock, toBlock }),
    ),
  )
  return (lists.flat() as VeritaskEvent[])
    .filter((event) => 'taskId' in event.args && event.args.taskId === parameters.taskId)
    .sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex)
}
