import { type Address, type Hex, isAddressEqual, zeroAddress } from 'viem'
import type { BondState } from '../states.js'
import { BaseError, type BaseErrorParameters } from './base.js'

type Caused = Pick<BaseErrorParameters, 'cause'>

/** Time in words beside its seconds. */
const at = (seconds: bigint) => `${seconds} (${new Date(Number(seconds) * 1000).toISOString()})`

/** An amount of stake that is none. */
export class StakeAmountError extends BaseError {
  override name = 'StakeAmountError'
  constructor({ amount, ...rest }: { amount: bigint } & Caused) {
    super(`An amount of ${amount} base units cannot be staked or taken out.`, {
      metaMessages: ['Amounts are 1 to 2^128 - 1 base units of the token.'],
      ...rest,
    })
  }
}

/** While contact was lost, the stake went out by a transaction that is not the one that was asked for. */
export class StakeWithdrawnOtherwiseError extends BaseError {
  override name = 'StakeWithdrawnOtherwiseError'
  constructor({ account, to, hash }: { account: Address; to: Address; hash: Hex }) {
    super(`Transaction ${hash} withdrew the stake of ${account}, and it is not the payment to ${to}.`, {
      metaMessages: ['Anyone may have a stake paid to its owner. Look at that transaction to see where it went.'],
    })
  }
}

/** The account has too little free stake for what it is about to lock or take out. */
export class NotEnoughStakeError extends BaseError {
  override name = 'NotEnoughStakeError'
  readonly missing: bigint
  constructor({
    account,
    token,
    free,
    required,
    ...rest
  }: { account: Address; token: Address; free: bigint; required: bigint } & Caused) {
    super(
      `Account ${account} has ${free} base units of free stake in ${isAddressEqual(token, zeroAddress) ? 'the native coin' : `token ${token}`} and needs ${required} base units.`,
      {
        metaMessages: [
          `Deposit ${required - free} base units more with \`depositStake\`.`,
          'What is locked for tasks or unbonding is not free.',
        ],
        ...rest,
      },
    )
    this.missing = required - free
  }
}

/** Only its owner may have stake paid to another address. */
export class NotOwnStakeError extends BaseError {
  override name = 'NotOwnStakeError'
  constructor({ recipient, caller }: { recipient: Address; caller: Address }) {
    super(`Account ${caller} cannot choose where the stake of ${recipient} goes.`, {
      metaMessages: ['Leave out `to`, or sign with the account the stake belongs to.'],
    })
  }
}

export class StillUnbondingError extends BaseError {
  override name = 'StillUnbondingError'
  constructor({
    account,
    withdrawableAt,
    timestamp,
    ...rest
  }: { account: Address; withdrawableAt: bigint; timestamp: bigint } & Caused) {
    super(`The stake of ${account} can be withdrawn at ${at(withdrawableAt)}, and the chain is at ${timestamp}.`, {
      metaMessages: ['Unbonding more before then starts the delay anew.'],
      ...rest,
    })
  }
}

export class NothingUnbondingError extends BaseError {
  override name = 'NothingUnbondingError'
  constructor({ account, token, ...rest }: { account: Address; token: Address } & Caused) {
    super(`Account ${account} is taking out no stake in token ${token}.`, {
      metaMessages: ['Start with `unbondStake`; `getStake` shows what is free.'],
      ...rest,
    })
  }
}

/** The stake deposit did not arrive as it was announced. */
export class StakeDepositError extends BaseError {
  override name = 'StakeDepositError'
  constructor({ received, required, ...rest }: { received: bigint; required: bigint } & Caused) {
    super(`The stake vault received ${received} base units and was to receive ${required} base units.`, {
      metaMessages: ['Tokens that take a fee on transfer cannot be staked.'],
      ...rest,
    })
  }
}

export class StakeTooSmallError extends BaseError {
  override name = 'StakeTooSmallError'
  constructor({ stakePerSlot, minStake, ...rest }: { stakePerSlot: bigint; minStake: bigint } & Caused) {
    super(`The stake of ${stakePerSlot} base units per slot is below the minimum of ${minStake} base units.`, {
      metaMessages: ['Governance sets the minimum for each token. Raise `stakePerSlot`.'],
      ...rest,
    })
  }
}

/** Stakes can be slashed, and governance has named nobody to receive that. */
export class NoTreasuryError extends BaseError {
  override name = 'NoTreasuryError'
  constructor(rest: Caused = {}) {
    super('Tasks with stakes need a treasury, and governance has named none.', {
      metaMessages: ['Create the task without a stake, or have governance name a treasury.'],
      ...rest,
    })
  }
}

export class BondTooSmallError extends BaseError {
  override name = 'BondTooSmallError'
  constructor({ bond, required, ...rest }: { bond: bigint; required: bigint } & Caused) {
    super(`The bond of ${bond} base units is below the ${required} base units that hidden gold asks for.`, {
      metaMessages: ['It is at stake when gold turns out to be rigged. Leave out `bond` to lock just what is needed.'],
      ...rest,
    })
  }
}

/** The bond of a dispute is above what the challenger agreed to. */
export class BondTooHighError extends BaseError {
  override name = 'BondTooHighError'
  constructor({ bond, maxBond, ...rest }: { bond: bigint; maxBond: bigint } & Caused) {
    super(`This dispute needs a bond of ${bond} base units, above the ${maxBond} base units that were agreed to.`, {
      metaMessages: ['Raise `maxBond` to accept it: the loser of the dispute loses its bond.'],
      ...rest,
    })
  }
}

export class BondNotHeldError extends BaseError {
  override name = 'BondNotHeldError'
  constructor({ taskId, state, ...rest }: { taskId: Hex; state: BondState } & Caused) {
    const reasons = { none: 'there is none', held: 'it is held', released: 'it was released', burned: 'it was burned' }
    super(`The bond of task ${taskId} cannot be released: ${reasons[state]}.`, rest)
  }
}

export class BondStillHeldError extends BaseError {
  override name = 'BondStillHeldError'
  constructor({ taskId, ...rest }: { taskId: Hex } & Caused) {
    super(`The bond of task ${taskId} is still needed.`, {
      metaMessages: [
        'It is free once every slot has ended and never-taken slots went back. A rejected slot ends when nobody can overturn it.',
      ],
      ...rest,
    })
  }
}
