import { ponder } from 'ponder:registry'
import { parametersVersion, slot, task, terms } from 'ponder:schema'
import { scoreSlot } from '../reducers/slot.js'
import { afterScored } from '../reducers/task.js'
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
  await context.db.update(task, { id: taskId }).set((row) => afterScored(row, event.args, at))
  await audit(context, 'HiddenGoldSettlement:SlotScored', event, { taskId, slot: number, account: row.worker })
})

// A batch went on without this submission: nothing changed but the log.
ponder.on('HiddenGoldSettlement:SubmissionRefused', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  await audit(context, 'HiddenGoldSettlement:SubmissionRefused', event, { taskId, slot: number })
})
