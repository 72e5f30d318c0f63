import { type Address, bytesToHex, encodeAbiParameters, type Hash, type Hex, keccak256, parseAbiParameters } from 'viem'
import { readContract } from 'viem/actions'
import { randomBytes, toField } from '../core.js'
import type { Deployment } from '../deployments.js'
import {
  AlreadyRegisteredError,
  DatasetNotFoundError,
  NotOwnerError,
  type TextLengthError,
} from '../errors/contract.js'
import { findEvent, type VeritaskEventNamed } from '../events/decode.js'
import { datasetRegistryAbi } from '../generated/abis.js'
import {
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { assertText } from './internal/validateTask.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

const MAX_NAME_BYTES = 128
const MAX_LICENCE_BYTES = 64

/** One version of a dataset: a commitment to its records, and where it came from. */
export type DatasetVersion = {
  /** Merkle root of the record commitments, from `buildTree`. */
  readonly root: bigint
  /** Number of records. */
  readonly size: number | bigint
  /** sha256 of the schema document. */
  readonly schemaHash: Hex
  /** sha2-256 digest of the manifest's CID, from `digestOfCid`. */
  readonly manifestDigest: Hex
  /** SPDX licence expression, 1 to 64 bytes. */
  readonly licence: string
  /** Version ids this one derives from; at most 16. */
  readonly parents?: readonly Hex[] | undefined
}

export type RegisterDatasetParameters = WriteParameters & {
  /** 1 to 128 bytes. */
  readonly name: string
  readonly version: DatasetVersion
  /** Fixes the dataset id; default: random. */
  readonly salt?: Hex | undefined
}
export type RegisterDatasetReturnType = WriteReturnType & { readonly datasetId: Hex; readonly versionId: Hex }
export type RegisterDatasetErrorType = TextLengthError | AlreadyRegisteredError | DatasetNotFoundError | Error

/**
 * Registers a dataset with its first version.
 *
 * @example
 * import { buildTree, recordCommitment, registerDataset } from '@veritask/sdk'
 * const tree = buildTree(records.map((bytes, i) => recordCommitment({ salt: salts[i], bytes })))
 * const { versionId } = await registerDataset(client, {
 *   name: 'MNIST test digits',
 *   version: { root: tree.root, size: tree.size, schemaHash, manifestDigest, licence: 'CC-BY-SA-3.0' },
 * })
 */
export async function registerDataset(
  client: VeritaskClient,
  parameters: RegisterDatasetParameters,
): Promise<RegisterDatasetReturnType> {
  const { name, version, salt = bytesToHex(randomBytes(32)) } = parameters
  assertText('name', name, MAX_NAME_BYTES)
  const first = toVersion(version)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const registry = deployment.contracts.datasetRegistry
  await assertParents(client, deployment, first.parents)
  const datasetId = registeredIdOf({ chainId: deployment.chainId, registry, owner: signer.address, salt })

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(datasetRegistryAbi, registry, 'register', [salt, name, first]),
    findEffect: async () => {
      const [event] = await versionsOf(client, deployment, datasetId)
      if (event && !sameVersion(event, first)) throw new AlreadyRegisteredError({ what: 'dataset', id: datasetId })
      return event?.transactionHash
    },
  })
  return { ...sent, datasetId, versionId: findEvent(events, 'DatasetVersionPublished')!.args.versionId }
}

export type PublishDatasetVersionParameters = WriteParameters & {
  readonly datasetId: Hex
  readonly version: DatasetVersion
}
export type PublishDatasetVersionReturnType = WriteReturnType & { readonly versionId: Hex; readonly number: number }
export type PublishDatasetVersionErrorType = NotOwnerError | DatasetNotFoundError | TextLengthError | Error

