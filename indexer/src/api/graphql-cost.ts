import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  Kind,
  parse,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { ApiError } from './errors.js'

/** Most rows one list may return. */
const maxLimit = 100
/** What Ponder returns when a list says nothing. */
const defaultLimit = 50
/** Most rows one request may read, were every list full. */
const maxRows = 1000
export const maxDepth = 8
/** One field asked for under many names is the cheapest way to ask for much. */
export const maxAliases = 4
export const maxTokens = 400
/** Fields and fragment spreads looked at, so that fragments cannot multiply without end. */
const maxSelections = 400

type Variables = Readonly<Record<string, unknown>>
type Walk = {
  readonly fragments: ReadonlyMap<string, SelectionSetNode>
  readonly variables: Variables
  selections: number
  aliases: number
}

/** Throws unless the worst case of a GraphQL request body is within bounds. */
export function checkCost(body: string): void {
  const { query, variables } = readRequest(body)
  const document = parseQuery(query)
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const [operation] = operations
  if (operations.length !== 1 || operation?.operation !== 'query') {
    throw refused('one query per request', 'Send each query on its own.')
  }
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet] as const] : [],
    ),
  )
  const defaults = Object.fromEntries(
    (operation.variableDefinitions ?? []).map((definition) => [
      definition.variable.name.value,
      definition.defaultValue ? literal(definition.defaultValue) : undefined,
    ]),
  )
  const walk: Walk = { fragments, variables: { ...defaults, ...variables }, selections: 0, aliases: 0 }
  const rows = rowsOf(operation.selectionSet, walk, 1)
  if (rows > maxRows) {
    throw costly(`the query could read ${rows} rows, more than ${maxRows}`, 'Set smaller limits on the lists.')
  }
}

function readRequest(body: string): { query: string; variables: Variables } {
  let request: unknown
  try {
    request = JSON.parse(body)
  } catch {
    throw refused('the body is not JSON', 'Send {"query": "…", "variables": {…}}.')
  }
  const { query, variables } = (request ?? {}) as { query?: unknown; variables?: unknown }
  if (typeof query !== 'string') throw refused('query is missing', 'Send {"query": "…", "variables": {…}}.')
  if (variables !== undefined && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw refused('variables is not an object', 'Send {"query": "…", "variables": {…}}.')
  }
  return { query, variables: (variables ?? {}) as Variables }
}

function parseQuery(query: string): DocumentNode {
  try {
    return parse(query, { maxTokens, noLocation: true })
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('Parsing aborted')) {
      throw costly(`the query has more than ${maxTokens} tokens`, 'Ask for less at once.')
    }
    throw refused(`the query does not parse: ${(error as Error).message}`, 'GET /graphql returns the schema.')
  }
}

function rowsOf(selectionSet: SelectionSetNode, walk: Walk, depth: number): number {
  if (depth > maxDepth) throw costly(`the query is deeper than ${maxDepth}`, 'Follow fewer links at once.')
  let rows = 0
  for (const selection of selectionSet.selections) {
    walk.selections += 1
    if (walk.selections > maxSelections) {
      throw costly(`the query selects more than ${maxSelections} fields`, 'Ask for less at once.')
    }
    if (selection.kind === Kind.FIELD) rows += rowsOfField(selection, walk, depth)
    else if (selection.kind === Kind.INLINE_FRAGMENT) rows += rowsOf(selection.selectionSet, walk, depth + 1)
    else {
      const fragment = walk.fragments.get(selection.name.value)
      if (!fragment) throw refused(`fragment ${selection.name.value} is not defined`, 'Define it in the same document.')
      rows += rowsOf(fragment, walk, depth + 1)
    }
  }
  return rows
}

function rowsOfField(field: FieldNode, walk: Walk, depth: number): number {
  if (field.name.value.startsWith('__') && field.name.value !== '__typename') {
    throw refused('introspection is off', 'GET /graphql returns the schema.')
  }
  if (field.alias) walk.aliases += 1
  if (walk.aliases > maxAliases) throw costly(`the query has more than ${maxAliases} aliases`, 'Send several requests.')
  const below = field.selectionSet ? rowsOf(field.selectionSet, walk, depth + 1) : 0
  const listed = field.selectionSet?.selections.some(
    (selection) => selection.kind !== Kind.FIELD || ['items', 'totalCount', 'pageInfo'].includes(selection.name.value),
  )
  const argument = field.arguments?.find((argument) => argument.name.value === 'limit')
  if (!argument && !listed) return field.selectionSet && field.name.value !== 'items' ? 1 + below : below
  const limit = argument ? limitOf(argument.value, walk.variables) : defaultLimit
  return limit * (1 + below)
}

function limitOf(value: ValueNode, variables: Variables): number {
  const limit = value.kind === Kind.VARIABLE ? variables[value.name.value] : literal(value)
  if (limit === undefined || limit === null) return defaultLimit
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw costly(`limit must be an integer from 1 to ${maxLimit}`, `Use limit: ${defaultLimit}.`)
  }
  return limit
}

function literal(value: ValueNode): unknown {
  return value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.NULL ? null : value.kind
}

function refused(message: string, hint: string): ApiError {
  return new ApiError('invalid_query', message, hint)
}

function costly(message: string, hint: string): ApiError {
  return new ApiError('query_too_costly', message, hint)
}
