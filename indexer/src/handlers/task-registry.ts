import { ponder } from 'ponder:registry'
import { credit, datasetVersion, payment, slot, task } from 'ponder:schema'
import { type Movement, moveCredit, type PaymentRow, recordPayment } from '../reducers/account.js'
import type { Moment } from '../reducers/moment.js'
import { joinSlot, paySlot, returnSlot, wrapKey } from '../reducers/slot.js'
import {
  afterSlotEnded,
  afterSlotStep,
  afterTaskEnded,
  afterUnfilledReturned,
  createTask,
  kindOf,
  touched,
} from '../reducers/task.js'
import { audit, type Db, momentOf, parent, see } from './log.js'

ponder.on('TaskRegistry:TaskCreated', async ({ event, context }) => {
  const { args } = event
  const at = momentOf(event)
  const version = parent(
    await context.db.find(datasetVersion, { id: args.datasetVersionId }),
    'dataset version',
    args.datasetVersionId,
  )
  const kind = kindOf(args.settlement, {
    openGold: context.contracts.OpenGoldSettlement.address,
    hiddenGold: context.contracts.HiddenGoldSettlement.address,
  })
  await context.db.insert(task).values(createTask(args, { datasetId: version.datasetId, kind }, at))
  await see(context.db, args.requester, { tasksRequested: 1 }, at)
  await audit(context, 'TaskRegistry:TaskCreated', event, { taskId: args.taskId, account: args.requester })
})

ponder.on('TaskRegistry:SlotJoined', async ({ event, context }) => {
  const { args } = event
  const at = momentOf(event)
  await context.db.update(task, { id: args.taskId }).set((row) => afterSlotStep(row, ['joined'], at))
  await context.db.insert(slot).values(joinSlot(args, at))
  await see(context.db, args.worker, { slotsJoined: 1 }, at)
  await see(context.db, args.payout, {}, at)
  await audit(context, 'TaskRegistry:SlotJoined', event, {
    taskId: args.taskId,
    slot: args.slot,
    account: args.worker,
  })
})

ponder.on('TaskRegistry:ContentKeyWrapped', async ({ event, context }) => {
  const { taskId, slot: number, wrappedKey } = event.args
  const at = momentOf(event)
  const row = await context.db.update(slot, { taskId, number }).set((row) => wrapKey(row, wrappedKey, at))
  await context.db.update(task, { id: taskId }).set((row) => touched(row, at))
  await audit(context, 'TaskRegistry:ContentKeyWrapped', event, { taskId, slot: number, account: row.worker })
})

ponder.on('TaskRegistry:SlotPaid', async ({ event, context }) => {
  const { taskId, slot: number, payout, reward, fee } = event.args
  const at = momentOf(event)
  const row = await context.db.update(slot, { taskId, number }).set((row) => paySlot(row, { reward, fee }, at))
  await context.db.update(task, { id: taskId }).set((row) => afterSlotEnded(row, 'paid', reward + fee, at))
  await see(context.db, row.worker, { slotsPaid: 1 }, at)
  await audit(context, 'TaskRegistry:SlotPaid', event, { taskId, slot: number, account: payout })
})

ponder.on('TaskRegistry:SlotReturned', async ({ event, context }) => {
  const { taskId, slot: number, requester, amount } = event.args
  const at = momentOf(event)
  const row = await context.db.update(slot, { taskId, number }).set((row) => returnSlot(row, { amount }, at))
  await context.db.update(task, { id: taskId }).set((row) => afterSlotEnded(row, 'returned', amount, at))
  await see(context.db, row.worker, { slotsReturned: 1 }, at)
  await audit(context, 'TaskRegistry:SlotReturned', event, { taskId, slot: number, account: requester })
})

// A batch went on without this slot: nothing changed but the log.
ponder.on('TaskRegistry:SlotPassedOver', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  await audit(context, 'TaskRegistry:SlotPassedOver', event, { taskId, slot: number })
})

ponder.on('TaskRegistry:UnfilledReturned', async ({ event, context }) => {
  const { taskId, requester, slots, amount } = event.args
  const at = momentOf(event)
  await context.db.update(task, { id: taskId }).set((row) => afterUnfilledReturned(row, slots, amount, at))
  await audit(context, 'TaskRegistry:UnfilledReturned', event, { taskId, account: requester })
})

ponder.on('TaskRegistry:TaskCancelled', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(task, { id: taskId }).set((row) => afterTaskEnded(row, 'cancelled', at))
  await audit(context, 'TaskRegistry:TaskCancelled', event, { taskId, account: row.requester })
})

ponder.on('TaskRegistry:TaskCompleted', async ({ event, context }) => {
  const { taskId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(task, { id: taskId }).set((row) => afterTaskEnded(row, 'completed', at))
  await audit(context, 'TaskRegistry:TaskCompleted', event, { taskId, account: row.requester })
})

ponder.on('TaskRegistry:Credited', async ({ event, context }) => {
  const at = momentOf(event)
  await see(context.db, event.args.account, {}, at)
  await recordMovement(context.db, 'credit', event.args, at)
  await audit(context, 'TaskRegistry:Credited', event, { account: event.args.account })
})

ponder.on('TaskRegistry:Withdrawn', async ({ event, context }) => {
  const at = momentOf(event)
  await see(context.db, event.args.account, {}, at)
  await recordMovement(context.db, 'withdrawal', event.args, at)
  await audit(context, 'TaskRegistry:Withdrawn', event, { account: event.args.account })
})

ponder.on('TaskRegistry:WithdrawalRefused', async ({ event, context }) => {
  const at = momentOf(event)
  await see(context.db, event.args.account, {}, at)
  await recordMovement(context.db, 'refusal', event.args, at)
  await audit(context, 'TaskRegistry:WithdrawalRefused', event, { account: event.args.account })
})

async function recordMovement(db: Db, kind: PaymentRow['kind'], movement: Movement, at: Moment): Promise<void> {
  const { account, token } = movement
  const row = moveCredit(await db.find(credit, { account, token }), kind, movement, at)
  const { account: _account, token: _token, ...columns } = row
  await db.insert(credit).values(row).onConflictDoUpdate(columns)
  await db.insert(payment).values(recordPayment(kind, movement, row.balance, at))
}
