import { db } from 'ponder:api'
import {
  auditEvent,
  consensus,
  consensusRound,
  dataset,
  datasetVersion,
  dispute,
  gateTerms,
  gold,
  goldAudit,
  receipt,
  slot,
  task,
  taskStake,
  terms,
  verifierKey,
} from 'ponder:schema'
import { type Context, Hono } from 'hono'
import { and, asc, count, desc, eq, exists, gt, ilike, inArray, isNull, lt, lte, sql, union } from 'ponder'
import { type Hex, zeroAddress } from 'viem'
import { gateKinds } from '../kinds.js'
import { settlementKinds, taskPhases } from '../phase.js'
import { answer, answerPage, pageOf } from './answer.js'
import { invalid, notFound } from './errors.js'
import { names } from './keys.js'
import {
  addressOf,
  decodeCursor,
  decodeSortedCursor,
  encodeCursor,
  idOf,
  idsOf,
  limitOf,
  oneOf,
  patternOf,
  queryOf,
  sortedKey,
  totalOf,
} from './parameters.js'
import { auditTimesSql, frozenSql, nextDeadlineSql, phaseSql } from './phase-sql.js'
import {
  presentAudit,
  presentGold,
  presentGoldAudit,
  presentKey,
  presentReceipt,
  presentSlot,
  presentTask,
  presentTerms,
  type TaskWithTerms,
  withoutTask,
} from './present.js'

/** Slots shown with their task; further ones are paged. */
const slotsShown = 100
/** Disputes, gold audits and stakes shown with their task. */
const rowsShown = 100

/** Money events belong to an account; they are shown with the task whose transaction moved the money. */
const moneyEvents = ['Credited', 'Withdrawn', 'WithdrawalRefused']

const statuses = ['live', 'cancelled', 'completed'] as const
const filters = [
  'requester',
  'worker',
  'token',
  'kind',
  'gate',
  'phase',
  'status',
  'dataset',
  'q',
  'ids',
  'sort',
  'total',
  'limit',
  'cursor',
] as const

const sorts = ['newest', 'deadline', 'reward'] as const
type Sort = (typeof sorts)[number]

/** Where counting ends: a total as large as this stands for this many or more. */
const maxTotal = 10_000

/** Tasks with what their phase needs; `sortedBy` is the value that a list is sorted by. */
function selectTasks({ sortedBy }: { sortedBy: ReturnType<typeof sql<string>> }) {
  return db
    .select({
      task,
      terms,
      sortedBy: sortedBy.as('sorted_by'),
      halted: frozenSql.halted.as('halted'),
      scoreKeyFrozen: frozenSql.scoreKeyFrozen.as('score_key_frozen'),
      auditKeysFrozen: frozenSql.auditKeysFrozen.as('audit_keys_frozen'),
      firstAnswerBy: auditTimesSql.firstAnswerBy.as('first_answer_by'),
      lastAnswerBy: auditTimesSql.lastAnswerBy.as('last_answer_by'),
    })
    .from(task)
    .leftJoin(terms, eq(terms.taskId, task.id))
}

export async function findTask(id: Hex): Promise<TaskWithTerms> {
  const [row] = await selectTasks({ sortedBy: sql<string>`0` }).where(eq(task.id, id))
  if (!row) throw notFound('task', id)
  const { sortedBy: _, ...found } = row
  return found
}

export const tasks = new Hono()

tasks.get('/', (c) => {
  const query = queryOf(c, filters)
  const ids = query.ids === undefined ? undefined : idsOf('ids', query.ids)
  const limit = limitOf(query.limit, ids?.length)
  const sort = query.sort === undefined ? 'newest' : oneOf('sort', query.sort, sorts)
  if (sort === 'reward' && query.token === undefined) {
    throw invalid(
      'sort=reward needs token',
      `Rewards compare within one token: token=${zeroAddress} is the native coin.`,
    )
  }
  const order = orderOf(sort, query.cursor)
  const counts = totalOf(query.total)
  const fixed = [
    query.requester && eq(task.requester, addressOf('requester', query.requester)),
    query.token && eq(task.token, addressOf('token', query.token)),
    query.kind && eq(task.kind, oneOf('kind', query.kind, settlementKinds)),
    query.gate && eq(task.gateKind, oneOf('gate', query.gate, gateKinds)),
    query.status && eq(task.status, oneOf('status', query.status, statuses)),
    query.dataset && usesDataset(idOf('dataset', query.dataset)),
    query.worker && hasWorker(addressOf('worker', query.worker)),
    query.q !== undefined && ilike(task.title, patternOf('q', query.q)),
    ids && inArray(task.id, ids),
  ].filter((condition) => typeof condition === 'object')
  const phase = query.phase === undefined ? undefined : oneOf('phase', query.phase, taskPhases)

  return answerPage(
    c,
    async (now) => {
      const { key, among, by, after } = order(now)
      const conditions = [...fixed, ...among, ...(phase === undefined ? [] : [sql`${phaseSql(now)} = ${phase}`])]
      const [rows, total] = await Promise.all([
        selectTasks({ sortedBy: key })
          .where(and(...conditions, ...after))
          .orderBy(...by)
          .limit(limit + 1),
        counts ? countTasks(and(...conditions)) : undefined,
      ])
      const keyOf = ({ task: { eventId }, sortedBy }: (typeof rows)[number]) =>
        sort === 'newest' ? eventId : sortedKey(sort, { value: BigInt(sortedBy), eventId })
      return pageOf(rows, limit, keyOf, total)
    },
    ({ sortedBy: _, ...row }, now) => presentTask(row, now),
  )
})

