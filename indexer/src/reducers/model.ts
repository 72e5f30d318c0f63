import type { Hex } from 'viem'
import type { modelEdge, modelVersion } from '../schema/model.js'
import { type Moment, textOf } from './moment.js'

export type ModelVersionRow = typeof modelVersion.$inferSelect
export type ModelEdgeRow = typeof modelEdge.$inferSelect

export type ModelVersionPublished = {
  modelId: Hex
  versionId: Hex
  number: number
  version: {
    weightsCommitment: bigint
    architectureHash: Hex
    manifestDigest: Hex
    licence: string
    keyIds: readonly Hex[]
    datasets: readonly Hex[]
    parents: readonly Hex[]
  }
}

export function publishModelVersion(
  { modelId, versionId, number, version }: ModelVersionPublished,
  at: Moment,
): { version: ModelVersionRow; edges: ModelEdgeRow[] } {
  const { keyIds, datasets, parents, licence, ...rest } = version
  const edgesOf = (kind: ModelEdgeRow['kind'], targets: readonly Hex[]): ModelEdgeRow[] =>
    targets.map((targetId, position) => ({ versionId, kind, position, targetId }))
  return {
    version: {
      ...rest,
      id: versionId,
      modelId,
      number,
      licence: textOf(licence),
      publishedAt: at.timestamp,
      publishedTransaction: at.transactionHash,
      eventId: at.eventId,
    },
    edges: [...edgesOf('parent', parents), ...edgesOf('dataset', datasets), ...edgesOf('key', keyIds)],
  }
}
