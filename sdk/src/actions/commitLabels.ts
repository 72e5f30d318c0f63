import type { Hex } from 'viem'
import {
  type BoxOutsideImageError,
  commitmentContext,
  commitLabels as computeCommitment,
  encodeLabels,
  type Label,
  type LabelOutsideSchemaError,
  randomSalt,
  restoreSecret,
  type WrongItemCountError,
} from '../core.js'
import {
  AlreadyCommittedError,
  DeadlinePassedError,
  GoldAlreadyOpenError,
  type NotWorkerError,
  SlotEndedError,
  type TaskNotFoundError,
} from '../errors/contract.js'
import { openGoldSettlementAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { scalarToHex } from './internal/secrets.js'
import { assertKind, readSlot, readTask, slotNumberOf } from './internal/task.js'
import type { WrongSettlementKindError } from './internal/terms.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import type { LabelSecrets } from './types.js'

export type CommitLabelsParameters = WriteParameters & {
  readonly taskId: Hex
  /** One label per item, in item order. */
  readonly labels: readonly Label[]
  /** Salt kept from an attempt that was interrupted; default: random. */
  readonly salt?: bigint | Hex | undefined
  /** Called, and awaited, before anything is sent: without them the labels can never be proven. */
  readonly onSecrets?: ((secrets: LabelSecrets) => void | Promise<void>) | undefined
}
export type CommitLabelsReturnType = WriteReturnType & {
  readonly slot: number
  readonly commitment: bigint
  readonly secrets: LabelSecrets
}
export type CommitLabelsErrorType =
  | LabelOutsideSchemaError
  | BoxOutsideImageError
  | WrongItemCountError
  | DeadlinePassedError
  | GoldAlreadyOpenError
  | AlreadyCommittedError
  | NotWorkerError
  | SlotEndedError
  | TaskNotFoundError
  | WrongSettlementKindError
  | Error

/**
 * Fixes the labels of the caller's slot in an open-gold or consensus task without showing them. With an assignment, labels of
 * items that are not assigned do not count; any class will do.
 *
 * @example
 * import { commitLabels } from '@veritask/sdk'
 * const { secrets } = await commitLabels(client, { taskId, labels: [7, 2, 1], onSecrets: (secrets) => keepSafe(secrets) })
 */
export async function commitLabels(
  client: VeritaskClient,
  parameters: CommitLabelsParameters,
): Promise<CommitLabelsReturnType> {
  const { taskId, labels } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const task = await readTask(client, deployment, taskId)
  assertKind(task, 'open-gold', 'consensus')

  const codes = encodeLabels(task.rules, labels)
  const slotNumber = await slotNumberOf(client, deployment, taskId, signer.address)
  const slot = await readSlot(client, deployment, task, slotNumber)
  const salt = parameters.salt === undefined ? randomSalt() : restoreSecret(parameters.salt, 'The salt of the labels')
  const context = commitmentContext({
    chainId: deployment.chainId,
    module: task.settlement,
    taskId,
    slot: slotNumber,
    payout: slot.payout,
  })
  const commitment = computeCommitment({ rules: task.rules, commitmentContext: context, salt, codes })
  const secrets: LabelSecrets = {
    version: 1,
    taskId,
    slot: slotNumber,
    labels,
    salt: scalarToHex(salt),
    commitment: scalarToHex(commitment),
  }

  if (slot.commitment !== 0n && slot.commitment !== commitment)
    throw new AlreadyCommittedError({ taskId, slot: slotNumber })
  if (slot.commitment === 0n) {
    if (slot.state !== 'joined') throw new SlotEndedError({ taskId, slot: slotNumber })
    if (task.kind === 'open-gold' && task.goldOpenedAt !== 0n) throw new GoldAlreadyOpenError({ taskId })
    const { commitBy } = task.kind === 'open-gold' ? task.terms : task.progress
    if (task.timestamp > commitBy)
      throw new DeadlinePassedError({ what: 'commit', taskId, deadline: commitBy, timestamp: task.timestamp })
    await parameters.onSecrets?.(secrets)
  }

  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(openGoldSettlementAbi, task.settlement, 'commit', [taskId, slotNumber, commitment]),
    findEffect: async () => {
      const [committed] = await readLogs(client, deployment, {
        contract: task.kind === 'open-gold' ? 'openGold' : 'consensus',
        eventName: 'LabelsCommitted',
        args: { taskId, slot: slotNumber },
      })
      if (committed && committed.args.commitment !== commitment)
        throw new AlreadyCommittedError({ taskId, slot: slotNumber })
      return committed?.transactionHash
    },
  })
  return { ...sent, slot: slotNumber, commitment, secrets }
}
