import { createHash } from 'node:crypto'
import { protocolParametersAbi, verifierKeyRegistryAbi } from '@veritask/sdk/abi'
import { encodeFunctionData, keccak256, toBytes } from 'viem'
import type {
  AccountRow,
  DatasetDetailRow,
  DatasetRow,
  DatasetVersionRow,
  DisputeRow,
  EventRow,
  GoldAuditRow,
  GovernanceRow,
  HitRow,
  KeyDetailRow,
  KeyRow,
  ModelDetailRow,
  ParameterChangeRow,
  ParametersRow,
  ProposalDetailRow,
  ProposalRow,
  ReceiptRow,
  SearchRow,
  SlotRow,
  StatusRow,
  SubmissionRow,
  TaskDetailRow,
  TaskRow,
  TermsRow,
  TransactionRow,
  VoteRow,
} from '../../src/api/types'

/**
 * A small deployment as the indexer's API would describe it: two tasks, seven slots, four keys, datasets and a model.
 * Every text that can come from the chain is a parameter, so that a test can put anything there.
 */
export type Texts = {
  openTitle: string
  hiddenTitle: string
  datasetName: string
  parentName: string
  modelName: string
  licence: string
  frozenReason: string
  /** What the indexer says the evidence is: hex, unless it lies. */
  frozenExploit: string
  proofSystemName: string
  consensusTitle: string
  optimisticTitle: string
  publicationName: string
  proposalDescription: string
  voteReason: string
  /** A kind of parameter, a field of it and a value, as an indexer that lies could send them. */
  changeText: string
}

export const PLAIN_TEXTS: Texts = {
  openTitle: 'Handwritten digits, batch 1',
  hiddenTitle: 'Handwritten digits, hidden gold',
  datasetName: 'MNIST, 64 test images',
  parentName: 'MNIST, test set',
  modelName: 'Digit reader, 784-32-10',
  licence: 'CC-BY-SA-3.0',
  frozenReason: 'Superseded after an audit finding in the range checks',
  frozenExploit: '0x3c7363726970743e616c6572742831293c2f7363726970743e',
  proofSystemName: 'groth16-bn254',
  consensusTitle: 'Galaxies, by majority',
  optimisticTitle: 'A program, run as said',
  publicationName: 'Galaxies, consensus of 5',
  proposalDescription: '# Halve the protocol fee\n\nThe treasury has enough. See the forum.\n\n#proposer=0xabc',
  voteReason: 'Cheaper tasks bring more workers',
  changeText: 'allowed',
}

const NATIVE = `0x${'0'.repeat(40)}`
/** Start of the recorded story, in seconds. */
const START = 1_763_690_000
/** The recorded present: what the clock of a test's browser shows. */
export const RECORDED_NOW = START + 3_005
const REWARD = '10000000000000000'
const FEE = '200000000000000'

export const hex = (name: string, bytes = 32): string =>
  `0x${createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, bytes * 2)}`
export const address = (name: string): string => hex(name, 20)
const word = (name: string): string =>
  BigInt(`0x${createHash('sha256').update(name).digest('hex').slice(2)}`).toString()

export const ids = {
  openTask: hex('open task'),
  /** In which the first slot of the open-gold task delivered. */
  transaction: hex(`${hex('open task')}/0/deliver`),
  hiddenTask: hex('hidden task'),
  agreementKey: hex('agreement key'),
  legalityKey: hex('legality key'),
  frozenKey: hex('frozen key'),
  dependentKey: hex('dependent key'),
  dataset: hex('dataset'),
  parentDataset: hex('parent dataset'),
  model: hex('model'),
  consensusTask: hex('consensus task'),
  optimisticTask: hex('optimistic task'),
  directTask: hex('direct task'),
  consensusDataset: hex('consensus dataset'),
  proposal: BigInt(hex('proposal')).toString(),
  pendingProposal: BigInt(hex('pending proposal')).toString(),
  voter: address('voter'),
  requester: address('requester'),
  worker: address('worker 0'),
}

const indexed = { blockNumber: '1284', timestamp: String(START + 3_000) }

export const item = (data: unknown) => ({ data, indexed })
export const page = (data: unknown[], next: string | null = null) => ({ data, page: { limit: 25, next }, indexed })
const countedPage = (data: unknown[], total: number) => ({ data, page: { limit: 25, next: null, total }, indexed })

export const contracts = Object.fromEntries(
  [
    'timelock',
    'protocolParameters',
    'verifierKeyRegistry',
    'groth16',
    'datasetRegistry',
    'modelRegistry',
    'taskRegistry',
    'openGold',
    'hiddenGold',
    'consensus',
    'direct',
    'optimistic',
    'stakeVault',
    'reputationRegistry',
    'forwarder',
    'governor',
    'voteToken',
  ].map((name) => [name, address(name)]),
) as Record<string, string>

export const status: StatusRow = {
  ready: true,
  chainId: 31_337,
  indexed,
  head: { blockNumber: '1285', timestamp: String(START + 3_001) },
  lag: { blocks: '1', seconds: '1' },
  finality: { blocks: 30, blockNumber: '1254' },
  counts: { tasks: 4, slots: 12, receipts: 5, keys: 4, datasets: 3, models: 1, disputes: 1, proposals: 2 },
}

const noDeadlines = {
  commitBy: null,
  openBy: null,
  proveBy: null,
  submitBy: null,
  scoreBy: null,
  disputableUntil: null,
  roundJoinBy: null,
  deliverBy: null,
  settleBy: null,
  claimBy: null,
  challengeBy: null,
  answerBy: null,
}

