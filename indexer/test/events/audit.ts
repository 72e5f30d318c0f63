import { type Abi, type AbiEvent, decodeEventLog } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Row } from '../support/database.js'
import { people, type Step } from '../support/protocol.js'
import {
  alice,
  bob,
  carol,
  eventId,
  eventOf,
  heir,
  protocol,
  requester,
  rowOf,
  scenario,
  tables,
  text,
} from './rows.js'

describe('audit log', () => {
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
      })
    }
  })

  test('says which account an event is about', () => {
    const { open, hidden, datasets } = scenario
    const accountOf = (step: Step, name: string) => rowOf('audit_event', { id: eventOf(step, name) }).account
    const proof = open.proved[0]?.step as Step
    expect(accountOf(open.created, 'TaskCreated')).toBe(requester)
    expect(accountOf(open.created, 'OpenGoldTermsSet')).toBe(requester)
    expect(accountOf(hidden.created, 'HiddenGoldTermsSet')).toBe(requester)
    expect(accountOf(open.joined[0] as Step, 'SlotJoined')).toBe(alice)
    expect(accountOf(open.wrapped, 'ContentKeyWrapped')).toBe(alice)
    expect(accountOf(open.committed[1] as Step, 'LabelsCommitted')).toBe(bob)
    expect(accountOf(open.opened, 'GoldOpened')).toBe(requester)
    expect(accountOf(proof, 'ReceiptIssued')).toBe(alice)
    expect(accountOf(proof, 'LabelsDelivered')).toBe(alice)
    expect(accountOf(proof, 'SlotPaid')).toBe(alice)
    expect(accountOf(hidden.submitted[1]?.step as Step, 'ReceiptIssued')).toBe(bob)
    expect(accountOf(hidden.submitted[1]?.step as Step, 'LabelsDelivered')).toBe(bob)
    expect(accountOf(hidden.scored[1]?.step as Step, 'SlotScored')).toBe(bob)
    expect(accountOf(open.settled, 'SlotReturned')).toBe(requester)
    expect(accountOf(open.emptied, 'UnfilledReturned')).toBe(requester)
    expect(accountOf(open.emptied, 'TaskCompleted')).toBe(requester)
    expect(accountOf(scenario.cancelled.cancellation, 'TaskCancelled')).toBe(requester)
    expect(accountOf(open.settled, 'Credited')).toBe(requester)
    expect(accountOf(hidden.withdrawn, 'Withdrawn')).toBe(carol)
    expect(accountOf(datasets.accepted, 'DatasetTransferred')).toBe(heir)
    expect(accountOf(scenario.frozen, 'KeyFrozen')).toBe(people.guardian.address.toLowerCase())
  })

  test('keeps what a batch passed over, with its reason', () => {
    const { open, hidden } = scenario
    const argsOf = (step: Step, name: string, nth = 0) => rowOf('audit_event', { id: eventOf(step, name, nth) }).args
    const { taskId } = open
    expect(argsOf(open.refused, 'SubmissionRefused')).toEqual({ taskId, slot: 2, reason: 0 })
    expect(argsOf(open.refused, 'SubmissionRefused', 1)).toEqual({ taskId, slot: 0, reason: 2 })
    expect(argsOf(open.settled, 'SlotPassedOver')).toEqual({ taskId, slot: 0, state: 2 })
    expect(argsOf(hidden.refused, 'SubmissionRefused')).toEqual({ taskId: hidden.taskId, slot: 1, reason: 1 })
  })

  test('has seen every event the contracts can emit', () => {
    const emitted = new Set((tables.audit_event ?? []).map((row) => row.name))
    const known = (protocol.eventAbi as Abi).map((item) => (item as AbiEvent).name)
    const unseen = [...new Set(known)].filter((name) => !emitted.has(name)).sort()
    expect(unseen).toEqual([...neverEmitted, ...notReached].sort())
  })
})

/** OpenZeppelin declares them; no contract of ours has a way to change a role's administrator or a signing domain. */
const neverEmitted = ['RoleAdminChanged', 'EIP712DomainChanged']

/** What this run does not reach: consensus, gold audits, and gates that take a Groth16 key. Their reducers are tested alone. */
const notReached = [
  'BeaconDrawn',
  'ConsensusReached',
  'ConsensusTermsSet',
  'CountsAdded',
  'GoldAuditClosed',
  'GoldAuditOpened',
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
