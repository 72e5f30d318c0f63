import type { Address } from 'viem'
import type { Ending } from '../kinds.js'
import type { account, credit } from '../schema/account.js'
import type { payment } from '../schema/payment.js'
import { ensure, type Moment } from './moment.js'

export type AccountRow = typeof account.$inferSelect
export type CreditRow = typeof credit.$inferSelect
export type PaymentRow = typeof payment.$inferSelect

const noCounts = {
  tasksRequested: 0,
  slotsJoined: 0,
  slotsPaid: 0,
  slotsReturned: 0,
  accepted: 0,
  unproven: 0,
  rejected: 0,
  missed: 0,
  disputesLost: 0,
  paid: 0,
  refused: 0,
  silent: 0,
  bondsLost: 0,
  datasetsOwned: 0,
  modelsOwned: 0,
}

export type AccountChange = Partial<typeof noCounts>

/** The account after an event that names it; `null` when no event did before. */
export function seeAccount(row: AccountRow | null, address: Address, change: AccountChange, at: Moment): AccountRow {
  const known = row ?? noAccount(address, at.timestamp)
  const next = { ...known, lastSeenAt: at.timestamp }
  for (const [name, delta] of Object.entries(change) as [keyof AccountChange, number][]) {
    next[name] += delta
    ensure(next[name] >= 0, `${name} of account ${address} falls below zero`)
  }
  return next
}

/** An account of which nothing is known but that it is there. */
export function noAccount(address: Address, seenAt: bigint): AccountRow {
  return { address, ...noCounts, firstSeenAt: seenAt, lastSeenAt: seenAt }
}

/** What the end of a slot adds to the records of its worker and requester. */
export function recordEnding(ending: Ending): { worker: AccountChange; requester: AccountChange } {
  switch (ending) {
    case 'proven':
      return { worker: { accepted: 1 }, requester: { paid: 1 } }
    case 'silent':
      return { worker: { unproven: 1 }, requester: { silent: 1 } }
    // Its gold was rigged: what it refused, it paid for.
    case 'redressed':
      return { worker: { unproven: 1 }, requester: { refused: 1 } }
    case 'rejected':
      return { worker: { rejected: 1 }, requester: { refused: 1 } }
    case 'missed':
      return { worker: { missed: 1 }, requester: {} }
    case 'disputed':
      return { worker: { disputesLost: 1 }, requester: {} }
    case 'none':
    case 'left':
    case 'lapsed':
      return { worker: {}, requester: {} }
    default:
      return ending satisfies never
  }
}

export type Movement = { account: Address; token: Address; amount: bigint }

/** The credit after a Credited, Withdrawn or WithdrawalRefused event; only the first may start one. */
export function moveCredit(
  row: CreditRow | null,
  kind: PaymentRow['kind'],
  { account, token, amount }: Movement,
  at: Moment,
): CreditRow {
  ensure(row !== null || kind === 'credit', `${kind} of ${amount} from ${account}, who was never credited ${token}`)
  const known = row ?? {
    account,
    token,
    balance: 0n,
    credited: 0n,
    withdrawn: 0n,
    refusals: 0,
    lastRefusedAt: null,
    updatedAt: at.timestamp,
  }
  const next = { ...known, updatedAt: at.timestamp }
  switch (kind) {
    case 'credit':
      return { ...next, balance: known.balance + amount, credited: known.credited + amount }
    case 'withdrawal':
      ensure(amount <= known.balance, `${account} withdraws ${amount} of ${known.balance}`)
      return { ...next, balance: known.balance - amount, withdrawn: known.withdrawn + amount }
    case 'refusal':
      return { ...next, refusals: known.refusals + 1, lastRefusedAt: at.timestamp }
  }
}

export function recordPayment(kind: PaymentRow['kind'], movement: Movement, balance: bigint, at: Moment): PaymentRow {
  return {
    id: at.eventId,
    kind,
    ...movement,
    balance,
    blockNumber: at.blockNumber,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
    logIndex: at.logIndex,
  }
}
