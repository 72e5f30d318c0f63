import { expect, test } from 'vitest'
import type { EventRow, HitRow } from '../api/types'
import { subjectOf } from './subject'

const ID = `0x${'ab'.repeat(32)}`
const KEY = `0x${'cd'.repeat(32)}`
const ACCOUNT = `0x${'12'.repeat(20)}`
const known: HitRow[] = [{ kind: 'task', id: ID, matched: 'id', title: 'Digits' }]
const event = (fields: Partial<EventRow>) => fields as EventRow

test.each([
  ['a slot', { taskId: ID, slot: 0, keyId: KEY }, { words: 'Slot 0 of', name: 'Digits', to: `/tasks/${ID}/slots/0` }],
  ['a task', { taskId: ID, slot: null, account: ACCOUNT }, { words: 'Task', name: 'Digits', to: `/tasks/${ID}` }],
  ['a dataset', { datasetId: ID, account: ACCOUNT }, { words: 'Dataset', name: 'Digits', to: `/datasets/${ID}` }],
  ['a key', { keyId: KEY }, { words: 'Verifier key', name: '0xcdcd…cdcd', to: `/keys/${KEY}` }],
  ['a proposal', { proposalId: '7' }, { words: 'Proposal', name: '7', to: '/governance/proposals/7' }],
  ['an account', { account: ACCOUNT }, { words: 'Account', name: '0x1212…1212', to: `/accounts/${ACCOUNT}` }],
  ['nothing', {}, undefined],
])('an event about %s', (_, fields, subject) => {
  expect(subjectOf(event(fields), known)).toEqual(subject)
})
