import { type Address, encodeAbiParameters, type Hex, keccak256, type LocalAccount, parseAbiParameters } from 'viem'
import { normalizeSignature } from '../actions/internal/signature.js'
import { type Field, toField } from '../field.js'

/** What a worker asks for when it joins. */
export type Joining = {
  /** The account that will commit and leave. */
  readonly worker: Address
  /** Where the reward goes. */
  readonly payout: Address
  /** The worker's X25519 public key. */
  readonly encryptionKey: Hex
  /** Paid out of the reward, in base units, to each of two: who relays the joining, and who sends what pays the slot. */
  readonly relayFee: bigint
  /** Of the task whose terms the worker agreed to: the registry refuses the joining of any other under the same id. */
  readonly termsHash: Hex
}

/** Where a joining belongs. */
export type GateBinding = { readonly chainId: number; readonly gate: Address; readonly taskId: Hex }

/** What an admission is made for. */
export type AdmissionRequest = GateBinding & {
  readonly joining: Joining
  /** The worker's account, when somebody else is to bring the joining: it signs. Left out when the worker comes itself. */
  readonly signer?: LocalAccount | undefined
}

/**
 * Makes what a gate wants to see before it lets a worker in. `joinTask` and `prepareJoining` call it once they know the
 * whole joining, since the gates of anonymous workers bind their proofs to all of it.
 */
export type AdmissionBuilder = (request: AdmissionRequest) => Promise<Hex>

const HASH_SHIFT = 8n

/**
 * What a worker signs, as the 32 bytes of an EIP-191 message, so that somebody else may bring its joining:
 * `keccak256(abi.encode(chainId, gate, taskId, joining))`.
 *
 * @example
 * import { type AdmissionRequest, joiningConsent } from '@veritask/sdk'
 *
 * const signed = (request: AdmissionRequest) => joiningConsent(request)
 */
export function joiningConsent({ chainId, gate, taskId, joining }: AdmissionRequest): Hex {
  return keccak256(
    encodeAbiParameters(
      parseAbiParameters(
        'uint256, address, bytes32, (address worker, address payout, bytes32 encryptionKey, uint96 relayFee, bytes32 termsHash)',
      ),
      [BigInt(chainId), gate, taskId, joining],
    ),
  )
}

/**
 * The message that a gate's proof carries: {@link joiningConsent} shifted right by eight bits.
 *
 * @example
 * import { type AdmissionRequest, joiningMessage } from '@veritask/sdk'
 *
 * const message = (request: AdmissionRequest) => joiningMessage(request)
 */
export function joiningMessage(request: AdmissionRequest): Field {
  return toField(BigInt(joiningConsent(request)) >> HASH_SHIFT)
}

/**
 * The scope of a task's nullifiers in the Semaphore and reputation gates:
 * `uint256(keccak256(abi.encode(chainId, gate, taskId))) >> 8`.
 *
 * @example
 * import { type GateBinding, gateScope } from '@veritask/sdk'
 *
 * const scope = (binding: GateBinding) => gateScope(binding)
 */
export function gateScope({ chainId, gate, taskId }: GateBinding): Field {
  const encoded = encodeAbiParameters(parseAbiParameters('uint256, address, bytes32'), [BigInt(chainId), gate, taskId])
  return toField(BigInt(keccak256(encoded)) >> HASH_SHIFT)
}

/**
 * What the gates of anonymous workers read as an admission.
 *
 * @param parameters.consent - The worker's signature of {@link joiningConsent}; `0x` when the worker joins itself.
 *
 * @example
 * import { encodeProofAdmission } from '@veritask/sdk'
 *
 * const admission = encodeProofAdmission({ root: 1n, nullifier: 2n, proof: '0x', consent: '0x' })
 */
export function encodeProofAdmission(parameters: {
  readonly root: bigint
  readonly nullifier: bigint
  readonly proof: Hex
  readonly consent: Hex
}): Hex {
  return encodeAbiParameters(parseAbiParameters('(uint256 root, uint256 nullifier, bytes proof, bytes consent)'), [
    parameters,
  ])
}

/** A worker's consent to being joined by somebody else; none when it comes itself. */
export async function signConsent(request: AdmissionRequest): Promise<Hex> {
  if (!request.signer) return '0x'
  return normalizeSignature(await request.signer.signMessage({ message: { raw: joiningConsent(request) } }))
}
