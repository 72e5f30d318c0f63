import type { Hex } from 'viem'
import { BaseError } from '../../errors/base.js'
import { proofFromBytes, verifyProof } from '../../proving/groth16.js'
import type { VerifyingKeyJson } from '../../proving/types.js'

/** Whether the Groth16 check passes; a malformed point is a failed check. */
export async function verifies(
  verifyingKey: VerifyingKeyJson,
  { publicSignals, proof }: { readonly publicSignals: readonly bigint[]; readonly proof: Hex },
): Promise<boolean> {
  try {
    return await verifyProof(verifyingKey, publicSignals, proofFromBytes(proof))
  } catch (error) {
    if (error instanceof BaseError) return false
    throw error
  }
}
