import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

/** Opens the one database in an indexer's directory. */
async function open(directory: string): Promise<PGlite> {
  const [name, ...others] = readdirSync(directory)
  if (!name || others.length > 0) throw new Error(`${directory} does not hold one database`)
  return PGlite.create({ dataDir: join(directory, name) })
}

export type Row = Record<string, unknown>
export type Tables = Record<string, Row[]>

/** Every row of our tables in the order of their text, from a directory nobody has open. Numerics come as text. */
export async function readTables(directory: string): Promise<Tables> {
  const database = await open(directory)
  try {
    const { rows } = await database.query<{ schema: string; name: string }>(
      `select table_schema as schema, table_name as name from information_schema.tables
       where table_schema like 'veritask_%' and table_name not like '\\_%' order by table_name`,
    )
    const tables: Tables = {}
    for (const { schema, name } of rows) {
      const result = await database.query<Row>(`select * from "${schema}"."${name}"`)
      const byText = (a: Row, b: Row) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
      tables[name] = result.rows.sort(byText)
    }
    return tables
  } finally {
    await database.close()
  }
}

/** How the database would read each of these, were it never to walk a table that has an index for it. */
export async function plansOf(directory: string, statements: readonly string[]) {
  const database = await open(directory)
  try {
    const { rows } = await database.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables where table_name = '_ponder_meta'`,
    )
    await database.exec(`set search_path to "${rows[0]?.schema}"; set enable_seqscan = off;`)
    const plans: { from: string; plan: string }[] = []
    for (const from of statements) {
      const { rows: lines } = await database.query<{ 'QUERY PLAN': string }>(`explain select * from ${from}`)
      plans.push({ from, plan: lines.map((line) => line['QUERY PLAN']).join('\n') })
    }
    return plans
  } finally {
    await database.close()
  }
}

/** Takes back the lock of a killed process, which would otherwise expire by itself after 25 seconds. */
export async function unlock(directory: string): Promise<void> {
  const database = await open(directory)
  try {
    const { rows } = await database.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables where table_name = '_ponder_meta'`,
    )
    for (const { schema } of rows) {
      await database.query(`update "${schema}"._ponder_meta set value = jsonb_set(value, '{is_locked}', '0')`)
    }
  } finally {
    await database.close()
  }
}

export function stateHash(tables: Tables): string {
  return createHash('sha256').update(JSON.stringify(tables)).digest('hex')
}
