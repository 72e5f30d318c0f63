import { db } from 'ponder:api'
import { dispute, goldAudit, goldAuditAnswer, receipt, slot, verifierKey } from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, eq } from 'ponder'
import { answer } from './answer.js'
import { notFound } from './errors.js'
import { names } from './keys.js'
import { idOf, queryOf, slotNumberOf } from './parameters.js'
import {
  presentDelivery,
  presentGoldAudit,
  presentReceipt,
  presentSlot,
  presentTask,
  presentTerms,
  presentWholeKey,
  withoutTask,
} from './present.js'
import { findTask } from './tasks.js'

/** A submission has two receipts, and one more for each gold audit whose panel it is on: the first ones are shown. */
const receiptsShown = 25
const disputesShown = 25

export const slots = new Hono()

slots.get('/:taskId/:slot', (c) => {
  queryOf(c, [])
  const taskId = idOf('taskId', c.req.param('taskId'))
  const number = slotNumberOf(c.req.param('slot'))
  return answer(c, async (now) => {
    const [[row], receipts] = await Promise.all([
      db
        .select()
        .from(slot)
        .where(and(eq(slot.taskId, taskId), eq(slot.number, number))),
      db
        .select({ receipt, key: verifierKey })
        .from(receipt)
        .innerJoin(verifierKey, eq(verifierKey.id, receipt.keyId))
        .where(and(eq(receipt.taskId, taskId), eq(receipt.slot, number)))
        .orderBy(asc(receipt.eventId))
        .limit(receiptsShown),
    ])
    if (!row) throw notFound('slot', `${number} of task ${taskId}`)
    const [task, disputes, [audit], answers] = await Promise.all([
      findTask(taskId),
      db
        .select()
        .from(dispute)
        .where(and(eq(dispute.taskId, taskId), eq(dispute.slot, number)))
        .orderBy(asc(dispute.id))
        .limit(disputesShown),
      db
        .select()
        .from(goldAudit)
        .where(and(eq(goldAudit.taskId, taskId), eq(goldAudit.slot, number))),
      // As many as a panel has slots.
      db
        .select()
        .from(goldAuditAnswer)
        .where(and(eq(goldAuditAnswer.taskId, taskId), eq(goldAuditAnswer.slot, number)))
        .orderBy(asc(goldAuditAnswer.member)),
    ])
    return {
      ...presentSlot(row),
      wrappedKey: row.wrappedKey,
      delivery: presentDelivery(row),
      task: presentTask(task, now),
      terms: presentTerms(task.terms),
      disputes: disputes.map(withoutTask),
      goldAudit: audit ? { ...presentGoldAudit(audit), answers: answers.map(presentAnswer) } : null,
      receipts: receipts.map(({ receipt, key }) => ({
        ...presentReceipt(receipt),
        key: presentWholeKey(names, key),
      })),
    }
  })
})

function presentAnswer({ taskId: _, slot: __, ...columns }: typeof goldAuditAnswer.$inferSelect) {
  return columns
}
