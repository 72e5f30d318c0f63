import type { Address, Hex } from 'viem'
import { BaseError, type BaseErrorParameters } from './base.js'

type Caused = Pick<BaseErrorParameters, 'cause'>

export class GateNotAllowedError extends BaseError {
  override name = 'GateNotAllowedError'
  constructor({ gate, ...rest }: { gate: Address } & Caused) {
    super(`Gate ${gate} is not allowed.`, {
      metaMessages: ['Use a gate of the deployment that governance has allowed, or none: open to every account.'],
      ...rest,
    })
  }
}

/** The task lets workers in through a gate, and no evidence for it was given. */
export class AdmissionMissingError extends BaseError {
  override name = 'AdmissionMissingError'
  constructor({ taskId, gate }: { taskId: Hex; gate: string }) {
    super(`Task ${taskId} lets workers in through gate ${gate}, and no evidence for it was given.`, {
      metaMessages: ['Give `admission`: the evidence this gate asks for, for example a proof of membership.'],
    })
  }
}

/**
 * The task under this id is not the one whose terms were agreed to: after a reorganization its requester made it anew. Nothing was
 * sent, or the chain refused it.
 */
export class TermsChangedError extends BaseError {
  override name = 'TermsChangedError'
  /** Terms that differ, as far as the caller gave the task it saw; empty when that is not known. */
  readonly changes: readonly string[]
  constructor({
    taskId,
    agreed,
    actual,
    changes = [],
    ...rest
  }: { taskId: Hex; agreed: Hex; actual: Hex; changes?: readonly string[] } & Caused) {
    super(`The terms of task ${taskId} are not those that were agreed to.`, {
      metaMessages: [
        ...changes,
        'Look at the task again (`getTask`, `task show`), and join with its terms hash if you still want to.',
      ],
      details: `agreed ${agreed}, actual ${actual}`,
      ...rest,
    })
    this.changes = changes
  }
}

/** Only the account itself can do this. */
export class SenderNotWorkerError extends BaseError {
  override name = 'SenderNotWorkerError'
  constructor({ worker, caller, ...rest }: { worker: Address; caller: Address } & Caused) {
    super(`Account ${caller} cannot do this for worker ${worker}.`, {
      metaMessages: [
        'Through an open gate, with a stake, and when leaving, every worker acts itself.',
        'Sign with the account of the worker: a transaction, or a call for somebody else to send (`relay`, --out).',
      ],
      ...rest,
    })
  }
}

export class RelayFeeTooHighError extends BaseError {
  override name = 'RelayFeeTooHighError'
  constructor({ relayFee, maxRelayFee, ...rest }: { relayFee: bigint; maxRelayFee: bigint } & Caused) {
    super(`The relay fee of ${relayFee} base units is above ${maxRelayFee} base units.`, {
      metaMessages: ['It is at most half the reward, and zero through the open gate.'],
      ...rest,
    })
  }
}

export class NullifierUsedError extends BaseError {
  override name = 'NullifierUsedError'
  constructor({ taskId, nullifier, ...rest }: { taskId: Hex; nullifier: Hex } & Caused) {
    super(`This identity has joined task ${taskId} already.`, {
      metaMessages: ['One identity takes one slot of a task, whatever account it uses.'],
      details: `nullifier ${nullifier}`,
      ...rest,
    })
  }
}

/** Work was handed in for the slot: it can only be settled. */
export class AlreadyHandedInError extends BaseError {
  override name = 'AlreadyHandedInError'
  constructor({ taskId, slot, ...rest }: { taskId: Hex; slot: number } & Caused) {
    super(`Slot ${slot} of task ${taskId} has handed in work and cannot be left.`, rest)
  }
}
