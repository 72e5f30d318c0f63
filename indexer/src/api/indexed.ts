import { db } from 'ponder:api'
import { task } from 'ponder:schema'
import { sql } from 'ponder'
import { ApiError } from './errors.js'

export type IndexedBlock = { readonly blockNumber: bigint; readonly timestamp: bigint }

// Ponder's checkpoint text: 10 digits of timestamp, 16 of chain id, 16 of block number, then the place in the block.
const timestampDigits = 10
const chainIdDigits = 16
const blockNumberDigits = 16

export function decodeCheckpoint(checkpoint: string): IndexedBlock {
  const start = timestampDigits + chainIdDigits
  return {
    blockNumber: BigInt(checkpoint.slice(start, start + blockNumberDigits)),
    timestamp: BigInt(checkpoint.slice(0, timestampDigits)),
  }
}

type RawRows = { readonly rows: readonly Record<string, unknown>[] }

async function select(query: ReturnType<typeof sql>): Promise<readonly Record<string, unknown>[]> {
  return ((await db.execute(query)) as unknown as RawRows).rows
}

/** Ponder keeps its own tables beside ours, in the schema it was started with. */
function internal(table: string) {
  const schema = (task as unknown as Record<symbol, string>)[Symbol.for('drizzle:Schema')]
  return sql`${sql.identifier(schema as string)}.${sql.identifier(table)}`
}

/** The block up to which everything is indexed, or null before the first. */
export async function findIndexed(): Promise<IndexedBlock | null> {
  const [row] = await select(sql`select latest_checkpoint from ${internal('_ponder_checkpoint')} limit 1`)
  return row ? decodeCheckpoint(String(row.latest_checkpoint)) : null
}

export async function readIndexed(): Promise<IndexedBlock> {
  const indexed = await findIndexed()
  if (!indexed) throw new ApiError('not_ready', 'no block is indexed yet', 'Poll /v1/status until ready is true.')
  return indexed
}

/** Whether history is indexed and the indexer follows the chain's head. */
export async function isFollowing(): Promise<boolean> {
  const [row] = await select(sql`select value->>'is_ready' as ready from ${internal('_ponder_meta')} limit 1`)
  return row?.ready === '1'
}
