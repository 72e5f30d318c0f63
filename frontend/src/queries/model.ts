import type { ModelDetailRow, ModelRow } from '../api/types'
import { itemQuery, pageQuery } from './source'

export const modelsQuery = (indexerUrl: string, cursor: string | undefined) =>
  pageQuery<ModelRow>(indexerUrl, '/v1/models', { cursor })

export const modelQuery = (indexerUrl: string, modelId: string) =>
  itemQuery<ModelDetailRow>(indexerUrl, `/v1/models/${modelId}`)
