import type { Deployment, LabelSubmission, RequesterSecrets, ScoreSubmission } from '@veritask/sdk'
import type { Hex } from 'viem'

export interface ProofRequest {
  readonly rpcUrl: string
  readonly deployment: Deployment
  readonly directory: string
  /** Development account that proves. */
  readonly account: number
  readonly taskId: Hex
  readonly slot: number
  readonly work:
    | { readonly kind: 'labels'; readonly labels: readonly number[]; readonly salt?: Hex }
    | { readonly kind: 'score'; readonly secrets: RequesterSecrets }
  readonly repeat: number
}

export interface ProofReport {
  readonly made: LabelSubmission | ScoreSubmission
  /** The first cold, the others warm. */
  readonly milliseconds: readonly number[]
  readonly peakBytes: number
}

const bigintTag = '$bigint'

/** JSON between the two processes of the benchmark, with big integers. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? { [bigintTag]: String(inner) } : inner))

export const fromJson = <T>(text: string): T =>
  JSON.parse(text, (_, inner) =>
    typeof inner === 'object' && inner !== null && typeof inner[bigintTag] === 'string'
      ? BigInt(inner[bigintTag])
      : inner,
  ) as T
