import { expect, test } from 'vitest'
import type { Check } from '../core.js'
import { checkTable } from './checks.js'

const contributions = (count: number, prefix = ''): Check[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${prefix}contribution ${i + 1}`, status: 'ok', detail: 'hash' }))
const ok = (name: string): Check => ({ name, status: 'ok', detail: '' })
const linesOf = (checks: readonly Check[]) => checkTable(checks).split('\n').length

test('default: of 5,348 sound contributions the first and the last ten are shown', () => {
  const text = checkTable([ok('alpha'), ...contributions(5348), ok('delta')])
  expect(text).toContain('5328 contributions more')
  for (const name of [
    'alpha',
    'contribution 1 ',
    'contribution 10 ',
    'contribution 5339',
    'contribution 5348',
    'delta',
  ])
    expect(text).toContain(name)
  expect(text).not.toContain('contribution 11 ')
  expect(linesOf([...contributions(5348, 'key: ')])).toBe(linesOf(contributions(5348)))
})

test('default: short lists, and a failure in a long one, are shown whole', () => {
  expect(linesOf(contributions(21)) - linesOf(contributions(20))).toBe(1)
  const failed: Check = { name: 'contribution 3000', status: 'failed', detail: 'delta does not follow from it' }
  expect(checkTable([...contributions(2999), failed])).toMatch(/FAILED +contribution 3000/)
})
