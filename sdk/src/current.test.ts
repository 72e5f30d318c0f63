import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentFile, findCurrent, removeCurrent, writeCurrent } from './current.js'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'veritask-current-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const current = () => ({
  deployment: join(root, '.veritask', 'runs', '1', 'deployment.json'),
  store: join(root, '.veritask', 'runs', '1', 'content'),
  rpcUrl: 'http://127.0.0.1:8545',
  artifacts: join(root, 'circuits', 'build'),
})

test('default: found from the folder and from any below it, with absolute paths', async () => {
  expect(currentFile(root)).toBeUndefined()
  writeCurrent(root, current())
  const below = join(root, 'a', 'b')
  await mkdir(below, { recursive: true })
  expect(findCurrent(root)).toEqual(current())
  expect(findCurrent(below)).toEqual(current())
  // The folder may be moved.
  expect(await readFile(join(root, '.veritask', 'current'), 'utf8')).not.toContain(root)
})

test('removed by the run that wrote it and by no other', () => {
  writeCurrent(root, current())
  removeCurrent(root, join(root, 'other', 'deployment.json'))
  expect(findCurrent(root)).toBeDefined()
  removeCurrent(root, current().deployment)
  expect(currentFile(root)).toBeUndefined()
})

test.each(['https://rpc.example.org', 'http://127.0.0.1.example.org', 'http://localhost@example.org', 'example.org'])(
  'error: a folder that names the node %s',
  (rpcUrl) => {
    writeCurrent(root, { ...current(), rpcUrl })
    expect(() => findCurrent(root)).toThrow('is not on this machine')
  },
)

test.each(['http://localhost:8545', 'http://[::1]:8545'])('default: %s is on this machine', (rpcUrl) => {
  writeCurrent(root, { ...current(), rpcUrl })
  expect(findCurrent(root)?.rpcUrl).toBe(rpcUrl)
})

test('error: a file that says something else is named', async () => {
  await mkdir(join(root, '.veritask'))
  await writeFile(join(root, '.veritask', 'current'), '{"version":1,"deployment":"x"}')
  expect(() => findCurrent(root)).toThrow('"store" must be a text')
  await writeFile(join(root, '.veritask', 'current'), 'runs/1')
  expect(() => findCurrent(root)).toThrow('it is not JSON')
})
