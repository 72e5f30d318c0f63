import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Hex, isAddress, isHex, size } from 'viem'
import type { JournaledTransaction, TransactionJournal } from '../actions/internal/journal.js'
import { BaseError } from '../errors/base.js'

/** A kept transaction cannot be read, so that nobody knows whether its call was sent. */
export class JournalEntryError extends BaseError {
  override name = 'JournalEntryError'
  constructor({ file, cause }: { file: string; cause?: unknown }) {
    super(`${file} does not hold a transaction, and one may have been sent.`, {
      metaMessages: [
        'Nothing was sent now. See in an explorer what the account has sent last.',
        'Once you know that nothing is pending, delete the file.',
      ],
      cause,
    })
  }
}

/**
 * A transaction journal on disk: each transaction in a file of its own until its fate is known, readable by its owner alone.
 *
 * @param directory - Made when missing.
 *
 * @example
 * import { veritaskActions } from '@veritask/sdk'
 * import { createFileTransactionJournal } from '@veritask/sdk/node'
 *
 * const client = wallet.extend(veritaskActions({ journal: createFileTransactionJournal('.veritask/pending') }))
 */
export function createFileTransactionJournal(directory: string): TransactionJournal {
  const pathOf = (key: Hex) => join(directory, `${key}.json`)
  return {
    get: async (key) => {
      const file = pathOf(key)
      const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === 'ENOENT') return undefined
        throw new JournalEntryError({ file, cause })
      })
      return text === undefined ? undefined : parse(file, text)
    },
    put: async (key, transaction) => {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const file = pathOf(key)
      const next = `${file}.${randomBytes(6).toString('hex')}`
      await writeFile(next, JSON.stringify(transaction), { mode: 0o600, flush: true })
      await rename(next, file)
    },
    delete: (key) => rm(pathOf(key), { force: true }),
  }
}

function parse(file: string, text: string): JournaledTransaction {
  let entry: Partial<JournaledTransaction> | null
  try {
    entry = JSON.parse(text)
  } catch (cause) {
    throw new JournalEntryError({ file, cause })
  }
  const { from, nonce, hashes, serialized, block } = entry ?? {}
  const isHash = (value: unknown) => isHex(value) && size(value) === 32
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
    throw new JournalEntryError({ file })
  return { from, nonce: nonce!, hashes, serialized, block }
}
