import type { Hash } from 'viem'
import { BaseError } from './base.js'

export class AccountRequiredError extends BaseError {
  override name = 'AccountRequiredError'
  constructor() {
    super('This action signs a transaction and no account was given.', {
      metaMessages: ['Give `account`, or make the client with one: `createWalletClient({ account, … })`.'],
    })
  }
}

/** A raw private key stands where an account belongs. The key is not repeated here. */
export class RawPrivateKeyError extends BaseError {
  override name = 'RawPrivateKeyError'
  constructor() {
    super('A raw private key was given where an account belongs.', {
      metaMessages: ['Make an account of it first (`privateKeyToAccount` of viem/accounts) and give that.'],
    })
  }
}

/** The transaction was mined and failed; what it should have done did not happen. */
export class TransactionFailedError extends BaseError {
  override name = 'TransactionFailedError'
  readonly hash: Hash
  constructor({ hash, cause }: { hash: Hash; cause?: unknown }) {
    super(`Transaction ${hash} was mined and failed.`, {
      metaMessages: ['The state changed between simulation and execution. Read it again before another attempt.'],
      cause,
    })
    this.hash = hash
  }
}

/** A transaction succeeded, and what it was sent for is not among what it did. */
export class EffectMissingError extends BaseError {
  override name = 'EffectMissingError'
  readonly hash: Hash
  constructor({ hash, effect }: { hash: Hash; effect: string }) {
    super(`Transaction ${hash} succeeded, and it shows no ${effect}.`, {
      metaMessages: [
        'Call the same action again: it looks for the effect on the chain first, and sends only if it is not there.',
        'If this comes back, the deployment file or the relay does not fit the chain.',
      ],
    })
    this.hash = hash
  }
}

/** Contact was lost after sending and the chain does not show the effect yet. */
export class SubmissionUncertainError extends BaseError {
  override name = 'SubmissionUncertainError'
  readonly hash: Hash | undefined
  constructor({ hash, seconds, cause }: { hash?: Hash | undefined; seconds: number; cause?: unknown }) {
    super(`Contact with the node was lost after sending, and ${seconds} s later the chain does not show the effect.`, {
      metaMessages: [
        'Call the same action again with the same parameters (the same salt or secrets):',
        'it first looks for the effect on the chain and sends only if it is not there.',
      ],
      ...(hash ? { details: `transaction ${hash}` } : {}),
      cause,
    })
    this.hash = hash
  }
}

/** The node could not be reached, or answered with something that is not JSON-RPC. */
export class NodeUnreachableError extends BaseError {
  override name = 'NodeUnreachableError'
  constructor({ cause }: { cause?: unknown } = {}) {
    super('The node could not be reached.', {
      metaMessages: ['Check the RPC address and that the node is running.'],
      cause,
    })
  }
}

export class InsufficientFundsError extends BaseError {
  override name = 'InsufficientFundsError'
  constructor({
    account,
    token,
    required,
    available,
    cause,
  }: {
    account: string
    token?: string
    required?: bigint
    available?: bigint
    cause?: unknown
  }) {
    super(
      required === undefined || available === undefined
        ? `Account ${account} cannot pay for this transaction.`
        : `Account ${account} holds ${available} base units${token ? ` of token ${token}` : ''} and needs ${required}.`,
      { cause },
    )
  }
}

/** An action needs something that neither the call nor the client was given. */
export class OptionMissingError extends BaseError {
  override name = 'OptionMissingError'
  constructor({ option, example }: { option: string; example: string }) {
    super(`This action needs a ${option} and none was given.`, {
      metaMessages: [
        `Give \`${option}\` to the action or to \`veritaskActions({ ${option} })\`, for example ${example}.`,
      ],
    })
  }
}
