/** `npm test`: builds what the tests need, runs every suite, and ends with the line `N passed, N failed`. */
import { readArguments } from './lib/args.ts'
import { buildCircuits, buildContracts, buildFrontend, buildSdk } from './lib/build.ts'
import { foundryBinary } from './lib/foundry.ts'
import { fromRoot } from './lib/paths.ts'
import { createProcesses } from './lib/processes.ts'
import { createPrinter } from './lib/progress.ts'
import { ensureChromium, howToGetChromium } from './suites/browser.ts'
import { runCanary } from './suites/canary.ts'
import { type Check, runChecks } from './suites/check.ts'
import { runForge } from './suites/forge.ts'
import { runFormal } from './suites/formal.ts'
import { runMainJob } from './suites/job.ts'
import { type SuiteResult, verdict } from './suites/result.ts'
import { runVitest } from './suites/vitest.ts'

const usage = `npm test -- [--only NAME[,NAME]] [--nightly]

  --only     run these suites alone (see the names below)
  --nightly  many more runs of every fuzz, invariant and mutation test, and every proof of the contracts with its controls

Suites: canary, checks, scripts, contracts, formal, circuits, sdk, indexer, frontend, browser, job`

type Detail = (text: string) => void
type Need = 'contracts' | 'sdk' | 'circuits' | 'frontend'

const processes = createProcesses()
const printer = createPrinter(process.stdout)
const options = readArguments(usage, { only: { type: 'string' }, nightly: { type: 'boolean' } })
const ci = process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false'

// At night every circuit is built from its source, whatever an earlier build has kept.
if (options.nightly === true) process.env.VERITASK_CACHE ??= 'off'

const nightly: Readonly<Record<string, string>> =
  options.nightly === true
    ? {
        VERITASK_NIGHTLY: '1',
        FOUNDRY_FUZZ_RUNS: '10000',
        FOUNDRY_INVARIANT_RUNS: '512',
        FOUNDRY_INVARIANT_DEPTH: '256',
      }
    : {}

const bin = (name: string): string => fromRoot('node_modules', '.bin', name)
const tsc = (project: string): Check => ({
  name: `types of ${project}`,
  command: bin('tsc'),
  args: ['--noEmit', '-p', project],
})
const checks: readonly Check[] = [
  { name: 'biome', command: bin('biome'), args: ['check', '--max-diagnostics=60', '.'] },
  { name: 'forge fmt', command: foundryBinary('forge'), args: ['fmt', '--check', 'contracts', 'script'] },
  { name: 'solhint', command: bin('solhint'), args: ['--max-warnings', '0', 'contracts/src/**/*.sol'] },
  { name: 'generated code', command: bin('tsx'), args: ['script/generate.ts', '--check'] },
  tsc('tsconfig.json'),
  tsc('circuits/tsconfig.json'),
  tsc('sdk/tsconfig.test.json'),
  tsc('indexer/tsconfig.json'),
  tsc('frontend/tsconfig.json'),
]

interface Suite {
  readonly name: string
  readonly needs: readonly Need[]
  readonly run: (detail: Detail) => Promise<SuiteResult>
}

const vitestSuite = (name: string, directory: string, needs: readonly Need[], project?: string): Suite => ({
  name,
  needs,
  run: (onLine) =>
    runVitest(processes, { name, directory, env: nightly, onLine, ...(project === undefined ? {} : { project }) }),
})

async function runBrowser(detail: Detail): Promise<SuiteResult> {
  const name = 'browser'
  const chromium = await ensureChromium(processes, detail)
  if (chromium === undefined) {
    return {
      name,
      passed: 0,
      failed: 0,
      skipped: 0,
      milliseconds: 0,
      failures: ci ? [`no browser: ${howToGetChromium}`] : [],
      notes: [],
      leftOut: `no browser found: ${howToGetChromium}`,
    }
  }
  return runVitest(processes, {
    name,
    directory: 'frontend',
    project: 'browser',
    env: { ...nightly, CHROMIUM_PATH: chromium },
    onLine: detail,
  })
}

