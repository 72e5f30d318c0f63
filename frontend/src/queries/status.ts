import type { StatusRow } from '../api/types'
import { itemQuery } from './source'

export const statusQuery = (indexerUrl: string) => itemQuery<StatusRow>(indexerUrl, '/v1/status')
