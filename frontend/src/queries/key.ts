import type { KeyDetailRow, KeyRow } from '../api/types'
import { itemQuery, pageQuery } from './source'

export const keysQuery = (indexerUrl: string, cursor: string | undefined) =>
  pageQuery<KeyRow>(indexerUrl, '/v1/keys', { cursor })

export const keyQuery = (indexerUrl: string, keyId: string) => itemQuery<KeyDetailRow>(indexerUrl, `/v1/keys/${keyId}`)
