import { db } from 'ponder:api'
import {
  auditEvent,
  governance,
  operation,
  parameterChange,
  parameters,
  proposal,
  quorumChange,
  tokenPolicy,
  vote,
} from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, desc, eq, inArray, lt, notInArray } from 'ponder'
import { voteSupports } from '../kinds.js'
import { proposalState, quorumOf } from '../proposal.js'
import { answer, answerPage, pageOf } from './answer.js'
import { callsShown, cutText, descriptionBytes, presentCalls, reasonBytes } from './bounds.js'
import { notFound } from './errors.js'
import { addressOf, decodeCursor, limitOf, numberOf, oneOf, queryOf } from './parameters.js'
import { presentEvent } from './present.js'

/** Characters of a description shown in a list. */
const excerptLength = 280
/** Events and quorums that can matter: governance changes seldom. */
const eventsShown = 100
const quorumsRead = 1000
/** Proposals with the same calls that are named, and what one proposal can change. */
const sameCallsShown = 20
const changesRead = 1000
/** Tokens whose policy a proposal may start from. */
const tokensRead = 100
/** Votes have a list of their own. */
const voteEvents = ['VoteCast', 'VoteCastWithParams']

export const proposals = new Hono()

type ProposalRow = typeof proposal.$inferSelect
/** The quorum of a proposal: that of its snapshot. */
type Quorum = (row: ProposalRow) => bigint

async function readQuorum(): Promise<Quorum> {
  const [[row], changes] = await Promise.all([
    db.select({ supply: governance.supply }).from(governance),
    db.select().from(quorumChange).orderBy(desc(quorumChange.id)).limit(quorumsRead),
  ])
  const supply = row?.supply ?? 0n
  return ({ voteStart }) => {
    const change = changes.find(({ timestamp }) => timestamp <= voteStart)
    return quorumOf(supply, change?.percent ?? 0n)
  }
}

function presentProposal({ eventId: _, ...row }: ProposalRow, quorumAt: Quorum, now: bigint) {
  const quorum = quorumAt({ eventId: _, ...row })
  return { ...row, state: proposalState({ ...row, quorum }, now), quorum }
}

type SameCalls = { readonly callsHash: string; readonly id: bigint; readonly state: string }

/** Proposals with these calls, oldest first: which were made again, or twice by mistake. */
async function readSameCalls(hashes: readonly ProposalRow['callsHash'][], quorumAt: Quorum, now: bigint) {
  if (hashes.length === 0) return []
  const rows = await db
    .select()
    .from(proposal)
    .where(inArray(proposal.callsHash, [...new Set(hashes)]))
    .orderBy(asc(proposal.eventId))
    .limit(hashes.length * sameCallsShown)
  return rows.map((row): SameCalls => {
    const { id, callsHash, state } = presentProposal(row, quorumAt, now)
    return { id, callsHash, state }
  })
}

function others(all: readonly SameCalls[], { id, callsHash }: Pick<ProposalRow, 'id' | 'callsHash'>) {
  return all
    .filter((other) => other.callsHash === callsHash && other.id !== id)
    .slice(0, sameCallsShown)
    .map((other) => ({ id: other.id, state: other.state }))
}

/**
 * What a proposal's calls start from: what holds now, or what an executed one found, of which the events of its transaction tell.
 * Null where several were executed in one transaction.
 */
async function readBefore({ status, executedTransaction }: ProposalRow) {
  if (status !== 'executed' || executedTransaction === null) return stateNow()
  const [together, changes] = await Promise.all([
    db.select({ id: proposal.id }).from(proposal).where(eq(proposal.executedTransaction, executedTransaction)).limit(2),
    db
      .select()
      .from(parameterChange)
      .where(eq(parameterChange.transactionHash, executedTransaction))
      .orderBy(asc(parameterChange.id))
      .limit(changesRead),
  ])
  if (together.length > 1) return null
  const previous = (...kinds: readonly string[]) =>
    changes.filter(({ kind }) => kinds.includes(kind)).map(({ previous: value, subject }) => ({ value, subject }))
  // The first change of each names what the whole proposal found.
  const first = (values: readonly unknown[]) => Object.assign({}, ...[...values].reverse())
  return {
    parameters: previous('parameters')[0]?.value ?? null,
    voting: first(previous('governor', 'timelock').map(({ value }) => value)),
    tokens: previous('token')
      .filter(({ subject }, i, all) => all.findIndex((other) => other.subject === subject) === i)
      .map(({ value, subject }) => ({ token: subject, ...(value as object) })),
  }
}

