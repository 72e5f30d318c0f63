import { type Address, type Hash, type Hex, isAddress, isHex } from 'viem'
import { type PackedGold, toField } from '../../core.js'
import type { Deployment } from '../../deployments.js'
import { BaseError } from '../../errors/base.js'
import {
  AlreadyCommittedError,
  DeadlinePassedError,
  DeadlineTooNearError,
  GoldAlreadyOpenError,
  GoldNotOpenError,
  NotCommittedError,
  NotWorkerError,
  SlotEndedError,
  TooEarlyError,
} from '../../errors/contract.js'
import type { LabelSubmission } from '../proveLabels.js'
import type { Slot, TaskState } from '../types.js'
import type { VeritaskClient } from './context.js'
import { readGold } from './gold.js'
import { assertProof, findReceipt, type PreparedProof } from './proof.js'
import { assertKind, readTakenSlot, readTask } from './task.js'
import { WrongSettlementKindError } from './terms.js'

/** Seconds; a slot of the slowest chain. */
export const DELIVERY_MARGIN = 12n

/** A field of what is to be sent cannot be encoded for the chain at all, so nobody's proof can be in it. */
export class SubmissionMalformedError extends BaseError {
  override name = 'SubmissionMalformedError'
  readonly field: string
  constructor({ field, expected }: { field: string; expected: string }) {
    super(`The submission is malformed: its ${field} is not ${expected}.`, {
      metaMessages: ['Give it as `proveLabels` or `proveScore` returned it, or ask whoever passed it on for another.'],
    })
    this.field = field
  }
}

/** Slot numbers are `uint32` on the chain. */
const MAX_SLOT = 2 ** 32 - 1
const KINDS: readonly unknown[] = ['agreement', 'delivery', 'submission'] satisfies LabelSubmission['kind'][]

type Place = { readonly taskId: Hex; readonly slot: number }

/** @throws {SubmissionMalformedError} */
export function assertPlaceForm({ taskId, slot }: Place): void {
  assertForm('taskId', isBytes32(taskId), '32 bytes')
  assertForm('slot', isCount(slot) && slot <= MAX_SLOT, 'a whole number below 2^32')
}

/**
 * What the encoder would refuse, refused first: a submission comes from anybody.
 *
 * @throws {SubmissionMalformedError}, {@link FieldOutOfRangeError}
 */
export function assertProofForm(prepared: PreparedProof): void {
  assertPlaceForm(prepared)
  assertForm('chainId', isCount(prepared.chainId), 'a whole number')
  assertForm('keyId', isBytes32(prepared.keyId), '32 bytes')
  assertForm('module', isHex(prepared.module) && isAddress(prepared.module), 'an address')
  assertForm('payout', isHex(prepared.payout) && isAddress(prepared.payout), 'an address')
  assertForm('proof', isHex(prepared.proof), 'hex')
  assertForm('publicSignals', Array.isArray(prepared.publicSignals), 'a list')
  toField(prepared.digest, 'The digest')
}

function assertSubmissionForm(submission: LabelSubmission): void {
  const { kind, commitment, delivery } = submission
  assertForm('kind', KINDS.includes(kind), 'one that `proveLabels` makes')
  assertProofForm(submission)
  toField(commitment, 'The commitment')
  assertForm('ephemeralKey', Array.isArray(delivery?.ephemeralKey) && delivery.ephemeralKey.length === 2, 'a point')
  assertForm('ciphertext', Array.isArray(delivery.ciphertext), 'a list')
  for (const element of delivery.ephemeralKey) toField(element, 'The ephemeral key')
  for (const element of delivery.ciphertext) toField(element, 'The ciphertext')
}

function assertForm(field: string, holds: boolean, expected: string): void {
  if (!holds) throw new SubmissionMalformedError({ field, expected })
}

