import type { Address, Hex } from 'viem'
import type { verifierKey } from '../schema/key.js'
import { ensure, type Moment, textOf } from './moment.js'

export type KeyRow = typeof verifierKey.$inferSelect

export type KeyProposed = {
  keyId: Hex
  proofSystem: Address
  manifestHash: Hex
  development: boolean
  activeAt: bigint
  gasCap: number
  signalCount: number
  keyData: Hex
}

export function proposeKey({ keyId, gasCap, ...args }: KeyProposed, at: Moment): KeyRow {
  return {
    ...args,
    id: keyId,
    status: 'proposed',
    gasCap: BigInt(gasCap),
    proposedAt: at.timestamp,
    proposedTransaction: at.transactionHash,
    activatedAt: null,
    activatedTransaction: null,
    frozenAt: null,
    frozenTransaction: null,
    frozenBy: null,
    frozenFrom: null,
    frozenReason: null,
    receipts: 0,
    eventId: at.eventId,
  }
}

export function activateKey(row: KeyRow, at: Moment): KeyRow {
  ensure(row.status === 'proposed', `key ${row.id} is activated when ${row.status}`)
  return { ...row, status: 'active', activatedAt: at.timestamp, activatedTransaction: at.transactionHash }
}

export function freezeKey(row: KeyRow, { by, reason }: { by: Address; reason: string }, at: Moment): KeyRow {
  ensure(row.status !== 'frozen', `key ${row.id} is frozen twice`)
  return {
    ...row,
    status: 'frozen',
    frozenAt: at.timestamp,
    frozenTransaction: at.transactionHash,
    frozenBy: by,
    frozenFrom: row.status,
    frozenReason: textOf(reason),
  }
}

export function countReceipt(row: KeyRow): KeyRow {
  return { ...row, receipts: row.receipts + 1 }
}
