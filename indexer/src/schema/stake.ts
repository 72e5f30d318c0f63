import { index, onchainEnum, onchainTable, primaryKey } from 'ponder'

/** What an account has in the vault in one token. */
export const stake = onchainTable(
  'stake',
  (p) => ({
    account: p.hex().notNull(), // StakeDeposited, StakeSlashed (beneficiary)
    token: p.hex().notNull(), // StakeDeposited, StakeSlashed (beneficiary)
    free: p.bigint().notNull(), // every event of the vault
    locked: p.bigint().notNull(), // StakeLocked, StakeReleased, StakeSlashed, StakeBurned
    unbonding: p.bigint().notNull(), // UnbondingStarted, StakeWithdrawn
    withdrawableAt: p.bigint(), // UnbondingStarted; null while nothing unbonds
    deposited: p.bigint().notNull(), // StakeDeposited; ever
    withdrawn: p.bigint().notNull(), // StakeWithdrawn; ever
    slashed: p.bigint().notNull(), // StakeSlashed; ever lost to others
    burned: p.bigint().notNull(), // StakeBurned; ever lost to nobody
    gained: p.bigint().notNull(), // StakeSlashed; ever got from others
    updatedAt: p.bigint().notNull(), // every event of the vault
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.account, table.token] }),
    token: index().on(table.token),
  }),
)

/** What an account has locked for one task, as a worker, requester or challenger. */
export const taskStake = onchainTable(
  'task_stake',
  (p) => ({
    taskId: p.hex().notNull(), // StakeLocked
    account: p.hex().notNull(), // StakeLocked
    token: p.hex().notNull(), // StakeLocked
    locked: p.bigint().notNull(), // StakeLocked, StakeReleased, StakeSlashed, StakeBurned; held still
    released: p.bigint().notNull(), // StakeReleased
    slashed: p.bigint().notNull(), // StakeSlashed
    burned: p.bigint().notNull(), // StakeBurned
    updatedAt: p.bigint().notNull(), // StakeLocked, StakeReleased, StakeSlashed, StakeBurned
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.taskId, table.account] }),
    account: index().on(table.account),
  }),
)

/**
 * `deposit` by StakeDeposited, `unbonding` by UnbondingStarted, `withdrawal` by StakeWithdrawn, `lock` by StakeLocked,
 * `release` by StakeReleased, `slash` by StakeSlashed, `burn` by StakeBurned.
 */
export const stakeMovementKind = onchainEnum('stake_movement_kind', [
  'deposit',
  'unbonding',
  'withdrawal',
  'lock',
  'release',
  'slash',
  'burn',
])

/** Every movement of a stake, append-only, one row per event. */
export const stakeMovement = onchainTable(
  'stake_movement',
  (p) => ({
    id: p.text().primaryKey(), // event id; sorts rows in chain order
    kind: stakeMovementKind('kind').notNull(),
    account: p.hex().notNull(),
    token: p.hex().notNull(),
    amount: p.bigint().notNull(),
    taskId: p.hex(), // `lock`, `release`, `slash`, `burn`
    beneficiary: p.hex(), // `slash`
    withdrawableAt: p.bigint(), // `unbonding`
    blockNumber: p.bigint().notNull(),
    timestamp: p.bigint().notNull(),
    transactionHash: p.hex().notNull(),
    logIndex: p.integer().notNull(),
  }),
  (table) => ({
    account: index().on(table.account, table.id),
    beneficiary: index().on(table.beneficiary, table.id),
    task: index().on(table.taskId, table.id),
  }),
)
