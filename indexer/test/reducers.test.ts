import { taskRegistryAbi } from '@veritask/sdk/abi'
import { getAbiItem, type Hex, zeroHash } from 'viem'
import { describe, expect, test } from 'vitest'
import { moveCredit, recordPayment, seeAccount } from '../src/reducers/account.js'
import { argsToJson, auditRow } from '../src/reducers/audit.js'
import { gateKindOf, settlementKindOf } from '../src/reducers/contracts.js'
import { publishDatasetVersion } from '../src/reducers/dataset.js'
import {
  activateKey,
  addDependent,
  countReceipt,
  freezeKey,
  freezeWithDependency,
  proposeKey,
} from '../src/reducers/key.js'
import { afterTransferred, afterTransferStarted, afterVersion, registered } from '../src/reducers/lineage.js'
import { publishModelVersion } from '../src/reducers/model.js'
import { InconsistentEventError, type Moment, textOf } from '../src/reducers/moment.js'
import { currentParameters, recordChange } from '../src/reducers/parameters.js'
import { issueReceipt } from '../src/reducers/receipt.js'
import { commitLabels, deliverLabels, joinSlot, paySlot, returnSlot, scoreSlot, wrapKey } from '../src/reducers/slot.js'
import {
  afterAuditAnswered,
  afterAuditClosed,
  afterAuditOpened,
  afterGoldOpened,
  afterGoldOverturned,
  afterScored,
  afterSlotEnded,
  afterSlotStep,
  afterTaskEnded,
  afterUnfilledReturned,
  createTask,
  openGold,
  touched,
} from '../src/reducers/task.js'
import { hiddenGoldTerms, openGoldTerms } from '../src/reducers/terms.js'

const hex = (byte: string, size = 32): Hex => `0x${byte.repeat(size)}`
const address = (byte: string): Hex => hex(byte, 20)

const at = (timestamp: bigint): Moment => ({
  eventId: `event ${timestamp}`,
  address: address('c0'),
  blockNumber: timestamp / 10n,
  blockHash: hex('b0'),
  timestamp,
  transactionHash: hex('f0'),
  sender: address('5e'),
  logIndex: 4,
})

const created = {
  taskId: hex('01'),
  requester: address('a1'),
  settlement: address('a2'),
  datasetVersionId: hex('02'),
  payloadDigest: hex('03'),
  title: 'a\0b',
  token: address('00'),
  rewardPerSlot: 100n,
  feePerSlot: 2n,
  treasury: address('a3'),
  slots: 3,
  joinBy: 50n,
}
const task = createTask(created, { datasetId: hex('04'), kind: 'open-gold' }, at(10n))
const joined = joinSlot(
  {
    taskId: hex('01'),
    slot: 2,
    worker: address('b1'),
    payout: address('b2'),
    encryptionKey: hex('b3'),
    nullifier: hex('b4'),
    relayer: address('00'),
    relayFee: 0n,
  },
  at(20n),
)

