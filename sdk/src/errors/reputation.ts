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

/** Too few workers could have made the proof that the gate asks for. */
export class AnonymityTooSmallError extends BaseError {
  override name = 'AnonymityTooSmallError'
  /** How many workers could have made it, at most. */
  readonly workers: number
  constructor({
    workers,
    required,
    minSlots,
    minScoreBps,
  }: { workers: number; required: number; minSlots: number; minScoreBps: number }) {
    super(
      `At most ${workers} workers have ${minSlots} recorded slots with ${minScoreBps} basis points or more; ${required} are asked for.`,
      {
        metaMessages: [
          'Whoever joins by such a proof is one of them, and the fewer they are the easier it is to tell which: the chain shows which account recorded what.',
          'A task for so few may have been made to find one of them. Ask for less, wait until more is recorded, or say how few are enough with `minAnonymity`.',
        ],
      },
    )
    this.workers = workers
  }
}