function openTask(texts: Texts): TaskRow {
  return {
    id: ids.openTask,
    title: texts.openTitle,
    kind: 'open-gold',
    phase: 'proving',
    status: 'live',
    halted: false,
    requester: ids.requester,
    settlement: contracts.openGold ?? '',
    token: NATIVE,
    rewardPerSlot: REWARD,
    feePerSlot: FEE,
    treasury: address('treasury'),
    gate: NATIVE,
    gateKind: 'open',
    stakePerSlot: '0',
    bond: '0',
    bondState: 'none',
    parametersVersion: 1,
    termsHash: word('terms'),
    escrow: '30600000000000000',
    slots: 6,
    joined: 5,
    committed: 5,
    delivered: 2,
    claimed: 0,
    scored: 0,
    paid: 2,
    returned: 0,
    rejected: 0,
    mostDisputedItems: 0,
    openAudits: 0,
    unprovenAudits: 0,
    allowedMistakes: null,
    overturnedItems: 0,
    allRedressed: false,
    rejectionsPendingUntil: null,
    mayAsk: false,
    auditKeysFrozen: false,
    openDisputes: 0,
    unfilled: null,
    datasetId: ids.dataset,
    datasetVersionId: hex('dataset version'),
    payloadDigest: hex('payload'),
    deadlines: {
      ...noDeadlines,
      joinBy: String(START + 600),
      commitBy: String(START + 1_200),
      openBy: String(START + 1_800),
      proveBy: String(START + 5_400),
    },
    nextDeadline: String(START + 5_400),
    goldOpenedAt: String(START + 1_300),
    createdAt: String(START),
    createdBlock: '1102',
    createdTransaction: hex('create open'),
    endedAt: null,
    updatedAt: String(START + 1_500),
  }
}

function hiddenTask(texts: Texts): TaskRow {
  return {
    ...openTask(texts),
    id: ids.hiddenTask,
    title: texts.hiddenTitle,
    kind: 'hidden-gold',
    phase: 'completed',
    status: 'completed',
    settlement: contracts.hiddenGold ?? '',
    escrow: '0',
    slots: 4,
    joined: 3,
    committed: 3,
    delivered: 3,
    scored: 3,
    paid: 3,
    returned: 0,
    unfilled: 1,
    deadlines: {
      ...noDeadlines,
      joinBy: String(START + 900),
      submitBy: String(START + 1_500),
      scoreBy: String(START + 2_400),
      disputableUntil: String(START + 3_000),
      answerBy: String(START + 3_050),
    },
    bond: '50000000000000000',
    bondState: 'burned',
    rejected: 1,
    mostDisputedItems: 12,
    allowedMistakes: 4,
    overturnedItems: 11,
    allRedressed: true,
    nextDeadline: null,
    goldOpenedAt: null,
    createdAt: String(START + 300),
    createdTransaction: hex('create hidden'),
    endedAt: String(START + 2_500),
    updatedAt: String(START + 2_500),
  }
}

/** distance, capacity 64, 64 items, 16 gold, 75 %, classes 0 to 9, tolerance 0. */
const DIGIT_RULES = ((64n << 8n) | (64n << 24n) | (16n << 40n) | (7_500n << 56n) | (9n << 72n)).toString()

const terms: TermsRow = {
  keyIds: [ids.agreementKey, ids.legalityKey],
  auditKeyId: null,
  consensusKeyId: null,
  tallyKeyId: null,
  decideKeyId: null,
  agreeKeyId: null,
  grading: null,
  consensus: null,
  statement: null,
  challengeWindow: null,
  proveWindow: null,
  rules: DIGIT_RULES,
  encryptionKey: [word('key x'), word('key y')],
  goldCommitment: hex('gold commitment'),
  legalityKeyId: ids.legalityKey,
  agreementKeyId: ids.agreementKey,
  scoreKeyId: null,
}

const datasetVersion = (texts: Texts): DatasetVersionRow => ({
  id: hex('dataset version'),
  number: 1,
  root: word('root'),
  size: '64',
  schemaHash: hex('schema'),
  manifestDigest: hex('manifest'),
  licence: texts.licence,
  publishedAt: String(START - 600),
  publishedTransaction: hex('publish dataset'),
})

const SLOT_STATES = ['paid', 'paid', 'committed', 'committed', 'keyWrapped']

function slot(taskId: string, number: number, state: string): SlotRow {
  const committed = ['committed', 'delivered', 'scored', 'paid', 'returned'].includes(state)
  const delivered = ['delivered', 'scored', 'paid', 'returned'].includes(state)
  const ended = state === 'paid' || state === 'returned'
  const scored = taskId === ids.hiddenTask
  const at = (offset: number, when = true) => (when ? String(START + 400 + number * 7 + offset) : null)
  const transaction = (what: string, when = true) => (when ? hex(`${taskId}/${number}/${what}`) : null)
  return {
    taskId,
    number,
    worker: address(`worker ${number}`),
    payout: address(`payout ${number}`),
    encryptionKey: hex(`worker key ${number}`),
    nullifier: hex(`nullifier ${taskId} ${number}`),
    relayer: null,
    relayFee: '0',
    state,
    assigned: null,
    weight: null,
    signals: null,
    claimedAt: null,
    claimedTransaction: null,
    challengeBy: null,
    openDispute: null,
    ending: state === 'paid' ? 'proven' : state === 'returned' ? 'rejected' : null,
    scoreBps: ended ? 0 : null,
    relayed: '0',
    commitment: committed ? word(`commitment ${number}`) : null,
    agreements: scored ? 16 - number * 9 : null,
    goldCount: scored ? 16 : null,
    passed: scored ? number === 0 : null,
    reward: state === 'paid' ? REWARD : null,
    fee: state === 'paid' ? FEE : null,
    returnedAmount: state === 'returned' ? '10200000000000000' : state === 'paid' ? '0' : null,
    joinedAt: String(START + 400 + number * 7),
    joinedTransaction: hex(`${taskId}/${number}/join`),
    keyWrappedAt: at(40),
    keyWrappedTransaction: transaction('wrap'),
    committedAt: at(300, committed),
    committedTransaction: transaction('commit', committed),
    deliveredAt: at(1_000, delivered),
    deliveredTransaction: transaction('deliver', delivered),
    scoredAt: at(1_100, scored),
    scoredTransaction: transaction('score', scored),
    endedAt: at(1_000, ended),
    endedTransaction: transaction('deliver', ended),
    updatedAt: String(START + 1_400 + number),
  }
}

const openSlots = SLOT_STATES.map((state, number) => slot(ids.openTask, number, state))
const hiddenSlots = ['paid', 'paid', 'paid'].map((state, number) => ({
  ...slot(ids.hiddenTask, number, state),
  goldCount: 16,
  agreements: number === 2 ? 4 : 15,
  passed: number !== 2,
  ending: number === 2 ? 'redressed' : 'proven',
}))

