import type { Hex } from 'viem'
import type { TransactionJournal } from '../actions/internal/journal.js'
import { parseJournalEntry } from './journalEntry.js'

const PREFIX = 'veritask:pending:'

/**
 * A transaction journal in the storage of a browser: a page that is closed or loaded again before a transaction is mined finds it, and does
 * not send it twice.
 *
 * @param storage - What outlives the page, such as `localStorage`; one that is full or forbidden fails before anything is sent.
 *
 * @throws {@link JournalEntryError} when what is kept cannot be read.
 *
 * @example
 * import { createWebTransactionJournal, veritaskActions } from '@veritask/sdk'
 *
 * const client = wallet.extend(veritaskActions({ journal: createWebTransactionJournal(localStorage) }))
 */
export function createWebTransactionJournal(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
): TransactionJournal {
  return {
    get: async (key: Hex) => {
      const text = storage.getItem(PREFIX + key)
      return text === null ? undefined : parseJournalEntry(PREFIX + key, text)
    },
    put: async (key, transaction) => storage.setItem(PREFIX + key, JSON.stringify(transaction)),
    delete: async (key) => storage.removeItem(PREFIX + key),
  }
}
