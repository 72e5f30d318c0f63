import type { Address, Hash, Hex } from 'viem'
import type { CommitmentMismatchError, Label } from '../core.js'
import type { TaskNotFoundError } from '../errors/contract.js'
import { connect, type ReadParameters, type VeritaskClient } from './internal/context.js'
import { readDeliveries } from './internal/deliveries.js'
import { assertSecretsOf, type SecretsMismatchError } from './internal/secrets.js'
import type { RequesterSecrets } from './types.js'

export type ReadDeliveredLabelsParameters = ReadParameters & {
  readonly taskId: Hex
  /** Default: every slot that delivered. */
  readonly slot?: number | undefined
  readonly secrets: RequesterSecrets
}
export type DeliveredLabels = {
  readonly slot: number
  readonly worker: Address
  readonly payout: Address
  /** One per item, in item order. */
  readonly labels: readonly Label[]
  readonly commitment: bigint
  /** Salt of the commitment, which came encrypted with the labels. */
  readonly salt: bigint
  /** The transaction that delivered. */
  readonly hash: Hash
}
export type ReadDeliveredLabelsReturnType = DeliveredLabels[]
export type ReadDeliveredLabelsErrorType = CommitmentMismatchError | SecretsMismatchError | TaskNotFoundError | Error

/**
 * Decrypts what workers delivered, from chain logs alone, and checks that every delivery opens its commitment.
 *
 * @example
 * import { readDeliveredLabels } from '@veritask/sdk'
 * const delivered = await readDeliveredLabels(client, { taskId, secrets })
 */
export async function readDeliveredLabels(
  client: VeritaskClient,
  parameters: ReadDeliveredLabelsParameters,
): Promise<ReadDeliveredLabelsReturnType> {
  const { taskId, slot, secrets } = parameters
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const slots = slot === undefined ? undefined : [slot]
  const delivered = await readDeliveries(client, { deployment, taskId, slots, secrets })
  return delivered.map(({ open }) => open())
}
