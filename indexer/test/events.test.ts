import { type Abi, type AbiEvent, decodeEventLog, type Hex, toHex, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAnvil, testClient } from './support/anvil.js'
import { type Row, readTables, type Tables } from './support/database.js'
import { indexedUpTo, launch, workspace } from './support/indexer.js'
import { deployProtocol, type Protocol, parameters, people, type Step, treasury } from './support/protocol.js'
import {
  changedParameters,
  datasetVersion,
  fee,
  gold,
  hostileTitle,
  id,
  modelVersion,
  openGoldCommitment,
  reward,
  rules,
  runScenario,
  words,
  x25519Key,
} from './support/scenario.js'
import { encryptionKey } from './support/statement.js'

// One run of everything the contracts emit, then every column of every row against what was sent and where it landed.

let protocol: Protocol
let scenario: Awaited<ReturnType<typeof runScenario>>
let tables: Tables
let stopAnvil: () => Promise<void>
const space = workspace()

beforeAll(async () => {
  const anvil = await startAnvil()
  stopAnvil = anvil.stop
  protocol = await deployProtocol(testClient(anvil.rpcUrl))
  scenario = await runScenario(protocol)
  const directory = space.directory('events')
  const indexer = await launch({
    deployment: space.deploymentFile(protocol.deployment),
    rpcUrl: anvil.rpcUrl,
    directory,
  })
  try {
    await indexedUpTo(indexer, await protocol.client.getBlockNumber())
  } finally {
    await indexer.stop()
  }
  tables = await readTables(directory)
})
afterAll(async () => {
  await stopAnvil()
  space.remove()
})

const native = zeroAddress
const [alice, bob, carol] = people.workers.map((worker) => worker.address.toLowerCase()) as [Hex, Hex, Hex]
const requester = people.requester.address.toLowerCase()
const heir = people.heir.address.toLowerCase()

function rowOf(table: string, key: Row): Row {
  const matches = (row: Row) => Object.entries(key).every(([name, value]) => row[name] === value)
  const rows = (tables[table] ?? []).filter(matches)
  expect(rows).toHaveLength(1)
  return rows[0] as Row
}

const text = (value: bigint): string => value.toString()
const time = (step: Step): string => step.timestamp.toString()
/** The two columns that say when and where a step happened. */
const when = (name: string, step: Step | null): Row => ({
  [`${name}_at`]: step ? time(step) : null,
  [`${name}_transaction`]: step ? step.hash : null,
})

function eventId(
  { timestamp, blockNumber, transactionIndex }: { timestamp: bigint; blockNumber: bigint; transactionIndex: number },
  logIndex: number,
): string {
  const digits = (value: bigint | number, length: number) => value.toString().padStart(length, '0')
  const place = `${digits(timestamp, 10)}${digits(31337, 16)}${digits(blockNumber, 16)}`
  return `${place}${digits(transactionIndex, 16)}5${digits(logIndex, 16)}`
}

function eventOf(step: Step, name: string, nth = 0): string {
  return eventId({ ...step.receipt, timestamp: step.timestamp }, step.logIndexOf(name, nth))
}

/** The columns of an append-only row that say where its event stands. */
const place = (step: Step, name: string, nth = 0): Row => ({
  block_number: text(step.blockNumber),
  timestamp: time(step),
  transaction_hash: step.hash,
  log_index: step.logIndexOf(name, nth),
})

