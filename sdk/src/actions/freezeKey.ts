import type { Hex } from 'viem'
import { BaseError } from '../errors/base.js'
import {
  type DependencyNotFrozenError,
  type ExploitRejectedError,
  KeyNotFoundError,
  type NotFreezableByProofError,
  type NotGuardianError,
} from '../errors/contract.js'
import { verifierKeyRegistryAbi } from '../generated/abis.js'
import { connect, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { advisoryLink } from './internal/keyFreeze.js'
import { readLogs } from './internal/logs.js'
import { type ContractCall, contractCall, type WriteReturnType, write } from './internal/write.js'

/** The URI of an advisory is one that readers would not show as a link. */
export class AdvisoryUriError extends BaseError {
  override name = 'AdvisoryUriError'
  constructor({ uri }: { uri: string }) {
    super('The URI of the advisory can not be shown as a link.', {
      metaMessages: ['Give an https address without credentials, or ipfs:// and a content id.'],
      details: uri.replace(/\p{C}/gu, ' '),
    })
  }
}

export type FreezeKeyParameters = WriteParameters & {
  readonly keyId: Hex
  /** Plain text, at most 280 bytes. Public for ever. */
  readonly reason: string
  /** Evidence, for example a forged proof; at most 16,384 bytes. Default: none. */
  readonly exploit?: Hex | undefined
  /** The published advisory: its id, at most 64 bytes, and where to read it, an https or ipfs URI of at most 256. */
  readonly advisory?: { readonly id?: string | undefined; readonly uri?: string | undefined } | undefined
}
export type FreezeKeyReturnType = WriteReturnType
export type FreezeKeyErrorType = AdvisoryUriError | NotGuardianError | KeyNotFoundError | Error

/**
 * Ends a key for ever. Guardian or owner of the registry. A key that is frozen already is found as it was frozen.
 *
 * @example
 * import { freezeKey } from '@veritask/sdk'
 * await freezeKey(client, {
 *   keyId, reason: 'the verifier is unsound',
 *   advisory: { id: 'GHSA-63x8-x938-vx33', uri: 'https://github.com/advisories/GHSA-63x8-x938-vx33' },
 * })
 */
export async function freezeKey(client: VeritaskClient, parameters: FreezeKeyParameters): Promise<FreezeKeyReturnType> {
  const { keyId, reason, exploit = '0x' } = parameters
  const { id = '', uri = '' } = parameters.advisory ?? {}
  // Nobody would show another as a link.
  if (uri !== '' && advisoryLink(uri) === undefined) throw new AdvisoryUriError({ uri })
  return send(client, parameters, (registry) =>
    contractCall(verifierKeyRegistryAbi, registry, 'freeze', [keyId, reason, { id, uri }, exploit]),
  )
}

export type FreezeKeyWithProofParameters = WriteParameters & {
  readonly keyId: Hex
  /** A proof with the public signals `impossibleSignals`, as the key's proof system reads it. */
  readonly proof: Hex
}
export type FreezeKeyWithProofReturnType = WriteReturnType
export type FreezeKeyWithProofErrorType = NotFreezableByProofError | ExploitRejectedError | KeyNotFoundError | Error

/** Ends a key that allows it for ever by a proof of the impossible statement. Anyone may call. */
export async function freezeKeyWithProof(
  client: VeritaskClient,
  parameters: FreezeKeyWithProofParameters,
): Promise<FreezeKeyWithProofReturnType> {
  const { keyId, proof } = parameters
  return send(client, parameters, (registry) =>
    contractCall(verifierKeyRegistryAbi, registry, 'freezeWithProof', [keyId, proof]),
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
