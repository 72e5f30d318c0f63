import type { Address } from 'viem'
import type { parameterChange, parameters } from '../schema/parameters.js'
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
}

export function currentParameters(current: Parameters, at: Moment): ParametersRow {
  return {
    id: at.address,
    feeBps: current.feeBps,
    maxSlots: BigInt(current.maxSlots),
    minWindow: BigInt(current.minWindow),
    maxWindow: BigInt(current.maxWindow),
    keyActivationDelay: BigInt(current.keyActivationDelay),
    verifyGasCap: BigInt(current.verifyGasCap),
    treasury: current.treasury,
    updatedAt: at.timestamp,
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
