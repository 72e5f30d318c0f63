import { type Address, type Client, erc20Abi, formatUnits, isAddressEqual, parseUnits, zeroAddress } from 'viem'
import { readContract } from 'viem/actions'
import { plain } from './plain.js'

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

/** What the native coin is. */
export const nativeFacts: TokenFacts = { decimals: NATIVE_DECIMALS, symbol: NATIVE_SYMBOL }

/** What a token says it is, or what the native coin under the zero address is. */
export async function readTokenFacts(client: Client, token: Address | undefined): Promise<TokenFacts> {
  if (token === undefined || isAddressEqual(token, zeroAddress)) return nativeFacts
  const contract = { address: token, abi: erc20Abi } as const
  const [decimals, symbol] = await Promise.all([
    readContract(client, { ...contract, functionName: 'decimals' }).catch(() => undefined),
    readContract(client, { ...contract, functionName: 'symbol' }).catch(() => undefined),
  ])
  return { decimals, symbol: symbol === '' ? undefined : symbol }
}

/** How amounts of a token, or of the native coin under the zero address, are written. */
export async function amountsOf(client: Client, token: Address | undefined): Promise<AmountText> {
  if (token === undefined || isAddressEqual(token, zeroAddress)) return nativeAmount
  return tokenAmount(token, await readTokenFacts(client, token))
}

const MAX_UINT128 = 2n ** 128n - 1n

/**
 * An amount as people type it: `0.5` of the coin or token, or `500 units` of its smallest one. Undefined when it is neither, has more
 * decimals than the token, or does not fit 128 bits.
 */
export function parseAmount(text: string, { decimals }: TokenFacts): bigint | undefined {
  const units = /^(\d{1,39}) ?units$/.exec(text)?.[1]
  if (units !== undefined) return fitting(BigInt(units))
  const [, whole = '', fraction = ''] = /^(\d{1,39})(?:\.(\d{1,36}))?$/.exec(text) ?? []
  if (whole === '' || decimals === undefined || decimals > MAX_DECIMALS || fraction.length > decimals) return undefined
  return fitting(parseUnits(text, decimals))
}

const fitting = (amount: bigint): bigint | undefined => (amount <= MAX_UINT128 ? amount : undefined)
