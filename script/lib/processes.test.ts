import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { fromRoot, root } from './paths.ts'
import { until } from './rpc.ts'

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

// A command that starts a service which has a child of its own, prints both ids, and waits.
const program = `
  import { createProcesses } from ${JSON.stringify(fromRoot('script/lib/processes.ts'))}
  const processes = createProcesses()
  const service = processes.start({
    name: 'test-service',
    command: 'sh',
    args: ['-c', 'sleep 300 & echo $!; wait'],
    onLine: (line) => console.log(service.pid + ' ' + line),
  })
  process.on('message', () => { throw new Error('crash') })
  setInterval(() => {}, 1000)
`

async function launch() {
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  })
  const ended = new Promise<number | null>((done) => parent.once('exit', done))
  const line = await new Promise<string>((done) => createInterface({ input: parent.stdout! }).once('line', done))
  const pids = line.split(' ').map(Number)
  expect(pids.every(alive)).toBe(true)
  return { parent, pids, ended }
}

const allGone = (pids: readonly number[]) =>
  until('the end of every process', async () => (pids.some(alive) ? undefined : true), { timeoutMilliseconds: 15_000 })

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops the service and its children', async (signal) => {
  const { parent, pids, ended } = await launch()
  parent.kill(signal)
  await allGone(pids)
  expect(await ended).not.toBe(0)
})

test('a crash stops the service and its children, and is no success', async () => {
  const { parent, pids, ended } = await launch()
  parent.send('crash')
  await allGone(pids)
  expect(await ended).toBe(1)
})

test('a command killed outright leaves nothing behind', async () => {
  const { parent, pids } = await launch()
  parent.kill('SIGKILL')
  await allGone(pids)
})
