import type { Address, Hash, Hex } from 'viem'
import type { Label, Rules } from '../core.js'
import type { AuditProgress, ConsensusRound, TaskPhase } from '../phase.js'
import type { BondState, SlotEnding, SlotOutcome, SlotState } from '../states.js'
import type { ConsensusTerms, DirectTerms, HiddenGoldTerms, OpenGoldTerms, OptimisticTerms } from './internal/terms.js'

export type { SettlementKind, TaskPhase } from '../phase.js'
export type { SlotState } from '../states.js'
export type {
  ConsensusTerms,
  DirectTerms,
  GradingTerms,
  HiddenGoldTerms,
  OpenGoldTerms,
  OptimisticTerms,
  StatementTerms,
} from './internal/terms.js'

/** Kinds whose work is labels of items. */
export type LabelKind = 'open-gold' | 'hidden-gold' | 'consensus'
/** Kinds whose work is one statement under one verifier key. */
export type StatementKind = 'direct' | 'optimistic'

/** What a score that passes earns: all, its own share, or the share of the last step at or below it. */
export type Grading =
  | { readonly curve: 'threshold' }
  | { readonly curve: 'linear' }
  | {
      readonly curve: 'table'
      /** Rising scores and shares of the reward, both in basis points; the first at or below the threshold; at most 16. */
      readonly steps: readonly { readonly fromBps: number; readonly shareBps: number }[]
    }

/** A gold audit, from its asking to its ruling. */
export type Audit = AuditProgress & {
  /** Whose worker asked. */
  readonly disputedSlot: number
  /** Whether the panel is the rejected slots, because none was accepted. */
  readonly ofRejected: boolean
}

/** Where a consensus task stands. Deadlines are those of the current round, in seconds. */
export type ConsensusProgress = {
  readonly round: number
  /** Rounds there can be. */
  readonly roundLimit: number
  /** Number of the round's first slot. */
  readonly firstSlot: number
  readonly slotLimit: number
  readonly committed: number
  readonly delivered: number
  readonly tallied: number
  readonly joinBy: bigint
  readonly commitBy: bigint
  readonly deliverBy: bigint
  readonly settleBy: bigint
  readonly counts: bigint
  readonly out: bigint
  readonly support: bigint
  /** What the support would be if all agreed. */
  readonly possible: bigint
  readonly weight: bigint
}

type TaskCommon = {
  readonly taskId: Hex
  readonly requester: Address
  readonly slots: number
  readonly joined: number
  readonly ended: number
  readonly token: Address
  readonly joinBy: bigint
  readonly unfilledReturned: boolean
  /** Settlement module. */
  readonly settlement: Address
  readonly treasury: Address
  readonly rewardPerSlot: bigint
  readonly feePerSlot: bigint
  /** What the task still holds, in base units. */
  readonly escrow: bigint
  readonly datasetVersionId: Hex
  /** Zero when the task has no payload: its statement is all there is to know. */
  readonly payloadDigest: Hex
  /** Who lets workers in; the zero address is open to every account. */
  readonly gate: Address
  /** Version of the protocol parameters the task keeps. */
  readonly parametersVersion: number
  /** Slots returned by a proven rejection. */
  readonly rejected: number
  /** What a worker locks while its slot is live, in base units. */
  readonly stakePerSlot: bigint
  /** What the requester locks, in base units. */
  readonly bond: bigint
  readonly bondState: BondState
  /** All that was agreed when the task was made: what a joining names, since the id names requester and salt only. */
  readonly termsHash: Hex
  readonly halted: boolean
  readonly phase: TaskPhase
  /** Last second of the phase, when a deadline ends it. */
  readonly nextDeadline: bigint | null
  /** Timestamp of the block everything was read at, in seconds. */
  readonly timestamp: bigint
}

