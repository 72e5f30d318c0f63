import { expect, test } from 'vitest'
import {
  accountUrl,
  datasetsUrl,
  datasetUrl,
  homeUrl,
  keysUrl,
  keyUrl,
  matchRoute,
  modelsUrl,
  modelUrl,
  readCursor,
  readSearch,
  readTaskFilters,
  searchUrl,
  submissionUrl,
  tasksUrl,
  taskUrl,
  transactionUrl,
  WHOLE_TASK,
} from './url'

const ID = `0x${'ab'.repeat(32)}`
const ADDRESS = `0x${'cd'.repeat(20)}`

test.each([
  [homeUrl(), { page: 'home' }],
  [tasksUrl(), { page: 'tasks' }],
  [taskUrl(ID), { page: 'task', taskId: ID }],
  [submissionUrl(ID, 7), { page: 'submission', taskId: ID, slot: 7 }],
  [submissionUrl(ID, WHOLE_TASK), { page: 'taskProofs', taskId: ID }],
  [`/tasks/${ID}/slots/${WHOLE_TASK}`, { page: 'taskProofs', taskId: ID }],
  [keysUrl(), { page: 'keys' }],
  [keyUrl(ID), { page: 'key', keyId: ID }],
  [datasetsUrl(), { page: 'datasets' }],
  [datasetUrl(ID), { page: 'dataset', datasetId: ID }],
  [modelsUrl(), { page: 'models' }],
  [modelUrl(ID), { page: 'model', modelId: ID }],
  [searchUrl(), { page: 'search' }],
  [transactionUrl(ID), { page: 'transaction', hash: ID }],
  [accountUrl(ADDRESS), { page: 'account', address: ADDRESS }],
])('%s leads back to its page', (url, route) => {
  expect(matchRoute(url)).toEqual(route)
})

test('ids match in any case and with a trailing slash', () => {
  expect(matchRoute(`/tasks/0x${'AB'.repeat(32)}/`)).toEqual({ page: 'task', taskId: ID })
})

test.each([
  '/nowhere',
  '/tasks/0x12',
  `/tasks/${ID}/slots/-1`,
  `/tasks/${ID}/slots/01`,
  `/tasks/${ID}/slots/1e3`,
  `/tasks/${ID}/slots/`,
  `/accounts/${ID}`,
  `/keys/${ID}/../../admin`,
  '//example.org',
  '/transactions/0x12',
  '/search/more',
])('%s is no page', (pathname) => {
  expect(matchRoute(pathname)).toEqual({ page: 'notFound' })
})

test('filters survive the trip through the query string', () => {
  const filters = { phase: 'proving', kind: 'open-gold', requester: ADDRESS, q: 'digits & "more"', cursor: 'a+b/c=' }
  const url = tasksUrl(filters)
  expect(readTaskFilters(url.slice(url.indexOf('?')))).toEqual(filters)
})

test('empty and unknown fields are dropped', () => {
  expect(tasksUrl({ q: '  ', phase: '' })).toBe('/tasks')
  expect(readTaskFilters('?q=%20&phase=&__proto__=x&admin=1')).toEqual({})
})

test('a search survives the trip through the query string', () => {
  const q = '100% & "more" #1 ?q=+'
  expect(readSearch(searchUrl(q).slice('/search'.length))).toBe(q)
  expect(readSearch('?x=1')).toBe('')
})

test('a cursor is kept in the address', () => {
  expect(keysUrl('next one')).toBe('/keys?cursor=next+one')
  expect(readCursor('?cursor=next+one')).toBe('next one')
  expect(readCursor('')).toBeUndefined()
})
