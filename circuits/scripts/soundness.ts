// npm run soundness -- [NAME …]
// The full soundness study of circuits, one table row each: uniqueness at -O1, -O2 against it, and a mutant for every constraint.
import { compareOptimised } from '../soundness/equivalence.ts'
import { built, unoptimised } from '../soundness/harness.ts'
import { OUTCOMES } from '../soundness/mutation.ts'
import { studyMutants, studyUniqueness, witnessesOf } from '../soundness/study.ts'
import { SURVIVORS } from '../soundness/survivors.ts'
import { selectCircuits } from './lib/circuits.ts'

const WITNESSES = 25

const names = selectCircuits(process.argv.slice(2))
const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`)
const columns = [
  'circuit',
  '-O1',
  '-O2',
  'witnesses',
  'targets',
  'second outputs',
  'mutants',
  ...OUTCOMES,
  'score',
  's',
]
row(columns)
row(columns.map((_, i) => (i === 0 ? '---' : '---:')))

const unnoticed = new Map<string, number>()
for (const name of names) {
  const started = Date.now()
  const [plain, optimised] = [await unoptimised(name), await built(name)]
  const { onlyPlain, onlyOptimised, unexpressed, misplaced } = compareOptimised(plain.r1cs, optimised.r1cs)
  if (onlyPlain + onlyOptimised + unexpressed + misplaced.length > 0) fail(`${name}: -O2 is not -O1`)
  const witnesses = await witnessesOf(name, plain, WITNESSES)
  const unique = studyUniqueness(plain.r1cs, witnesses)
  if (unique.faults.length > 0) fail(`${name} leaves open: ${[...new Set(unique.faults)].join(', ')}`)
  const mutation = studyMutants(plain.r1cs, witnesses)
  for (const [kind, count] of mutation.unnoticed) unnoticed.set(kind, (unnoticed.get(kind) ?? 0) + count)
  const { redundant, survived } = mutation.outcomes
  const score = (100 * (mutation.mutants - redundant - survived)) / (mutation.mutants - redundant)
  row([
    name,
    mutation.constraints,
    optimised.r1cs.constraints.length,
    unique.witnesses,
    unique.targets,
    unique.faults.length,
    mutation.mutants,
    ...OUTCOMES.map((outcome) => mutation.outcomes[outcome]),
    `${score.toFixed(2)}%`,
    ((Date.now() - started) / 1000).toFixed(0),
  ])
}

for (const [kind, count] of unnoticed) console.log(`\n${kind}, ${count} times: ${SURVIVORS[kind] ?? 'NOT EXPLAINED'}`)
if ([...unnoticed.keys()].some((kind) => SURVIVORS[kind] === undefined)) fail('a mutant survives without a reason')

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
