import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { writeCurrent } from '../current.js'
import { startChain, type TestChain } from '../testing/chain.js'
import { runCli } from '../testing/cli.js'
import { root as repository } from '../testing/foundry.js'

// Every command is a process of its own, and two of them wait for each other.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 })

let chain: TestChain
let home: string
let commands: readonly string[]

beforeAll(async () => {
  chain = await startChain()
  home = await mkdtemp(join(tmpdir(), 'veritask-own-'))
  const run = join(home, '.veritask', 'runs', '1')
  await mkdir(run, { recursive: true })
  const deployment = join(run, 'deployment.json')
  await writeFile(deployment, JSON.stringify(chain.deployment))
  const artifacts = join(repository, 'circuits', 'build')
  writeCurrent(home, { deployment, store: join(run, 'content'), rpcUrl: chain.url, artifacts })
  await cp(join(repository, 'sdk', 'examples'), join(home, 'sdk', 'examples'), { recursive: true })
  const text = await readFile(join(repository, 'sdk', 'YOUR-OWN-DATA.md'), 'utf8')
  commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
})
afterAll(async () => {
  await chain?.stop()
  if (home) await rm(home, { recursive: true, force: true })
})

const env = () => ({ HOME: home, VERITASK_PASSPHRASE: 'correct horse' })
/** A command of the document, as it stands there. */
const run = (line: string, task = '') =>
  runCli(line.replace('npx veritask ', '').replace('0x…', task).split(' '), { cwd: home, env: env() })

test('the document takes eight commands at most, and does what it says: from a table of reviews to labels with names', async () => {
  expect(commands.length).toBeLessThanOrEqual(8)
  const [, , accounts, create, request, work] = commands as [string, string, string, string, string, string]
  expect(commands.slice(0, 2)).toEqual([
    expect.stringMatching(/^git clone /),
    expect.stringMatching(/^npm ci && npm start/),
  ])

  expect(await run(accounts)).toMatchObject({ code: 0, stdout: expect.stringContaining('10 ETH') })
  const created = await run(create)
  expect(created).toMatchObject({ code: 0, stderr: expect.stringContaining('40 records') })
  expect(created.stderr).toMatch(/classes +0 negative, 1 neutral, 2 positive/)
  const task = /task +(0x[0-9a-f]{64})/.exec(created.stdout)?.[1] ?? ''

  const requester = run(request, task)
  // What people do by hand between two runs where nobody sits at a terminal.
  expect(await run(work, task)).toMatchObject({ code: 0, stdout: expect.stringContaining('Fill in work/labels.csv') })
  const sheet = join(home, 'work', 'labels.csv')
  const lines = (await readFile(sheet, 'utf8')).trim().split(/\r?\n/)
  const reviews = (await readFile(join(home, 'sdk/examples/reviews/reviews.csv'), 'utf8')).trim().split('\n').slice(1)
  const answer = (item: number) => ['positive', 'negative', 'neutral'][item % 3]!
  const known: Record<number, string> = {
    0: 'positive',
    1: 'negative',
    2: 'neutral',
    3: 'positive',
    7: 'negative',
    11: 'neutral',
  }
  expect(lines).toHaveLength(reviews.length + 1)
  const filled = lines.map((line) =>
    line.replace(/^(\d+),/, (_, item) => `${item},${known[Number(item)] ?? answer(Number(item))}`),
  )
  await writeFile(sheet, `${filled.join('\n')}\n`)

  const paid = await run(work, task)
  expect(paid).toMatchObject({ code: 0, stdout: expect.stringMatching(/outcome +paid/) })
  expect(paid.stderr).toContain('0.01 ETH paid out')
  const ended = await requester
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/written +labels\.csv/) })
  const written = (await readFile(join(home, 'labels.csv'), 'utf8')).trim().split(/\r?\n/)
  expect(written).toHaveLength(reviews.length + 1)
  expect(written[0]).toBe('item,record,file,slot,worker,task,label')
  expect(written[1]).toMatch(/^0,0,reviews-0\.json,0,0x[0-9a-fA-F]{40},0x[0-9a-f]{64},positive$/)

  // Run again, either finds that all is done; the same table is no second dataset, and the same file no second task.
  expect(await run(work, task)).toMatchObject({ code: 0, stdout: expect.stringMatching(/outcome +paid/) })
  expect(await run(create)).toMatchObject({ code: 0, stdout: expect.stringContaining(task) })
  const datasets = await chain.requester.getTask({ taskId: task as `0x${string}` })
  expect(datasets.phase).toBe('completed')
})

