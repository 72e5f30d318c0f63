import { type Address, encodeFunctionData, type Hex } from 'viem'
import { readContract } from 'viem/actions'
import { keyDataToVkey, keyIdOf, type VerifyingKeyJson } from '../core.js'
import type { Deployment } from '../deployments.js'
import { resolveDeployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import { KeyNotFoundError } from '../errors/contract.js'
import { groth16ProofSystemAbi, verifierKeyRegistryAbi } from '../generated/abis.js'
import {
  chainTime,
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { readLogs } from './internal/logs.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export type VerifierKeyStatus = 'proposed' | 'active' | 'frozen'
const statuses = [undefined, 'proposed', 'active', 'frozen'] as const satisfies readonly (
  | VerifierKeyStatus
  | undefined
)[]

export type VerifierKey = {
  readonly keyId: Hex
  readonly status: VerifierKeyStatus
  readonly proofSystem: Address
  /** True when the key comes from no multi-party ceremony. */
  readonly development: boolean
  /** Earliest activation, in seconds. */
  readonly activeAt: bigint
  readonly gasCap: number
  readonly signalCount: number
  /** sha256 of the artifact manifest entry behind the key. */
  readonly manifestHash: Hex
  /** The key as the proof system holds it. */
  readonly keyData: Hex
  /** The key as snarkjs reads it. */
  readonly verifyingKey: VerifyingKeyJson
  /** Circuit the deployment names for this key. */
  readonly circuit: string | undefined
}

/** What the chain serves under a key id is not what the id was computed from: the node cannot be trusted. */
export class KeyContentMismatchError extends BaseError {
  override name = 'KeyContentMismatchError'
  constructor({ keyId }: { keyId: Hex }) {
    super(`The key data served for ${keyId} does not have that id.`, {
      metaMessages: ['Key ids are content hashes. Use another node.'],
    })
  }
}

export type GetVerifierKeyParameters = ReadParameters & { readonly keyId: Hex }
export type GetVerifierKeyReturnType = VerifierKey
export type GetVerifierKeyErrorType = KeyNotFoundError | KeyContentMismatchError | Error

/**
 * A verifier key with its data, checked against its content id.
 *
 * @example
 * import { getVerifierKey } from '@veritask/sdk'
 * const { status, verifyingKey } = await getVerifierKey(client, { keyId })
 */
export async function getVerifierKey(
  client: VeritaskClient,
  parameters: GetVerifierKeyParameters,
): Promise<GetVerifierKeyReturnType> {
  const { keyId } = parameters
  const deployment = await connect(client, parameters)
  const key = await read(() =>
    readContract(client, {
      address: deployment.contracts.verifierKeyRegistry,
      abi: verifierKeyRegistryAbi,
      functionName: 'verifierKey',
      args: [keyId],
    }),
  )
  const status = statuses[key.status]
  if (!status) throw new KeyNotFoundError({ keyId })
  const keyData = await read(() =>
    readContract(client, {
      address: key.proofSystem,
      abi: groth16ProofSystemAbi,
      functionName: 'keyData',
      args: [keyId],
    }),
  )
  const { manifestHash, development } = key
  if (keyIdOf({ keyData, manifestHash, development }) !== keyId) throw new KeyContentMismatchError({ keyId })
  return { ...key, keyId, status, keyData, verifyingKey: keyDataToVkey(keyData), circuit: circuitOf(deployment, keyId) }
}

// Key ids are content hashes, so what was fetched and checked once holds for ever, whichever chain it came from.
const verifyingKeys = new Map<Hex, VerifyingKeyJson>()

/** The verifying key behind a key id, fetched and checked once. */
export async function verifyingKeyOf(
  client: VeritaskClient,
  deployment: Deployment,
  keyId: Hex,
): Promise<VerifyingKeyJson> {
  const known = verifyingKeys.get(keyId)
  if (known) return known
  const { verifyingKey } = await getVerifierKey(client, { deployment, keyId })
  verifyingKeys.set(keyId, verifyingKey)
  return verifyingKey
}

export type ListVerifierKeysParameters = ReadParameters
export type ListVerifierKeysReturnType = readonly (Omit<VerifierKey, 'keyData' | 'verifyingKey'> & {
  readonly proposedAtBlock: bigint
})[]
export type ListVerifierKeysErrorType = Error

/** Every verifier key from chain logs, oldest first. */
export async function listVerifierKeys(
  client: VeritaskClient,
  parameters: ListVerifierKeysParameters = {},
): Promise<ListVerifierKeysReturnType> {
  const deployment = await connect(client, parameters)
  const events = await readLogs(client, deployment, {
    contract: 'verifierKeyRegistry',
    eventName: ['KeyProposed', 'KeyActivated', 'KeyFrozen'],
  })
  const status = new Map<Hex, VerifierKeyStatus>()
  for (const { eventName, args } of events) {
    if (eventName === 'KeyActivated') status.set(args.keyId, 'active')
    if (eventName === 'KeyFrozen') status.set(args.keyId, 'frozen')
  }
  return events.flatMap((event) => {
    if (event.eventName !== 'KeyProposed') return []
    const { keyId, proofSystem, manifestHash, development, activeAt, gasCap, signalCount } = event.args
    return [
      {
        keyId,
        status: status.get(keyId) ?? 'proposed',
        proofSystem,
        manifestHash,
        development,
        activeAt,
        gasCap,
        signalCount,
        circuit: circuitOf(deployment, keyId),
        proposedAtBlock: event.blockNumber,
      },
    ]
  })
}

export type EncodeProposeKeyParameters = ReadParameters & {
  readonly keyData: Hex
  readonly manifestHash: Hex
  readonly development: boolean
  /** Default: the deployment's Groth16 proof system. */
  readonly proofSystem?: Address | undefined
}
export type EncodeProposeKeyReturnType = { readonly to: Address; readonly data: Hex; readonly keyId: Hex }
export type EncodeProposeKeyErrorType = Error

/**
 * The call with which governance proposes a key, for a timelock or governor proposal. Sends nothing.
 *
 * @example
 * import { encodeProposeKey } from '@veritask/sdk'
 * const { to, data, keyId } = encodeProposeKey(client, { keyData, manifestHash, development: false })
 */
export function encodeProposeKey(
  client: VeritaskClient,
  parameters: EncodeProposeKeyParameters,
): EncodeProposeKeyReturnType {
  const { keyData, manifestHash, development } = parameters
  const { contracts } = resolveDeployment(client, parameters.deployment)
  const data = encodeFunctionData({
    abi: verifierKeyRegistryAbi,
    functionName: 'propose',
    args: [parameters.proofSystem ?? contracts.groth16, keyData, manifestHash, development],
  })
  return { to: contracts.verifierKeyRegistry, data, keyId: keyIdOf({ keyData, manifestHash, development }) }
}

export type ActivateKeyParameters = WriteParameters & { readonly keyId: Hex }
export type ActivateKeyReturnType = WriteReturnType
export type ActivateKeyErrorType = KeyNotFoundError | KeyTooEarlyError | Error

/** The key's activation delay is not over. */
export class KeyTooEarlyError extends BaseError {
  override name = 'KeyTooEarlyError'
  constructor({ keyId, activeAt, timestamp }: { keyId: Hex; activeAt: bigint; timestamp: bigint }) {
    super(`Verifier key ${keyId} can be activated at ${activeAt}, and the chain is at ${timestamp}.`)
  }
}

/** Makes a proposed key usable once its delay has passed. Anyone may call. */
export async function activateKey(
  client: VeritaskClient,
  parameters: ActivateKeyParameters,
): Promise<ActivateKeyReturnType> {
  const { keyId } = parameters
  const deployment = await connect(client, parameters)
  const signer = resolveSigner(client, parameters)
  const { status, activeAt } = await getVerifierKey(client, { deployment, keyId })
  if (status === 'proposed') {
    const timestamp = await chainTime(client)
    if (timestamp < activeAt) throw new KeyTooEarlyError({ keyId, activeAt, timestamp })
  }
  const { events: _, ...sent } = await write(client, {
    deployment,
    signer,
    call: contractCall(verifierKeyRegistryAbi, deployment.contracts.verifierKeyRegistry, 'activate', [keyId]),
    findEffect: async () => {
      const [activated] = await readLogs(client, deployment, {
        contract: 'verifierKeyRegistry',
        eventName: 'KeyActivated',
        args: { keyId },
      })
      return activated?.transactionHash
    },
  })
  return sent
}

function circuitOf(deployment: Deployment, keyId: Hex): string | undefined {
  return Object.entries(deployment.keys).find(([, id]) => id.toLowerCase() === keyId.toLowerCase())?.[0]
}
