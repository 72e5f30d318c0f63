import { describe, expect, test } from 'vitest'
import { excerpt, paragraphs, proposalLife } from './proposal'

describe('a description', () => {
  test('is called by its first line', () => {
    expect(excerpt('\n# Halve the fee\n\nBecause.')).toBe('Halve the fee')
    expect(excerpt(' \u202E \n')).toBe('\ufffd')
    expect(excerpt('')).toBe('Untitled proposal')
    expect(excerpt('x'.repeat(500))).toBe(`${'x'.repeat(120)}…`)
  })

  test('ends somewhere', () => {
    const { text, cut } = paragraphs(`${'y'.repeat(1_000)}\n`.repeat(1_000))
    expect(text).toHaveLength(60)
    expect(text[0]).toHaveLength(301)
    expect(cut).toBe(true)
    expect(paragraphs('a\n\nb').text).toEqual(['a', 'b'])
  })
})

const row = {
  state: 'queued',
  createdAt: '0',
  createdTransaction: '0x1',
  voteStart: '10',
  voteEnd: '100',
  extendedAt: '90',
  queuedAt: '120',
  queuedTransaction: '0x2',
  eta: '200',
  executedAt: null,
  executedTransaction: null,
  cancelledAt: null,
  cancelledTransaction: null,
}
const titles = (change: Partial<typeof row>, now: number) =>
  proposalLife({ ...row, ...change } as typeof row, now).map(
    ({ title, future }) => `${title}${future ? ' (to come)' : ''}`,
  )

describe('the way of a proposal', () => {
  test('is told in order, what is to come at its end', () => {
    expect(titles({}, 150)).toEqual([
      'Proposed',
      'Voting starts',
      'Quorum came late: voting goes on',
      'Voting ended: passed',
      'Queued in the timelock',
      'Can be executed (to come)',
    ])
  })

  test('ends with its cancellation', () => {
    const cancelled = { state: 'cancelled', cancelledAt: '50', cancelledTransaction: '0x3', queuedAt: null, eta: null }
    expect(titles({ ...cancelled, extendedAt: null } as never, 60)).toEqual(['Proposed', 'Voting starts', 'Cancelled'])
  })
})