describe('task', () => {
  test('a new task holds its whole escrow and keeps the title printable', () => {
    expect(task).toMatchObject({ id: hex('01'), escrow: 306n, title: 'a\uFFFDb', status: 'live', joined: 0 })
    expect(task).toMatchObject({ unfilled: null, goldOpenedAt: null, createdAt: 10n, createdBlock: 1n })
    expect(task).not.toHaveProperty('taskId')
  })

  test('kind follows the settlement address, whatever its case', () => {
    const others = { consensus: address('11'), direct: address('12'), optimistic: address('13') }
    const modules = { 'open-gold': address('ab'), 'hidden-gold': address('cd'), ...others }
    expect(settlementKindOf('0xABABABABABABABABABABABABABABABABABABABAB', modules)).toBe('open-gold')
    expect(settlementKindOf(address('cd'), modules)).toBe('hidden-gold')
    expect(settlementKindOf(address('13'), modules)).toBe('optimistic')
    expect(settlementKindOf(address('ef'), modules)).toBe('other')
    const gates = { staked: address('21'), 'allow-list': undefined, semaphore: address('22') }
    const all = { ...gates, 'world-id': undefined, reputation: undefined }
    expect(gateKindOf(address('00'), all)).toBe('open')
    expect(gateKindOf(address('22'), all)).toBe('semaphore')
    expect(gateKindOf(address('23'), all)).toBe('other')
  })

  test('counts steps and leaves its argument alone', () => {
    const next = afterSlotStep(task, ['committed', 'delivered'], at(30n))
    expect(next).toEqual({ ...task, committed: 1, delivered: 1, updatedAt: 30n })
    expect(task.committed).toBe(0)
    expect(touched(task, at(31n))).toEqual({ ...task, updatedAt: 31n })
    expect(afterGoldOpened(task, at(32n))).toEqual({ ...task, goldOpenedAt: 32n, updatedAt: 32n })
  })

  test('releases escrow down to nothing, never below', () => {
    const paid = afterSlotEnded(task, 'paid', 'proven', 102n, at(40n))
    expect(paid).toMatchObject({ paid: 1, returned: 0, escrow: 204n })
    const returned = afterSlotEnded(paid, 'returned', 'rejected', 102n, at(41n))
    expect(returned).toMatchObject({ paid: 1, returned: 1, rejected: 1, escrow: 102n })
    expect(() => afterSlotEnded(returned, 'paid', 'silent', 103n, at(42n))).toThrow(InconsistentEventError)
    const emptied = afterUnfilledReturned(returned, 1, 102n, at(43n))
    expect(emptied).toMatchObject({ unfilled: 1, escrow: 0n })
    expect(() => afterUnfilledReturned(emptied, 1, 0n, at(44n))).toThrow('returned twice')
    expect(afterTaskEnded(emptied, 'completed', at(45n))).toMatchObject({ status: 'completed', endedAt: 45n })
  })

  test('of hidden gold counts a rejection when it is scored, and not again when it stands', () => {
    const hidden = { ...task, kind: 'hidden-gold' } as const
    const passed = afterScored(hidden, { agreements: 8n, goldCount: 8n, passed: true }, at(30n))
    expect(passed).toMatchObject({ scored: 1, rejected: 0, mostDisputedItems: 0 })
    const first = afterScored(passed, { agreements: 3n, goldCount: 8n, passed: false }, at(31n))
    const second = afterScored(first, { agreements: 4n, goldCount: 8n, passed: false }, at(32n))
    expect(second).toMatchObject({ scored: 3, rejected: 2, mostDisputedItems: 5, updatedAt: 32n })
    expect(afterSlotEnded(second, 'returned', 'rejected', 102n, at(33n))).toMatchObject({ returned: 1, rejected: 2 })
  })

  test('keeps count of its gold audits, and of the items they overturned', () => {
    const panel = { audited: 1, panelSize: 2 }
    const two = afterAuditOpened(afterAuditOpened(task, 50n, at(30n)), 40n, at(31n))
    expect(two).toMatchObject({ openAudits: 2, unprovenAudits: 2, answerBy: 50n })
    expect(afterAuditAnswered(two, panel, at(32n)).unprovenAudits).toBe(2)
    const proven = afterAuditAnswered(two, { ...panel, audited: 2 }, at(33n))
    expect(proven).toMatchObject({ openAudits: 2, unprovenAudits: 1 })
    const dismissed = afterAuditClosed(proven, { audited: 2, panelSize: 2 }, at(34n))
    expect(dismissed).toMatchObject({ openAudits: 1, unprovenAudits: 1, overturnedItems: 0 })
    const upheld = afterGoldOverturned(afterAuditClosed(dismissed, panel, at(35n)), 0b1011n, at(35n))
    expect(upheld).toMatchObject({ openAudits: 0, unprovenAudits: 0, overturnedItems: 3 })
    expect(() => afterAuditClosed(upheld, panel, at(36n))).toThrow('it does not have')
    // The same items again, and another.
    expect(afterGoldOverturned(upheld, 0b1111n, at(36n)).overturnedItems).toBe(4)
  })

  test('does not end with money left, nor twice', () => {
    expect(() => afterTaskEnded(task, 'cancelled', at(50n))).toThrow('306 in escrow')
    const ended = afterTaskEnded({ ...task, escrow: 0n }, 'cancelled', at(50n))
    expect(() => afterTaskEnded(ended, 'completed', at(51n))).toThrow('after it was cancelled')
  })

  test('terms of each kind leave the other kind null', () => {
    const common = { rules: 7n, encryptionKey: [1n, 2n] as const, legalityKeyId: hex('05') }
    const goldCommitment = hex('06')
    const deadlines = { commitBy: 1n, openBy: 2n, proveBy: 3n }
    const open = openGoldTerms(
      hex('01'),
      { ...common, goldCommitment, agreementKeyId: hex('07'), ...deadlines },
      at(9n),
    )
    expect(open.terms).toMatchObject({
      kind: 'open-gold',
      rules: 7n,
      encryptionKeyX: 1n,
      encryptionKeyY: 2n,
      goldCommitment,
    })
    expect(open.terms).toMatchObject({ keyIds: [hex('07'), hex('05')], scoreKeyId: null, gradingCurve: null })
    expect(open.task(task)).toEqual({ ...task, ...deadlines, updatedAt: 9n })
    const grading = { curve: 2, steps: [{ fromBps: 1, shareBps: 2 }] }
    const keys = { scoreKeyId: hex('08'), auditKeyId: hex('0a') }
    // distance, 64 items, 16 gold, 75 %, classes 0 to 9.
    const rules = (64n << 8n) | (64n << 24n) | (16n << 40n) | (7_500n << 56n) | (9n << 72n)
    const hidden = hiddenGoldTerms(
      hex('01'),
      { ...common, rules, ...keys, goldCommitment: 255n, submitBy: 4n, scoreBy: 5n, grading },
      6n,
      at(9n),
    )
    expect(hidden.terms).toMatchObject({ kind: 'hidden-gold', ...keys, agreementKeyId: null })
    expect(hidden.terms).toMatchObject({ goldCommitment: `0x${'00'.repeat(31)}ff`, gradingCurve: 'table' })
    expect(hidden.task(task)).toMatchObject({ submitBy: 4n, scoreBy: 5n, disputableUntil: 11n, allowedMistakes: 4 })
  })

  test('opened gold', () => {
    expect(openGold(hex('01'), { salt: hex('09'), mask: [3n], values: [4n, 5n] }, at(60n))).toEqual({
      taskId: hex('01'),
      salt: hex('09'),
      mask: [3n],
      values: [4n, 5n],
      openedAt: 60n,
      openedTransaction: hex('f0'),
    })
  })
})