function keyRow(id: string, name: string, texts: Texts, frozen = false): KeyRow {
  return {
    id,
    name,
    proofSystem: contracts.groth16 ?? '',
    proofSystemName: texts.proofSystemName,
    status: frozen ? 'frozen' : 'active',
    development: true,
    manifestHash: hex(`manifest of ${name}`),
    gasCap: '1000000',
    signalCount: 4,
    dependsOn: null,
    dependents: id === ids.frozenKey ? [ids.dependentKey] : [],
    needsChallenge: true,
    freezableByProof: true,
    activeAt: String(START - 3_000),
    proposedAt: String(START - 3_600),
    proposedTransaction: hex(`propose ${name}`),
    activatedAt: String(START - 2_900),
    activatedTransaction: hex(`activate ${name}`),
    frozenAt: frozen ? String(START + 2_000) : null,
    frozenTransaction: frozen ? hex(`freeze ${name}`) : null,
    frozenBy: frozen ? address('guardian') : null,
    frozenFrom: frozen ? 'active' : null,
    frozenReason: frozen ? texts.frozenReason : null,
    advisoryId: frozen ? 'GHSA-63x8-x938-vx33' : null,
    advisoryUri: frozen ? 'https://github.com/advisories/GHSA-63x8-x938-vx33' : null,
    dependencyFrozenAt: null,
    dependencyFrozenTransaction: null,
    receipts: frozen ? 0 : 2,
  }
}

const keys = (texts: Texts): KeyRow[] => [
  keyRow(ids.agreementKey, 'open-gold-scalar-64', texts),
  keyRow(ids.legalityKey, 'legality-scalar-64', texts),
  keyRow(ids.frozenKey, 'score-scalar-64', texts, true),
  {
    ...keyRow(ids.dependentKey, 'wrapped score', texts),
    status: 'frozen',
    dependsOn: ids.frozenKey,
    freezableByProof: false,
    advisoryId: texts.frozenReason,
    advisoryUri: 'javascript:alert(1)',
    dependencyFrozenAt: String(START + 2_000),
    dependencyFrozenTransaction: hex('freeze score-scalar-64'),
  },
]

function receipt(number: number, texts: Texts): ReceiptRow {
  return {
    id: hex(`receipt ${number}`),
    module: contracts.openGold ?? '',
    keyId: ids.agreementKey,
    taskId: ids.openTask,
    slot: number,
    publicSignals: ['digest', 'evaluation', 'context', 'alpha'].map((signal) => word(`${signal} ${number}`)),
    proof: `0x${Array.from({ length: 8 }, (_, part) => hex(`proof ${number} ${part}`).slice(2)).join('')}`,
    blockNumber: '1201',
    timestamp: String(START + 1_400 + number),
    transactionHash: hex(`${ids.openTask}/${number}/deliver`),
    key: keyRow(ids.agreementKey, 'open-gold-scalar-64', texts),
  }
}

/** What an aggregator proved about all slots at once. */
const wholeTaskReceipt = (texts: Texts): ReceiptRow => ({
  ...receipt(9, texts),
  id: hex('whole task receipt'),
  taskId: ids.consensusTask,
  module: contracts.consensus ?? '',
  slot: null,
  transactionHash: hex('conclude'),
  key: keyRow(ids.agreementKey, 'consensus-64', texts),
})

const wholeTaskEvent: EventRow = {
  id: '2'.padStart(75, '0'),
  contract: 'ConsensusSettlement',
  address: contracts.consensus ?? '',
  name: 'ReceiptIssued',
  args: {
    receiptId: hex('whole task receipt'),
    keyId: ids.agreementKey,
    taskId: ids.consensusTask,
    slot: 4_294_967_295,
  },
  blockNumber: '1230',
  timestamp: String(START + 1_500),
  transactionHash: hex('conclude'),
  logIndex: 1,
}

function submission(row: SlotRow, task: TaskRow, texts: Texts): SubmissionRow {
  const delivered = row.deliveredAt !== null
  return {
    ...row,
    wrappedKey: `0x${hex('wrapped').slice(2).repeat(2)}`,
    delivery: delivered
      ? {
          ephemeralKey: [word('r x'), word('r y')],
          ciphertext: Array.from({ length: 4 }, (_, part) => word(`ciphertext ${row.number} ${part}`)),
        }
      : null,
    task,
    terms,
    disputes: [],
    goldAudit: task.id === ids.hiddenTask && row.number === goldAudit.slot ? { ...goldAudit, answers: [] } : null,
    receipts: delivered && task.id === ids.openTask ? [receipt(row.number, texts)] : [],
  }
}

function audit(texts: Texts): EventRow[] {
  const events: EventRow[] = []
  function add(name: string, offset: number, transaction: string, args: Record<string, unknown>) {
    events.push({
      id: String(events.length).padStart(75, '0'),
      contract: 'TaskRegistry',
      address: contracts.taskRegistry ?? '',
      name,
      args: { taskId: ids.openTask, ...args },
      blockNumber: String(1_102 + Math.floor(offset / 12)),
      timestamp: String(START + offset),
      transactionHash: hex(transaction),
      logIndex: events.length,
    })
  }
  add('TaskCreated', 0, 'create open', {
    requester: ids.requester,
    title: texts.openTitle,
    token: NATIVE,
    rewardPerSlot: REWARD,
    feePerSlot: FEE,
    slots: 6,
    joinBy: String(START + 600),
  })
  add('OpenGoldTermsSet', 0, 'create open', { terms: {} })
  for (const { number, worker, joinedTransaction } of openSlots) {
    add('SlotJoined', 400 + number * 7, joinedTransaction, { slot: number, worker })
  }
  for (const { number } of openSlots) add('ContentKeyWrapped', 440, `wrap ${number}`, { slot: number })
  for (const { number, commitment } of openSlots.slice(0, 4)) {
    add('LabelsCommitted', 700 + number * 7, `commit ${number}`, { slot: number, commitment })
  }
  add('GoldOpened', 1_300, 'open gold', { gold: {} })
  for (const { number, commitment, payout } of openSlots.slice(0, 2)) {
    const transaction = `${ids.openTask}/${number}/deliver`
    add('LabelsDelivered', 1_400, transaction, { slot: number, commitment, ciphertext: ['1', '2', '3', '4'] })
    add('ReceiptIssued', 1_400, transaction, {
      slot: number,
      receiptId: hex(`receipt ${number}`),
      keyId: ids.agreementKey,
    })
    add('SlotPaid', 1_400, transaction, { slot: number, payout, token: NATIVE, reward: REWARD, fee: FEE })
    add(number === 0 ? 'Withdrawn' : 'WithdrawalRefused', 1_400, transaction, {
      account: payout,
      token: NATIVE,
      amount: REWARD,
    })
  }
  return events
}

