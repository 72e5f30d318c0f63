import type { Address, Hex } from 'viem'
import { reputationCommitment } from '../core.js'
import type { NotWorkerError, TaskNotFoundError } from '../errors/contract.js'
import { type RecordedSlot, reputationBlinding } from '../gates/index.js'
import { reputationRegistryAbi } from '../generated/abis.js'
import {
  connect,
  type ReadParameters,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { slotNumberOf } from './internal/task.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type RecordReputationParameters = WriteParameters & {
  readonly taskId: Hex
  /** The worker's, the same for everything that is to count together. Secret. */
  readonly secret: bigint
  /** 1 to 3 when the registry has the leaf already: somebody copied the commitment. Default: 0. */
  readonly attempt?: number | undefined
}
export type RecordReputationReturnType = WriteReturnType & { readonly slot: number; readonly commitment: bigint }
export type RecordReputationErrorType = TaskNotFoundError | NotWorkerError | Error

/**
 * Records the caller's accepted slot in its requester's tree, under a commitment that hides the secret.
 *
 * @example
 * import { recordReputation } from '@veritask/sdk'
 * await recordReputation(client, { taskId, secret })
 */
export async function recordReputation(
  client: VeritaskClient,
  parameters: RecordReputationParameters,
): Promise<RecordReputationReturnType> {
  const { taskId, secret, attempt } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const slot = await slotNumberOf(client, deployment, taskId, signer.address)
  const commitment = reputationCommitment({ secret, blinding: reputationBlinding({ secret, taskId, slot, attempt }) })

  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(reputationRegistryAbi, deployment.contracts.reputationRegistry, 'record', [
      taskId,
      slot,
      commitment,
    ]),
    findEffect: async () => {
      const [recorded] = await readLogs(client, deployment, {
        contract: 'reputationRegistry',
        eventName: 'ReputationRecorded',
        args: { taskId, slot },
      })
      // Under another secret it is not this record: the registry says that there is one.
      return recorded?.args.commitment === commitment ? recorded.transactionHash : undefined
    },
  })
  return { ...sent, slot, commitment }
}

export type ReadReputationParameters = ReadParameters & { readonly requester: Address }
export type ReadReputationReturnType = readonly RecordedSlot[]

/**
 * The tree of a requester's accepted slots: every record, in order.
 *
 * @example
 * import { readReputation } from '@veritask/sdk'
 * const recorded = await readReputation(client, { requester })
 */
export async function readReputation(
  client: VeritaskClient,
  parameters: ReadReputationParameters,
): Promise<ReadReputationReturnType> {
  const { requester } = parameters
  const deployment = await connect(client, parameters)
  const events = await readLogs(client, deployment, {
    contract: 'reputationRegistry',
    eventName: 'ReputationRecorded',
    args: { requester },
  })
  return events.map(({ args: { taskId, slot, commitment, scoreBps, leaf } }) => ({
    taskId,
    slot,
    commitment,
    scoreBps,
    leaf,
  }))
}