describe('slot', () => {
  const delivery = { commitment: 9n, ephemeralKey: [1n, 2n] as const, ciphertext: [3n, 4n] }

  test('moves forward only: a key wrapped again does not undo a commitment', () => {
    const wrapped = wrapKey(joined, '0xaa', at(30n))
    expect(wrapped).toMatchObject({ state: 'keyWrapped', wrappedKey: '0xaa', keyWrappedAt: 30n })
    const committed = commitLabels(wrapped, 9n, at(31n))
    expect(committed).toMatchObject({ state: 'committed', commitment: 9n, committedAt: 31n })
    expect(wrapKey(committed, '0xbb', at(32n))).toMatchObject({ state: 'committed', wrappedKey: '0xbb' })
  })

  test('a delivery without an earlier commitment commits as well', () => {
    expect(deliverLabels(joined, delivery, at(40n))).toMatchObject({
      state: 'delivered',
      commitment: 9n,
      committedAt: 40n,
      ephemeralKeyX: 1n,
      ephemeralKeyY: 2n,
      ciphertext: [3n, 4n],
      deliveredAt: 40n,
    })
    const committed = commitLabels(joined, 9n, at(39n))
    expect(deliverLabels(committed, delivery, at(40n))).toMatchObject({ committedAt: 39n, deliveredAt: 40n })
  })

  test('labels of another commitment, and a second commitment, are impossible', () => {
    const committed = commitLabels(joined, 8n, at(39n))
    expect(() => deliverLabels(committed, delivery, at(40n))).toThrow('another commitment')
    expect(() => commitLabels(committed, 8n, at(40n))).toThrow('committed twice')
  })

  test('a score is kept when the slot ends', () => {
    const scored = scoreSlot(joined, { agreements: 1n, goldCount: 2n, passed: false }, at(50n))
    expect(scored).toMatchObject({ state: 'scored', agreements: 1, goldCount: 2, passed: false, scoredAt: 50n })
    const returned = returnSlot(scored, { amount: 102n, scoreBps: 5_000, ending: 3 }, at(51n))
    expect(returned).toMatchObject({ state: 'returned', returnedAmount: 102n, reward: null, endedAt: 51n })
    expect(returned).toMatchObject({ agreements: 1, passed: false, ending: 'rejected', scoreBps: 5_000 })
  })

  test('an ended slot does not move', () => {
    const payment = { reward: 100n, fee: 2n, returned: 0n, scoreBps: 0, ending: 2 }
    const paid = paySlot(joined, payment, at(60n))
    expect(paid.ending).toBe('silent')
    expect(paid).toMatchObject({ state: 'paid', reward: 100n, fee: 2n, endedAt: 60n, endedTransaction: hex('f0') })
    expect(() => paySlot(paid, payment, at(61n))).toThrow('after it was paid')
    expect(() => returnSlot(paid, { amount: 1n, scoreBps: 0, ending: 4 }, at(61n))).toThrow('after it was paid')
    expect(() => wrapKey(paid, '0xaa', at(61n))).toThrow('after it was paid')
    expect(() => deliverLabels(paid, delivery, at(61n))).toThrow('after it was paid')
  })
})

