import { encodeAbiParameters, keccak256, parseAbiParameters } from 'viem'
import type { Field } from './field.js'

const DOMAIN = 'veritask.impossible.1'

/**
 * Public signals of the impossible statement, as the registry derives them. A proof of it shows that the key proves anything, and
 * freezes a key that allows it when shown to the registry (`freezeKeyWithProof`).
 *
 * Signal i is `uint256(keccak256(abi.encode("veritask.impossible.1", i))) >> 8`, so nobody chose it. The first signal of a
 * labelling circuit is its digest, a Poseidon hash computed inside the circuit: a witness would hold a preimage of a value
 * that came out of keccak256, which nobody can find.
 *
 * @param signalCount - Public signals of the circuit; 4 for every labelling circuit.
 *
 * @example
 * import { impossibleSignals } from '@veritask/sdk'
 *
 * const signals = impossibleSignals(4)
 */
export function impossibleSignals(signalCount: number): readonly Field[] {
  return Array.from({ length: signalCount }, (_, i) => {
    const hash = keccak256(encodeAbiParameters(parseAbiParameters('string, uint256'), [DOMAIN, BigInt(i)]))
    // 248 bits are below the field order.
    return (BigInt(hash) >> 8n) as Field
  })
}
