import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cached, hashInputs } from './cache.ts'
import { fromRoot, stampDirectory } from './paths.ts'

const folder = `.veritask/test-cache-${process.pid}`
const step = { name: `test-${process.pid}`, inputs: [`${folder}/in`], outputs: [`${folder}/made`] }
let runs = 0
const work = async () => {
  runs += 1
  writeFileSync(fromRoot(folder, 'made'), 'x')
}

beforeEach(() => {
  runs = 0
  mkdirSync(fromRoot(folder, 'in', 'deep'), { recursive: true })
  writeFileSync(fromRoot(folder, 'in', 'deep', 'a'), 'one')
})
afterEach(() => {
  rmSync(fromRoot(folder), { recursive: true })
  rmSync(join(stampDirectory, step.name), { force: true })
})

test('default: the same inputs run the work once', async () => {
  expect(await cached(step, work)).toBe(true)
  expect(await cached(step, work)).toBe(false)
  expect(runs).toBe(1)
})

test('changed content, a renamed file or a lost output runs it again', async () => {
  await cached(step, work)
  writeFileSync(fromRoot(folder, 'in', 'deep', 'a'), 'two')
  expect(await cached(step, work)).toBe(true)
  const before = hashInputs(step.inputs)
  writeFileSync(fromRoot(folder, 'in', 'b'), 'two')
  rmSync(fromRoot(folder, 'in', 'deep', 'a'))
  expect(hashInputs(step.inputs)).not.toBe(before)
  expect(await cached(step, work)).toBe(true)
  rmSync(fromRoot(folder, 'made'))
  expect(await cached(step, work)).toBe(true)
})

test('work that fails, or writes no output, is not remembered', async () => {
  await expect(cached(step, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(cached(step, async () => {})).rejects.toThrow('did not write')
  expect(await cached(step, work)).toBe(true)
})
