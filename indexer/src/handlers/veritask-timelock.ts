import { ponder } from 'ponder:registry'
import { operation, operationCall, parameterChange, proposal, timelockRole } from 'ponder:schema'
import {
  callRow,
  cancelOperation,
  cancelProposal,
  emptyOperation,
  executeOperation,
  executeProposal,
  requeueProposal,
  saltOperation,
  scheduleCall,
} from '../reducers/governance.js'
import { recordChange } from '../reducers/parameters.js'
import { setGovernance } from './governance.js'
import { audit, momentOf } from './log.js'

// RoleAdminChanged is declared in the ABI and cannot happen: the timelock never changes a role's administrator.

ponder.on('VeritaskTimelock:CallScheduled', async ({ event, context }) => {
  const { id, target } = event.args
  const at = momentOf(event)
  const { id: _, ...columns } = scheduleCall(await context.db.find(operation, { id }), event.args, at)
  await context.db
    .insert(operation)
    .values({ id, ...columns })
    .onConflictDoUpdate(columns)
  const { proposalId, readyAt } = columns
  if (proposalId !== null) {
    await context.db.update(proposal, { id: proposalId }).set((row) => requeueProposal(row, readyAt))
  }
  // What was cancelled can be scheduled again, with the same calls.
  await context.db.insert(operationCall).values(callRow(event.args)).onConflictDoNothing()
  await setGovernance(context.db, { lastScheduled: id }, at)
  await audit(context, 'VeritaskTimelock:CallScheduled', event, { operationHash: id, account: target })
})

ponder.on('VeritaskTimelock:CallSalt', async ({ event, context }) => {
  const { id, salt } = event.args
  const before = await context.db.find(operation, { id })
  const { id: _, ...columns } = saltOperation(before, id, salt, momentOf(event))
  await context.db
    .insert(operation)
    .values({ id, ...columns })
    .onConflictDoUpdate(columns)
  await audit(context, 'VeritaskTimelock:CallSalt', event, { operationHash: id })
})

ponder.on('VeritaskTimelock:CallExecuted', async ({ event, context }) => {
  const { id, target } = event.args
  const at = momentOf(event)
  const { proposalId } = await context.db.update(operation, { id }).set((row) => executeOperation(row, at))
  if (proposalId !== null) await context.db.update(proposal, { id: proposalId }).set((row) => executeProposal(row, at))
  await audit(context, 'VeritaskTimelock:CallExecuted', event, {
    operationHash: id,
    account: target,
    ...(proposalId === null ? {} : { proposalId }),
  })
})

ponder.on('VeritaskTimelock:Cancelled', async ({ event, context }) => {
  const { id } = event.args
  const at = momentOf(event)
  // An operation of no calls and no salt is scheduled without a word.
  await context.db
    .insert(operation)
    .values(emptyOperation(id, null, at))
    .onConflictDoNothing()
  const { proposalId } = await context.db.update(operation, { id }).set((row) => cancelOperation(row, at))
  if (proposalId !== null) await context.db.update(proposal, { id: proposalId }).set((row) => cancelProposal(row, at))
  await audit(context, 'VeritaskTimelock:Cancelled', event, {
    operationHash: id,
    ...(proposalId === null ? {} : { proposalId }),
  })
})

ponder.on('VeritaskTimelock:MinDelayChange', async ({ event, context }) => {
  const { oldDuration, newDuration } = event.args
  const at = momentOf(event)
  await setGovernance(context.db, { minDelay: newDuration }, at)
  await context.db
    .insert(parameterChange)
    .values(recordChange('timelock', null, { minDelay: String(oldDuration) }, { minDelay: String(newDuration) }, at))
  await audit(context, 'VeritaskTimelock:MinDelayChange', event)
})

ponder.on('VeritaskTimelock:RoleGranted', async ({ event, context }) => {
  const { role, account } = event.args
  const columns = { held: true, updatedAt: event.block.timestamp }
  await context.db
    .insert(timelockRole)
    .values({ role, account, ...columns })
    .onConflictDoUpdate(columns)
  await audit(context, 'VeritaskTimelock:RoleGranted', event, { account })
})

ponder.on('VeritaskTimelock:RoleRevoked', async ({ event, context }) => {
  const { role, account } = event.args
  await context.db.update(timelockRole, { role, account }).set({ held: false, updatedAt: event.block.timestamp })
  await audit(context, 'VeritaskTimelock:RoleRevoked', event, { account })
})