/**
 * In which order tasks are listed, and where a page goes on: newest first; best paid first; or by the deadline that ends the
 * present phase, soonest first, those without one left out.
 */
function orderOf(sort: Sort, cursor: string | undefined) {
  if (sort === 'newest') {
    const last = decodeCursor(cursor)
    const after = last === undefined ? [] : [lt(task.eventId, last)]
    return () => ({ key: sql<string>`0`, among: [], by: [desc(task.eventId)], after })
  }
  const last = decodeSortedCursor(sort, cursor)
  return (now: bigint) => {
    const key = sort === 'reward' ? sql<string>`${task.rewardPerSlot}` : sql<string>`${nextDeadlineSql(now)}`
    const among = sort === 'reward' ? [] : [eq(task.status, 'live'), sql`${key} is not null`]
    const value = sql`${last?.value.toString() ?? '0'}::numeric`
    const beyond = sort === 'reward' ? sql`${key} < ${value}` : sql`${key} > ${value}`
    const after =
      last === undefined ? [] : [sql`(${beyond} or (${key} = ${value} and ${lt(task.eventId, last.eventId)}))`]
    return { key, among, by: [sort === 'reward' ? desc(key) : asc(key), desc(task.eventId)], after }
  }
}

async function countTasks(where: ReturnType<typeof and>): Promise<number> {
  const rows = db
    .select({ id: task.id })
    .from(task)
    .leftJoin(terms, eq(terms.taskId, task.id))
    .where(where)
    .limit(maxTotal)
    .as('counted')
  const [counted] = await db.select({ rows: count() }).from(rows)
  return Number(counted?.rows ?? 0)
}

tasks.get('/:id', (c) => {
  queryOf(c, [])
  const id = idOf('id', c.req.param('id'))
  return answer(c, async (now) => {
    const row = await findTask(id)
    const [[opened], [source], rows, ...rest] = await Promise.all([
      db.select().from(gold).where(eq(gold.taskId, id)),
      db
        .select({ dataset, version: datasetVersion })
        .from(datasetVersion)
        .innerJoin(dataset, eq(dataset.id, datasetVersion.datasetId))
        .where(eq(datasetVersion.id, row.task.datasetVersionId)),
      db
        .select()
        .from(slot)
        .where(eq(slot.taskId, id))
        .orderBy(asc(slot.number))
        .limit(slotsShown + 1),
      db.select().from(gateTerms).where(eq(gateTerms.taskId, id)),
      db.select().from(dispute).where(eq(dispute.taskId, id)).orderBy(asc(dispute.id)).limit(rowsShown),
      db.select().from(goldAudit).where(eq(goldAudit.taskId, id)).orderBy(asc(goldAudit.eventId)).limit(rowsShown),
      db.select().from(consensusRound).where(eq(consensusRound.taskId, id)).orderBy(asc(consensusRound.round)),
      findConsensus(id),
      db.select().from(taskStake).where(eq(taskStake.taskId, id)).orderBy(asc(taskStake.account)).limit(rowsShown),
    ])
    const [[gate], disputes, audits, rounds, reached, stakes] = rest
    return {
      ...presentTask(row, now),
      terms: presentTerms(row.terms),
      gateTerms: gate ? withoutTask(gate) : null,
      gold: presentGold(opened ?? null),
      dataset: source ? presentSource(source) : null,
      disputes: disputes.map(withoutTask),
      goldAudits: audits.map(presentGoldAudit),
      rounds: rounds.map(withoutTask),
      consensus: reached,
      stakes: stakes.map(withoutTask),
      submissions: rows.slice(0, slotsShown).map(presentSlot),
      moreSubmissions: rows.length > slotsShown ? encodeCursor(String(rows[slotsShown - 1]?.number)) : null,
    }
  })
})

