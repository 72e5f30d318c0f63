/** `npm run mutation`: changes the contracts' money paths one operator at a time and sees whether the tests notice. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readArguments } from './lib/args.ts'
import { fromRoot, stateDirectory } from './lib/paths.ts'
import { createProcesses } from './lib/processes.ts'
import { createPrinter } from './lib/progress.ts'
import { applied, type Mutant, mutantsOf, shuffled } from './mutation/mutants.ts'
import { targets } from './mutation/targets.ts'
import { type Judged, openWorkshop, type Verdict } from './mutation/workshop.ts'

const usage = `npm run mutation -- [--only FILE[,FILE]] [--sample N] [--seed TEXT] [--minutes N] [--fresh] [--list]

  --only     mutants of these files alone: ${targets.map(({ file }) => file).join(', ')}
  --sample   this many mutants, chosen by the seed; all without it
  --seed     another sample for another text
  --minutes  start no mutant after this time; a later run goes on where this one stopped
  --fresh    forget what earlier runs found
  --list     print the mutants and run none

Ends with 1 when a mutant survives that contracts/MUTATION.md does not name.`

interface Entry extends Judged {
  readonly id: string
  /** Of the mutated file and of the tests: what was found holds for them alone. */
  readonly key: string
}

const options = readArguments(usage, {
  only: { type: 'string' },
  sample: { type: 'string' },
  seed: { type: 'string', default: 'veritask' },
  minutes: { type: 'string' },
  fresh: { type: 'boolean' },
  list: { type: 'boolean' },
})
const processes = createProcesses()
const printer = createPrinter(process.stdout)
const results = join(stateDirectory, 'mutation', 'results.jsonl')
mkdirSync(join(stateDirectory, 'mutation'), { recursive: true })
if (options.fresh === true) rmSync(results, { force: true })

const wanted = options.only?.split(',')
const chosen = targets.filter(({ file }) => wanted?.includes(file) ?? true)
const unknown = wanted?.filter((name) => !targets.some(({ file }) => file === name)) ?? []
const numbers = [options.sample, options.minutes].map((text) =>
  text === undefined ? Number.POSITIVE_INFINITY : Number(text),
)
const [sampleSize = 0, minutes = 0] = numbers
if (unknown.length > 0 || !numbers.every((number) => number > 0)) {
  process.stderr.write(`${unknown.length > 0 ? `unknown file ${unknown.join(', ')}` : 'not a number'}\n${usage}\n`)
  process.exit(2)
}

const workshop = await openWorkshop(processes)
const targetOf = (file: string) => {
  const target = targets.find((candidate) => candidate.file === file)
  if (target === undefined) throw new Error(`no target ${file}`)
  return target
}
const all = chosen.flatMap(({ file, functions }) => mutantsOf(file, workshop.sourceOf(file), functions))
const sample = shuffled(all, options.seed).slice(0, sampleSize)
const show = ({ id, file, line, function: name, operator, from, to }: Mutant): string =>
  `${id} ${file}:${line} ${name}, ${operator}: ${from.replace(/\s+/g, ' ')} → ${to === '{}' ? 'nothing' : to.replace(/\s+/g, ' ')}`
if (options.list === true) {
  for (const mutant of all) printer.line(show(mutant))
  printer.line(`${all.length} mutants`)
  process.exit(0)
}

const keyOf = (file: string): string =>
  createHash('sha256').update(workshop.sourceOf(file)).update(targetOf(file).tests.join()).digest('hex').slice(0, 16)
const known = new Map<string, Entry>()
if (existsSync(results)) {
  for (const line of readFileSync(results, 'utf8').split('\n')) {
    if (line === '') continue
    const entry = JSON.parse(line) as Entry
    known.set(`${entry.id} ${entry.key}`, entry)
  }
}

/** The run itself must be able to find a fatal change and to see through a change that is none. */
async function canary(): Promise<readonly string[]> {
  const target = targetOf('StakeLedger.sol')
  const source = workshop.sourceOf(target.file)
  const line = '_stakes[account][token].locked -= amount;'
  const start = source.indexOf(line)
  if (start < 0) throw new Error(`the canary finds no "${line}" in ${target.file}`)
  const fatal = await workshop.judge(target, applied(source, { start, end: start + line.length, to: '' }))
  const idle = await workshop.judge(target, source.replace(line, line.replace('amount', '(amount)')))
  return [
    ...(fatal.verdict === 'killed' ? [] : [`a fatal mutant is ${fatal.verdict}`]),
    ...(idle.verdict === 'equivalent' ? [] : [`a change of nothing is ${idle.verdict}`]),
  ]
}

const start = performance.now()
const broken = await printer.step('canary', canary)
if (broken.length > 0) {
  for (const problem of broken) printer.line(`✗ canary: ${problem}`)
  await processes.stopAll()
  process.exit(1)
}

const counts: Record<Verdict, number> = { killed: 0, survived: 0, equivalent: 0, invalid: 0 }
const survivors: Mutant[] = []
let left = 0
for (const mutant of sample) {
  const key = keyOf(mutant.file)
  let entry = known.get(`${mutant.id} ${key}`)
  if (entry === undefined) {
    if (performance.now() - start > minutes * 60_000) {
      left += 1
      continue
    }
    entry = await printer.step(show(mutant), async (detail) => {
      const judged = await workshop.judge(targetOf(mutant.file), applied(workshop.sourceOf(mutant.file), mutant))
      detail(`${judged.verdict}${judged.by === undefined ? '' : ` by ${judged.by}`}`)
      return { id: mutant.id, key, ...judged }
    })
    appendFileSync(results, `${JSON.stringify(entry)}\n`)
  }
  counts[entry.verdict] += 1
  if (entry.verdict === 'survived') survivors.push(mutant)
}

const explained = readFileSync(fromRoot('contracts', 'MUTATION.md'), 'utf8')
const unexplained = survivors.filter(({ id }) => !explained.includes(id))
const real = counts.killed + counts.survived
printer.line(`\n${all.length} mutants, ${sample.length} in the sample, ${left} not run for want of time`)
printer.line(`${counts.equivalent} equivalent (same bytecode), ${counts.invalid} do not compile`)
for (const mutant of survivors) {
  printer.line(`${unexplained.includes(mutant) ? '✗ survived' : '– explained'} ${show(mutant)}`)
}
printer.line(
  `score: ${counts.killed} of ${real} killed${real === 0 ? '' : `, ${((100 * counts.killed) / real).toFixed(1)} %`}`,
)
await processes.stopAll()
process.exit(real > 0 && unexplained.length === 0 ? 0 : 1)
