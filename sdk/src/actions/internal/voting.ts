import { isAddressEqual, zeroAddress } from 'viem'
import { assessVoting, ConsensusUnsoundError, type VotingTerms } from '../../core.js'
import type { TaskState } from '../types.js'

/** What a worker says of a consensus before it joins. */
export type VotingTrust = {
  /** Of a consensus: what the worker knows of the share of the most common class, in basis points. Default: as `assessVoting` assumes. */
  readonly largestShareBps?: number | undefined
  /** Joins a consensus under which a worker that does not look is paid, or one vote outweighs the rest. Default: false. */
  readonly unsafeVoting?: boolean | undefined
}

/** What of a task its vote needs to be assessed. */
export type VotingTask = {
  readonly rules: Extract<TaskState, { kind: 'consensus' }>['rules']
  readonly terms: Pick<
    Extract<TaskState, { kind: 'consensus' }>['terms'],
    'firstSlots' | 'assignmentShift' | 'historyOf'
  >
}

/**
 * The terms of a consensus task as {@link assessVoting} reads them.
 *
 * @example
 * import { assessVoting, getTask, votingTermsOf } from '@veritask/sdk'
 * const task = await getTask(client, { taskId })
 * const reasons = task.kind === 'consensus' ? assessVoting(votingTermsOf(task)).reasons : []
 */
export function votingTermsOf({ rules, terms }: VotingTask): VotingTerms {
  const { firstSlots, assignmentShift, historyOf } = terms
  return {
    firstSlots,
    assignmentShift,
    itemCount: rules.itemCount,
    // The contracts take distances of scalars alone.
    classes: rules.kind === 'box' ? rules.maxClass + 1 : rules.max + 1,
    thresholdBps: rules.thresholdBps,
    weighted: !isAddressEqual(historyOf, zeroAddress),
  }
}

/**
 * What the requester's client refuses to make, a worker's refuses to join.
 *
 * @throws {@link ConsensusUnsoundError}, {@link LargestShareOutOfRangeError}
 */
export function assertJoinableVoting(task: TaskState, { largestShareBps, unsafeVoting }: VotingTrust): void {
  if (task.kind !== 'consensus' || unsafeVoting) return
  const assessment = assessVoting({ ...votingTermsOf(task), largestShareBps })
  if (assessment.reasons.length > 0) throw new ConsensusUnsoundError({ assessment, joining: true })
}
