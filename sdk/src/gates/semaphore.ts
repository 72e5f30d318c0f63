import { encodeAbiParameters, type Hex, parseAbiParameters } from 'viem'
import { publicKeyOf } from '../encryption/babyjub.js'
import { BaseError } from '../errors/base.js'
import { type Field, toField } from '../field.js'
import { hash } from '../poseidon.js'
import { semaphoreCircuitSignals, semaphoreHash, semaphoreProof } from '../proofSystems/semaphore.js'
import { type Groth16Proof, proofToBytes, verifyProof } from '../proving/groth16.js'
import { ProofInvalidError } from '../proving/prover.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { leanPaths } from '../reputation/tree.js'
import { type AdmissionBuilder, encodeProofAdmission, gateScope, joiningMessage, signConsent } from './joining.js'

/** The identity is in no group of these members. */
export class NotMemberError extends BaseError {
  override name = 'NotMemberError'
  constructor() {
    super('The identity is not among the members of the group.')
  }
}

/** The group has more levels than the circuit. */
export class GroupTooDeepError extends BaseError {
  override name = 'GroupTooDeepError'
  constructor(
    readonly levels: number,
    readonly depth: number,
  ) {
    super(`A member's path has ${levels} levels and the circuit ${depth}.`)
  }
}

/** Files of Semaphore's circuit of one depth, as @zk-kit/semaphore-artifacts has them. */
export type SemaphoreArtifacts = {
  readonly depth: number
  readonly wasm: Uint8Array
  readonly zkey: Uint8Array
  readonly vkey: VerifyingKeyJson
}

/** A proof of membership. */
export type SemaphoreMembership = {
  readonly merkleRoot: Field
  readonly nullifier: Field
  readonly proof: Groth16Proof
}

/**
 * Terms of the Semaphore gate: what `createTask` sends.
 *
 * @param parameters.merkleRoot - The only root that counts; 0n, under a key over a deployed contract, for any it knows.
 *
 * @example
 * import { semaphoreGateData } from '@veritask/sdk'
 *
 * const gateData = semaphoreGateData({ keyId: `0x${'11'.repeat(32)}`, merkleRoot: 0n })
 */
export function semaphoreGateData(parameters: { readonly keyId: Hex; readonly merkleRoot: bigint }): Hex {
  const { keyId, merkleRoot: root } = parameters
  return encodeAbiParameters(parseAbiParameters('(bytes32 keyId, uint256 root)'), [{ keyId, root }])
}

/**
 * Commitment of a Semaphore v4 identity: what a group holds.
 *
 * @param secretScalar - `identity.secretScalar` of @semaphore-protocol/identity. Secret.
 *
 * @example
 * import { semaphoreCommitment } from '@veritask/sdk'
 *
 * const member = semaphoreCommitment(1001n)
 */
export function semaphoreCommitment(secretScalar: bigint): Field {
  return hash(publicKeyOf(secretScalar))
}

/**
 * Proves membership in a Semaphore v4 group, and verifies the proof before handing it over. Takes seconds, on the thread it
 * is called on.
 *
 * @param parameters.secretScalar - Of the identity. Secret.
 * @param parameters.members - Commitments of the group, in the order in which they joined.
 * @param parameters.message - Any 256-bit word.
 * @param parameters.scope - Any 256-bit word.
 * @throws {@link NotMemberError}, {@link GroupTooDeepError}, {@link ProofInvalidError}
 *
 * @example
 * import { proveSemaphoreMembership, type SemaphoreArtifacts } from '@veritask/sdk'
 *
 * const prove = (artifacts: SemaphoreArtifacts) =>
 *   proveSemaphoreMembership({ artifacts, secretScalar: 1001n, members: [], message: 1n, scope: 2n })
 */
