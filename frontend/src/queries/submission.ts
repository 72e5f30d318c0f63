import type { SubmissionRow } from '../api/types'
import { itemQuery } from './source'

export const submissionQuery = (indexerUrl: string, taskId: string, slot: number) =>
  itemQuery<SubmissionRow>(indexerUrl, `/v1/slots/${taskId}/${slot}`)
