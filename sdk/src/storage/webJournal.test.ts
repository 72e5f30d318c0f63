import { expect, test } from 'vitest'
import { createWebTransactionJournal } from './webJournal.js'

function memory() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

const key = `0x${'11'.repeat(32)}` as const
const transaction = {
  from: `0x${'aa'.repeat(20)}`,
  nonce: 7,
  hashes: [`0x${'22'.repeat(32)}`],
  serialized: '0x02f8',
  block: '12',
} as const

test('default: what one page has kept the next one finds, until it is known what came of it', async () => {
  const storage = memory()
  await createWebTransactionJournal(storage).put(key, transaction)
  const next = createWebTransactionJournal(storage)
  expect(await next.get(key)).toEqual(transaction)
  expect(await next.get(`0x${'33'.repeat(32)}`)).toBeUndefined()
  await next.delete(key)
  expect(await next.get(key)).toBeUndefined()
  expect(storage.kept.size).toBe(0)
})

test('error: a storage that is full fails before anything is sent', async () => {
  const full = {
    ...memory(),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  await expect(createWebTransactionJournal(full).put(key, transaction)).rejects.toThrow('full')
})

test.each([
  '',
  'x',
  'null',
  '{}',
  JSON.stringify({ ...transaction, nonce: -1.5 }),
  JSON.stringify({ ...transaction, hashes: ['0x12'] }),
])('error: an entry that is none, %j, is no reason to send again', async (text) => {
  const storage = memory()
  storage.setItem(`veritask:pending:${key}`, text)
  await expect(createWebTransactionJournal(storage).get(key)).rejects.toMatchObject({ name: 'JournalEntryError' })
})
