import { describe, expect, test } from 'vitest'
import type { HitRow } from '../api/types'
import { hitDetails, hitTitle, hitUrl, MAX_SEARCH_LENGTH, onlyHitUrl, readingWords, searchText } from './search'

const ID = `0x${'ab'.repeat(32)}`
const OTHER = `0x${'cd'.repeat(32)}`
const hit = (fields: Partial<HitRow>): HitRow => ({ kind: 'task', id: ID, matched: 'id', title: 'Digits', ...fields })

test.each([
  [hit({}), `/tasks/${ID}`],
  [hit({ kind: 'dataset' }), `/datasets/${ID}`],
  [hit({ kind: 'datasetVersion', datasetId: OTHER, number: 2 }), `/datasets/${OTHER}`],
  [hit({ kind: 'model' }), `/models/${ID}`],
  [hit({ kind: 'modelVersion', modelId: OTHER, number: 1 }), `/models/${OTHER}`],
  [hit({ kind: 'key' }), `/keys/${ID}`],
  [hit({ kind: 'receipt', taskId: OTHER, slot: 3 }), `/tasks/${OTHER}/slots/3`],
  [hit({ kind: 'receipt', taskId: OTHER, slot: null }), `/tasks/${OTHER}/proofs`],
  [hit({ kind: 'account', id: '0xabc' }), '/accounts/0xabc'],
  [hit({ kind: 'proposal', id: '77' }), '/governance/proposals/77'],
  [hit({ kind: 'operation', proposalId: '77' }), '/governance/proposals/77'],
  [hit({ kind: 'operation', proposalId: null }), '/governance'],
  [hit({ kind: 'transaction' }), `/transactions/${ID}`],
  [hit({ kind: 'contract' }), undefined],
  [hit({ kind: 'something new' }), undefined],
])('%o leads to %s', (found, url) => {
  expect(hitUrl(found)).toBe(url)
})

describe('the only hit', () => {
  test('is gone to at once', () => {
    expect(onlyHitUrl({ hits: [hit({})], more: false })).toBe(`/tasks/${ID}`)
  })

  test.each([
    ['nothing', { hits: [], more: false }],
    ['two', { hits: [hit({}), hit({ id: OTHER })], more: false }],
    ['one of more', { hits: [hit({})], more: true }],
    ['one without a page', { hits: [hit({ kind: 'contract' })], more: false }],
  ])('is not there when there is %s', (_, found) => {
    expect(onlyHitUrl(found)).toBeUndefined()
  })
})

test.each([
  [hit({}), { text: 'Digits', words: '' }],
  [hit({ kind: 'datasetVersion', number: 2 }), { text: 'Digits', words: ', version 2' }],
  [hit({ kind: 'receipt', slot: 0 }), { text: 'Digits', words: ', slot 0' }],
  [hit({ kind: 'receipt', slot: null }), { text: 'Digits', words: ', the task as a whole' }],
  [hit({ kind: 'proposal', title: '# Halve the fee\n\nBecause.' }), { text: 'Halve the fee', words: '' }],
  [hit({ kind: 'contract', title: 'taskRegistry' }), { words: 'Task registry' }],
  [hit({ kind: 'key', title: null }), { words: '0xabab…abab' }],
])('%o is called %o', (found, title) => {
  expect(hitTitle(found)).toEqual(title)
})

test.each([
  [hit({ state: 'hidden-gold' }), 'Hidden gold'],
  [hit({ state: 'open-gold', matched: 'payload' }), 'Open gold, its items are this content'],
  [hit({ kind: 'account', title: null, matched: 'address', roles: ['worker', 'payout'] }), 'Worker, payout'],
  [hit({ kind: 'transaction', events: 1, timestamp: '1763690000' }), '1 event, 21 Nov 2025, 01:53:20 UTC'],
  [hit({ kind: 'datasetVersion', matched: 'commitment' }), 'Its records are committed to by this number'],
  [hit({ kind: 'modelVersion', matched: 'manifest' }), 'Its manifest has this hash'],
  [hit({ kind: 'dataset', matched: 'name' }), ''],
  [hit({ kind: 'contract', matched: 'constructor' }), ''],
])('%o is described as %s', (found, details) => {
  expect(hitDetails(found)).toBe(details)
})

test('what was looked for is said in words', () => {
  expect(readingWords([])).toBe('')
  expect(readingWords(['address'])).toBe('It was looked up as an address.')
  expect(readingWords(['number', 'prefix', 'words'])).toBe(
    'It was looked up as a number that is an id or a commitment, as the beginning of an id or address and as words in titles, names and descriptions.',
  )
  expect(readingWords(['constructor'])).toBe('It was looked up as constructor.')
})

test('a text is cut to one that is seen to be too long, and holds no NUL', () => {
  expect(searchText('  a\0b ')).toBe('ab')
  expect(searchText('x'.repeat(100_000))).toHaveLength(MAX_SEARCH_LENGTH + 1)
})
