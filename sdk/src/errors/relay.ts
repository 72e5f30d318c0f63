import type { Hex } from 'viem'
import { BaseError } from './base.js'

/** A call that carries coins cannot be relayed: they would be the relayer's. */
export class RelayedValueError extends BaseError {
  override name = 'RelayedValueError'
  constructor({ value }: { value: bigint }) {
    super(`A relayed call cannot carry ${value} wei.`, { metaMessages: ['Send it from the account itself.'] })
  }
}

/** A joining was made for another chain or deployment. */
export class JoiningMismatchError extends BaseError {
  override name = 'JoiningMismatchError'
  constructor({ taskId, reason }: { taskId: Hex; reason: string }) {
    super(`The joining of task ${taskId} cannot be relayed here: ${reason}.`)
  }
}
