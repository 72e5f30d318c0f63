import type { Context } from 'hono'

const trustsProxy = process.env.VERITASK_TRUST_PROXY === '1'

/** The address a request comes from. Behind a trusted proxy, the last hop it reports; the rest could be made up. */
export function clientOf(c: Context): string {
  if (trustsProxy) {
    const hop = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
    if (hop) return hop
  }
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming
  return incoming?.socket?.remoteAddress ?? 'unknown'
}
