/** `npm run bench`: proves and pays real tasks on a local chain and prints what it took. `--json` prints JSON. */
import { join } from 'node:path'
import { circuitsOf, scenarioNames } from './job/catalogue.ts'
import { readArguments } from './lib/args.ts'
import { buildCircuits, buildContracts, buildSdk } from './lib/build.ts'
import { createProcesses } from './lib/processes.ts'
import { createPrinter } from './lib/progress.ts'
import { createRunDirectory } from './lib/runs.ts'

const usage = `npm run bench -- [--json] [--repeat N]

  --json    print JSON in place of the tables
  --repeat  proofs per circuit, the first cold, the others warm (default 6)`

const defaultRepeat = 6
const statements = ['open-gold', 'legality', 'score'] as const
const capacities = [64, 256, 512] as const

const options = readArguments(usage, { json: { type: 'boolean' }, repeat: { type: 'string' } })
const repeat = Number(options.repeat ?? defaultRepeat)
if (!Number.isInteger(repeat) || repeat < 2) {
  process.stderr.write(`--repeat must be a whole number of at least 2\n${usage}\n`)
  process.exit(2)
}

const processes = createProcesses()
const printer = createPrinter(process.stderr)

async function run(): Promise<void> {
  await printer.step('contracts', (detail) => buildContracts(processes, detail))
  await printer.step('circuits', (detail) =>
    buildCircuits(processes, detail, [
      ...statements.flatMap((statement) => capacities.map((capacity) => `${statement}-scalar-${capacity}`)),
      ...['tally-256', 'decide-256', 'agree-256'],
      ...circuitsOf(scenarioNames),
    ]),
  )
  await printer.step('SDK', (detail) => buildSdk(processes, detail))
  const { createNodeProver, createFileContentStore, fileArtifactLoader } = await import('@veritask/sdk/node')
  const { callsOf } = await import('./bench/calls.ts')
  const { measureConsensus } = await import('./bench/consensus.ts')
  const { measure } = await import('./bench/measure.ts')
  const { printTables, resultOf } = await import('./bench/tables.ts')
  const { measureVerification } = await import('./bench/verification.ts')
  const { createChecks } = await import('./job/checks.ts')
  const { createJob } = await import('./job/context.ts')
  const { trainLabellers } = await import('./job/labellers.ts')
  const { activateKeys, jobSeconds, runJob } = await import('./job/run.ts')
  const { scenarios } = await import('./job/scenarios.ts')
  const { deploy, startChain } = await import('./lib/chain.ts')
  const { fromRoot } = await import('./lib/paths.ts')

  const directory = createRunDirectory()
  const prover = createNodeProver({ artifacts: fileArtifactLoader({ directory: fromRoot('circuits', 'build') }) })
  processes.onStop(() => prover.close())
  const startJob = async (name: string, timestamp?: bigint) => {
    const home = join(directory, name)
    const chain = await printer.step('start a local chain', () => startChain(processes, 0, timestamp))
    const deployment = await printer.step('deploy the contracts', (detail) => deploy(processes, chain, home, detail))
    return createJob({
      rpcUrl: chain.url,
      deployment,
      store: createFileContentStore(join(home, 'content')),
      prover,
      secretsDirectory: join(home, 'secrets'),
      checks: createChecks(() => {}),
    })
  }
  const job = await startJob('measured')
  await printer.step('activate verifier keys', () => activateKeys(job))
  const { careful } = await printer.step('train a labeller', async () => trainLabellers(1))

  const shapes = [
    { labels: 64, gold: 16, capacity: 64 },
    { labels: 256, gold: 16, capacity: 256 },
    { labels: 512, gold: 16, capacity: 512 },
    // The shape of job for which Dragoon publishes its cost.
    { labels: 106, gold: 6, capacity: 256 },
  ] as const
  const measured = []
  for (const shape of shapes) {
    measured.push(
      await printer.step(`${shape.labels} labels, ${shape.gold} gold`, (detail) =>
        measure(processes, job, directory, careful, shape, repeat, detail),
      ),
    )
  }
  const verification = await printer.step('verification, alone and in batches', (detail) =>
    measureVerification(job, directory, detail),
  )
  const consensus = await printer.step('39 workers, 108 images by consensus', (detail) => measureConsensus(job, detail))

  const stories = scenarioNames.map((name) => scenarios[name])
  const told = await startJob('stories', BigInt(Math.floor(Date.now() / 1000)) - jobSeconds(stories))
  await runJob(told, printer, stories)
  const calls = await printer.step('gas of the calls in the stories', () => callsOf(told))

  const result = resultOf(measured, verification, consensus, calls)
  if (options.json === true) {
    const text = JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? Number(value) : value), 2)
    process.stdout.write(`${text}\n`)
  } else printTables(result, (line) => process.stdout.write(`${line}\n`))
}

let exitCode = 0
try {
  await run()
} catch (error) {
  exitCode = 1
  printer.line(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
await processes.stopAll()
process.exit(exitCode)
