import { type Address, encodeFunctionData, type Hex, hexToString, stringToHex, zeroHash } from 'viem'
import { readContract } from 'viem/actions'
import { assertAudited, type ZkeyAudit } from '../ceremony/audit.js'
import type { KeyAuditFailedError } from '../ceremony/errors.js'
import { GROTH16_SYSTEM_ID, keyDataToVkey, keyIdOf, type VerifyingKeyJson } from '../core.js'
import type { Deployment } from '../deployments.js'
import { GROTH16_SYSTEM, resolveDeployment } from '../deployments.js'
import { BaseError } from '../errors/base.js'
import { KeyNotFoundError } from '../errors/contract.js'
import { iProofSystemAbi, verifierKeyRegistryAbi } from '../generated/abis.js'
import {
  chainTime,
  connect,
  type ReadParameters,
  read,
  resolveSigner,
  type VeritaskClient,
  type WriteParameters,
} from './internal/context.js'
import { endingOf, freezeOf, type KeyAdvisory, type KeyFreeze, readFreeze } from './internal/keyFreeze.js'
import { readLogs } from './internal/logs.js'
import { contractCall, type WriteReturnType, write } from './internal/write.js'

export { advisoryLink, freezeText } from './internal/keyFreeze.js'
export type { KeyAdvisory, KeyFreeze }

export type VerifierKeyStatus = 'proposed' | 'active' | 'frozen'
const statuses = [undefined, 'proposed', 'active', 'frozen'] as const satisfies readonly (
  | VerifierKeyStatus
  | undefined
)[]

export type VerifierKey = {
  readonly keyId: Hex
  /** Frozen as soon as the key it depends on is. */
  readonly status: VerifierKeyStatus
  readonly proofSystem: Address
  /** Name of the proof system, part of the key id; for example `groth16-bn254`. */
  readonly system: string
  /** True when the key comes from no multi-party ceremony. */
  readonly development: boolean
  /**
   * Whether the circuit has a public signal that its prover must not choose, as its proposer says: part of the key id. Direct and
   * optimistic tasks and gates refuse such a key, and labelling settlements ask for it.
   */
  readonly needsChallenge: boolean
  /** Whether anybody may freeze the key by a proof of the statement that nobody chose (`impossibleSignals`). */
  readonly freezableByProof: boolean
  /** Earliest activation, in seconds. */
  readonly activeAt: bigint
  readonly gasCap: number
  readonly signalCount: number
  /** sha256 of the artifact manifest entry behind the key. */
  readonly manifestHash: Hex
  /** Key that proofs under this one are checked with in the end, frozen together with it. */
  readonly dependsOn: Hex | undefined
  /** Whether the proof system checks many proofs in one go. */
  readonly batches: boolean
  /** How the key, or the one it depends on, was frozen; undefined while it is not. */
  readonly freeze: KeyFreeze | undefined
  /** The key as the proof system holds it. */
  readonly keyData: Hex
  /** The key as snarkjs reads it; of Groth16 keys alone. */
  readonly verifyingKey: VerifyingKeyJson | undefined
  /** Circuit the deployment names for this key. */
  readonly circuit: string | undefined
}

/** The key is one of another proof system than this can check. */
export class NotGroth16KeyError extends BaseError {
  override name = 'NotGroth16KeyError'
  constructor({ keyId, system }: { keyId: Hex; system: string }) {
    super(`Verifier key ${keyId} is a key of ${system}, not of Groth16.`, {
      metaMessages: ['Labels are proven under Groth16 keys. Check other proofs with `verifyProofs`.'],
    })
  }
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
  const registry = { address: deployment.contracts.verifierKeyRegistry, abi: verifierKeyRegistryAbi } as const
  const [{ dependent: _, ...key }, statusNumber] = await read(() =>
    Promise.all([
      readContract(client, { ...registry, functionName: 'verifierKey', args: [keyId] }),
      readContract(client, { ...registry, functionName: 'status', args: [keyId] }),
    ]),
  )
  const status = statuses[statusNumber]
  if (!status) throw new KeyNotFoundError({ keyId })
  const proofSystem = { address: key.proofSystem, abi: iProofSystemAbi } as const
  const [systemId, keyData] = await read(() =>
    Promise.all([
      readContract(client, { ...proofSystem, functionName: 'systemId' }),
      readContract(client, { ...proofSystem, functionName: 'keyData', args: [keyId] }),
    ]),
  )
  const { manifestHash, development, needsChallenge } = key
  if (keyIdOf({ systemId, keyData, manifestHash, development, needsChallenge }) !== keyId)
    throw new KeyContentMismatchError({ keyId })
  const dependsOn = unlessZero(key.dependsOn)
  return {
    ...key,
    keyId,
    status,
    system: systemName(systemId),
    dependsOn,
    freeze: status === 'frozen' ? await readFreeze(client, deployment, { keyId, dependsOn }) : undefined,
    keyData,
    verifyingKey: systemId === GROTH16_SYSTEM_ID ? keyDataToVkey(keyData) : undefined,
    circuit: circuitOf(deployment, keyId),
  }
}

// Key ids are content hashes, so what was fetched and checked once holds for ever, whichever chain it came from.
const verifyingKeys = new Map<Hex, VerifyingKeyJson>()

/**
 * The verifying key behind a key id, fetched and checked once.
 *
 * @throws {NotGroth16KeyError}
 */