const datasetRow = (texts: Texts): DatasetRow => ({
  id: ids.dataset,
  name: texts.datasetName,
  owner: ids.requester,
  pendingOwner: null,
  versions: 1,
  latestVersionId: hex('dataset version'),
  registeredAt: String(START - 600),
  registeredTransaction: hex('publish dataset'),
  updatedAt: String(START - 600),
})

const modelLink = (texts: Texts) => ({
  modelId: ids.model,
  versionId: hex('model version'),
  number: 1,
  name: texts.modelName,
})

const datasetLink = (texts: Texts) => ({
  datasetId: ids.dataset,
  versionId: hex('dataset version'),
  number: 1,
  name: texts.datasetName,
})

function datasetDetail(texts: Texts): DatasetDetailRow {
  return {
    ...datasetRow(texts),
    versionList: [
      {
        ...datasetVersion(texts),
        parents: [
          { datasetId: ids.parentDataset, versionId: hex('parent version'), number: 3, name: texts.parentName },
        ],
        children: [],
        models: [modelLink(texts)],
        consensus: null,
        tasks: 3,
      },
    ],
  }
}

function modelDetail(texts: Texts): ModelDetailRow {
  return {
    ...datasetRow(texts),
    id: ids.model,
    name: texts.modelName,
    versionList: [
      {
        id: hex('model version'),
        modelId: ids.model,
        number: 1,
        weightsCommitment: word('weights'),
        architectureHash: hex('architecture'),
        manifestDigest: hex('ml-bom'),
        licence: texts.licence,
        publishedAt: String(START),
        publishedTransaction: hex('publish model'),
        keyIds: [ids.legalityKey],
        datasets: [datasetLink(texts)],
        parents: [],
        children: [],
      },
    ],
  }
}

const account = (): AccountRow => ({
  address: ids.worker,
  tasksRequested: 1,
  slotsJoined: 2,
  slotsPaid: 1,
  slotsReturned: 0,
  accepted: 3,
  unproven: 2,
  rejected: 1,
  missed: 0,
  disputesLost: 0,
  paid: 4,
  refused: 1,
  silent: 0,
  bondsLost: 0,
  datasetsOwned: 0,
  modelsOwned: 0,
  firstSeenAt: String(START),
  lastSeenAt: String(START + 1_400),
  credits: [
    {
      token: NATIVE,
      balance: REWARD,
      credited: '20000000000000000',
      withdrawn: REWARD,
      refusals: 1,
      lastRefusedAt: String(START + 1_400),
      updatedAt: String(START + 1_400),
    },
  ],
  payments: ['refusal', 'credit', 'withdrawal'].map((kind, number) => ({
    id: `payment ${number}`,
    kind,
    token: NATIVE,
    amount: REWARD,
    balance: kind === 'withdrawal' ? '0' : REWARD,
    blockNumber: String(1_201 - number),
    timestamp: String(START + 1_400 - number),
    transactionHash: hex(`payment ${number}`),
  })),
  slots: [slot(ids.openTask, 0, 'paid')],
  stakes: [
    {
      token: NATIVE,
      free: '30000000000000000',
      locked: '20000000000000000',
      unbonding: '10000000000000000',
      withdrawableAt: String(START + 90_000),
      deposited: '60000000000000000',
      withdrawn: '0',
      slashed: '0',
      burned: '0',
      gained: '20000000000000000',
    },
  ],
  stakeMovements: ['slash', 'lock', 'unbonding', 'deposit'].map((kind, number) => ({
    id: `movement ${number}`,
    kind,
    account: kind === 'slash' ? address('worker 1') : ids.worker,
    token: NATIVE,
    amount: '20000000000000000',
    taskId: kind === 'slash' || kind === 'lock' ? ids.optimisticTask : null,
    beneficiary: kind === 'slash' ? ids.worker : null,
    timestamp: String(START + 1_300 - number),
    transactionHash: hex(`movement ${number}`),
  })),
  lockedStakes: [
    {
      taskId: ids.optimisticTask,
      token: NATIVE,
      locked: '20000000000000000',
      released: '0',
      slashed: '0',
      burned: '0',
    },
  ],
  disputes: [{ ...dispute, taskId: ids.optimisticTask }],
  voting: {
    address: ids.worker,
    balance: '250000000000000000000000',
    votes: '400000000000000000000000',
    delegate: ids.worker,
    votesCast: 1,
    proposalsMade: 0,
  },
})

const dispute: DisputeRow = {
  id: 'dispute 0',
  slot: 1,
  challenger: ids.worker,
  token: NATIVE,
  bond: '20000000000000000',
  openedAt: String(START + 1_300),
  openedTransaction: hex('dispute'),
  ruling: null,
  beneficiary: null,
  closedAt: null,
  closedTransaction: null,
}

const goldAudit: GoldAuditRow = {
  slot: 2,
  challenger: address('worker 2'),
  population: 2,
  panelSize: 2,
  ofAccepted: true,
  disputedItems: 12,
  answerBy: String(START + 3_050),
  beaconBlock: '0',
  panel: [1, 0],
  audited: 2,
  withGold: 1,
  withChallenger: 22,
  overturnedItems: 11,
  openedAt: String(START + 2_450),
  openedTransaction: hex('ask for an audit'),
  ruling: 'upheld',
  closedAt: String(START + 2_500),
  closedTransaction: hex('close the audit'),
}

const noDetails = {
  gateTerms: null,
  gold: null,
  disputes: [],
  goldAudits: [],
  rounds: [],
  consensus: null,
  stakes: [],
  moreSubmissions: null,
}

