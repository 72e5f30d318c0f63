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

/** Nobody knows yet what became of a transaction that was sent. */
export class SubmissionUncertainError extends BaseError {
  override name = 'SubmissionUncertainError'
  readonly hash: Hash | undefined
  constructor({
    hash,
    seconds,
    lost = true,
    cause,
  }: {
    hash?: Hash | undefined
    seconds: number
    /** Contact with the node was lost; otherwise it answers and does not know the transaction. */
    lost?: boolean
    cause?: unknown
  }) {
    super(
      lost
        ? `Contact with the node was lost after sending, and ${seconds} s later the chain does not show the effect.`
        : `The transaction was sent, and ${seconds} s later the node knows neither it nor its effect.`,
      {
        metaMessages: [
          'Call the same action again with the same parameters (the same salt or secrets):',
          'it first looks for the effect on the chain and sends only if it is not there.',
          'What adds up (a deposit, an unbonding) is found again only with a `journal`.',
        ],
        ...(hash ? { details: `transaction ${hash}` } : {}),
        cause,
      },
    )
    this.hash = hash
  }
}

/** The node has the transaction, and no block has taken it yet. */
export class TransactionPendingError extends SubmissionUncertainError {
  override name = 'TransactionPendingError'
  override readonly shortMessage: string
  override readonly metaMessages: readonly string[]
  readonly nonce: number | undefined
  constructor({
    hash,
    nonce,
    seconds,
  }: {
    hash?: Hash | undefined
    nonce?: number | undefined
    seconds: number
  }) {
    super({ hash, seconds, lost: false })
    this.nonce = nonce
    const what = hash ? `Transaction ${hash}` : 'The transaction'
    const number = nonce === undefined ? '' : ` (nonce ${nonce} of its account)`
    this.shortMessage = `${what} is pending: the node has it${number}, and no block has taken it within ${seconds} s.`
    this.metaMessages = [
      'Wait, then call the same action again: it waits for this transaction.',
      'What adds up (a deposit, an unbonding) is found again only with a `journal`.',
      'If it stays pending, its fee is too low or an earlier transaction of the account is missing: raise its fee in the wallet.',
    ]
    this.message = [this.shortMessage, ...this.metaMessages].join('\n')
  }
}

/** Another transaction took the nonce of this one, so this one can never be mined. */
export class TransactionReplacedError extends BaseError {
  override name = 'TransactionReplacedError'
  readonly hash: Hash
  /** The transaction that was mined in its place, when the node shows it. */
  readonly replacement: Hash | undefined
  /** `cancelled`: its account sent itself nothing in its place; `replaced`: something else. */
  readonly reason: 'cancelled' | 'replaced'
  constructor({
    hash,
    replacement,
    reason,
  }: {
    hash: Hash
    replacement?: Hash | undefined
    reason: 'cancelled' | 'replaced'
  }) {
    super(
      `Transaction ${hash} was ${reason}: ${replacement ? `transaction ${replacement}` : 'another transaction of its account'} took its nonce.`,
      {
        metaMessages: [
          'It can never be mined, and nothing of it happened. Call the same action again to send it anew.',
        ],
      },
    )
    this.hash = hash
    this.replacement = replacement
    this.reason = reason
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
        : `Account ${account} holds ${available} base units${token ? ` of token ${token}` : ''} and needs ${required} base units.`,
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
