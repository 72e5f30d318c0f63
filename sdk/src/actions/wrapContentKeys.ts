import type { Hash, Hex } from 'viem'
import { InvalidWorkerKeyError, wrapContentKey } from '../core.js'
import type { Deployment } from '../deployments.js'
import { NotRequesterError, type TaskNotFoundError } from '../errors/contract.js'
import { taskRegistryAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertSecretsOf, bytesFromHex, type SecretsMismatchError } from './internal/secrets.js'
import { currentSlotKeys } from './internal/slotKeys.js'
import { readSlot, readTask } from './internal/task.js'
import { contractCall, write } from './internal/write.js'
import type { RequesterSecrets } from './types.js'

/** Keys wrapped by one transaction: about 6,000 gas and 200 bytes each. */
const BATCH = 100

export type WrapContentKeysParameters = WriteParameters & {
  readonly taskId: Hex
  readonly secrets: RequesterSecrets
}
export type WrapContentKeysReturnType = {
  /** Slots that got their key now. */
  readonly wrapped: readonly number[]
  /** Slots whose worker gave a key nothing can be encrypted to; they stay without. */
  readonly skipped: readonly { readonly slot: number; readonly error: Error }[]
  readonly hashes: readonly Hash[]
}
export type WrapContentKeysErrorType = NotRequesterError | TaskNotFoundError | SecretsMismatchError | Error

/**
 * Wraps the content key to every worker who joined and has none yet. Call it as often as wished: slots that have a key are
 * left alone.
 *
 * @example
 * import { wrapContentKeys } from '@veritask/sdk'
 * const { wrapped } = await wrapContentKeys(client, { taskId, secrets })
 */
export async function wrapContentKeys(
  client: VeritaskClient,
  parameters: WrapContentKeysParameters,
): Promise<WrapContentKeysReturnType> {
  const { taskId, secrets } = parameters
  const deployment = await connect(client, parameters)
  assertSecretsOf(secrets, { taskId, chainId: deployment.chainId })
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  if (task.requester !== signer.address) throw new NotRequesterError({ taskId, caller: signer.address })

  // Read first: damaged secrets are no fault of a worker's key.
  const contentKey = bytesFromHex(secrets.contentKey, 'contentKey')

  const { joined, wrapped: have } = await readSlotKeys(client, deployment, taskId)
  const missing = joined.filter(({ args }) => !have.has(args.slot))
  const live = await Promise.all(
    missing.map(async ({ args }) => (await readSlot(client, deployment, task, args.slot)).state === 'joined'),
  )

  const ready: { slot: number; wrappedKey: Hex }[] = []
  const skipped: { slot: number; error: InvalidWorkerKeyError }[] = []
  for (const { args } of missing.filter((_, index) => live[index])) {
    try {
      const wrappedKey = await wrapContentKey({
        chainId: deployment.chainId,
        taskRegistry: deployment.contracts.taskRegistry,
        taskId,
        payloadDigest: task.payloadDigest,
        workerKey: args.encryptionKey,
        contentKey,
      })
      ready.push({ slot: args.slot, wrappedKey })
    } catch (error) {
      if (!(error instanceof InvalidWorkerKeyError)) throw error
      skipped.push({ slot: args.slot, error })
    }
  }

  const hashes: Hash[] = []
  for (let start = 0; start < ready.length; start += BATCH) {
    const batch = ready.slice(start, start + BATCH)
    const slots = batch.map(({ slot }) => slot)
    const { hash } = await write(client, {
      deployment,
      signer,
      call: contractCall(taskRegistryAbi, deployment.contracts.taskRegistry, 'wrapContentKeys', [
        taskId,
        slots,
        batch.map(({ wrappedKey }) => wrappedKey),
      ]),
      findEffect: async () => {
        const { wrapped: now } = await readSlotKeys(client, deployment, taskId)
        return slots.every((slot) => now.has(slot)) ? now.get(slots[0]!) : undefined
      },
    })
    hashes.push(hash)
  }
  return { wrapped: ready.map(({ slot }) => slot), skipped, hashes }
}

async function readSlotKeys(client: VeritaskClient, deployment: Deployment, taskId: Hex) {
  const of = <name extends 'SlotJoined' | 'ContentKeyWrapped'>(eventName: name) =>
    readLogs(client, deployment, { contract: 'taskRegistry', eventName, args: { taskId } })
  return currentSlotKeys(await of('SlotJoined'), await of('ContentKeyWrapped'))
}