async function stateNow() {
  const [[current], [voting], tokens] = await Promise.all([
    db.select().from(parameters),
    db.select().from(governance),
    db.select().from(tokenPolicy).orderBy(asc(tokenPolicy.token)).limit(tokensRead),
  ])
  const { id: _, version: _v, updatedAt: _u, ...values } = current ?? {}
  return {
    parameters: current ? values : null,
    voting: voting
      ? {
          votingDelay: voting.votingDelay,
          votingPeriod: voting.votingPeriod,
          lateQuorumExtension: voting.lateQuorumExtension,
          proposalThreshold: voting.proposalThreshold,
          quorumPercent: voting.quorumPercent,
          minDelay: voting.minDelay,
        }
      : {},
    tokens: tokens.map(({ updatedAt: _updated, ...policy }) => policy),
  }
}

proposals.get('/', (c) => {
  const query = queryOf(c, ['proposer', 'limit', 'cursor'])
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  const where = and(
    query.proposer ? eq(proposal.proposer, addressOf('proposer', query.proposer)) : undefined,
    cursor ? lt(proposal.eventId, cursor) : undefined,
  )
  let quorum: Quorum = () => 0n
  let same: readonly SameCalls[] = []
  return answerPage(
    c,
    async (now) => {
      quorum = await readQuorum()
      const rows = await db
        .select()
        .from(proposal)
        .where(where)
        .orderBy(desc(proposal.eventId))
        .limit(limit + 1)
      same = await readSameCalls(
        rows.map(({ callsHash }) => callsHash),
        quorum,
        now,
      )
      return pageOf(rows, limit, (row) => row.eventId)
    },
    (row, now) => {
      const { description, targets, values: _v, calldatas: _c, ...columns } = presentProposal(row, quorum, now)
      const sameCalls = others(same, row)
      return { ...columns, description: description.slice(0, excerptLength), calls: targets.length, sameCalls }
    },
  )
})

proposals.get('/:id', (c) => {
  queryOf(c, [])
  const id = numberOf('id', c.req.param('id'))
  return answer(c, async (now) => {
    const [[row], quorum, events] = await Promise.all([
      db.select().from(proposal).where(eq(proposal.id, id)),
      readQuorum(),
      db
        .select()
        .from(auditEvent)
        .where(and(eq(auditEvent.proposalId, id), notInArray(auditEvent.name, voteEvents)))
        .orderBy(asc(auditEvent.id))
        .limit(eventsShown),
    ])
    if (!row) throw notFound('proposal', String(id))
    const [scheduled] = row.operationHash
      ? await db.select().from(operation).where(eq(operation.id, row.operationHash))
      : []
    const [same, before] = await Promise.all([readSameCalls([row.callsHash], quorum, now), readBefore(row)])
    const { targets, values, calldatas, ...columns } = presentProposal(row, quorum, now)
    return {
      ...columns,
      description: cutText(columns.description, descriptionBytes),
      calls: presentCalls(
        targets.map((target, index) => ({ target, value: values[index], data: calldatas[index] ?? '0x' })),
        callsShown,
      ),
      callCount: targets.length,
      before,
      sameCalls: others(same, row),
      operation: scheduled ? { status: scheduled.status, readyAt: scheduled.readyAt } : null,
      events: events.map(presentEvent),
    }
  })
})

proposals.get('/:id/votes', (c) => {
  const query = queryOf(c, ['support', 'limit', 'cursor'])
  const id = numberOf('id', c.req.param('id'))
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  const support = query.support === undefined ? undefined : oneOf('support', query.support, voteSupports)
  return answerPage(
    c,
    async () => {
      const [known] = await db.select({ id: proposal.id }).from(proposal).where(eq(proposal.id, id))
      if (!known) throw notFound('proposal', String(id))
      const rows = await db
        .select()
        .from(vote)
        .where(
          and(
            eq(vote.proposalId, id),
            support ? eq(vote.support, support) : undefined,
            cursor ? lt(vote.id, cursor) : undefined,
          ),
        )
        .orderBy(desc(vote.id))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.id)
    },
    (row) => ({ ...row, reason: cutText(row.reason, reasonBytes) }),
  )
})
