import { ponder } from 'ponder:registry'
import { gold, slot, task, terms } from 'ponder:schema'
import { commitLabels } from '../reducers/slot.js'
import { afterGoldOpened, afterSlotStep, openGold } from '../reducers/task.js'
import { openGoldTerms } from '../reducers/terms.js'
import { audit, momentOf } from './log.js'
import { receiptEntities, recordDelivery, recordReceipt } from './settlement.js'

ponder.on('OpenGoldSettlement:OpenGoldTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const set = openGoldTerms(taskId, event.args.terms, at)
  const row = await context.db.update(task, { id: taskId }).set(set.task)
  await context.db.insert(terms).values(set.terms)
  await audit(context, 'OpenGoldSettlement:OpenGoldTermsSet', event, { taskId, account: row.requester })
})

ponder.on('OpenGoldSettlement:LabelsCommitted', async ({ event, context }) => {
  const { taskId, slot: number, worker, commitment } = event.args
  const at = momentOf(event)
  await context.db.update(slot, { taskId, number }).set((row) => commitLabels(row, commitment, at))
  await context.db.update(task, { id: taskId }).set((row) => afterSlotStep(row, ['committed'], at))
  await audit(context, 'OpenGoldSettlement:LabelsCommitted', event, { taskId, slot: number, account: worker })
})

ponder.on('OpenGoldSettlement:GoldOpened', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(task, { id: taskId }).set((row) => afterGoldOpened(row, at))
  await context.db.insert(gold).values(openGold(taskId, event.args.gold, at))
  await audit(context, 'OpenGoldSettlement:GoldOpened', event, { taskId, account: row.requester })
})

ponder.on('OpenGoldSettlement:ReceiptIssued', async ({ event, context }) => {
  const worker = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'OpenGoldSettlement:ReceiptIssued', event, receiptEntities(event.args, worker))
})

ponder.on('OpenGoldSettlement:LabelsDelivered', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const row = await recordDelivery(context.db, event.args, momentOf(event))
  await audit(context, 'OpenGoldSettlement:LabelsDelivered', event, { taskId, slot: number, account: row.worker })
})

// A batch went on without this submission: nothing changed but the log.
ponder.on('OpenGoldSettlement:SubmissionRefused', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  await audit(context, 'OpenGoldSettlement:SubmissionRefused', event, { taskId, slot: number })
})
