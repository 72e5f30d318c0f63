import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useConfig } from '../config'
import {
  accountQuery,
  datasetQuery,
  datasetsQuery,
  datasetTasksQuery,
  governanceQuery,
  keyQuery,
  keysQuery,
  modelQuery,
  modelsQuery,
  parameterChangesQuery,
  parametersQuery,
  proposalQuery,
  proposalsQuery,
  searchQuery,
  statusQuery,
  submissionQuery,
  taskAuditQuery,
  taskQuery,
  taskReceiptsQuery,
  tasksQuery,
  transactionEventsQuery,
  transactionQuery,
  votesQuery,
} from '../queries'
import type { TaskFilters } from '../url'

// One hook for each query of the indexer. Lists keep the old page while the next one loads.

/** The block stream refreshes everything; the status also polls, to notice an indexer that fell silent. */
const STATUS_POLL_MS = 10_000

export const useStatus = () => useQuery({ ...statusQuery(useConfig().indexerUrl), refetchInterval: STATUS_POLL_MS })
export const useTask = (taskId: string) => useQuery(taskQuery(useConfig().indexerUrl, taskId))
export const useTaskAudit = (taskId: string) => useQuery(taskAuditQuery(useConfig().indexerUrl, taskId))
export const useTaskReceipts = (taskId: string) => useQuery(taskReceiptsQuery(useConfig().indexerUrl, taskId))
export const useKey = (keyId: string) => useQuery(keyQuery(useConfig().indexerUrl, keyId))
export const useDataset = (datasetId: string) => useQuery(datasetQuery(useConfig().indexerUrl, datasetId))
export const useModel = (modelId: string) => useQuery(modelQuery(useConfig().indexerUrl, modelId))
export const useAccount = (address: string) => useQuery(accountQuery(useConfig().indexerUrl, address))

export const useTransaction = (hash: string) => useQuery(transactionQuery(useConfig().indexerUrl, hash))
export const useSearch = (q: string) => useQuery(searchQuery(useConfig().indexerUrl, q))

export const useSubmission = (taskId: string, slot: number) =>
  useQuery(submissionQuery(useConfig().indexerUrl, taskId, slot))

export const useTasks = (filters: TaskFilters) =>
  useQuery({ ...tasksQuery(useConfig().indexerUrl, filters), placeholderData: keepPreviousData })

export const useDatasetTasks = (datasetId: string, cursor: string | undefined) =>
  useQuery({ ...datasetTasksQuery(useConfig().indexerUrl, datasetId, cursor), placeholderData: keepPreviousData })

export const useTransactionEvents = (hash: string, cursor: string | undefined) =>
  useQuery({ ...transactionEventsQuery(useConfig().indexerUrl, hash, cursor), placeholderData: keepPreviousData })

export const useKeys = (cursor: string | undefined) =>
  useQuery({ ...keysQuery(useConfig().indexerUrl, cursor), placeholderData: keepPreviousData })

export const useDatasets = (cursor: string | undefined) =>
  useQuery({ ...datasetsQuery(useConfig().indexerUrl, cursor), placeholderData: keepPreviousData })

export const useModels = (cursor: string | undefined) =>
  useQuery({ ...modelsQuery(useConfig().indexerUrl, cursor), placeholderData: keepPreviousData })

export const useGovernance = () => useQuery(governanceQuery(useConfig().indexerUrl))
export const useProposal = (proposalId: string) => useQuery(proposalQuery(useConfig().indexerUrl, proposalId))
export const useVotes = (proposalId: string) => useQuery(votesQuery(useConfig().indexerUrl, proposalId))
export const useParameters = () => useQuery(parametersQuery(useConfig().indexerUrl))

export const useProposals = (cursor: string | undefined) =>
  useQuery({ ...proposalsQuery(useConfig().indexerUrl, cursor), placeholderData: keepPreviousData })

export const useParameterChanges = (cursor: string | undefined) =>
  useQuery({ ...parameterChangesQuery(useConfig().indexerUrl, cursor), placeholderData: keepPreviousData })
