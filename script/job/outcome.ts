import type { SettlementKind } from '@veritask/sdk'
import type { Address, Hash, Hex } from 'viem'

export interface WorkerRow {
  readonly name: string
  readonly kind: string
  readonly slot: number
  readonly worker: Address
  readonly payout: Address
  /** Share of the task's items labelled as the source of the data does; null where nothing was labelled. */
  readonly accuracy: number | null
  /** Agreement as the task counts it, for example 14/16, counted here and not by the code under test; null where there is none. */
  readonly agreement: string | null
  readonly outcome: 'paid' | 'returned'
  readonly paid: bigint
  readonly how: string
  readonly transaction: Hash | null
}

export interface TaskResult {
  readonly kind: SettlementKind
  readonly title: string
  /** What the task asks for, in one line. */
  readonly asks: string
  readonly taskId: Hex
  /** Null where there is nothing to decrypt. */
  readonly payloadCid: string | null
  readonly token: { readonly address: Address; readonly symbol: string; readonly decimals: number }
  readonly rewardPerSlot: bigint
  readonly feePerSlot: bigint
  readonly slots: number
  readonly workers: readonly WorkerRow[]
  /** Unused reward and fee that went back to the requester. */
  readonly returned: bigint
  readonly provingMilliseconds: readonly number[]
}
