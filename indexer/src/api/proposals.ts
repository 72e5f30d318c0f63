import { db } from 'ponder:api'
import { auditEvent, governance, operation, proposal, quorumChange, vote } from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, desc, eq, lt, notInArray } from 'ponder'
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

proposals.get('/', (c) => {
  const query = queryOf(c, ['proposer', 'limit', 'cursor'])
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  const where = and(
    query.proposer ? eq(proposal.proposer, addressOf('proposer', query.proposer)) : undefined,
    cursor ? lt(proposal.eventId, cursor) : undefined,
  )
  let quorum: Quorum = () => 0n
  return answerPage(
    c,
    async () => {
      quorum = await readQuorum()
      const rows = await db
        .select()
        .from(proposal)
        .where(where)
        .orderBy(desc(proposal.eventId))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.eventId)
    },
    (row, now) => {
      const { description, targets, values: _v, calldatas: _c, ...columns } = presentProposal(row, quorum, now)
      return { ...columns, description: description.slice(0, excerptLength), calls: targets.length }
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
    const { targets, values, calldatas, ...columns } = presentProposal(row, quorum, now)
    return {
      ...columns,
      description: cutText(columns.description, descriptionBytes),
      calls: presentCalls(
        targets.map((target, index) => ({ target, value: values[index], data: calldatas[index] ?? '0x' })),
        callsShown,
      ),
      callCount: targets.length,
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
