import type { Context } from 'ponder:registry'
import { account, auditEvent } from 'ponder:schema'
import { type Abi, type Address, getAbiItem, type Hex } from 'viem'
import { type AccountChange, seeAccount } from '../reducers/account.js'
import { auditRow, type Entities } from '../reducers/audit.js'
import { InconsistentEventError, type Moment } from '../reducers/moment.js'

/** The part of a Ponder log event every handler uses. */
export type LogEvent = {
  readonly id: string
  readonly args: unknown
  readonly log: { readonly address: Address; readonly logIndex: number }
  readonly block: { readonly number: bigint; readonly hash: Hex; readonly timestamp: bigint }
  readonly transaction: { readonly hash: Hex; readonly from: Address }
}

export type Db = Context['db']
type ContractName = keyof Context['contracts']

export function momentOf({ id, log, block, transaction }: LogEvent): Moment {
  return {
    eventId: id,
    address: log.address,
    blockNumber: block.number,
    blockHash: block.hash,
    timestamp: block.timestamp,
    transactionHash: transaction.hash,
    sender: transaction.from,
    logIndex: log.logIndex,
  }
}

/** Appends an event to the audit log; every handler calls it once. */
export async function audit(
  context: { db: Db; contracts: { readonly [name in ContractName]: { readonly abi: Abi } } },
  source: `${ContractName}:${string}`,
  event: LogEvent,
  entities: Entities = {},
): Promise<void> {
  const [contract, name] = source.split(':') as [ContractName, string]
  const item = getAbiItem({ abi: context.contracts[contract].abi, name })
  if (item?.type !== 'event') throw new InconsistentEventError(`${source} is not in the ABI`)
  await context.db
    .insert(auditEvent)
    .values(auditRow({ contract, name, inputs: item.inputs, args: event.args }, entities, momentOf(event)))
}

/** A row that an earlier event must have written. */
export function parent<row>(row: row | null, what: string, id: string | number): row {
  if (row === null) throw new InconsistentEventError(`${what} ${id} is not indexed`)
  return row
}

export async function see(db: Db, address: Address, change: AccountChange, at: Moment): Promise<void> {
  const row = seeAccount(await db.find(account, { address }), address, change, at)
  const { address: _, ...columns } = row
  await db.insert(account).values(row).onConflictDoUpdate(columns)
}
