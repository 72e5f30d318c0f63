import { ponder } from 'ponder:registry'
import { slot, task, terms } from 'ponder:schema'
import { scoreSlot } from '../reducers/slot.js'
import { afterSlotStep, hiddenGoldTerms, touched } from '../reducers/task.js'
import { audit, momentOf } from './log.js'
import { recordDelivery, recordReceipt } from './settlement.js'

ponder.on('HiddenGoldSettlement:HiddenGoldTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await context.db.insert(terms).values(hiddenGoldTerms(taskId, event.args.terms))
  await audit(context, 'HiddenGoldSettlement:HiddenGoldTermsSet', event, { taskId, account: row.requester })
})

ponder.on('HiddenGoldSettlement:ReceiptIssued', async ({ event, context }) => {
  const { taskId, slot: number, keyId } = event.args
  const row = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'HiddenGoldSettlement:ReceiptIssued', event, {
    taskId,
    slot: number,
    keyId,
    account: row.worker,
  })
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

// A batch went on without this submission: nothing changed but the log.
ponder.on('HiddenGoldSettlement:SubmissionRefused', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  await audit(context, 'HiddenGoldSettlement:SubmissionRefused', event, { taskId, slot: number })
})