describe('tasks', () => {
  const common = () => ({
    requester,
    token: native,
    reward_per_slot: text(reward),
    fee_per_slot: text(fee),
    treasury,
    scored: 0,
  })
  const creation = (task: { created: Step }) => ({
    ...when('created', task.created),
    created_block: text(task.created.blockNumber),
    event_id: eventOf(task.created, 'TaskCreated'),
  })

  test('an open-gold task to its completion', () => {
    const { open, datasets, contracts } = scenario
    expect(rowOf('task', { id: open.taskId })).toEqual({
      ...common(),
      ...creation(open),
      id: open.taskId,
      settlement: contracts.openGold,
      kind: 'open-gold',
      dataset_version_id: datasets.versionId,
      dataset_id: datasets.datasetId,
      payload_digest: id('payload open gold'),
      title: 'open gold',
      slots: 4,
      join_by: text(open.joinBy),
      status: 'completed',
      joined: 3,
      committed: 2,
      delivered: 2,
      paid: 2,
      returned: 1,
      unfilled: 1,
      escrow: '0',
      gold_opened_at: time(open.opened),
      ended_at: time(open.emptied),
      updated_at: time(open.emptied),
    })
    expect(rowOf('terms', { task_id: open.taskId })).toEqual({
      task_id: open.taskId,
      kind: 'open-gold',
      rules: text(rules),
      encryption_key_x: text(encryptionKey[0]),
      encryption_key_y: text(encryptionKey[1]),
      gold_commitment: openGoldCommitment,
      legality_key_id: scenario.keys.legality.keyId,
      agreement_key_id: scenario.keys.agreement.keyId,
      commit_by: text(open.terms.commitBy),
      open_by: text(open.terms.openBy),
      prove_by: text(open.terms.proveBy),
      score_key_id: null,
      submit_by: null,
      score_by: null,
    })
    expect(rowOf('gold', { task_id: open.taskId })).toEqual({
      task_id: open.taskId,
      salt: gold.salt,
      mask: gold.mask.map(text),
      values: gold.values.map(text),
      ...when('opened', open.opened),
    })
  })

  test('a hidden-gold task to its completion', () => {
    const { hidden, datasets, contracts } = scenario
    expect(rowOf('task', { id: hidden.taskId })).toEqual({
      ...common(),
      ...creation(hidden),
      id: hidden.taskId,
      settlement: contracts.hiddenGold,
      kind: 'hidden-gold',
      dataset_version_id: datasets.secondId,
      dataset_id: datasets.datasetId,
      payload_digest: id('payload hidden gold'),
      title: 'hidden gold',
      slots: 3,
      join_by: text(hidden.joinBy),
      status: 'completed',
      joined: 3,
      committed: 3,
      delivered: 3,
      scored: 2,
      paid: 2,
      returned: 1,
      unfilled: null,
      escrow: '0',
      gold_opened_at: null,
      ended_at: time(hidden.settled),
      updated_at: time(hidden.settled),
    })
    expect(rowOf('terms', { task_id: hidden.taskId })).toEqual({
      task_id: hidden.taskId,
      kind: 'hidden-gold',
      rules: text(rules),
      encryption_key_x: text(encryptionKey[0]),
      encryption_key_y: text(encryptionKey[1]),
      gold_commitment: toHex(0x1234n, { size: 32 }),
      legality_key_id: scenario.keys.legality.keyId,
      agreement_key_id: null,
      commit_by: null,
      open_by: null,
      prove_by: null,
      score_key_id: scenario.keys.score.keyId,
      submit_by: text(hidden.terms.submitBy),
      score_by: text(hidden.terms.scoreBy),
    })
  })

  test('a cancelled task and a live one', () => {
    const { cancelled, joining, contracts, datasets } = scenario
    const idle = {
      ...common(),
      settlement: contracts.openGold,
      kind: 'open-gold',
      dataset_version_id: datasets.versionId,
      dataset_id: datasets.datasetId,
      slots: 2,
      committed: 0,
      delivered: 0,
      paid: 0,
      returned: 0,
      gold_opened_at: null,
    }
    expect(rowOf('task', { id: cancelled.taskId })).toEqual({
      ...idle,
      ...creation(cancelled),
      id: cancelled.taskId,
      payload_digest: id('payload cancelled'),
      title: 'cancelled',
      join_by: text(cancelled.joinBy),
      status: 'cancelled',
      joined: 0,
      unfilled: 2,
      escrow: '0',
      ended_at: time(cancelled.cancellation),
      updated_at: time(cancelled.cancellation),
    })
    expect(rowOf('task', { id: joining.taskId })).toEqual({
      ...idle,
      ...creation(joining),
      id: joining.taskId,
      payload_digest: id('payload joining'),
      title: hostileTitle.replaceAll('\0', '\uFFFD'),
      join_by: text(joining.joinBy),
      status: 'live',
      joined: 1,
      unfilled: null,
      escrow: text(2n * (reward + fee)),
      ended_at: null,
      updated_at: time(joining.joiner),
    })
    expect(tables.task).toHaveLength(5)
    expect(tables.terms).toHaveLength(5)
    expect(tables.gold).toHaveLength(1)
  })
})

