import { createPublicClient, http } from 'viem'
import { readEnvironment } from '../environment.js'
import type { IndexedBlock } from './indexed.js'

/** How long an answer of the chain is good enough, in milliseconds: many readers cost one request. */
const maxAge = 500
/** How long the chain may take to answer, in milliseconds. */
const patience = 2000

const { rpcUrl } = readEnvironment()
const client = createPublicClient({ transport: http(rpcUrl, { timeout: patience, retryCount: 0 }) })

let latest: { readonly at: number; readonly head: Promise<IndexedBlock | null> } | undefined

/** The chain's head, or null while the chain does not answer. */
export function readHead(): Promise<IndexedBlock | null> {
  const now = Date.now()
  if (!latest || now - latest.at > maxAge) latest = { at: now, head: fetchHead() }
  return latest.head
}

async function fetchHead(): Promise<IndexedBlock | null> {
  try {
    const block = await client.getBlock({ blockTag: 'latest' })
    return { blockNumber: block.number, timestamp: block.timestamp }
  } catch {
    return null
  }
}
