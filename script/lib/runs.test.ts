import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startChain } from './chain.ts'
import { createProcesses } from './processes.ts'
import { latestTimestamp, rpc } from './rpc.ts'
import { openKeptRun } from './runs.ts'

const root = mkdtempSync(join(tmpdir(), 'veritask-kept-'))
const processes = createProcesses()
afterAll(async () => {
  await processes.stopAll()
  rmSync(root, { recursive: true, force: true })
})

test('a kept run is gone on with once its job was over, and starts anew when it was not', () => {
  const directory = join(root, 'run')
  const first = openKeptRun(directory)
  expect(first.resume).toBe(false)
  writeFileSync(first.stateFile, '{}')
  writeFileSync(join(directory, 'deployment.json'), '{}')
  // Stopped in the middle of the job.
  expect(openKeptRun(directory).resume).toBe(false)
  expect(existsSync(first.stateFile)).toBe(false)
  const second = openKeptRun(directory)
  writeFileSync(second.stateFile, '{}')
  writeFileSync(join(directory, 'deployment.json'), '{}')
  second.finish()
  expect(openKeptRun(directory).resume).toBe(true)
})

test('error: a kept run that is being served', () => {
  const directory = join(root, 'served')
  openKeptRun(directory)
  writeFileSync(join(directory, 'pid'), String(process.ppid))
  expect(() => openKeptRun(directory)).toThrow(`served already, by process ${process.ppid}`)
})

test('a kept chain goes on where it ended, at the time of the clock', async () => {
  const state = join(root, 'chain.json')
  const account = `0x${'aa'.repeat(20)}`
  const start = BigInt(Math.floor(Date.now() / 1000)) - 500n
  const chain = await startChain(processes, 0, start, state)
  await rpc(chain.url, 'anvil_setBalance', [account, '0x55'])
  await rpc(chain.url, 'evm_mine')
  await chain.process.stop()
  const again = await startChain(processes, 0, undefined, state)
  expect(await rpc(again.url, 'eth_getBalance', [account, 'latest'])).toBe('0x55')
  await rpc(again.url, 'evm_mine')
  expect(await latestTimestamp(again.url)).toBeGreaterThan(start + 490n)
})