function consensusTask(texts: Texts): TaskRow {
  return {
    ...openTask(texts),
    id: ids.consensusTask,
    title: texts.consensusTitle,
    kind: 'consensus',
    phase: 'completed',
    status: 'completed',
    gate: address('semaphore gate'),
    gateKind: 'semaphore',
    escrow: '0',
    slots: 5,
    joined: 3,
    committed: 3,
    delivered: 3,
    scored: 3,
    paid: 2,
    returned: 1,
    rejected: 1,
    unfilled: 2,
    deadlines: {
      ...noDeadlines,
      joinBy: String(START + 3_600),
      roundJoinBy: String(START + 600),
      commitBy: String(START + 900),
      deliverBy: String(START + 1_200),
      settleBy: String(START + 1_800),
    },
    nextDeadline: null,
    goldOpenedAt: null,
    endedAt: String(START + 1_500),
  }
}

function optimisticTask(texts: Texts): TaskRow {
  return {
    ...openTask(texts),
    id: ids.optimisticTask,
    title: texts.optimisticTitle,
    kind: 'optimistic',
    phase: 'disputed',
    gate: address('staked gate'),
    gateKind: 'staked',
    stakePerSlot: '20000000000000000',
    slots: 2,
    joined: 2,
    claimed: 2,
    committed: 0,
    delivered: 0,
    paid: 0,
    openDisputes: 1,
    deadlines: {
      ...noDeadlines,
      joinBy: String(START + 600),
      claimBy: String(START + 1_200),
      challengeBy: String(START + 1_500),
      answerBy: String(START + 9_000),
    },
    nextDeadline: String(START + 9_000),
    goldOpenedAt: null,
  }
}

const noLabelTerms: TermsRow = {
  ...terms,
  rules: null,
  encryptionKey: null,
  goldCommitment: null,
  legalityKeyId: null,
  agreementKeyId: null,
}

/** distance, capacity 64, 20 items, no gold, 60 %, classes 0 to 3, tolerance 0. */
const CONSENSUS_RULES = ((64n << 8n) | (20n << 24n) | (6_000n << 56n) | (3n << 72n)).toString()

function consensusDetail(texts: Texts, dataset: TaskDetailRow['dataset']): TaskDetailRow {
  return {
    ...consensusTask(texts),
    ...noDetails,
    dataset,
    terms: {
      ...terms,
      rules: CONSENSUS_RULES,
      goldCommitment: null,
      agreementKeyId: null,
      consensusKeyId: ids.agreementKey,
      grading: {
        curve: 'table',
        steps: [
          { fromBps: 6_000, shareBps: 5_000 },
          { fromBps: 9_000, shareBps: 10_000 },
        ],
      },
      consensus: {
        aggregator: address('aggregator'),
        historyOf: ids.requester,
        assignmentShift: 1,
        firstSlots: 3,
        stepSlots: 2,
        agreementBoundBps: 8_000,
        joinWindow: '600',
        commitWindow: '300',
        deliverWindow: '300',
        settleWindow: '600',
        publication: {
          name: texts.publicationName,
          licence: texts.licence,
          schemaHash: hex('schema'),
          manifestDigest: hex('manifest'),
        },
      },
    },
    gateTerms: {
      kind: 'semaphore',
      token: null,
      minStake: null,
      root: hex('group root'),
      keyId: ids.legalityKey,
      appIdHash: null,
      requester: null,
      minSlots: null,
      minScoreBps: null,
    },
    rounds: [
      {
        round: 0,
        slotLimit: 3,
        joinBy: String(START + 600),
        commitBy: String(START + 900),
        deliverBy: String(START + 1_200),
        settleBy: String(START + 1_800),
        beaconBlock: '1150',
        beacon: hex('beacon'),
        seed: hex('seed'),
        seedRevealedAt: String(START + 700),
        support: '52',
        possible: '60',
        openedAt: String(START),
      },
    ],
    consensus: {
      versionId: hex('consensus version'),
      round: 0,
      out: word('out'),
      support: '52',
      possible: '60',
      reachedAt: String(START + 1_500),
      reachedTransaction: hex('conclude'),
      datasetId: ids.consensusDataset,
      datasetName: texts.publicationName,
    },
    submissions: ['paid', 'paid', 'returned'].map((state, number) => ({
      ...slot(ids.consensusTask, number, state),
      agreements: 18 - number * 4,
      assigned: 20,
      goldCount: null,
      weight: 1,
      scoreBps: 9_000 - number * 2_000,
      returnedAmount: number === 1 ? '5100000000000000' : state === 'returned' ? '10200000000000000' : '0',
      relayer: number === 0 ? address('relayer') : null,
    })),
  }
}

function optimisticDetail(texts: Texts, dataset: TaskDetailRow['dataset']): TaskDetailRow {
  return {
    ...optimisticTask(texts),
    ...noDetails,
    dataset,
    terms: {
      ...noLabelTerms,
      statement: { keyId: ids.legalityKey, contextIndex: 1, pinned: '1', signals: ['77', '0', '0', '0'] },
      challengeWindow: '300',
      proveWindow: '7200',
    },
    gateTerms: {
      kind: 'staked',
      token: NATIVE,
      minStake: '20000000000000000',
      root: null,
      keyId: null,
      appIdHash: null,
      requester: null,
      minSlots: null,
      minScoreBps: null,
    },
    disputes: [dispute],
    stakes: [],
    submissions: [0, 1].map((number) => ({
      ...slot(ids.optimisticTask, number, 'claimed'),
      claimedAt: String(START + 1_100),
      claimedTransaction: hex(`claim ${number}`),
      challengeBy: String(START + 1_400),
      signals: ['77', word('context'), '0', String(number)],
      openDispute: number === 1 ? dispute.id : null,
    })),
  }
}

/** Nothing is claimed here: whoever holds the slot has to prove. */
function directDetail(texts: Texts, dataset: TaskDetailRow['dataset']): TaskDetailRow {
  const { terms: optimistic, ...detail } = optimisticDetail(texts, dataset)
  return {
    ...detail,
    id: ids.directTask,
    kind: 'direct',
    phase: 'proving',
    slots: 1,
    joined: 1,
    claimed: 0,
    openDisputes: 0,
    disputes: [],
    deadlines: { ...noDeadlines, joinBy: String(START + 600), proveBy: String(START + 9_000) },
    terms: optimistic && { ...optimistic, challengeWindow: null, proveWindow: null },
    submissions: [slot(ids.directTask, 0, 'joined')],
  }
}

