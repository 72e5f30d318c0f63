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
export type Page<Row> = {
  data: Row[]
  page: { limit: number; next: string | null; total?: number }
  indexed: BlockPoint
}

export type StatusRow = {
  ready: boolean
  chainId: number
  indexed: BlockPoint
  head: BlockPoint | null
  lag: { blocks: Integer; seconds: Integer } | null
  finality: { blocks: number; blockNumber: Integer | null }
  counts: {
    tasks: number
    slots: number
    receipts: number
    keys: number
    datasets: number
    models: number
    disputes: number
    proposals: number
  }
}

export type DeadlineField =
  | 'joinBy'
  | 'commitBy'
  | 'openBy'
  | 'proveBy'
  | 'submitBy'
  | 'scoreBy'
  | 'disputableUntil'
  | 'roundJoinBy'
  | 'deliverBy'
  | 'settleBy'
  | 'claimBy'
  | 'challengeBy'
  | 'answerBy'

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
  gate: Hex
  gateKind: string
  stakePerSlot: Integer
  bond: Integer
  bondState: string
  parametersVersion: number
  termsHash: Hex
  escrow: Integer
  slots: number
  joined: number
  committed: number
  delivered: number
  claimed: number
  scored: number
  paid: number
  returned: number
  /** Rejected by proof; of hidden gold provisional ones too. */
  rejected: number
  mostDisputedItems: number
  openAudits: number
  unprovenAudits: number
  /** Most gold items that labels may disagree with and pass; null but for hidden gold. */
  allowedMistakes: number | null
  /** Gold items that audits overturned, together. */
  overturnedItems: number
  /** Whether that is so much that every rejected slot is paid in full. */
  allRedressed: boolean
  /** Until when rejections can be overturned, as far as is known; null when none can. */
  rejectionsPendingUntil: Timestamp | null
  /** Whether a rejected worker may ask for a gold audit now. */
  mayAsk: boolean
  /** Whether a frozen key keeps gold audits from being answered. */
  auditKeysFrozen: boolean
  openDisputes: number
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
  keyIds: Hex[]
  rules: Integer | null
  encryptionKey: [Integer, Integer] | null
  goldCommitment: Hex | null
  legalityKeyId: Hex | null
  agreementKeyId: Hex | null
  scoreKeyId: Hex | null
  auditKeyId: Hex | null
  consensusKeyId: Hex | null
  tallyKeyId: Hex | null
  decideKeyId: Hex | null
  agreeKeyId: Hex | null
  grading: GradingRow | null
  consensus: ConsensusTermsRow | null
  statement: StatementRow | null
  challengeWindow: Integer | null
  proveWindow: Integer | null
}

export type GradingRow = { curve: string; steps: { fromBps: number; shareBps: number }[] }

export type ConsensusTermsRow = {
  /** Null for the requester itself. */
  aggregator: Hex | null
  historyOf: Hex | null
  assignmentShift: number
  firstSlots: number
  stepSlots: number
  agreementBoundBps: number
  joinWindow: Integer
  commitWindow: Integer
  deliverWindow: Integer
  settleWindow: Integer
  publication: { name: string; licence: string; schemaHash: Hex; manifestDigest: Hex }
}

export type StatementRow = { keyId: Hex; contextIndex: number; pinned: Integer; signals: Integer[] }

export type GateTermsRow = {
  kind: string
  token: Hex | null
  minStake: Integer | null
  root: Hex | null
  keyId: Hex | null
  appIdHash: Integer | null
  requester: Hex | null
  minSlots: number | null
  minScoreBps: number | null
}

export type DisputeRow = {
  id: string
  taskId?: Hex
  slot: number
  challenger: Hex
  token: Hex
  bond: Integer
  openedAt: Timestamp
  openedTransaction: Hex
  ruling: string | null
  beneficiary: Hex | null
  closedAt: Timestamp | null
  closedTransaction: Hex | null
}

export type GoldAuditRow = {
  slot: number
  challenger: Hex
  population: number
  panelSize: number
  ofAccepted: boolean
  disputedItems: number
  answerBy: Timestamp
  beaconBlock: Integer
  /** Null before it is drawn. */
  panel: number[] | null
  audited: number
  withGold: number
  withChallenger: number
  /** Gold items that the panel overturned, all of them when the requester did not answer; null until it is closed. */
  overturnedItems: number | null
  openedAt: Timestamp
  openedTransaction: Hex
  ruling: string | null
  closedAt: Timestamp | null
  closedTransaction: Hex | null
}

export type GoldAuditAnswerRow = {
  member: number
  withGold: number
  withChallenger: number
  provenAt: Timestamp
  provenTransaction: Hex
}

