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
import { journalBytes } from './journal.js'
import { type DeployedVerifier, keyNumber, keyWord, targetWords } from './target.js'

/** Name of the system that asks zkVerify's aggregation contract: `bytes32("zkverify-groth16")`. */
export const ZK_VERIFY_SYSTEM_ID: Hex = stringToHex('zkverify-groth16', { size: 32 })

/** A key's domain when an aggregation of any domain will do. */
export const ZK_VERIFY_ANY_DOMAIN = (1n << 256n) - 1n

/** What zkVerify hashes for a system without versions. Older documents leave this term out of the leaf. */
const NO_VERSION = sha256('0x')

/** Versions of RISC Zero that zkVerify takes, each hashed as `sha256("risc0:<version>")`. */
export type ZkVerifyRiscZeroVersion = 'v1.0' | 'v1.1' | 'v1.2' | 'v2.0' | 'v2.1' | 'v2.2' | 'v2.3' | 'v3.0'

/**
 * Version hash of UltraHonk proofs of Barretenberg 3.0, as zkVerify's pallet has it. It is sha256 of "risc0:v3.0": the systems
 * are told apart by their names, not by it.
 */
const ULTRAHONK_V3_0: Hex = '0xaa24368f9ce9025f58596d966209fc3f322c8cac37dae753bb9b0367d273700d'

/**
 * What a proof that zkVerify checked says, per system. `vkHash` is zkVerify's hash of the verifying key, which its
 * `VkRegistered` event names: keccak256 of the encoded key for groth16, fflonk and ezkl, sha256 for ultraplonk and ultrahonk. RISC
 * Zero and SP1 have the key itself there: the image id, and the program's key hash of eight BabyBear elements.
 */
export type ZkVerifyStatement = { readonly vkHash: Hex } & (
  | { readonly system: 'groth16'; readonly publicSignals: readonly bigint[] }
  | { readonly system: 'ultraplonk'; readonly publicSignals: readonly bigint[] }
  | {
      readonly system: 'ultrahonk'
      readonly publicSignals: readonly bigint[]
      /** Left out for proofs from before zkVerify told versions apart. */
      readonly version?: 'v3.0'
    }
  /** Instances as EZKL writes them: 32 bytes each, taken as they stand. */
  | { readonly system: 'ezkl'; readonly instances: readonly Hex[] }
  | { readonly system: 'fflonk'; readonly publicSignal: bigint }
  | { readonly system: 'risc0'; readonly journal: Hex; readonly version: ZkVerifyRiscZeroVersion }
  | { readonly system: 'sp1'; readonly publicValues: Hex }
)

/**
 * Leaf of a proof of any of these systems in zkVerify's aggregations: keccak256 of the system's name, the key hash, the version
 * hash and the public inputs, each as zkVerify hashes it. Inputs are little-endian for groth16 and big-endian for ultraplonk,
 * ultrahonk and fflonk; RISC Zero and SP1 have the output's raw bytes.
 *
 * `ZkVerifyProofSystem` reads Groth16 leaves alone: the others are for contracts that check receipts themselves.
 *
 * Source: zkVerify/zkVerify, verifiers/<system>/src/lib.rs and pallets/verifiers/src/lib.rs, and docs.zkverify.io,
 * "Abstract Verifier".
 *
 * @throws {@link FieldOutOfRangeError}, {@link VerifyingKeyMalformedError}, {@link JournalMalformedError},
 * {@link ProofMalformedError} for instances that are not words
 *
 * @example
 * import { zkVerifyStatementHash } from '@veritask/sdk'
 *
 * const vkHash = `0x${'51'.repeat(32)}` as const
 * const leaf = zkVerifyStatementHash({ system: 'risc0', vkHash, journal: '0x6a757374', version: 'v3.0' })
 */
export function zkVerifyStatementHash(statement: ZkVerifyStatement): Hex {
  const { system, vkHash } = statement
  const key = keyWord(vkHash, 'the key hash')
  return keccak256(
    concatHex([keccak256(stringToHex(system)), key, versionHash(statement), keccak256(publicBytes(statement))]),
  )
}

function versionHash(statement: ZkVerifyStatement): Hex {
  if (statement.system === 'risc0') return sha256(stringToHex(`risc0:${statement.version}`))
  return statement.system === 'ultrahonk' && statement.version === 'v3.0' ? ULTRAHONK_V3_0 : NO_VERSION
}

function publicBytes(statement: ZkVerifyStatement): Hex {
  const { system } = statement
  switch (system) {
    case 'groth16':
      return concatHex(statement.publicSignals.map((signal) => reversed(word(signal))))
    case 'ultraplonk':
    case 'ultrahonk':
      return concatHex(statement.publicSignals.map(word))
    case 'fflonk':
      return word(statement.publicSignal)
    case 'ezkl':
      if (statement.instances.some((instance) => !isBytes(instance, 32)))
        throw new ProofMalformedError('an instance does not have 32 bytes')
      return concatHex(statement.instances)
    case 'risc0':
      return journalBytes(statement.journal)
    case 'sp1':
      return journalBytes(statement.publicValues)
    default:
      return system satisfies never
  }
}

function word(signal: bigint): Hex {
  return numberToHex(toField(signal, 'A public signal'), { size: 32 })
}

function reversed(bytes: Hex): Hex {
  return `0x${bytes.slice(2).match(/../g)!.reverse().join('')}`
}

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
  return zkVerifyStatementHash({ system: 'groth16', vkHash, publicSignals })
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
