import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { type AuditProgress, openAuditsOf } from '@veritask/sdk/phase'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { presentTask, type TaskRow } from '../src/api/present.js'
import { type Around, type FrozenKeys, type PhaseRow, rejectionsAt, taskPhase, taskPhases } from '../src/phase.js'

vi.mock('ponder:schema', () => import('../ponder.schema.js'))

const base: PhaseRow = {
  kind: 'open-gold',
  slots: 2,
  joined: 0,
  committed: 0,
  delivered: 0,
  claimed: 0,
  scored: 0,
  paid: 0,
  returned: 0,
  rejected: 0,
  unfilled: null,
  openDisputes: 0,
  bondState: 'none',
  goldOpenedAt: null,
  joinBy: 100n,
  commitBy: null,
  openBy: null,
  proveBy: null,
  submitBy: null,
  scoreBy: null,
  deliverBy: null,
  settleBy: null,
  roundJoinBy: null,
  slotLimit: null,
  assigns: false,
  seeded: 0,
  firstSlot: 0,
  committedBefore: 0,
  deliveredBefore: 0,
  decided: false,
  claimBy: null,
  challengeBy: null,
  answerBy: null,
  disputableUntil: null,
  mostDisputedItems: 0,
  openAudits: 0,
  unprovenAudits: 0,
  allowedMistakes: 1,
  overturnedItems: 0,
}

const sound: FrozenKeys = { halted: false, scoreKeyFrozen: false, auditKeysFrozen: false }
const quiet: Around = { ...sound, firstAnswerBy: null, lastAnswerBy: null }

