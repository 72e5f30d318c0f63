import {
  concatHex,
  encodeAbiParameters,
  type Hex,
  keccak256,
  numberToHex,
  parseAbiParameters,
  sha256,
  stringToHex,
} from 'viem'
import { toField } from '../field.js'
import { ProofMalformedError } from '../proving/groth16.js'
import { isBytes } from './bytes.js'
import { type DeployedVerifier, keyNumber, keyWord, targetWords } from './target.js'

/** Name of the system that asks zkVerify's aggregation contract: `bytes32("zkverify-groth16")`. */
export const ZK_VERIFY_SYSTEM_ID: Hex = stringToHex('zkverify-groth16', { size: 32 })

/** A key's domain when an aggregation of any domain will do. */
export const ZK_VERIFY_ANY_DOMAIN = (1n << 256n) - 1n

const GROTH16 = keccak256(stringToHex('groth16'))
/** Groth16 on zkVerify has no versions. Older documents leave this term out of the leaf. */
const NO_VERSION = sha256('0x')

/** Where zkVerify put a proof: which aggregation, and the path from its leaf to the aggregation's root. */
export type ZkVerifyReceipt = {
  readonly domainId: bigint
  readonly aggregationId: bigint
  readonly merklePath: readonly Hex[]
  readonly leafCount: bigint
  readonly index: bigint
}

/**
 * Leaf of a Groth16 proof in zkVerify's aggregations.
 *
 * @param parameters.vkHash - zkVerify's hash of the Groth16 key, 32 bytes.
 * @throws {@link FieldOutOfRangeError}, {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { zkVerifyLeaf } from '@veritask/sdk'
 *
 * const leaf = zkVerifyLeaf({ vkHash: `0x${'51'.repeat(32)}`, publicSignals: [1n, 2n] })
 */
export function zkVerifyLeaf({
  vkHash,
  publicSignals,
}: {
  readonly vkHash: Hex
  readonly publicSignals: readonly bigint[]
}): Hex {
  const words = publicSignals.map((signal) => littleEndian(toField(signal, 'A public signal')))
  return keccak256(concatHex([GROTH16, keyWord(vkHash, 'the key hash'), NO_VERSION, keccak256(concatHex(words))]))
}

function littleEndian(value: bigint): Hex {
  const bytes = numberToHex(value, { size: 32 }).slice(2).match(/../g)!
  return `0x${bytes.reverse().join('')}`
}

/**
 * Key of a Groth16 circuit whose proofs zkVerify checks.
 *
 * @param parameters.domain - Domain of the aggregations, or {@link ZK_VERIFY_ANY_DOMAIN}.
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { ZK_VERIFY_ANY_DOMAIN, zkVerifyKeyData } from '@veritask/sdk'
 *
 * const target = { verifier: `0x${'11'.repeat(20)}`, codeHash: `0x${'51'.repeat(32)}`, callGas: 400_000n } as const
 * const circuit = { vkHash: `0x${'51'.repeat(32)}`, signalCount: 2 } as const
 * const keyData = zkVerifyKeyData({ ...target, ...circuit, domain: ZK_VERIFY_ANY_DOMAIN })
 */
export function zkVerifyKeyData(
  parameters: DeployedVerifier & { readonly vkHash: Hex; readonly domain: bigint; readonly signalCount: number },
): Hex {
  const { vkHash, domain, signalCount } = parameters
  return concatHex([
    targetWords(parameters),
    keyWord(vkHash, 'the key hash'),
    keyNumber(domain, 'the domain'),
    keyNumber(signalCount, 'the number of signals'),
  ])
}

/**
 * A receipt as the proof system contract reads it.
 *
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { zkVerifyProof } from '@veritask/sdk'
 *
 * const proof = zkVerifyProof({ domainId: 0n, aggregationId: 1n, merklePath: [], leafCount: 1n, index: 0n })
 */
export function zkVerifyProof(receipt: ZkVerifyReceipt): Hex {
  const { domainId, aggregationId, merklePath, leafCount, index } = receipt
  if (merklePath.some((node) => !isBytes(node, 32)))
    throw new ProofMalformedError('a node of its path does not have 32 bytes')
  if (domainId < 0n || aggregationId < 0n || index < 0n || index >= leafCount)
    throw new ProofMalformedError('its index is not that of one of its leaves')
  return encodeAbiParameters(parseAbiParameters('uint256, uint256, bytes32[], uint256, uint256'), [
    domainId,
    aggregationId,
    merklePath,
    leafCount,
    index,
  ])
}