export type RoundRow = {
  round: number
  slotLimit: number
  joinBy: Timestamp
  commitBy: Timestamp
  deliverBy: Timestamp
  settleBy: Timestamp
  /** Whose hash makes the beacon. */
  beaconBlock: Integer | null
  beacon: Hex | null
  seed: Hex | null
  seedRevealedAt: Timestamp | null
  support: Integer | null
  possible: Integer | null
  openedAt: Timestamp
}

export type ConsensusRow = {
  versionId: Hex
  round: number
  out: Integer
  support: Integer
  possible: Integer
  reachedAt: Timestamp
  reachedTransaction: Hex
  datasetId: Hex
  datasetName: string
}

export type TaskStakeRow = {
  account: Hex
  token: Hex
  locked: Integer
  released: Integer
  slashed: Integer
  burned: Integer
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
  nullifier: Hex
  relayer: Hex | null
  relayFee: Integer
  state: string
  commitment: Integer | null
  agreements: number | null
  goldCount: number | null
  assigned: number | null
  weight: number | null
  passed: boolean | null
  signals: Integer[] | null
  claimedAt: Timestamp | null
  claimedTransaction: Hex | null
  challengeBy: Timestamp | null
  openDispute: string | null
  ending: string | null
  scoreBps: number | null
  reward: Integer | null
  fee: Integer | null
  relayed: Integer
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
  gateTerms: GateTermsRow | null
  gold: GoldRow | null
  disputes: DisputeRow[]
  goldAudits: GoldAuditRow[]
  rounds: RoundRow[]
  consensus: ConsensusRow | null
  stakes: TaskStakeRow[]
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
  taskId?: Hex | null
  slot?: number | null
  account?: Hex | null
  keyId?: Hex | null
  datasetId?: Hex | null
  modelId?: Hex | null
  proposalId?: Integer | null
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
  /** Its prover must not choose one of the signals. */
  needsChallenge: boolean
  /** Whoever proves the statement that nobody chose freezes it. */
  freezableByProof: boolean
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
  /** Of its own freeze, or of the key it depends on. Untrusted text. */
  advisoryId: string | null
  advisoryUri: string | null
  dependencyFrozenAt: Timestamp | null
  dependencyFrozenTransaction: Hex | null
  receipts: number
}

export type ReceiptSummaryRow = {
  id: Hex
  module: Hex
  keyId: Hex
  taskId: Hex
  /** Null for a statement about the task as a whole. */
  slot: number | null
  publicSignals: Integer[]
  blockNumber: Integer
  timestamp: Timestamp
  transactionHash: Hex
}

export type KeyDetailRow = KeyRow & {
  keyData: Hex
  /** Cut when it is long; the size is the whole, in bytes. */
  frozenExploit: Hex | null
  frozenExploitSize: number | null
  recentReceipts: ReceiptSummaryRow[]
}
export type ReceiptRow = ReceiptSummaryRow & { proof: Hex; key: KeyRow }