function consensusDataset(texts: Texts): DatasetDetailRow {
  return {
    ...datasetRow(texts),
    id: ids.consensusDataset,
    name: texts.publicationName,
    owner: contracts.consensus ?? '',
    pendingOwner: ids.requester,
    versionList: [
      {
        ...datasetVersion(texts),
        id: hex('consensus version'),
        parents: [datasetLink(texts)],
        children: [],
        models: [],
        consensus: {
          taskId: ids.consensusTask,
          title: texts.consensusTitle,
          requester: ids.requester,
          support: '52',
          possible: '60',
          reachedAt: String(START + 1_500),
        },
        tasks: 0,
      },
    ],
  }
}

const VOTE = 10n ** 18n

const parameterValues = {
  feeBps: 100,
  maxSlots: '1000',
  minWindow: '60',
  maxWindow: '2592000',
  keyActivationDelay: '172800',
  verifyGasCap: '2000000',
  treasury: address('treasury'),
  unbondingDelay: '604800',
  leaveWindow: '3600',
  missedSlashBps: 2_000,
  rejectedSlashBps: 5_000,
  goldBondBps: 1_000,
  auditRateBps: 3_000,
  auditWindow: '86400',
}

function proposal(id: string, state: string, texts: Texts): ProposalDetailRow {
  const queued = state === 'queued'
  return {
    id,
    proposer: ids.requester,
    description: texts.proposalDescription,
    state,
    quorum: (400_000n * VOTE).toString(),
    forVotes: queued ? (520_000n * VOTE).toString() : '0',
    againstVotes: queued ? (130_000n * VOTE).toString() : '0',
    abstainVotes: queued ? (60_000n * VOTE).toString() : '0',
    voters: queued ? 3 : 0,
    voteStart: String(queued ? START + 100 : START + 4_000),
    voteEnd: String(queued ? START + 1_100 : START + 9_000),
    extendedAt: queued ? String(START + 800) : null,
    eta: queued ? String(START + 7_000) : null,
    createdAt: String(queued ? START : START + 2_900),
    createdTransaction: hex(`propose ${id}`),
    queuedAt: queued ? String(START + 2_000) : null,
    queuedTransaction: queued ? hex(`queue ${id}`) : null,
    executedAt: null,
    executedTransaction: null,
    cancelledAt: null,
    cancelledTransaction: null,
    cancelledBy: null,
    calls: [
      {
        target: contracts.protocolParameters ?? '',
        value: '0',
        data: encodeFunctionData({
          abi: protocolParametersAbi,
          functionName: 'setTokenPolicy',
          args: [NATIVE as `0x${string}`, { allowed: true, minReward: 1_000n, minStake: 0n }],
        }),
      },
      {
        target: contracts.protocolParameters ?? '',
        value: '0',
        data: encodeFunctionData({
          abi: protocolParametersAbi,
          functionName: 'setParameters',
          args: [
            {
              ...parameterValues,
              feeBps: 50,
              maxSlots: 1000,
              minWindow: 60,
              maxWindow: 2_592_000,
              keyActivationDelay: 172_800,
              verifyGasCap: 2_000_000,
              treasury: parameterValues.treasury as `0x${string}`,
              unbondingDelay: 1_209_600,
              leaveWindow: 3_600,
              auditWindow: 86_400,
            },
          ],
        }),
      },
      {
        target: contracts.verifierKeyRegistry ?? '',
        value: '0',
        data: encodeFunctionData({
          abi: verifierKeyRegistryAbi,
          functionName: 'freeze',
          args: [ids.legalityKey as `0x${string}`, texts.voteReason, { id: '', uri: '' }, '0x'],
        }),
      },
      { target: address('stranger'), value: '5000000000000000', data: '0xdeadbeef' },
    ].map((call) => ({ ...call, dataSize: (call.data.length - 2) / 2 })),
    callCount: 4,
    before: {
      parameters: parameterValues,
      voting: { votingDelay: '60' },
      tokens: [{ token: NATIVE, allowed: true, minReward: '500', minStake: '0' }],
    },
    sameCalls: queued ? [] : [{ id: ids.proposal, state: 'executed' }],
    operationHash: queued ? hex('operation') : null,
    operation: queued ? { status: 'scheduled', readyAt: String(START + 7_000) } : null,
    events: [
      {
        id: '1'.padStart(75, '0'),
        contract: 'VeritaskGovernor',
        address: contracts.governor ?? '',
        name: 'ProposalCreated',
        args: { proposer: ids.requester, description: texts.proposalDescription },
        blockNumber: '1102',
        timestamp: String(START),
        transactionHash: hex(`propose ${id}`),
        logIndex: 0,
      },
    ],
  }
}

const listed = ({
  calls,
  callCount: _c,
  operationHash: _h,
  operation: _o,
  events: _e,
  ...row
}: ProposalDetailRow): ProposalRow => ({
  ...row,
  calls: calls.length,
})

const votes = (texts: Texts): VoteRow[] =>
  ['for', 'against', 'abstain'].map((support, number) => ({
    id: `vote ${number}`,
    voter: number === 0 ? ids.voter : address(`voter ${number}`),
    support,
    weight: ((520_000n - BigInt(number) * 200_000n) * VOTE).toString(),
    reason: number === 2 ? '' : texts.voteReason,
    timestamp: String(START + 500 + number),
    transactionHash: hex(`vote ${number}`),
  }))

const governance: GovernanceRow = {
  governor: contracts.governor ?? '',
  token: contracts.voteToken ?? '',
  timelock: contracts.timelock ?? '',
  guardian: address('guardian'),
  supply: (10_000_000n * VOTE).toString(),
  votingDelay: '86400',
  votingPeriod: '432000',
  lateQuorumExtension: '86400',
  proposalThreshold: (10_000n * VOTE).toString(),
  quorumPercent: '4',
  quorum: (400_000n * VOTE).toString(),
  minDelay: '172800',
  roles: [
    { role: keccak256(toBytes('PROPOSER_ROLE')), account: contracts.governor ?? '', since: String(START) },
    { role: keccak256(toBytes('EXECUTOR_ROLE')), account: NATIVE, since: String(START) },
    { role: keccak256(toBytes('CANCELLER_ROLE')), account: contracts.governor ?? '', since: String(START) },
    { role: keccak256(toBytes('CANCELLER_ROLE')), account: address('guardian'), since: String(START) },
  ],
}

