import type { Address, Hex } from 'viem'
import { BaseError, type BaseErrorParameters } from './base.js'

/** A contract refused a call. `errorName` and `args` are the decoded custom error. */
export class ContractRevertError extends BaseError {
  override name = 'ContractRevertError'
  readonly errorName: string
  readonly args: readonly unknown[]
  constructor({
    errorName,
    args,
    inputNames = [],
    advice,
    cause,
  }: {
    errorName: string
    args: readonly unknown[]
    inputNames?: readonly string[]
    advice?: string
    cause?: unknown
  }) {
    const operands = args.map((arg, index) => `${inputNames[index] ?? index}: ${display(arg)}`)
    super(`The contract refused the call: ${errorName}(${operands.join(', ')}).`, {
      metaMessages: advice ? [advice] : [],
      cause,
    })
    this.errorName = errorName
    this.args = args
  }
}

/** A contract refused a call with data this version of the SDK cannot name. */
export class UnknownRevertError extends BaseError {
  override name = 'UnknownRevertError'
  constructor({ reason, cause }: { reason: string; cause?: unknown }) {
    super(`The contract refused the call: ${reason}.`, {
      metaMessages: ['Check that the deployment file belongs to this chain and to this version of the SDK.'],
      cause,
    })
  }
}

type Caused = Pick<BaseErrorParameters, 'cause'>

export class TaskNotFoundError extends BaseError {
  override name = 'TaskNotFoundError'
  constructor({ taskId, ...rest }: { taskId: Hex } & Caused) {
    super(`There is no task ${taskId}.`, {
      metaMessages: ['Check the task id, and that the client is connected to the chain the task lives on.'],
      ...rest,
    })
  }
}

export class TaskExistsError extends BaseError {
  override name = 'TaskExistsError'
  constructor({ taskId, ...rest }: { taskId: Hex } & Caused) {
    super(`Task ${taskId} exists already, with other contents.`, {
      metaMessages: ['Give another `salt` to create another task.'],
      ...rest,
    })
  }
}

export class DatasetNotFoundError extends BaseError {
  override name = 'DatasetNotFoundError'
  constructor({ versionId, ...rest }: { versionId: Hex } & Caused) {
    super(`Dataset version ${versionId} is not published.`, {
      metaMessages: ['Register the dataset first, or check the version id.'],
      ...rest,
    })
  }
}

export class TextLengthError extends BaseError {
  override name = 'TextLengthError'
  constructor({ what, length, maxLength, ...rest }: { what: string; length: number; maxLength: number } & Caused) {
    super(`The ${what} is ${length} bytes long; it must be 1 to ${maxLength} bytes of UTF-8.`, rest)
  }
}

export class TokenNotAllowedError extends BaseError {
  override name = 'TokenNotAllowedError'
  constructor({ token, ...rest }: { token: Address } & Caused) {
    super(`Token ${token} is not allowed for rewards.`, {
      metaMessages: ['Pay in the native coin (the zero address) or in a token that governance has allowed.'],
      ...rest,
    })
  }
}

export class RewardTooSmallError extends BaseError {
  override name = 'RewardTooSmallError'
  constructor({ reward, minReward, ...rest }: { reward: bigint; minReward: bigint } & Caused) {
    super(`The reward of ${reward} base units per slot is below the minimum of ${minReward} base units.`, rest)
  }
}

/** The protocol fee is above what the requester agreed to. */
export class FeeTooHighError extends BaseError {
  override name = 'FeeTooHighError'
  constructor({ fee, maxFee, ...rest }: { fee: bigint; maxFee: bigint } & Caused) {
    super(`The protocol fee is ${fee} base units per slot, above the ${maxFee} base units that were agreed to.`, {
      metaMessages: ['Governance changed it. Raise `maxFeePerSlot` to accept the new fee.'],
      ...rest,
    })
  }
}

export class WrongDepositError extends BaseError {
  override name = 'WrongDepositError'
  constructor({ received, required, ...rest }: { received: bigint; required: bigint } & Caused) {
    super(`The task received ${received} base units and needs ${required} base units.`, {
      metaMessages: ['Tokens that take a fee on transfer cannot pay rewards.'],
      ...rest,
    })
  }
}

