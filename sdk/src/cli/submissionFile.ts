import { type Hex, isHex } from 'viem'
import type { LabelSubmission } from '../actions/index.js'
import { readText } from './context.js'
import { InputFileError } from './errors.js'

const BIGINT = 'bigint:'
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

/** Shape only: every field the SDK reads, each of its type. */
function isSubmission(value: unknown): value is LabelSubmission {
  const { delivery, gold, ...rest } = record(value)
  const { ephemeralKey, ciphertext } = record(delivery)
  return (
    KINDS.includes(rest.kind as string) &&
    [rest.chainId, rest.slot].every((number) => Number.isSafeInteger(number) && (number as number) >= 0) &&
    [rest.taskId, rest.keyId].every((id) => isBytes(id, 32)) &&
    [rest.module, rest.payout].every((address) => isBytes(address, 20)) &&
    isBytes(rest.proof) &&
    [rest.commitment, rest.digest].every((field) => typeof field === 'bigint') &&
    [rest.publicSignals, ephemeralKey, ciphertext].every(areBigints) &&
    (gold === undefined || isGold(record(gold)))
  )
}

function isGold({ salt, mask, values }: Record<string, unknown>): boolean {
  return isBytes(salt, 32) && areBigints(mask) && areBigints(values)
}

function isBytes(value: unknown, length?: number): value is Hex {
  return isHex(value) && value.length % 2 === 0 && (length === undefined || value.length === 2 + 2 * length)
}

function areBigints(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'bigint')
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