describe('slots', () => {
  const empty = {
    wrapped_key: null,
    ...when('key_wrapped', null),
    commitment: null,
    ...when('committed', null),
    ephemeral_key_x: null,
    ephemeral_key_y: null,
    ciphertext: null,
    ...when('delivered', null),
    agreements: null,
    gold_count: null,
    passed: null,
    ...when('scored', null),
    reward: null,
    fee: null,
    returned_amount: null,
  }
  const joined = (taskId: Hex, number: number, worker: Hex, payout: Hex, seed: number, step: Step | undefined) => {
    if (!step) throw new Error('nobody joined')
    return {
      task_id: taskId,
      number,
      worker,
      payout,
      encryption_key: x25519Key(seed),
      ...when('joined', step),
      event_id: eventOf(step, 'SlotJoined'),
    }
  }
  const ended = (step: Step) => ({ ...when('ended', step), updated_at: time(step) })

  test('paid by proof against opened gold', () => {
    const { open, contracts } = scenario
    const [first, second] = open.proved.map((proved) => proved.step) as [Step, Step]
    const paid = { reward: text(reward), fee: text(fee), ephemeral_key_x: '5', ephemeral_key_y: '6', state: 'paid' }
    expect(rowOf('slot', { task_id: open.taskId, number: 0 })).toEqual({
      ...empty,
      ...paid,
      ...joined(open.taskId, 0, alice, alice, 11, open.joined[0]),
      wrapped_key: '0xaa',
      ...when('key_wrapped', open.wrapped),
      commitment: '11',
      ...when('committed', open.committed[0] ?? null),
      ciphertext: words(11).map(text),
      ...when('delivered', first),
      ...ended(first),
    })
    expect(rowOf('slot', { task_id: open.taskId, number: 1 })).toEqual({
      ...empty,
      ...paid,
      ...joined(open.taskId, 1, bob, contracts.datasetRegistry, 12, open.joined[1]),
      wrapped_key: '0xb0b0',
      ...when('key_wrapped', open.rewrapped),
      commitment: '12',
      ...when('committed', open.committed[1] ?? null),
      ciphertext: words(12).map(text),
      ...when('delivered', second),
      ...ended(second),
    })
  })

  test('returned because nothing was committed', () => {
    const { open } = scenario
    expect(rowOf('slot', { task_id: open.taskId, number: 2 })).toEqual({
      ...empty,
      ...joined(open.taskId, 2, carol, carol, 13, open.joined[2]),
      state: 'returned',
      returned_amount: text(reward + fee),
      ...ended(open.settled),
    })
  })

  test('scored and paid, scored and returned, paid by silence', () => {
    const { hidden } = scenario
    const submitted = hidden.submitted.map(({ step }) => step) as [Step, Step, Step]
    const [passed, failed] = hidden.scored.map(({ step }) => step) as [Step, Step]
    const delivered = (seed: number, step: Step) => ({
      commitment: String(seed),
      ...when('committed', step),
      ephemeral_key_x: '8',
      ephemeral_key_y: '9',
      ciphertext: words(seed).map(text),
      ...when('delivered', step),
    })
    expect(rowOf('slot', { task_id: hidden.taskId, number: 0 })).toEqual({
      ...empty,
      ...joined(hidden.taskId, 0, alice, alice, 21, hidden.joined[0]),
      ...delivered(21, submitted[0]),
      state: 'paid',
      agreements: 2,
      gold_count: 2,
      passed: true,
      ...when('scored', passed),
      reward: text(reward),
      fee: text(fee),
      ...ended(passed),
    })
    expect(rowOf('slot', { task_id: hidden.taskId, number: 1 })).toEqual({
      ...empty,
      ...joined(hidden.taskId, 1, bob, bob, 22, hidden.joined[1]),
      ...delivered(22, submitted[1]),
      state: 'returned',
      agreements: 0,
      gold_count: 2,
      passed: false,
      ...when('scored', failed),
      returned_amount: text(reward + fee),
      ...ended(failed),
    })
    expect(rowOf('slot', { task_id: hidden.taskId, number: 2 })).toEqual({
      ...empty,
      ...joined(hidden.taskId, 2, carol, carol, 23, hidden.joined[2]),
      ...delivered(23, submitted[2]),
      state: 'paid',
      reward: text(reward),
      fee: text(fee),
      ...ended(hidden.settled),
    })
    expect(tables.slot).toHaveLength(7)
  })

  test('only joined', () => {
    const { joining } = scenario
    expect(rowOf('slot', { task_id: joining.taskId, number: 0 })).toEqual({
      ...empty,
      ...joined(joining.taskId, 0, alice, alice, 31, joining.joiner),
      state: 'joined',
      ...when('ended', null),
      updated_at: time(joining.joiner),
    })
  })
})

