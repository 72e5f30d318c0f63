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
  guard,
  graphql(
    { db, schema },
    { maxOperationTokens: maxTokens, maxOperationDepth: maxDepth, maxOperationAliases: maxAliases },
  ),
)

graphqlApi.all('/', () => {
  throw new ApiError('method_not_allowed', 'GraphQL takes POST', 'GET returns the schema as text.')
})
