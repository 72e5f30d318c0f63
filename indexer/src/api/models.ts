import { db } from 'ponder:api'
import { dataset, datasetVersion, model, modelEdge, modelVersion } from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, desc, eq, ilike, inArray, lt } from 'ponder'
import type { Hex } from 'viem'
import { answer, answerPage, pageOf } from './answer.js'
import { notFound } from './errors.js'
import { linksBy, linksShown, versionsShown } from './links.js'
import { addressOf, decodeCursor, idOf, idsOf, limitOf, patternOf, queryOf } from './parameters.js'

export const models = new Hono()

models.get('/', (c) => {
  const query = queryOf(c, ['owner', 'q', 'ids', 'limit', 'cursor'])
  const ids = query.ids === undefined ? undefined : idsOf('ids', query.ids)
  const limit = limitOf(query.limit, ids?.length)
  const cursor = decodeCursor(query.cursor)
  const where = and(
    query.owner ? eq(model.owner, addressOf('owner', query.owner)) : undefined,
    query.q === undefined ? undefined : ilike(model.name, patternOf('q', query.q)),
    ids ? inArray(model.id, ids) : undefined,
    cursor ? lt(model.eventId, cursor) : undefined,
  )
  return answerPage(
    c,
    async () => {
      const rows = await db
        .select()
        .from(model)
        .where(where)
        .orderBy(desc(model.eventId))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.eventId)
    },
    ({ eventId: _, ...columns }) => columns,
  )
})

models.get('/:id', (c) => {
  queryOf(c, [])
  const id = idOf('id', c.req.param('id'))
  return answer(c, async () => {
    const [[row], versions] = await Promise.all([
      db.select().from(model).where(eq(model.id, id)),
      db
        .select()
        .from(modelVersion)
        .where(eq(modelVersion.modelId, id))
        .orderBy(desc(modelVersion.number))
        .limit(versionsShown),
    ])
    if (!row) throw notFound('model', id)
    const ids = versions.map((version) => version.id)
    const [keyIds, datasets, parents, children] = await Promise.all([
      keysOf(ids),
      datasetsOf(ids),
      parentsOf(ids),
      childrenOf(ids),
    ])
    const { eventId: _, ...columns } = row
    return {
      ...columns,
      versionList: versions.map(({ eventId: _, ...version }) => ({
        ...version,
        keyIds: keyIds(version.id).map((link) => link.keyId),
        datasets: datasets(version.id),
        parents: parents(version.id),
        children: children(version.id),
      })),
    }
  })
})

const versionLink = { modelId: model.id, versionId: modelVersion.id, number: modelVersion.number, name: model.name }

async function keysOf(ids: readonly Hex[]) {
  const rows = await db
    .select({ of: modelEdge.versionId, keyId: modelEdge.targetId })
    .from(modelEdge)
    .where(and(eq(modelEdge.kind, 'key'), inArray(modelEdge.versionId, [...ids])))
    .orderBy(asc(modelEdge.versionId), asc(modelEdge.position))
  return linksBy(rows)
}

async function datasetsOf(ids: readonly Hex[]) {
  const rows = await db
    .select({
      of: modelEdge.versionId,
      datasetId: dataset.id,
      versionId: datasetVersion.id,
      number: datasetVersion.number,
      name: dataset.name,
    })
    .from(modelEdge)
    .innerJoin(datasetVersion, eq(datasetVersion.id, modelEdge.targetId))
    .innerJoin(dataset, eq(dataset.id, datasetVersion.datasetId))
    .where(and(eq(modelEdge.kind, 'dataset'), inArray(modelEdge.versionId, [...ids])))
    .orderBy(asc(modelEdge.versionId), asc(modelEdge.position))
  return linksBy(rows)
}

async function parentsOf(ids: readonly Hex[]) {
  const rows = await db
    .select({ of: modelEdge.versionId, ...versionLink })
    .from(modelEdge)
    .innerJoin(modelVersion, eq(modelVersion.id, modelEdge.targetId))
    .innerJoin(model, eq(model.id, modelVersion.modelId))
    .where(and(eq(modelEdge.kind, 'parent'), inArray(modelEdge.versionId, [...ids])))
    .orderBy(asc(modelEdge.versionId), asc(modelEdge.position))
  return linksBy(rows)
}

async function childrenOf(ids: readonly Hex[]) {
  const rows = await db
    .select({ of: modelEdge.targetId, ...versionLink })
    .from(modelEdge)
    .innerJoin(modelVersion, eq(modelVersion.id, modelEdge.versionId))
    .innerJoin(model, eq(model.id, modelVersion.modelId))
    .where(and(eq(modelEdge.kind, 'parent'), inArray(modelEdge.targetId, [...ids])))
    .orderBy(desc(modelVersion.eventId))
    .limit(linksShown)
  return linksBy(rows)
}
