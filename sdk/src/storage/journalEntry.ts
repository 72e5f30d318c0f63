import { isAddress, isHex, size } from 'viem'
import type { JournaledTransaction } from '../actions/internal/journal.js'
import { BaseError } from '../errors/base.js'

/** A kept transaction cannot be read, so that nobody knows whether its call was sent. */
export class JournalEntryError extends BaseError {
  override name = 'JournalEntryError'
  constructor({ entry, cause }: { entry: string; cause?: unknown }) {
    super(`${entry} does not hold a transaction, and one may have been sent.`, {
      metaMessages: [
        'Nothing was sent now. See in an explorer what the account has sent last.',
        'Once you know that nothing is pending, delete it.',
      ],
      cause,
    })
  }
}

/** @param entry - Where it is kept, for who must look at it. */
export function parseJournalEntry(entry: string, text: string): JournaledTransaction {
  let value: Partial<JournaledTransaction> | null
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new JournalEntryError({ entry, cause })
  }
  const { from, nonce, hashes, serialized, block } = value ?? {}
  const isHash = (hash: unknown) => isHex(hash) && size(hash) === 32
  if (
    typeof from !== 'string' ||
    !isAddress(from, { strict: false }) ||
    !Number.isSafeInteger(nonce) ||
    !Array.isArray(hashes) ||
    !hashes.every(isHash) ||
    !(serialized === undefined || isHex(serialized)) ||
    typeof block !== 'string' ||
    !/^\d{1,20}$/.test(block)
  )
    throw new JournalEntryError({ entry })
  return { from, nonce: nonce!, hashes, serialized, block }
}