export type TaskState = TaskCommon &
  (
    | {
        readonly kind: 'open-gold'
        readonly rules: Rules
        readonly terms: OpenGoldTerms
        /** When the gold was opened, in seconds; zero while closed. */
        readonly goldOpenedAt: bigint
        readonly committed: number
      }
    | {
        readonly kind: 'hidden-gold'
        readonly rules: Rules
        readonly terms: HiddenGoldTerms
        readonly submitted: number
        /** Time to ask for an audit after `scoreBy`, and as long again to answer it, in seconds. */
        readonly auditWindow: bigint
        /** The one gold audit there can be; undefined while nobody asked for it. */
        readonly audit: Audit | undefined
        /** Nobody can prove a score any more. */
        readonly scoreKeyFrozen: boolean
        /** The key of audits or the one of legality: nobody can ask for an audit, and an open one need not be answered. */
        readonly auditKeysFrozen: boolean
      }
    | {
        readonly kind: 'consensus'
        readonly rules: Rules
        readonly terms: ConsensusTerms
        readonly progress: ConsensusProgress
        readonly round: ConsensusRound
      }
    | { readonly kind: 'direct'; readonly terms: DirectTerms }
    | {
        readonly kind: 'optimistic'
        readonly terms: OptimisticTerms
        readonly claimed: number
        /** Disputes that are not decided. */
        readonly openDisputes: number
      }
  )

/** A task whose work is labels. */
export type LabelTaskState = Extract<TaskState, { kind: LabelKind }>
/** A task whose work is one statement. */
export type StatementTaskState = Extract<TaskState, { kind: StatementKind }>

/** A task with what only its creation event tells. */
export type Task = TaskState & {
  /** Untrusted text of the requester. */
  readonly title: string
  readonly createdIn: Hash
  readonly createdAtBlock: bigint
}

export type Slot = {
  readonly taskId: Hex
  readonly slot: number
  readonly state: SlotState
  /** Why it ended; `none` while it has not. */
  readonly ending: SlotEnding
  /** Proven agreement in basis points, rounded down; zero when none was proven. */
  readonly scoreBps: number
  /** When a content key was first published for it, in seconds; zero before. */
  readonly wrappedAt: bigint
  readonly worker: Address
  readonly payout: Address
  /** What each of the two relayers gets, in base units. */
  readonly relayFee: bigint
  /** Label commitment; zero before the slot committed, and where no labels are due. */
  readonly commitment: bigint
  /** How the slot ends if it is settled now. */
  readonly outcome: SlotOutcome
  /** The open dispute about it. */
  readonly dispute: { readonly challenger: Address; readonly bond: bigint } | undefined
  /** Optimistic: what the slot has claimed. */
  readonly claim: SlotClaim | undefined
}

/** A claim of an optimistic task. Times in seconds. */
export type SlotClaim = {
  /** `keccak256` of the packed public signals. */
  readonly signalsHash: Hex
  readonly claimedAt: bigint
  /** Zero while nobody disputes it. */
  readonly disputedAt: bigint
}

/**
 * What a requester must keep to open the gold, wrap content keys and read labels. Plain JSON; every secret is hex.
 * Keep it encrypted: whoever has it reads the payload and the labels.
 */
export type RequesterSecrets = {
  readonly version: 1
  readonly kind: LabelKind
  readonly chainId: number
  readonly taskRegistry: Address
  readonly taskId: Hex
  readonly requester: Address
  /** Salt of the task id. */
  readonly salt: Hex
  readonly payloadCid: string
  /** AES-256 key of the payload. */
  readonly contentKey: Hex
  /** BabyJubJub secret scalar, to which workers encrypt their labels. */
  readonly encryptionSecret: Hex
  readonly goldSalt: Hex
  readonly gold: readonly { readonly index: number; readonly label: Label }[]
  readonly rules: Rules
}

/** What a worker must keep to unwrap the content key. Plain JSON. */
export type WorkerSecrets = {
  readonly version: 1
  readonly chainId: number
  readonly taskRegistry: Address
  readonly taskId: Hex
  readonly worker: Address
  /** X25519 key pair. */
  readonly secretKey: Hex
  readonly publicKey: Hex
}

/** What a worker must keep between committing and proving. Plain JSON. */
export type LabelSecrets = {
  readonly version: 1
  readonly taskId: Hex
  readonly slot: number
  readonly labels: readonly Label[]
  readonly salt: Hex
  readonly commitment: Hex
}
