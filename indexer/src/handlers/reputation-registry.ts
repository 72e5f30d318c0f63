import { ponder } from 'ponder:registry'
import { reputationRecord, slot } from 'ponder:schema'
import { recordReputation } from '../reducers/gate.js'
import { audit, momentOf, parent } from './log.js'

ponder.on('ReputationRegistry:ReputationRecorded', async ({ event, context }) => {
  const { taskId, slot: number } = event.args
  const { worker } = parent(await context.db.find(slot, { taskId, number }), `slot of task ${taskId}`, number)
  await context.db.insert(reputationRecord).values(recordReputation(event.args, momentOf(event)))
  await audit(context, 'ReputationRegistry:ReputationRecorded', event, { taskId, slot: number, account: worker })
})
