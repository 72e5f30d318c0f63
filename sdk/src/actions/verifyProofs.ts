import type { Hex } from 'viem'
import type { KeyNotActiveError } from '../errors/contract.js'
import { connect, type ReadParameters, read, type VeritaskClient } from './internal/context.js'
import { type ProofToVerify, verifyBatch } from './internal/verifyBatch.js'

export type { ProofToVerify }

/** Most proofs the registry checks in one call. */
export const MAX_BATCH = 64

export type VerifyProofsParameters = ReadParameters & { readonly keyId: Hex; readonly proofs: readonly ProofToVerify[] }
/** One answer per proof, in order. */
export type VerifyProofsReturnType = readonly boolean[]
export type VerifyProofsErrorType = KeyNotActiveError | Error

/**
 * Asks the chain which proofs hold under an active key of any proof system, 64 to a call. Sends nothing.
 *
 * @example
 * import { verifyProofs } from '@veritask/sdk'
 * const [accepted] = await verifyProofs(client, { keyId, proofs: [{ publicSignals, proof }] })
 */
export async function verifyProofs(
  client: VeritaskClient,
  parameters: VerifyProofsParameters,
): Promise<VerifyProofsReturnType> {
  const { keyId, proofs } = parameters
  const deployment = await connect(client, parameters)
  const answers: boolean[] = []
  for (let start = 0; start < proofs.length; start += MAX_BATCH) {
    const batch = proofs.slice(start, start + MAX_BATCH)
    answers.push(...(await read(() => verifyBatch(client, deployment, keyId, batch))))
  }
  return answers
}
