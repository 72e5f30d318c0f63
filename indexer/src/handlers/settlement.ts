import { receipt, slot, task, verifierKey } from 'ponder:schema'
import type { Hex } from 'viem'
import { countReceipt } from '../reducers/key.js'
import type { Moment } from '../reducers/moment.js'
import { issueReceipt, type ReceiptIssued } from '../reducers/receipt.js'
import { deliverLabels, type LabelsDelivered } from '../reducers/slot.js'
import { afterSlotStep, touched } from '../reducers/task.js'
import { type Db, parent } from './log.js'

// What both settlement modules emit.

export async function recordReceipt(db: Db, args: ReceiptIssued, at: Moment) {
  const { taskId, slot: number, keyId } = args
  const row = parent(await db.find(slot, { taskId, number }), `slot of task ${taskId}`, number)
  await db.update(verifierKey, { id: keyId }).set(countReceipt)
  await db.update(task, { id: taskId }).set((row) => touched(row, at))
  await db.insert(receipt).values(issueReceipt(args, at))
  return row
}

export async function recordDelivery(db: Db, args: LabelsDelivered & { taskId: Hex; slot: number }, at: Moment) {
  const { taskId, slot: number } = args
  const before = parent(await db.find(slot, { taskId, number }), `slot of task ${taskId}`, number)
  const steps = before.commitment === null ? (['committed', 'delivered'] as const) : (['delivered'] as const)
  await db.update(slot, { taskId, number }).set(deliverLabels(before, args, at))
  await db.update(task, { id: taskId }).set((row) => afterSlotStep(row, steps, at))
  return before
}
