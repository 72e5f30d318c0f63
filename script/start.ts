/**
 * `npm start`: builds, starts a local chain, deploys, starts the indexer and the explorer, runs the main job and keeps
 * serving until Ctrl-C. `--scenario` picks stories, `--once` exits after the job, `--keep` keeps the chain for the next time, `--json`
 * prints the result alone on stdout.
 */
import { join } from 'node:path'
import { chooseScenarios, circuitsOf, scenarioNames } from './job/catalogue.ts'
import { readArguments } from './lib/args.ts'
import { buildCircuits, buildContracts, buildFrontend, buildSdk } from './lib/build.ts'
import { logDirectory, root } from './lib/paths.ts'
import { createProcesses } from './lib/processes.ts'
import { createPrinter } from './lib/progress.ts'
import { createRunDirectory, openKeptRun } from './lib/runs.ts'

const usage = `npm start -- [--scenario NAME[,NAME]] [--once] [--keep] [--json]

  --scenario  run these stories alone instead of all:
              ${scenarioNames.join(', ')}
  --once      run the main job, then stop everything and exit; not 0 when anything failed
  --keep      keep the chain, its contents and secrets in .veritask/kept: the next \`npm start -- --keep\` goes on with
              them instead of running the job; remove that folder to start anew. Without it Ctrl-C ends the chain for good
  --json      print the result as JSON on stdout (progress goes to stderr)`

/** Taken when free; otherwise others are. */
const preferredPorts = { chain: 8545, indexer: 42069, explorer: 4173 } as const

const options = readArguments(usage, {
  scenario: { type: 'string' },
  once: { type: 'boolean' },
  keep: { type: 'boolean' },
  json: { type: 'boolean' },
})
const chosen = chosenScenarios()
const processes = createProcesses()
const printer = createPrinter(process.stderr)
const out = (line = ''): void => void process.stdout.write(`${line}\n`)

function chosenScenarios(): ReturnType<typeof chooseScenarios> {
  try {
    return chooseScenarios(options.scenario)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`)
    process.exit(2)
  }
}

/** What somebody who sees this for the first time does next. */
const howToGoOn = [
  'In another terminal, from this folder or any below it, with no flag:',
  '  npx veritask task list',
  '  npx veritask account new alice && npx veritask account fund alice   # coins: on this chain anybody may give them',
  '  npx veritask chain advance 1h                                       # past a deadline',
  `The first accounts of Anvil's public mnemonic ("test test … junk") hold 10,000 coins each.`,
]

async function build(): Promise<void> {
  await printer.step('contracts', (detail) => buildContracts(processes, detail))
  await printer.step('circuits', (detail) => buildCircuits(processes, detail, circuitsOf(chosen)))
  await printer.step('SDK', (detail) => buildSdk(processes, detail))
  await printer.step('explorer', (detail) => buildFrontend(processes, detail))
}

async function run(): Promise<boolean> {
  const started = performance.now()
  await build()
  const builtIn = performance.now() - started
  // Only now: these import the SDK that was just built.
  const { startSystem } = await import('./lib/system.ts')
  const { createChecks } = await import('./job/checks.ts')
  const { createJob } = await import('./job/context.ts')
  const { caughtUp, checkExplorer, checkIndexed } = await import('./job/indexed.ts')
  const { describeChecks, describeTask } = await import('./job/report.ts')
  const { jobSeconds, runJob } = await import('./job/run.ts')
  const { scenarios } = await import('./job/scenarios.ts')
  const stories = chosen.map((name) => scenarios[name])

  const kept = options.keep === true ? openKeptRun() : undefined
  if (kept) processes.onStop(kept.release)
  const directory = kept?.directory ?? createRunDirectory()
  const system = await startSystem(processes, printer, {
    directory,
    // The job moves the clock forward: starting it in the past, it ends about now.
    timestamp: BigInt(Math.floor(Date.now() / 1000)) - jobSeconds(stories),
    ports: preferredPorts,
    ...(kept ? { stateFile: kept.stateFile, resume: kept.resume } : {}),
  })
  const checks = createChecks(({ name, detail }) =>
    printer.line(`    ✗ ${name}${detail === undefined ? '' : `: ${detail}`}`),
  )
  const job = createJob({ ...system, checks, secretsDirectory: join(directory, 'secrets') })
  const tasks = kept?.resume ? [] : await runJob(job, printer, stories)
  await printer.step('compare the index with the chain', async () => {
    await caughtUp(job, system.indexerUrl)
    for (const task of tasks) await checkIndexed(job, system.indexerUrl, task)
    await checkExplorer(job, system.explorerUrl)
  })
  kept?.finish()

  const ok = checks.results.every(({ passed }) => passed)
  const addresses = {
    explorer: system.explorerUrl,
    tasks: tasks.map(({ taskId }) => `${system.explorerUrl}/tasks/${taskId}`),
    api: `${system.indexerUrl}/v1/tasks`,
    graphql: `${system.indexerUrl}/graphql`,
    rpc: system.rpcUrl,
    deployment: system.deploymentFile,
    store: system.storeDirectory,
  }
  // With --once all of it is stopped before anybody could follow a link.
  const serving = options.once !== true
  if (options.json === true) {
    const seconds = { build: builtIn / 1000, total: (performance.now() - started) / 1000 }
    const result = {
      ok,
      chainId: system.deployment.chainId,
      ...(serving ? { addresses } : {}),
      tasks,
      checks: checks.results,
      seconds,
    }
    out(JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2))
    return ok
  }
  for (const task of tasks) {
    out()
    for (const line of describeTask(task)) out(line)
  }
  out()
  for (const line of describeChecks(checks.results)) out(line)
  if (!serving) return ok
  out()
  out(`explorer    ${addresses.explorer}`)
  for (const task of addresses.tasks) out(`task        ${task}`)
  out(`REST        ${addresses.api}`)
  out(`GraphQL     ${addresses.graphql}`)
  out(`chain       ${addresses.rpc}`)
  out(`deployment  ${addresses.deployment}`)
  out(`contents    ${addresses.store}`)
  out()
  for (const line of howToGoOn) out(line)
  return ok
}

let exitCode = 1
try {
  exitCode = (await run()) ? 0 : 1
  if (options.once !== true) {
    const ends =
      options.keep === true ? 'which keeps the chain for the next --keep' : 'which ends the chain; --keep keeps it'
    printer.line(`\nServing until Ctrl-C, ${ends}${exitCode === 0 ? '' : ' (something failed, see above)'}.`)
    await new Promise(() => setInterval(() => {}, 1 << 30))
  }
} catch (error) {
  printer.line(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  if (options.json === true)
    out(JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) }))
  printer.line(`Logs: ${logDirectory.slice(root.length + 1)}`)
}
await processes.stopAll()
process.exit(exitCode)
