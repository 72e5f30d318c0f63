import { db } from 'ponder:api'
import {
  gateModule,
  parameterChange,
  parametersVersion,
  settlementModule,
  parameters as table,
  tokenPolicy,
} from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, desc, eq, lt } from 'ponder'
import { parameterChangeKinds } from '../kinds.js'
import { changesBetween } from '../reducers/diff.js'
import { answer, answerPage, pageOf } from './answer.js'
import { notFound } from './errors.js'
import { decodeCursor, limitOf, numberOf, oneOf, queryOf } from './parameters.js'

/** Tokens, settlements and gates shown. */
const rowsShown = 100
/** Largest number that a version can have. */
const maxVersion = 2n ** 31n - 1n

export const parameters = new Hono()

/** What new tasks are made under. */
parameters.get('/', (c) => {
  queryOf(c, [])
  return answer(c, async () => {
    const [[current], tokens, settlements, gates] = await Promise.all([
      db.select().from(table),
      db.select().from(tokenPolicy).orderBy(asc(tokenPolicy.token)).limit(rowsShown),
      db.select().from(settlementModule).orderBy(asc(settlementModule.address)).limit(rowsShown),
      db.select().from(gateModule).orderBy(asc(gateModule.address)).limit(rowsShown),
    ])
    if (!current) throw notFound('version of the', 'parameters')
    const { id: address, ...columns } = current
    return { address, ...columns, tokens, settlements, gates }
  })
})

/** Everything governance ever changed, newest first, each with what differs. */
parameters.get('/changes', (c) => {
  const query = queryOf(c, ['kind', 'limit', 'cursor'])
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  const kind = query.kind === undefined ? undefined : oneOf('kind', query.kind, parameterChangeKinds)
  return answerPage(
    c,
    async () => {
      const rows = await db
        .select()
        .from(parameterChange)
        .where(
          and(kind ? eq(parameterChange.kind, kind) : undefined, cursor ? lt(parameterChange.id, cursor) : undefined),
        )
        .orderBy(desc(parameterChange.id))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.id)
    },
    ({ previous, current, ...row }) => ({ ...row, changes: changesBetween(previous, current) }),
  )
})

/** The parameters of one version: what the tasks made under it keep. */
parameters.get('/versions/:version', (c) => {
  queryOf(c, [])
  const version = numberOf('version', c.req.param('version'))
  return answer(c, async () => {
    if (version > maxVersion) throw notFound('parameters version', String(version))
    const [row] = await db
      .select()
      .from(parametersVersion)
      .where(eq(parametersVersion.version, Number(version)))
    if (!row) throw notFound('parameters version', String(version))
    return row
  })
})
