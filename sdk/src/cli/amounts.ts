import type { Address, Client } from 'viem'
import { parseAmount, readTokenFacts } from '../text/amounts.js'
import { type Flags, textOf } from './command.js'
import { UsageError } from './errors.js'

/** How amounts are asked for in help texts. */
export const AMOUNT_HINT = 'such as 0.5, or "500 units" of its smallest one'

/** An amount that somebody typed, of a token or of the native coin; undefined when the flag is not given. */
export async function amountOf(
  client: Client,
  token: Address | undefined,
  flags: Flags,
  name: string,
): Promise<bigint | undefined> {
  const text = textOf(flags, name)
  if (text === undefined) return undefined
  const facts = await readTokenFacts(client, token)
  const amount = parseAmount(text, facts)
  if (amount !== undefined) return amount
  const { decimals } = facts
  const reason =
    decimals === undefined
      ? `the token ${token} does not say how many decimals it has`
      : `it is no amount, or has more than ${decimals} decimals`
  const advice = decimals === undefined ? 'Give base units, such as "500 units".' : `Give an amount ${AMOUNT_HINT}.`
  throw new UsageError(`"${name}" cannot be ${JSON.stringify(text.slice(0, 60))}: ${reason}.`, advice)
}

export async function requiredAmountOf(
  client: Client,
  token: Address | undefined,
  flags: Flags,
  name: string,
): Promise<bigint> {
  const amount = await amountOf(client, token, flags, name)
  if (amount === undefined) throw new UsageError(`"${name}" is missing.`, `Give an amount ${AMOUNT_HINT}.`)
  return amount
}
