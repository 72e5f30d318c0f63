import { expect, test } from 'vitest'
import {
  argumentCharacters,
  callsListed,
  callsShown,
  dataBytes,
  descriptionBytes,
  reasonBytes,
} from '../../src/api/bounds.js'
import { publication } from '../support/consensus.js'
import type { Row } from '../support/database.js'
import { longData, longReason, shownDescription } from '../support/operations.js'
import { people } from '../support/protocol.js'
import type { runProven } from '../support/proven.js'
import { rowOf, tables, text, time, when } from './rows.js'

type Run = Awaited<ReturnType<typeof runProven>>

/** What the API said of the run while it was served. */
export type Answers = Record<
  | 'proposal'
  | 'proposals'
  | 'passed'
  | 'defeated'
  | 'votes'
  | 'operation'
  | 'operations'
  | 'graphql'
  | 'consensus'
  | 'became'
  | 'becameVersion'
  | 'publication'
  | 'receipts'
  | 'repeatedReceipts',
  unknown
>

export async function askAnswers(url: string, { operations, rounds, repeated: statedTwice }: Run): Promise<Answers> {
  const get = async (path: string) => ((await (await fetch(`${url}${path}`)).json()) as { data: unknown }).data
  const query = '{ votes(limit: 10) { items { reason } } }'
  const repeated = query.replace('reason', 'reason a: reason b: reason c: reason d: reason')
  const asked = async (text: string) =>
    (await fetch(`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query: text }) })).json()
  const became = {
    ...rounds.concluded.step.argsOf<{ datasetId: string }>('DatasetRegistered'),
    ...rounds.concluded.step.argsOf<{ versionId: string }>('ConsensusReached'),
  }
  return {
    proposal: await get(`/v1/proposals/${operations.broken.proposalId}`),
    proposals: await get('/v1/proposals'),
    passed: await get(`/v1/proposals/${operations.votes.passed.proposalId}`),
    defeated: await get(`/v1/proposals/${operations.votes.defeated.proposalId}`),
    votes: await get(`/v1/proposals/${operations.votes.defeated.proposalId}/votes`),
    operation: await get(`/v1/operations/${operations.put.id}`),
    operations: await get('/v1/operations'),
    consensus: await get(`/v1/tasks/${rounds.taskId}`),
    became: await get(`/v1/tasks?dataset=${became.datasetId}`),
    becameVersion: await get(`/v1/tasks?dataset=${became.versionId}`),
    publication: await get(`/v1/search?q=${publication.manifestDigest}`),
    receipts: await get(`/v1/tasks/${rounds.taskId}/receipts`),
    repeatedReceipts: await get(`/v1/tasks/${statedTwice.taskId}/receipts`),
    graphql: [await asked(query), await asked(repeated)],
  }
}

export function operationTests(runOf: () => Run, answersOf: () => Answers): void {
  test('an operation that is scheduled again after a guardian cancelled it takes its proposal along', () => {
    const { stopped, operationId, again, executed } = runOf().operations
    expect(rowOf('operation', { id: operationId })).toMatchObject({
      proposal_id: text(stopped.proposalId),
      status: 'executed',
      ready_at: time(again),
      ...when('scheduled', again),
      ...when('executed', executed),
      ...when('cancelled', null),
    })
    expect(rowOf('proposal', { id: text(stopped.proposalId) })).toMatchObject({
      status: 'executed',
      withdrawn: false,
      eta: time(again),
      ...when('executed', executed),
      ...when('cancelled', null),
    })
  })

  test('a proposal that was cancelled in the Governor stays so', () => {
    const { withdrawn } = runOf().operations.votes
    expect(rowOf('proposal', { id: text(withdrawn.proposalId) })).toMatchObject({
      status: 'cancelled',
      withdrawn: true,
    })
  })

  test('operations of no calls', () => {
    const { salted, silent, dropped } = runOf().operations
    const none = { proposal_id: null, predecessor: null, ready_at: null }
    expect(rowOf('operation', { id: salted.id })).toMatchObject({
      ...none,
      status: 'scheduled',
      salt: salted.scheduled.argsOf<{ salt: string }>('CallSalt').salt,
      ...when('scheduled', salted.scheduled),
    })
    // Nothing is said of it before it is cancelled.
    expect(rowOf('operation', { id: silent.id })).toMatchObject({
      ...none,
      status: 'cancelled',
      salt: null,
      cancelled_by: people.guardian.address.toLowerCase(),
      ...when('scheduled', dropped),
      ...when('cancelled', dropped),
    })
    const calls = (tables.operation_call ?? []).map((row) => row.operation_hash)
    expect(calls).not.toContain(salted.id)
    const listed = answersOf().operations as Row[]
    expect(listed.find(({ id }) => id === salted.id)).toMatchObject({ calls: [], callCount: 0, readyAt: null })
  })

  test('a description that is no text is kept with marks where bytes are wrong', () => {
    const { broken } = runOf().operations
    expect(rowOf('proposal', { id: text(broken.proposalId) }).description).toBe(shownDescription)
    expect((answersOf().proposal as Row).description).toBe(shownDescription)
    expect(shownDescription).toContain('\uFFFD')
  })

  test('a proposal says what its calls start from: what it found when it was executed, else what holds now', () => {
    const { passed, withdrawn, defeated } = runOf().operations.votes
    const [found, now] = [answersOf().passed as Row, answersOf().defeated as Row] as { before: Row; state: string }[]
    const { oldVotingDelay } = runOf().operations.votes.executed.argsOf<{ oldVotingDelay: bigint }>('VotingDelaySet')
    // It alone was changed, and by these calls: the setting they ask for again holds now.
    expect(found).toMatchObject({ state: 'executed', before: { parameters: null, tokens: [] } })
    expect(found?.before.voting).toEqual({ votingDelay: text(oldVotingDelay) })
    expect(now).toMatchObject({ before: { voting: { votingDelay: '2' } } })
    expect(now?.before.parameters).toMatchObject({
      feeBps: tables.parameters?.[0]?.fee_bps,
      treasury: expect.any(String),
    })
    expect(now?.before.tokens).toEqual(expect.arrayContaining([expect.objectContaining({ allowed: true })]))

    const same = (...others: { proposalId: bigint }[]) =>
      others.map(({ proposalId }) => ({ id: text(proposalId), state: expect.any(String) }))
    expect(answersOf().defeated).toMatchObject({
      sameCalls: [
        { id: text(passed.proposalId), state: 'executed' },
        { id: text(withdrawn.proposalId), state: 'cancelled' },
      ],
    })
    expect(answersOf().passed).toMatchObject({ sameCalls: same(withdrawn, defeated) })
    const listed = answersOf().proposals as Row[]
    expect(listed.find(({ id }) => id === text(passed.proposalId))?.sameCalls).toEqual(same(withdrawn, defeated))
    expect(listed.find(({ id }) => id === text(runOf().operations.broken.proposalId))?.sameCalls).toEqual([])
  })

  test('what anyone writes at length is cut in answers, and kept whole', () => {
    const { reasoned, put } = runOf().operations
    const [row] = answersOf().votes as Row[]
    expect(rowOf('vote', { transaction_hash: reasoned.hash }).reason).toBe(longReason)
    const shown = String(row?.reason)
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(reasonBytes + 3)
    expect(longReason.startsWith(shown.slice(0, -1))).toBe(true)
    expect(shown).toMatch(/^票+…$/)

    const cut = { data: longData.slice(0, 2 + 2 * dataBytes), dataSize: 60_000 }
    expect(rowOf('operation_call', { operation_hash: put.id }).data).toBe(longData)
    expect(answersOf().operation).toMatchObject({ callCount: 1, calls: [{ position: 0, value: '0', ...cut }] })
    const listed = answersOf().operations as Row[]
    expect(listed.find(({ id }) => id === put.id)).toMatchObject({ callCount: 1, calls: [cut] })
    const proposal = answersOf().proposal as Row & { events: { args: unknown }[] }
    expect(proposal).toMatchObject({ callCount: 1, calls: [cut] })
    expect(JSON.stringify(proposal.events[0]?.args).length).toBeLessThan(argumentCharacters + 1_000)
    // The longest that one proposal's page can be, but for what its events add.
    expect(callsListed).toBeLessThan(callsShown)
    expect(JSON.stringify(answersOf().proposals).length).toBeLessThan(25 * descriptionBytes)
  })

  test('a GraphQL answer beyond its size is refused', () => {
    const [small, large] = answersOf().graphql as { data?: { votes: { items: Row[] } } }[]
    expect(small?.data?.votes.items.map(({ reason }) => reason)).toContain(longReason)
    expect(large).toEqual({ error: expect.objectContaining({ code: 'query_too_costly' }) })
  })
}
