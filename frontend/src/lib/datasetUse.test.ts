import { expect, test } from 'vitest'
import type { VersionConsensusRow } from '../api/types'
import { datasetUses } from './datasetUse'

const consensus = { taskId: 'vote' } as VersionConsensusRow
const versions = [
  { id: 'v3', number: 3, consensus },
  { id: 'v2', number: 2, consensus: null },
]

test.each([
  ['labels a version', { id: 'a', datasetVersionId: 'v2' }, ['Labels version 2']],
  ['became a version', { id: 'vote', datasetVersionId: 'of another dataset' }, ['Its consensus is version 3']],
  ['both', { id: 'vote', datasetVersionId: 'v2' }, ['Labels version 2', 'Its consensus is version 3']],
  ['labels a version that is not listed', { id: 'a', datasetVersionId: 'v1' }, ['Labels an earlier version']],
])('a task that %s', (_, task, uses) => {
  expect(datasetUses(task, versions)).toEqual(uses)
})
