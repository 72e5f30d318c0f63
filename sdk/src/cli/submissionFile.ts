import { type Hex, isAddress, isHex } from 'viem'
import type { LabelSubmission } from '../actions/index.js'
import { readText } from './context.js'
import { InputFileError } from './errors.js'

const BIGINT = 'bigint:'
/** Slot numbers are `uint32` on the chain. */
const MAX_SLOT = 2 ** 32 - 1
const KINDS = ['agreement', 'delivery', 'submission']

/** A submission as text; everything in it may be passed on. */
export function submissionToText(submission: LabelSubmission): string {
  return JSON.stringify(submission, (_, entry) => (typeof entry === 'bigint' ? `${BIGINT}${entry}` : entry))
}

/** A submission from text this command line wrote, or `undefined` for any other text. */
export function submissionFromText(text: string): LabelSubmission | undefined {
  try {
    const value: unknown = JSON.parse(text, (_, entry) =>
      typeof entry === 'string' && entry.startsWith(BIGINT) ? BigInt(entry.slice(BIGINT.length)) : entry,
    )
    return isSubmission(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A submission somebody passed on. What it says is checked against the chain before it is sent. */
export async function readSubmission(file: string): Promise<LabelSubmission> {
  const advice = 'Give a file that `veritask work prove --out` wrote.'
  const submission = submissionFromText(await readText(file, advice))
  if (!submission) throw new InputFileError({ file, reason: 'is no submission', advice })
  return submission
}

/** Shape only: every field the SDK reads, each of its type and of a size that the chain has a word for. */
function isSubmission(value: unknown): value is LabelSubmission {
  const { delivery, gold, ...rest } = record(value)
  const { ephemeralKey, ciphertext } = record(delivery)
  return (
    KINDS.includes(rest.kind as string) &&
    isCount(rest.chainId, Number.MAX_SAFE_INTEGER) &&
    isCount(rest.slot, MAX_SLOT) &&
    [rest.taskId, rest.keyId].every((id) => isBytes(id, 32)) &&
    [rest.module, rest.payout].every((address) => isHex(address) && isAddress(address)) &&
    isBytes(rest.proof) &&
    [rest.commitment, rest.digest].every(isWord) &&
    [rest.publicSignals, ephemeralKey, ciphertext].every(areWords) &&
    (ephemeralKey as unknown[]).length === 2 &&
    (gold === undefined || isGold(record(gold)))
  )
}

function isGold({ salt, mask, values }: Record<string, unknown>): boolean {
  return isBytes(salt, 32) && areWords(mask) && areWords(values)
}

function isBytes(value: unknown, length?: number): value is Hex {
  return isHex(value) && value.length % 2 === 0 && (length === undefined || value.length === 2 + 2 * length)
}

function isCount(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max
}

function isWord(value: unknown): boolean {
  return typeof value === 'bigint' && value >= 0n && value < 2n ** 256n
}

function areWords(value: unknown): boolean {
  return Array.isArray(value) && value.every(isWord)
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
