import { type Hex, isHex, size } from 'viem'
import { InputFileError } from './errors.js'

/** A receipt as a file says it: its id, and whatever else of it the file has, to be held against the chain. */
export type ReceiptFile = { readonly receiptId: Hex } & { readonly [field in Compared]?: unknown }

const COMPARED = [
  'chainId',
  'taskId',
  'slot',
  'keyId',
  'statement',
  'publicSignals',
  'proof',
  'hash',
  'blockNumber',
] as const
type Compared = (typeof COMPARED)[number]

/** Reads what `verify --out` writes, what `verify --json` prints, and whatever else has a `receiptId`, such as `work prove --json`. */
export function readReceiptFile(value: unknown, file: string): ReceiptFile {
  const whole = asRecord(value)
  const found = asRecord(whole?.receipt) ?? whole
  const { receiptId } = found ?? {}
  if (!isHex(receiptId) || size(receiptId) !== 32)
    throw new InputFileError({
      file,
      reason: receiptId === undefined ? 'has no "receiptId"' : 'its "receiptId" is not 0x and 64 hex digits',
      advice: 'Give a file of `veritask verify RECEIPT --out FILE`, or the JSON that `work prove --json` printed.',
    })
  return { ...found, receiptId: receiptId.toLowerCase() as Hex }
}

/** One line: whether everything the file says is what the chain has. No line when there is only the id. */
export function compareReceipt(file: ReceiptFile, chain: { readonly [field in Compared]: unknown }) {
  const given = COMPARED.filter((field) => file[field] !== undefined)
  if (given.length === 0) return []
  const different = given.filter((field) => textOf(file[field]) !== textOf(chain[field]))
  const detail =
    different.length === 0
      ? `The file says what the chain has: ${given.join(', ')}.`
      : `The file says something else than the chain: ${different.join(', ')}.`
  return [{ name: 'file', about: '', status: different.length === 0 ? ('ok' as const) : ('failed' as const), detail }]
}

/** Numbers as decimals, however JSON has them; hex in lower case. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === 'bigint' || typeof part === 'number' ? String(part) : part,
  ).toLowerCase()
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
