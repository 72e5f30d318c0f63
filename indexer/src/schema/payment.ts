import { index, onchainEnum, onchainTable } from 'ponder'

/** `credit` by Credited, `withdrawal` by Withdrawn, `refusal` by WithdrawalRefused. */
export const paymentKind = onchainEnum('payment_kind', ['credit', 'withdrawal', 'refusal'])

/** Every movement of a credit, append-only, one row per event. */
export const payment = onchainTable(
  'payment',
  (p) => ({
    id: p.text().primaryKey(), // event id; sorts rows in chain order
    kind: paymentKind('kind').notNull(), // Credited, Withdrawn, WithdrawalRefused
    account: p.hex().notNull(), // Credited, Withdrawn, WithdrawalRefused
    token: p.hex().notNull(), // Credited, Withdrawn, WithdrawalRefused
    amount: p.bigint().notNull(), // Credited, Withdrawn, WithdrawalRefused
    balance: p.bigint().notNull(), // the account's credit after the event
    blockNumber: p.bigint().notNull(), // Credited, Withdrawn, WithdrawalRefused
    timestamp: p.bigint().notNull(), // Credited, Withdrawn, WithdrawalRefused
    transactionHash: p.hex().notNull(), // Credited, Withdrawn, WithdrawalRefused
    logIndex: p.integer().notNull(), // Credited, Withdrawn, WithdrawalRefused
  }),
  (table) => ({
    account: index().on(table.account, table.id),
    transaction: index().on(table.transactionHash),
  }),
)
