import type { Address, Hash, Hex } from 'viem'
import type { PackedGold } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import {
  AlreadyCommittedError,
  DeadlinePassedError,
  DeadlineTooNearError,
  GoldAlreadyOpenError,
  GoldNotOpenError,
  NotCommittedError,
  NotWorkerError,
  SlotEndedError,
  TooEarlyError,
} from '../../errors/contract.js'
import type { LabelSubmission } from '../proveLabels.js'
import type { Slot, TaskState } from '../types.js'
import type { VeritaskClient } from './context.js'
import { readGold } from './gold.js'
import { assertProof, findReceipt } from './proof.js'
import { readTakenSlot, readTask } from './task.js'
import { WrongSettlementKindError } from './terms.js'

/** Seconds; a slot of the slowest chain. */
export const DELIVERY_MARGIN = 12n

type OpenedGold = PackedGold & { readonly salt: Hex }

/** Tasks and their opened gold, each read once. */
export type TaskReader = {
  readonly task: (taskId: Hex) => Promise<TaskState>
  readonly gold: (taskId: Hex) => Promise<OpenedGold>
}

export function taskReader(client: VeritaskClient, deployment: Deployment): TaskReader {
  const once = <T>(read: (taskId: Hex) => Promise<T>) => {
    const kept = new Map<Hex, Promise<T>>()
    return (taskId: Hex) => {
      const found = kept.get(taskId) ?? read(taskId)
      kept.set(taskId, found)
      return found
    }
  }
  return {
    task: once((taskId) => readTask(client, deployment, taskId)),
    gold: once((taskId) => readGold(client, deployment, taskId)),
  }
}

export type CheckedSubmission = {
  readonly task: TaskState
  /** Open gold, once it is open. */
  readonly gold: OpenedGold | undefined
  /** The transaction that carried these very bytes before. */
  readonly sentIn: Hash | undefined
}

/**
 * Everything the chain will check about a submission, checked here first and in its order. What was sent before, perhaps
 * from here, is found: the same bytes are a resubmission, others are a second claim.
 */
export async function checkSubmission(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly reader: TaskReader
    readonly sender: Address
    readonly submission: LabelSubmission
    readonly margin: bigint
  },
): Promise<CheckedSubmission> {
  const { deployment, reader, sender, submission, margin } = parameters
  const { taskId, slot, kind } = submission
  const task = await reader.task(taskId)
  const taken = await readTakenSlot(client, deployment, task, slot)
  const receipt = await findReceipt(client, deployment, submission)
  if (receipt && !receipt.same) throw new SlotEndedError({ taskId, slot })
  if (receipt) return { task, gold: undefined, sentIn: receipt.hash }

  if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
  const commits = kind === 'submission'
  if (commits && taken.commitment !== 0n) throw new AlreadyCommittedError({ taskId, slot })
  if (!commits && taken.commitment === 0n) throw new NotCommittedError({ taskId, slot })
  const keyId = checkTime(task, taken, submission, sender, margin)
  const gold = kind === 'agreement' ? await reader.gold(taskId) : undefined
  const statement = {
    rules: task.terms.rules,
    encryptionKey: task.terms.encryptionKey,
    commitment: commits ? submission.commitment : taken.commitment,
    delivery: submission.delivery,
  }
  await assertProof(client, deployment, submission, {
    place: {
      chainId: deployment.chainId,
      module: task.settlement,
      taskId,
      slot,
      payout: taken.payout,
      keyId,
    },
    statement: gold ? { statement: 'open-gold', ...statement, gold } : { statement: 'legality', ...statement },
  })
  return { task, gold, sentIn: undefined }
}

/** Whether the task takes such a submission now, and the key it is proven under. */
function checkTime(
  task: TaskState,
  taken: Slot,
  { taskId, slot, kind }: LabelSubmission,
  sender: Address,
  margin: bigint,
): Hex {
  const expected = kind === 'submission' ? 'hidden-gold' : 'open-gold'
  if (task.kind === 'hidden-gold') {
    if (kind !== 'submission') throw new WrongSettlementKindError({ taskId, expected, actual: task.kind })
    if (taken.worker !== sender) throw new NotWorkerError({ taskId, slot, caller: sender })
    assertInTime(task, 'submit', task.terms.submitBy, margin)
    return task.terms.legalityKeyId
  }
  const { openBy, proveBy, agreementKeyId, legalityKeyId } = task.terms
  switch (kind) {
    case 'submission':
      throw new WrongSettlementKindError({ taskId, expected, actual: task.kind })
    case 'agreement':
      if (task.goldOpenedAt === 0n) throw new GoldNotOpenError({ taskId })
      assertInTime(task, 'prove', proveBy, margin)
      return agreementKeyId
    case 'delivery':
      if (task.goldOpenedAt !== 0n) throw new GoldAlreadyOpenError({ taskId })
      if (task.timestamp <= openBy)
        throw new TooEarlyError({ what: 'deliver', taskId, deadline: openBy, timestamp: task.timestamp })
      assertInTime(task, 'deliver', proveBy, margin)
      return legalityKeyId
    default: {
      const never: never = kind
      return never
    }
  }
}

function assertInTime(task: TaskState, what: string, deadline: bigint, margin: bigint): void {
  const { taskId, timestamp } = task
  if (timestamp > deadline) throw new DeadlinePassedError({ what, taskId, deadline, timestamp })
  if (timestamp + margin > deadline) throw new DeadlineTooNearError({ taskId, deadline, timestamp, margin })
}