export async function proveSemaphoreMembership(parameters: {
  readonly artifacts: SemaphoreArtifacts
  readonly secretScalar: bigint
  readonly members: readonly bigint[]
  readonly message: bigint
  readonly scope: bigint
}): Promise<SemaphoreMembership> {
  const { artifacts, secretScalar, members, message, scope } = parameters
  const { depth, wasm, zkey, vkey } = artifacts
  const index = members.indexOf(semaphoreCommitment(secretScalar))
  if (index < 0) throw new NotMemberError()
  const { root, paths } = leanPaths(members, [index])
  const { siblings, right } = paths[0]!
  if (siblings.length > depth) throw new GroupTooDeepError(siblings.length, depth)

  const { fullProve } = await groth16()
  const made = await fullProve(
    {
      secret: secretScalar,
      merkleProofLength: siblings.length,
      merkleProofIndex: right.reduce((bits, isRight, level) => bits + (isRight ? 2 ** level : 0), 0),
      merkleProofSiblings: [...siblings, ...Array<bigint>(depth - siblings.length).fill(0n)],
      scope: semaphoreHash(scope),
      message: semaphoreHash(message),
    },
    wasm,
    zkey,
    undefined,
    undefined,
    // Threads of its own would keep the process alive.
    { singleThread: true },
  ).catch(() => {
    // What snarkjs says may hold values of the witness.
    throw new ProofInvalidError(`semaphore-${depth}`, 'the prover failed')
  })
  const pair = (values: readonly string[]) => [BigInt(values[0]!), BigInt(values[1]!)] as const
  const proof: Groth16Proof = {
    a: pair(made.proof.pi_a),
    b: [pair(made.proof.pi_b[0]!), pair(made.proof.pi_b[1]!)],
    c: pair(made.proof.pi_c),
  }
  const nullifier = toField(made.publicSignals[1]!, 'The nullifier')
  const signals = semaphoreCircuitSignals({ merkleRoot: root, nullifier, message, scope })
  if (!(await verifyProof(vkey, signals, proof)))
    throw new ProofInvalidError(`semaphore-${depth}`, 'it does not verify')
  return { merkleRoot: root, nullifier, proof }
}

/**
 * Proves that the worker is one of the group's members, without telling which.
 *
 * @param parameters.keySystem - `deployed` for a key over a Semaphore contract, `groth16` for one of the circuit itself.
 *
 * @example
 * import { type SemaphoreArtifacts, semaphoreAdmission, semaphoreCommitment } from '@veritask/sdk'
 *
 * const members = [1001n, 1002n].map(semaphoreCommitment)
 * const admission = (artifacts: SemaphoreArtifacts) =>
 *   semaphoreAdmission({ artifacts, secretScalar: 1001n, members, keySystem: 'groth16' })
 */
export function semaphoreAdmission(parameters: {
  readonly artifacts: SemaphoreArtifacts
  readonly secretScalar: bigint
  readonly members: readonly bigint[]
  readonly keySystem: 'deployed' | 'groth16'
}): AdmissionBuilder {
  const { keySystem, artifacts } = parameters
  return async (request) => {
    const { merkleRoot, nullifier, proof } = await proveSemaphoreMembership({
      ...parameters,
      message: joiningMessage(request),
      scope: gateScope(request),
    })
    const points = proofToBytes(proof)
    return encodeProofAdmission({
      root: merkleRoot,
      nullifier,
      proof: keySystem === 'deployed' ? semaphoreProof({ depth: artifacts.depth, points }) : points,
      consent: await signConsent(request),
    })
  }
}

type FullProve = (
  inputs: Readonly<Record<string, unknown>>,
  wasm: Uint8Array,
  zkey: Uint8Array,
  logger: undefined,
  witnessOptions: undefined,
  proverOptions: { readonly singleThread: boolean },
) => Promise<{
  readonly proof: {
    readonly pi_a: readonly string[]
    readonly pi_b: readonly (readonly string[])[]
    readonly pi_c: readonly string[]
  }
  readonly publicSignals: readonly string[]
}>

/** Loaded by who proves only; the package ships no types. */
async function groth16(): Promise<{ readonly fullProve: FullProve }> {
  const snarkjs = (await import('snarkjs')) as unknown as { readonly groth16: { readonly fullProve: FullProve } }
  return snarkjs.groth16
}