describe('key', () => {
  const args = {
    keyId: hex('11'),
    proofSystem: address('12'),
    manifestHash: hex('13'),
    development: true,
    activeAt: 5n,
    gasCap: 1_000_000,
    signalCount: 4,
    dependsOn: zeroHash,
    needsChallenge: true,
    freezableByProof: true,
    keyData: '0x14' as Hex,
  }
  const proposed = proposeKey(args, at(10n))
  const advisory = { id: 'GHSA\0', uri: 'javascript:alert(1)' }
  const none = { id: '', uri: '' }
  const frozenArgs = { by: address('15'), previous: 2, reason: 'x\0', advisory, exploit: '0x3c62' as Hex }

  test('lives once', () => {
    expect(proposed).toMatchObject({ id: hex('11'), status: 'proposed', gasCap: 1_000_000n, receipts: 0 })
    expect(proposed).toMatchObject({ dependsOn: null, dependents: [], needsChallenge: true, freezableByProof: true })
    const active = activateKey(proposed, at(20n))
    expect(active).toMatchObject({ status: 'active', activatedAt: 20n, activatedTransaction: hex('f0') })
    expect(() => activateKey(active, at(21n))).toThrow('activated when active')
    expect(countReceipt(countReceipt(active)).receipts).toBe(2)
    const frozen = freezeKey(active, frozenArgs, at(30n))
    expect(frozen).toMatchObject({
      status: 'frozen',
      frozenFrom: 'active',
      frozenBy: address('15'),
      frozenReason: 'x\uFFFD',
      advisoryId: 'GHSA\uFFFD',
      advisoryUri: 'javascript:alert(1)',
      frozenExploit: '0x3c62',
      dependencyFrozenAt: null,
    })
    expect(() => freezeKey(frozen, frozenArgs, at(31n))).toThrow('frozen twice')
    expect(() => activateKey(frozen, at(31n))).toThrow('activated when frozen')
  })

  test('freezes with the key it depends on, whether or not that is recorded', () => {
    const dependent = proposeKey({ ...args, keyId: hex('16'), dependsOn: hex('11') }, at(11n))
    expect(dependent.dependsOn).toBe(hex('11'))
    const base = addDependent(addDependent(proposed, hex('16')), hex('17'))
    expect(base.dependents).toEqual([hex('16'), hex('17')])
    expect(proposed.dependents).toEqual([])
    expect(() => addDependent(freezeKey(base, frozenArgs, at(30n)), hex('18'))).toThrow('which is frozen')

    const followed = freezeWithDependency(dependent, { id: 'A-1', uri: '' }, at(30n))
    expect(followed).toMatchObject({
      status: 'frozen',
      frozenAt: null,
      dependencyFrozenAt: 30n,
      dependencyFrozenTransaction: hex('f0'),
    })
    expect(() => activateKey(followed, at(31n))).toThrow('activated when frozen')
    // The chain recorded the status before, and says so; the row is frozen already.
    const recorded = freezeKey(followed, { ...frozenArgs, advisory: none, previous: 1 }, at(40n))
    // What is recorded of it names no advisory: it keeps that of the key it depends on.
    expect(recorded).toMatchObject({
      advisoryId: 'A-1',
      advisoryUri: '',
      frozenAt: 40n,
      frozenFrom: 'proposed',
      dependencyFrozenAt: 30n,
    })
    // A key that was frozen before keeps its own end.
    expect(
      freezeWithDependency(freezeKey(dependent, frozenArgs, at(20n)), { id: 'A-1', uri: '' }, at(30n)),
    ).toMatchObject({
      advisoryId: 'GHSA\uFFFD',
      frozenAt: 20n,
      dependencyFrozenAt: 30n,
    })
  })
})

