import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

// The events of one task among very many, as the database looks them up.

const state = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('ponder:schema', () => import('../ponder.schema.js'))
vi.mock('ponder:api', () => ({
  get db() {
    return state.db
  },
}))
vi.mock('../src/api/keys.js', () => ({ names: { circuits: new Map(), proofSystems: new Map() } }))
vi.mock('../src/api/deployed.js', () => ({ deployedContracts: [] }))

/** Twenty events to a task, five to a transaction; the last of each five moves money and names no task. */
const rows = 100_000
const perTask = 20
const task = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`
let database: PGlite
const sent: { text: string; params: unknown[] }[] = []

beforeAll(async () => {
  const load = createRequire(fileURLToPath(import.meta.resolve('ponder')))
  const { drizzle } = load('drizzle-orm/pglite')
  const { getTableConfig } = load('drizzle-orm/pg-core')
  const { auditEvent } = await import('../ponder.schema.js')
  const { columns } = getTableConfig(auditEvent) as { columns: { name: string; getSQLType: () => string }[] }
  database = await PGlite.create()
  await database.exec(`
    create table audit_event (${columns.map(({ name, getSQLType }) => `${name} ${name === 'args' ? 'jsonb' : getSQLType.call(columns.find((one) => one.name === name))}`).join(', ')}, primary key (id));
    insert into audit_event (id, name, task_id, transaction_hash)
      select lpad(n::text, 75, '0'), case n % 5 when 4 then 'Credited' else 'SlotJoined' end,
        case n % 5 when 4 then null else '0x' || lpad(to_hex(n / ${perTask}), 64, '0') end, '0x' || lpad(to_hex(n / 5), 64, '0')
      from generate_series(0, ${rows - 1}) n;
    create index by_task on audit_event (task_id, id);
    create index by_transaction on audit_event (transaction_hash, id);
  `)
  const logger = { logQuery: (text: string, params: unknown[]) => void sent.push({ text, params }) }
  state.db = drizzle(database, { logger })
})
afterAll(() => database.close())

type Plan = { 'Rows Removed by Filter'?: number; 'Actual Rows': number; 'Actual Loops': number; Plans?: Plan[] }

/** Rows that the database took into its hands for the statements that were sent. */
async function touched(): Promise<number> {
  const count = (plan: Plan): number =>
    (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] +
    (plan.Plans ?? []).reduce((sum, inner) => sum + count(inner), 0)
  let all = 0
  for (const { text, params } of sent) {
    const { rows: answer } = await database.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (analyze, format json) ${text}`,
      params as never[],
    )
    all += count(answer[0]!['QUERY PLAN'][0]!.Plan)
  }
  return all
}

test.each([
  ['the first page', 0, 10, undefined],
  ['a page in the middle', 2_500, 10, 2_500 * perTask + 7],
  ['a whole task', 4_999, 100, undefined],
  ['a task that is not there', 9_999_999, 10, undefined],
])(
  `of ${rows} events %s is looked up, with the money that its transactions moved`,
  async (_name, number, limit, last) => {
    const { findAudit } = await import('../src/api/tasks.js')
    const cursor = last === undefined ? undefined : String(last).padStart(75, '0')
    sent.length = 0
    const found = await findAudit(task(number), limit, cursor)
    const first = last === undefined ? number * perTask : last + 1
    const end = Math.min((number + 1) * perTask, rows)
    const expected = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index).slice(0, limit + 1)
    expect(found.map(({ id }) => Number(id))).toEqual(expected)
    expect(await touched()).toBeLessThan(2_000)
  },
)
