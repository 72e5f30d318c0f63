import type { Address } from 'viem'
import { estimateFeesPerGas, getBalance } from 'viem/actions'
import { InsufficientCoinsError } from '../../errors/funds.js'
import { read, type VeritaskClient } from './context.js'

/**
 * Refuses a transaction that its sender cannot pay for, before it is signed: nodes say so in many ways, and few say how much is
 * missing.
 *
 * @throws {InsufficientCoinsError}
 */
export async function assertCoins(
  client: VeritaskClient,
  account: Address,
  { gas, value = 0n }: { readonly gas: bigint; readonly value?: bigint | undefined },
): Promise<void> {
  const [balance, price] = await Promise.all([
    read(() => getBalance(client, { address: account })),
    // A node that does not tell its fees is asked again, and heard, when the transaction is made.
    estimateFeesPerGas(client).then(
      ({ maxFeePerGas }) => maxFeePerGas,
      () => 0n,
    ),
  ])
  const gasCost = gas * price
  if (balance < gasCost + value) throw new InsufficientCoinsError({ account, balance, gasCost, value })
}