const parameters: ParametersRow = {
  address: contracts.protocolParameters ?? '',
  version: 2,
  ...parameterValues,
  updatedAt: String(START),
  tokens: [{ token: NATIVE, allowed: true, minReward: '1000000000000', minStake: '0' }],
  settlements: ['open-gold', 'hidden-gold', 'consensus', 'direct', 'optimistic', 'other'].map((kind) => ({
    address: address(kind),
    kind,
    allowed: kind !== 'other',
  })),
  gates: ['staked', 'semaphore'].map((kind) => ({ address: address(`${kind} gate`), kind, allowed: true })),
}

const parameterChanges = (texts: Texts): ParameterChangeRow[] => [
  {
    id: 'change 3',
    kind: 'parameters',
    subject: null,
    changes: [
      { name: 'feeBps', previous: 200, current: 100 },
      { name: 'unbondingDelay', previous: '86400', current: '604800' },
    ],
    timestamp: String(START),
    transactionHash: hex('change 3'),
  },
  {
    id: 'change 2',
    kind: 'gate',
    subject: address('semaphore gate'),
    changes: [{ name: 'value', previous: false, current: true }],
    timestamp: String(START - 100),
    transactionHash: hex('change 2'),
  },
  {
    id: 'change 1',
    kind: texts.changeText,
    subject: null,
    changes: [
      { name: texts.changeText, previous: texts.changeText, current: { [texts.changeText]: texts.changeText } },
    ],
    timestamp: String(START - 200),
    transactionHash: hex('change 1'),
  },
]

export type Answers = Map<string, unknown>

/** What the indexer is asked for a search, as a key of the answers. */
export const searchPath = (q: string): string => `/v1/search?${new URLSearchParams({ q })}`

export const found = (hits: HitRow[], { more = false, readAs = ['words'], problem = null as string | null } = {}) =>
  item({ text: '', readAs, problem, hits, more } satisfies SearchRow)

/** One hit of every kind. */
function allHits(texts: Texts): HitRow[] {
  return [
    { kind: 'task', id: ids.openTask, matched: 'title', title: texts.openTitle, state: 'open-gold' },
    { kind: 'task', id: ids.hiddenTask, matched: 'payload', title: texts.hiddenTitle, state: 'hidden-gold' },
    { kind: 'dataset', id: ids.dataset, matched: 'name', title: texts.datasetName },
    {
      kind: 'datasetVersion',
      id: hex('dataset version'),
      matched: 'manifest',
      title: texts.datasetName,
      datasetId: ids.dataset,
      number: 1,
    },
    { kind: 'model', id: ids.model, matched: 'name', title: texts.modelName },
    { kind: 'key', id: ids.agreementKey, matched: 'name', title: 'open-gold-scalar-64', state: 'active' },
    { kind: 'receipt', id: hex('receipt 0'), matched: 'id', title: texts.openTitle, taskId: ids.openTask, slot: 0 },
    { kind: 'account', id: ids.worker, matched: 'address', title: null, roles: ['worker', 'payout', 'voter'] },
    { kind: 'proposal', id: ids.proposal, matched: 'description', title: texts.proposalDescription },
    {
      kind: 'operation',
      id: hex('operation'),
      matched: 'id',
      title: null,
      state: 'scheduled',
      proposalId: ids.proposal,
    },
    {
      kind: 'transaction',
      id: ids.transaction,
      matched: 'id',
      title: null,
      events: 4,
      timestamp: String(START + 1_400),
    },
    { kind: 'contract', id: contracts.taskRegistry ?? '', matched: 'name', title: 'taskRegistry' },
  ]
}

const transaction = (texts: Texts): TransactionRow => ({
  hash: ids.transaction,
  sender: ids.worker,
  blockNumber: '1218',
  blockHash: hex('block 1218'),
  timestamp: String(START + 1_400),
  events: 4,
  subjects: [
    { kind: 'task', id: ids.openTask, matched: 'id', title: texts.openTitle, state: 'open-gold' },
    { kind: 'key', id: ids.agreementKey, matched: 'id', title: 'open-gold-scalar-64', state: 'active' },
  ],
})

/** The events of the recorded transaction, each with what it is about. */
const transactionEvents = (texts: Texts): EventRow[] =>
  audit(texts)
    .filter((event) => event.transactionHash === ids.transaction)
    .map((event) =>
      event.name === 'Withdrawn'
        ? { ...event, account: ids.worker }
        : { ...event, taskId: ids.openTask, slot: 0, keyId: event.name === 'ReceiptIssued' ? ids.agreementKey : null },
    )