/** The proven consensus of a task, with the dataset its labels became. */
async function findConsensus(id: Hex) {
  const [row] = await db
    .select({ reached: consensus, datasetId: dataset.id, name: dataset.name })
    .from(consensus)
    .innerJoin(datasetVersion, eq(datasetVersion.id, consensus.versionId))
    .innerJoin(dataset, eq(dataset.id, datasetVersion.datasetId))
    .where(eq(consensus.taskId, id))
  return row ? { ...withoutTask(row.reached), datasetId: row.datasetId, datasetName: row.name } : null
}

/** Which page of which task is asked for. */
function pageOfTask(c: Context, id: string) {
  const query = queryOf(c, ['limit', 'cursor'])
  return { id: idOf('id', id), limit: limitOf(query.limit), cursor: decodeCursor(query.cursor) }
}

tasks.get('/:id/slots', (c) => {
  const { id, limit, cursor } = pageOfTask(c, c.req.param('id'))
  return answerPage(
    c,
    async () => {
      await findTask(id)
      const rows = await db
        .select()
        .from(slot)
        .where(and(eq(slot.taskId, id), cursor === undefined ? undefined : sql`${slot.number} > ${cursor}::numeric`))
        .orderBy(asc(slot.number))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.number)
    },
    presentSlot,
  )
})

/** Statements about the task as a whole: those of an aggregator are of no slot. */
tasks.get('/:id/receipts', (c) => {
  const { id, limit, cursor } = pageOfTask(c, c.req.param('id'))
  return answerPage(
    c,
    async () => {
      await findTask(id)
      const rows = await db
        .select({ receipt, key: verifierKey })
        .from(receipt)
        .innerJoin(verifierKey, eq(verifierKey.id, receipt.keyId))
        .where(and(eq(receipt.taskId, id), isNull(receipt.slot), cursor ? gt(receipt.eventId, cursor) : undefined))
        .orderBy(asc(receipt.eventId))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.receipt.eventId)
    },
    ({ receipt, key: { keyData: _key, frozenExploit: _exploit, ...key } }) => ({
      ...presentReceipt(receipt),
      key: presentKey(names, key),
    }),
  )
})

tasks.get('/:id/audit', (c) => {
  const { id, limit, cursor } = pageOfTask(c, c.req.param('id'))
  return answerPage(
    c,
    async () => {
      await findTask(id)
      return pageOf(await findAudit(id, limit, cursor), limit, (row) => row.id)
    },
    (row) => presentAudit(row, id),
  )
})

/**
 * The events of a task, and what moved money in their transactions, one more than the limit. Asked for either in one condition, the
 * database walks all events there are; so the task's own are read by their index, and then the money of those few transactions.
 */
export async function findAudit(id: Hex, limit: number, cursor: string | undefined) {
  const after = cursor ? gt(auditEvent.id, cursor) : undefined
  const events = () => db.select().from(auditEvent)
  const [own, [before]] = await Promise.all([
    events()
      .where(and(eq(auditEvent.taskId, id), after))
      .orderBy(asc(auditEvent.id))
      .limit(limit + 1),
    // Events of one transaction stand together: what the cursor stands in the middle of is that of the last event up to it.
    cursor === undefined
      ? []
      : events()
          .where(and(eq(auditEvent.taskId, id), lte(auditEvent.id, cursor)))
          .orderBy(desc(auditEvent.id))
          .limit(1),
  ])
  const transactions = new Set([...(before ? [before] : []), ...own].map(({ transactionHash }) => transactionHash))
  const money =
    transactions.size === 0
      ? []
      : await events().where(
          and(inArray(auditEvent.transactionHash, [...transactions]), inArray(auditEvent.name, moneyEvents), after),
        )
  const all = new Map([...own, ...money].map((row) => [row.id, row]))
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit + 1)
}

/** Tasks that label the dataset, or this version of it, and the task whose proven consensus it is. Each by an index of its own. */
function usesDataset(id: Hex) {
  const ofVersion = db.select({ id: task.id }).from(task).where(eq(task.datasetVersionId, id))
  const ofDataset = db.select({ id: task.id }).from(task).where(eq(task.datasetId, id))
  const became = db.select({ id: consensus.taskId }).from(consensus).where(eq(consensus.versionId, id))
  const becameOne = db
    .select({ id: consensus.taskId })
    .from(datasetVersion)
    .innerJoin(consensus, eq(consensus.versionId, datasetVersion.id))
    .where(eq(datasetVersion.datasetId, id))
  return inArray(task.id, union(ofVersion, ofDataset, became, becameOne))
}

function hasWorker(worker: Hex) {
  return exists(
    db
      .select({ one: sql`1` })
      .from(slot)
      .where(and(eq(slot.taskId, task.id), eq(slot.worker, worker))),
  )
}

function presentSource(source: { dataset: typeof dataset.$inferSelect; version: typeof datasetVersion.$inferSelect }) {
  const { id, name, owner } = source.dataset
  const { datasetId: _d, eventId: _e, ...version } = source.version
  return { id, name, owner, version }
}
