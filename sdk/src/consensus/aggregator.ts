import { type Hex, zeroAddress, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { read, type VeritaskClient } from '../actions/internal/context.js'
import { requesterKeys, SecretsMismatchError } from '../actions/internal/secrets.js'
import { readSlot } from '../actions/internal/task.js'
import { readDeliveredLabels } from '../actions/readDeliveredLabels.js'
import type { RequesterSecrets, TaskState } from '../actions/types.js'
import { type OpenedVoter, proofContext, WHOLE_TASK } from '../core.js'
import type { Deployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import { consensusSettlementAbi } from '../generated/abis.js'

export type ConsensusTask = Extract<TaskState, { kind: 'consensus' }>

/** A delivered slot with its votes in the open, and how far it is settled. */
export type DeliveredVoter = OpenedVoter & {
  readonly slot: number
  readonly commitment: bigint
  readonly tallied: boolean
  /** Paid or returned. */
  readonly ended: boolean
}

/** The chain counts other votes than this aggregator: somebody else with the secrets is at work, or these are not the task's. */
export class CountsDifferError extends BaseError {
  override name = 'CountsDifferError'
  constructor({ taskId }: { taskId: Hex }) {
    super(`The counts of task ${taskId} on the chain are not those of the votes it names.`, {
      metaMessages: [
        'Only one aggregator at a time: whoever added the last votes must go on, or the task ends by silence.',
      ],
    })
  }
}

/** There is nothing to count. */
export class NoVotesError extends BaseError {
  override name = 'NoVotesError'
  constructor({ taskId }: { taskId: Hex }) {
    super(`Nobody delivered a vote for task ${taskId}, so there is no majority to prove.`, {
      metaMessages: ['End its slots with `settleSlots`, then take back those nobody took with `returnUnfilled`.'],
    })
  }
}

/** A proof of the majority must count every delivered vote, and the node shows fewer. */
export class MissingVotesError extends BaseError {
  override name = 'MissingVotesError'
  constructor({ taskId, found, delivered }: { taskId: Hex; found: number; delivered: number }) {
    super(`Task ${taskId} has ${delivered} delivered votes, and the node's logs show ${found} of them.`, {
      metaMessages: [
        'Use a node that keeps all logs since the deployment. If it is behind, wait until it has caught up and call again.',
      ],
    })
  }
}

/** What the consensus of a task is bound to; with a key id, what a proof about it is. */
export function taskContextOf(deployment: Deployment, task: ConsensusTask, keyId: Hex = zeroHash): bigint {
  const { settlement: module, taskId } = task
  return proofContext({ chainId: deployment.chainId, module, taskId, slot: WHOLE_TASK, payout: zeroAddress, keyId })
}

/**
 * Every delivered slot, rising, decrypted and checked against its commitment.
 *
 * @throws {@link SecretsMismatchError} when the labels were encrypted to another key, {@link MissingVotesError} when the node
 * does not show them all.
 */
export async function openVoters(
  client: VeritaskClient,
  deployment: Deployment,
  { task, secrets }: { readonly task: ConsensusTask; readonly secrets: RequesterSecrets },
): Promise<readonly DeliveredVoter[]> {
  const { taskId, settlement } = task
  const [x, y] = requesterKeys(secrets).publicKey
  if (task.terms.encryptionKey[0] !== x || task.terms.encryptionKey[1] !== y)
    throw new SecretsMismatchError({ reason: "their encryption key is not the one the task's labels are encrypted to" })
  const module = { address: settlement, abi: consensusSettlementAbi } as const
  const delivered = await readDeliveredLabels(client, { deployment, taskId, secrets })
  if (delivered.length !== task.progress.delivered)
    throw new MissingVotesError({ taskId, found: delivered.length, delivered: task.progress.delivered })
  const voters = await read(() =>
    Promise.all(
      delivered.map(async ({ slot, payout, labels, commitment, salt }) => {
        const [work, mask, { state }] = await Promise.all([
          readContract(client, { ...module, functionName: 'workOf', args: [taskId, slot] }),
          readContract(client, { ...module, functionName: 'assignmentOf', args: [taskId, slot] }),
          readSlot(client, deployment, task, slot),
        ])
        return {
          slot,
          commitment,
          commitmentContext: proofContext({
            chainId: deployment.chainId,
            module: settlement,
            taskId,
            slot,
            payout,
            keyId: zeroHash,
          }),
          salt,
          labels: labels as readonly number[],
          weight: work.weight,
          mask,
          tallied: work.tallied,
          ended: state !== 'joined',
        }
      }),
    ),
  )
  return voters.sort((a, b) => a.slot - b.slot)
}
