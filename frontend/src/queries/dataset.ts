import type { DatasetDetailRow, DatasetRow } from '../api/types'
import { itemQuery, pageQuery } from './source'

export const datasetsQuery = (indexerUrl: string, cursor: string | undefined) =>
  pageQuery<DatasetRow>(indexerUrl, '/v1/datasets', { cursor })

export const datasetQuery = (indexerUrl: string, datasetId: string) =>
  itemQuery<DatasetDetailRow>(indexerUrl, `/v1/datasets/${datasetId}`)
