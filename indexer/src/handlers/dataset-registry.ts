import { ponder } from 'ponder:registry'
import { dataset, datasetEdge, datasetVersion } from 'ponder:schema'
import { publishDatasetVersion } from '../reducers/dataset.js'
import { afterTransferred, afterTransferStarted, afterVersion, registered } from '../reducers/lineage.js'
import { audit, momentOf, parent, see } from './log.js'

ponder.on('DatasetRegistry:DatasetRegistered', async ({ event, context }) => {
  const { datasetId, owner } = event.args
  const at = momentOf(event)
  await context.db.insert(dataset).values({ id: datasetId, ...registered(event.args, at) })
  await see(context.db, owner, { datasetsOwned: 1 }, at)
  await audit(context, 'DatasetRegistry:DatasetRegistered', event, { datasetId, account: owner })
})

ponder.on('DatasetRegistry:DatasetVersionPublished', async ({ event, context }) => {
  const { datasetId, versionId } = event.args
  const at = momentOf(event)
  const row = await context.db.update(dataset, { id: datasetId }).set((row) => afterVersion(row, versionId, at))
  const { version, edges } = publishDatasetVersion(event.args, at)
  for (const { parentId } of edges) {
    parent(await context.db.find(datasetVersion, { id: parentId }), 'dataset version', parentId)
  }
  await context.db.insert(datasetVersion).values(version)
  if (edges.length > 0) await context.db.insert(datasetEdge).values(edges)
  await audit(context, 'DatasetRegistry:DatasetVersionPublished', event, { datasetId, account: row.owner })
})

ponder.on('DatasetRegistry:DatasetTransferStarted', async ({ event, context }) => {
  const { datasetId, owner, pendingOwner } = event.args
  const at = momentOf(event)
  await context.db.update(dataset, { id: datasetId }).set((row) => afterTransferStarted(row, pendingOwner, at))
  await audit(context, 'DatasetRegistry:DatasetTransferStarted', event, { datasetId, account: owner })
})

ponder.on('DatasetRegistry:DatasetTransferred', async ({ event, context }) => {
  const { datasetId, previous, current } = event.args
  const at = momentOf(event)
  await context.db.update(dataset, { id: datasetId }).set((row) => afterTransferred(row, current, at))
  await see(context.db, previous, { datasetsOwned: -1 }, at)
  await see(context.db, current, { datasetsOwned: 1 }, at)
  await audit(context, 'DatasetRegistry:DatasetTransferred', event, { datasetId, account: current })
})
