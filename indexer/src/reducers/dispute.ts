import { type Address, type Hex, zeroAddress } from 'viem'
import { nameOf, rulings } from '../kinds.js'
import type { dispute, goldAudit } from '../schema/dispute.js'
import { ensure, type Moment } from './moment.js'

export type DisputeRow = typeof dispute.$inferSelect
export type GoldAuditRow = typeof goldAudit.$inferSelect

export type DisputeOpened = { taskId: Hex; slot: number; challenger: Address; token: Address; bond: bigint }

export function openDispute(args: DisputeOpened, at: Moment): DisputeRow {
  const { taskId, slot, challenger, token, bond } = args
  return {
    id: at.eventId,
    taskId,
    slot,
    challenger,
    token,
    bond,
    openedAt: at.timestamp,
    openedTransaction: at.transactionHash,
    ruling: null,
    beneficiary: null,
    closedAt: null,
    closedTransaction: null,
  }
}

export type DisputeClosed = { ruling: number; beneficiary: Address }

export function closeDispute(row: DisputeRow, { ruling, beneficiary }: DisputeClosed, at: Moment): DisputeRow {
  ensure(row.closedAt === null, `dispute ${row.id} is closed twice`)
  return {
    ...row,
    ruling: nameOf(rulings, ruling),
    beneficiary: beneficiary === zeroAddress ? null : beneficiary,
    closedAt: at.timestamp,
    closedTransaction: at.transactionHash,
  }
}

export type GoldAuditOpened = {
  taskId: Hex
  slot: number
  worker: Address
  panel: number
  ofRejected: boolean
  answerBy: bigint
}

export function openGoldAudit(args: GoldAuditOpened, at: Moment): GoldAuditRow {
  const { taskId, slot, worker, panel, ofRejected, answerBy } = args
  return {
    taskId,
    slot,
    worker,
    panel,
    audited: 0,
    ofRejected,
    answerBy,
    openedAt: at.timestamp,
    openedTransaction: at.transactionHash,
    ruling: null,
    weakestItem: null,
    weakestCount: null,
    closedAt: null,
    closedTransaction: null,
  }
}

export function countAudited(row: GoldAuditRow): GoldAuditRow {
  ensure(row.audited < row.panel, `task ${row.taskId} audits more than its panel of ${row.panel}`)
  return { ...row, audited: row.audited + 1 }
}

export type GoldAuditClosed = { ruling: number; weakestItem: bigint; weakestCount: bigint }

export function closeGoldAudit(row: GoldAuditRow, args: GoldAuditClosed, at: Moment): GoldAuditRow {
  ensure(row.closedAt === null, `the gold audit of task ${row.taskId} is closed twice`)
  return {
    ...row,
    ruling: nameOf(rulings, args.ruling),
    weakestItem: args.weakestItem,
    weakestCount: args.weakestCount,
    closedAt: at.timestamp,
    closedTransaction: at.transactionHash,
  }
}
