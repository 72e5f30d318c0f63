import type { Address } from 'viem'
import type { parameterChange, parameters, parametersVersion } from '../schema/parameters.js'
import type { Json } from './audit.js'
import type { Moment } from './moment.js'

export type ParametersRow = typeof parameters.$inferSelect
export type ParameterChangeRow = typeof parameterChange.$inferSelect

export type Parameters = {
  feeBps: number
  maxSlots: number
  minWindow: number
  maxWindow: number
  keyActivationDelay: number
  verifyGasCap: number
  treasury: Address
  unbondingDelay: number
  leaveWindow: number
  missedSlashBps: number
  rejectedSlashBps: number
  goldBondBps: number
  auditRateBps: number
  auditWindow: number
}

export type ParametersVersionRow = typeof parametersVersion.$inferSelect

export function currentParameters(version: number, current: Parameters, at: Moment): ParametersRow {
  return { id: at.address, version, ...columnsOf(current), updatedAt: at.timestamp }
}

export function parametersAtVersion(version: number, current: Parameters, at: Moment): ParametersVersionRow {
  return { version, ...columnsOf(current), setAt: at.timestamp, setTransaction: at.transactionHash }
}

function columnsOf(current: Parameters) {
  return {
    feeBps: current.feeBps,
    maxSlots: BigInt(current.maxSlots),
    minWindow: BigInt(current.minWindow),
    maxWindow: BigInt(current.maxWindow),
    keyActivationDelay: BigInt(current.keyActivationDelay),
    verifyGasCap: BigInt(current.verifyGasCap),
    treasury: current.treasury,
    unbondingDelay: BigInt(current.unbondingDelay),
    leaveWindow: BigInt(current.leaveWindow),
    missedSlashBps: current.missedSlashBps,
    rejectedSlashBps: current.rejectedSlashBps,
    goldBondBps: current.goldBondBps,
    auditRateBps: current.auditRateBps,
    auditWindow: BigInt(current.auditWindow),
  }
}

export function recordChange(
  kind: ParameterChangeRow['kind'],
  subject: Address | null,
  previous: Json,
  current: Json,
  at: Moment,
): ParameterChangeRow {
  return {
    id: at.eventId,
    kind,
    subject,
    previous,
    current,
    blockNumber: at.blockNumber,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
    logIndex: at.logIndex,
  }
}
