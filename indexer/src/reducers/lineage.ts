import type { Address } from 'viem'
import type { Moment } from './moment.js'
import { textOf } from './moment.js'

// What datasets and models share: an owner, a two-step transfer and numbered versions.

export type OwnedRow = {
  owner: Address
  pendingOwner: Address | null
  versions: number
  latestVersionId: `0x${string}` | null
  updatedAt: bigint
}

export function registered(args: { owner: Address; name: string }, at: Moment) {
  return {
    owner: args.owner,
    pendingOwner: null,
    name: textOf(args.name),
    versions: 0,
    latestVersionId: null,
    registeredAt: at.timestamp,
    registeredTransaction: at.transactionHash,
    updatedAt: at.timestamp,
    eventId: at.eventId,
  }
}

export function afterVersion<row extends OwnedRow>(row: row, versionId: `0x${string}`, at: Moment): row {
  return { ...row, versions: row.versions + 1, latestVersionId: versionId, updatedAt: at.timestamp }
}

export function afterTransferStarted<row extends OwnedRow>(row: row, pendingOwner: Address, at: Moment): row {
  return { ...row, pendingOwner, updatedAt: at.timestamp }
}

export function afterTransferred<row extends OwnedRow>(row: row, owner: Address, at: Moment): row {
  return { ...row, owner, pendingOwner: null, updatedAt: at.timestamp }
}
