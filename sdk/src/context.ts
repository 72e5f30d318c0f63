import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters, zeroHash } from 'viem'
import type { Field } from './field.js'

/** What a proof is bound to. */
export type ContextParameters = {
  readonly chainId: number | bigint
  /** The settlement contract that verifies. */
  readonly module: Address
  readonly taskId: Hex
  readonly slot: number
  /** Where the reward goes. */
  readonly payout: Address
  /** Verifier key of the proof. */
  readonly keyId: Hex
}

/** Slot number of statements about a task as a whole: what its aggregator proves. */
export const WHOLE_TASK = 2 ** 32 - 1

const CONTEXT_TYPES = parseAbiParameters('uint256, address, bytes32, uint32, address, bytes32')

/**
 * What a proof carries as its third public signal, so that it serves one chain, contract, task, slot, payee and key only:
 * `uint256(keccak256(abi.encode(chainId, module, taskId, slot, payout, keyId))) >> 8`.
 *
 * @example
 * import { zeroAddress, zeroHash } from 'viem'
 * import { proofContext } from '@veritask/sdk'
 *
 * const context = proofContext({
 *   chainId: 31337, module: zeroAddress, taskId: zeroHash, slot: 0, payout: zeroAddress, keyId: zeroHash,
 * })
 */
export function proofContext({ chainId, module, taskId, slot, payout, keyId }: ContextParameters): Field {
  const encoded = encodeAbiParameters(CONTEXT_TYPES, [BigInt(chainId), module, taskId, slot, payout, keyId])
  // 248 bits are below the field order.
  return (BigInt(keccak256(encoded)) >> 8n) as Field
}

/**
 * What a label commitment is bound to: the {@link proofContext} with a zero key id, so that one commitment serves
 * whichever key later proves something about it.
 *
 * @example
 * import { zeroAddress, zeroHash } from 'viem'
 * import { commitmentContext } from '@veritask/sdk'
 *
 * const context = commitmentContext({
 *   chainId: 31337, module: zeroAddress, taskId: zeroHash, slot: 0, payout: zeroAddress,
 * })
 */
export function commitmentContext(parameters: Omit<ContextParameters, 'keyId'>): Field {
  return proofContext({ ...parameters, keyId: zeroHash })
}
