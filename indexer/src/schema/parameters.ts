import { index, onchainEnum, onchainTable } from 'ponder'
import { settlementKinds } from '../phase.js'

/** Protocol parameters in force, one row per ProtocolParameters contract. */
export const parameters = onchainTable('parameters', (p) => ({
  id: p.hex().primaryKey(), // ParametersChanged; the contract's address
  feeBps: p.integer().notNull(), // ParametersChanged
  maxSlots: p.bigint().notNull(), // ParametersChanged
  minWindow: p.bigint().notNull(), // ParametersChanged
  maxWindow: p.bigint().notNull(), // ParametersChanged
  keyActivationDelay: p.bigint().notNull(), // ParametersChanged
  verifyGasCap: p.bigint().notNull(), // ParametersChanged
  treasury: p.hex().notNull(), // ParametersChanged
  updatedAt: p.bigint().notNull(), // ParametersChanged
}))

export const tokenPolicy = onchainTable('token_policy', (p) => ({
  token: p.hex().primaryKey(), // TokenPolicyChanged
  allowed: p.boolean().notNull(), // TokenPolicyChanged
  minReward: p.bigint().notNull(), // TokenPolicyChanged
  updatedAt: p.bigint().notNull(), // TokenPolicyChanged
}))

export const settlementModule = onchainTable('settlement_module', (p) => ({
  address: p.hex().primaryKey(), // SettlementAllowed
  kind: p.text({ enum: settlementKinds }).notNull(), // SettlementAllowed, from the address
  allowed: p.boolean().notNull(), // SettlementAllowed
  updatedAt: p.bigint().notNull(), // SettlementAllowed
}))

/** `parameters` by ParametersChanged, `token` by TokenPolicyChanged, `settlement` by SettlementAllowed, `guardian` by GuardianChanged. */
export const parameterChangeKind = onchainEnum('parameter_change_kind', [
  'parameters',
  'token',
  'settlement',
  'guardian',
])

/** Every change governance made, append-only, with the value before and after. */
export const parameterChange = onchainTable(
  'parameter_change',
  (p) => ({
    id: p.text().primaryKey(), // event id; sorts rows in chain order
    kind: parameterChangeKind('kind').notNull(),
    subject: p.hex(), // the token or settlement; null for `parameters` and `guardian`
    previous: p.json().notNull(), // value before; integers as decimal strings
    current: p.json().notNull(), // value after; integers as decimal strings
    blockNumber: p.bigint().notNull(),
    timestamp: p.bigint().notNull(),
    transactionHash: p.hex().notNull(),
    logIndex: p.integer().notNull(),
  }),
  (table) => ({
    kind: index().on(table.kind, table.id),
  }),
)