/** Publishes the next version of a dataset. Owner only. */
export async function publishDatasetVersion(
  client: VeritaskClient,
  parameters: PublishDatasetVersionParameters,
): Promise<PublishDatasetVersionReturnType> {
  const { datasetId } = parameters
  const next = toVersion(parameters.version)
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const registry = deployment.contracts.datasetRegistry
  const owner = await read(() =>
    readContract(client, { address: registry, abi: datasetRegistryAbi, functionName: 'ownerOf', args: [datasetId] }),
  )
  if (owner !== signer.address) throw new NotOwnerError({ what: 'dataset', id: datasetId, caller: signer.address })
  await assertParents(client, deployment, next.parents)

  const { events, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(datasetRegistryAbi, registry, 'publishVersion', [datasetId, next]),
    findAfter: async (fromBlock) => {
      const published = await versionsOf(client, deployment, datasetId, fromBlock)
      return published.find((event) => sameVersion(event, next))?.transactionHash
    },
  })
  const { versionId, number } = findEvent(events, 'DatasetVersionPublished')!.args
  return { ...sent, versionId, number }
}

export type GetDatasetParameters = ReadParameters & { readonly datasetId: Hex }
export type GetDatasetReturnType = {
  readonly datasetId: Hex
  /** Untrusted text of the owner. */
  readonly name: string
  readonly owner: Address
  readonly versions: readonly (Required<Omit<DatasetVersion, 'size' | 'parents'>> & {
    readonly versionId: Hex
    readonly number: number
    readonly size: bigint
    readonly parents: readonly Hex[]
    readonly blockNumber: bigint
    readonly hash: Hash
  })[]
}
export type GetDatasetErrorType = DatasetNotFoundError | Error

/** A dataset and its versions, from chain logs. */
export async function getDataset(
  client: VeritaskClient,
  parameters: GetDatasetParameters,
): Promise<GetDatasetReturnType> {
  const { datasetId } = parameters
  const deployment = await connect(client, parameters)
  const [registered, transferred, versions] = await Promise.all([
    readLogs(client, deployment, { contract: 'datasetRegistry', eventName: 'DatasetRegistered', args: { datasetId } }),
    readLogs(client, deployment, { contract: 'datasetRegistry', eventName: 'DatasetTransferred', args: { datasetId } }),
    versionsOf(client, deployment, datasetId),
  ])
  const first = registered[0]
  if (!first) throw new DatasetNotFoundError({ versionId: datasetId })
  return {
    datasetId,
    name: first.args.name,
    owner: transferred.at(-1)?.args.current ?? first.args.owner,
    versions: versions.map(({ args, blockNumber, transactionHash }) => ({
      ...args.version,
      versionId: args.versionId,
      number: args.number,
      blockNumber,
      hash: transactionHash,
    })),
  }
}

/** The id a dataset or model will have in its registry. */
export function registeredIdOf(parameters: {
  readonly chainId: number
  readonly registry: Address
  readonly owner: Address
  readonly salt: Hex
}): Hex {
  const { chainId, registry, owner, salt } = parameters
  return keccak256(
    encodeAbiParameters(parseAbiParameters('uint256, address, address, bytes32'), [
      BigInt(chainId),
      registry,
      owner,
      salt,
    ]),
  )
}

/** Refuses dataset versions that are not published. */
export async function assertParents(
  client: VeritaskClient,
  deployment: Deployment,
  versionIds: readonly Hex[],
): Promise<void> {
  const roots = await Promise.all(
    versionIds.map((versionId) =>
      read(() =>
        readContract(client, {
          address: deployment.contracts.datasetRegistry,
          abi: datasetRegistryAbi,
          functionName: 'rootOf',
          args: [versionId],
        }),
      ),
    ),
  )
  roots.forEach((root, index) => {
    if (root === 0n) throw new DatasetNotFoundError({ versionId: versionIds[index]! })
  })
}

function toVersion(version: DatasetVersion) {
  assertText('licence', version.licence, MAX_LICENCE_BYTES)
  return {
    ...version,
    root: toField(version.root, 'The dataset root'),
    size: BigInt(version.size),
    parents: version.parents ?? [],
  }
}

function versionsOf(client: VeritaskClient, deployment: Deployment, datasetId: Hex, fromBlock?: bigint) {
  return readLogs(client, deployment, {
    contract: 'datasetRegistry',
    eventName: 'DatasetVersionPublished',
    args: { datasetId },
    fromBlock,
  })
}

function sameVersion(
  event: VeritaskEventNamed<'DatasetVersionPublished'>,
  version: ReturnType<typeof toVersion>,
): boolean {
  const published = event.args.version
  return (
    published.root === version.root &&
    published.size === version.size &&
    published.schemaHash === version.schemaHash &&
    published.manifestDigest === version.manifestDigest
  )
}
