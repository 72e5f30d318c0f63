import { ContractFunctionRevertedError, type Hex, BaseError as ViemBaseError } from 'viem'
import { readContract } from 'viem/actions'
import type { Deployment } from '../../deployments.js'
import { ContractRevertError } from '../../errors/contract.js'
import { wrongStatus } from '../../events/keyReverts.js'
import { verifierKeyRegistryAbi } from '../../generated/abis.js'
import { ask, type VeritaskClient } from './connect.js'

export type ProofToVerify = {
  readonly publicSignals: readonly bigint[]
  /** As the key's proof system reads it. */
  readonly proof: Hex
}

/** One call of the registry, of at most 64 proofs under an active key. Throws what the client throws. */
export async function verifyBatch(
  client: VeritaskClient,
  deployment: Deployment,
  keyId: Hex,
  proofs: readonly ProofToVerify[],
): Promise<readonly boolean[]> {
  const accepted = await readContract(client, {
    address: deployment.contracts.verifierKeyRegistry,
    abi: verifierKeyRegistryAbi,
    functionName: 'verifyBatch',
    args: [keyId, proofs.map(({ publicSignals }) => publicSignals), proofs.map(({ proof }) => proof)],
  })
  return proofs.map((_, i) => ((accepted >> BigInt(i)) & 1n) === 1n)
}

/** The same, with what the registry refuses as typed errors, and without those of every other contract. */
export async function askRegistry(
  client: VeritaskClient,
  deployment: Deployment,
  keyId: Hex,
  proofs: readonly ProofToVerify[],
): Promise<readonly boolean[]> {
  try {
    return await ask(() => verifyBatch(client, deployment, keyId, proofs))
  } catch (error) {
    throw refusalOf(error)
  }
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof ViemBaseError)) return error
  const revert = error.walk((inner) => inner instanceof ContractFunctionRevertedError)
  const data = revert instanceof ContractFunctionRevertedError ? revert.data : undefined
  if (!data) return error
  const { errorName, args = [] } = data
  if (errorName === 'VerifierKeyRegistry_WrongStatus') return wrongStatus(args as [Hex, number, number], error)
  return new ContractRevertError({ errorName, args, cause: error })
}
