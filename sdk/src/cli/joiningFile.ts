import { type Address, type Hex, isAddress, isHex, size } from 'viem'
import type { PreparedJoining } from '../actions/index.js'
import type { CallFile } from './callFile.js'
import { callFrom } from './callFile.js'
import { readJson } from './context.js'
import { InputFileError } from './errors.js'

/** The largest fee the chain has a word for. */
const FEE_LIMIT = 2n ** 96n

/** A joining that anyone can bring, as a file. Nothing in it is secret. */
export function joiningToText({ joining, ...rest }: PreparedJoining): string {
  const file = { kind: 'joining', ...rest, joining: { ...joining, relayFee: String(joining.relayFee) } }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** What `relay` brings. */
export type RelayFile = { readonly kind: 'joining'; readonly prepared: PreparedJoining } | CallFile

/**
 * A file of a stranger: shape alone. What it says is checked against the chain before it is sent.
 *
 * @throws {InputFileError}
 */
export async function readRelayFile(file: string): Promise<RelayFile> {
  const advice = 'Give a file that a worker wrote with --out: of `work join`, `work commit` or the like.'
  const content = await readJson(file, advice)
  const fields = typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {}
  if (['agreement', 'delivery', 'submission'].includes(fields.kind as string))
    throw new InputFileError({
      file,
      reason: 'holds labels',
      advice: 'Send these with `veritask work submit`.',
    })
  const prepared = joiningFrom(fields)
  const found = prepared ? { kind: 'joining' as const, prepared } : callFrom(fields)
  if (!found) throw new InputFileError({ file, reason: 'is no joining and no signed call', advice })
  return found
}

function joiningFrom(fields: Record<string, unknown>): PreparedJoining | undefined {
  const { kind, version, chainId, taskRegistry, taskId, joining, admission } = fields
  if (kind !== 'joining' || version !== 2 || !Number.isSafeInteger(chainId)) return undefined
  if (!isAccount(taskRegistry) || !isWord(taskId) || !isHex(admission) || admission.length % 2 !== 0) return undefined
  const { worker, payout, encryptionKey, relayFee, termsHash } = (
    typeof joining === 'object' && joining !== null ? joining : {}
  ) as Record<string, unknown>
  if (!isAccount(worker) || !isAccount(payout) || !isWord(encryptionKey) || !isWord(termsHash)) return undefined
  if (typeof relayFee !== 'string' || !/^\d{1,29}$/.test(relayFee) || BigInt(relayFee) >= FEE_LIMIT) return undefined
  return {
    version,
    chainId: chainId as number,
    taskRegistry,
    taskId,
    joining: { worker, payout, encryptionKey, relayFee: BigInt(relayFee), termsHash },
    admission,
  }
}

function isAccount(value: unknown): value is Address {
  return typeof value === 'string' && isAddress(value, { strict: false })
}

function isWord(value: unknown): value is Hex {
  return isHex(value) && size(value) === 32
}
