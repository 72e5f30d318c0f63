import { type Address, type Hex, zeroHash } from 'viem'
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
  dependsOn: Hex
  needsChallenge: boolean
  freezableByProof: boolean
  keyData: Hex
}

export function proposeKey({ keyId, gasCap, dependsOn, ...args }: KeyProposed, at: Moment): KeyRow {
  return {
    ...args,
    id: keyId,
    dependsOn: dependsOn === zeroHash ? null : dependsOn,
    dependents: [],
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
    advisoryId: null,
    advisoryUri: null,
    frozenExploit: null,
    dependencyFrozenAt: null,
    dependencyFrozenTransaction: null,
    receipts: 0,
    eventId: at.eventId,
  }
}

export function activateKey(row: KeyRow, at: Moment): KeyRow {
  ensure(row.status === 'proposed', `key ${row.id} is activated when ${row.status}`)
  return { ...row, status: 'active', activatedAt: at.timestamp, activatedTransaction: at.transactionHash }
}

export function addDependent(row: KeyRow, keyId: Hex): KeyRow {
  ensure(row.status !== 'frozen', `key ${keyId} depends on ${row.id}, which is frozen`)
  return { ...row, dependents: [...row.dependents, keyId] }
}

export type KeyAdvisory = { id: string; uri: string }
export type KeyFrozen = { by: Address; previous: number; reason: string; advisory: KeyAdvisory; exploit: Hex }

/** In the contract's order. */
const statuses = [undefined, 'proposed', 'active', 'frozen'] as const

/** `previous` is what the chain recorded: the row may be frozen already because of the key it depends on. */
export function freezeKey(row: KeyRow, { by, previous, reason, advisory, exploit }: KeyFrozen, at: Moment): KeyRow {
  ensure(row.frozenAt === null, `key ${row.id} is frozen twice`)
  return {
    ...row,
    status: 'frozen',
    frozenAt: at.timestamp,
    frozenTransaction: at.transactionHash,
    frozenBy: by,
    frozenFrom: statuses[previous] ?? null,
    frozenReason: textOf(reason),
    frozenExploit: exploit,
    ...advisoryOf(advisory),
  }
}

/** Nothing when none was given: the key it depends on may have one. */
function advisoryOf({ id, uri }: KeyAdvisory): Partial<Pick<KeyRow, 'advisoryId' | 'advisoryUri'>> {
  return id === '' && uri === '' ? {} : { advisoryId: textOf(id), advisoryUri: textOf(uri) }
}

/** The key it depends on is frozen, and with it this one, whether or not anybody records it. */
export function freezeWithDependency(row: KeyRow, advisory: KeyAdvisory, at: Moment): KeyRow {
  return {
    ...row,
    ...(row.advisoryId === null ? advisoryOf(advisory) : {}),
    status: 'frozen',
    dependencyFrozenAt: at.timestamp,
    dependencyFrozenTransaction: at.transactionHash,
  }
}

export function countReceipt(row: KeyRow): KeyRow {
  return { ...row, receipts: row.receipts + 1 }
}