test('receipts', () => {
  const { open, hidden, keys, contracts } = scenario
  const expected = [
    ...open.proved.map((made, slot) => ({
      made,
      slot,
      task: open.taskId,
      module: contracts.openGold,
      key: keys.agreement,
    })),
    ...hidden.submitted.map((made, slot) => ({
      made,
      slot,
      task: hidden.taskId,
      module: contracts.hiddenGold,
      key: keys.legality,
    })),
    ...hidden.scored.map((made, slot) => ({
      made,
      slot,
      task: hidden.taskId,
      module: contracts.hiddenGold,
      key: keys.score,
    })),
  ]
  for (const { made, slot, task, module, key } of expected) {
    const { receiptId } = made.step.argsOf<{ receiptId: Hex }>('ReceiptIssued')
    expect(rowOf('receipt', { id: receiptId })).toEqual({
      id: receiptId,
      module,
      key_id: key.keyId,
      task_id: task,
      slot,
      public_signals: made.signals.map(text),
      proof: made.proof,
      ...place(made.step, 'ReceiptIssued'),
      event_id: eventOf(made.step, 'ReceiptIssued'),
    })
  }
  expect(tables.receipt).toHaveLength(expected.length)
})

test('verifier keys', () => {
  const { keys, frozen, unborn } = scenario
  const row = (name: string, key: { keyId: Hex; proposed: Step }, receipts: number) => ({
    id: key.keyId,
    proof_system: protocol.proofSystem,
    development: true,
    manifest_hash: id(name),
    gas_cap: text(BigInt(parameters.verifyGasCap)),
    signal_count: 4,
    key_data: toHex(name),
    active_at: time(key.proposed),
    ...when('proposed', key.proposed),
    ...when('activated', null),
    ...when('frozen', null),
    frozen_by: null,
    frozen_from: null,
    frozen_reason: null,
    receipts,
    event_id: eventOf(key.proposed, 'KeyProposed'),
  })
  const by = people.guardian.address.toLowerCase()
  for (const [name, receipts] of [
    ['agreement', 2],
    ['legality', 3],
    ['score', 2],
  ] as const) {
    const key = keys[name]
    expect(rowOf('verifier_key', { id: key.keyId })).toEqual({
      ...row(name, key, receipts),
      status: 'active',
      ...when('activated', key.activated),
    })
  }
  expect(rowOf('verifier_key', { id: keys.doomed.keyId })).toEqual({
    ...row('doomed', keys.doomed, 0),
    status: 'frozen',
    ...when('activated', keys.doomed.activated),
    ...when('frozen', frozen),
    frozen_by: by,
    frozen_from: 'active',
    frozen_reason: 'broken <b>circuit</b>',
  })
  expect(rowOf('verifier_key', { id: keys.unborn.keyId })).toEqual({
    ...row('unborn', keys.unborn, 0),
    status: 'frozen',
    ...when('frozen', unborn),
    frozen_by: by,
    frozen_from: 'proposed',
    frozen_reason: '',
  })
  expect(tables.verifier_key).toHaveLength(5)
})

