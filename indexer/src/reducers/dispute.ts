import { type Address, type Hex, zeroAddress } from 'viem'
import { nameOf, rulings } from '../kinds.js'
import type { dispute, goldAudit, goldAuditAnswer } from '../schema/dispute.js'
import { bitsOf, ensure, type Moment } from './moment.js'

export type DisputeRow = typeof dispute.$inferSelect
export type GoldAuditRow = typeof goldAudit.$inferSelect
export type GoldAuditAnswerRow = typeof goldAuditAnswer.$inferSelect

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
  challenger: Address
  population: number
  panelSize: number
  ofAccepted: boolean
  disputedItems: number
  answerBy: bigint
  beaconBlock: bigint
}

export function openGoldAudit(args: GoldAuditOpened, at: Moment): GoldAuditRow {
  const { taskId, slot, challenger, population, panelSize, ofAccepted, disputedItems, answerBy, beaconBlock } = args
  return {
    taskId,
    slot,
    challenger,
    population,
    panelSize,
    ofAccepted,
    disputedItems,
    answerBy,
    beaconBlock,
    panel: null,
    audited: 0,
    withGold: 0,
    withChallenger: 0,
    overturnedItems: null,
    openedAt: at.timestamp,
    openedTransaction: at.transactionHash,
    ruling: null,
    closedAt: null,
    closedTransaction: null,
    eventId: at.eventId,
  }
}

export function reschedulePanel(row: GoldAuditRow, beaconBlock: bigint): GoldAuditRow {
  ensure(row.panel === null, `${nameOfAudit(row)} picks another block when its panel is drawn`)
  return { ...row, beaconBlock }
}

export function drawPanel(row: GoldAuditRow, panel: readonly number[]): GoldAuditRow {
  ensure(row.panel === null, `the panel of ${nameOfAudit(row)} is drawn twice`)
  ensure(panel.length === row.panelSize, `${nameOfAudit(row)} draws ${panel.length} of a panel of ${row.panelSize}`)
  return { ...row, panel: [...panel] }
}

export type SlotAudited = { taskId: Hex; slot: number; member: number; withGold: bigint; withChallenger: bigint }

export function answerAudit(args: SlotAudited, at: Moment): GoldAuditAnswerRow {
  const { taskId, slot, member } = args
  return {
    taskId,
    slot,
    member,
    withGold: bitsOf(args.withGold),
    withChallenger: bitsOf(args.withChallenger),
    provenAt: at.timestamp,
    provenTransaction: at.transactionHash,
  }
}

export function countAnswer(row: GoldAuditRow, answer: GoldAuditAnswerRow): GoldAuditRow {
  ensure(row.panel?.includes(answer.member) === true, `slot ${answer.member} answers ${nameOfAudit(row)} off its panel`)
  ensure(row.audited < row.panelSize, `${nameOfAudit(row)} audits more than its panel of ${row.panelSize}`)
  return {
    ...row,
    audited: row.audited + 1,
    withGold: row.withGold + answer.withGold,
    withChallenger: row.withChallenger + answer.withChallenger,
  }
}

export type GoldAuditClosed = {
  ruling: number
  audited: number
  withGold: number
  withChallenger: number
  overturnedItems: number
}

export function closeGoldAudit(row: GoldAuditRow, args: GoldAuditClosed, at: Moment): GoldAuditRow {
  ensure(row.closedAt === null, `${nameOfAudit(row)} is closed twice`)
  const { audited, withGold, withChallenger } = args
  ensure(
    row.audited === audited && row.withGold === withGold && row.withChallenger === withChallenger,
    `${nameOfAudit(row)} is closed on other answers than it was given`,
  )
  return {
    ...row,
    overturnedItems: args.overturnedItems,
    ruling: nameOf(rulings, args.ruling),
    closedAt: at.timestamp,
    closedTransaction: at.transactionHash,
  }
}

function nameOfAudit({ taskId, slot }: GoldAuditRow): string {
  return `the gold audit of slot ${slot} of task ${taskId}`
}
