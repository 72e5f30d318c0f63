import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type PhaseInput, taskPhase } from '../src/phase.js'

vi.mock('ponder:schema', () => import('../ponder.schema.js'))

const base: PhaseInput = {
  kind: 'open-gold',
  status: 'live',
  halted: false,
  slots: 2,
  joined: 0,
  committed: 0,
  delivered: 0,
  scored: 0,
  paid: 0,
  returned: 0,
  unfilled: null,
  goldOpenedAt: null,
  joinBy: 100n,
  commitBy: 200n,
  openBy: 300n,
  proveBy: 400n,
  submitBy: null,
  scoreBy: null,
}
const hidden: PhaseInput = {
  ...base,
  kind: 'hidden-gold',
  commitBy: null,
  openBy: null,
  proveBy: null,
  submitBy: 200n,
  scoreBy: 300n,
}

const phaseOf = (change: Partial<PhaseInput>, now: bigint, from = base) => taskPhase({ ...from, ...change }, now)

describe('open gold', () => {
  test('joining lasts to its last second, and ends early when full or emptied', () => {
    expect(phaseOf({}, 100n)).toEqual({ phase: 'joining', nextDeadline: 100n })
    expect(phaseOf({ joined: 1 }, 100n).phase).toBe('joining')
    expect(phaseOf({ joined: 1 }, 101n)).toEqual({ phase: 'committing', nextDeadline: 200n })
    expect(phaseOf({ joined: 2 }, 0n).phase).toBe('committing')
    expect(phaseOf({ unfilled: 2 }, 0n).phase).toBe('settling')
  })

  test('committing ends with the last commitment or the deadline', () => {
    expect(phaseOf({ joined: 2, committed: 1 }, 200n)).toEqual({ phase: 'committing', nextDeadline: 200n })
    expect(phaseOf({ joined: 2, committed: 2 }, 0n)).toEqual({ phase: 'opening', nextDeadline: 300n })
    expect(phaseOf({ joined: 2, committed: 1 }, 201n).phase).toBe('opening')
    expect(phaseOf({ joined: 2 }, 201n).phase).toBe('settling')
  })

  test('opened gold is proven against until everybody delivered or the deadline', () => {
    const opened = { joined: 2, committed: 2, goldOpenedAt: 150n }
    expect(phaseOf(opened, 400n)).toEqual({ phase: 'proving', nextDeadline: 400n })
    expect(phaseOf(opened, 401n)).toEqual({ phase: 'settling', nextDeadline: null })
    expect(phaseOf({ ...opened, joined: 2, committed: 1, delivered: 1, paid: 1 }, 250n).phase).toBe('settling')
  })

  test('closed gold lets committed workers deliver', () => {
    const closed = { joined: 2, committed: 1 }
    expect(phaseOf(closed, 300n).phase).toBe('opening')
    expect(phaseOf(closed, 301n)).toEqual({ phase: 'delivering', nextDeadline: 400n })
    expect(phaseOf(closed, 401n).phase).toBe('settling')
  })

  test('ended, frozen and unknown tasks', () => {
    expect(phaseOf({ status: 'cancelled' }, 0n)).toEqual({ phase: 'cancelled', nextDeadline: null })
    expect(phaseOf({ status: 'completed', halted: true }, 0n).phase).toBe('completed')
    expect(phaseOf({ halted: true }, 0n)).toEqual({ phase: 'halted', nextDeadline: null })
    expect(phaseOf({ kind: 'other', joined: 1 }, 100n).phase).toBe('joining')
    expect(phaseOf({ kind: 'other', joined: 1 }, 101n).phase).toBe('settling')
  })
})

test('hidden gold', () => {
  expect(phaseOf({ joined: 2, committed: 1, delivered: 1 }, 200n, hidden)).toEqual({
    phase: 'submitting',
    nextDeadline: 200n,
  })
  expect(phaseOf({ joined: 2, committed: 2, delivered: 2 }, 0n, hidden)).toEqual({
    phase: 'scoring',
    nextDeadline: 300n,
  })
  expect(phaseOf({ joined: 2, committed: 1, delivered: 1 }, 300n, hidden).phase).toBe('scoring')
  expect(phaseOf({ joined: 2, committed: 1, delivered: 1, scored: 1, paid: 1 }, 201n, hidden).phase).toBe('settling')
  expect(phaseOf({ joined: 2, committed: 2, delivered: 2 }, 301n, hidden).phase).toBe('settling')
})

