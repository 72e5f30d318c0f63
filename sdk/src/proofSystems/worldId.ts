import { concatHex, type Hex, keccak256, stringToHex } from 'viem'
import { type Field, toField } from '../field.js'
import { ProofMalformedError } from '../proving/groth16.js'
import { isBytes } from './bytes.js'
import { type DeployedVerifier, keyNumber, targetWords } from './target.js'

/** Name of the system that asks a deployed World ID router: `bytes32("world-id-router")`. */
export const WORLD_ID_SYSTEM_ID: Hex = stringToHex('world-id-router', { size: 32 })

const PROOF_BYTES = 256

/**
 * World ID's hash of bytes to a field element: keccak256, shifted right by eight bits.
 *
 * @throws {@link ProofMalformedError} on anything but hexadecimal bytes
 *
 * @example
 * import { worldIdHash } from '@veritask/sdk'
 *
 * const signalHash = worldIdHash('0x')
 */
export function worldIdHash(bytes: Hex): Field {
  if (!isBytes(bytes)) throw new ProofMalformedError('the signal is not hexadecimal bytes')
  return toField(BigInt(keccak256(bytes)) >> 8n)
}

/**
 * Public signals in the circuit's order, for the router and for World ID's own Groth16 key alike.
 *
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { worldIdHash, worldIdSignals } from '@veritask/sdk'
 *
 * const hashes = { signalHash: worldIdHash('0x'), externalNullifierHash: worldIdHash('0x01') }
 * const signals = worldIdSignals({ root: 1n, nullifierHash: 2n, ...hashes })
 */
export function worldIdSignals(parameters: {
  readonly root: bigint
  readonly nullifierHash: bigint
  readonly signalHash: bigint
  readonly externalNullifierHash: bigint
}): Field[] {
  const { root, nullifierHash, signalHash, externalNullifierHash } = parameters
  return [
    toField(root, 'The root'),
    toField(nullifierHash, 'The nullifier hash'),
    toField(signalHash, 'The signal hash'),
    toField(externalNullifierHash, 'The external nullifier hash'),
  ]
}

/**
 * Key of a World ID group behind a deployed router. Group 1 is of people verified with an Orb.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { worldIdKeyData } from '@veritask/sdk'
 *
 * const target = { verifier: `0x${'11'.repeat(20)}`, codeHash: `0x${'51'.repeat(32)}`, callGas: 400_000n } as const
 * const keyData = worldIdKeyData({ ...target, groupId: 1n })
 */
export function worldIdKeyData(parameters: DeployedVerifier & { readonly groupId: bigint }): Hex {
  return concatHex([targetWords(parameters), keyNumber(parameters.groupId, 'the group id')])
}

/**
 * A proof as IDKit returns it: eight words, packed.
 *
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { worldIdProof } from '@veritask/sdk'
 *
 * const proof = worldIdProof(`0x${'51'.repeat(256)}`)
 */
export function worldIdProof(proof: Hex): Hex {
  if (!isBytes(proof, PROOF_BYTES)) throw new ProofMalformedError(`it does not have ${PROOF_BYTES} bytes`)
  return proof
}
