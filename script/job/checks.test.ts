import { expect, test } from 'vitest'
import { createChecks } from './checks.ts'

test('the text of a failure stands beside the check that failed, and beside no other', () => {
  const failed: string[] = []
  const checks = createChecks(({ name }) => failed.push(name))
  checks.check('good', true, 'what would have gone wrong')
  checks.check('bad', false, 'what went wrong')
  checks.equal('same', { a: 1n }, { a: 1n })
  checks.equal('other', 1n, 2n)
  expect(checks.results).toEqual([
    { name: 'good', passed: true },
    { name: 'bad', passed: false, detail: 'what went wrong' },
    { name: 'same', passed: true },
    { name: 'other', passed: false, detail: 'got "1n", expected "2n"' },
  ])
  expect(failed).toEqual(['bad', 'other'])
})
