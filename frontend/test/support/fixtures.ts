import { createHash } from 'node:crypto'
import { impossibleSignals } from '@veritask/sdk/types'
import type {
  AccountRow,
  DatasetDetailRow,
  DatasetRow,
  DatasetVersionRow,
  EventRow,
  KeyDetailRow,
  KeyRow,
  ModelDetailRow,
  ReceiptRow,
  SlotRow,
  StatusRow,
  SubmissionRow,
  TaskDetailRow,
  TaskRow,
  TermsRow,
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
  hiddenTask: hex('hidden task'),
  agreementKey: hex('agreement key'),
  legalityKey: hex('legality key'),
  frozenKey: hex('frozen key'),
  dependentKey: hex('dependent key'),
  dataset: hex('dataset'),
  parentDataset: hex('parent dataset'),
  model: hex('model'),
  requester: address('requester'),
  worker: address('worker 0'),
}

const indexed = { blockNumber: '1284', timestamp: String(START + 3_000) }

export const item = (data: unknown) => ({ data, indexed })
export const page = (data: unknown[], next: string | null = null) => ({ data, page: { limit: 25, next }, indexed })

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
  ].map((name) => [name, address(name)]),
) as Record<string, string>

export const status: StatusRow = {
  ready: true,
  chainId: 31_337,
  indexed,
  head: { blockNumber: '1285', timestamp: String(START + 3_001) },
  lag: { blocks: '1', seconds: '1' },
  finality: { blocks: 30, blockNumber: '1254' },
  counts: { tasks: 2, slots: 7, receipts: 5, keys: 4, datasets: 2, models: 1 },
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
    escrow: '30600000000000000',
    slots: 6,
    joined: 5,
    committed: 5,
    delivered: 2,
    scored: 0,
    paid: 2,
    returned: 0,
    unfilled: null,
    datasetId: ids.dataset,
    datasetVersionId: hex('dataset version'),
    payloadDigest: hex('payload'),
    deadlines: {
      joinBy: String(START + 600),
      commitBy: String(START + 1_200),
      openBy: String(START + 1_800),
      proveBy: String(START + 5_400),
      submitBy: null,
      scoreBy: null,
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
    slots: 3,
    joined: 2,
    committed: 2,
    delivered: 2,
    scored: 2,
    paid: 1,
    returned: 1,
    unfilled: 1,
    deadlines: {
      joinBy: String(START + 900),
      commitBy: null,
      openBy: null,
      proveBy: null,
      submitBy: String(START + 1_500),
      scoreBy: String(START + 2_400),
    },
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
    state,
    commitment: committed ? word(`commitment ${number}`) : null,
    agreements: scored ? 16 - number * 9 : null,
    goldCount: scored ? 16 : null,
    passed: scored ? number === 0 : null,
    reward: state === 'paid' ? REWARD : null,
    fee: state === 'paid' ? FEE : null,
    returnedAmount: state === 'returned' ? '10200000000000000' : null,
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
const hiddenSlots = ['paid', 'returned'].map((state, number) => slot(ids.hiddenTask, number, state))

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
    impossibleSignals: impossibleSignals(4).map(String),
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
    impossibleSignals: [],
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
})

export type Answers = Map<string, unknown>

/** Every answer of the API by path, for the given texts. */
export function recordedAnswers(texts: Texts = PLAIN_TEXTS): Answers {
  const open = openTask(texts)
  const hidden = hiddenTask(texts)
  const dataset = { id: ids.dataset, name: texts.datasetName, owner: ids.requester, version: datasetVersion(texts) }
  const openDetail: TaskDetailRow = {
    ...open,
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
    moreSubmissions: null,
  }
  const hiddenDetail: TaskDetailRow = {
    ...hidden,
    terms,
    gold: null,
    dataset,
    submissions: hiddenSlots,
    moreSubmissions: null,
  }
  const events = audit(texts)
  const keyDetail = (row: KeyRow): KeyDetailRow => ({
    ...row,
    keyData: `0x${hex('key data').slice(2).repeat(24)}`,
    frozenExploit: row.frozenAt === null ? null : texts.frozenExploit,
    recentReceipts: row.id === ids.agreementKey ? [receipt(0, texts), receipt(1, texts)] : [],
  })
  return new Map<string, unknown>([
    ['/v1/status', item(status)],
    ['/v1/tasks', page([hidden, open])],
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
}
