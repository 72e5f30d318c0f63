import { db } from 'ponder:api'
import { operation, operationCall, governance as table, timelockRole, voter } from 'ponder:schema'
import { Hono } from 'hono'
import { and, asc, desc, eq, inArray, lt, or, sql } from 'ponder'
import type { Address, Hex } from 'viem'
import { readEnvironment } from '../environment.js'
import { quorumOf } from '../proposal.js'
import { answer, answerPage, pageOf } from './answer.js'
import { callsListed, callsShown, dataBytes } from './bounds.js'
import { notFound } from './errors.js'
import { decodeCursor, idOf, limitOf, oneOf, queryOf } from './parameters.js'

const rolesShown = 100
const statuses = ['scheduled', 'executed', 'cancelled'] as const

const { contracts } = readEnvironment().deployment

export const governance = new Hono()

/** How the protocol is governed, and who holds which role. */
governance.get('/', (c) => {
  queryOf(c, [])
  return answer(c, async () => {
    const [[row], roles] = await Promise.all([
      db.select().from(table),
      db
        .select()
        .from(timelockRole)
        .where(eq(timelockRole.held, true))
        .orderBy(asc(timelockRole.role), asc(timelockRole.account))
        .limit(rolesShown),
    ])
    if (!row) throw notFound('governance', contracts.governor)
    const { id: governor, lastScheduled: _, ...columns } = row
    return {
      governor,
      token: contracts.voteToken.toLowerCase(),
      ...columns,
      quorum: quorumOf(row.supply, row.quorumPercent),
      roles: roles.map(({ role, account, updatedAt }) => ({ role, account, since: updatedAt })),
    }
  })
})

export const operations = new Hono()

operations.get('/', (c) => {
  const query = queryOf(c, ['status', 'limit', 'cursor'])
  const limit = limitOf(query.limit)
  const cursor = decodeCursor(query.cursor)
  const status = query.status === undefined ? undefined : oneOf('status', query.status, statuses)
  return answerPage(
    c,
    async () => {
      const rows = await db
        .select()
        .from(operation)
        .where(
          and(status ? eq(operation.status, status) : undefined, cursor ? lt(operation.eventId, cursor) : undefined),
        )
        .orderBy(desc(operation.eventId))
        .limit(limit + 1)
      const page = pageOf(rows, limit, (row) => row.eventId)
      const calls = await callsOf(
        page.rows.map((row) => row.id),
        callsListed,
      )
      return { ...page, rows: page.rows.map((row) => ({ ...row, ...(calls.get(row.id) ?? noCalls) })) }
    },
    ({ eventId: _, ...row }) => row,
  )
})

operations.get('/:id', (c) => {
  queryOf(c, [])
  const id = idOf('id', c.req.param('id'))
  return answer(c, async () => {
    const [row] = await db.select().from(operation).where(eq(operation.id, id))
    if (!row) throw notFound('operation', id)
    const { eventId: _, ...columns } = row
    return { ...columns, ...((await callsOf([id], callsShown)).get(id) ?? noCalls) }
  })
})

type Call = { position: number; target: Address; value: bigint; data: Hex; dataSize: number }
type Calls = { calls: Call[]; callCount: number }
const noCalls: Calls = { calls: [], callCount: 0 }

/** The first calls of operations, with what is shown of their data; the database cuts it. */
async function callsOf(ids: readonly Hex[], shown: number): Promise<Map<string, Calls>> {
  const byOperation = new Map<string, Calls>()
  if (ids.length === 0) return byOperation
  const named = inArray(operationCall.operationHash, [...ids])
  const { operationHash, position, target, value, data } = operationCall
  const [rows, counts] = await Promise.all([
    db
      .select({
        ...{ operationHash, position, target, value },
        data: sql<Hex>`left(${data}, ${2 + 2 * dataBytes})`,
        characters: sql<number>`length(${data})`,
      })
      .from(operationCall)
      .where(and(named, lt(position, shown)))
      .orderBy(asc(operationHash), asc(position)),
    db
      .select({ operationHash, callCount: sql<number>`count(*)` })
      .from(operationCall)
      .where(named)
      .groupBy(operationHash),
  ])
  for (const { operationHash, callCount } of counts) {
    byOperation.set(operationHash, { calls: [], callCount: Number(callCount) })
  }
  for (const { operationHash, characters, ...call } of rows) {
    byOperation.get(operationHash)?.calls.push({ ...call, dataSize: (Number(characters) - 2) / 2 })
  }
  return byOperation
}

export const voters = new Hono()

/** Who votes, most votes first. The cursor is the last one's votes and address. */
voters.get('/', (c) => {
  const query = queryOf(c, ['limit', 'cursor'])
  const limit = limitOf(query.limit)
  const after = decodeCursor(query.cursor)
  const last = after === undefined ? undefined : lastOf(after)
  return answerPage(
    c,
    async () => {
      const beyond = last
        ? or(lt(voter.votes, last.votes), and(eq(voter.votes, last.votes), lt(voter.address, last.address)))
        : undefined
      const rows = await db
        .select()
        .from(voter)
        .where(beyond)
        .orderBy(desc(voter.votes), desc(voter.address))
        .limit(limit + 1)
      return pageOf(rows, limit, (row) => keyOf(row))
    },
    (row) => row,
  )
})

/** Cursors are digits alone: the votes, and the address as 49 digits. */
const addressDigits = 49

function keyOf({ votes, address }: { votes: bigint; address: `0x${string}` }): string {
  return `${votes}${BigInt(address).toString().padStart(addressDigits, '0')}`
}

function lastOf(key: string): { votes: bigint; address: `0x${string}` } {
  const address = BigInt(key.slice(-addressDigits)).toString(16).padStart(40, '0')
  return { votes: BigInt(key.slice(0, -addressDigits) || '0'), address: `0x${address}` }
}
