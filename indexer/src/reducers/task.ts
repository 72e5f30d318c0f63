import { type Address, type Hex, zeroAddress, zeroHash } from 'viem'
import type { Ending, GateKind } from '../kinds.js'
import type { SettlementKind } from '../phase.js'
import type { gold, task } from '../schema/task.js'
import { bitsOf, ensure, type Moment, textOf } from './moment.js'

export type TaskRow = typeof task.$inferSelect
export type GoldRow = typeof gold.$inferSelect

export type TaskCreated = {
  taskId: Hex
  requester: Address
  settlement: Address
  datasetVersionId: Hex
  payloadDigest: Hex
  title: string
  token: Address
  rewardPerSlot: bigint
  feePerSlot: bigint
  treasury: Address
  slots: number
  joinBy: bigint
}

export function createTask(
  { taskId, title, ...args }: TaskCreated,
  { datasetId, kind }: { datasetId: Hex; kind: SettlementKind },
  at: Moment,
): TaskRow {
  return {
    ...args,
    id: taskId,
    title: textOf(title),
    kind,
    datasetId,
    gate: zeroAddress,
    gateKind: 'open',
    stakePerSlot: 0n,
    bond: 0n,
    bondState: 'none',
    parametersVersion: 0,
    termsHash: zeroHash,
    status: 'live',
    joined: 0,
    committed: 0,
    delivered: 0,
    claimed: 0,
    scored: 0,
    paid: 0,
    returned: 0,
    rejected: 0,
    mostDisputedItems: 0,
    openDisputes: 0,
    unfilled: null,
    escrow: BigInt(args.slots) * (args.rewardPerSlot + args.feePerSlot),
    goldOpenedAt: null,
    commitBy: null,
    openBy: null,
    proveBy: null,
    submitBy: null,
    scoreBy: null,
    disputableUntil: null,
    roundJoinBy: null,
    deliverBy: null,
    settleBy: null,
    claimBy: null,
    challengeBy: null,
    answerBy: null,
    round: null,
    slotLimit: null,
    assigns: false,
    seeded: 0,
    firstSlot: 0,
    committedBefore: 0,
    deliveredBefore: 0,
    decided: false,
    openAudits: 0,
    unprovenAudits: 0,
    allowedMistakes: null,
    overturnedItems: 0,
    createdAt: at.timestamp,
    createdBlock: at.blockNumber,
    createdTransaction: at.transactionHash,
    endedAt: null,
    updatedAt: at.timestamp,
    eventId: at.eventId,
  }
}

export type TaskSecured = {
  gate: Address
  stakePerSlot: bigint
  bond: bigint
  parametersVersion: number
  termsHash: Hex
}

/** TaskSecured follows TaskCreated in the same call. */
export function secureTask(row: TaskRow, args: TaskSecured, gateKind: GateKind, at: Moment): TaskRow {
  const { gate, stakePerSlot, bond, parametersVersion, termsHash } = args
  return {
    ...row,
    gate,
    gateKind,
    stakePerSlot,
    bond,
    bondState: bond === 0n ? 'none' : 'held',
    parametersVersion,
    termsHash,
    updatedAt: at.timestamp,
  }
}

export function afterBond(row: TaskRow, bondState: 'released' | 'burned', at: Moment): TaskRow {
  ensure(row.bondState === 'held', `the bond of task ${row.id} is ${bondState} when ${row.bondState}`)
  return { ...row, bondState, updatedAt: at.timestamp }
}

export type Gold = { salt: Hex; mask: readonly bigint[]; values: readonly bigint[] }

export function openGold(taskId: Hex, { salt, mask, values }: Gold, at: Moment): GoldRow {
  return {
    taskId,
    salt,
    mask: [...mask],
    values: [...values],
    openedAt: at.timestamp,
    openedTransaction: at.transactionHash,
  }
}

export function afterGoldOpened(row: TaskRow, at: Moment): TaskRow {
  return { ...row, goldOpenedAt: at.timestamp, updatedAt: at.timestamp }
}

/** Counts one more slot that has reached each of `steps`. */
export function afterSlotStep(
  row: TaskRow,
  steps: readonly ('joined' | 'committed' | 'delivered' | 'claimed' | 'scored')[],
  at: Moment,
): TaskRow {
  const next = { ...row, updatedAt: at.timestamp }
  for (const step of steps) next[step] += 1
  return next
}

export function afterClaimed(row: TaskRow, challengeBy: bigint, at: Moment): TaskRow {
  return { ...afterSlotStep(row, ['claimed'], at), challengeBy: latest(row.challengeBy, challengeBy) }
}

