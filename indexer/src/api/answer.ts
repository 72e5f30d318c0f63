import type { Context } from 'hono'
import { readIndexed } from './indexed.js'
import { encodeCursor } from './parameters.js'

/** Rows as JSON: bigints as decimal strings. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(toJson)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJson(one)]))
  }
  return value
}

export type Page<row> = {
  readonly rows: readonly row[]
  readonly limit: number
  readonly next: string | null
  /** Rows of all pages, when that was asked for. */
  readonly total?: number | undefined
}

/** Cuts a result that was asked for one row more than the limit. */
export function pageOf<row>(
  rows: readonly row[],
  limit: number,
  keyOf: (row: row) => string | number,
  total?: number,
): Page<row> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return { rows: kept, limit, next: rows.length > limit && last ? encodeCursor(String(keyOf(last))) : null, total }
}

/** The indexed block is read before the rows, so an answer is at least as new as it says. */
export async function answer(c: Context, load: (now: bigint) => Promise<unknown>): Promise<Response> {
  const indexed = await readIndexed()
  const data = await load(indexed.timestamp)
  return c.json(toJson({ data, indexed }) as object)
}

export async function answerPage<row>(
  c: Context,
  load: (now: bigint) => Promise<Page<row>>,
  present: (row: row, now: bigint) => unknown,
): Promise<Response> {
  const indexed = await readIndexed()
  const { rows, limit, next, total } = await load(indexed.timestamp)
  const data = rows.map((row) => present(row, indexed.timestamp))
  return c.json(toJson({ data, page: { limit, next, ...(total === undefined ? {} : { total }) }, indexed }) as object)
}