test('a receipt names the module that emitted it', () => {
  const args = {
    receiptId: hex('21'),
    keyId: hex('22'),
    taskId: hex('23'),
    slot: 1,
    publicSignals: [1n],
    proof: '0x24' as Hex,
  }
  expect(issueReceipt(args, at(10n))).toEqual({
    id: hex('21'),
    module: address('c0'),
    keyId: hex('22'),
    taskId: hex('23'),
    slot: 1,
    publicSignals: [1n],
    proof: '0x24',
    blockNumber: 1n,
    timestamp: 10n,
    transactionHash: hex('f0'),
    logIndex: 4,
    eventId: 'event 10',
  })
})

describe('lineage', () => {
  test('ownership moves in two steps', () => {
    const row = registered({ owner: address('31'), name: 'n\0' }, at(10n))
    expect(row).toMatchObject({ owner: address('31'), name: 'n\uFFFD', versions: 0, latestVersionId: null })
    const offered = afterTransferStarted(row as never, address('32'), at(11n))
    expect(offered).toMatchObject({ owner: address('31'), pendingOwner: address('32'), updatedAt: 11n })
    expect(afterTransferred(offered, address('32'), at(12n))).toMatchObject({
      owner: address('32'),
      pendingOwner: null,
      updatedAt: 12n,
    })
    expect(afterVersion(offered, hex('33'), at(13n))).toMatchObject({ versions: 1, latestVersionId: hex('33') })
  })

  test('the same parent twice makes two edges', () => {
    const { version, edges } = publishDatasetVersion(
      {
        datasetId: hex('41'),
        versionId: hex('42'),
        number: 2,
        version: {
          root: 1n,
          size: 2n,
          schemaHash: hex('43'),
          manifestDigest: hex('44'),
          licence: 'MIT',
          parents: [hex('45'), hex('45')],
        },
      },
      at(10n),
    )
    expect(version).toMatchObject({ id: hex('42'), datasetId: hex('41'), number: 2, root: 1n, size: 2n })
    expect(version).not.toHaveProperty('parents')
    expect(edges).toEqual([
      { childId: hex('42'), position: 0, parentId: hex('45') },
      { childId: hex('42'), position: 1, parentId: hex('45') },
    ])
  })

  test('a model links to parents, datasets and keys', () => {
    const { version, edges } = publishModelVersion(
      {
        modelId: hex('51'),
        versionId: hex('52'),
        number: 1,
        version: {
          weightsCommitment: 3n,
          architectureHash: hex('53'),
          manifestDigest: hex('54'),
          licence: 'MIT',
          keyIds: [hex('55')],
          datasets: [hex('56'), hex('57')],
          parents: [hex('58')],
        },
      },
      at(10n),
    )
    expect(version).toMatchObject({ id: hex('52'), modelId: hex('51'), weightsCommitment: 3n })
    expect(edges.map(({ kind, position, targetId }) => [kind, position, targetId])).toEqual([
      ['parent', 0, hex('58')],
      ['dataset', 0, hex('56')],
      ['dataset', 1, hex('57')],
      ['key', 0, hex('55')],
    ])
  })
})

describe('accounts', () => {
  const movement = { account: address('61'), token: address('00'), amount: 10n }

  test('are counted from their first event on', () => {
    const first = seeAccount(null, address('61'), { slotsJoined: 1 }, at(10n))
    expect(first).toMatchObject({ address: address('61'), slotsJoined: 1, firstSeenAt: 10n, lastSeenAt: 10n })
    const second = seeAccount(first, address('61'), { slotsPaid: 1, slotsJoined: 1 }, at(20n))
    expect(second).toMatchObject({ slotsJoined: 2, slotsPaid: 1, firstSeenAt: 10n, lastSeenAt: 20n })
    expect(() => seeAccount(second, address('61'), { datasetsOwned: -1 }, at(30n))).toThrow('below zero')
  })

  test('a credit is what came in less what went out', () => {
    const credited = moveCredit(null, 'credit', movement, at(10n))
    expect(credited).toMatchObject({ balance: 10n, credited: 10n, withdrawn: 0n, refusals: 0 })
    const refused = moveCredit(credited, 'refusal', movement, at(20n))
    expect(refused).toMatchObject({ balance: 10n, refusals: 1, lastRefusedAt: 20n, updatedAt: 20n })
    const withdrawn = moveCredit(refused, 'withdrawal', movement, at(30n))
    expect(withdrawn).toMatchObject({ balance: 0n, credited: 10n, withdrawn: 10n, lastRefusedAt: 20n })
    expect(() => moveCredit(withdrawn, 'withdrawal', movement, at(40n))).toThrow('withdraws 10 of 0')
    expect(() => moveCredit(null, 'withdrawal', movement, at(40n))).toThrow('never credited')
    expect(recordPayment('credit', movement, 10n, at(10n))).toEqual({
      id: 'event 10',
      kind: 'credit',
      ...movement,
      balance: 10n,
      blockNumber: 1n,
      timestamp: 10n,
      transactionHash: hex('f0'),
      logIndex: 4,
    })
  })
})

