/** Every address of the app, in both directions: pages build links here, and `matchRoute` reads them back. */

export type Route =
  | { page: 'home' }
  | { page: 'tasks' }
  | { page: 'task'; taskId: string }
  | { page: 'submission'; taskId: string; slot: number }
  | { page: 'taskProofs'; taskId: string }
  | { page: 'keys' }
  | { page: 'key'; keyId: string }
  | { page: 'datasets' }
  | { page: 'dataset'; datasetId: string }
  | { page: 'models' }
  | { page: 'model'; modelId: string }
  | { page: 'account'; address: string }
  | { page: 'governance' }
  | { page: 'proposal'; proposalId: string }
  | { page: 'parameters' }
  | { page: 'search' }
  | { page: 'transaction'; hash: string }
  | { page: 'notFound' }

const ID = '(0x[0-9a-fA-F]{64})'
const ADDRESS = '(0x[0-9a-fA-F]{40})'
/** What the contracts name in place of a slot in statements about a task as a whole. */
export const WHOLE_TASK = 2 ** 32 - 1
/** A slot number fits 32 bits; ten digits hold it. */
const SLOT = '(0|[1-9][0-9]{0,9})'

/** A proposal id is a hash as a decimal number. */
const NUMBER = '(0|[1-9][0-9]{0,77})'

const patterns: readonly [RegExp, (match: string[]) => Route][] = [
  [/^\/$/, () => ({ page: 'home' })],
  [/^\/tasks$/, () => ({ page: 'tasks' })],
  [path(`/tasks/${ID}`), ([taskId = '']) => ({ page: 'task', taskId: taskId.toLowerCase() })],
  [
    path(`/tasks/${ID}/slots/${SLOT}`),
    ([taskId = '', slot = '']) =>
      Number(slot) === WHOLE_TASK
        ? { page: 'taskProofs', taskId: taskId.toLowerCase() }
        : { page: 'submission', taskId: taskId.toLowerCase(), slot: Number(slot) },
  ],
  [path(`/tasks/${ID}/proofs`), ([taskId = '']) => ({ page: 'taskProofs', taskId: taskId.toLowerCase() })],
  [/^\/keys$/, () => ({ page: 'keys' })],
  [path(`/keys/${ID}`), ([keyId = '']) => ({ page: 'key', keyId: keyId.toLowerCase() })],
  [/^\/datasets$/, () => ({ page: 'datasets' })],
  [path(`/datasets/${ID}`), ([datasetId = '']) => ({ page: 'dataset', datasetId: datasetId.toLowerCase() })],
  [/^\/models$/, () => ({ page: 'models' })],
  [path(`/models/${ID}`), ([modelId = '']) => ({ page: 'model', modelId: modelId.toLowerCase() })],
  [path(`/accounts/${ADDRESS}`), ([address = '']) => ({ page: 'account', address: address.toLowerCase() })],
  [/^\/governance$/, () => ({ page: 'governance' })],
  [path(`/governance/proposals/${NUMBER}`), ([proposalId = '']) => ({ page: 'proposal', proposalId })],
  [/^\/governance\/parameters$/, () => ({ page: 'parameters' })],
  [/^\/search$/, () => ({ page: 'search' })],
  [path(`/transactions/${ID}`), ([hash = '']) => ({ page: 'transaction', hash: hash.toLowerCase() })],
]

function path(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`)
}

export function matchRoute(pathname: string): Route {
  const trimmed = pathname.length > 1 ? pathname.replace(/\/+$/, '') || '/' : pathname
  for (const [pattern, build] of patterns) {
    const match = pattern.exec(trimmed)
    if (match) return build(match.slice(1))
  }
  return { page: 'notFound' }
}

export const homeUrl = () => '/'
export const taskUrl = (taskId: string) => `/tasks/${taskId}`
export const submissionUrl = (taskId: string, slot: number) =>
  slot === WHOLE_TASK ? taskProofsUrl(taskId) : `/tasks/${taskId}/slots/${slot}`
export const taskProofsUrl = (taskId: string) => `/tasks/${taskId}/proofs`
export const keyUrl = (keyId: string) => `/keys/${keyId}`
export const datasetUrl = (datasetId: string, cursor?: string) => withCursor(`/datasets/${datasetId}`, cursor)
export const modelUrl = (modelId: string) => `/models/${modelId}`
export const accountUrl = (address: string) => `/accounts/${address}`
export const transactionUrl = (hash: string, cursor?: string) => withCursor(`/transactions/${hash}`, cursor)

export const searchUrl = (q?: string) => withQuery('/search', new URLSearchParams(q ? { q } : {}))
export const readSearch = (search: string): string => new URLSearchParams(search).get('q')?.trim() ?? ''

export const governanceUrl = (cursor?: string) => withCursor('/governance', cursor)
export const proposalUrl = (proposalId: string) => `/governance/proposals/${proposalId}`
export const parametersUrl = (cursor?: string) => withCursor('/governance/parameters', cursor)

/** What the task list can be narrowed by, named as in the API. An absent field means "any". */
export type TaskFilters = {
  phase?: string
  kind?: string
  gate?: string
  requester?: string
  q?: string
  cursor?: string
}

const TASK_FILTER_FIELDS = ['phase', 'kind', 'gate', 'requester', 'q', 'cursor'] as const

export function readTaskFilters(search: string): TaskFilters {
  const query = new URLSearchParams(search)
  const filters: TaskFilters = {}
  for (const field of TASK_FILTER_FIELDS) {
    const value = query.get(field)?.trim()
    if (value) filters[field] = value
  }
  return filters
}

export function tasksUrl(filters: TaskFilters = {}): string {
  const query = new URLSearchParams()
  for (const field of TASK_FILTER_FIELDS) {
    const value = filters[field]?.trim()
    if (value) query.set(field, value)
  }
  return withQuery('/tasks', query)
}

/** Lists page by cursor: the indexer hands out the next one. */
export const readCursor = (search: string): string | undefined => new URLSearchParams(search).get('cursor') || undefined
export const keysUrl = (cursor?: string) => withCursor('/keys', cursor)
export const datasetsUrl = (cursor?: string) => withCursor('/datasets', cursor)
export const modelsUrl = (cursor?: string) => withCursor('/models', cursor)

function withCursor(pathname: string, cursor?: string): string {
  return withQuery(pathname, new URLSearchParams(cursor ? { cursor } : {}))
}

function withQuery(pathname: string, query: URLSearchParams): string {
  const text = query.toString()
  return text ? `${pathname}?${text}` : pathname
}
