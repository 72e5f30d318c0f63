import type { Hex } from 'viem'
import type { datasetEdge, datasetVersion } from '../schema/dataset.js'
import { type Moment, textOf } from './moment.js'

export type DatasetVersionRow = typeof datasetVersion.$inferSelect
export type DatasetEdgeRow = typeof datasetEdge.$inferSelect

export type DatasetVersionPublished = {
  datasetId: Hex
  versionId: Hex
  number: number
  version: {
    root: bigint
    size: bigint
    schemaHash: Hex
    manifestDigest: Hex
    licence: string
    parents: readonly Hex[]
  }
}

export function publishDatasetVersion(
  { datasetId, versionId, number, version }: DatasetVersionPublished,
  at: Moment,
): { version: DatasetVersionRow; edges: DatasetEdgeRow[] } {
  const { parents, licence, ...rest } = version
  return {
    version: {
      ...rest,
      id: versionId,
      datasetId,
      number,
      licence: textOf(licence),
      publishedAt: at.timestamp,
      publishedTransaction: at.transactionHash,
      eventId: at.eventId,
    },
    edges: parents.map((parentId, position) => ({ childId: versionId, position, parentId })),
  }
}
