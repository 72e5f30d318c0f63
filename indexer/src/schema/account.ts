import { index, onchainTable, primaryKey } from 'ponder'

/** An address that requested, worked, was paid, or owns a dataset or model. */
export const account = onchainTable('account', (p) => ({
  address: p.hex().primaryKey(), // the first event naming the account
  tasksRequested: p.integer().notNull(), // TaskCreated
  slotsJoined: p.integer().notNull(), // SlotJoined (worker)
  slotsPaid: p.integer().notNull(), // SlotPaid (worker)
  slotsReturned: p.integer().notNull(), // SlotReturned (worker)
  accepted: p.integer().notNull(), // SlotPaid by a proof (worker)
  unproven: p.integer().notNull(), // SlotPaid by silence or redress (worker)
  rejected: p.integer().notNull(), // SlotReturned by a proven rejection (worker)
  missed: p.integer().notNull(), // SlotReturned by a missed deadline (worker)
  disputesLost: p.integer().notNull(), // SlotReturned by a lost dispute (worker), DisputeClosed as dismissed (challenger)
  paid: p.integer().notNull(), // SlotPaid by a proof (requester)
  refused: p.integer().notNull(), // SlotReturned by a proven rejection (requester)
  silent: p.integer().notNull(), // SlotPaid by silence (requester)
  bondsLost: p.integer().notNull(), // BondForfeited (requester)
  datasetsOwned: p.integer().notNull(), // DatasetRegistered, DatasetTransferred
  modelsOwned: p.integer().notNull(), // ModelRegistered, ModelTransferred
  firstSeenAt: p.bigint().notNull(), // the first event naming the account
  lastSeenAt: p.bigint().notNull(), // the latest event naming the account
}))

/** What the registry owes an account in one token, and has owed. `balance = credited - withdrawn`. */
export const credit = onchainTable(
  'credit',
  (p) => ({
    account: p.hex().notNull(), // Credited
    token: p.hex().notNull(), // Credited
    balance: p.bigint().notNull(), // Credited, Withdrawn
    credited: p.bigint().notNull(), // Credited
    withdrawn: p.bigint().notNull(), // Withdrawn
    refusals: p.integer().notNull(), // WithdrawalRefused
    lastRefusedAt: p.bigint(), // WithdrawalRefused
    updatedAt: p.bigint().notNull(), // Credited, Withdrawn, WithdrawalRefused
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.account, table.token] }),
    token: index().on(table.token),
  }),
)