export class SlotsOutOfRangeError extends BaseError {
  override name = 'SlotsOutOfRangeError'
  constructor({ slots, maxSlots, ...rest }: { slots: bigint | number; maxSlots: bigint | number } & Caused) {
    super(`A task has 1 to ${maxSlots} slots, and ${slots} were asked for.`, rest)
  }
}

export class SettlementNotAllowedError extends BaseError {
  override name = 'SettlementNotAllowedError'
  constructor({ settlement, ...rest }: { settlement: Address } & Caused) {
    super(`Settlement module ${settlement} is not allowed.`, {
      metaMessages: ['Use the open-gold or hidden-gold module of the deployment.'],
      ...rest,
    })
  }
}

/** A deadline is past, too near, too far, or before the one it follows. */
export class DeadlineOutOfRangeError extends BaseError {
  override name = 'DeadlineOutOfRangeError'
  constructor({
    what = 'deadline',
    deadline,
    earliest,
    latest,
    ...rest
  }: { what?: string; deadline: bigint; earliest: bigint; latest: bigint } & Caused) {
    super(`The ${what} ${deadline} is not between ${earliest} and ${latest}.`, {
      metaMessages: [
        'Deadlines are seconds since the epoch, in the future and in order, each within the allowed window after the one before it.',
      ],
      ...rest,
    })
  }
}

export class DeadlinePassedError extends BaseError {
  override name = 'DeadlinePassedError'
  constructor({
    what,
    taskId,
    deadline,
    timestamp,
    advice = '`settleSlot` ends a slot whose time is over.',
    ...rest
  }: { what: string; taskId: Hex; deadline: bigint; timestamp: bigint; advice?: string } & Caused) {
    super(`It is too late to ${what}: the deadline was ${deadline} and the chain is at ${timestamp}.`, {
      metaMessages: [`Nothing was sent. ${advice}`],
      details: `task ${taskId}`,
      ...rest,
    })
  }
}

/** So close to the deadline that the labels might be shown and the payment missed. */
export class DeadlineTooNearError extends BaseError {
  override name = 'DeadlineTooNearError'
  constructor({
    taskId,
    deadline,
    timestamp,
    margin,
    ...rest
  }: { taskId: Hex; deadline: bigint; timestamp: bigint; margin: bigint } & Caused) {
    super(`The deadline ${deadline} is less than ${margin} s away: the chain is at ${timestamp}.`, {
      metaMessages: [
        'Sending shows the encrypted labels to the requester even when the transaction comes too late to be paid.',
        'Set `margin` lower to send all the same.',
      ],
      details: `task ${taskId}`,
      ...rest,
    })
  }
}

export class TooEarlyError extends BaseError {
  override name = 'TooEarlyError'
  constructor({
    what,
    taskId,
    deadline,
    timestamp,
    ...rest
  }: { what: string; taskId: Hex; deadline: bigint; timestamp: bigint } & Caused) {
    super(`It is too early to ${what}: that opens after ${deadline} and the chain is at ${timestamp}.`, {
      details: `task ${taskId}`,
      ...rest,
    })
  }
}

export class NotRequesterError extends BaseError {
  override name = 'NotRequesterError'
  constructor({ taskId, caller, ...rest }: { taskId: Hex; caller: Address } & Caused) {
    super(`Account ${caller} is not the requester of task ${taskId}.`, {
      metaMessages: ['Sign with the account that created the task.'],
      ...rest,
    })
  }
}

export class NotWorkerError extends BaseError {
  override name = 'NotWorkerError'
  constructor({ taskId, slot, caller, ...rest }: { taskId: Hex; slot?: number; caller: Address } & Caused) {
    super(`Account ${caller} does not hold ${slot === undefined ? 'a slot' : `slot ${slot}`} of task ${taskId}.`, {
      metaMessages: ['Join the task first, or sign with the account that joined.'],
      ...rest,
    })
  }
}

