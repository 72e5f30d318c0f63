import type { ProposalRow } from '../api/types'
import type { Tone } from '../components/Badge'
import { neutralise } from './text'

const EXCERPT_CHARACTERS = 120

/** The first line of a description, without the marks that make it a heading: what a list calls the proposal. */
export function excerpt(description: string): string {
  const [line = ''] = description
    .split(/[\r\n]/u)
    .map((part) => neutralise(part.replace(/^#+\s*/u, '')))
    .filter(Boolean)
  const characters = Array.from(line)
  if (characters.length === 0) return 'Untitled proposal'
  return characters.length <= EXCERPT_CHARACTERS ? line : `${characters.slice(0, EXCERPT_CHARACTERS).join('')}…`
}

/** Of a proposal whose calls others make too: a defeated one that was made again is not the one that counts. */
export function sameCallsWords({ state, sameCalls }: Pick<ProposalRow, 'state' | 'sameCalls'>): string {
  const executed = sameCalls.some((other) => other.state === 'executed')
  if (state !== 'executed' && executed) return 'Another proposal made the same calls, and was executed'
  return sameCalls.length === 1
    ? 'Another proposal makes the same calls'
    : `${sameCalls.length} other proposals make the same calls`
}

const SHOWN_PARAGRAPHS = 60

/** A description as paragraphs of plain text: anyone can propose anything, so it is never rendered as markup. */
export function paragraphs(description: string): { text: string[]; cut: boolean } {
  const all = description
    .split(/[\r\n]+/u)
    .map(neutralise)
    .filter(Boolean)
  return { text: all.slice(0, SHOWN_PARAGRAPHS), cut: all.length > SHOWN_PARAGRAPHS }
}

export type ProposalStep = {
  title: string
  tone: Tone
  seconds: string
  /** Null for what has not happened, or happens by the clock. */
  transaction: string | null
  future: boolean
}

type Life = Pick<
  ProposalRow,
  | 'state'
  | 'createdAt'
  | 'createdTransaction'
  | 'voteStart'
  | 'voteEnd'
  | 'extendedAt'
  | 'queuedAt'
  | 'queuedTransaction'
  | 'eta'
  | 'executedAt'
  | 'executedTransaction'
  | 'cancelledAt'
  | 'cancelledTransaction'
>

/** A proposal's life in order: what happened, and what the clock will bring. */
export function proposalLife(row: Life, now: number): ProposalStep[] {
  const step = (title: string, tone: Tone, seconds: string | null, transaction: string | null = null) =>
    seconds === null ? [] : [{ title, tone, seconds, transaction, future: Number(seconds) > now }]
  const stopped = row.cancelledAt === null ? Number.POSITIVE_INFINITY : Number(row.cancelledAt)
  const clock = [
    ...step('Voting starts', 'busy', row.voteStart),
    ...step('Quorum came late: voting goes on', 'wait', row.extendedAt),
    ...step(endOfVoting(row), row.state === 'defeated' ? 'bad' : 'busy', row.voteEnd),
    ...(row.executedAt === null ? step('Can be executed', 'wait', row.eta) : []),
  ].filter(({ seconds }) => Number(seconds) <= stopped)
  return [
    ...step('Proposed', 'busy', row.createdAt, row.createdTransaction),
    ...clock,
    ...step('Queued in the timelock', 'wait', row.queuedAt, row.queuedTransaction),
    ...step('Executed', 'good', row.executedAt, row.executedTransaction),
    ...step('Cancelled', 'bad', row.cancelledAt, row.cancelledTransaction),
  ].sort((a, b) => Number(a.seconds) - Number(b.seconds))
}

function endOfVoting({ state }: Life): string {
  switch (state) {
    case 'defeated':
      return 'Voting ended: defeated'
    case 'succeeded':
    case 'queued':
    case 'executed':
      return 'Voting ended: passed'
    default:
      return 'Voting ends'
  }
}
