import { zeroAddress } from 'viem'
import { expect, test } from 'vitest'
import type { VotingTask } from '../actions/index.js'
import { votingOf, votingText } from './commands/taskStanding.js'

const task = (changes: Partial<VotingTask['terms']> = {}): VotingTask => ({
  rules: { kind: 'distance', capacity: 64, itemCount: 64, goldCount: 0, thresholdBps: 8_000, max: 1, tolerance: 0 },
  terms: { firstSlots: 7, assignmentShift: 0, historyOf: zeroAddress, ...changes },
})

test('default: what the vote of a sound task is worth', () => {
  expect(votingText(votingOf(task()))).toBe(
    '7 voters of an item or more; always giving one answer is paid in less than 0.1 % of cases',
  )
})

test('default: why another is refused, and what takes it all the same', () => {
  const text = votingText(votingOf(task({ firstSlots: 3 })))
  expect(text).toMatch(/3 voters or fewer too often.*--unsafe-voting/)
  expect(votingText(votingOf(task({ firstSlots: 30, assignmentShift: 1 })))).toContain('is paid in 1.1 % of cases')
})