export class NotOwnerError extends BaseError {
  override name = 'NotOwnerError'
  constructor({ what, id, caller, ...rest }: { what: string; id: Hex; caller: Address } & Caused) {
    super(`Account ${caller} does not own ${what} ${id}.`, rest)
  }
}

export class JoinClosedError extends BaseError {
  override name = 'JoinClosedError'
  constructor({ taskId, reason, ...rest }: { taskId: Hex; reason: string } & Caused) {
    super(`Task ${taskId} takes no more workers: ${reason}.`, rest)
  }
}

export class AlreadyJoinedError extends BaseError {
  override name = 'AlreadyJoinedError'
  constructor({ taskId, worker, slot, ...rest }: { taskId: Hex; worker: Address; slot: number } & Caused) {
    super(`Account ${worker} already holds slot ${slot} of task ${taskId}, under another encryption key.`, {
      metaMessages: ['Use the secrets kept when it joined; one account takes one slot.'],
      ...rest,
    })
  }
}

export class TaskHasWorkersError extends BaseError {
  override name = 'TaskHasWorkersError'
  constructor({ taskId, joined, ...rest }: { taskId: Hex; joined: number } & Caused) {
    super(`Task ${taskId} cannot be cancelled: ${joined} ${joined === 1 ? 'worker has' : 'workers have'} joined.`, {
      metaMessages: ['Slots nobody took go back to the requester with `returnUnfilled` once joining is over.'],
      ...rest,
    })
  }
}

/** The slot is not in the state the call needs. */
export class SlotStateError extends BaseError {
  override name = 'SlotStateError'
  constructor({ taskId, slot, state, ...rest }: { taskId: Hex; slot: number; state: string } & Caused) {
    super(`Slot ${slot} of task ${taskId} is ${state}.`, rest)
  }
}

/** The slot was paid or returned already: a second claim. */
export class SlotEndedError extends BaseError {
  override name = 'SlotEndedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} has ended: it is paid or returned once, and never again.`, rest)
  }
}

export class OutcomePendingError extends BaseError {
  override name = 'OutcomePendingError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} cannot be settled yet.`, {
      metaMessages: [
        'Its outcome is decided by a proof, or by a deadline that is not over.',
        'An open gold audit holds rejections up too: once its panel is proven or its time is over, anyone decides it with `closeAudit`.',
      ],
      ...rest,
    })
  }
}

export class AlreadyCommittedError extends BaseError {
  override name = 'AlreadyCommittedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} has committed to other labels; a commitment is final.`, {
      metaMessages: ['Continue with the labels and salt kept from the first commitment.'],
      ...rest,
    })
  }
}

export class NotCommittedError extends BaseError {
  override name = 'NotCommittedError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} has no committed labels.`, rest)
  }
}

export class GoldNotOpenError extends BaseError {
  override name = 'GoldNotOpenError'
  constructor({ taskId, ...rest }: { taskId: Hex } & Caused) {
    super(`The gold of task ${taskId} is not open.`, {
      metaMessages: ['Wait until the requester opens it. If it stays closed past its deadline, deliver without it.'],
      ...rest,
    })
  }
}

export class GoldAlreadyOpenError extends BaseError {
  override name = 'GoldAlreadyOpenError'
  constructor({ taskId, ...rest }: { taskId: Hex } & Caused) {
    super(`The gold of task ${taskId} is open: prove agreement with it.`, rest)
  }
}

/** The chain verified the proof and found it wrong. */
export class ProofRejectedError extends BaseError {
  override name = 'ProofRejectedError'
  constructor({ keyId, taskId, slot, ...rest }: { keyId: Hex; taskId: Hex; slot: number } & Caused) {
    super(`The chain rejected the proof for slot ${slot} of task ${taskId}.`, {
      metaMessages: [
        'A proof holds for one chain, settlement module, task, slot, payout address and verifier key,',
        'and for the exact labels and ciphertext it was made with. Make a new one with `proveLabels`.',
      ],
      details: `verifier key ${keyId}`,
      ...rest,
    })
  }
}

