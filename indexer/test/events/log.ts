import { type Abi, type AbiEvent, decodeEventLog } from 'viem'
import { expect, test } from 'vitest'
import { wholeTask } from '../support/consensus.js'
import type { Row } from '../support/database.js'
import { eventId, protocol, tables, text } from './rows.js'

// The log of every event, for whichever run is indexed.

const contractNames: Record<string, string> = {
  timelock: 'VeritaskTimelock',
  governor: 'VeritaskGovernor',
  voteToken: 'VeritaskToken',
  protocolParameters: 'ProtocolParameters',
  verifierKeyRegistry: 'VerifierKeyRegistry',
  datasetRegistry: 'DatasetRegistry',
  modelRegistry: 'ModelRegistry',
  taskRegistry: 'TaskRegistry',
  stakeVault: 'StakeVault',
  reputationRegistry: 'ReputationRegistry',
  openGold: 'OpenGoldSettlement',
  hiddenGold: 'HiddenGoldSettlement',
  goldAudit: 'GoldAudit',
  consensus: 'ConsensusSettlement',
  direct: 'DirectSettlement',
  optimistic: 'OptimisticSettlement',
  staked: 'StakedGate',
  allowList: 'AllowListGate',
  semaphore: 'SemaphoreGate',
  worldId: 'WorldIdGate',
  reputation: 'ReputationGate',
}
/** As the log should print a decoded value; the scenario's only texts that look like hex are hex. */
const printed = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string')
    return (value.startsWith('0x') ? value.toLowerCase() : value).replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(printed)
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, printed(one)]))
  return value
}

/** Tests of the log that hold for any run. */
export function logTests(): void {
  test('holds every log of every contract, with every column', async () => {
    const { client, receipts, eventAbi, contracts, gates } = protocol
    const names = new Map(
      Object.entries({ ...contracts, ...gates }).map(([name, address]) => [address as string, contractNames[name]]),
    )
    const rows = [...(tables.audit_event ?? [])].sort((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1))
    const timestamps = new Map<bigint, bigint>()
    const expected: Row[] = []
    for (const receipt of receipts) {
      const { blockNumber } = receipt
      if (!timestamps.has(blockNumber)) timestamps.set(blockNumber, (await client.getBlock({ blockNumber })).timestamp)
      const timestamp = timestamps.get(blockNumber) ?? 0n
      for (const log of receipt.logs) {
        const contract = names.get(log.address)
        if (!contract) continue
        const { eventName, args } = decodeEventLog({ abi: eventAbi, data: log.data, topics: log.topics })
        expected.push({
          id: eventId({ ...receipt, timestamp }, log.logIndex),
          contract,
          address: log.address,
          name: eventName,
          args: printed(args ?? {}),
          block_number: text(blockNumber),
          block_hash: receipt.blockHash,
          timestamp: text(timestamp),
          transaction_hash: receipt.transactionHash,
          sender: receipt.from,
          log_index: log.logIndex,
        })
      }
    }
    const withoutEntities = rows.map(
      ({
        task_id: _t,
        slot: _s,
        account: _a,
        key_id: _k,
        dataset_id: _d,
        model_id: _m,
        proposal_id: _p,
        operation_hash: _o,
        ...row
      }) => row,
    )
    expect(withoutEntities).toEqual(expected)
  })

  test('says which task, slot, key, dataset, model and proposal an event belongs to', () => {
    for (const row of tables.audit_event ?? []) {
      const { taskId, slot, keyId, datasetId, modelId } = row.args as Row
      const named = { task_id: taskId, slot, key_id: keyId, dataset_id: datasetId, model_id: modelId }
      // Link lists inside a model version name datasets, not the event's own.
      expect({ name: row.name, ...pick(row, Object.keys(named)) }).toEqual({
        name: row.name,
        ...Object.fromEntries(Object.entries(named).map(([name, value]) => [name, value ?? null])),
        ...(row.name === 'UnfilledReturned' || row.name === 'TaskCreated' ? { slot: null } : {}),
        // A statement about the task as a whole is of no slot.
        ...(slot === wholeTask ? { slot: null } : {}),
      })
    }
  })
}

/** Names of all events that the contracts declare and this run has not emitted. */
export function unseenEvents(): string[] {
  const emitted = new Set((tables.audit_event ?? []).map((row) => row.name))
  const known = (protocol.eventAbi as Abi).map((item) => (item as AbiEvent).name)
  return [...new Set(known)].filter((name) => !emitted.has(name)).sort()
}

/**
 * OpenZeppelin declares the first two; no contract of ours has a way to change a role's administrator or a signing domain. A panel
 * is drawn by a block, and by another one, only of more than 32 slots: the contracts' tests do that.
 */
export const neverEmitted = ['RoleAdminChanged', 'EIP712DomainChanged', 'PanelRescheduled']

/** What consensus, gold audits and the gates of anonymous workers emit: in a run of their own, proven.test.ts. */
export const ofProvenRun = [
  'BeaconDrawn',
  'BeaconScheduled',
  'ConsensusReached',
  'ConsensusTermsSet',
  'CountsAdded',
  'GoldAuditClosed',
  'GoldAuditOpened',
  'GoldOverturned',
  'PanelDrawn',
  'ReputationGateTermsSet',
  'ReputationRecorded',
  'RoundOpened',
  'SeedRevealed',
  'SemaphoreGateTermsSet',
  'SlotAgreed',
  'SlotAudited',
  'WorldIdGateTermsSet',
]

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}