export async function verifyingKeyOf(
  client: VeritaskClient,
  deployment: Deployment,
  keyId: Hex,
): Promise<VerifyingKeyJson> {
  const known = verifyingKeys.get(keyId)
  if (known) return known
  const { verifyingKey, system } = await getVerifierKey(client, { deployment, keyId })
  if (!verifyingKey) throw new NotGroth16KeyError({ keyId, system })
  verifyingKeys.set(keyId, verifyingKey)
  return verifyingKey
}

export type ListVerifierKeysParameters = ReadParameters
export type ListVerifierKeysReturnType = readonly (Pick<
  VerifierKey,
  | 'keyId'
  | 'status'
  | 'proofSystem'
  | 'development'
  | 'needsChallenge'
  | 'freezableByProof'
  | 'freeze'
  | 'activeAt'
  | 'gasCap'
  | 'signalCount'
  | 'manifestHash'
  | 'dependsOn'
  | 'circuit'
> & { readonly proposedAtBlock: bigint })[]
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
  const recorded = new Map<Hex, VerifierKeyStatus>()
  const freezes = new Map<Hex, KeyFreeze>()
  for (const event of events) {
    if (event.eventName === 'KeyActivated') recorded.set(event.args.keyId, 'active')
    if (event.eventName !== 'KeyFrozen') continue
    recorded.set(event.args.keyId, 'frozen')
    freezes.set(event.args.keyId, freezeOf(event))
  }
  return events.flatMap((event) => {
    if (event.eventName !== 'KeyProposed') return []
    const { keyData: _, dependsOn, ...key } = event.args
    const status = recorded.get(dependsOn) === 'frozen' ? 'frozen' : (recorded.get(key.keyId) ?? 'proposed')
    return [
      {
        ...key,
        status,
        dependsOn: unlessZero(dependsOn),
        freeze: endingOf(freezes.get(key.keyId), freezes.get(dependsOn)),
        circuit: circuitOf(deployment, key.keyId),
        proposedAtBlock: event.blockNumber,
      },
    ]
  })
}

export type EncodeProposeKeyParameters = ReadParameters & {
  readonly keyData: Hex
  readonly manifestHash: Hex
  readonly development: boolean
  /**
   * Whether the circuit has a public signal that its prover must not choose. Part of the key id. Saying no of a circuit that has
   * one lets anybody forge in direct and optimistic tasks.
   */
  readonly needsChallenge: boolean
  /**
   * Whether anybody may freeze the key by a proof of the statement that nobody chose (`impossibleSignals`). Only for circuits that
   * have no witness for it, as where one of the signals is a hash computed inside.
   */
  readonly freezableByProof: boolean
  /** Gas forwarded to one verification. Default: the `verifyGasCap` of the parameters when it is proposed. */
  readonly gasCap?: number | undefined
  /** Name of the proof system in the deployment. Default: `groth16-bn254`. */
  readonly system?: string | undefined
  /**
   * The audit of the proving key, from `@veritask/sdk/node`: a key that it refuses is not encoded. While `development` is
   * false, neither is a key whose contributions or powers of tau are no ceremony's. `auditZkey` does not see the powers of
   * tau, so take the audit that `verifyCeremony` or `finalizeCeremony` returns.
   */
  readonly audit?: ZkeyAudit | undefined
}
export type EncodeProposeKeyReturnType = { readonly to: Address; readonly data: Hex; readonly keyId: Hex }
export type EncodeProposeKeyErrorType = KeyAuditFailedError | UnknownProofSystemError | Error

/** The deployment names no proof system like this. */
export class UnknownProofSystemError extends BaseError {
  override name = 'UnknownProofSystemError'
  constructor({ system, known }: { system: string; known: readonly string[] }) {
    super(`The deployment has no proof system "${system}".`, { metaMessages: [`It has ${known.join(', ')}.`] })
  }
}

/**
 * The call with which governance proposes a key, for a timelock or governor proposal. Sends nothing.
 *
 * @example
 * import { encodeProposeKey } from '@veritask/sdk'
 * const { to, data, keyId } = encodeProposeKey(client, {
 *   keyData, manifestHash, development: false, needsChallenge: true, freezableByProof: true,
 * })
 */
export function encodeProposeKey(
  client: VeritaskClient,
  parameters: EncodeProposeKeyParameters,
): EncodeProposeKeyReturnType {
  const { keyData, manifestHash, development, needsChallenge, freezableByProof, gasCap = 0 } = parameters
  const { system = GROTH16_SYSTEM, audit } = parameters
  if (audit) assertAudited(audit, { keyData, development })
  const { contracts, proofSystems } = resolveDeployment(client, parameters.deployment)
  const proofSystem = Object.hasOwn(proofSystems, system) ? proofSystems[system] : undefined
  if (!proofSystem) throw new UnknownProofSystemError({ system, known: Object.keys(proofSystems) })
  const data = encodeFunctionData({
    abi: verifierKeyRegistryAbi,
    functionName: 'propose',
    args: [{ proofSystem, keyData, manifestHash, development, needsChallenge, freezableByProof, gasCap }],
  })
  const systemId = stringToHex(system, { size: 32 })
  const keyId = keyIdOf({ systemId, keyData, manifestHash, development, needsChallenge })
  return { to: contracts.verifierKeyRegistry, data, keyId }
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

const unlessZero = (hash: Hex): Hex | undefined => (hash === zeroHash ? undefined : hash)

/** The name in a system id: ASCII, padded with zeros. */
function systemName(systemId: Hex): string {
  return hexToString(systemId, { size: 32 })
}