/** @param proveWindow Time to prove a disputed claim, in an optimistic task. */
export function afterDisputeOpened(row: TaskRow, proveWindow: bigint | null, at: Moment): TaskRow {
  const answerBy = proveWindow === null ? row.answerBy : latest(row.answerBy, at.timestamp + proveWindow)
  return { ...row, openDisputes: row.openDisputes + 1, answerBy, updatedAt: at.timestamp }
}

export function afterDisputeClosed(row: TaskRow, at: Moment): TaskRow {
  ensure(row.openDisputes > 0, `task ${row.id} closes a dispute it does not have`)
  return { ...row, openDisputes: row.openDisputes - 1, updatedAt: at.timestamp }
}

/** A score of hidden gold: below the threshold it rejects the slot, provisionally. */
export function afterScored(
  row: TaskRow,
  { agreements, goldCount, passed }: { agreements: bigint; goldCount: bigint; passed: boolean },
  at: Moment,
): TaskRow {
  const next = afterSlotStep(row, ['scored'], at)
  if (passed) return next
  const disputedItems = Number(goldCount - agreements)
  return {
    ...next,
    rejected: row.rejected + 1,
    mostDisputedItems: Math.max(row.mostDisputedItems, disputedItems),
  }
}

export function afterAuditOpened(row: TaskRow, answerBy: bigint, at: Moment): TaskRow {
  return {
    ...row,
    openAudits: row.openAudits + 1,
    unprovenAudits: row.unprovenAudits + 1,
    answerBy: latest(row.answerBy, answerBy),
    updatedAt: at.timestamp,
  }
}

/** @param audit After the answer. */
export function afterAuditAnswered(row: TaskRow, audit: { audited: number; panelSize: number }, at: Moment): TaskRow {
  const proven = audit.audited === audit.panelSize ? 1 : 0
  return { ...row, unprovenAudits: row.unprovenAudits - proven, updatedAt: at.timestamp }
}

export function afterAuditClosed(row: TaskRow, audit: { audited: number; panelSize: number }, at: Moment): TaskRow {
  ensure(row.openAudits > 0, `task ${row.id} closes a gold audit it does not have`)
  const unproven = audit.audited === audit.panelSize ? 0 : 1
  return {
    ...row,
    openAudits: row.openAudits - 1,
    unprovenAudits: row.unprovenAudits - unproven,
    updatedAt: at.timestamp,
  }
}

/** @param overturned Gold items that audits of the task overturned up to now, a bit each. */
export function afterGoldOverturned(row: TaskRow, overturned: bigint, at: Moment): TaskRow {
  return { ...row, overturnedItems: bitsOf(overturned), updatedAt: at.timestamp }
}

function latest(known: bigint | null, next: bigint): bigint {
  return known !== null && known > next ? known : next
}

/** An event of the task that changes nothing but when it was last touched. */
export function touched(row: TaskRow, at: Moment): TaskRow {
  return { ...row, updatedAt: at.timestamp }
}

export function afterSlotEnded(
  row: TaskRow,
  state: 'paid' | 'returned',
  ending: Ending,
  amount: bigint,
  at: Moment,
): TaskRow {
  return {
    ...row,
    [state]: row[state] + 1,
    // Of hidden gold a score has said so before.
    rejected: row.rejected + (ending === 'rejected' && row.kind !== 'hidden-gold' ? 1 : 0),
    escrow: release(row, amount),
    updatedAt: at.timestamp,
  }
}

export function afterUnfilledReturned(row: TaskRow, slots: number, amount: bigint, at: Moment): TaskRow {
  ensure(row.unfilled === null, `unfilled slots of task ${row.id} were returned twice`)
  return { ...row, unfilled: slots, escrow: release(row, amount), updatedAt: at.timestamp }
}

export function afterTaskEnded(row: TaskRow, status: 'cancelled' | 'completed', at: Moment): TaskRow {
  ensure(row.escrow === 0n, `task ${row.id} is ${status} with ${row.escrow} in escrow`)
  ensure(row.status === 'live', `task ${row.id} is ${status} after it was ${row.status}`)
  return { ...row, status, endedAt: at.timestamp, updatedAt: at.timestamp }
}

function release(row: TaskRow, amount: bigint): bigint {
  ensure(amount <= row.escrow, `task ${row.id} releases ${amount} of ${row.escrow} in escrow`)
  return row.escrow - amount
}
