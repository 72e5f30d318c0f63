import type { DatasetDetailRow, TaskRow } from '../api/types'

type Versions = readonly Pick<DatasetDetailRow['versionList'][number], 'id' | 'number' | 'consensus'>[]

/** What a task did with a dataset: it labels one of its versions, or its proven consensus is one. */
export function datasetUses(task: Pick<TaskRow, 'id' | 'datasetVersionId'>, versions: Versions): string[] {
  const labeled = versions.filter(({ id }) => id === task.datasetVersionId)
  const became = versions.filter(({ consensus }) => consensus?.taskId === task.id)
  const uses = [
    ...labeled.map(({ number }) => `Labels version ${number}`),
    ...became.map(({ number }) => `Its consensus is version ${number}`),
  ]
  // Only the latest versions are listed with their dataset.
  return uses.length > 0 ? uses : ['Labels an earlier version']
}
