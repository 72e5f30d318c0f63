import { ponder } from 'ponder:registry'
import { task, terms } from 'ponder:schema'
import { directTerms } from '../reducers/terms.js'
import { audit, momentOf } from './log.js'
import { receiptEntities, recordReceipt } from './settlement.js'

ponder.on('DirectSettlement:DirectTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const set = directTerms(taskId, event.args.terms, momentOf(event))
  const row = await context.db.update(task, { id: taskId }).set(set.task)
  await context.db.insert(terms).values(set.terms)
  await audit(context, 'DirectSettlement:DirectTermsSet', event, { taskId, account: row.requester })
})

ponder.on('DirectSettlement:ReceiptIssued', async ({ event, context }) => {
  const worker = await recordReceipt(context.db, event.args, momentOf(event))
  await audit(context, 'DirectSettlement:ReceiptIssued', event, receiptEntities(event.args, worker))
})

// SubmissionRefused is declared in the ABI and cannot happen: this module takes no batches.
