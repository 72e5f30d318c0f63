import type { Hex } from 'viem'
import { commitmentContext, decodeRules, openDelivery } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { TaskNotFoundError } from '../../errors/contract.js'
import type { DeliveredLabels } from '../readDeliveredLabels.js'
import type { RequesterSecrets } from '../types.js'
import type { VeritaskClient } from './context.js'
import { readLogs } from './logs.js'
import { requesterKeys } from './secrets.js'

/** What a slot delivered, still encrypted. */
export type SealedLabels = {
  readonly slot: number
  /** @throws {CommitmentMismatchError} when it is not what the slot committed to. */
  readonly open: () => DeliveredLabels
}

/** What the slots of a task delivered, oldest first; of these alone when any are named. */
export async function readDeliveries(
  client: VeritaskClient,
  {
    deployment,
    taskId,
    slots,
    secrets,
  }: {
    readonly deployment: Deployment
    readonly taskId: Hex
    readonly slots?: readonly number[] | undefined
    readonly secrets: RequesterSecrets
  },
): Promise<SealedLabels[]> {
  const { secretKey } = requesterKeys(secrets)
  const args = { taskId, slot: slots }
  const [rules, joined, delivered] = await Promise.all([
    readRules(client, deployment, taskId),
    readLogs(client, deployment, { contract: 'taskRegistry', eventName: 'SlotJoined', args }),
    readLogs(client, deployment, {
      contract: ['openGold', 'hiddenGold', 'consensus'],
      eventName: 'LabelsDelivered',
      args,
    }),
  ])
  return delivered.flatMap(({ args, address, transactionHash: hash }) => {
    const { slot, ephemeralKey, ciphertext, commitment } = args
    const holder = joined.find((event) => event.args.slot === slot)
    if (!holder) return []
    const { worker, payout } = holder.args
    const open = () => {
      const place = { chainId: deployment.chainId, module: address, taskId, slot, payout }
      const { labels, salt } = openDelivery({
        rules,
        secretKey,
        delivery: { ephemeralKey, ciphertext },
        commitmentContext: commitmentContext(place),
        commitment,
      })
      return { slot, worker, payout, labels, commitment, salt, hash }
    }
    return [{ slot, open }]
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