export class KeyNotActiveError extends BaseError {
  override name = 'KeyNotActiveError'
  constructor({ keyId, status, ...rest }: { keyId: Hex; status?: string } & Caused) {
    super(`Verifier key ${keyId} is ${status ?? 'not active'}.`, {
      metaMessages: ['Only active keys verify proofs. Keys are listed by `listVerifierKeys`.'],
      ...rest,
    })
  }
}

export class KeyNotFoundError extends BaseError {
  override name = 'KeyNotFoundError'
  constructor({ keyId, ...rest }: { keyId: Hex } & Caused) {
    super(`There is no verifier key ${keyId}.`, rest)
  }
}

/** The key is not where in its life the call needs it to be. */
export class KeyStatusError extends BaseError {
  override name = 'KeyStatusError'
  constructor({ keyId, status, required, ...rest }: { keyId: Hex; status: string; required: string } & Caused) {
    super(`Verifier key ${keyId} is ${status}, not ${required}.`, {
      metaMessages: ['A key is proposed, then active, then frozen, and never goes back.'],
      ...rest,
    })
  }
}

export class NotGuardianError extends BaseError {
  override name = 'NotGuardianError'
  constructor({ caller, ...rest }: { caller: Address } & Caused) {
    super(`Account ${caller} may not freeze keys.`, {
      metaMessages: [
        "Sign as the registry's guardian, or queue the call in its timelock.",
        'Whoever holds a proof of the impossible statement needs no role: `freezeKeyWithProof`.',
      ],
      ...rest,
    })
  }
}

/** The key was proposed without the right to be frozen by a proof. */
export class NotFreezableByProofError extends BaseError {
  override name = 'NotFreezableByProofError'
  constructor({ keyId, ...rest }: { keyId: Hex } & Caused) {
    super(`No proof freezes verifier key ${keyId}.`, {
      metaMessages: ['It was proposed without that right: show the proof to the guardian or to governance.'],
      ...rest,
    })
  }
}

/** The proof of the impossible statement does not hold: the key stays. */
export class ExploitRejectedError extends BaseError {
  override name = 'ExploitRejectedError'
  constructor({ keyId, ...rest }: { keyId: Hex } & Caused) {
    super(`The proof does not hold under verifier key ${keyId}, so it shows nothing against it.`, rest)
  }
}

export class DependencyNotFrozenError extends BaseError {
  override name = 'DependencyNotFrozenError'
  constructor({ dependsOn, ...rest }: { dependsOn: Hex | undefined } & Caused) {
    super(
      dependsOn
        ? `Verifier key ${dependsOn}, on which the key depends, is not frozen.`
        : 'The key depends on no other.',
      rest,
    )
  }
}

export class NothingToClaimError extends BaseError {
  override name = 'NothingToClaimError'
  constructor({ account, token, ...rest }: { account: Address; token: Address } & Caused) {
    super(`Account ${account} has no credit in token ${token}.`, {
      metaMessages: ['A credit is paid out once. It may have been transferred with the proof that earned it.'],
      ...rest,
    })
  }
}

export class TransferRefusedError extends BaseError {
  override name = 'TransferRefusedError'
  constructor({ account, token, ...rest }: { account: Address; token: Address } & Caused) {
    super(`Account ${account} refused the transfer; its credit stays.`, {
      metaMessages: ['It can be claimed once the account accepts transfers.'],
      details: `token ${token}`,
      ...rest,
    })
  }
}

export class AlreadyRegisteredError extends BaseError {
  override name = 'AlreadyRegisteredError'
  constructor({ what, id, ...rest }: { what: string; id: Hex } & Caused) {
    super(`The ${what} ${id} is registered already.`, {
      metaMessages: ['Give another `salt`, or publish a new version instead.'],
      ...rest,
    })
  }
}

/** Contract operands for a message: short, with bigints and tuples readable. */
function display(value: unknown): string {
  const text =
    typeof value === 'bigint'
      ? value.toString()
      : typeof value === 'object'
        ? JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))
        : String(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
