import { db } from 'ponder:api'
import { auditEvent } from 'ponder:schema'
import { type Context, Hono } from 'hono'
import { and, asc, count, eq, gt } from 'ponder'
import type { Hex } from 'viem'
import { answer, answerPage, pageOf } from './answer.js'
import { notFound } from './errors.js'
import { hitsOf } from './hits.js'
import { decodeCursor, idOf, limitOf, queryOf } from './parameters.js'
import { presentEvent } from './present.js'

/** Things named with a transaction, of each kind; its events say the rest. */
const subjectsShown = 25

export const transactions = new Hono()

/** A transaction that emitted something: what it did are its events. */
transactions.get('/:hash', (c) => {
  queryOf(c, [])
  const hash = idOf('hash', c.req.param('hash'))
  return answer(c, async () => {
    const [first, [counted], subjects] = await Promise.all([findFirst(hash), countEvents(hash), findSubjects(hash)])
    const { sender, blockNumber, blockHash, timestamp } = first
    return { hash, sender, blockNumber, blockHash, timestamp, events: Number(counted?.events ?? 0), subjects }
  })
})

transactions.get('/:hash/events', (c: Context) => {
  const query = queryOf(c, ['limit', 'cursor'])
  const hash = idOf('hash', c.req.param('hash') ?? '')
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  return answerPage(
    c,
    async () => {
      await findFirst(hash)
      const rows = await db
        .select()
        .from(auditEvent)
        .where(and(eq(auditEvent.transactionHash, hash), cursor ? gt(auditEvent.id, cursor) : undefined))
        .orderBy(asc(auditEvent.id))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.id)
    },
    presentEvent,
  )
})

async function findFirst(hash: Hex) {
  const [row] = await db
    .select()
    .from(auditEvent)
    .where(eq(auditEvent.transactionHash, hash))
    .orderBy(asc(auditEvent.id))
    .limit(1)
  if (!row) throw notFound('transaction', hash)
  return row
}

const countEvents = (hash: Hex) =>
  db.select({ events: count() }).from(auditEvent).where(eq(auditEvent.transactionHash, hash))

/** The tasks, datasets, models, keys and proposals that the transaction's events are about. */
async function findSubjects(hash: Hex) {
  const idsIn = async <column extends (typeof subjectColumns)[keyof typeof subjectColumns]>(column: column) => {
    const rows = await db
      .selectDistinct({ id: column })
      .from(auditEvent)
      .where(eq(auditEvent.transactionHash, hash))
      .orderBy(asc(column))
      .limit(subjectsShown)
    return rows.flatMap(({ id }) => (id === null ? [] : [id]))
  }
  const [tasks, datasets, models, keys, proposals] = await Promise.all([
    idsIn(subjectColumns.tasks),
    idsIn(subjectColumns.datasets),
    idsIn(subjectColumns.models),
    idsIn(subjectColumns.keys),
    idsIn(subjectColumns.proposals),
  ])
  return hitsOf({
    tasks: tasks as Hex[],
    datasets: datasets as Hex[],
    models: models as Hex[],
    keys: keys as Hex[],
    proposals: proposals as bigint[],
  })
}

const subjectColumns = {
  tasks: auditEvent.taskId,
  datasets: auditEvent.datasetId,
  models: auditEvent.modelId,
  keys: auditEvent.keyId,
  proposals: auditEvent.proposalId,
}
