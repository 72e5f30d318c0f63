import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { type Hex, keccak256, toHex } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { wordsOf } from '../src/schema/words.js'

// The statements of a search, as the database plans them where a table is large and what is searched for is rare or not
// there: the case in which walking all rows from the newest one looks cheap to the database, and is not.

const state = vi.hoisted(() => ({ db: undefined as unknown }))
vi.mock('ponder:schema', () => import('../ponder.schema.js'))
vi.mock('ponder:api', () => ({
  get db() {
    return state.db
  },
}))
vi.mock('../src/api/keys.js', () => ({ names: { circuits: new Map(), proofSystems: new Map() } }))
vi.mock('../src/api/deployed.js', () => ({ deployedContracts: [] }))

const rows = 20_000
const digest = (name: string): Hex => keccak256(toHex(name))
const statements: { text: string; params: unknown[] }[] = []
let database: PGlite

beforeAll(async () => {
  const load = createRequire(fileURLToPath(import.meta.resolve('ponder')))
  const { PgDialect } = load('drizzle-orm/pg-core')
  const { drizzle } = load('drizzle-orm/pglite')
  const { sql } = load('drizzle-orm')
  const words = (column: string) => new PgDialect().sqlToQuery(wordsOf(sql.identifier(column))).sql
  database = await PGlite.create()
  // Never analyzed: the embedded database has nobody who does it.
  await database.exec(`
    create table task (id text primary key, title text, kind text, payload_digest text, terms_hash text, event_id text);
    insert into task
      select '0x' || encode(sha256(n::text::bytea), 'hex'), 'Handwritten digits, batch ' || n || case n when 7 then ' unicorn' else '' end,
        'direct', '0x' || encode(sha256(('payload' || n)::bytea), 'hex'), '0x' || encode(sha256(('terms' || n)::bytea), 'hex'), lpad(n::text, 75, '0')
      from generate_series(1, ${rows}) n;
    create index newest on task (event_id);
    create index payloads on task (payload_digest, event_id);
    create index terms_hashes on task (terms_hash, event_id);
    create table terms (task_id text primary key, publication_manifest_digest text);
    create index publications on terms (publication_manifest_digest);
    create index task_words on task using gin (${words('title')});
    create table dataset (id text primary key, name text, event_id text);
    create table model (id text primary key, name text, event_id text);
    create table proposal (id numeric primary key, description text, event_id text);
  `)
  const logger = { logQuery: (text: string, params: unknown[]) => void statements.push({ text, params }) }
  state.db = drizzle(database, { logger })
})
afterAll(() => database.close())

/** What the database does with each statement about tasks that a search sends, and what they found together. */
async function plansOf(search: (hits: typeof import('../src/api/hits.js')) => Promise<unknown>[]) {
  const hits = await import('../src/api/hits.js')
  statements.length = 0
  const settled = await Promise.allSettled(search(hits))
  const found = settled.flatMap((one) =>
    one.status === 'fulfilled' ? (one.value as { hits: { kind: string; title: string }[] }).hits : [],
  )
  const plans: string[] = []
  for (const { text, params } of statements.filter(({ text }) => text.includes('from "task"'))) {
    const { rows } = await database.query<{ 'QUERY PLAN': string }>(`explain ${text}`, params as never[])
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
  }
  expect(plans.length).toBeGreaterThan(0)
  return { plans, titles: found.filter(({ kind }) => kind === 'task').map(({ title }) => title) }
}

const walks = /Seq Scan on task|using newest on task/

describe(`among ${rows} tasks`, () => {
  test.each([
    ['a rare word', ['unicorn'], ['Handwritten digits, batch 7 unicorn']],
    ['a word that is not there', ['nothing'], []],
    ['the beginning of one beside a common one', ['digits', 'unic'], ['Handwritten digits, batch 7 unicorn']],
  ])('%s is looked up, not walked to', async (_name, words, titles) => {
    const asked = await plansOf(({ findByWords }) => findByWords(words))
    expect(asked.titles).toEqual(titles)
    for (const plan of asked.plans) expect(plan).not.toMatch(walks)
  })

  test.each([
    ['that is there', 'ab'],
    ['that is not there', 'abcdefabcdef'],
  ])('the beginning of an id %s is looked up', async (_name, head) => {
    const asked = await plansOf(({ findByPrefix }) => findByPrefix({ head, tail: '' }))
    for (const plan of asked.plans) expect(plan).not.toMatch(walks)
  })

  test('a content is looked up by its digest', async () => {
    const asked = await plansOf(({ findByHash }) => findByHash(digest('not there')))
    for (const plan of asked.plans) expect(plan).not.toMatch(walks)
  })

  test('a word that all have answers the bounded list', async () => {
    const asked = await plansOf(({ findByWords }) => findByWords(['digits']))
    expect(asked.titles).toHaveLength(10)
  })
})
