import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { accounts } from './accounts.js'
import { datasets } from './datasets.js'
import { disputes } from './disputes.js'
import { ApiError, respondToError } from './errors.js'
import { governance, operations, voters } from './governance.js'
import { graphqlApi } from './graphql.js'
import { keys } from './keys.js'
import { rateLimit } from './limits.js'
import { live } from './live.js'
import { models } from './models.js'
import { proposals } from './proposals.js'
import { parameters } from './protocol-parameters.js'
import { search } from './search.js'
import { slots } from './slots.js'
import { status } from './status.js'
import { tasks } from './tasks.js'
import { transactions } from './transactions.js'

const rate = Number(process.env.VERITASK_RATE_LIMIT || 60)
const burst = Number(process.env.VERITASK_RATE_BURST || 240)
const origin = process.env.VERITASK_ORIGIN || '*'

/** Ponder's server answers preflights; which page may read an answer is decided by this header on the answer. */
const headers = createMiddleware(async (c, next) => {
  await next()
  c.res.headers.set('Access-Control-Allow-Origin', origin)
  c.res.headers.set('X-Content-Type-Options', 'nosniff')
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-cache')
})

const app = new Hono()
app.onError(respondToError)
app.use(headers)
app.use(rateLimit({ rate, burst }))

app.route('/v1/status', status)
app.route('/v1/live', live)
app.route('/v1/search', search)
app.route('/v1/transactions', transactions)
app.route('/v1/tasks', tasks)
app.route('/v1/slots', slots)
app.route('/v1/keys', keys)
app.route('/v1/datasets', datasets)
app.route('/v1/models', models)
app.route('/v1/accounts', accounts)
app.route('/v1/disputes', disputes)
app.route('/v1/parameters', parameters)
app.route('/v1/governance', governance)
app.route('/v1/proposals', proposals)
app.route('/v1/operations', operations)
app.route('/v1/voters', voters)
app.route('/graphql', graphqlApi)

app.all('*', (c) => {
  if (c.req.path.startsWith('/v1/') && c.req.method !== 'GET') {
    throw new ApiError('method_not_allowed', 'this API is read-only', 'Use GET.')
  }
  throw new ApiError('not_found', 'no such route', 'The routes are listed in API.md.')
})

export default app