/** Every answer of the API by path, for the given texts. */
export function recordedAnswers(texts: Texts = PLAIN_TEXTS): Answers {
  const open = openTask(texts)
  const hidden = hiddenTask(texts)
  const dataset = { id: ids.dataset, name: texts.datasetName, owner: ids.requester, version: datasetVersion(texts) }
  const openDetail: TaskDetailRow = {
    ...open,
    ...noDetails,
    terms,
    gold: {
      salt: hex('salt'),
      mask: ['65535'],
      values: ['1'],
      openedAt: String(START + 1_300),
      openedTransaction: hex('open gold'),
    },
    dataset,
    submissions: openSlots,
  }
  const hiddenDetail: TaskDetailRow = {
    ...hidden,
    ...noDetails,
    terms: { ...terms, agreementKeyId: null, scoreKeyId: ids.legalityKey, auditKeyId: ids.agreementKey },
    dataset,
    goldAudits: [goldAudit],
    submissions: hiddenSlots,
  }
  const consensus = consensusDetail(texts, dataset)
  const optimistic = optimisticDetail(texts, dataset)
  const direct = directDetail(texts, dataset)
  const events = audit(texts)
  const queued = proposal(ids.proposal, 'queued', texts)
  const pending = proposal(ids.pendingProposal, 'pending', texts)
  const keyDetail = (row: KeyRow): KeyDetailRow => ({
    ...row,
    keyData: `0x${hex('key data').slice(2).repeat(24)}`,
    frozenExploit: row.frozenAt === null ? null : texts.frozenExploit,
    frozenExploitSize: row.frozenAt === null ? null : (texts.frozenExploit.length - 2) / 2,
    recentReceipts: row.id === ids.agreementKey ? [receipt(0, texts), receipt(1, texts)] : [],
  })
  return new Map<string, unknown>([
    ['/v1/status', item(status)],
    ['/v1/tasks', page([optimisticTask(texts), consensusTask(texts), hidden, open])],
    [`/v1/tasks/${ids.consensusTask}`, item(consensus)],
    [`/v1/tasks/${ids.consensusTask}/audit`, page([...events.slice(0, 1), wholeTaskEvent])],
    [`/v1/tasks/${ids.consensusTask}/receipts`, page([wholeTaskReceipt(texts)])],
    ...consensus.submissions.map(
      (row) =>
        [
          `/v1/slots/${ids.consensusTask}/${row.number}`,
          item({ ...submission(row, consensusTask(texts), texts), terms: consensus.terms }),
        ] as const,
    ),
    ...optimistic.submissions.map(
      (row) =>
        [
          `/v1/slots/${ids.optimisticTask}/${row.number}`,
          item({
            ...submission(row, optimisticTask(texts), texts),
            terms: optimistic.terms,
            disputes: row.openDispute === null ? [] : [dispute],
          }),
        ] as const,
    ),
    [`/v1/tasks/${ids.optimisticTask}`, item(optimistic)],
    [`/v1/tasks/${ids.optimisticTask}/audit`, page(events.slice(0, 1))],
    [`/v1/tasks/${ids.directTask}`, item(direct)],
    [`/v1/tasks/${ids.directTask}/audit`, page(events.slice(0, 1))],
    ...direct.submissions.map(
      (row) =>
        [
          `/v1/slots/${ids.directTask}/${row.number}`,
          item({ ...submission(row, direct, texts), terms: direct.terms }),
        ] as const,
    ),
    ['/v1/governance', item(governance)],
    ['/v1/proposals', page([listed(pending), listed(queued)])],
    [`/v1/proposals/${ids.proposal}`, item(queued)],
    [`/v1/proposals/${ids.proposal}/votes`, page(votes(texts))],
    [`/v1/proposals/${ids.pendingProposal}`, item(pending)],
    [`/v1/proposals/${ids.pendingProposal}/votes`, page([])],
    ['/v1/parameters', item(parameters)],
    ['/v1/parameters/changes', page(parameterChanges(texts))],
    [`/v1/tasks?limit=25&dataset=${ids.dataset}&total=true`, countedPage([consensusTask(texts), hidden, open], 3)],
    [`/v1/tasks?limit=25&dataset=${ids.consensusDataset}&total=true`, countedPage([consensusTask(texts)], 1)],
    [searchPath('digits'), found(allHits(texts), { more: true })],
    [
      searchPath('bafybeinothing'),
      found([], { problem: 'This looks like a content identifier, but it is cut off or mistyped.', readAs: ['cid'] }),
    ],
    ['/v1/search', found([])],
    [`/v1/transactions/${ids.transaction}`, item(transaction(texts))],
    [`/v1/transactions/${ids.transaction}/events`, page(transactionEvents(texts))],
    [`/v1/datasets/${ids.consensusDataset}`, item(consensusDataset(texts))],
    [`/v1/tasks/${ids.openTask}`, item(openDetail)],
    [`/v1/tasks/${ids.openTask}/audit`, page(events)],
    [`/v1/tasks/${ids.hiddenTask}`, item(hiddenDetail)],
    [`/v1/tasks/${ids.hiddenTask}/audit`, page(events.slice(0, 1))],
    ...openSlots.map((row) => [`/v1/slots/${ids.openTask}/${row.number}`, item(submission(row, open, texts))] as const),
    ...hiddenSlots.map(
      (row) => [`/v1/slots/${ids.hiddenTask}/${row.number}`, item(submission(row, hidden, texts))] as const,
    ),
    ['/v1/keys', page(keys(texts))],
    ...keys(texts).map((row) => [`/v1/keys/${row.id}`, item(keyDetail(row))] as const),
    ['/v1/datasets', page([datasetRow(texts)])],
    [`/v1/datasets/${ids.dataset}`, item(datasetDetail(texts))],
    ['/v1/models', page([{ ...datasetRow(texts), id: ids.model, name: texts.modelName }])],
    [`/v1/models/${ids.model}`, item(modelDetail(texts))],
    [`/v1/accounts/${ids.worker}`, item(account())],
    [`/v1/accounts/${ids.requester}`, item({ ...account(), address: ids.requester })],
  ])
}

/** Every page of the recorded deployment. */
export const paths: Record<string, string> = {
  home: '/',
  tasks: '/tasks',
  'task-open': `/tasks/${ids.openTask}`,
  'task-hidden': `/tasks/${ids.hiddenTask}`,
  submission: `/tasks/${ids.openTask}/slots/0`,
  'submission-early': `/tasks/${ids.openTask}/slots/4`,
  keys: '/keys',
  key: `/keys/${ids.agreementKey}`,
  'key-frozen': `/keys/${ids.frozenKey}`,
  'key-dependent': `/keys/${ids.dependentKey}`,
  datasets: '/datasets',
  dataset: `/datasets/${ids.dataset}`,
  models: '/models',
  model: `/models/${ids.model}`,
  account: `/accounts/${ids.worker}`,
  'task-consensus': `/tasks/${ids.consensusTask}`,
  'task-optimistic': `/tasks/${ids.optimisticTask}`,
  'submission-consensus': `/tasks/${ids.consensusTask}/slots/2`,
  'task-direct': `/tasks/${ids.directTask}`,
  'submission-direct': `/tasks/${ids.directTask}/slots/0`,
  'submission-optimistic': `/tasks/${ids.optimisticTask}/slots/1`,
  'task-proofs': `/tasks/${ids.consensusTask}/proofs`,
  'dataset-consensus': `/datasets/${ids.consensusDataset}`,
  governance: '/governance',
  proposal: `/governance/proposals/${ids.proposal}`,
  'proposal-pending': `/governance/proposals/${ids.pendingProposal}`,
  parameters: '/governance/parameters',
  search: '/search?q=digits',
  'search-nothing': '/search?q=bafybeinothing',
  transaction: `/transactions/${ids.transaction}`,
}
