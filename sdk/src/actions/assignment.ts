import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { seedSecret } from '../consensus/secrets.js'
import { unpackMask } from '../core.js'
import type { TaskNotFoundError } from '../errors/contract.js'
import { consensusSettlementAbi } from '../generated/abis.js'
import {
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, requesterKeys } from './internal/secrets.js'
import { assertKind, readTask } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { RequesterSecrets } from './types.js'

export type DrawBeaconParameters = WriteParameters & { readonly taskId: Hex }
export type DrawBeaconReturnType = WriteReturnType & { readonly round: number }
export type DrawBeaconErrorType = TaskNotFoundError | WrongSettlementKindError | Error

/**
 * Takes the beacon of a consensus task's assignment from the block this lands in, once nobody can join the round any more.
 * Anyone may; the sooner somebody does, the less the requester can choose.
 *
 * @example
 * import { drawBeacon } from '@veritask/sdk'
 * const { round } = await drawBeacon(client, { taskId })
 */
export async function drawBeacon(
  client: VeritaskClient,
  parameters: DrawBeaconParameters,
): Promise<DrawBeaconReturnType> {
  const { taskId } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const { round } = task.progress
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(consensusSettlementAbi, task.settlement, 'drawBeacon', [taskId]),
    findEffect: async () => {
      const [drawn] = await readLogs(client, deployment, {
        contract: 'consensus',
        eventName: 'BeaconDrawn',
        args: { taskId, round },
      })
      return drawn?.transactionHash
    },
  })
  return { ...sent, round }
}

export type RevealSeedParameters = WriteParameters & { readonly taskId: Hex; readonly secrets: RequesterSecrets }
export type RevealSeedReturnType = WriteReturnType & { readonly round: number }
export type RevealSeedErrorType = TaskNotFoundError | WrongSettlementKindError | Error

/**
 * Fixes which items each worker of the round gets. By the middle of the time to commit, or the round's slots lapse.
 *
 * @example
 * import { revealSeed } from '@veritask/sdk'
 * await revealSeed(client, { taskId, secrets })
 */
export async function revealSeed(
  client: VeritaskClient,
  parameters: RevealSeedParameters,
): Promise<RevealSeedReturnType> {
  const { taskId, secrets } = parameters
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const { round } = task.progress
  const secret = seedSecret(requesterKeys(secrets).secretKey, taskId, round)
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer: resolveSigner(client, parameters),
    call: contractCall(consensusSettlementAbi, task.settlement, 'revealSeed', [taskId, secret]),
    findEffect: async () => {
      const [revealed] = await readLogs(client, deployment, {
        contract: 'consensus',
        eventName: 'SeedRevealed',
        args: { taskId, round },
      })
      return revealed?.transactionHash
    },
  })
  return { ...sent, round }
}

export type GetAssignedItemsParameters = ReadParameters & { readonly taskId: Hex; readonly slot: number }
/** Indices of the items that count for the slot, rising; undefined before the seed is known. */
export type GetAssignedItemsReturnType = readonly number[] | undefined
export type GetAssignedItemsErrorType = TaskNotFoundError | WrongSettlementKindError | Error

/**
 * The items of a consensus task that a slot's worker is to label.
 *
 * @example
 * import { getAssignedItems } from '@veritask/sdk'
 * const items = await getAssignedItems(client, { taskId, slot: 0 })
 */
export async function getAssignedItems(
  client: VeritaskClient,
  parameters: GetAssignedItemsParameters,
): Promise<GetAssignedItemsReturnType> {
  const { taskId, slot } = parameters
  const deployment = await connect(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'consensus')
  const mask = await read(() =>
    readContract(client, {
      address: task.settlement,
      abi: consensusSettlementAbi,
      functionName: 'assignmentOf',
      args: [taskId, slot],
    }),
  )
  if (mask.length === 0) return undefined
  return unpackMask(task.rules.capacity === 64 ? 64 : 256, mask).flatMap((assigned, index) => (assigned ? [index] : []))
}
