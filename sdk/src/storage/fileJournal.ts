import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from 'viem'
import type { TransactionJournal } from '../actions/internal/journal.js'
import { JournalEntryError, parseJournalEntry } from './journalEntry.js'

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
        throw new JournalEntryError({ entry: file, cause })
      })
      return text === undefined ? undefined : parseJournalEntry(file, text)
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