// What each phase means is tested where it is decided, in the SDK; here, that the columns say the same.
describe('a row', () => {
  const at = (change: Partial<PhaseRow>, now: bigint, around: Partial<Around> = {}) =>
    taskPhase({ ...base, ...change }, { ...quiet, ...around }, now)

  test('of open gold', () => {
    const open = { joined: 2, committed: 1, commitBy: 200n, openBy: 300n, proveBy: 400n }
    expect(at(open, 200n)).toEqual({ phase: 'committing', nextDeadline: 200n })
    expect(at({ ...open, committed: 2 }, 300n)).toEqual({ phase: 'opening', nextDeadline: 300n })
    expect(at({ ...open, goldOpenedAt: 250n }, 400n)).toEqual({ phase: 'proving', nextDeadline: 400n })
    expect(at(open, 301n)).toEqual({ phase: 'delivering', nextDeadline: 400n })
    expect(at(open, 300n, { halted: true }).phase).toBe('halted')
  })

  test('of hidden gold, with its rejections and their audits', () => {
    const due = { submitBy: 200n, scoreBy: 300n, disputableUntil: 350n }
    const hidden = { kind: 'hidden-gold', slots: 4, joined: 4, ...due } as const
    expect(at(hidden, 200n).phase).toBe('submitting')
    expect(at({ ...hidden, delivered: 4 }, 300n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
    const over = {
      ...hidden,
      delivered: 4,
      scored: 4,
      paid: 3,
      rejected: 1,
      mostDisputedItems: 5,
      bondState: 'held',
    } as const
    expect(at(over, 300n)).toEqual({ phase: 'scoring', nextDeadline: 300n })
    expect(at(over, 350n)).toEqual({ phase: 'disputable', nextDeadline: 350n })
    expect(at(over, 351n).phase).toBe('settling')
    expect(at({ ...over, mostDisputedItems: 2 }, 350n).phase).toBe('settling')
    expect(at(over, 350n, { halted: true, auditKeysFrozen: true }).phase).toBe('halted')
    const left = { ...hidden, delivered: 1, returned: 1 }
    expect(at(left, 300n, { halted: true, auditKeysFrozen: true }).phase).toBe('scoring')
    expect(at(left, 300n, { halted: true, scoreKeyFrozen: true }).phase).toBe('halted')
    const audit = { ...over, openAudits: 1, unprovenAudits: 1, answerBy: 390n }
    const times = { firstAnswerBy: 360n, lastAnswerBy: 390n }
    expect(at(audit, 360n, times)).toEqual({ phase: 'auditing', nextDeadline: 360n })
    expect(at(audit, 361n, times)).toEqual({ phase: 'settling', nextDeadline: null })
    expect(at({ ...audit, unprovenAudits: 0 }, 360n, { ...times, firstAnswerBy: null }).phase).toBe('settling')
    expect(at({ ...audit, overturnedItems: 16, bondState: 'burned' }, 320n).phase).toBe('settling')
    expect(at({ ...audit, overturnedItems: 16, bondState: 'burned', paid: 4 }, 320n).phase).toBe('completed')
  })

  test('says until when rejections can be overturned, and whether an audit may be asked for', () => {
    const due = { submitBy: 200n, scoreBy: 300n, disputableUntil: 350n }
    const counts = { joined: 4, delivered: 4, scored: 4, rejected: 1, mostDisputedItems: 5 }
    const row: PhaseRow = { ...base, kind: 'hidden-gold', ...due, ...counts }
    const auditKeysFrozen = false
    const allRedressed = false
    expect(rejectionsAt(row, quiet, 300n)).toEqual({
      rejectionsPendingUntil: 350n,
      mayAsk: false,
      auditKeysFrozen,
      allRedressed,
    })
    expect(rejectionsAt(row, quiet, 301n)).toEqual({
      rejectionsPendingUntil: 350n,
      mayAsk: true,
      auditKeysFrozen,
      allRedressed,
    })
    expect(rejectionsAt(row, quiet, 351n)).toEqual({
      rejectionsPendingUntil: null,
      mayAsk: false,
      auditKeysFrozen,
      allRedressed,
    })
    // Of the audits that are open: the latest there ever was may be closed.
    const audit = { ...row, openAudits: 1, answerBy: 450n }
    const times = { ...quiet, firstAnswerBy: 390n, lastAnswerBy: 400n }
    expect(rejectionsAt(audit, times, 351n)).toMatchObject({ rejectionsPendingUntil: 400n, mayAsk: false })
    const frozen = { ...quiet, halted: true, auditKeysFrozen: true }
    expect(rejectionsAt(row, frozen, 301n)).toMatchObject({ mayAsk: false, auditKeysFrozen: true })
    expect(rejectionsAt({ ...row, kind: 'other' }, frozen, 301n)).toEqual({
      rejectionsPendingUntil: null,
      mayAsk: false,
      auditKeysFrozen,
      allRedressed,
    })
    // A rejected vote of a consensus has no gold to be redressed by.
    expect(rejectionsAt({ ...row, kind: 'consensus', mostDisputedItems: 0 }, quiet, 301n).allRedressed).toBe(false)
    // With four items more than the one that a pass may get wrong, who disagrees with five passes.
    expect(rejectionsAt({ ...audit, overturnedItems: 3 }, times, 351n)).toMatchObject({ allRedressed: false })
    expect(rejectionsAt({ ...audit, overturnedItems: 4 }, times, 351n)).toMatchObject({
      rejectionsPendingUntil: null,
      allRedressed: true,
    })
  })

  test('shows the time to answer that counts next', () => {
    const rejected = { rejected: 1, mostDisputedItems: 5 }
    const row = {
      ...base,
      ...rejected,
      kind: 'hidden-gold',
      openAudits: 2,
      unprovenAudits: 2,
      answerBy: 450n,
    } as unknown as TaskRow
    const shown = (task: TaskRow, firstAnswerBy: bigint | null) =>
      presentTask({ task, terms: null, ...quiet, firstAnswerBy, lastAnswerBy: 450n }, 400n).deadlines.answerBy
    expect(shown(row, 420n)).toBe(420n)
    expect(shown(row, null)).toBe(450n)
    expect(shown({ ...row, overturnedItems: 16 }, 420n)).toBe(450n)
  })

  test('of consensus, in its round', () => {
    const round = { kind: 'consensus', slots: 4, slotLimit: 2, joinBy: 1_000n, roundJoinBy: 100n } as const
    const due = { ...round, commitBy: 200n, deliverBy: 300n, settleBy: 400n, joined: 2 }
    expect(at({ ...due, joined: 1 }, 100n)).toEqual({ phase: 'joining', nextDeadline: 100n })
    expect(at({ ...due, assigns: true }, 150n)).toEqual({ phase: 'drawing', nextDeadline: 150n })
    expect(at({ ...due, assigns: true }, 151n).phase).toBe('settling')
    expect(at({ ...due, assigns: true, seeded: 2 }, 200n).phase).toBe('committing')
    expect(at({ ...due, committed: 2 }, 300n).phase).toBe('delivering')
    expect(at({ ...due, committed: 2, delivered: 2 }, 400n).phase).toBe('aggregating')
    // Another round of one slot, in which the votes of the first are not its own.
    const votes = { committed: 2, delivered: 2 }
    const second = { ...due, ...votes, slotLimit: 3, joined: 3, firstSlot: 2, committedBefore: 2, deliveredBefore: 2 }
    expect(at(second, 200n).phase).toBe('committing')
    expect(at({ ...second, committed: 3 }, 300n).phase).toBe('delivering')
    expect(at({ ...second, committed: 3, delivered: 3 }, 0n).phase).toBe('aggregating')
    expect(at({ ...second, assigns: true, seeded: 2 }, 0n).phase).toBe('drawing')
  })

  test('of a statement, proven or claimed', () => {
    expect(at({ kind: 'direct', joined: 2, proveBy: 200n }, 200n)).toEqual({ phase: 'proving', nextDeadline: 200n })
    const claims = { kind: 'optimistic', joined: 2, claimBy: 200n } as const
    expect(at(claims, 200n).phase).toBe('claiming')
    const claimed = { ...claims, claimed: 2, challengeBy: 250n }
    expect(at(claimed, 250n).phase).toBe('challenging')
    expect(at({ ...claimed, openDisputes: 1, answerBy: 400n }, 400n).phase).toBe('disputed')
    expect(at({ kind: 'other', joined: 2 }, 0n).phase).toBe('settling')
  })
})

describe('in the database', () => {
  const database = new PGlite()
  const grid = everyTask()

  beforeAll(async () => {
    const columns = Object.entries(base).map(([name, value]) => `${snake(name)} ${typeOf(name, value)}`)
    await database.exec(`
      create table task (n int, id text, ${columns.join(', ')});
      create table terms (task_id text, key_ids text[], score_key_id text, audit_key_id text, legality_key_id text);
      create table verifier_key (id text, status text);
      create table gold_audit (task_id text, answer_by numeric, panel_size int, audited int, closed_at numeric);
      create index on gold_audit (task_id);
      insert into verifier_key values ('sound', 'active'), ('broken', 'frozen'), ('old', 'proposed');
    `)
    const rows = grid.map(({ row }, n) => ({ n, id: String(n), ...Object.fromEntries(columnsOf(row)) }))
    const terms = grid.map(({ keys }, n) => ({ task_id: String(n), ...termsOf(keys) }))
    const audits = grid.flatMap(({ audits = [] }, n) =>
      audits.map(({ answerBy, panelSize, audited, closed }) => ({
        task_id: String(n),
        answer_by: answerBy.toString(),
        panel_size: panelSize,
        audited,
        closed_at: closed ? '1' : null,
      })),
    )
    for (const [table, values] of [
      ['task', rows],
      ['terms', terms],
      ['gold_audit', audits],
    ] as const) {
      await database.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
        JSON.stringify(values),
      ])
    }
  })
  afterAll(() => database.close())

  /** What an expression says of every task of the grid. */
  async function valuesOf(expression: object) {
    // The query builder inside Ponder renders the expression; it is not a dependency of ours.
    const load = createRequire(fileURLToPath(import.meta.resolve('ponder')))
    const { PgDialect } = load('drizzle-orm/pg-core')
    const { sql, params } = new PgDialect().sqlToQuery(expression)
    const { rows } = await database.query<{ value: unknown }>(
      `select ${sql} as value from task left join terms on terms.task_id = task.id order by n`,
      params,
    )
    return rows.map((row) => row.value)
  }

  const times = [0n, 100n, 101n, 150n, 151n, 200n, 201n, 300n, 301n, 400n, 401n, 420n, 421n, 450n, 451n]
  test.each(times)('agrees at %i', async (now) => {
    const { phaseSql } = await import('../src/api/phase-sql.js')
    expect(await valuesOf(phaseSql(now))).toEqual(grid.map((task) => taskPhase(task.row, aroundOf(task), now).phase))
  })

  test.each(times)('agrees on what ends the phase at %i', async (now) => {
    const { nextDeadlineSql } = await import('../src/api/phase-sql.js')
    const deadlines = grid.map((task) => taskPhase(task.row, aroundOf(task), now).nextDeadline?.toString() ?? null)
    expect(await valuesOf(nextDeadlineSql(now))).toEqual(deadlines)
  })

  test.each(['firstAnswerBy', 'lastAnswerBy'] as const)('finds %s among the open audits', async (name) => {
    const { auditTimesSql } = await import('../src/api/phase-sql.js')
    const expected = grid.map((task) => aroundOf(task)[name]?.toString() ?? null)
    expect(new Set(expected).size).toBeGreaterThan(2)
    expect(await valuesOf(auditTimesSql[name])).toEqual(expected)
  })

  test('the grid reaches every phase', () => {
    const phases = new Set(grid.flatMap((task) => times.map((now) => taskPhase(task.row, aroundOf(task), now).phase)))
    expect([...taskPhases].filter((phase) => !phases.has(phase))).toEqual([])
    expect(grid.length).toBeGreaterThan(1000)
  })
})

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const texts = ['kind', 'bondState']

