import { db } from 'ponder:api'
import { receipt, verifierKey } from 'ponder:schema'
import { Hono } from 'hono'
import { and, desc, eq, inArray, lt } from 'ponder'
import { readEnvironment } from '../environment.js'
import { answer, answerPage, pageOf } from './answer.js'
import { notFound } from './errors.js'
import { decodeCursor, idOf, idsOf, limitOf, oneOf, queryOf } from './parameters.js'
import { type KeyNames, presentKey, presentReceipt, presentWholeKey } from './present.js'

const receiptsShown = 25
const statuses = ['proposed', 'active', 'frozen'] as const

const { deployment } = readEnvironment()

/** From the deployment file: key id → circuit name, and proof system contract → its name. */
export const names: KeyNames = {
  circuits: byValue(deployment.keys),
  proofSystems: byValue(deployment.proofSystems),
}

export const keys = new Hono()

keys.get('/', (c) => {
  const query = queryOf(c, ['status', 'ids', 'limit', 'cursor'])
  const ids = query.ids === undefined ? undefined : idsOf('ids', query.ids)
  const limit = limitOf(query.limit, ids?.length)
  const cursor = decodeCursor(query.cursor)
  const status = query.status === undefined ? undefined : oneOf('status', query.status, statuses)
  return answerPage(
    c,
    async () => {
      const rows = await db
        .select()
        .from(verifierKey)
        .where(
          and(
            status ? eq(verifierKey.status, status) : undefined,
            ids ? inArray(verifierKey.id, ids) : undefined,
            cursor ? lt(verifierKey.eventId, cursor) : undefined,
          ),
        )
        .orderBy(desc(verifierKey.eventId))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.eventId)
    },
    ({ keyData: _key, frozenExploit: _exploit, ...row }) => presentKey(names, row),
  )
})

keys.get('/:id', (c) => {
  queryOf(c, [])
  const id = idOf('id', c.req.param('id'))
  return answer(c, async () => {
    const [[row], receipts] = await Promise.all([
      db.select().from(verifierKey).where(eq(verifierKey.id, id)),
      db.select().from(receipt).where(eq(receipt.keyId, id)).orderBy(desc(receipt.eventId)).limit(receiptsShown),
    ])
    if (!row) throw notFound('key', id)
    return { ...presentWholeKey(names, row), recentReceipts: receipts.map(withoutProof) }
  })
})

function byValue(named: { readonly [name: string]: string }): ReadonlyMap<string, string> {
  return new Map(Object.entries(named).map(([name, value]) => [value.toLowerCase(), name]))
}

function withoutProof(row: Parameters<typeof presentReceipt>[0]) {
  const { proof: _, ...columns } = presentReceipt(row)
  return columns
}
