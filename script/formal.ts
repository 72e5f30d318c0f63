/** `npm run formal`: proves the arithmetic of escrow, payments and stakes for every amount. */

import { proofs } from './formal/proofs.ts'
import { prove, type Target } from './formal/prove.ts'
import { createSolver } from './formal/solver.ts'
import { readArguments } from './lib/args.ts'
import { createPrinter } from './lib/progress.ts'

const usage = `npm run formal -- [--only NAME[,NAME]] [--no-controls] [--json]

  --only         these proofs alone: ${proofs.map(({ contract }) => contract).join(', ')}
  --no-controls  do not show that each proof is refuted when the code it is about is wrong
  --json         print the result as one line of JSON`

const options = readArguments(usage, {
  only: { type: 'string' },
  'no-controls': { type: 'boolean' },
  json: { type: 'boolean' },
})
const printer = createPrinter(options.json === true ? process.stderr : process.stdout)

const wanted = options.only?.split(',')
const unknown = wanted?.filter((name) => !proofs.some(({ contract }) => contract === name)) ?? []
if (unknown.length > 0) {
  process.stderr.write(`unknown proof ${unknown.join(', ')}\n${usage}\n`)
  process.exit(2)
}

const show = ({ verdict, what, file, line, code }: Target): string =>
  `${verdict}: ${what} at ${file}:${line}: ${code.replace(/\s+/g, ' ')}`

const solver = await printer.step('start the solver', createSolver)
const rows: {
  readonly contract: string
  readonly proven: number
  readonly unproven: number
  readonly controls: number
}[] = []
const failures: string[] = []

for (const proof of proofs.filter(({ contract }) => wanted?.includes(contract) ?? true)) {
  await printer.step(proof.contract, async (detail) => {
    const targets = await prove(solver, proof)
    const open = targets.filter(({ verdict }) => verdict !== 'proven')
    failures.push(...open.map((target) => `${proof.contract}: ${show(target)}`))
    if (targets.length === 0) failures.push(`${proof.contract}: nothing was looked at`)
    let controls = 0
    for (const control of options['no-controls'] === true ? [] : proof.controls) {
      detail(`control: ${control.from}`)
      const refuted = (await prove(solver, proof, control)).some(({ verdict }) => verdict === 'refuted')
      if (refuted) controls += 1
      else
        failures.push(`${proof.contract}: still proven with "${control.to}" for "${control.from}" in ${control.file}`)
    }
    rows.push({ contract: proof.contract, proven: targets.length - open.length, unproven: open.length, controls })
  })
}

if (options.json === true) process.stdout.write(`${JSON.stringify({ rows, failures })}\n`)
else {
  printer.line(`\n${'proof'.padEnd(16)} proven  not proven  controls refuted`)
  for (const { contract, proven, unproven, controls } of rows) {
    printer.line(
      `${contract.padEnd(16)} ${String(proven).padStart(6)} ${String(unproven).padStart(11)} ${String(controls).padStart(17)}`,
    )
  }
  for (const failure of failures) printer.line(`✗ ${failure}`)
  const total = rows.reduce((sum, { proven }) => sum + proven, 0)
  printer.line(`\n${total} proven, ${failures.length} failed`)
}
// The solver's threads would keep the process.
process.exit(failures.length === 0 && rows.length > 0 ? 0 : 1)
