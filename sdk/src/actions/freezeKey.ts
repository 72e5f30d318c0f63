import type { Hex } from 'viem'
import {
  type DependencyNotFrozenError,
  type ExploitRejectedError,
  KeyNotFoundError,
  type NotGuardianError,
  type NotImpossibleStatementError,
} from '../errors/contract.js'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { type ContractCall, contractCall, type WriteReturnType, write } from './internal/write.js'

export type FreezeKeyParameters = WriteParameters & {
  readonly keyId: Hex
  /** Plain text, at most 280 bytes. Public for ever. */
  readonly reason: string
  /** Evidence, for example a forged proof; at most 16,384 bytes. Default: none. */
  readonly exploit?: Hex | undefined
}
export type FreezeKeyReturnType = WriteReturnType
export type FreezeKeyErrorType = NotGuardianError | KeyNotFoundError | Error

/**
 * Ends a key for ever. Guardian or owner of the registry. A key that is frozen already is found as it was frozen.
 *
 * @example
 * import { freezeKey } from '@veritask/sdk'
 * await freezeKey(client, { keyId, reason: 'a range check is missing' })
 */
export async function freezeKey(client: VeritaskClient, parameters: FreezeKeyParameters): Promise<FreezeKeyReturnType> {
  const { keyId, reason, exploit = '0x' } = parameters
  return send(client, parameters, (registry) =>
    contractCall(verifierKeyRegistryAbi, registry, 'freeze', [keyId, reason, exploit]),
  )
}

export type FreezeKeyWithProofParameters = WriteParameters & {
  readonly keyId: Hex
  /** Of the key's designated impossible statement, as `KeyProposed` shows them. */
  readonly publicSignals: readonly bigint[]
  /** As the key's proof system reads it. */
  readonly proof: Hex
}
export type FreezeKeyWithProofReturnType = WriteReturnType
export type FreezeKeyWithProofErrorType = NotImpossibleStatementError | ExploitRejectedError | KeyNotFoundError | Error

/** Ends a key for ever by a proof of its designated impossible statement. Anyone may call. */
export async function freezeKeyWithProof(
  client: VeritaskClient,
  parameters: FreezeKeyWithProofParameters,
): Promise<FreezeKeyWithProofReturnType> {
  const { keyId, publicSignals, proof } = parameters
  return send(client, parameters, (registry) =>
    contractCall(verifierKeyRegistryAbi, registry, 'freezeWithProof', [keyId, publicSignals, proof]),
  )
}

export type FreezeDependentKeyParameters = WriteParameters & { readonly keyId: Hex }
export type FreezeDependentKeyReturnType = WriteReturnType
export type FreezeDependentKeyErrorType = DependencyNotFrozenError | KeyNotFoundError | Error

/** Records that a key is frozen because the key it depends on is. Anyone may call; its status says so before. */
export async function freezeDependentKey(
  client: VeritaskClient,
  parameters: FreezeDependentKeyParameters,
): Promise<FreezeDependentKeyReturnType> {
  const { keyId } = parameters
  return send(client, parameters, (registry) =>
    contractCall(verifierKeyRegistryAbi, registry, 'freezeDependent', [keyId]),
  )
}

async function send(
  client: VeritaskClient,
  parameters: WriteParameters & { readonly keyId: Hex },
  callOf: (registry: Hex) => ContractCall,
): Promise<WriteReturnType> {
  const { keyId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const history = await readLogs(client, deployment, {
    contract: 'verifierKeyRegistry',
    eventName: 'KeyProposed',
    args: { keyId },
  })
  if (history.length === 0) throw new KeyNotFoundError({ keyId })
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: callOf(deployment.contracts.verifierKeyRegistry),
    findEffect: async () => {
      const [frozen] = await readLogs(client, deployment, {
        contract: 'verifierKeyRegistry',
        eventName: 'KeyFrozen',
        args: { keyId },
      })
      return frozen?.transactionHash
    },
  })
  return sent
}
