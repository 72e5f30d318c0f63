import { type Address, formatEther } from 'viem'
import { BaseError } from './base.js'

/** The account that signs cannot pay for its transaction. Amounts are in base units of the native coin. */
export class InsufficientCoinsError extends BaseError {
  override name = 'InsufficientCoinsError'
  readonly account: Address
  readonly balance: bigint
  readonly required: bigint
  constructor({
    account,
    balance,
    gasCost,
    value,
  }: {
    account: Address
    balance: bigint
    gasCost: bigint
    value: bigint
  }) {
    const sent = value === 0n ? '' : ` and ${formatEther(value)} to send along`
    super(
      `Account ${account} holds ${formatEther(balance)} of the native coin and needs ${formatEther(gasCost + value)}: ${formatEther(gasCost)} for gas${sent}.`,
      { metaMessages: [`Send it coins first. On a local chain: \`veritask account fund ${account}\`.`] },
    )
    this.account = account
    this.balance = balance
    this.required = gasCost + value
  }
}
