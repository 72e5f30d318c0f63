import { ponder } from 'ponder:registry'
import { slot, task, terms } from 'ponder:schema'
import { claimStatement } from '../reducers/slot.js'
import { afterClaimed } from '../reducers/task.js'
import { optimisticTerms } from '../reducers/terms.js'
import { audit, momentOf } from './log.js'
import { receiptEntities, recordReceipt } from './settlement.js'

ponder.on('OptimisticSettlement:OptimisticTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const set = optimisticTerms(taskId, event.args.terms, momentOf(event))
  const row = await context.db.update(task, { id: taskId }).set(set.task)
  await context.db.insert(terms).values(set.terms)
  await audit(context, 'OptimisticSettlement:OptimisticTermsSet', event, { taskId, account: row.requester })
})

ponder.on('OptimisticSettlement:StatementClaimed', async ({ event, context }) => {
  const { taskId, slot: number, worker, challengeBy } = event.args
  const at = momentOf(event)
  await context.db.update(slot, { taskId, number }).set((row) => claimStatement(row, event.args, at))
  await context.db.update(task, { id: taskId }).set((row) => afterClaimed(row, challengeBy, at))
  await audit(context, 'OptimisticSettlement:StatementClaimed', event, { taskId, slot: number, account: worker })
})

ponder.on('OptimisticSettlement:ReceiptIssued', async ({ event, context }) => {
  const worker = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'OptimisticSettlement:ReceiptIssued', event, receiptEntities(event.args, worker))
})

// SubmissionRefused is declared in the ABI and cannot happen: this module takes no batches.