test('datasets, their versions and lineage', () => {
  const { datasets } = scenario
  const { datasetId, versionId, secondId, other, registered, second, derived, accepted, pending } = datasets
  expect(rowOf('dataset', { id: datasetId })).toEqual({
    id: datasetId,
    owner: heir,
    pending_owner: null,
    name: 'Digits',
    versions: 2,
    latest_version_id: secondId,
    ...when('registered', registered),
    updated_at: time(accepted),
    event_id: eventOf(registered, 'DatasetRegistered'),
  })
  expect(rowOf('dataset', { id: other.datasetId })).toEqual({
    id: other.datasetId,
    owner: requester,
    pending_owner: heir,
    name: 'Derived',
    versions: 1,
    latest_version_id: other.versionId,
    ...when('registered', derived),
    updated_at: time(pending),
    event_id: eventOf(derived, 'DatasetRegistered'),
  })
  const version = (of: Hex, versionId: Hex, number: number, seed: number, step: Step) => {
    const { root, size, schemaHash, manifestDigest, licence } = datasetVersion(seed)
    expect(rowOf('dataset_version', { id: versionId })).toEqual({
      id: versionId,
      dataset_id: of,
      number,
      root: text(root),
      size: text(size),
      schema_hash: schemaHash,
      manifest_digest: manifestDigest,
      licence,
      ...when('published', step),
      event_id: eventOf(step, 'DatasetVersionPublished'),
    })
  }
  version(datasetId, versionId, 1, 1, registered)
  version(datasetId, secondId, 2, 2, second)
  version(other.datasetId, other.versionId, 1, 3, derived)
  expect(tables.dataset).toHaveLength(2)
  expect(tables.dataset_version).toHaveLength(3)
  expect(tables.dataset_edge).toHaveLength(3)
  expect(tables.dataset_edge).toEqual(
    expect.arrayContaining([
      { child_id: secondId, position: 0, parent_id: versionId },
      { child_id: other.versionId, position: 0, parent_id: versionId },
      { child_id: other.versionId, position: 1, parent_id: secondId },
    ]),
  )
})

test('models, their versions and lineage', () => {
  const { models, datasets, keys } = scenario
  const { modelId, versionId, secondId, registered, second, accepted } = models
  expect(tables.model).toEqual([
    {
      id: modelId,
      owner: heir,
      pending_owner: null,
      name: 'Net',
      versions: 2,
      latest_version_id: secondId,
      ...when('registered', registered),
      updated_at: time(accepted),
      event_id: eventOf(registered, 'ModelRegistered'),
    },
  ])
  for (const [version, number, step] of [
    [versionId, 1, registered],
    [secondId, 2, second],
  ] as const) {
    const { weightsCommitment, architectureHash, manifestDigest, licence } = modelVersion(number, {
      keyIds: [],
      datasets: [],
      parents: [],
    })
    expect(rowOf('model_version', { id: version })).toEqual({
      id: version,
      model_id: modelId,
      number,
      weights_commitment: text(weightsCommitment),
      architecture_hash: architectureHash,
      manifest_digest: manifestDigest,
      licence,
      ...when('published', step),
      event_id: eventOf(step, 'ModelVersionPublished'),
    })
  }
  expect(tables.model_version).toHaveLength(2)
  expect(tables.model_edge).toHaveLength(5)
  expect(tables.model_edge).toEqual(
    expect.arrayContaining([
      { version_id: versionId, kind: 'key', position: 0, target_id: keys.score.keyId },
      { version_id: versionId, kind: 'dataset', position: 0, target_id: datasets.versionId },
      { version_id: secondId, kind: 'dataset', position: 0, target_id: datasets.secondId },
      { version_id: secondId, kind: 'dataset', position: 1, target_id: datasets.other.versionId },
      { version_id: secondId, kind: 'parent', position: 0, target_id: versionId },
    ]),
  )
})

