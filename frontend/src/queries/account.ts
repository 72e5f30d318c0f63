import type { AccountRow } from '../api/types'
import { itemQuery } from './source'

export const accountQuery = (indexerUrl: string, address: string) =>
  itemQuery<AccountRow>(indexerUrl, `/v1/accounts/${address}`)
