import type { Address, Hex } from 'viem'
import { BaseError } from './base.js'

/** A call that carries coins cannot be relayed: they would be the relayer's. */
export class RelayedValueError extends BaseError {
  override name = 'RelayedValueError'
  constructor({ value }: { value: bigint }) {
    super(`A relayed call cannot carry ${value} wei.`, { metaMessages: ['Send it from the account itself.'] })
  }
}

/** A signed call is for a contract that takes none on behalf of others, or that is no part of the deployment. */
export class RelayedRecipientError extends BaseError {
  override name = 'RelayedRecipientError'
  constructor({ to }: { to: Address }) {
    super(`Calls to ${to} are not relayed: no worker needs to have any sent there in this deployment.`, {
      metaMessages: [
        'Check that worker and relayer use the same deployment file.',
        'What anyone may do (drawing a panel, closing an audit) needs no signature: anyone sends it for you.',
      ],
    })
  }
}

/** A signed call came too late: the forwarder takes none after its deadline. */
export class RelayedRequestExpiredError extends BaseError {
  override name = 'RelayedRequestExpiredError'
  constructor({
    deadline,
    timestamp,
    cause,
  }: {
    deadline: number | bigint
    timestamp?: bigint | undefined
    cause?: unknown
  }) {
    const now = timestamp === undefined ? '' : ` and the chain is at ${timestamp}`
    super(`The signed call could be sent until ${deadline}${now}.`, {
      metaMessages: ['Nothing happened. Its account has to sign it again.'],
      cause,
    })
  }
}

/** The forwarder does not take the signature: the call was brought before, or another came in between, or it was changed. */
export class RelayedSignatureError extends BaseError {
  override name = 'RelayedSignatureError'
  constructor({ from, cause }: { from: Address; cause?: unknown }) {
    super(`The forwarder does not take this call as one that ${from} signs now.`, {
      metaMessages: [
        'It was brought before, or another call of that account came first: each signature counts once, in order.',
        'If it has had no effect yet, the account has to sign it again.',
      ],
      cause,
    })
  }
}

/** Bringing what a stranger wrote would take more gas than the relayer allows. Nothing was sent. */
export class RelayedGasError extends BaseError {
  override name = 'RelayedGasError'
  constructor({ gas, maxGas }: { gas: bigint; maxGas: bigint }) {
    super(`The transaction would take ${gas} gas, which is above ${maxGas}.`, {
      metaMessages: ['Nothing was sent. Raise `maxGas` (--max-gas) if you know why it takes as much.'],
    })
  }
}

/** A joining was made for another chain or deployment. */
export class JoiningMismatchError extends BaseError {
  override name = 'JoiningMismatchError'
  constructor({ taskId, reason }: { taskId: Hex; reason: string }) {
    super(`The joining of task ${taskId} cannot be relayed here: ${reason}.`)
  }
}

/** The node says that the forwarder signs for another chain or contract. */
export class ForwarderMismatchError extends BaseError {
  override name = 'ForwarderMismatchError'
  constructor({ forwarder, chainId }: { forwarder: Address; chainId: number }) {
    super(`The node does not describe the forwarder ${forwarder} of chain ${chainId}: nothing was signed.`, {
      metaMessages: ['Use a node you trust: a signature for another forwarder could be used there.'],
    })
  }
}
