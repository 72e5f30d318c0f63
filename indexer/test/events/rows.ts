import { type Hex, zeroAddress } from 'viem'
import { expect } from 'vitest'
import { startAnvil, testClient } from '../support/anvil.js'
import { type Row, readTables, type Tables } from '../support/database.js'
import { indexedUpTo, launch, workspace } from '../support/indexer.js'
import { deployProtocol, type Protocol, people, type Step } from '../support/protocol.js'
import { runScenario } from '../support/scenario.js'

// One run of what the contracts emit, for the tests in this folder to compare with what was sent and where it landed.

export let protocol: Protocol
export let scenario: Awaited<ReturnType<typeof runScenario>>
export let tables: Tables
let stopAnvil: () => Promise<void>
const space = workspace()

export async function prepare(): Promise<void> {
  scenario = await indexRun(runScenario)
}

/** Runs it on a chain of its own, has it indexed, asks the API what the test wants to know, and reads all tables. */
export async function indexRun<run>(
  start: (protocol: Protocol) => Promise<run>,
  ask: (url: string, run: run) => Promise<void> = async () => {},
): Promise<run> {
  const anvil = await startAnvil()
  stopAnvil = anvil.stop
  protocol = await deployProtocol(testClient(anvil.rpcUrl))
  const result = await start(protocol)
  const directory = space.directory('events')
  const indexer = await launch({
    deployment: space.deploymentFile(protocol.deployment),
    rpcUrl: anvil.rpcUrl,
    directory,
  })
  try {
    await indexedUpTo(indexer, await protocol.client.getBlockNumber())
    await ask(indexer.url, result)
  } finally {
    await indexer.stop()
  }
  tables = await readTables(directory)
  return result
}

export async function cleanUp(): Promise<void> {
  await stopAnvil()
  space.remove()
}

export const native = zeroAddress
export const [alice, bob, carol] = people.workers.map((worker) => worker.address.toLowerCase()) as [Hex, Hex, Hex]
export const requester = people.requester.address.toLowerCase()
export const heir = people.heir.address.toLowerCase()

export function rowOf(table: string, key: Row): Row {
  const matches = (row: Row) => Object.entries(key).every(([name, value]) => row[name] === value)
  const rows = (tables[table] ?? []).filter(matches)
  expect(rows).toHaveLength(1)
  return rows[0] as Row
}

export const text = (value: bigint): string => value.toString()
export const time = (step: Step): string => step.timestamp.toString()
/** The two columns that say when and where a step happened. */
export const when = (name: string, step: Step | null): Row => ({
  [`${name}_at`]: step ? time(step) : null,
  [`${name}_transaction`]: step ? step.hash : null,
})

export function eventId(
  { timestamp, blockNumber, transactionIndex }: { timestamp: bigint; blockNumber: bigint; transactionIndex: number },
  logIndex: number,
): string {
  const digits = (value: bigint | number, length: number) => value.toString().padStart(length, '0')
  const place = `${digits(timestamp, 10)}${digits(31337, 16)}${digits(blockNumber, 16)}`
  return `${place}${digits(transactionIndex, 16)}5${digits(logIndex, 16)}`
}

export function eventOf(step: Step, name: string, nth = 0): string {
  return eventId({ ...step.receipt, timestamp: step.timestamp }, step.logIndexOf(name, nth))
}

/** The columns of an append-only row that say where its event stands. */
export const place = (step: Step, name: string, nth = 0): Row => ({
  block_number: text(step.blockNumber),
  timestamp: time(step),
  transaction_hash: step.hash,
  log_index: step.logIndexOf(name, nth),
})