function typeOf(name: string, value: unknown): string {
  if (texts.includes(name)) return 'text'
  return typeof value === 'boolean' ? 'boolean' : 'numeric'
}

function columnsOf(row: PhaseRow): [string, unknown][] {
  return Object.entries(row).map(([name, value]) => [snake(name), typeof value === 'bigint' ? value.toString() : value])
}

/** Which keys of a task are frozen: none, that of scores, that of audits, that of legality, or one no phase asks for. */
const frozenIn = {
  none: sound,
  score: { halted: true, scoreKeyFrozen: true, auditKeysFrozen: false },
  audit: { halted: true, scoreKeyFrozen: false, auditKeysFrozen: true },
  legality: { halted: true, scoreKeyFrozen: false, auditKeysFrozen: true },
  other: { halted: true, scoreKeyFrozen: false, auditKeysFrozen: false },
} as const satisfies { readonly [keys: string]: FrozenKeys }

type Keys = keyof typeof frozenIn

function termsOf(keys: Keys) {
  const [score, audit, legality] = (['score', 'audit', 'legality'] as const).map((name) =>
    name === keys ? 'broken' : 'sound',
  )
  const other = keys === 'other' ? 'broken' : 'old'
  return {
    key_ids: [score, audit, legality, other],
    score_key_id: score,
    audit_key_id: audit,
    legality_key_id: legality,
  }
}

