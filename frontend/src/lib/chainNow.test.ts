import { describe, expect, test } from 'vitest'
import { chainNow } from './chainNow'
import { phasesOf } from './phases'

const indexed = { blockNumber: '7', timestamp: '1000' }
const DAY = 86_400

describe('chainNow', () => {
  test.each([
    ['ahead', 1000 + DAY],
    ['behind', 1000 - DAY],
  ])('default: the time of the indexed block, though the visitor is a day %s', (_, clock) => {
    const now = chainNow({ indexed }, () => clock)
    expect(now).toBe(1000)
    // What the indexer calls joining is joining in the row of deadlines too.
    const [join] = phasesOf({ joinBy: 1100 }, { createdAt: 900 }, now)
    expect(join).toMatchObject({ name: 'Join', state: 'now' })
  })

  test("default: the visitor's clock until the indexer has answered", () => {
    expect(chainNow(undefined, () => 5)).toBe(5)
  })
})
