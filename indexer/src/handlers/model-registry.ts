import { ponder } from 'ponder:registry'
import { datasetVersion, model, modelEdge, modelVersion, verifierKey } from 'ponder:schema'
import { afterTransferred, afterTransferStarted, afterVersion, registered } from '../reducers/lineage.js'
import { type ModelEdgeRow, publishModelVersion } from '../reducers/model.js'
import { audit, type Db, momentOf, parent, see } from './log.js'

ponder.on('ModelRegistry:ModelRegistered', async ({ event, context }) => {
  const { modelId, owner } = event.args
  const at = momentOf(event)
  await context.db.insert(model).values({ id: modelId, ...registered(event.args, at) })
  await see(context.db, owner, { modelsOwned: 1 }, at)
  await audit(context, 'ModelRegistry:ModelRegistered', event, { modelId, account: owner })
})

ponder.on('ModelRegistry:ModelVersionPublished', async ({ event, context }) => {
  const { modelId, versionId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(model, { id: modelId }).set((row) => afterVersion(row, versionId, at))
  const { version, edges } = publishModelVersion(event.args, at)
  for (const edge of edges) parent(await findTarget(context.db, edge), edge.kind, edge.targetId)
  await context.db.insert(modelVersion).values(version)
  if (edges.length > 0) await context.db.insert(modelEdge).values(edges)
  await audit(context, 'ModelRegistry:ModelVersionPublished', event, { modelId, account: row.owner })
})

ponder.on('ModelRegistry:ModelTransferStarted', async ({ event, context }) => {
  const { modelId, owner, pendingOwner } = event.args
  const at = momentOf(event)
  await context.db.update(model, { id: modelId }).set((row) => afterTransferStarted(row, pendingOwner, at))
  await audit(context, 'ModelRegistry:ModelTransferStarted', event, { modelId, account: owner })
})

ponder.on('ModelRegistry:ModelTransferred', async ({ event, context }) => {
  const { modelId, previous, current } = event.args
  const at = momentOf(event)
  await context.db.update(model, { id: modelId }).set((row) => afterTransferred(row, current, at))
  await see(context.db, previous, { modelsOwned: -1 }, at)
  await see(context.db, current, { modelsOwned: 1 }, at)
  await audit(context, 'ModelRegistry:ModelTransferred', event, { modelId, account: current })
})

function findTarget(db: Db, { kind, targetId: id }: ModelEdgeRow) {
  switch (kind) {
    case 'parent':
      return db.find(modelVersion, { id })
    case 'dataset':
      return db.find(datasetVersion, { id })
    case 'key':
      return db.find(verifierKey, { id })
  }
}
