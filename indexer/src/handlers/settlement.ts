import { receipt, slot, task, verifierKey } from 'ponder:schema'
import type { Address, Hex } from 'viem'
import type { Entities } from '../reducers/audit.js'
import { countReceipt } from '../reducers/key.js'
import type { Moment } from '../reducers/moment.js'
import { issueReceipt, type ReceiptIssued, receiptSlot } from '../reducers/receipt.js'
import { deliverLabels, type LabelsDelivered } from '../reducers/slot.js'
import { afterSlotStep, touched } from '../reducers/task.js'
import { type Db, parent } from './log.js'

// What several settlement modules emit.

/** @returns Whose slot the receipt is about; null when it is about the task as a whole. */
export async function recordReceipt(db: Db, args: ReceiptIssued, at: Moment): Promise<Address | null> {
  const { taskId, keyId } = args
  const row = issueReceipt(args, at)
  // A round of a consensus without further votes states what the one before did: the first receipt stands.
  const first = await db.insert(receipt).values(row).onConflictDoNothing()
  if (first !== null) await db.update(verifierKey, { id: keyId }).set(countReceipt)
  await db.update(task, { id: taskId }).set((before) => touched(before, at))
  if (row.slot === null) return null
  const { worker } = parent(await db.find(slot, { taskId, number: row.slot }), `slot of task ${taskId}`, row.slot)
  return worker
}

/** The pages a receipt belongs to. */
export function receiptEntities({ taskId, slot, keyId }: ReceiptIssued, worker: Address | null): Entities {
  const number = receiptSlot(slot)
  return {
    taskId,
    keyId,
    ...(number === null ? {} : { slot: number }),
    ...(worker === null ? {} : { account: worker }),
  }
}

export async function recordDelivery(db: Db, args: LabelsDelivered & { taskId: Hex; slot: number }, at: Moment) {
  const { taskId, slot: number } = args
  const before = parent(await db.find(slot, { taskId, number }), `slot of task ${taskId}`, number)
  const steps = before.commitment === null ? (['committed', 'delivered'] as const) : (['delivered'] as const)
  await db.update(slot, { taskId, number }).set(deliverLabels(before, args, at))
  await db.update(task, { id: taskId }).set((row) => afterSlotStep(row, steps, at))
  return before
}
