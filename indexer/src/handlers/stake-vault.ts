import { ponder } from 'ponder:registry'
import { stake, stakeMovement, taskStake } from 'ponder:schema'
import type { Moment } from '../reducers/moment.js'
import {
  gainStake,
  moveStake,
  moveTaskStake,
  recordStakeMovement,
  type StakeMovement,
  type StakeRow,
  type TaskStakeMovement,
} from '../reducers/stake.js'
import { audit, type Db, momentOf, see } from './log.js'

ponder.on('StakeVault:StakeDeposited', async ({ event, context }) => {
  await move(context.db, { kind: 'deposit', ...event.args }, momentOf(event))
  await audit(context, 'StakeVault:StakeDeposited', event, { account: event.args.account })
})

ponder.on('StakeVault:UnbondingStarted', async ({ event, context }) => {
  await move(context.db, { kind: 'unbonding', ...event.args }, momentOf(event))
  await audit(context, 'StakeVault:UnbondingStarted', event, { account: event.args.account })
})

ponder.on('StakeVault:StakeWithdrawn', async ({ event, context }) => {
  await move(context.db, { kind: 'withdrawal', ...event.args }, momentOf(event))
  await audit(context, 'StakeVault:StakeWithdrawn', event, { account: event.args.account })
})

ponder.on('StakeVault:StakeLocked', async ({ event, context }) => {
  await moveForTask(context.db, { kind: 'lock', ...event.args }, momentOf(event))
  const { taskId, account } = event.args
  await audit(context, 'StakeVault:StakeLocked', event, { taskId, account })
})

ponder.on('StakeVault:StakeReleased', async ({ event, context }) => {
  await moveForTask(context.db, { kind: 'release', ...event.args }, momentOf(event))
  const { taskId, account } = event.args
  await audit(context, 'StakeVault:StakeReleased', event, { taskId, account })
})

ponder.on('StakeVault:StakeSlashed', async ({ event, context }) => {
  const { taskId, account, beneficiary, token, amount } = event.args
  const at = momentOf(event)
  await moveForTask(context.db, { kind: 'slash', ...event.args }, at)
  const key = { account: beneficiary, token }
  await write(context.db, gainStake(await context.db.find(stake, key), beneficiary, token, amount, at))
  await see(context.db, beneficiary, {}, at)
  await audit(context, 'StakeVault:StakeSlashed', event, { taskId, account })
})

ponder.on('StakeVault:StakeBurned', async ({ event, context }) => {
  await moveForTask(context.db, { kind: 'burn', ...event.args }, momentOf(event))
  const { taskId, account } = event.args
  await audit(context, 'StakeVault:StakeBurned', event, { taskId, account })
})

async function moveForTask(db: Db, movement: TaskStakeMovement, at: Moment): Promise<void> {
  const { taskId, account } = movement
  const row = moveTaskStake(await db.find(taskStake, { taskId, account }), movement, at)
  const { taskId: _task, account: _account, ...columns } = row
  await db.insert(taskStake).values(row).onConflictDoUpdate(columns)
  await move(db, movement, at)
}

async function move(db: Db, movement: StakeMovement, at: Moment): Promise<void> {
  const { account, token } = movement
  await write(db, moveStake(await db.find(stake, { account, token }), movement, at))
  await see(db, account, {}, at)
  await db.insert(stakeMovement).values(recordStakeMovement(movement, at))
}

async function write(db: Db, row: StakeRow): Promise<void> {
  const { account: _account, token: _token, ...columns } = row
  await db.insert(stake).values(row).onConflictDoUpdate(columns)
}
