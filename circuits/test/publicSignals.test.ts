import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { groth16, plonk, zKey } from 'snarkjs'
import { afterAll, describe, expect, it } from 'vitest'
import { artifactPath } from '../scripts/lib/build.ts'
import { type CircuitDefinition, circuits, mainSource } from '../scripts/lib/circuits.ts'
import { compile } from '../scripts/lib/compile.ts'
import { BUILD, PTAU } from '../scripts/lib/paths.ts'
import { casesFor, taskFor, witnessFor } from '../soundness/cases.ts'
import { isWorkerCircuit } from '../soundness/workerCases.ts'

const nightly = process.env.VERITASK_NIGHTLY === '1'
const MINUTES = 60_000
/** One size of every family by default, every circuit at night. */
const names = Object.keys(circuits).filter(
  (name) => nightly || name.endsWith('-64') || name.endsWith('-box-32') || isWorkerCircuit(name),
)

const taskWith = (name: string) => taskFor(name, { title: 'one wrong', seed: 2, max: 9, wrong: 1 })

/** Each public signal changed by one, alone. */
const changedByOne = (signals: readonly string[]): string[][] =>
  signals.map((_, i) => signals.map((signal, j) => (i === j ? (BigInt(signal) + 1n).toString() : signal)))

afterAll(async () => {
  await (globalThis as { curve_bn128?: { terminate(): Promise<void> } }).curve_bn128?.terminate()
})

describe.each(names)('a Groth16 proof of %s', (name) => {
  it('verifies, and not when any public signal changes by one', { timeout: 5 * MINUTES }, async () => {
    const { inputs, publicSignals: expected } = casesFor(name, 1)[0]!
    const verifyingKey = JSON.parse(await readFile(artifactPath(name, 'vkey'), 'utf8'))
    const { proof, publicSignals } = await groth16.fullProve(
      inputs as never,
      artifactPath(name, 'wasm'),
      artifactPath(name, 'zkey'),
    )
    expect(publicSignals.map(BigInt)).toEqual(expected)
    expect(await groth16.verify(verifyingKey, publicSignals, proof)).toBe(true)
    for (const changed of changedByOne(publicSignals))
      expect(await groth16.verify(verifyingKey, changed, proof), changed.join()).toBe(false)
  })
})

/**
 * PLONK gates take two wires each, so at -O2, with its long sums, our circuits are several times larger than the development powers of tau
 * allow; at -O1 the smallest one fits. It is proven at night. By default the statement alone is: the template through which every circuit
 * exposes its four signals.
 */
const STATEMENT: CircuitDefinition = {
  family: 'label',
  file: 'label/statement.circom',
  template: 'Statement',
  parameters: [2, 3],
  publicInputs: ['context', 'alpha'],
  publicSignals: ['digest', 'evaluation', 'context', 'alpha'],
  challenge: 'alpha',
}
const SMALLEST = 'score-scalar-64'
const cases: readonly (readonly [string, CircuitDefinition, () => unknown])[] = [
  ['the statement', STATEMENT, () => ({ preimage: [1n, 2n], vector: [3n, 4n, 5n], context: 6n, alpha: 7n })],
  ...(nightly
    ? ([
        [SMALLEST, circuits[SMALLEST] as CircuitDefinition, () => witnessFor(SMALLEST, taskWith(SMALLEST)).inputs],
      ] as const)
    : []),
]

describe.each(cases)('a PLONK proof of %s', (name, definition, inputs) => {
  it('verifies, and not when any public signal changes by one', { timeout: 30 * MINUTES }, async () => {
    const directory = join(BUILD, 'test', `plonk-${process.pid}`)
    const program = name.replaceAll(' ', '-')
    await compile(program, mainSource(definition), directory, 'O1')
    const key = { type: 'mem' } as const
    expect(await plonk.setup(join(directory, `${program}.r1cs`), PTAU, key)).not.toBe(-1)
    const verifyingKey = await zKey.exportVerificationKey(key)
    const wasm = join(directory, `${program}.wasm`)
    const { proof, publicSignals } = await plonk.fullProve(inputs() as never, wasm, key)
    expect(publicSignals).toHaveLength(definition.publicSignals.length)
    expect(await plonk.verify(verifyingKey, publicSignals, proof)).toBe(true)
    for (const changed of changedByOne(publicSignals))
      expect(await plonk.verify(verifyingKey, changed, proof), changed.join()).toBe(false)
  })
})
