import { ponder } from 'ponder:registry'
import { goldAudit, parametersVersion, slot, task, terms } from 'ponder:schema'
import { closeGoldAudit, countAudited, openGoldAudit } from '../reducers/dispute.js'
import { auditSlot, scoreSlot } from '../reducers/slot.js'
import { afterGoldAudit, afterSlotStep } from '../reducers/task.js'
import { hiddenGoldTerms } from '../reducers/terms.js'
import { audit, momentOf, parent } from './log.js'
import { receiptEntities, recordDelivery, recordReceipt } from './settlement.js'

ponder.on('HiddenGoldSettlement:HiddenGoldTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const { parametersVersion: version } = parent(await context.db.find(task, { id: taskId }), 'task', taskId)
  const { auditWindow } = parent(await context.db.find(parametersVersion, { version }), 'parameters version', version)
  const set = hiddenGoldTerms(taskId, event.args.terms, auditWindow, at)
  const row = await context.db.update(task, { id: taskId }).set(set.task)
  await context.db.insert(terms).values(set.terms)
  await audit(context, 'HiddenGoldSettlement:HiddenGoldTermsSet', event, { taskId, account: row.requester })
})

ponder.on('HiddenGoldSettlement:ReceiptIssued', async ({ event, context }) => {
  const worker = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'HiddenGoldSettlement:ReceiptIssued', event, receiptEntities(event.args, worker))
})

ponder.on('HiddenGoldSettlement:LabelsDelivered', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const row = await recordDelivery(context.db, event.args, momentOf(event))
  await audit(context, 'HiddenGoldSettlement:LabelsDelivered', event, { taskId, slot: number, account: row.worker })
})

ponder.on('HiddenGoldSettlement:SlotScored', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const at = momentOf(event)
  const row = await context.db.update(slot, { taskId, number }).set((row) => scoreSlot(row, event.args, at))
  await context.db.update(task, { id: taskId }).set((row) => afterSlotStep(row, ['scored'], at))
  await audit(context, 'HiddenGoldSettlement:SlotScored', event, { taskId, slot: number, account: row.worker })
})

ponder.on('HiddenGoldSettlement:GoldAuditOpened', async ({ event, context }) => {
  const { taskId, slot: number, worker, panel, answerBy } = event.args
  const at = momentOf(event)
  await context.db.insert(goldAudit).values(openGoldAudit(event.args, at))
  const opened = { auditPanel: panel, answerBy }
  await context.db.update(task, { id: taskId }).set((row) => afterGoldAudit(row, opened, at))
  await audit(context, 'HiddenGoldSettlement:GoldAuditOpened', event, { taskId, slot: number, account: worker })
})

ponder.on('HiddenGoldSettlement:SlotAudited', async ({ event, context }) => {
  const { taskId, slot: number, agreementBits } = event.args
  const at = momentOf(event)
  const row = await context.db.update(slot, { taskId, number }).set((row) => auditSlot(row, agreementBits, at))
  const { audited } = await context.db.update(goldAudit, { taskId }).set(countAudited)
  await context.db.update(task, { id: taskId }).set((row) => afterGoldAudit(row, { audited }, at))
  await audit(context, 'HiddenGoldSettlement:SlotAudited', event, { taskId, slot: number, account: row.worker })
})

ponder.on('HiddenGoldSettlement:GoldAuditClosed', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  await context.db.update(goldAudit, { taskId }).set((row) => closeGoldAudit(row, event.args, at))
  const { requester } = await context.db
    .update(task, { id: taskId })
    .set((row) => afterGoldAudit(row, { auditClosed: true }, at))
  await audit(context, 'HiddenGoldSettlement:GoldAuditClosed', event, { taskId, account: requester })
})

// A batch went on without this submission: nothing changed but the log.
ponder.on('HiddenGoldSettlement:SubmissionRefused', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  await audit(context, 'HiddenGoldSettlement:SubmissionRefused', event, { taskId, slot: number })
})