type Case = { readonly row: PhaseRow; readonly keys: Keys; readonly audits?: readonly AuditProgress[] }

function aroundOf({ keys, audits = [] }: Case): Around {
  const { firstAnswerBy, lastAnswerBy } = openAuditsOf(audits)
  return { ...frozenIn[keys], firstAnswerBy: firstAnswerBy || null, lastAnswerBy: lastAnswerBy || null }
}

const allKeys = Object.keys(frozenIn) as Keys[]

/** Every combination of counts a contract could produce for two slots, and some it could not. */
function everyTask(): Case[] {
  const kinds: Partial<PhaseRow>[] = [
    { kind: 'open-gold', commitBy: 200n, openBy: 300n, proveBy: 400n },
    { kind: 'open-gold', commitBy: 200n, openBy: 300n, proveBy: 400n, goldOpenedAt: 50n },
    {
      kind: 'consensus',
      slotLimit: 1,
      roundJoinBy: 100n,
      commitBy: 200n,
      deliverBy: 300n,
      settleBy: 400n,
      joinBy: 400n,
    },
    {
      kind: 'consensus',
      slotLimit: 2,
      roundJoinBy: 100n,
      commitBy: 200n,
      deliverBy: 300n,
      settleBy: 400n,
      assigns: true,
    },
    {
      kind: 'consensus',
      slotLimit: 2,
      roundJoinBy: 100n,
      commitBy: 200n,
      deliverBy: 300n,
      settleBy: 400n,
      assigns: true,
      seeded: 1,
    },
    // A later round, whose first slot is the second of the task; the time to commit has no middle second.
    ...[{}, { assigns: true }, { assigns: true, seeded: 1 }, { decided: true }].map(
      (change): Partial<PhaseRow> => ({
        kind: 'consensus',
        slotLimit: 2,
        roundJoinBy: 100n,
        commitBy: 201n,
        deliverBy: 300n,
        settleBy: 400n,
        firstSlot: 1,
        committedBefore: 1,
        deliveredBefore: 1,
        ...change,
      }),
    ),
    { kind: 'direct', proveBy: 200n },
    { kind: 'optimistic', claimBy: 200n },
    { kind: 'optimistic', claimBy: 200n, claimed: 1, challengeBy: 300n },
    { kind: 'optimistic', claimBy: 200n, claimed: 2, challengeBy: 300n, openDisputes: 1, answerBy: 400n },
    { kind: 'other' },
  ]
  const counts: Pick<PhaseRow, 'joined' | 'committed' | 'delivered' | 'paid' | 'returned'>[] = []
  for (let joined = 0; joined <= 2; joined += 1)
    for (let committed = 0; committed <= joined; committed += 1)
      for (let delivered = 0; delivered <= committed; delivered += 1)
        for (let paid = 0; paid <= joined; paid += 1)
          for (let returned = 0; paid + returned <= joined; returned += 1)
            counts.push({ joined, committed, delivered, paid, returned })
  const cases: Case[] = hiddenGoldTasks()
  for (const kind of kinds)
    for (const count of counts)
      for (const unfilled of [null, 0, 1])
        for (const bondState of ['none', 'held', 'released', 'burned'] as const)
          for (const keys of ['none', 'other'] as const)
            cases.push({ row: { ...base, ...kind, ...count, unfilled, bondState }, keys })
  return cases
}

