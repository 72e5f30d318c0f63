import type { Address, Hash, Hex } from 'viem'
import type { Label, Rules } from '../core.js'
import type { ConsensusRound, RejectionsProgress, TaskPhase } from '../phase.js'
import type { AuditState, BondState, Ruling, SlotEnding, SlotOutcome, SlotState } from '../states.js'
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

/** A gold audit, from its asking to its ruling. Every rejected slot can have one. */
export type Audit = {
  /** Of the worker who asked. */
  readonly slot: number
  readonly challenger: Address
  /** Last second to prove the panel, in seconds. */
  readonly answerBy: bigint
  /** Slots the panel is drawn from. */
  readonly population: number
  /** Slots to be proven. */
  readonly panelSize: number
  /** Whether the population is the accepted slots; else everyone who submitted but the challenger. */
  readonly ofAccepted: boolean
  /** Block whose hash draws the panel; zero when the panel is everyone it could be. */
  readonly beaconBlock: bigint
  /** Whether the panel is known. */
  readonly drawn: boolean
  /** Slots proven. */
  readonly audited: number
  /** Gold items on which the challenger disagrees with the gold. */
  readonly disputedItems: number
  /** Answers to disputed items that agree with the gold and not with the challenger, over the slots proven. */
  readonly withGold: number
  /** Answers that agree with the challenger and not with the gold. */
  readonly withChallenger: number
  /** Gold items that the panel overturned, all of them when the requester did not answer in time; zero until it is closed. */
  readonly overturnedItems: number
  readonly closed: boolean
  /** Undefined while it is not closed. */
  readonly ruling: Ruling | undefined
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
    | ({
        readonly kind: 'hidden-gold'
        readonly rules: Rules
        readonly terms: HiddenGoldTerms
        /** Slots whose score was proven. */
        readonly scored: number
        /** Nobody can prove a score any more. */
        readonly scoreKeyFrozen: boolean
        /** Until when the rejections can be overturned, as far as is known now; undefined when there are none, or none that wait. */
        readonly rejectionsPendingUntil: bigint | undefined
        /** Whether a rejected worker may ask for an audit now. Whether it can win one depends on its own score too. */
        readonly mayAsk: boolean
        /** In the order of asking. */
        readonly audits: readonly Audit[]
      } & Omit<RejectionsProgress, 'scoreBy'>)
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
  /** Hidden gold: the proven score below the threshold, whatever came of it. Provisional while `outcome` is pending. */
  readonly rejection: SlotRejection | undefined
  /** The open dispute about it. */
  readonly dispute: { readonly challenger: Address; readonly bond: bigint } | undefined
  /** Optimistic: what the slot has claimed. */
  readonly claim: SlotClaim | undefined
}

/** A rejection by hidden gold. */
export type SlotRejection = {
  /** Gold items that the slot agrees with. */
  readonly agreements: number
  /** The audit that its worker asked for. */
  readonly audit: AuditState
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
