import { expect, test } from 'vitest'
import { voteShares } from './votes'

const shares = (forVotes: number, againstVotes: number, abstainVotes: number, quorum: number) =>
  voteShares({
    forVotes: `${forVotes}`,
    againstVotes: `${againstVotes}`,
    abstainVotes: `${abstainVotes}`,
    quorum: `${quorum}`,
  })

test('the bar is as wide as the votes cast, and the quorum a mark on it', () => {
  expect(shares(50, 25, 25, 40)).toEqual({ for: 0.5, against: 0.25, abstain: 0.25, quorum: 0.4, reached: true })
})

test('it is as wide as the quorum while fewer have voted', () => {
  expect(shares(10, 10, 0, 40)).toEqual({ for: 0.25, against: 0.25, abstain: 0, quorum: 1, reached: false })
})

test('votes against count for no quorum, and no votes are no division by zero', () => {
  expect(shares(0, 100, 0, 40).reached).toBe(false)
  expect(shares(0, 0, 0, 0)).toEqual({ for: 0, against: 0, abstain: 0, quorum: 0, reached: true })
})
