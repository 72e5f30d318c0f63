import { assessVoting, type Rules } from '@veritask/sdk'
import type { ConsensusTermsRow, GradingRow, StatementRow, TaskDetailRow, TermsRow } from '../api/types'
import { formatAmount, formatInteger, formatPercentBps, plural, shortHash } from './format'

/** The keys a task pinned, by what each is for. */
export function pinnedKeys(terms: TermsRow): { name: string; keyId: string }[] {
  const named = [
    ['agreement', terms.agreementKeyId],
    ['legality', terms.legalityKeyId],
    ['score', terms.scoreKeyId],
    ['audit', terms.auditKeyId],
    ['consensus', terms.consensusKeyId],
    ['tally', terms.tallyKeyId],
    ['majority', terms.decideKeyId],
    ['agreement with the majority', terms.agreeKeyId],
    ['statement', terms.statement?.keyId ?? null],
  ] as const
  return named.flatMap(([name, keyId]) => (keyId === null ? [] : [{ name, keyId }]))
}

/** What a score that passes earns, one line each. */
export function gradingWords({ curve, steps }: GradingRow): string[] {
  switch (curve) {
    case 'threshold':
      return ['A score that passes earns the whole reward.']
    case 'linear':
      return ['A score that passes earns as large a part of the reward.']
    default:
      return steps.map(
        ({ fromBps, shareBps }) => `from ${formatPercentBps(fromBps)}: ${formatPercentBps(shareBps)} of the reward`,
      )
  }
}

/** What the gate asks of who joins, one line each. */
export function gateConditions({ gateTerms, token }: Pick<TaskDetailRow, 'gateTerms' | 'token'>): string[] {
  if (!gateTerms) return []
  const { kind, minStake, root, minSlots, minScoreBps } = gateTerms
  switch (kind) {
    case 'staked':
      return [`a stake of ${formatAmount(minStake ?? '0', gateTerms.token ?? token)} or more`]
    case 'allow-list':
      return [`on the list ${shortHash(root ?? '')}`]
    case 'semaphore':
      return ['anonymous, once each', root === null ? 'any recent root' : `group root ${shortHash(root)}`]
    case 'world-id':
      return ['anonymous, once for each person']
    case 'reputation':
      return [
        `anonymous, with ${plural(minSlots ?? 0, 'accepted slot')} at ${formatPercentBps(minScoreBps ?? 0)} or more`,
      ]
    default:
      return []
  }
}

/** How much of a statement the requester fixed. */
export function statementWords({ pinned, signals }: StatementRow): string {
  const fixed = BigInt(pinned).toString(2).replaceAll('0', '').length
  return `${plural(signals.length, 'public signal')}, ${formatInteger(fixed)} fixed by the requester`
}

/** Items that were drawn for nobody who delivered. */
export function unassignedWords(count: number): string {
  return `${plural(count, 'item')} had no vote: what the dataset says of ${count === 1 ? 'it' : 'them'} means nothing.`
}

/** What a worker is measured by, and why that is worth little where it is. */
export function measureWords(
  { firstSlots, assignmentShift, historyOf }: Pick<ConsensusTermsRow, 'firstSlots' | 'assignmentShift' | 'historyOf'>,
  rules: Rules | undefined,
): string {
  const rule = "the majority, in which a worker's own vote counts; ties go to the lowest class."
  if (rules?.kind !== 'distance') return rule
  const { reasons } = assessVoting({
    firstSlots,
    assignmentShift,
    itemCount: rules.itemCount,
    classes: rules.max + 1,
    thresholdBps: rules.thresholdBps,
    weighted: historyOf !== null,
  })
  if (reasons.length === 0) return rule
  return `${rule} Whoever looks may be outvoted here by those who do not. ${reasons.join(' ').replaceAll(' %', '%')}`
}

const BPS = 10_000n

/** How many votes agree with a proven consensus. */
export function consensusWords({ support, possible }: { support: string; possible: string }): string {
  const whole = BigInt(possible)
  const percent = whole === 0n ? 0 : Number((BigInt(support) * BPS) / whole)
  return `${formatInteger(support)} of ${formatInteger(possible)} votes agree (${formatPercentBps(percent)})`
}
