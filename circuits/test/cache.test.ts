import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheDirectory, keepCached, takeCached } from '../scripts/lib/cache.ts'

let cache: string
let from: string
let to: string

beforeEach(async () => {
  const make = (name: string) => mkdtemp(join(tmpdir(), `veritask-${name}-`))
  ;[cache, from, to] = await Promise.all([make('cache'), make('from'), make('to')])
  await writeFile(join(from, 'a.zkey'), 'key')
  await writeFile(join(from, 'a.vkey.json'), '{}')
})

afterEach(() => Promise.all([cache, from, to].map((path) => rm(path, { recursive: true }))))

test('what was kept is taken, byte for byte', async () => {
  await keepCached(cache, 'setup-a-1', from, ['a.zkey', 'a.vkey.json'])
  expect(await takeCached(cache, 'setup-a-2', to)).toBeUndefined()
  expect(await takeCached(cache, 'setup-a-1', to)).toEqual(['a.zkey', 'a.vkey.json'])
  expect(await readFile(join(to, 'a.zkey'), 'utf8')).toBe('key')
  expect(await readdir(cache)).toEqual(['setup-a-1'])
})

test.each([
  ['a changed file', 'a.zkey', 'other'],
  ['a broken index', 'sha256.json', '{'],
])('an entry with %s is dropped', async (_, file, content) => {
  await keepCached(cache, 'setup-a-1', from, ['a.zkey'])
  await writeFile(join(cache, 'setup-a-1', file), content)
  expect(await takeCached(cache, 'setup-a-1', to)).toBeUndefined()
  expect(await readdir(cache)).toEqual([])
})

test('an entry nobody used for a month goes when another comes', async () => {
  await keepCached(cache, 'setup-a-1', from, ['a.zkey'])
  const old = new Date(Date.now() - 31 * 24 * 60 * 60 * 1000)
  await utimes(join(cache, 'setup-a-1'), old, old)
  await keepCached(cache, 'setup-a-2', from, ['a.zkey'])
  expect(await readdir(cache)).toEqual(['setup-a-2'])
})

test('the folder follows the environment', () => {
  expect(cacheDirectory({ VERITASK_CACHE: 'off' })).toBeUndefined()
  expect(cacheDirectory({ VERITASK_CACHE: '/c' })).toBe('/c')
  expect(cacheDirectory({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'veritask', 'circuits'))
})
