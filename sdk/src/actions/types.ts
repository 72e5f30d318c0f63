import type { Address, Hash, Hex } from 'viem'
import type { Label, Rules } from '../core.js'
import type { HiddenGoldTerms, OpenGoldTerms } from './internal/terms.js'

export type { HiddenGoldTerms, OpenGoldTerms } from './internal/terms.js'

export type SettlementKind = 'open-gold' | 'hidden-gold'

/** Where a task stands, as of the last block. */
export type TaskPhase =
  /** Slots can be taken. */
  | 'joining'
  /** Open gold: workers may commit. */
  | 'committing'
  /** Open gold: the requester may open the gold. */
  | 'opening'
  /** Open gold: the gold is open and workers prove agreement with it. */
  | 'proving'
  /** Open gold: the gold stayed closed and committed workers deliver. */
  | 'delivering'
  /** Hidden gold: workers may submit. */
  | 'submitting'
  /** Hidden gold: the requester may prove scores. */
  | 'scoring'
  /** Every deadline is over; what is left is settled by anyone. */
  | 'settling'
  /** A pinned key is frozen; what is left is settled by anyone. */
  | 'halted'
  /** Every slot ended. */
  | 'completed'
  /** Ended before anyone joined. */
  | 'cancelled'

export type TaskState = {
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
  readonly payloadDigest: Hex
  readonly rules: Rules
  readonly halted: boolean
  readonly phase: TaskPhase
  /** Timestamp of the block everything was read at, in seconds. */
  readonly timestamp: bigint
} & (
  | {
      readonly kind: 'open-gold'
      readonly terms: OpenGoldTerms
      /** When the gold was opened, in seconds; zero while closed. */
      readonly goldOpenedAt: bigint
      readonly committed: number
    }
  | { readonly kind: 'hidden-gold'; readonly terms: HiddenGoldTerms }
)

/** A task with what only its creation event tells. */
export type Task = TaskState & {
  /** Untrusted text of the requester. */
  readonly title: string
  readonly createdIn: Hash
  readonly createdAtBlock: bigint
}

export type SlotState = 'open' | 'joined' | 'paid' | 'returned'

export type Slot = {
  readonly taskId: Hex
  readonly slot: number
  readonly state: SlotState
  readonly worker: Address
  readonly payout: Address
  /** Label commitment; zero before the slot committed. */
  readonly commitment: bigint
  /** How the slot ends if it is settled now. */
  readonly outcome: 'pending' | 'paid' | 'returned'
}

/**
 * What a requester must keep to open the gold, wrap content keys and read labels. Plain JSON; every secret is hex.
 * Keep it encrypted: whoever has it reads the payload and the labels.
 */
export type RequesterSecrets = {
  readonly version: 1
  readonly kind: SettlementKind
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