const suites: readonly Suite[] = [
  { name: 'canary', needs: [], run: (onLine) => runCanary(processes, onLine) },
  {
    name: 'checks',
    needs: ['contracts', 'sdk'],
    run: (onLine) => runChecks(processes, { name: 'checks', checks, onLine }),
  },
  vitestSuite('scripts', 'script', ['sdk']),
  {
    name: 'contracts',
    needs: ['contracts'],
    run: (onLine) =>
      runForge(processes, { name: 'contracts', env: nightly, reporting: 'contracts/test/market/*', onLine }),
  },
  { name: 'formal', needs: [], run: (onLine) => runFormal(processes, { whole: options.nightly === true, onLine }) },
  vitestSuite('circuits', 'circuits', ['sdk', 'circuits']),
  vitestSuite('sdk', 'sdk', ['contracts', 'sdk', 'circuits']),
  vitestSuite('indexer', 'indexer', ['contracts', 'sdk']),
  vitestSuite('frontend', 'frontend', ['sdk'], 'unit'),
  { name: 'browser', needs: ['contracts', 'sdk', 'circuits', 'frontend'], run: runBrowser },
  {
    name: 'job',
    needs: ['contracts', 'sdk', 'circuits', 'frontend'],
    run: async (onLine) => runMainJob(processes, { chromium: await ensureChromium(processes, onLine), onLine }),
  },
]

const builders: Readonly<Record<Need, { readonly title: string; readonly build: (detail: Detail) => Promise<void> }>> =
  {
    contracts: { title: 'build contracts', build: (detail) => buildContracts(processes, detail) },
    sdk: { title: 'build SDK', build: (detail) => buildSdk(processes, detail) },
    circuits: { title: 'build circuits', build: (detail) => buildCircuits(processes, detail, []) },
    frontend: { title: 'build explorer', build: (detail) => buildFrontend(processes, detail) },
  }

function chosenSuites(): readonly Suite[] {
  if (options.only === undefined) return suites
  const names = options.only.split(',')
  const unknown = names.filter((name) => !suites.some((suite) => suite.name === name))
  if (unknown.length > 0) {
    printer.line(`unknown suite ${unknown.join(', ')}\n${usage}`)
    process.exit(2)
  }
  return suites.filter((suite) => names.includes(suite.name))
}

function broken(name: string, error: unknown): SuiteResult {
  const message = error instanceof Error ? error.message : String(error)
  return { name, passed: 0, failed: 1, skipped: 0, milliseconds: 0, failures: [message], notes: [] }
}

/** One terse line of a runner's output is enough while it runs; everything is in .veritask/logs. */
const quiet =
  (detail: Detail): Detail =>
  (line) => {
    if (process.stdout.isTTY) detail(line)
  }

const chosen = chosenSuites()
const results: SuiteResult[] = []
const built = new Map<Need, boolean>()

for (const suite of chosen) {
  const failedNeeds: Need[] = []
  for (const need of suite.needs) {
    if (!built.has(need)) {
      try {
        await printer.step(builders[need].title, (detail) => builders[need].build(detail))
        built.set(need, true)
      } catch (error) {
        built.set(need, false)
        results.push(broken(builders[need].title, error))
      }
    }
    if (built.get(need) === false) failedNeeds.push(need)
  }
  if (failedNeeds.length > 0) {
    results.push(broken(suite.name, `not run: ${failedNeeds.join(', ')} did not build`))
    continue
  }
  try {
    results.push(await printer.step(suite.name, (detail) => suite.run(quiet(detail))))
  } catch (error) {
    results.push(broken(suite.name, error))
  }
}

printer.line()
for (const result of results) {
  const mark = result.leftOut !== undefined ? '–' : verdict([result], { ci }).green ? '✓' : '✗'
  const skipped = result.skipped === 0 ? '' : `, ${result.skipped} skipped`
  const counts = `${result.passed} passed, ${result.failed} failed${skipped}`
  printer.line(`${mark} ${result.name.padEnd(16)} ${counts.padEnd(34)} ${(result.milliseconds / 1000).toFixed(1)} s`)
  if (result.leftOut !== undefined) printer.line(`    LEFT OUT: ${result.leftOut}`)
  else if (result.passed + result.failed === 0) printer.line('    no test ran: that counts as one failure')
  for (const note of result.notes) printer.line(`    ${note}`)
}
for (const result of results) {
  for (const failure of result.failures) printer.line(`\n✗ ${result.name}: ${failure}`)
}
const { passed, failed, green } = verdict(results, { ci })
printer.line(`\n${passed} passed, ${failed} failed`)
await processes.stopAll()
process.exit(green ? 0 : 1)
