import type { Address, Hash, Hex } from 'viem'

export interface WorkerRow {
  readonly name: string
  readonly kind: string
  readonly slot: number
  readonly worker: Address
  readonly payout: Address
  /** Share of the task's images labelled as MNIST does; null for who labelled nothing. */
  readonly accuracy: number | null
  /** Gold items agreed with, counted here from the MNIST labels. */
  readonly agreements: number | null
  readonly outcome: 'paid' | 'returned'
  readonly paid: bigint
  readonly how: string
  readonly transaction: Hash | null
}

export interface TaskResult {
  readonly kind: 'open-gold' | 'hidden-gold'
  readonly title: string
  readonly taskId: Hex
  readonly payloadCid: string
  readonly images: number
  readonly goldCount: number
  readonly needed: number
  readonly token: { readonly address: Address; readonly symbol: string; readonly decimals: number }
  readonly rewardPerSlot: bigint
  readonly feePerSlot: bigint
  readonly slots: number
  readonly workers: readonly WorkerRow[]
  /** Unused reward and fee that went back to the requester. */
  readonly returned: bigint
  readonly provingMilliseconds: readonly number[]
}