function isBytes32(value: Hex): boolean {
  return isHex(value) && value.length === 66
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

type OpenedGold = PackedGold & { readonly salt: Hex }

/** Tasks and their opened gold, each read once. */
export type TaskReader = {
  readonly task: (taskId: Hex) => Promise<TaskState>
  readonly gold: (taskId: Hex) => Promise<OpenedGold>
}

export function taskReader(client: VeritaskClient, deployment: Deployment): TaskReader {
  const once = <T>(read: (taskId: Hex) => Promise<T>) => {
    const kept = new Map<Hex, Promise<T>>()
    return (taskId: Hex) => {
      const found = kept.get(taskId) ?? read(taskId)
      kept.set(taskId, found)
      return found
    }
  }
  return {
    task: once((taskId) => readTask(client, deployment, taskId)),
    gold: once((taskId) => readGold(client, deployment, taskId)),
  }
}

type GoldTask = Extract<TaskState, { kind: 'open-gold' | 'hidden-gold' }>

export type CheckedSubmission = {
  readonly task: GoldTask
  /** Open gold, once it is open. */
  readonly gold: OpenedGold | undefined
  /** The transaction that carried these very bytes before. */
  readonly sentIn: Hash | undefined
}

/**
 * Everything the chain will check about a submission, checked here first and in its order. What was sent before, perhaps
 * from here, is found: the same bytes are a resubmission, others are a second claim.
 *
 * @throws {SubmissionMalformedError} before anything is read, for what cannot be encoded.
 */
export async function checkSubmission(
  client: VeritaskClient,
  parameters: {
    readonly deployment: Deployment
    readonly reader: TaskReader
    readonly sender: Address
    readonly submission: LabelSubmission
    readonly margin: bigint
  },
): Promise<CheckedSubmission> {
  const { deployment, reader, sender, submission, margin } = parameters
  assertSubmissionForm(submission)
  const { taskId, slot, kind } = submission
  const task = await reader.task(taskId)
  assertKind(task, 'open-gold', 'hidden-gold')
  const taken = await readTakenSlot(client, deployment, task, slot)
  const receipt = await findReceipt(client, deployment, submission)
  if (receipt && !receipt.same) throw new SlotEndedError({ taskId, slot })
  if (receipt) return { task, gold: undefined, sentIn: receipt.hash }

  if (taken.state !== 'joined') throw new SlotEndedError({ taskId, slot })
  const commits = kind === 'submission'
  if (commits && taken.commitment !== 0n) throw new AlreadyCommittedError({ taskId, slot })
  if (!commits && taken.commitment === 0n) throw new NotCommittedError({ taskId, slot })
  const keyId = checkTime(task, taken, submission, sender, margin)
  const gold = kind === 'agreement' ? await reader.gold(taskId) : undefined
  const statement = {
    rules: task.terms.rules,
    encryptionKey: task.terms.encryptionKey,
    commitment: commits ? submission.commitment : taken.commitment,
    delivery: submission.delivery,
  }
  await assertProof(client, deployment, submission, {
    place: {
      chainId: deployment.chainId,
      module: task.settlement,
      taskId,
      slot,
      payout: taken.payout,
      keyId,
    },
    statement: gold ? { statement: 'open-gold', ...statement, gold } : { statement: 'legality', ...statement },
  })
  return { task, gold, sentIn: undefined }
}

/** Whether the task takes such a submission now, and the key it is proven under. */
function checkTime(
  task: GoldTask,
  taken: Slot,
  { taskId, slot, kind }: LabelSubmission,
  sender: Address,
  margin: bigint,
): Hex {
  const expected = kind === 'submission' ? 'hidden-gold' : 'open-gold'
  if (task.kind === 'hidden-gold') {
    if (kind !== 'submission') throw new WrongSettlementKindError({ taskId, expected, actual: task.kind })
    if (taken.worker !== sender) throw new NotWorkerError({ taskId, slot, caller: sender })
    assertInTime(task, 'submit', task.terms.submitBy, margin)
    return task.terms.legalityKeyId
  }
  const { openBy, proveBy, agreementKeyId, legalityKeyId } = task.terms
  switch (kind) {
    case 'submission':
      throw new WrongSettlementKindError({ taskId, expected, actual: task.kind })
    case 'agreement':
      if (task.goldOpenedAt === 0n) throw new GoldNotOpenError({ taskId })
      assertInTime(task, 'prove', proveBy, margin)
      return agreementKeyId
    case 'delivery':
      if (task.goldOpenedAt !== 0n) throw new GoldAlreadyOpenError({ taskId })
      if (task.timestamp <= openBy)
        throw new TooEarlyError({ what: 'deliver', taskId, deadline: openBy, timestamp: task.timestamp })
      assertInTime(task, 'deliver', proveBy, margin)
      return legalityKeyId
    default: {
      const never: never = kind
      return never
    }
  }
}

function assertInTime(task: TaskState, what: string, deadline: bigint, margin: bigint): void {
  const { taskId, timestamp } = task
  if (timestamp > deadline) throw new DeadlinePassedError({ what, taskId, deadline, timestamp })
  if (timestamp + margin > deadline) throw new DeadlineTooNearError({ taskId, deadline, timestamp, margin })
}
