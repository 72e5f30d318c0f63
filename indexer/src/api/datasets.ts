import { db } from 'ponder:api'
import { consensus, dataset, datasetEdge, datasetVersion, model, modelEdge, modelVersion, task } from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, count, desc, eq, ilike, inArray, lt } from 'ponder'
import type { Hex } from 'viem'
import { answer, answerPage, pageOf } from './answer.js'
import { notFound } from './errors.js'
import { linksBy, linksShown, versionsShown } from './links.js'
import { addressOf, decodeCursor, idOf, idsOf, limitOf, patternOf, queryOf } from './parameters.js'

export const datasets = new Hono()

datasets.get('/', (c) => {
  const query = queryOf(c, ['owner', 'q', 'ids', 'limit', 'cursor'])
  const ids = query.ids === undefined ? undefined : idsOf('ids', query.ids)
  const limit = limitOf(query.limit, ids?.length)
  const cursor = decodeCursor(query.cursor)
  const where = and(
    query.owner ? eq(dataset.owner, addressOf('owner', query.owner)) : undefined,
    query.q === undefined ? undefined : ilike(dataset.name, patternOf('q', query.q)),
    ids ? inArray(dataset.id, ids) : undefined,
    cursor ? lt(dataset.eventId, cursor) : undefined,
  )
  return answerPage(
    c,
    async () => {
      const rows = await db
        .select()
        .from(dataset)
        .where(where)
        .orderBy(desc(dataset.eventId))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => row.eventId)
    },
    ({ eventId: _, ...columns }) => columns,
  )
})

datasets.get('/:id', (c) => {
  queryOf(c, [])
  const id = idOf('id', c.req.param('id'))
  return answer(c, async () => {
    const [[row], versions] = await Promise.all([
      db.select().from(dataset).where(eq(dataset.id, id)),
      db
        .select()
        .from(datasetVersion)
        .where(eq(datasetVersion.datasetId, id))
        .orderBy(desc(datasetVersion.number))
        .limit(versionsShown),
    ])
    if (!row) throw notFound('dataset', id)
    const ids = versions.map((version) => version.id)
    const [parents, children, models, consensusOf, tasksOf] = await Promise.all([
      parentsOf(ids),
      childrenOf(ids),
      modelsOf(ids),
      consensusBy(ids),
      countTasks(ids),
    ])
    const { eventId: _, ...columns } = row
    return {
      ...columns,
      versionList: versions.map(({ eventId: _, ...version }) => ({
        ...version,
        parents: parents(version.id),
        children: children(version.id),
        models: models(version.id),
        consensus: consensusOf.get(version.id) ?? null,
        tasks: tasksOf.get(version.id) ?? 0,
      })),
    }
  })
})

const versionLink = {
  datasetId: dataset.id,
  versionId: datasetVersion.id,
  number: datasetVersion.number,
  name: dataset.name,
}

async function parentsOf(ids: readonly Hex[]) {
  const rows = await db
    .select({ of: datasetEdge.childId, ...versionLink })
    .from(datasetEdge)
    .innerJoin(datasetVersion, eq(datasetVersion.id, datasetEdge.parentId))
    .innerJoin(dataset, eq(dataset.id, datasetVersion.datasetId))
    .where(inArray(datasetEdge.childId, [...ids]))
    .orderBy(asc(datasetEdge.childId), asc(datasetEdge.position))
  return linksBy(rows)
}

async function childrenOf(ids: readonly Hex[]) {
  const rows = await db
    .select({ of: datasetEdge.parentId, ...versionLink })
    .from(datasetEdge)
    .innerJoin(datasetVersion, eq(datasetVersion.id, datasetEdge.childId))
    .innerJoin(dataset, eq(dataset.id, datasetVersion.datasetId))
    .where(inArray(datasetEdge.parentId, [...ids]))
    .orderBy(desc(datasetVersion.eventId))
    .limit(linksShown)
  return linksBy(rows)
}

/** The tasks whose proven consensus these versions are. */
async function consensusBy(ids: readonly Hex[]) {
  const rows = await db
    .select({ ...consensusColumns(), title: task.title, requester: task.requester })
    .from(consensus)
    .innerJoin(task, eq(task.id, consensus.taskId))
    .where(inArray(consensus.versionId, [...ids]))
  return new Map(rows.map(({ versionId, ...row }) => [versionId, row]))
}

/** How many tasks label each of these versions. */
async function countTasks(ids: readonly Hex[]) {
  const rows = await db
    .select({ versionId: task.datasetVersionId, tasks: count() })
    .from(task)
    .where(inArray(task.datasetVersionId, [...ids]))
    .groupBy(task.datasetVersionId)
  return new Map(rows.map(({ versionId, tasks }) => [versionId, Number(tasks)]))
}

function consensusColumns() {
  const { taskId, versionId, round, out, support, possible, reachedAt, reachedTransaction } = consensus
  return { taskId, versionId, round, out, support, possible, reachedAt, reachedTransaction }
}

async function modelsOf(ids: readonly Hex[]) {
  const rows = await db
    .select({
      of: modelEdge.targetId,
      modelId: model.id,
      versionId: modelVersion.id,
      number: modelVersion.number,
      name: model.name,
    })
    .from(modelEdge)
    .innerJoin(modelVersion, eq(modelVersion.id, modelEdge.versionId))
    .innerJoin(model, eq(model.id, modelVersion.modelId))
    .where(and(eq(modelEdge.kind, 'dataset'), inArray(modelEdge.targetId, [...ids])))
    .orderBy(desc(modelVersion.eventId))
    .limit(linksShown)
  return linksBy(rows)
}
