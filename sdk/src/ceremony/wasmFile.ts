import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { FIELD_ORDER } from '../field.js'
import { CeremonyFileError, WrongFileError } from './errors.js'
import { fileKindOf } from './fileKind.js'
import type { Circuit } from './r1csFile.js'

/** Witness calculators of the circuits here have a few megabytes. */
const MAX_BYTES = 2 ** 28
const PRIME_WORDS = 8

/** What circom 2 exports for its runtime, as far as it is asked here. */
type Calculator = {
  /** Number of 32-bit words of the prime. */
  readonly getFieldNumLen32: () => number
  /** Puts the prime into the shared memory. */
  readonly getRawPrime: () => void
  readonly readSharedRWMemory: (word: number) => number
  /** Number of wires. */
  readonly getWitnessSize: () => number
}
const EXPORTS = ['getFieldNumLen32', 'getRawPrime', 'readSharedRWMemory', 'getWitnessSize'] as const

/**
 * Makes sure that a file is a witness calculator as circom compiles it, over the field of BN254 and with as many wires as
 * the circuit. Whether it computes the circuit's witnesses is not looked at: a wrong one makes no proofs.
 *
 * @throws {@link CeremonyFileError}
 */
export async function assertWitnessCalculator(file: string, { wires }: Pick<Circuit, 'wires'>): Promise<void> {
  const fail = (reason: string, cause?: unknown): never => {
    throw new CeremonyFileError(basename(file), reason, cause)
  }
  const stats = await stat(file).catch((cause: unknown) => fail('it cannot be read', cause))
  if (!stats.isFile() || stats.size > MAX_BYTES) fail('it is no compiled witness calculator')
  const found = await fileKindOf(file)
  if (found !== 'wasm' && found !== 'unknown')
    throw new WrongFileError(basename(file), found, 'a compiled witness calculator (wasm)')
  const calculator = await instantiate(await readFile(file)).catch((cause: unknown) =>
    fail('it is no compiled witness calculator', cause),
  )
  if (!calculator) return fail('it lacks what circom exports')
  const facts = read(calculator)
  if (facts?.prime !== FIELD_ORDER) fail('it is over another field than BN254')
  if (facts?.wires !== wires) fail(`it has ${facts?.wires} wires and the circuit ${wires}`)
}

async function instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<Calculator | undefined> {
  const module = await WebAssembly.compile(bytes)
  // It only tells its size: nothing that it asks of its runtime is ever needed.
  const imports: Record<string, Record<string, () => void>> = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {}
    imports[from][name] = () => {}
  }
  const { exports } = await WebAssembly.instantiate(module, imports)
  return EXPORTS.every((name) => typeof exports[name] === 'function') ? (exports as unknown as Calculator) : undefined
}

function read(calculator: Calculator): { readonly prime: bigint; readonly wires: number } | undefined {
  try {
    if (calculator.getFieldNumLen32() !== PRIME_WORDS) return undefined
    calculator.getRawPrime()
    let prime = 0n
    for (let word = PRIME_WORDS - 1; word >= 0; word--)
      prime = (prime << 32n) | BigInt(calculator.readSharedRWMemory(word) >>> 0)
    return { prime, wires: calculator.getWitnessSize() }
  } catch {
    return undefined
  }
}