/** Four slots of hidden gold, of which three are enough for a third opinion, with every way in which rejections can stand. */
function hiddenGoldTasks(): Case[] {
  const due = { kind: 'hidden-gold', slots: 4, submitBy: 200n, scoreBy: 300n, disputableUntil: 400n } as const
  const audit = (answerBy: bigint, change: Partial<AuditProgress> = {}): AuditProgress => ({
    answerBy,
    panelSize: 3,
    audited: 0,
    closed: false,
    ...change,
  })
  /** The columns that the handlers keep of these audits. */
  const audited = (...audits: AuditProgress[]) => ({
    audits,
    mostDisputedItems: 5,
    openAudits: audits.filter(({ closed }) => !closed).length,
    unprovenAudits: openAuditsOf(audits).unprovenAudits,
    answerBy: 450n,
  })
  const standings: (Partial<PhaseRow> & Pick<Case, 'audits'>)[] = [
    { mostDisputedItems: 2 },
    { mostDisputedItems: 5 },
    audited(audit(350n)),
    audited(audit(400n, { audited: 3 })),
    audited(audit(350n, { closed: true })),
    { ...audited(audit(350n)), overturnedItems: 4 },
    { ...audited(audit(350n)), overturnedItems: 3 },
    { ...audited(audit(400n, { audited: 3 })), overturnedItems: 3 },
    // Two, of which the one that is due first loses the task; one of them proven or closed.
    audited(audit(450n), audit(420n)),
    audited(audit(420n, { audited: 3 }), audit(450n, { audited: 2 })),
    audited(audit(420n), audit(450n, { audited: 3, closed: true })),
    audited(audit(420n, { closed: true }), audit(450n)),
  ]
  const cases: Case[] = []
  for (const joined of [0, 2, 3, 4])
    for (let delivered = 0; delivered <= joined; delivered += 1)
      for (let scored = 0; scored <= delivered; scored += 1)
        for (let rejected = 0; rejected <= scored; rejected += 1) {
          const paid = scored - rejected
          const counts = { joined, committed: delivered, delivered, scored, rejected, paid }
          for (const { audits = [], ...standing } of rejected === 0 ? [{}] : standings)
            for (const returned of new Set([0, joined - paid]))
              for (const unfilled of [null, 0])
                for (const bondState of ['held', 'burned'] as const)
                  for (const keys of allKeys)
                    cases.push({
                      row: { ...base, ...due, ...counts, ...standing, returned, unfilled, bondState },
                      keys,
                      audits,
                    })
        }
  return cases
}
