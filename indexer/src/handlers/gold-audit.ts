import { ponder } from 'ponder:registry'
import { goldAudit, goldAuditAnswer, slot, task } from 'ponder:schema'
import {
  answerAudit,
  closeGoldAudit,
  countAnswer,
  drawPanel,
  openGoldAudit,
  reschedulePanel,
} from '../reducers/dispute.js'
import {
  afterAuditAnswered,
  afterAuditClosed,
  afterAuditOpened,
  afterGoldOverturned,
  touched,
} from '../reducers/task.js'
import { audit, momentOf, parent, see } from './log.js'
import { receiptEntities, recordReceipt } from './settlement.js'

ponder.on('GoldAudit:GoldAuditOpened', async ({ event, context }) => {
  const { taskId, slot: number, challenger, answerBy } = event.args
  const at = momentOf(event)
  await context.db.insert(goldAudit).values(openGoldAudit(event.args, at))
  await context.db.update(task, { id: taskId }).set((row) => afterAuditOpened(row, answerBy, at))
  await see(context.db, challenger, {}, at)
  await audit(context, 'GoldAudit:GoldAuditOpened', event, { taskId, slot: number, account: challenger })
})

ponder.on('GoldAudit:PanelRescheduled', async ({ event, context }) => {
  const { taskId, slot: number, beaconBlock } = event.args
  const at = momentOf(event)
  const { challenger } = await context.db
    .update(goldAudit, { taskId, slot: number })
    .set((row) => reschedulePanel(row, beaconBlock))
  await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await audit(context, 'GoldAudit:PanelRescheduled', event, { taskId, slot: number, account: challenger })
})

ponder.on('GoldAudit:PanelDrawn', async ({ event, context }) => {
  const { taskId, slot: number, panel } = event.args
  const at = momentOf(event)
  const { challenger } = await context.db
    .update(goldAudit, { taskId, slot: number })
    .set((row) => drawPanel(row, panel))
  await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await audit(context, 'GoldAudit:PanelDrawn', event, { taskId, slot: number, account: challenger })
})

// The log shows it with the audit's slot, and whose answers were proven.
ponder.on('GoldAudit:SlotAudited', async ({ event, context }) => {
  const { taskId, slot: number, member } = event.args
  const at = momentOf(event)
  const answer = answerAudit(event.args, at)
  await context.db.insert(goldAuditAnswer).values(answer)
  const row = await context.db.update(goldAudit, { taskId, slot: number }).set((before) => countAnswer(before, answer))
  await context.db.update(task, { id: taskId }).set((before) => afterAuditAnswered(before, row, at))
  const { worker } = parent(await context.db.find(slot, { taskId, number: member }), `slot of task ${taskId}`, member)
  await audit(context, 'GoldAudit:SlotAudited', event, { taskId, slot: number, account: worker })
})

ponder.on('GoldAudit:GoldAuditClosed', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const at = momentOf(event)
  const row = await context.db
    .update(goldAudit, { taskId, slot: number })
    .set((before) => closeGoldAudit(before, event.args, at))
  const { requester } = await context.db.update(task, { id: taskId }).set((before) => afterAuditClosed(before, row, at))
  await audit(context, 'GoldAudit:GoldAuditClosed', event, { taskId, slot: number, account: requester })
})

ponder.on('GoldAudit:GoldOverturned', async ({ event, context }) => {
  const { taskId, overturned } = event.args
  const at = momentOf(event)
  const { requester } = await context.db
    .update(task, { id: taskId })
    .set((before) => afterGoldOverturned(before, overturned, at))
  await audit(context, 'GoldAudit:GoldOverturned', event, { taskId, account: requester })
})

ponder.on('GoldAudit:ReceiptIssued', async ({ event, context }) => {
  const worker = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'GoldAudit:ReceiptIssued', event, receiptEntities(event.args, worker))
})
