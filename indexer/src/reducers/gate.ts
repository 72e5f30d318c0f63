import { type Address, type Hex, pad, toHex } from 'viem'
import type { GateKind } from '../kinds.js'
import type { gateTerms, reputationRecord } from '../schema/gate.js'
import type { Moment } from './moment.js'

export type GateTermsRow = typeof gateTerms.$inferSelect
export type ReputationRecordRow = typeof reputationRecord.$inferSelect

export function stakedGateTerms(taskId: Hex, terms: { token: Address; minStake: bigint }): GateTermsRow {
  return { ...noTerms(taskId, 'staked'), ...terms }
}

export function allowListTerms(taskId: Hex, root: Hex): GateTermsRow {
  return { ...noTerms(taskId, 'allow-list'), root }
}

export function semaphoreTerms(taskId: Hex, { keyId, root }: { keyId: Hex; root: bigint }): GateTermsRow {
  return { ...noTerms(taskId, 'semaphore'), keyId, root: rootOf(root) }
}

export function worldIdTerms(
  taskId: Hex,
  { keyId, appIdHash, root }: { keyId: Hex; appIdHash: bigint; root: bigint },
): GateTermsRow {
  return { ...noTerms(taskId, 'world-id'), keyId, appIdHash, root: rootOf(root) }
}

export function reputationTerms(
  taskId: Hex,
  terms: { keyId: Hex; requester: Address; minSlots: number; minScoreBps: number },
): GateTermsRow {
  return { ...noTerms(taskId, 'reputation'), ...terms }
}

export type ReputationRecorded = {
  requester: Address
  taskId: Hex
  slot: number
  leaf: bigint
  commitment: bigint
  scoreBps: number
  index: bigint
  root: bigint
}

export function recordReputation({ index, ...args }: ReputationRecorded, at: Moment): ReputationRecordRow {
  return {
    ...args,
    id: at.eventId,
    position: index,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
  }
}

/** Zero stands for any root that the key's verifier knows. */
function rootOf(root: bigint): Hex | null {
  return root === 0n ? null : pad(toHex(root), { size: 32 })
}

function noTerms(taskId: Hex, kind: GateKind): GateTermsRow {
  return {
    taskId,
    kind,
    token: null,
    minStake: null,
    root: null,
    keyId: null,
    appIdHash: null,
    requester: null,
    minSlots: null,
    minScoreBps: null,
  }
}
