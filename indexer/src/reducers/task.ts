import { type Address, type Hex, pad, toHex } from 'viem'
import type { SettlementKind } from '../phase.js'
import type { gold, task, terms } from '../schema/task.js'
import { ensure, type Moment, textOf } from './moment.js'

export type TaskRow = typeof task.$inferSelect
export type TermsRow = typeof terms.$inferSelect
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

export function kindOf(settlement: Address, modules: { openGold: Address; hiddenGold: Address }): SettlementKind {
  const address = settlement.toLowerCase()
  if (address === modules.openGold.toLowerCase()) return 'open-gold'
  if (address === modules.hiddenGold.toLowerCase()) return 'hidden-gold'
  return 'other'
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
    status: 'live',
    joined: 0,
    committed: 0,
    delivered: 0,
    scored: 0,
    paid: 0,
    returned: 0,
    unfilled: null,
    escrow: BigInt(args.slots) * (args.rewardPerSlot + args.feePerSlot),
    goldOpenedAt: null,
    createdAt: at.timestamp,
    createdBlock: at.blockNumber,
    createdTransaction: at.transactionHash,
    endedAt: null,
    updatedAt: at.timestamp,
    eventId: at.eventId,
  }
}

export type OpenGoldTerms = {
  rules: bigint
  encryptionKey: readonly [bigint, bigint]
  goldCommitment: Hex
  agreementKeyId: Hex
  legalityKeyId: Hex
  commitBy: bigint
  openBy: bigint
  proveBy: bigint
}

export function openGoldTerms(taskId: Hex, { encryptionKey, ...terms }: OpenGoldTerms): TermsRow {
  const [encryptionKeyX, encryptionKeyY] = encryptionKey
  return {
    taskId,
    kind: 'open-gold',
    ...terms,
    encryptionKeyX,
    encryptionKeyY,
    scoreKeyId: null,
    submitBy: null,
    scoreBy: null,
  }
}

export type HiddenGoldTerms = {
  rules: bigint
  encryptionKey: readonly [bigint, bigint]
  goldCommitment: bigint
  legalityKeyId: Hex
  scoreKeyId: Hex
  submitBy: bigint
  scoreBy: bigint
}

export function hiddenGoldTerms(taskId: Hex, { encryptionKey, goldCommitment, ...terms }: HiddenGoldTerms): TermsRow {
  const [encryptionKeyX, encryptionKeyY] = encryptionKey
  return {
    taskId,
    kind: 'hidden-gold',
    ...terms,
    encryptionKeyX,
    encryptionKeyY,
    goldCommitment: pad(toHex(goldCommitment), { size: 32 }),
    agreementKeyId: null,
    commitBy: null,
    openBy: null,
    proveBy: null,
  }
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
  steps: readonly ('joined' | 'committed' | 'delivered' | 'scored')[],
  at: Moment,
): TaskRow {
  const next = { ...row, updatedAt: at.timestamp }
  for (const step of steps) next[step] += 1
  return next
}

/** An event of the task that changes nothing but when it was last touched. */
export function touched(row: TaskRow, at: Moment): TaskRow {
  return { ...row, updatedAt: at.timestamp }
}

export function afterSlotEnded(row: TaskRow, ending: 'paid' | 'returned', amount: bigint, at: Moment): TaskRow {
  return { ...row, [ending]: row[ending] + 1, escrow: release(row, amount), updatedAt: at.timestamp }
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
