import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { clientOf } from './client.js'
import { ApiError } from './errors.js'
import { findIndexed, type IndexedBlock } from './indexed.js'
import { queryOf } from './parameters.js'

const maxConnections = 200
const maxConnectionsPerClient = 8
/** How often the indexed block is looked at while anybody listens, in milliseconds. */
const pollInterval = 250
/** Silence after which proxies may drop a connection is 30 seconds and more. In milliseconds. */
const keepAlive = 15_000

type Listener = (block: IndexedBlock) => void

const listeners = new Set<Listener>()
const connections = new Map<string, number>()
let timer: NodeJS.Timeout | undefined
let last: IndexedBlock | null = null

async function poll(): Promise<void> {
  timer = undefined
  try {
    const block = await findIndexed()
    if (block && (block.blockNumber !== last?.blockNumber || block.timestamp !== last.timestamp)) {
      last = block
      for (const listener of listeners) listener(block)
    }
  } catch (error) {
    console.error(error)
  }
  schedule()
}

function schedule(): void {
  if (listeners.size === 0 || timer) return
  timer = setTimeout(poll, pollInterval)
  timer.unref()
}

function enter(client: string): void {
  const own = connections.get(client) ?? 0
  if (listeners.size >= maxConnections || own >= maxConnectionsPerClient) {
    throw new ApiError('too_many_connections', 'every live-update place is taken', 'Poll /v1/status instead.')
  }
  connections.set(client, own + 1)
}

function leave(client: string): void {
  const own = (connections.get(client) ?? 1) - 1
  if (own > 0) connections.set(client, own)
  else connections.delete(client)
}

export const live = new Hono()

live.get('/', (c) => {
  queryOf(c, [])
  const client = clientOf(c)
  enter(client)
  return streamSSE(c, async (stream) => {
    const send = (block: IndexedBlock) => {
      const data = { blockNumber: block.blockNumber.toString(), timestamp: block.timestamp.toString() }
      stream.writeSSE({ event: 'block', data: JSON.stringify(data) }).catch(() => stream.abort())
    }
    const closed = new Promise<void>((resolve) => stream.onAbort(resolve))
    listeners.add(send)
    const beat = setInterval(() => stream.write(': still here\n\n').catch(() => stream.abort()), keepAlive)
    beat.unref()
    try {
      const block = await findIndexed()
      if (block) send(block)
      schedule()
      await closed
    } finally {
      clearInterval(beat)
      listeners.delete(send)
      leave(client)
    }
  })
})
