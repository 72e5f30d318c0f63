import { bytesToHex, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import { randomBytes, toField } from '../core.js'
import type { Deployment } from '../deployments.js'
import { AlreadyRegisteredError, NotOwnerError, type TextLengthError } from '../errors/contract.js'
import { findEvent, type VeritaskEventNamed } from '../events/decode.js'
import { modelRegistryAbi } from '../generated/abis.js'
import { connect, read, resolveSigner, type VeritaskClient, type WriteParameters } from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertText } from './internal/validateTask.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'
import { assertParents, registeredIdOf } from './registerDataset.js'

const MAX_NAME_BYTES = 128
const MAX_LICENCE_BYTES = 64

/** One version of a model: a commitment to its weights, and what it was made from. */
export type ModelVersion = {
  /** Poseidon commitment to the quantised weights; a field element, not zero. */
  readonly weightsCommitment: bigint
  /** sha256 of the architecture description. */
  readonly architectureHash: Hex
  /** sha2-256 digest of the ML-BOM's CID. */
  readonly manifestDigest: Hex
  /** SPDX licence expression, 1 to 64 bytes. */
  readonly licence: string
  /** Verifier keys under which statements about it are proven; at most 16. */
  readonly keyIds?: readonly Hex[] | undefined
  /** Dataset versions it was trained on; at most 16. */
  readonly datasets?: readonly Hex[] | undefined
  /** Model versions it was derived from; at most 16. */
  readonly parents?: readonly Hex[] | undefined
}

export type RegisterModelParameters = WriteParameters & {
  /** 1 to 128 bytes. */
  readonly name: string
  readonly version: ModelVersion
  /** Fixes the model id; default: random. */
  readonly salt?: Hex | undefined
}
export type RegisterModelReturnType = WriteReturnType & { readonly modelId: Hex; readonly versionId: Hex }
export type RegisterModelErrorType = TextLengthError | AlreadyRegisteredError | Error

/**
 * Registers a model with its first version.
 *
 * @example
 * import { registerModel } from '@veritask/sdk'
 * const { modelId, versionId } = await registerModel(client, { name: 'Digit reader', version })
 */
export async function registerModel(
  client: VeritaskClient,
  parameters: RegisterModelParameters,
): Promise<RegisterModelReturnType> {
  const { name, salt = bytesToHex(randomBytes(32)) } = parameters
  assertText('name', name, MAX_NAME_BYTES)
  const first = toVersion(parameters.version)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const registry = deployment.contracts.modelRegistry
  await assertParents(client, deployment, first.datasets)
  const modelId = registeredIdOf({ chainId: deployment.chainId, registry, owner: signer.address, salt })

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(modelRegistryAbi, registry, 'register', [salt, name, first]),
    findEffect: async () => {
      const [event] = await versionsOf(client, deployment, modelId)
      if (event && !sameVersion(event, first)) throw new AlreadyRegisteredError({ what: 'model', id: modelId })
      return event?.transactionHash
    },
  })
  return { ...sent, modelId, versionId: findEvent(events, 'ModelVersionPublished')!.args.versionId }
}

export type PublishModelVersionParameters = WriteParameters & {
  readonly modelId: Hex
  readonly version: ModelVersion
}
export type PublishModelVersionReturnType = WriteReturnType & { readonly versionId: Hex; readonly number: number }
export type PublishModelVersionErrorType = NotOwnerError | TextLengthError | Error

/** Publishes the next version of a model. Owner only. */
export async function publishModelVersion(
  client: VeritaskClient,
  parameters: PublishModelVersionParameters,
): Promise<PublishModelVersionReturnType> {
  const { modelId } = parameters
  const next = toVersion(parameters.version)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const registry = deployment.contracts.modelRegistry
  const owner = await read(() =>
    readContract(client, { address: registry, abi: modelRegistryAbi, functionName: 'ownerOf', args: [modelId] }),
  )
  if (owner !== signer.address) throw new NotOwnerError({ what: 'model', id: modelId, caller: signer.address })
  await assertParents(client, deployment, next.datasets)

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(modelRegistryAbi, registry, 'publishVersion', [modelId, next]),
    findAfter: async (fromBlock) => {
      const published = await versionsOf(client, deployment, modelId, fromBlock)
      return published.find((event) => sameVersion(event, next))?.transactionHash
    },
  })
  const { versionId, number } = findEvent(events, 'ModelVersionPublished')!.args
  return { ...sent, versionId, number }
}

function toVersion(version: ModelVersion) {
  assertText('licence', version.licence, MAX_LICENCE_BYTES)
  return {
    ...version,
    weightsCommitment: toField(version.weightsCommitment, 'The weights commitment'),
    keyIds: version.keyIds ?? [],
    datasets: version.datasets ?? [],
    parents: version.parents ?? [],
  }
}

function versionsOf(client: VeritaskClient, deployment: Deployment, modelId: Hex, fromBlock?: bigint) {
  return readLogs(client, deployment, {
    contract: 'modelRegistry',
    eventName: 'ModelVersionPublished',
    args: { modelId },
    fromBlock,
  })
}

function sameVersion(
  event: VeritaskEventNamed<'ModelVersionPublished'>,
  version: ReturnType<typeof toVersion>,
): boolean {
  const published = event.args.version
  return (
    published.weightsCommitment === version.weightsCommitment &&
    published.architectureHash === version.architectureHash &&
    published.manifestDigest === version.manifestDigest
  )
}