test('accounts', () => {
  const { open, hidden, cancelled, joining, datasets, models, governance } = scenario
  const none = {
    tasks_requested: 0,
    slots_joined: 0,
    slots_paid: 0,
    slots_returned: 0,
    datasets_owned: 0,
    models_owned: 0,
  }
  const seen = (first: Step | undefined, last: Step | undefined) => ({
    first_seen_at: first && time(first),
    last_seen_at: last && time(last),
  })
  const proofs = open.proved.map(({ step }) => step)
  const expected: Row[] = [
    {
      ...none,
      address: requester,
      tasks_requested: 5,
      datasets_owned: 1,
      ...seen(datasets.registered, joining.created),
    },
    { ...none, address: alice, slots_joined: 3, slots_paid: 2, ...seen(open.joined[0], joining.joiner) },
    {
      ...none,
      address: bob,
      slots_joined: 2,
      slots_paid: 1,
      slots_returned: 1,
      ...seen(open.joined[1], hidden.scored[1]?.step),
    },
    {
      ...none,
      address: carol,
      slots_joined: 2,
      slots_paid: 1,
      slots_returned: 1,
      ...seen(open.joined[2], hidden.withdrawn),
    },
    { ...none, address: scenario.contracts.datasetRegistry, ...seen(open.joined[1], proofs[1]) },
    { ...none, address: heir, datasets_owned: 1, models_owned: 1, ...seen(datasets.accepted, models.accepted) },
    { ...none, address: treasury, ...seen(proofs[0], hidden.settled) },
  ]
  for (const row of expected) expect(rowOf('account', { address: row.address })).toEqual(row)
  expect(tables.account).toHaveLength(expected.length)
  expect(cancelled.cancellation.timestamp).toBeLessThan(governance.parameters.timestamp)
})

test('credits', () => {
  const { open, hidden, cancelled, contracts } = scenario
  const [, refused] = open.proved.map(({ step }) => step) as [Step, Step]
  const unrefused = { token: native, refusals: 0, last_refused_at: null }
  const back = reward + fee
  const expected: Row[] = [
    {
      ...unrefused,
      account: alice,
      balance: '0',
      credited: text(2n * reward),
      withdrawn: text(2n * reward),
      updated_at: hidden.scored[0] && time(hidden.scored[0].step),
    },
    {
      account: contracts.datasetRegistry,
      token: native,
      balance: text(reward),
      credited: text(reward),
      withdrawn: '0',
      refusals: 1,
      last_refused_at: time(refused),
      updated_at: time(refused),
    },
    {
      ...unrefused,
      account: carol,
      balance: '0',
      credited: text(reward),
      withdrawn: text(reward),
      updated_at: time(hidden.withdrawn),
    },
    {
      ...unrefused,
      account: requester,
      // An uncommitted slot, an unfilled one, a rejected one and a cancelled task of two.
      balance: text(5n * back),
      credited: text(5n * back),
      withdrawn: '0',
      updated_at: time(cancelled.cancellation),
    },
    {
      ...unrefused,
      account: treasury,
      balance: text(4n * fee),
      credited: text(4n * fee),
      withdrawn: '0',
      updated_at: time(hidden.settled),
    },
  ]
  for (const row of expected) expect(rowOf('credit', { account: row.account })).toEqual(row)
  expect(tables.credit).toHaveLength(expected.length)
})

test('payments', () => {
  const { open, hidden, contracts } = scenario
  const [accepted, refused] = open.proved.map(({ step }) => step) as [Step, Step]
  const payment = (step: Step, name: string, nth: number, row: Row) =>
    expect(rowOf('payment', { id: eventOf(step, name, nth) })).toEqual({
      id: eventOf(step, name, nth),
      token: native,
      ...place(step, name, nth),
      ...row,
    })
  const to = (account: string, amount: bigint, balance: bigint) => ({
    account,
    amount: text(amount),
    balance: text(balance),
  })
  payment(accepted, 'Credited', 0, { kind: 'credit', ...to(alice, reward, reward) })
  payment(accepted, 'Credited', 1, { kind: 'credit', ...to(treasury, fee, fee) })
  payment(accepted, 'Withdrawn', 0, { kind: 'withdrawal', ...to(alice, reward, 0n) })
  payment(refused, 'Credited', 0, { kind: 'credit', ...to(contracts.datasetRegistry, reward, reward) })
  payment(refused, 'Credited', 1, { kind: 'credit', ...to(treasury, fee, 2n * fee) })
  payment(refused, 'WithdrawalRefused', 0, { kind: 'refusal', ...to(contracts.datasetRegistry, reward, reward) })
  payment(open.settled, 'Credited', 0, { kind: 'credit', ...to(requester, reward + fee, reward + fee) })
  payment(open.emptied, 'Credited', 0, { kind: 'credit', ...to(requester, reward + fee, 2n * (reward + fee)) })
  payment(hidden.withdrawn, 'Withdrawn', 0, { kind: 'withdrawal', ...to(carol, reward, 0n) })
  const events = (tables.audit_event ?? []).filter((row) =>
    ['Credited', 'Withdrawn', 'WithdrawalRefused'].includes(row.name as string),
  )
  expect(tables.payment?.map((row) => row.id).sort()).toEqual(events.map((row) => row.id).sort())
})

