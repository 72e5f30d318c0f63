import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type WitnessCalculator, WitnessCalculatorBuilder } from 'circom_runtime'
import { buildDirectory } from '../scripts/lib/build.ts'
import { circuits, mainSource } from '../scripts/lib/circuits.ts'
import { compile, type Optimisation } from '../scripts/lib/compile.ts'
import { BUILD, SOURCES } from '../scripts/lib/paths.ts'
import { type R1cs, readR1cs } from './r1cs.ts'

export type Signals = Record<string, unknown>

export interface Harness {
  readonly r1cs: R1cs
  /** Full witness for inputs; rejects when the generator refuses them. */
  witness(inputs: Signals): Promise<bigint[]>
  /** Reads a signal of a witness by name, e.g. `out` or `word[0]`. */
  read(witness: readonly bigint[], name: string): bigint
  /** The given signals of a witness as a starting point for a forgery. */
  known(witness: readonly bigint[], pattern: RegExp): Map<number, bigint>
}

const sources = createHash('sha256')
for (const file of (readdirSync(SOURCES, { recursive: true }) as string[]).filter((f) => f.endsWith('.circom')).sort())
  sources.update(file).update(readFileSync(join(SOURCES, file)))
const sourcesHash = sources.digest('hex')

/** Compiles one template alone; kept by content hash. O1 keeps every signal of the source, which forgeries want to name. */
export const harness = (include: string, main: string, optimisation: Optimisation = 'O1'): Promise<Harness> =>
  compiled(`pragma circom 2.2.0;\ninclude "${include}";\ncomponent main = ${main};\n`, optimisation)

/** A circuit of circuits.json, with every signal of the source kept. */
export async function unoptimised(name: string): Promise<Harness> {
  const definition = circuits[name]
  if (definition === undefined) throw new Error(`no circuit ${name}`)
  return compiled(mainSource(definition), 'O1')
}

/** A built circuit, exactly as it is keyed. */
export const built = (name: string): Promise<Harness> => open(join(buildDirectory(name), name))

async function compiled(source: string, optimisation: Optimisation): Promise<Harness> {
  const name = `t${createHash('sha256').update(sourcesHash).update(optimisation).update(source).digest('hex').slice(0, 16)}`
  const directory = join(BUILD, 'test', name)
  if (!existsSync(join(directory, `${name}.wasm`))) {
    // Test files run side by side and may want the same circuit: each compiles for itself and moves the whole folder into place.
    const work = `${directory}-${process.pid}`
    await compile(name, source, work, optimisation)
    await rm(directory, { recursive: true, force: true })
    await rename(work, directory).catch(() => rm(work, { recursive: true }))
  }
  return open(join(directory, name))
}

async function open(base: string): Promise<Harness> {
  const r1cs = await readR1cs(`${base}.r1cs`, `${base}.sym`)
  let calculator: WitnessCalculator | undefined
  const wire = (name: string): number => {
    const index = r1cs.names.get(name)
    if (index === undefined) throw new Error(`no signal ${name}`)
    return index
  }
  return {
    r1cs,
    async witness(inputs) {
      calculator ??= await WitnessCalculatorBuilder(await readFile(`${base}.wasm`))
      return calculator.calculateWitness(inputs, true)
    },
    read: (witness, name) => witness[wire(name)] as bigint,
    known: (witness, pattern) =>
      new Map(
        [...r1cs.names].filter(([name]) => pattern.test(name)).map(([, index]) => [index, witness[index] as bigint]),
      ),
  }
}
