import { concatHex, type Hex, keccak256, numberToHex, stringToHex } from 'viem'
import { type Field, toField } from '../field.js'
import { ProofMalformedError } from '../proving/groth16.js'
import { isBytes } from './bytes.js'
import { type DeployedVerifier, keyNumber, targetWords } from './target.js'

/** Name of the system that asks a deployed Semaphore contract: `bytes32("semaphore-v4")`. */
export const SEMAPHORE_SYSTEM_ID: Hex = stringToHex('semaphore-v4', { size: 32 })

/** Depths for which Semaphore has circuits. */
const MAX_DEPTH = 32
const POINTS_BYTES = 256
const MAX_WORD = (1n << 256n) - 1n

/** The statement of a Semaphore proof. Message and scope are any 256-bit words. */
export type SemaphoreStatement = {
  readonly merkleRoot: bigint
  readonly nullifier: bigint
  readonly message: bigint
  readonly scope: bigint
}

/**
 * Semaphore's hash of a message or scope to a field element: keccak256 of the word, shifted right by eight bits.
 *
 * @param word - At least 0, below 2^256.
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { semaphoreHash } from '@veritask/sdk'
 *
 * const message = semaphoreHash(7n)
 */
export function semaphoreHash(word: bigint): Field {
  return toField(BigInt(keccak256(numberToHex(checkedWord(word, 'the message or scope'), { size: 32 }))) >> 8n)
}

/**
 * Public signals for a deployed Semaphore contract, which hashes message and scope itself.
 *
 * @throws {@link FieldOutOfRangeError}, {@link ProofMalformedError}
 *
 * @example
 * import { semaphoreSignals } from '@veritask/sdk'
 *
 * const signals = semaphoreSignals({ merkleRoot: 1n, nullifier: 2n, message: 3n, scope: 4n })
 */
export function semaphoreSignals({ merkleRoot, nullifier, message, scope }: SemaphoreStatement): bigint[] {
  return [
    toField(merkleRoot, 'The Merkle root'),
    toField(nullifier, 'The nullifier'),
    checkedWord(message, 'the message'),
    checkedWord(scope, 'the scope'),
  ]
}

/**
 * Public signals of the circuit, for a key of Semaphore's as a plain Groth16 key.
 *
 * @throws {@link FieldOutOfRangeError}, {@link ProofMalformedError}
 *
 * @example
 * import { semaphoreCircuitSignals } from '@veritask/sdk'
 *
 * const signals = semaphoreCircuitSignals({ merkleRoot: 1n, nullifier: 2n, message: 3n, scope: 4n })
 */
export function semaphoreCircuitSignals({ merkleRoot, nullifier, message, scope }: SemaphoreStatement): Field[] {
  return [
    toField(merkleRoot, 'The Merkle root'),
    toField(nullifier, 'The nullifier'),
    semaphoreHash(message),
    semaphoreHash(scope),
  ]
}

/**
 * Key of an on-chain Semaphore group.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { semaphoreKeyData } from '@veritask/sdk'
 *
 * const target = { verifier: `0x${'11'.repeat(20)}`, codeHash: `0x${'51'.repeat(32)}`, callGas: 400_000n } as const
 * const keyData = semaphoreKeyData({ ...target, groupId: 1n })
 */
export function semaphoreKeyData(parameters: DeployedVerifier & { readonly groupId: bigint }): Hex {
  return concatHex([targetWords(parameters), keyNumber(parameters.groupId, 'the group id')])
}

/**
 * A proof for a deployed Semaphore contract: the depth of its circuit and its points.
 *
 * @param parameters.depth - 1 to 32.
 * @param parameters.points - The eight words of the Groth16 proof, imaginary parts first.
 * @returns 288 bytes.
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { semaphoreProof } from '@veritask/sdk'
 *
 * const proof = semaphoreProof({ depth: 10, points: `0x${'51'.repeat(256)}` })
 */
export function semaphoreProof({ depth, points }: { readonly depth: number; readonly points: Hex }): Hex {
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH)
    throw new ProofMalformedError(`its tree depth is not between 1 and ${MAX_DEPTH}`)
  if (!isBytes(points, POINTS_BYTES)) throw new ProofMalformedError(`its points do not have ${POINTS_BYTES} bytes`)
  return concatHex([numberToHex(depth, { size: 32 }), points])
}

function checkedWord(word: bigint, name: string): bigint {
  if (word < 0n || word > MAX_WORD) throw new ProofMalformedError(`${name} is not an unsigned 256-bit integer`)
  return word
}