test('verify checks all that is behind the task, or behind one receipt, and a file that was changed is found out', async () => {
  const cli = (...args: string[]) => runCli(['verify', ...args], { cwd: home, env: env() })
  const [task] = await chain.requester.listTasks()
  const { taskId } = task!
  const report = await cli(taskId)
  expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('none failed') })
  expect(report.stdout).toMatch(/✓ +slot 0 +score +at least 6 of 8 gold answers/)
  expect(report.stdout).toMatch(/Not proven:\n[\s\S]*That a label is true/)
  const { stdout } = await cli(taskId, '--json')
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, task: { taskId, rewardPaid: '10000000000000000' } })

  const issued = (await chain.requester.getTaskEvents({ taskId })).find(
    ({ eventName }) => eventName === 'ReceiptIssued',
  )
  const { receiptId } = issued!.args as { receiptId: `0x${string}` }
  expect(await cli(receiptId, '--out', 'receipt.json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('written'),
  })
  const kept = JSON.parse(await readFile(join(home, 'receipt.json'), 'utf8'))
  expect(await cli('receipt.json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('The file says what the chain has'),
  })
  await writeFile(
    join(home, 'changed.json'),
    JSON.stringify({ ...kept, publicSignals: [...kept.publicSignals.slice(1), '1'] }),
  )
  const changed = await cli('changed.json')
  expect(changed).toMatchObject({ code: 1, stdout: expect.stringMatching(/FAILED: file/) })
  expect(changed.stdout).toContain('something else than the chain: publicSignals')

  for (const [given, code, message] of [
    ['0x12', 2, /0x and 64 hex digits/],
    [`0x${'12'.repeat(32)}`, 1, /error: .*receipt/i],
    ['none.json', 1, /none\.json/],
    ['deployment.json', 1, /receiptId|there is no/],
  ] as const) {
    const refused = await cli(given)
    expect({ given, code: refused.code }).toEqual({ given, code })
    expect(refused.stderr).toMatch(message)
  }
})

test('a requester who stops in the middle and comes back goes on where it was', async () => {
  const [, , , create, request, work] = commands as [string, string, string, string, string, string]
  const created = await run(`${create} --new`)
  const task = /task +(0x[0-9a-f]{64})/.exec(created.stdout)?.[1] ?? ''
  const other = work.replace('--out work', '--out other')
  const stopped = spawnRun(request, task)
  const sheet = await run(other, task)
  expect(sheet).toMatchObject({ code: 0, stdout: expect.stringContaining('Fill in other/labels.csv') })
  stopped.kill('SIGKILL')
  const lines = (await readFile(join(home, 'other', 'labels.csv'), 'utf8')).trim().split(/\r?\n/)
  const all = lines.map((line) =>
    line.replace(/^(\d+),/, (_, item) => `${item},${Number(item) % 3 === 1 ? 'negative' : 'positive'}`),
  )
  // Agrees with too few of the gold: it cannot be proven, and that is said.
  await writeFile(
    join(home, 'other', 'labels.csv'),
    `${all.join('\n').replace(/^([0-9]+),positive/gm, '$1,neutral')}\n`,
  )
  const again = spawnRun(request.replace('labels.csv', 'again.csv'), task)
  const refused = await run(other, task)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(/error: .*(agree|gold)/i)
  expect(refused.stderr).toContain('opens the gold')
  again.kill('SIGKILL')
})

function spawnRun(line: string, task: string) {
  const args = line.replace('npx veritask ', '').replace('0x…', task).split(' ')
  const main = join(repository, 'sdk', 'src', 'cli', 'main.ts')
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), main, ...args], {
    cwd: home,
    env: { PATH: process.env.PATH, ...env() },
    stdio: 'ignore',
  })
}
