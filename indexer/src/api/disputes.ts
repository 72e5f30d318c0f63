import { db } from 'ponder:api'
import { dispute, task } from 'ponder:schema'
import { Hono } from 'hono'
import { and, desc, eq, isNotNull, isNull, lt } from 'ponder'
import { answerPage, pageOf } from './answer.js'
import { addressOf, decodeCursor, limitOf, oneOf, queryOf } from './parameters.js'

const states = ['open', 'closed'] as const

export const disputes = new Hono()

disputes.get('/', (c) => {
  const query = queryOf(c, ['state', 'challenger', 'limit', 'cursor'])
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  const state = query.state === undefined ? undefined : oneOf('state', query.state, states)
  const where = and(
    state && (state === 'open' ? isNull(dispute.closedAt) : isNotNull(dispute.closedAt)),
    query.challenger ? eq(dispute.challenger, addressOf('challenger', query.challenger)) : undefined,
    cursor ? lt(dispute.id, cursor) : undefined,
  )
  return answerPage(
    c,
    async () => {
      const rows = await db
        .select({ dispute, title: task.title, kind: task.kind })
        .from(dispute)
        .innerJoin(task, eq(task.id, dispute.taskId))
        .where(where)
        .orderBy(desc(dispute.id))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.dispute.id)
    },
    ({ dispute, title, kind }) => ({ ...dispute, task: { title, kind } }),
  )
})
