import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fromRoot } from '../lib/paths.ts'
import { reachOf, type SourceUnit } from './ast.ts'
import type { Control, Proof } from './proofs.ts'
import type { Solver } from './solver.ts'

/** One thing that the model checker looked at: an assertion, or an operation that could revert. */
export interface Target {
  readonly verdict: 'proven' | 'refuted' | 'unknown'
  readonly what: string
  readonly file: string
  readonly line: number
  readonly code: string
}

interface Finding {
  readonly errorCode?: string
  readonly severity: string
  readonly message: string
  readonly formattedMessage?: string
  readonly sourceLocation?: { readonly file: string; readonly start: number; readonly end: number }
}

interface Output {
  readonly errors?: readonly Finding[]
  readonly sources?: Readonly<Record<string, SourceUnit>>
  readonly auxiliaryInputRequested?: { readonly smtlib2queries?: Readonly<Record<string, string>> }
}

const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string }

/** More rounds than any proof has taken: what was answered lets solc ask what depends on it. */
const MAX_ROUNDS = 8

/** A file and everything it imports by a relative path, with the control put in. */
function readSources(
  file: string,
  control: Control | undefined,
): Readonly<Record<string, { readonly content: string }>> {
  const sources: Record<string, { content: string }> = {}
  const add = (path: string): void => {
    if (sources[path] !== undefined) return
    let content = readFileSync(fromRoot(path), 'utf8')
    if (control?.file === path) {
      const parts = content.split(control.from)
      if (parts.length !== 2) {
        throw new Error(`control: ${path} has "${control.from}" ${parts.length - 1} times; it must have it once`)
      }
      content = parts.join(control.to)
    }
    sources[path] = { content }
    for (const [, imported] of content.matchAll(/from "(\.[^"]+)"/g)) add(join(dirname(path), imported ?? ''))
  }
  add(file)
  return sources
}

/**
 * What the model checker says of every target that the contract's own functions reach.
 *
 * The engine is the bounded one: a proof has no loop and no call that leaves it, so its bound leaves nothing out, and it starts from any
 * storage whatever. It looks at inherited internal functions alone as well, with arguments that nobody passes, and reports either once for
 * both: there, "safe" can only be said of the place that calls them, so each may be reached from one place alone.
 */
export async function prove(solver: Solver, { contract, file }: Proof, control?: Control): Promise<readonly Target[]> {
  const sources = readSources(file, control)
  const responses: Record<string, string> = {}
  const ask = (): Output =>
    JSON.parse(
      solc.compile(
        JSON.stringify({
          language: 'Solidity',
          sources,
          settings: {
            outputSelection: { '*': { '': ['ast'] } },
            modelChecker: {
              engine: 'bmc',
              contracts: { [file]: [contract] },
              targets: ['assert', 'underflow', 'overflow', 'divByZero'],
              solvers: ['smtlib2'],
              showProvedSafe: true,
              showUnproved: true,
            },
          },
          auxiliaryInput: { smtlib2responses: responses },
        }),
      ),
    ) as Output

  let output = ask()
  for (let round = 1; ; ++round) {
    const open = Object.entries(output.auxiliaryInputRequested?.smtlib2queries ?? {}).filter(
      ([hash]) => responses[hash] === undefined,
    )
    if (open.length === 0) break
    if (round > MAX_ROUNDS) throw new Error(`${contract}: solc still asks after ${MAX_ROUNDS} rounds`)
    for (const [hash, query] of open) responses[hash] = await solver.answer(query)
    output = ask()
  }

  const broken = (output.errors ?? []).find(({ severity }) => severity === 'error')
  if (broken !== undefined) throw new Error(`${contract}: ${broken.formattedMessage ?? broken.message}`)
  return targetsOf(output, sources, { contract, file })
}

function targetsOf(
  output: Output,
  sources: Readonly<Record<string, { readonly content: string }>>,
  { contract, file }: Pick<Proof, 'contract' | 'file'>,
): readonly Target[] {
  const reach = reachOf(output.sources ?? {}, file, contract)
  const found = new Map<string, { target: Target; alsoAlone: boolean }[]>()
  for (const { message, sourceLocation } of output.errors ?? []) {
    const said = /^(?:BMC|CHC): (.*?)(?: check)? (is safe!|happens here|might happen here)/s.exec(message)
    if (said === null || sourceLocation === undefined) continue
    const { places, alsoAlone } = reach.callsOf(sourceLocation.file, sourceLocation.start)
    if (places === 0) continue
    if (alsoAlone && places > 1 && sourceLocation.file !== file) {
      throw new Error(`${contract} reaches one function of ${sourceLocation.file} from ${places} places: split it`)
    }
    const content = Buffer.from(sources[sourceLocation.file]?.content ?? '')
    const target: Target = {
      verdict: said[2] === 'is safe!' ? 'proven' : said[2] === 'happens here' ? 'refuted' : 'unknown',
      what: said[1] ?? '',
      file: sourceLocation.file,
      line: content.subarray(0, sourceLocation.start).toString().split('\n').length,
      code: content.subarray(sourceLocation.start, sourceLocation.end).toString(),
    }
    const key = `${target.file}:${sourceLocation.start}:${sourceLocation.end}:${target.what}`
    found.set(key, [...(found.get(key) ?? []), { target, alsoAlone }])
  }
  return [...found.values()].map((said) => {
    const worst = (verdict: Target['verdict']) => said.find(({ target }) => target.verdict === verdict)?.target
    const proven = worst('proven')
    if (proven !== undefined && said[0]?.alsoAlone === true) return proven
    return worst('refuted') ?? worst('unknown') ?? (proven as Target)
  })
}
