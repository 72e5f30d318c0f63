import { createMiddleware } from 'hono/factory'
import { clientOf } from './client.js'
import { ApiError, respondToError } from './errors.js'

/** Clients remembered at once; the one seen longest ago is forgotten first, which only ever favours it. */
const maxClients = 10_000

export type Bucket = { tokens: number; at: number }

/** A token bucket per client: `rate` requests per second on average, `burst` at once. */
export function createLimiter({ rate, burst }: { readonly rate: number; readonly burst: number }) {
  const buckets = new Map<string, Bucket>()
  /** Seconds until the client may ask again; zero when it may now. `now` is in milliseconds. */
  return (client: string, now: number): number => {
    const bucket = buckets.get(client) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate)
    buckets.delete(client)
    if (buckets.size >= maxClients) {
      const oldest = buckets.keys().next().value
      if (oldest !== undefined) buckets.delete(oldest)
    }
    const allowed = tokens >= 1
    buckets.set(client, { tokens: allowed ? tokens - 1 : tokens, at: now })
    return allowed ? 0 : Math.ceil((1 - tokens) / rate)
  }
}

export function rateLimit(options: { readonly rate: number; readonly burst: number }) {
  const waitOf = createLimiter(options)
  return createMiddleware(async (c, next) => {
    const seconds = waitOf(clientOf(c), Date.now())
    if (seconds === 0) return next()
    c.header('Retry-After', String(seconds))
    return respondToError(new ApiError('rate_limited', 'too many requests from this address', `Wait ${seconds} s.`), c)
  })
}
