import { type Address, type Client, erc20Abi, formatUnits, isAddressEqual, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { plain } from './output.js'

/** How an amount of base units is written for people; `--json` keeps the base units. */
export type AmountText = (amount: bigint) => string

const NATIVE_DECIMALS = 18
/** Of every chain that the protocol supports. */
const NATIVE_SYMBOL = 'ETH'
/** A symbol is text of whoever made the token. */
const MAX_SYMBOL_LENGTH = 12
/** Decimals that a token can sensibly have: with more an amount would be all zeros. */
const MAX_DECIMALS = 36

export const nativeAmount: AmountText = (amount) => `${formatUnits(amount, NATIVE_DECIMALS)} ${NATIVE_SYMBOL}`

/** What is known of a token; one that does not say what it is has neither. */
export type TokenFacts = { readonly decimals?: number | undefined; readonly symbol?: string | undefined }

/** Always with the address of the token: anyone can give a token any symbol. */
export function tokenAmount(token: Address, { decimals, symbol }: TokenFacts): AmountText {
  if (decimals === undefined || decimals > MAX_DECIMALS) return (amount) => `${amount} base units of token ${token}`
  const name = symbol === undefined ? 'of token' : plain(symbol).slice(0, MAX_SYMBOL_LENGTH)
  return (amount) =>
    `${formatUnits(amount, decimals)} ${name}${symbol === undefined ? ` ${token}` : ` (token ${token})`}`
}

/** How amounts of a token, or of the native coin under the zero address, are written. */
export async function amountsOf(client: Client, token: Address | undefined): Promise<AmountText> {
  if (token === undefined || isAddressEqual(token, zeroAddress)) return nativeAmount
  const contract = { address: token, abi: erc20Abi } as const
  const [decimals, symbol] = await Promise.all([
    readContract(client, { ...contract, functionName: 'decimals' }).catch(() => undefined),
    readContract(client, { ...contract, functionName: 'symbol' }).catch(() => undefined),
  ])
  return tokenAmount(token, { decimals, symbol: symbol === '' ? undefined : symbol })
}
