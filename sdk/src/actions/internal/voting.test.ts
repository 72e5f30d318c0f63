import { zeroAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { assessVoting, ConsensusUnsoundError, LargestShareOutOfRangeError, type ScalarRules } from '../../core.js'
import type { TaskState } from '../types.js'
import { assertJoinableVoting, type VotingTask, votingTermsOf } from './voting.js'

const historyOf = `0x${'11'.repeat(20)}` as const
const rules: ScalarRules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 64,
  goldCount: 0,
  thresholdBps: 8_000,
  max: 1,
  tolerance: 0,
}

function taskOf(changes: Partial<VotingTask['terms']> = {}, otherRules: Partial<ScalarRules> = {}) {
  const terms = { firstSlots: 7, assignmentShift: 0, historyOf: zeroAddress, ...changes }
  return { kind: 'consensus', rules: { ...rules, ...otherRules }, terms } as TaskState & { kind: 'consensus' }
}

describe('votingTermsOf', () => {
  test('default: all that decides about the vote', () => {
    expect(votingTermsOf(taskOf({ firstSlots: 9, assignmentShift: 2, historyOf }, { max: 3 }))).toEqual({
      firstSlots: 9,
      assignmentShift: 2,
      itemCount: 64,
      classes: 4,
      thresholdBps: 8_000,
      weighted: true,
    })
    expect(assessVoting(votingTermsOf(taskOf())).reasons).toEqual([])
  })
})

describe('assertJoinableVoting', () => {
  test('default: a sound vote, and what has none', () => {
    assertJoinableVoting(taskOf(), {})
    assertJoinableVoting({ kind: 'direct' } as TaskState, {})
  })

  test.each<[string, TaskState]>([
    ['three voters', taskOf({ firstSlots: 3 })],
    ['a draw that leaves too few', taskOf({ assignmentShift: 3 })],
    ['a threshold that one class reaches', taskOf({}, { thresholdBps: 6_000 })],
    ['one vote that weighs half', taskOf({ historyOf })],
  ])('error: %s, unless the worker says so', (_, task) => {
    expect(() => assertJoinableVoting(task, {})).toThrow(ConsensusUnsoundError)
    expect(() => assertJoinableVoting(task, { unsafeVoting: false })).toThrow(
      /may be outvoted[\s\S]*to join all the same/,
    )
    assertJoinableVoting(task, { unsafeVoting: true })
  })

  test('args: a worker may know how common the classes are', () => {
    const task = taskOf({}, { thresholdBps: 7_000 })
    expect(() => assertJoinableVoting(task, {})).toThrow(ConsensusUnsoundError)
    assertJoinableVoting(task, { largestShareBps: 5_000 })
    expect(() => assertJoinableVoting(task, { largestShareBps: 2_500 })).toThrow(LargestShareOutOfRangeError)
  })
})