describe('in the database', () => {
  const database = new PGlite()
  const grid = everyTask()

  beforeAll(async () => {
    await database.exec(`
      create table task (n int, id text, kind text, status text, slots int, joined int, committed int, delivered int,
        scored int, paid int, returned int, unfilled int, gold_opened_at numeric, join_by numeric);
      create table terms (task_id text, legality_key_id text, agreement_key_id text, score_key_id text,
        commit_by numeric, open_by numeric, prove_by numeric, submit_by numeric, score_by numeric);
      create table verifier_key (id text, status text);
      insert into verifier_key values ('sound', 'active'), ('broken', 'frozen'), ('old', 'proposed');
    `)
    const rows = grid.map((task, n) => ({
      n,
      id: String(n),
      kind: task.kind,
      status: task.status,
      slots: task.slots,
      joined: task.joined,
      committed: task.committed,
      delivered: task.delivered,
      scored: task.scored,
      paid: task.paid,
      returned: task.returned,
      unfilled: task.unfilled,
      gold_opened_at: task.goldOpenedAt?.toString() ?? null,
      join_by: task.joinBy.toString(),
      task_id: String(n),
      legality_key_id: 'sound',
      agreement_key_id: task.kind === 'open-gold' && task.halted ? 'broken' : 'old',
      score_key_id: task.kind === 'hidden-gold' && task.halted ? 'broken' : null,
      commit_by: task.commitBy?.toString() ?? null,
      open_by: task.openBy?.toString() ?? null,
      prove_by: task.proveBy?.toString() ?? null,
      submit_by: task.submitBy?.toString() ?? null,
      score_by: task.scoreBy?.toString() ?? null,
    }))
    const json = JSON.stringify(rows)
    await database.query('insert into task select * from json_populate_recordset(null::task, $1)', [json])
    await database.query('insert into terms select * from json_populate_recordset(null::terms, $1)', [json])
  })
  afterAll(() => database.close())

  test.each([0n, 100n, 101n, 200n, 201n, 300n, 301n, 400n, 401n])('agrees at %i', async (now) => {
    const { phaseSql } = await import('../src/api/phase-sql.js')
    // The query builder inside Ponder renders the expression; it is not a dependency of ours.
    const load = createRequire(fileURLToPath(import.meta.resolve('ponder')))
    const { PgDialect } = load('drizzle-orm/pg-core')
    const { sql, params } = new PgDialect().sqlToQuery(phaseSql(now))
    const { rows } = await database.query<{ phase: string }>(
      `select ${sql} as phase from task left join terms on terms.task_id = task.id order by n`,
      params,
    )
    expect(rows.map((row) => row.phase)).toEqual(grid.map((task) => taskPhase(task, now).phase))
  })

  test('the grid reaches every phase', () => {
    const times = [0n, 150n, 250n, 350n, 450n]
    const phases = new Set(grid.flatMap((task) => times.map((now) => taskPhase(task, now).phase)))
    expect(phases.size).toBe(11)
    expect(grid.length).toBeGreaterThan(1000)
  })
})

/** Every combination of counts a contract could produce for two slots, and some it could not. */
function everyTask(): PhaseInput[] {
  const counts: Pick<PhaseInput, 'joined' | 'committed' | 'delivered' | 'scored' | 'paid' | 'returned'>[] = []
  for (let joined = 0; joined <= 2; joined += 1)
    for (let committed = 0; committed <= joined; committed += 1)
      for (let delivered = 0; delivered <= committed; delivered += 1)
        for (let scored = 0; scored <= delivered; scored += 1)
          for (let paid = 0; paid <= joined; paid += 1)
            for (let returned = 0; paid + returned <= joined; returned += 1)
              counts.push({ joined, committed, delivered, scored, paid, returned })
  const tasks: PhaseInput[] = []
  for (const count of counts)
    for (const from of [base, hidden, { ...base, kind: 'other' as const, commitBy: null, openBy: null, proveBy: null }])
      for (const goldOpenedAt of from.kind === 'open-gold' ? [null, 50n] : [null])
        for (const unfilled of [null, 0, 1])
          for (const halted of from.kind === 'other' ? [false] : [false, true])
            for (const status of ['live', 'cancelled', 'completed'] as const)
              tasks.push({ ...from, ...count, goldOpenedAt, unfilled, halted, status })
  return tasks
}