export type SubmissionRow = SlotRow & {
  wrappedKey: Hex | null
  delivery: { ephemeralKey: [Integer, Integer]; ciphertext: Integer[] } | null
  task: TaskRow
  terms: TermsRow | null
  disputes: DisputeRow[]
  goldAudit: (GoldAuditRow & { answers: GoldAuditAnswerRow[] }) | null
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

/** The task whose proven consensus a dataset version is. */
export type VersionConsensusRow = {
  taskId: Hex
  title: string
  requester: Hex
  support: Integer
  possible: Integer
  reachedAt: Timestamp
}

export type DatasetDetailRow = DatasetRow & {
  versionList: (DatasetVersionRow & {
    parents: DatasetLink[]
    children: DatasetLink[]
    models: ModelLink[]
    consensus: VersionConsensusRow | null
    /** How many tasks label it. */
    tasks: number
  })[]
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
  accepted: number
  unproven: number
  rejected: number
  missed: number
  disputesLost: number
  paid: number
  refused: number
  silent: number
  bondsLost: number
  datasetsOwned: number
  modelsOwned: number
  firstSeenAt: Timestamp
  lastSeenAt: Timestamp
  credits: CreditRow[]
  payments: PaymentRow[]
  slots: SlotRow[]
  stakes: StakeRow[]
  stakeMovements: StakeMovementRow[]
  lockedStakes: (Omit<TaskStakeRow, 'account'> & { taskId: Hex })[]
  disputes: (DisputeRow & { taskId: Hex })[]
  voting: VoterRow | null
}

export type StakeRow = {
  token: Hex
  free: Integer
  locked: Integer
  unbonding: Integer
  withdrawableAt: Timestamp | null
  deposited: Integer
  withdrawn: Integer
  slashed: Integer
  burned: Integer
  gained: Integer
}

export type StakeMovementRow = {
  id: string
  kind: string
  account: Hex
  token: Hex
  amount: Integer
  taskId: Hex | null
  beneficiary: Hex | null
  timestamp: Timestamp
  transactionHash: Hex
}

export type VoterRow = {
  address: Hex
  balance: Integer
  votes: Integer
  delegate: Hex | null
  votesCast: number
  proposalsMade: number
}

export type GovernanceRow = {
  governor: Hex
  token: Hex
  timelock: Hex | null
  guardian: Hex | null
  supply: Integer
  votingDelay: Integer
  votingPeriod: Integer
  lateQuorumExtension: Integer
  proposalThreshold: Integer
  quorumPercent: Integer
  quorum: Integer
  minDelay: Integer
  roles: { role: Hex; account: Hex; since: Timestamp }[]
}

export type ProposalRow = {
  id: Integer
  proposer: Hex
  description: string
  calls: number
  /** Other proposals that make exactly these calls, oldest first. */
  sameCalls: { id: Integer; state: string }[]
  state: string
  quorum: Integer
  forVotes: Integer
  againstVotes: Integer
  abstainVotes: Integer
  voters: number
  voteStart: Timestamp
  voteEnd: Timestamp
  extendedAt: Timestamp | null
  eta: Timestamp | null
  createdAt: Timestamp
  createdTransaction: Hex
  queuedAt: Timestamp | null
  queuedTransaction: Hex | null
  executedAt: Timestamp | null
  executedTransaction: Hex | null
  cancelledAt: Timestamp | null
  cancelledTransaction: Hex | null
  cancelledBy: Hex | null
}

/** `data` is cut when it is long; `dataSize` is the whole, in bytes. */
export type CallRow = { target: Hex; value: Integer; data: Hex; dataSize: number }

export type ProposalDetailRow = Omit<ProposalRow, 'calls'> & {
  /** The first ones. */
  calls: CallRow[]
  callCount: number
  /** What the calls start from: what holds now, or what an executed proposal found, as far as it changed it. Null when that is not known. */
  before: {
    parameters: Record<string, string | number> | null
    voting: Record<string, Value>
    tokens: { token: Hex; allowed: boolean; minReward: Integer; minStake: Integer }[]
  } | null
  operationHash: Hex | null
  operation: { status: string; readyAt: Timestamp | null } | null
  events: EventRow[]
}

export type VoteRow = {
  id: string
  voter: Hex
  support: string
  weight: Integer
  reason: string
  timestamp: Timestamp
  transactionHash: Hex
}

/** A value before or after a change: whatever the contract's event held. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

export type ParameterChangeRow = {
  id: string
  kind: string
  subject: Hex | null
  changes: { name: string; previous: Value; current: Value }[]
  timestamp: Timestamp
  transactionHash: Hex
}

export type ParametersRow = {
  address: Hex
  version: number
  feeBps: number
  maxSlots: Integer
  minWindow: Integer
  maxWindow: Integer
  keyActivationDelay: Integer
  verifyGasCap: Integer
  treasury: Hex
  unbondingDelay: Integer
  leaveWindow: Integer
  missedSlashBps: number
  rejectedSlashBps: number
  goldBondBps: number
  auditRateBps: number
  auditWindow: Integer
  updatedAt: Timestamp
  tokens: { token: Hex; allowed: boolean; minReward: Integer; minStake: Integer }[]
  settlements: { address: Hex; kind: string; allowed: boolean }[]
  gates: { address: Hex; kind: string; allowed: boolean }[]
}

/** One thing that a search found, or that a transaction is about. */
export type HitRow = {
  kind: string
  id: string
  matched: string
  /** Untrusted text. */
  title: string | null
  taskId?: Hex
  slot?: number | null
  datasetId?: Hex
  modelId?: Hex
  proposalId?: Integer | null
  /** Of a version. */
  number?: number
  state?: string
  /** Of an account. */
  roles?: string[]
  /** Of a transaction: how many. */
  events?: number
  timestamp?: Timestamp | null
}

export type SearchRow = {
  text: string
  readAs: string[]
  /** Why the text cannot mean what it looks like. */
  problem: string | null
  hits: HitRow[]
  more: boolean
}

export type TransactionRow = {
  hash: Hex
  sender: Hex
  blockNumber: Integer
  blockHash: Hex
  timestamp: Timestamp
  events: number
  subjects: HitRow[]
}
