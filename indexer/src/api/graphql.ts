import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { db } from 'ponder:api'
import schema from 'ponder:schema'
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { graphql } from 'ponder'
import { ApiError } from './errors.js'
import { checkCost, maxAliases, maxDepth, maxTokens } from './graphql-cost.js'

const maxBodyBytes = 8192
/** Rows are counted before they are read, and texts on-chain are of any length. */
const maxAnswerBytes = 1_048_576

/** Refuses what could cost too much before anything runs, and hands on exactly the text that was checked. */
const guard = createMiddleware(async (c, next) => {
  const text = await readBody(c.req.raw)
  checkCost(text)
  c.req.raw = new Request(c.req.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: text,
  })
  await next()
})

/** An answer that is too large is not sent. */
const bounded = createMiddleware(async (c, next) => {
  await next()
  const { status } = c.res
  const body = await c.res.arrayBuffer()
  // Hono copies the headers of what is replaced, and their length is of another body.
  c.res = undefined
  if (body.byteLength > maxAnswerBytes) {
    throw new ApiError('query_too_costly', `the answer is larger than ${maxAnswerBytes} bytes`, 'Ask for fewer rows.')
  }
  c.res = new Response(body, { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
})

async function readBody(request: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    size += part.value.byteLength
    if (size > maxBodyBytes) {
      throw new ApiError(
        'too_large',
        `the body is larger than ${maxBodyBytes} bytes`,
        'Use variables, or several requests.',
      )
    }
    chunks.push(part.value)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export const graphqlApi = new Hono()

graphqlApi.get('/', async (c) => {
  // Ponder writes the schema here when it starts.
  const text = await readFile(join(process.cwd(), 'generated', 'schema.graphql'), 'utf8').catch(() => null)
  if (text === null) throw new ApiError('not_found', 'the schema is not written yet', 'Try again in a second.')
  return c.text(text)
})

graphqlApi.post(
  '/',
  bounded,
  guard,
  graphql(
    { db, schema },
    { maxOperationTokens: maxTokens, maxOperationDepth: maxDepth, maxOperationAliases: maxAliases },
  ),
)

graphqlApi.all('/', () => {
  throw new ApiError('method_not_allowed', 'GraphQL takes POST', 'GET returns the schema as text.')
})
