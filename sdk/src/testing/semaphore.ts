import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as snarkjs from 'snarkjs'
import type { Hex } from 'viem'
import { publicKeyOf } from '../encryption/babyjub.js'
import type { SemaphoreArtifacts } from '../gates/semaphore.js'
import { hash } from '../poseidon.js'
import { semaphoreHash } from '../proofSystems/semaphore.js'
import { proofToBytes } from '../proving/groth16.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { leanPaths } from '../reputation/tree.js'
import { root as repository } from './foundry.js'

type FullProve = (
  inputs: Readonly<Record<string, unknown>>,
  wasm: string,
  zkey: string,
) => Promise<{
  readonly proof: {
    readonly pi_a: readonly string[]
    readonly pi_b: readonly (readonly string[])[]
    readonly pi_c: readonly string[]
  }
  readonly publicSignals: readonly string[]
}>

const artifacts = join(repository, 'node_modules', '@zk-kit', 'semaphore-artifacts')

/** The package ships no types. */
const { fullProve } = (snarkjs as unknown as { readonly groth16: { readonly fullProve: FullProve } }).groth16

/** A Semaphore v4 proof made from the published artifacts. */
export type SemaphoreSample = {
  readonly depth: number
  /** Identity commitments, in the order in which they joined the group. */
  readonly members: readonly bigint[]
  readonly merkleRoot: bigint
  readonly nullifier: bigint
  readonly message: bigint
  readonly scope: bigint
  /** The eight words of the Groth16 proof, imaginary parts first. */
  readonly points: Hex
  /** Verifying key of this depth. */
  readonly key: VerifyingKeyJson
}

/**
 * Proves that the member with `secrets[index]` is in the group of all of them.
 *
 * @param depth - Depth of the circuit, 1 to 32; at least that of the group's tree.
 */
export async function proveSemaphore(parameters: {
  readonly depth: number
  readonly secrets: readonly bigint[]
  readonly index: number
  readonly message: bigint
  readonly scope: bigint
}): Promise<SemaphoreSample> {
  const { depth, secrets, index, message, scope } = parameters
  const members = secrets.map((secret) => hash(publicKeyOf(secret)))
  const { root, paths } = leanPaths(members, [index])
  const { siblings, right } = paths[0]!
  const { proof, publicSignals } = await fullProve(
    {
      secret: secrets[index]!,
      merkleProofLength: siblings.length,
      merkleProofIndex: right.reduce((bits, isRight, level) => bits + (isRight ? 2 ** level : 0), 0),
      merkleProofSiblings: [...siblings, ...Array<bigint>(depth - siblings.length).fill(0n)],
      scope: semaphoreHash(scope),
      message: semaphoreHash(message),
    },
    join(artifacts, `semaphore-${depth}.wasm`),
    join(artifacts, `semaphore-${depth}.zkey`),
  )
  const nullifier = BigInt(publicSignals[1]!)
  const merkleRoot = BigInt(publicSignals[0]!)
  if (merkleRoot !== root) throw new Error('The circuit computed another root than the tree')
  const pair = (values: readonly string[]) => [BigInt(values[0]!), BigInt(values[1]!)] as const
  const points = proofToBytes({
    a: pair(proof.pi_a),
    b: [pair(proof.pi_b[0]!), pair(proof.pi_b[1]!)],
    c: pair(proof.pi_c),
  })
  const key = await semaphoreKey(depth)
  return { depth, members, merkleRoot, nullifier, message, scope, points, key }
}

/** Verifying key of one depth, 1 to 32. */
export async function semaphoreKey(depth: number): Promise<VerifyingKeyJson> {
  return JSON.parse(await readFile(join(artifacts, `semaphore-${depth}.json`), 'utf8')) as VerifyingKeyJson
}

/** What a prover needs for one depth, 1 to 32. */
export async function semaphoreArtifacts(depth: number): Promise<SemaphoreArtifacts> {
  const file = (kind: string) => readFile(join(artifacts, `semaphore-${depth}.${kind}`))
  const [wasm, zkey, vkey] = await Promise.all([file('wasm'), file('zkey'), semaphoreKey(depth)])
  return { depth, wasm: new Uint8Array(wasm), zkey: new Uint8Array(zkey), vkey }
}
