import type { Address, Hash, Hex } from 'viem'
import { type CommitmentMismatchError, commitmentContext, decodeRules, type Label, openDelivery } from '../core.js'
import type { Deployment } from '../deployments.js'
import { TaskNotFoundError } from '../errors/contract.js'
import { connect, type ReadParameters, type VeritaskClient } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, requesterKeys, type SecretsMismatchError } from './internal/secrets.js'
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
  const { secretKey } = requesterKeys(secrets)
  const [rules, joined, delivered] = await Promise.all([
    readRules(client, deployment, taskId),
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args: { taskId, slot } }),
    readLogs(client, deployment, {
      contract: ['openGold', 'hiddenGold', 'consensus'],
      eventName: 'LabelsDelivered',
      args: { taskId, slot },
    }),
  ])
  return delivered.flatMap(({ args, address, transactionHash }) => {
    const holder = joined.find((event) => event.args.slot === args.slot)
    if (!holder) return []
    const { worker, payout } = holder.args
    const place = { chainId: deployment.chainId, module: address, taskId, slot: args.slot, payout }
    const { labels, salt } = openDelivery({
      rules,
      secretKey,
      delivery: { ephemeralKey: args.ephemeralKey, ciphertext: args.ciphertext },
      commitmentContext: commitmentContext(place),
      commitment: args.commitment,
    })
    return [{ slot: args.slot, worker, payout, labels, commitment: args.commitment, salt, hash: transactionHash }]
  })
}

async function readRules(client: VeritaskClient, deployment: Deployment, taskId: Hex) {
  const [open, hidden, consensus] = await Promise.all([
    readLogs(client, deployment, { contract: 'openGold', eventName: 'OpenGoldTermsSet', args: { taskId } }),
    readLogs(client, deployment, { contract: 'hiddenGold', eventName: 'HiddenGoldTermsSet', args: { taskId } }),
    readLogs(client, deployment, { contract: 'consensus', eventName: 'ConsensusTermsSet', args: { taskId } }),
  ])
  const terms = (open[0] ?? hidden[0] ?? consensus[0])?.args.terms
  if (!terms) throw new TaskNotFoundError({ taskId })
  return decodeRules(terms.rules)
}
