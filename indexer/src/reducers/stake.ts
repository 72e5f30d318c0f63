import type { Address, Hex } from 'viem'
import type { stake, stakeMovement, taskStake } from '../schema/stake.js'
import { ensure, type Moment } from './moment.js'

export type StakeRow = typeof stake.$inferSelect
export type TaskStakeRow = typeof taskStake.$inferSelect
export type StakeMovementRow = typeof stakeMovement.$inferSelect

export type StakeMovement = {
  kind: StakeMovementRow['kind']
  account: Address
  token: Address
  amount: bigint
  taskId?: Hex
  beneficiary?: Address
  withdrawableAt?: bigint
}

/** The stake of the movement's account after it; only a deposit or somebody else's slash may start one. */
export function moveStake(row: StakeRow | null, movement: StakeMovement, at: Moment): StakeRow {
  const { kind, account, token, amount } = movement
  ensure(row !== null || kind === 'deposit', `${kind} of ${amount} from ${account}, who never had a stake in ${token}`)
  const known = { ...(row ?? noStake(account, token)), updatedAt: at.timestamp }
  switch (kind) {
    case 'deposit':
      return { ...known, free: known.free + amount, deposited: known.deposited + amount }
    case 'unbonding':
      return {
        ...known,
        free: less(known, 'free', amount),
        unbonding: known.unbonding + amount,
        withdrawableAt: movement.withdrawableAt ?? null,
      }
    case 'withdrawal':
      ensure(amount === known.unbonding, `${account} withdraws ${amount} of ${known.unbonding} unbonding`)
      return { ...known, unbonding: 0n, withdrawableAt: null, withdrawn: known.withdrawn + amount }
    case 'lock':
      return { ...known, free: less(known, 'free', amount), locked: known.locked + amount }
    case 'release':
      return { ...known, locked: less(known, 'locked', amount), free: known.free + amount }
    case 'slash':
      return { ...known, locked: less(known, 'locked', amount), slashed: known.slashed + amount }
    case 'burn':
      return { ...known, locked: less(known, 'locked', amount), burned: known.burned + amount }
    default:
      return kind satisfies never
  }
}

/** The stake of who gets a slashed amount: it is free at once. */
export function gainStake(
  row: StakeRow | null,
  account: Address,
  token: Address,
  amount: bigint,
  at: Moment,
): StakeRow {
  const known = row ?? noStake(account, token)
  return { ...known, free: known.free + amount, gained: known.gained + amount, updatedAt: at.timestamp }
}

export type TaskStakeMovement = StakeMovement & { kind: 'lock' | 'release' | 'slash' | 'burn'; taskId: Hex }

/** What an account has locked for one task after a lock, release, slash or burn. */
export function moveTaskStake(row: TaskStakeRow | null, movement: TaskStakeMovement, at: Moment): TaskStakeRow {
  const { kind, taskId, account, token, amount } = movement
  ensure(row !== null || kind === 'lock', `${kind} of ${amount} for task ${taskId}, where ${account} locked nothing`)
  const none = { locked: 0n, released: 0n, slashed: 0n, burned: 0n }
  const known = row ?? { taskId, account, token, ...none, updatedAt: at.timestamp }
  const next = { ...known, updatedAt: at.timestamp }
  if (kind === 'lock') return { ...next, locked: known.locked + amount }
  ensure(amount <= known.locked, `${kind} of ${amount} for task ${taskId}, where ${account} locked ${known.locked}`)
  const locked = known.locked - amount
  switch (kind) {
    case 'release':
      return { ...next, locked, released: known.released + amount }
    case 'slash':
      return { ...next, locked, slashed: known.slashed + amount }
    case 'burn':
      return { ...next, locked, burned: known.burned + amount }
    default:
      return kind satisfies never
  }
}

export function recordStakeMovement(movement: StakeMovement, at: Moment): StakeMovementRow {
  const { kind, account, token, amount } = movement
  return {
    id: at.eventId,
    kind,
    account,
    token,
    amount,
    taskId: movement.taskId ?? null,
    beneficiary: movement.beneficiary ?? null,
    withdrawableAt: movement.withdrawableAt ?? null,
    blockNumber: at.blockNumber,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
    logIndex: at.logIndex,
  }
}

function noStake(account: Address, token: Address): StakeRow {
  return {
    account,
    token,
    free: 0n,
    locked: 0n,
    unbonding: 0n,
    withdrawableAt: null,
    deposited: 0n,
    withdrawn: 0n,
    slashed: 0n,
    burned: 0n,
    gained: 0n,
    updatedAt: 0n,
  }
}

function less(row: StakeRow, part: 'free' | 'locked', amount: bigint): bigint {
  ensure(amount <= row[part], `${row.account} has ${row[part]} ${part} and ${amount} are taken`)
  return row[part] - amount
}
