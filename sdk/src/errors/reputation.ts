import type { Address } from 'viem'
import { BaseError } from './base.js'

/** The leaves that a node shows do not make the tree that the registry has. */
export class ReputationTreeMismatchError extends BaseError {
  override name = 'ReputationTreeMismatchError'
  constructor({ requester, leaves, size }: { requester: Address; leaves: number; size: number }) {
    super(`The node shows ${leaves} recorded slots of ${requester}, which are not the ${size} of its tree.`, {
      metaMessages: [
        'Prove nothing from them: a proof over a part of the tree shows that you are in that part.',
        'Use a node that keeps all logs since the deployment, one you trust. If it is behind, wait until it has caught up.',
      ],
    })
  }
}

/** Too few could have made the proof that the gate asks for. */
export class AnonymityTooSmallError extends BaseError {
  override name = 'AnonymityTooSmallError'
  /** Accounts that meet the terms on their own. */
  readonly accounts: number
  /** These, and the groups that other accounts can form to meet them together. */
  readonly workers: number
  /** How many of them were counted, which is too few. */
  readonly counted: number
  constructor({
    accounts,
    workers,
    counted,
    spread,
    required,
    minSlots,
    minScoreBps,
  }: {
    accounts: number
    workers: number
    counted: number
    /** Accounts that the worker that proves needs; undefined when a task is made. */
    spread: number | undefined
    required: number
    minSlots: number
    minScoreBps: number
  }) {
    const bar = `${minSlots} recorded slots with ${minScoreBps} basis points or more`
    const found =
      spread === undefined || spread === 1
        ? `accounts that have ${bar} each`
        : `accounts, and groups of at most ${spread}, that have ${bar}`
    super(`The tree shows ${counted} ${found}; ${required} are asked for.`, {
      metaMessages: [
        `Accounts that meet the terms on their own: ${accounts}. With those that meet them together, at most ${workers} workers.`,
        'Whoever joins by such a proof is one of them, and the fewer they are the easier it is to tell which: the chain shows which account recorded what.',
        'A task for so few may have been made to find one of them. Ask for less, wait until more is recorded, or say how few are enough with `minAnonymity`.',
        ...(spread === undefined && workers > accounts
          ? [
              'Workers that use a fresh account for each slot meet no terms on one account. If the task is for them, say `minAnonymity: 0`: their clients count for themselves.',
            ]
          : []),
      ],
    })
    this.accounts = accounts
    this.workers = workers
    this.counted = counted
  }
}
