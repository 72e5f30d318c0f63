import { index, onchainEnum, onchainTable } from 'ponder'
import { gateKinds, parameterChangeKinds } from '../kinds.js'
import { settlementKinds } from '../phase.js'

/** Protocol parameters in force, one row per ProtocolParameters contract. */
export const parameters = onchainTable('parameters', (p) => ({
  id: p.hex().primaryKey(), // ParametersChanged; the contract's address
  version: p.integer().notNull(), // ParametersChanged
  feeBps: p.integer().notNull(), // ParametersChanged
  maxSlots: p.bigint().notNull(), // ParametersChanged
  minWindow: p.bigint().notNull(), // ParametersChanged
  maxWindow: p.bigint().notNull(), // ParametersChanged
  keyActivationDelay: p.bigint().notNull(), // ParametersChanged
  verifyGasCap: p.bigint().notNull(), // ParametersChanged
  treasury: p.hex().notNull(), // ParametersChanged
  unbondingDelay: p.bigint().notNull(), // ParametersChanged
  leaveWindow: p.bigint().notNull(), // ParametersChanged
  missedSlashBps: p.integer().notNull(), // ParametersChanged
  rejectedSlashBps: p.integer().notNull(), // ParametersChanged
  goldBondBps: p.integer().notNull(), // ParametersChanged
  auditRateBps: p.integer().notNull(), // ParametersChanged
  auditWindow: p.bigint().notNull(), // ParametersChanged
  updatedAt: p.bigint().notNull(), // ParametersChanged
}))

/** Every version there ever was: a task keeps the one it was made under. */
export const parametersVersion = onchainTable('parameters_version', (p) => ({
  version: p.integer().primaryKey(), // ParametersChanged
  feeBps: p.integer().notNull(), // ParametersChanged
  maxSlots: p.bigint().notNull(), // ParametersChanged
  minWindow: p.bigint().notNull(), // ParametersChanged
  maxWindow: p.bigint().notNull(), // ParametersChanged
  keyActivationDelay: p.bigint().notNull(), // ParametersChanged
  verifyGasCap: p.bigint().notNull(), // ParametersChanged
  treasury: p.hex().notNull(), // ParametersChanged
  unbondingDelay: p.bigint().notNull(), // ParametersChanged
  leaveWindow: p.bigint().notNull(), // ParametersChanged
  missedSlashBps: p.integer().notNull(), // ParametersChanged
  rejectedSlashBps: p.integer().notNull(), // ParametersChanged
  goldBondBps: p.integer().notNull(), // ParametersChanged
  auditRateBps: p.integer().notNull(), // ParametersChanged
  auditWindow: p.bigint().notNull(), // ParametersChanged
  setAt: p.bigint().notNull(), // ParametersChanged
  setTransaction: p.hex().notNull(), // ParametersChanged
}))

export const tokenPolicy = onchainTable('token_policy', (p) => ({
  token: p.hex().primaryKey(), // TokenPolicyChanged
  allowed: p.boolean().notNull(), // TokenPolicyChanged
  minReward: p.bigint().notNull(), // TokenPolicyChanged
  minStake: p.bigint().notNull(), // TokenPolicyChanged
  updatedAt: p.bigint().notNull(), // TokenPolicyChanged
}))

export const settlementModule = onchainTable('settlement_module', (p) => ({
  address: p.hex().primaryKey(), // SettlementAllowed
  kind: p.text({ enum: settlementKinds }).notNull(), // SettlementAllowed, from the address
  allowed: p.boolean().notNull(), // SettlementAllowed
  updatedAt: p.bigint().notNull(), // SettlementAllowed
}))

export const gateModule = onchainTable('gate_module', (p) => ({
  address: p.hex().primaryKey(), // GateAllowed
  kind: p.text({ enum: gateKinds }).notNull(), // GateAllowed, from the address
  allowed: p.boolean().notNull(), // GateAllowed
  updatedAt: p.bigint().notNull(), // GateAllowed
}))

/**
 * `parameters` by ParametersChanged, `token` by TokenPolicyChanged, `settlement` by SettlementAllowed, `gate` by
 * GateAllowed, `guardian` by GuardianChanged, `governor` by each setting of the Governor, `timelock` by MinDelayChange.
 */
export const parameterChangeKind = onchainEnum('parameter_change_kind', parameterChangeKinds)

/** Every change governance made, append-only, with the value before and after. */
export const parameterChange = onchainTable(
  'parameter_change',
  (p) => ({
    id: p.text().primaryKey(), // event id; sorts rows in chain order
    kind: parameterChangeKind('kind').notNull(),
    subject: p.hex(), // the token, settlement or gate; null for the others
    previous: p.json().notNull(), // value before; integers as decimal strings
    current: p.json().notNull(), // value after; integers as decimal strings
    blockNumber: p.bigint().notNull(),
    timestamp: p.bigint().notNull(),
    transactionHash: p.hex().notNull(),
    logIndex: p.integer().notNull(),
  }),
  (table) => ({
    kind: index().on(table.kind, table.id),
    transaction: index().on(table.transactionHash),
  }),
)
