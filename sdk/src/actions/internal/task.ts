import { type Address, type Hex, zeroAddress } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { decodeRules } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { NotWorkerError, SlotStateError } from '../../errors/contract.js'
import { hiddenGoldSettlementAbi, openGoldSettlementAbi, taskRegistryAbi } from '../../generated/abis.js'
import type { Slot, SlotState, TaskPhase, TaskState } from '../types.js'
import { read, type VeritaskClient } from './context.js'
import { settlementKindOf } from './terms.js'

const slotStates = ['open', 'joined', 'paid', 'returned'] as const satisfies readonly SlotState[]
const outcomes = ['pending', 'paid', 'returned'] as const

/** Everything the contracts say about a task, read at one block. */
export async function readTask(client: VeritaskClient, deployment: Deployment, taskId: Hex): Promise<TaskState> {
  return read(async () => {
    const block = await getBlock(client, { blockTag: 'latest' })
    const at = { blockNumber: block.number }
    const task = await readContract(client, {
      address: deployment.contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'task',
      args: [taskId],
      ...at,
    })
    const kind = settlementKindOf(deployment, task.settlement)
    const base = { ...task, taskId, timestamp: block.timestamp }
    if (kind === 'open-gold') {
      const module = { address: task.settlement, abi: openGoldSettlementAbi, args: [taskId], ...at } as const
      const [terms, goldOpenedAt, committed, halted] = await Promise.all([
        readContract(client, { ...module, functionName: 'terms' }),
        readContract(client, { ...module, functionName: 'goldOpenedAt' }),
        readContract(client, { ...module, functionName: 'committedCount' }),
        readContract(client, { ...module, functionName: 'halted' }),
      ])
      const state = { ...base, kind, terms, goldOpenedAt, committed, halted, rules: decodeRules(terms.rules) } as const
      return { ...state, phase: phaseOf(state) }
    }
    const module = { address: task.settlement, abi: hiddenGoldSettlementAbi, args: [taskId], ...at } as const
    const [terms, halted] = await Promise.all([
      readContract(client, { ...module, functionName: 'terms' }),
      readContract(client, { ...module, functionName: 'halted' }),
    ])
    const state = { ...base, kind, terms, halted, rules: decodeRules(terms.rules) } as const
    return { ...state, phase: phaseOf(state) }
  })
}

type Unphased = TaskState extends infer state ? (state extends TaskState ? Omit<state, 'phase'> : never) : never

/** Deadlines are inclusive: their own second still counts. */
function phaseOf(task: Unphased): TaskPhase {
  const { timestamp: now, joined, slots } = task
  const filled = joined === slots || task.unfilledReturned
  if (filled && task.ended === joined) return joined === 0 ? 'cancelled' : 'completed'
  if (task.halted) return 'halted'
  if (!filled && now <= task.joinBy) return 'joining'
  switch (task.kind) {
    case 'open-gold': {
      const { commitBy, openBy, proveBy } = task.terms
      if (task.goldOpenedAt !== 0n) return now <= proveBy ? 'proving' : 'settling'
      if (now <= commitBy && task.committed < joined) return 'committing'
      if (now <= openBy) return 'opening'
      return now <= proveBy ? 'delivering' : 'settling'
    }
    case 'hidden-gold': {
      const { submitBy, scoreBy } = task.terms
      if (now <= submitBy) return 'submitting'
      return now <= scoreBy ? 'scoring' : 'settling'
    }
    default: {
      const never: never = task
      return never
    }
  }
}

/** Everything the contracts say about one slot. */
export async function readSlot(
  client: VeritaskClient,
  deployment: Deployment,
  task: Pick<TaskState, 'taskId' | 'settlement'>,
  slot: number,
): Promise<Slot> {
  return read(async () => {
    const module = { address: task.settlement, abi: openGoldSettlementAbi, args: [task.taskId, slot] } as const
    const [{ worker, state, payout }, commitment, outcome] = await Promise.all([
      readContract(client, {
        address: deployment.contracts.taskRegistry,
        abi: taskRegistryAbi,
        functionName: 'slotOf',
        args: [task.taskId, slot],
      }),
      // Both modules answer these two in the same way.
      readContract(client, { ...module, functionName: 'commitmentOf' }),
      readContract(client, { ...module, functionName: 'outcome' }),
    ])
    return {
      taskId: task.taskId,
      slot,
      state: slotStates[state] ?? 'open',
      worker,
      payout,
      commitment,
      outcome: outcomes[outcome] ?? 'pending',
    }
  })
}

/** A slot somebody took, whatever became of it. */
export async function readTakenSlot(
  client: VeritaskClient,
  deployment: Deployment,
  task: Pick<TaskState, 'taskId' | 'settlement'>,
  slot: number,
): Promise<Slot> {
  const taken = await readSlot(client, deployment, task, slot)
  if (taken.worker === zeroAddress)
    throw new SlotStateError({ taskId: task.taskId, slot, state: 'not taken by anyone' })
  return taken
}

/** The slot a worker took, or `undefined`. */
export async function findSlotOf(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  worker: Address,
): Promise<number | undefined> {
  const plusOne = await read(() =>
    readContract(client, {
      address: deployment.contracts.taskRegistry,
      abi: taskRegistryAbi,
      functionName: 'slotNumberPlusOne',
      args: [taskId, worker],
    }),
  )
  return plusOne === 0 ? undefined : plusOne - 1
}

/** The slot a worker took. */
export async function slotNumberOf(
  client: VeritaskClient,
  deployment: Deployment,
  taskId: Hex,
  worker: Address,
): Promise<number> {
  const slot = await findSlotOf(client, deployment, taskId, worker)
  if (slot === undefined) throw new NotWorkerError({ taskId, caller: worker })
  return slot
}
