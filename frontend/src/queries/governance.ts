import type {
  GovernanceRow,
  ParameterChangeRow,
  ParametersRow,
  ProposalDetailRow,
  ProposalRow,
  VoteRow,
} from '../api/types'
import { itemQuery, pageQuery } from './source'

export const governanceQuery = (indexerUrl: string) => itemQuery<GovernanceRow>(indexerUrl, '/v1/governance')

export const proposalsQuery = (indexerUrl: string, cursor: string | undefined) =>
  pageQuery<ProposalRow>(indexerUrl, '/v1/proposals', { cursor })

export const proposalQuery = (indexerUrl: string, proposalId: string) =>
  itemQuery<ProposalDetailRow>(indexerUrl, `/v1/proposals/${proposalId}`)

export const votesQuery = (indexerUrl: string, proposalId: string) =>
  pageQuery<VoteRow>(indexerUrl, `/v1/proposals/${proposalId}/votes`, {})

export const parametersQuery = (indexerUrl: string) => itemQuery<ParametersRow>(indexerUrl, '/v1/parameters')

export const parameterChangesQuery = (indexerUrl: string, cursor: string | undefined) =>
  pageQuery<ParameterChangeRow>(indexerUrl, '/v1/parameters/changes', { cursor })
