import { readFile } from 'node:fs/promises'
import { type Address, isAddress, isHex, size, zeroAddress } from 'viem'
import { BaseError } from '../core.js'
import { type AmountText, amountsOf, nativeAmount } from '../text/amounts.js'
import { isRecord } from '../text/values.js'
import type { Flags } from './command.js'
import type { Context } from './context.js'

/** How the amounts of an error are written for people: an error of the SDK has base units, and does not know their decimals. */
const texts = new WeakMap<object, AmountText>()

const AMOUNT = /\b(\d+) base units(?: of the native coin| of token (0x[0-9a-fA-F]{40}))?/g

/** Notes what token a command that failed was about, for who prints its error. Never fails itself. */
export async function noteAmounts(error: unknown, context: Context, flags: Flags): Promise<void> {
  if (!(error instanceof BaseError) || !`${error.shortMessage} ${error.metaMessages}`.includes(' base units')) return
  try {
    texts.set(error, await amountsOf(await context.reader(), await tokenOf(context, flags)))
  } catch {
    // Then it keeps base units.
  }
}

/** The token that a command is about: that of its flag, of its task, or of its task file; otherwise the native coin. */
async function tokenOf(context: Context, { token, id, file }: Flags): Promise<Address> {
  if (typeof token === 'string' && isAddress(token, { strict: false })) return token
  if (isHex(id) && size(id) === 32) return (await (await context.reader()).getTask({ taskId: id })).token
  if (typeof file === 'string' && file.endsWith('.json')) {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isRecord(content) && typeof content.token === 'string') return content.token as Address
  }
  return zeroAddress
}

/** The text of an error with its amounts as people read them; those of another token than the command's keep base units. */
export function withAmounts(error: unknown, text: string): string {
  const amount = typeof error === 'object' && error !== null ? texts.get(error) : undefined
  if (amount === undefined) return text
  return text.replace(AMOUNT, (whole, units: string, token: string | undefined) => {
    const isNative = whole.endsWith('of the native coin') || (token !== undefined && BigInt(token) === 0n)
    if (isNative) return nativeAmount(BigInt(units))
    const written = amount(BigInt(units))
    return token === undefined || written.toLowerCase().includes(token.toLowerCase()) ? written : whole
  })
}