describe('audit', () => {
  const { inputs } = getAbiItem({ abi: taskRegistryAbi, name: 'TaskCreated' })

  test('arguments become JSON by their ABI types: text keeps its case, addresses and bytes do not', () => {
    const looksLikeAnAddress = '0xABABABABABABABABABABABABABABABABABABABAB'
    const json = argsToJson(inputs, { ...created, title: looksLikeAnAddress, requester: looksLikeAnAddress })
    expect(json).toMatchObject({
      title: looksLikeAnAddress,
      requester: looksLikeAnAddress.toLowerCase(),
      rewardPerSlot: '100',
      slots: 3,
      joinBy: '50',
    })
  })

  test('tuples and arrays are followed', () => {
    const parameters = [
      {
        name: 'gold',
        type: 'tuple',
        components: [
          { name: 'salt', type: 'bytes32' },
          { name: 'mask', type: 'uint256[]' },
          { name: 'key', type: 'uint256[2]' },
        ],
      },
      { name: 'names', type: 'string[]' },
    ]
    expect(argsToJson(parameters, { gold: { salt: '0xAA', mask: [1n], key: [2n, 3n] }, names: ['A\0', 'b'] })).toEqual({
      gold: { salt: '0xaa', mask: ['1'], key: ['2', '3'] },
      names: ['A\uFFFD', 'b'],
    })
  })

  test('entities an event does not name are null', () => {
    const row = auditRow({ contract: 'C', name: 'N', inputs: [], args: undefined }, { taskId: hex('01') }, at(10n))
    expect(row).toEqual({
      id: 'event 10',
      contract: 'C',
      address: address('c0'),
      name: 'N',
      args: {},
      taskId: hex('01'),
      slot: null,
      account: null,
      keyId: null,
      datasetId: null,
      modelId: null,
      proposalId: null,
      operationHash: null,
      blockNumber: 1n,
      blockHash: hex('b0'),
      timestamp: 10n,
      transactionHash: hex('f0'),
      sender: address('5e'),
      logIndex: 4,
    })
  })
})

test('parameters keep every unit as a bigint that can outgrow 32 bits', () => {
  const current = {
    feeBps: 1,
    maxSlots: 2,
    minWindow: 3,
    maxWindow: 4_294_967_295,
    keyActivationDelay: 5,
    verifyGasCap: 6,
    treasury: address('71'),
    unbondingDelay: 7,
    leaveWindow: 8,
    missedSlashBps: 9,
    rejectedSlashBps: 10,
    goldBondBps: 11,
    auditRateBps: 12,
    auditWindow: 13,
  }
  expect(currentParameters(4, current, at(10n))).toEqual({
    id: address('c0'),
    version: 4,
    feeBps: 1,
    maxSlots: 2n,
    minWindow: 3n,
    maxWindow: 4_294_967_295n,
    keyActivationDelay: 5n,
    verifyGasCap: 6n,
    treasury: address('71'),
    unbondingDelay: 7n,
    leaveWindow: 8n,
    missedSlashBps: 9,
    rejectedSlashBps: 10,
    goldBondBps: 11,
    auditRateBps: 12,
    auditWindow: 13n,
    updatedAt: 10n,
  })
  expect(recordChange('token', address('72'), { a: 1 }, { a: 2 }, at(10n))).toMatchObject({
    id: 'event 10',
    kind: 'token',
    subject: address('72'),
    previous: { a: 1 },
    current: { a: 2 },
  })
})

test('text keeps everything but NUL', () => {
  expect(textOf('<b>\u202E\0é')).toBe('<b>\u202E\uFFFDé')
})
