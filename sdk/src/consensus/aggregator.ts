import { type Hex, zeroAddress, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { read, type VeritaskClient } from '../actions/internal/context.js'
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

/** What the consensus of a task is bound to; with a key id, what a proof about it is. */
export function taskContextOf(deployment: Deployment, task: ConsensusTask, keyId: Hex = zeroHash): bigint {
  const { settlement: module, taskId } = task
  return proofContext({ chainId: deployment.chainId, module, taskId, slot: WHOLE_TASK, payout: zeroAddress, keyId })
}

/** Every delivered slot, rising, decrypted and checked against its commitment. */
export async function openVoters(
  client: VeritaskClient,
  deployment: Deployment,
  { task, secrets }: { readonly task: ConsensusTask; readonly secrets: RequesterSecrets },
): Promise<readonly DeliveredVoter[]> {
  const { taskId, settlement } = task
  const module = { address: settlement, abi: consensusSettlementAbi } as const
  const delivered = await readDeliveredLabels(client, { deployment, taskId, secrets })
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
