import type { DatasetDetailRow, DatasetRow, TaskRow } from '../api/types'
import { itemQuery, pageQuery } from './source'

export const datasetsQuery = (indexerUrl: string, cursor: string | undefined) =>
  pageQuery<DatasetRow>(indexerUrl, '/v1/datasets', { cursor })

export const datasetQuery = (indexerUrl: string, datasetId: string) =>
  itemQuery<DatasetDetailRow>(indexerUrl, `/v1/datasets/${datasetId}`)

/** Tasks that label a dataset, and those whose proven consensus it is, with how many there are. */
export const datasetTasksQuery = (indexerUrl: string, datasetId: string, cursor: string | undefined) =>
  pageQuery<TaskRow>(indexerUrl, '/v1/tasks', { dataset: datasetId, total: 'true', cursor })
