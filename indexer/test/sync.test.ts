import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Indexer } from '../run.js'
import { startAnvil, testClient } from './support/anvil.js'
import { readTables, stateHash, type Tables, unlock } from './support/database.js'
import { indexedUpTo, launch, workspace } from './support/indexer.js'
import { deployProtocol, type Protocol, people } from './support/protocol.js'
import { startFlakyProxy } from './support/proxy.js'
import {
  createOpenGold,
  join,
  registerDatasets,
  registerModels,
  runHiddenGold,
  runOpenGold,
  setUp,
} from './support/scenario.js'

// Whatever happens on the way, the rows must be those of an indexer that was started once on the final chain.

const space = workspace()
let protocol: Protocol
let rpcUrl: string
let stopAnvil: () => Promise<void>
let deployment: string
let keys: { agreement: Hex; legality: Hex }
let datasetVersionId: Hex
let tasks = 0

beforeAll(async () => {
  const anvil = await startAnvil()
  stopAnvil = anvil.stop
  rpcUrl = anvil.rpcUrl
  protocol = await deployProtocol(testClient(rpcUrl))
  deployment = space.deploymentFile(protocol.deployment)
  const { keys: all } = await setUp(protocol)
  const datasets = await registerDatasets(protocol)
  await registerModels(protocol, all, datasets)
  await runOpenGold(protocol, all, datasets)
  await runHiddenGold(protocol, all, datasets)
  keys = { agreement: all.agreement.keyId, legality: all.legality.keyId }
  datasetVersionId = datasets.versionId
  await liveThroughIt()
}, 300_000)
afterAll(async () => {
  await stopAnvil()
  space.remove()
})

/** Every answer takes this long, so that the history is still being read when the indexer is killed. */
const SLOW_PROVIDER_MS = 400

const head = () => protocol.client.getBlockNumber()

/** Three more blocks with events of several tables. */
async function work(label: string): Promise<Hex> {
  tasks += 1
  const name = `${label} ${tasks}`
  const { taskId } = await createOpenGold(protocol, { name, slots: 2, datasetVersionId }, keys)
  const [worker] = people.workers
  if (!worker) throw new Error('no worker')
  await join(protocol, taskId, worker, worker.address, tasks)
  await protocol.send(people.requester, 'taskRegistry', 'wrapContentKeys', [taskId, [0], ['0xcc']])
  return taskId
}

async function indexed(indexer: Indexer): Promise<void> {
  await indexedUpTo(indexer, await head(), 90_000)
}

const orphaned: Hex[] = []

/** Replaces the last blocks by another branch, longer or shorter than the old one. */
async function reorganise(watchers: readonly Indexer[], rounds: { old: number; kept: number }): Promise<void> {
  const snapshot = await protocol.client.snapshot()
  const forkedAt = await head()
  for (let round = 0; round < rounds.old; round += 1) orphaned.push(await work('orphaned'))
  await Promise.all(watchers.map(indexed))
  await protocol.client.revert({ id: snapshot })
  expect(await head()).toBe(forkedAt)
  for (let round = 0; round < rounds.kept; round += 1) await work('kept')
}

const directories = {
  killed: space.directory('killed'),
  steady: space.directory('steady'),
  unlucky: space.directory('unlucky'),
  clean: space.directory('clean'),
}

/** Starts one that will be killed while it reads history; the next start then waits for its lock to expire. */
async function killInHistory(): Promise<Indexer> {
  const provider = await startFlakyProxy(rpcUrl, { failureRate: 0, seed: 1, delay: SLOW_PROVIDER_MS })
  const first = await launch({ deployment, rpcUrl: provider.rpcUrl, directory: directories.killed })
  await pause(500)
  const { data } = (await (await fetch(`${first.url}/v1/status`)).json()) as { data: { ready: boolean } }
  await first.stop('SIGKILL')
  await provider.stop()
  // Else it was killed after the history, which shows nothing.
  expect(data.ready).toBe(false)
  expect(first.process.signalCode).toBe('SIGKILL')
  return launch({ deployment, rpcUrl, directory: directories.killed })
}

async function killWhileWorking(indexer: Indexer): Promise<Indexer> {
  await indexed(indexer)
  const working = work('killed').then(() => work('killed'))
  await pause(Math.random() * 400)
  await indexer.stop('SIGKILL')
  await working
  await unlock(directories.killed)
  return launch({ deployment, rpcUrl, directory: directories.killed })
}

let failures: Record<string, number>
let orphansServed: number[]
const tables: Partial<Record<keyof typeof directories, Tables>> = {}

/** Three indexers live through the same history: one is killed, one only sees reorganisations, one has a bad provider. */
async function liveThroughIt(): Promise<void> {
  const proxy = await startFlakyProxy(rpcUrl, { failureRate: 0.2, seed: 7 })
  proxy.heal()
  const restarting = killInHistory()
  const steady = await launch({ deployment, rpcUrl, directory: directories.steady })
  const unlucky = await launch({ deployment, rpcUrl: proxy.rpcUrl, directory: directories.unlucky })
  await Promise.all([indexed(steady), indexed(unlucky)])
  proxy.break()
  await reorganise([steady], { old: 2, kept: 4 })
  const restarted = await restarting
  const killed = await killWhileWorking(restarted)
  await Promise.all([indexed(steady), indexed(killed)])
  proxy.heal()
  await indexed(unlucky)
  await reorganise([steady, killed], { old: 3, kept: 1 })
  // A branch no longer than the old one counts once its blocks differ; a few more settle it for everybody.
  await pause(1000)
  await protocol.client.mine({ blocks: 12 })
  const clean = await launch({ deployment, rpcUrl, directory: directories.clean })
  const all = [killed, steady, unlucky, clean]
  await Promise.all(all.map(indexed))
  orphansServed = await Promise.all(
    orphaned.map(async (taskId) => (await fetch(`${steady.url}/v1/tasks/${taskId}`)).status),
  )
  await Promise.all(all.map((indexer) => indexer.stop()))
  await proxy.stop()
  failures = proxy.failures
  for (const name of Object.keys(directories) as (keyof typeof directories)[]) {
    tables[name] = await readTables(directories[name])
  }
}

test('the clean index holds what happened', () => {
  expect(tables.clean?.task?.map((row) => row.title)).toContain('open gold')
  expect(tables.clean?.task?.some((row) => String(row.title).startsWith('kept'))).toBe(true)
  expect(tables.clean?.task?.some((row) => String(row.title).startsWith('orphaned'))).toBe(false)
})

test('killed at random points and restarted', () => expectClean('killed'))

test('reorganised to a longer and to a shorter branch', () => {
  expectClean('steady')
  expect(orphansServed).toEqual([404, 404, 404, 404, 404])
})

test('provider that fails a fifth of the time', () => {
  expectClean('unlucky')
  expect(Math.min(...Object.values(failures))).toBeGreaterThan(0)
})

function expectClean(name: 'killed' | 'steady' | 'unlucky'): void {
  const [got, clean] = [tables[name], tables.clean]
  if (!got || !clean) throw new Error(`${name} was not read`)
  expect(got).toEqual(clean)
  expect(stateHash(got)).toBe(stateHash(clean))
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