test('parameters and every change of them', () => {
  const { contracts, steps, governance } = scenario
  expect(tables.parameters).toEqual([
    {
      id: contracts.protocolParameters,
      fee_bps: 100,
      max_slots: '50',
      min_window: '30',
      max_window: '4000000000',
      key_activation_delay: '5',
      verify_gas_cap: '2000000',
      treasury: heir,
      updated_at: time(governance.parameters),
    },
  ])
  expect(rowOf('token_policy', { token: native })).toEqual({
    token: native,
    allowed: true,
    min_reward: '10',
    updated_at: time(steps.native),
  })
  expect(rowOf('token_policy', { token: contracts.modelRegistry })).toEqual({
    token: contracts.modelRegistry,
    allowed: false,
    min_reward: '0',
    updated_at: time(governance.untoken),
  })
  for (const [address, kind, step] of [
    [contracts.openGold, 'open-gold', steps.openGold],
    [contracts.hiddenGold, 'hidden-gold', steps.hiddenGold],
    [contracts.datasetRegistry, 'other', governance.foreign],
  ] as const) {
    const row = { address, kind, allowed: true, updated_at: time(step) }
    expect(rowOf('settlement_module', { address })).toEqual(row)
  }

  const change = (step: Step, event: string, row: Row) =>
    expect(rowOf('parameter_change', { id: eventOf(step, event) })).toEqual({
      id: eventOf(step, event),
      ...place(step, event),
      ...row,
    })
  const lower = (values: Record<string, unknown> & { treasury: string }) => ({
    ...values,
    treasury: values.treasury.toLowerCase(),
  })
  change(governance.parameters, 'ParametersChanged', {
    kind: 'parameters',
    subject: null,
    previous: lower(parameters),
    current: lower(changedParameters),
  })
  change(governance.untoken, 'TokenPolicyChanged', {
    kind: 'token',
    subject: contracts.modelRegistry,
    previous: { allowed: true, minReward: '5' },
    current: { allowed: false, minReward: '0' },
  })
  change(governance.foreign, 'SettlementAllowed', {
    kind: 'settlement',
    subject: contracts.datasetRegistry,
    previous: false,
    current: true,
  })
  change(steps.guardian, 'GuardianChanged', {
    kind: 'guardian',
    subject: null,
    previous: zeroAddress,
    current: people.guardian.address.toLowerCase(),
  })
  expect(tables.parameter_change).toHaveLength(9)
})

describe('audit log', () => {
  const contractNames: Record<string, string> = {
    timelock: 'TimelockController',
    protocolParameters: 'ProtocolParameters',
    verifierKeyRegistry: 'VerifierKeyRegistry',
    datasetRegistry: 'DatasetRegistry',
    modelRegistry: 'ModelRegistry',
    taskRegistry: 'TaskRegistry',
    openGold: 'OpenGoldSettlement',
    hiddenGold: 'HiddenGoldSettlement',
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
    const { client, receipts, eventAbi, contracts } = protocol
    const names = new Map(Object.entries(contracts).map(([name, address]) => [address as string, contractNames[name]]))
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
      ({ task_id: _t, slot: _s, account: _a, key_id: _k, dataset_id: _d, model_id: _m, ...row }) => row,
    )
    expect(withoutEntities).toEqual(expected)
  })

  test('says which task, slot, key, dataset and model an event belongs to', () => {
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

  test('has seen every event the contracts can emit', () => {
    const emitted = new Set((tables.audit_event ?? []).map((row) => row.name))
    const known = (protocol.eventAbi as Abi).map((item) => (item as AbiEvent).name)
    // OpenZeppelin declares it for roles whose administrator changes; the timelock has no way to change one.
    expect([...new Set(known)].filter((name) => !emitted.has(name))).toEqual(['RoleAdminChanged'])
  })
})

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}
