/**
 * What the indexer's REST API answers (indexer/API.md). Integers that can exceed 32 bits are decimal strings; `null`
 * means "has not happened". Texts are untrusted.
 */

/** Decimal string. */
export type Integer = string
/** Seconds since the epoch, as a decimal string. */
export type Timestamp = string
export type Hex = string

export type BlockPoint = { blockNumber: Integer; timestamp: Timestamp }
export type Item<Data> = { data: Data; indexed: BlockPoint }
export type Page<Row> = { data: Row[]; page: { limit: number; next: string | null }; indexed: BlockPoint }

export type StatusRow = {
  ready: boolean
  chainId: number
  indexed: BlockPoint
  head: BlockPoint | null
  lag: { blocks: Integer; seconds: Integer } | null
  finality: { blocks: number; blockNumber: Integer | null }
  counts: { tasks: number; slots: number; receipts: number; keys: number; datasets: number; models: number }
}

export type DeadlineField = 'joinBy' | 'commitBy' | 'openBy' | 'proveBy' | 'submitBy' | 'scoreBy'

export type TaskRow = {
  id: Hex
  title: string
  kind: string
  phase: string
  status: string
  halted: boolean
  requester: Hex
  settlement: Hex
  token: Hex
  rewardPerSlot: Integer
  feePerSlot: Integer
  treasury: Hex
  escrow: Integer
  slots: number
  joined: number
  committed: number
  delivered: number
  scored: number
  paid: number
  returned: number
  unfilled: number | null
  datasetId: Hex
  datasetVersionId: Hex
  payloadDigest: Hex
  deadlines: Record<DeadlineField, Timestamp | null> & { joinBy: Timestamp }
  nextDeadline: Timestamp | null
  goldOpenedAt: Timestamp | null
  createdAt: Timestamp
  createdBlock: Integer
  createdTransaction: Hex
  endedAt: Timestamp | null
  updatedAt: Timestamp
}

export type TermsRow = {
  rules: Integer
  encryptionKey: [Integer, Integer]
  goldCommitment: Hex
  legalityKeyId: Hex
  agreementKeyId: Hex | null
  scoreKeyId: Hex | null
}

export type GoldRow = {
  salt: Hex
  mask: Integer[]
  values: Integer[]
  openedAt: Timestamp
  openedTransaction: Hex
}

export type SlotRow = {
  taskId: Hex
  number: number
  worker: Hex
  payout: Hex
  encryptionKey: Hex
  state: string
  commitment: Integer | null
  agreements: number | null
  goldCount: number | null
  passed: boolean | null
  reward: Integer | null
  fee: Integer | null
  returnedAmount: Integer | null
  joinedAt: Timestamp
  joinedTransaction: Hex
  keyWrappedAt: Timestamp | null
  keyWrappedTransaction: Hex | null
  committedAt: Timestamp | null
  committedTransaction: Hex | null
  deliveredAt: Timestamp | null
  deliveredTransaction: Hex | null
  scoredAt: Timestamp | null
  scoredTransaction: Hex | null
  endedAt: Timestamp | null
  endedTransaction: Hex | null
  updatedAt: Timestamp
}

export type DatasetLink = { datasetId: Hex; versionId: Hex; number: number; name: string }
export type ModelLink = { modelId: Hex; versionId: Hex; number: number; name: string }

export type DatasetVersionRow = {
  id: Hex
  number: number
  root: Integer
  size: Integer
  schemaHash: Hex
  manifestDigest: Hex
  licence: string
  publishedAt: Timestamp
  publishedTransaction: Hex
}

export type TaskDetailRow = TaskRow & {
  terms: TermsRow | null
  gold: GoldRow | null
  dataset: { id: Hex; name: string; owner: Hex; version: DatasetVersionRow }
  submissions: SlotRow[]
  moreSubmissions: string | null
}

export type EventRow = {
  id: string
  contract: string
  address: Hex
  name: string
  args: Record<string, unknown>
  related?: boolean
  blockNumber: Integer
  timestamp: Timestamp
  transactionHash: Hex
  logIndex: number
}

export type KeyRow = {
  id: Hex
  name: string | null
  proofSystem: Hex
  /** From the deployment file; null for a contract it does not list. */
  proofSystemName: string | null
  status: string
  development: boolean
  manifestHash: Hex
  gasCap: Integer
  signalCount: number
  dependsOn: Hex | null
  dependents: Hex[]
  impossibleSignals: Integer[]
  activeAt: Timestamp
  proposedAt: Timestamp
  proposedTransaction: Hex
  activatedAt: Timestamp | null
  activatedTransaction: Hex | null
  frozenAt: Timestamp | null
  frozenTransaction: Hex | null
  frozenBy: Hex | null
  frozenFrom: string | null
  frozenReason: string | null
  dependencyFrozenAt: Timestamp | null
  dependencyFrozenTransaction: Hex | null
  receipts: number
}

export type ReceiptSummaryRow = {
  id: Hex
  module: Hex
  keyId: Hex
  taskId: Hex
  slot: number
  publicSignals: Integer[]
  blockNumber: Integer
  timestamp: Timestamp
  transactionHash: Hex
}

export type KeyDetailRow = KeyRow & {
  keyData: Hex
  frozenExploit: Hex | null
  recentReceipts: ReceiptSummaryRow[]
}
export type ReceiptRow = ReceiptSummaryRow & { proof: Hex; key: KeyRow }

export type SubmissionRow = SlotRow & {
  wrappedKey: Hex | null
  delivery: { ephemeralKey: [Integer, Integer]; ciphertext: Integer[] } | null
  task: TaskRow
  terms: TermsRow | null
  receipts: ReceiptRow[]
}

export type DatasetRow = {
  id: Hex
  name: string
  owner: Hex
  pendingOwner: Hex | null
  versions: number
  latestVersionId: Hex | null
  registeredAt: Timestamp
  registeredTransaction: Hex
  updatedAt: Timestamp
}

export type DatasetDetailRow = DatasetRow & {
  versionList: (DatasetVersionRow & { parents: DatasetLink[]; children: DatasetLink[]; models: ModelLink[] })[]
}

export type ModelRow = DatasetRow

export type ModelVersionRow = {
  id: Hex
  modelId: Hex
  number: number
  weightsCommitment: Integer
  architectureHash: Hex
  manifestDigest: Hex
  licence: string
  publishedAt: Timestamp
  publishedTransaction: Hex
  keyIds: Hex[]
  datasets: DatasetLink[]
  parents: ModelLink[]
  children: ModelLink[]
}

export type ModelDetailRow = ModelRow & { versionList: ModelVersionRow[] }

export type CreditRow = {
  token: Hex
  balance: Integer
  credited: Integer
  withdrawn: Integer
  refusals: number
  lastRefusedAt: Timestamp | null
  updatedAt: Timestamp
}

export type PaymentRow = {
  id: string
  kind: string
  token: Hex
  amount: Integer
  balance: Integer
  blockNumber: Integer
  timestamp: Timestamp
  transactionHash: Hex
}

export type AccountRow = {
  address: Hex
  tasksRequested: number
  slotsJoined: number
  slotsPaid: number
  slotsReturned: number
  datasetsOwned: number
  modelsOwned: number
  firstSeenAt: Timestamp
  lastSeenAt: Timestamp
  credits: CreditRow[]
  payments: PaymentRow[]
  slots: SlotRow[]
}
