import { ponder } from 'ponder:registry'
import { gateTerms, task } from 'ponder:schema'
import {
  allowListTerms,
  type GateTermsRow,
  reputationTerms,
  semaphoreTerms,
  stakedGateTerms,
  worldIdTerms,
} from '../reducers/gate.js'
import { audit, type Db, parent } from './log.js'

// What the gates emit when a task is made: what they ask of who joins it.

async function record(db: Db, row: GateTermsRow) {
  await db.insert(gateTerms).values(row)
  return parent(await db.find(task, { id: row.taskId }), 'task', row.taskId).requester
}

ponder.on('StakedGate:StakedGateTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const account = await record(context.db, stakedGateTerms(taskId, event.args.terms))
  await audit(context, 'StakedGate:StakedGateTermsSet', event, { taskId, account })
})

ponder.on('AllowListGate:AllowListTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const account = await record(context.db, allowListTerms(taskId, event.args.root))
  await audit(context, 'AllowListGate:AllowListTermsSet', event, { taskId, account })
})

ponder.on('SemaphoreGate:SemaphoreGateTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const account = await record(context.db, semaphoreTerms(taskId, event.args.terms))
  await audit(context, 'SemaphoreGate:SemaphoreGateTermsSet', event, { taskId, account })
})

ponder.on('WorldIdGate:WorldIdGateTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const account = await record(context.db, worldIdTerms(taskId, event.args.terms))
  await audit(context, 'WorldIdGate:WorldIdGateTermsSet', event, { taskId, account })
})

ponder.on('ReputationGate:ReputationGateTermsSet', async ({ event, context }) => {
  const { taskId } = event.args
  const account = await record(context.db, reputationTerms(taskId, event.args.terms))
  await audit(context, 'ReputationGate:ReputationGateTermsSet', event, { taskId, account })
})
