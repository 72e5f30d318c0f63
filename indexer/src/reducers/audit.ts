import type { AbiParameter, Address, Hex } from 'viem'
import type { auditEvent } from '../schema/audit.js'
import { type Moment, textOf } from './moment.js'

export type AuditRow = typeof auditEvent.$inferSelect
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Which pages an event belongs to. */
export type Entities = {
  readonly taskId?: Hex
  readonly slot?: number
  readonly account?: Address
  readonly keyId?: Hex
  readonly datasetId?: Hex
  readonly modelId?: Hex
  readonly proposalId?: bigint
  readonly operationHash?: Hex
}

export type NamedEvent = {
  readonly contract: string
  readonly name: string
  readonly inputs: readonly AbiParameter[]
  readonly args: unknown
}

export function auditRow(event: NamedEvent, entities: Entities, at: Moment): AuditRow {
  return {
    id: at.eventId,
    contract: event.contract,
    address: at.address,
    name: event.name,
    args: argsToJson(event.inputs, event.args),
    taskId: entities.taskId ?? null,
    slot: entities.slot ?? null,
    account: entities.account ?? null,
    keyId: entities.keyId ?? null,
    datasetId: entities.datasetId ?? null,
    modelId: entities.modelId ?? null,
    proposalId: entities.proposalId ?? null,
    operationHash: entities.operationHash ?? null,
    blockNumber: at.blockNumber,
    blockHash: at.blockHash,
    timestamp: at.timestamp,
    transactionHash: at.transactionHash,
    sender: at.sender,
    logIndex: at.logIndex,
  }
}

/** Decoded arguments as JSON by their ABI types: integers as viem gives them, bigints as decimal strings, addresses lower-case. */
export function argsToJson(inputs: readonly AbiParameter[], args: unknown): Json {
  const byName = (args ?? {}) as Record<string, unknown>
  return Object.fromEntries(inputs.map((input) => [input.name ?? '', valueToJson(input, byName[input.name ?? ''])]))
}

function valueToJson(parameter: AbiParameter, value: unknown): Json {
  if (Array.isArray(value) && parameter.type.endsWith(']')) {
    const item = { ...parameter, type: parameter.type.slice(0, parameter.type.lastIndexOf('[')) }
    return value.map((one) => valueToJson(item, one))
  }
  if ('components' in parameter) return argsToJson(parameter.components, value)
  if (parameter.type === 'string') return textOf(String(value))
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return value.toLowerCase()
  return value as Json
}
