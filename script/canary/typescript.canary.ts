import { expect, test } from 'vitest'

// `npm test` runs this file apart and demands exactly this outcome: one passes, one fails.
test('passes', () => {
  expect(2 + 2).toBe(4)
})

test('fails on purpose', () => {
  expect(2 + 2).toBe(5)
})
