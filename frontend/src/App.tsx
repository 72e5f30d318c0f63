import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type ReactNode, Suspense, useEffect } from 'react'
import { ApiError } from './api/errors'
import { Crash } from './components/Crash'
import { Layout } from './components/Layout'
import { Notice, Skeleton } from './components/Notice'
import { ConfigProvider, loadConfig } from './config'
import { lazyPage, preloadPages } from './lazyPage'
import { NotFoundPage } from './pages/NotFoundPage'
import { useLocation } from './router'
import { matchRoute, type Route } from './url'

const HomePage = lazyPage(() => import('./pages/HomePage'))
const TasksPage = lazyPage(() => import('./pages/TasksPage'))
const TaskPage = lazyPage(() => import('./pages/TaskPage'))
const SubmissionPage = lazyPage(() => import('./pages/SubmissionPage'))
const TaskProofsPage = lazyPage(() => import('./pages/TaskProofsPage'))
const KeysPage = lazyPage(() => import('./pages/KeysPage'))
const KeyPage = lazyPage(() => import('./pages/KeyPage'))
const DatasetsPage = lazyPage(() => import('./pages/DatasetsPage'))
const DatasetPage = lazyPage(() => import('./pages/DatasetPage'))
const ModelsPage = lazyPage(() => import('./pages/ModelsPage'))
const ModelPage = lazyPage(() => import('./pages/ModelPage'))
const AccountPage = lazyPage(() => import('./pages/AccountPage'))
const GovernancePage = lazyPage(() => import('./pages/GovernancePage'))
const ProposalPage = lazyPage(() => import('./pages/ProposalPage'))
const ParametersPage = lazyPage(() => import('./pages/ParametersPage'))
const SearchPage = lazyPage(() => import('./pages/SearchPage'))
const TransactionPage = lazyPage(() => import('./pages/TransactionPage'))

const MAX_RETRIES = 2
const FIRST_RETRY_MS = 500

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A local chain is reachable without the internet.
      networkMode: 'always',
      staleTime: 2_000,
      retry: (failures, error) =>
        failures < MAX_RETRIES && !(error instanceof ApiError && ['notFound', 'rejected'].includes(error.kind)),
      retryDelay: (attempt) => FIRST_RETRY_MS * 2 ** attempt,
    },
    mutations: { networkMode: 'always' },
  },
})

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Configured>
        <Layout>
          <Pages />
        </Layout>
      </Configured>
    </QueryClientProvider>
  )
}

/** Nothing can be shown before it is known where the indexer and the chain are. */
function Configured({ children }: { children: ReactNode }) {
  const config = useQuery({ queryKey: ['config'], queryFn: loadConfig, staleTime: Number.POSITIVE_INFINITY })
  if (config.data) return <ConfigProvider value={config.data}>{children}</ConfigProvider>
  if (!config.isError) return <Skeleton label="Starting Veritask" />
  return (
    <Notice icon="alert" title="This explorer is not configured" tone="bad">
      <p>{config.error.message}</p>
      <button type="button" className="button" onClick={() => void config.refetch()}>
        Try again
      </button>
    </Notice>
  )
}

function Pages() {
  const { pathname } = useLocation()
  useEffect(preloadPages, [])
  return (
    // A new path starts afresh: no state of the former page survives into the next.
    <Crash key={pathname}>
      <Suspense fallback={<Skeleton label="Loading the page" />}>
        <Page route={matchRoute(pathname)} />
      </Suspense>
    </Crash>
  )
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'home':
      return <HomePage />
    case 'tasks':
      return <TasksPage />
    case 'task':
      return <TaskPage taskId={route.taskId} />
    case 'submission':
      return <SubmissionPage taskId={route.taskId} slot={route.slot} />
    case 'taskProofs':
      return <TaskProofsPage taskId={route.taskId} />
    case 'keys':
      return <KeysPage />
    case 'key':
      return <KeyPage keyId={route.keyId} />
    case 'datasets':
      return <DatasetsPage />
    case 'dataset':
      return <DatasetPage datasetId={route.datasetId} />
    case 'models':
      return <ModelsPage />
    case 'model':
      return <ModelPage modelId={route.modelId} />
    case 'account':
      return <AccountPage address={route.address} />
    case 'governance':
      return <GovernancePage />
    case 'proposal':
      return <ProposalPage proposalId={route.proposalId} />
    case 'parameters':
      return <ParametersPage />
    case 'search':
      return <SearchPage />
    case 'transaction':
      return <TransactionPage hash={route.hash} />
    case 'notFound':
      return <NotFoundPage />
    default:
      return route satisfies never
  }
}
