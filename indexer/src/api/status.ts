import { db } from 'ponder:api'
import { dataset, dispute, model, proposal, receipt, slot, task, verifierKey } from 'ponder:schema'
import { Hono } from 'hono'
import { count } from 'ponder'
import { finalityBlocks, readEnvironment } from '../environment.js'
import { toJson } from './answer.js'
import { readHead } from './head.js'
import { findIndexed, type IndexedBlock, isFollowing } from './indexed.js'
import { queryOf } from './parameters.js'

/** Blocks behind the head at which the indexer still counts as caught up. */
const readyLag = 2n

const { deployment } = readEnvironment()

export const status = new Hono()

status.get('/', async (c) => {
  queryOf(c, [])
  const [following, indexed, head, counts] = await Promise.all([isFollowing(), findIndexed(), readHead(), countRows()])
  const lag = lagOf(indexed, head)
  const data = {
    ready: following && lag !== null && lag.blocks <= readyLag,
    chainId: deployment.chainId,
    indexed,
    head,
    lag,
    finality: finalityOf(head),
    deployment: {
      blockNumber: deployment.blockNumber,
      contracts: deployment.contracts,
      proofSystems: deployment.proofSystems,
      gates: deployment.gates,
      keys: deployment.keys,
    },
    counts,
  }
  return c.json(toJson({ data, indexed }) as object)
})

function lagOf(indexed: IndexedBlock | null, head: IndexedBlock | null) {
  if (!indexed || !head) return null
  // The head is asked for at another moment than the indexed block, so it may seem to be behind.
  return {
    blocks: atLeastZero(head.blockNumber - indexed.blockNumber),
    seconds: atLeastZero(head.timestamp - indexed.timestamp),
  }
}

function finalityOf(head: IndexedBlock | null) {
  const blocks = finalityBlocks(deployment.chainId)
  return { blocks, blockNumber: head && atLeastZero(head.blockNumber - BigInt(blocks)) }
}

async function countRows() {
  const tables = {
    tasks: task,
    slots: slot,
    receipts: receipt,
    keys: verifierKey,
    datasets: dataset,
    models: model,
    disputes: dispute,
    proposals: proposal,
  }
  const counted = await Promise.all(
    Object.entries(tables).map(async ([name, table]) => {
      const [row] = await db.select({ rows: count() }).from(table)
      return [name, Number(row?.rows ?? 0)] as const
    }),
  )
  return Object.fromEntries(counted)
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n
}
