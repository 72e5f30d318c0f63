import { concatHex, encodeAbiParameters, type Hex, pad, parseAbiParameters, sha256, sliceHex, stringToHex } from 'viem'
import { ProofMalformedError } from '../proving/groth16.js'
import { isBytes } from './bytes.js'
import { journalBytes, journalWords } from './journal.js'
import { type DeployedVerifier, keyNumber, keyWord, targetWords } from './target.js'

/** Name of the system that checks SP1 proofs under SP1's Groth16 key: `bytes32("sp1-groth16-v6")`. */
export const SP1_SYSTEM_ID: Hex = stringToHex('sp1-groth16-v6', { size: 32 })

/** Name of the system that asks a deployed SP1 verifier or gateway: `bytes32("sp1-verifier")`. */
export const SP1_VERIFIER_SYSTEM_ID: Hex = stringToHex('sp1-verifier', { size: 32 })

/** The circuit keeps 253 bits of a digest. */
const DIGEST_MASK = (1n << 253n) - 1n
const SELECTOR_BYTES = 4
/** Selector, exit code, root, nonce and eight words. */
const PROOF_BYTES = 356

/**
 * Digest of public values as SP1's circuit has it: sha256 with the top three bits cleared.
 *
 * Source: succinctlabs/sp1-contracts, contracts/src/v6.0.0/SP1VerifierGroth16.sol.
 *
 * @throws {@link JournalMalformedError}
 *
 * @example
 * import { sp1PublicValuesDigest } from '@veritask/sdk'
 *
 * const digest = sp1PublicValuesDigest('0x14')
 */
export function sp1PublicValuesDigest(publicValues: Hex): bigint {
  return BigInt(sha256(journalBytes(publicValues))) & DIGEST_MASK
}

/**
 * Public signals of public values: their 32-byte words, or with zero words {@link sp1PublicValuesDigest}.
 *
 * @param words - As in the key: zero, or the number of words that the public values have.
 * @throws {@link JournalMalformedError}
 *
 * @example
 * import { sp1Signals } from '@veritask/sdk'
 *
 * const [first, second] = sp1Signals(`0x${'51'.repeat(64)}`, 2)
 */
export function sp1Signals(publicValues: Hex, words: number): bigint[] {
  return words === 0 ? [sp1PublicValuesDigest(publicValues)] : journalWords(publicValues, words)
}

/**
 * The five public signals of the Groth16 proof inside SP1's proof bytes: program, digest, exit code, root and nonce.
 *
 * @throws {@link ProofMalformedError}, {@link JournalMalformedError}, {@link VerifyingKeyMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { sp1CircuitSignals } from '@veritask/sdk'
 *
 * const signals = (proofBytes: Hex) =>
 *   sp1CircuitSignals({ programVKey: `0x${'51'.repeat(32)}`, publicValues: '0x14', proofBytes })
 */
export function sp1CircuitSignals(parameters: {
  readonly programVKey: Hex
  readonly publicValues: Hex
  readonly proofBytes: Hex
}): bigint[] {
  const { programVKey, publicValues, proofBytes } = parameters
  assertProofBytes(proofBytes)
  const word = (i: number) => BigInt(sliceHex(proofBytes, SELECTOR_BYTES + 32 * i, SELECTOR_BYTES + 32 * (i + 1)))
  const program = BigInt(keyWord(programVKey, 'the program key'))
  return [program, sp1PublicValuesDigest(publicValues), word(0), word(1), word(2)]
}

/**
 * Key of a program whose proofs are checked under SP1's own Groth16 key in the registry.
 *
 * @param parameters.groth16KeyId - Key id of the release's Groth16 key.
 * @param parameters.verifierHash - `VERIFIER_HASH` of the release's verifier: its first four bytes start every proof.
 * @param parameters.vkRoot - `VK_ROOT` of the release's verifier.
 * @param parameters.publicWords - Words of the public values, each a public signal; zero for their digest as the only one.
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { sp1KeyData } from '@veritask/sdk'
 *
 * const word: Hex = `0x${'51'.repeat(32)}`
 * const release = { verifierHash: word, vkRoot: word }
 * const keyData = sp1KeyData({ ...release, groth16KeyId: word, programVKey: word, publicWords: 3 })
 */
export function sp1KeyData(parameters: {
  readonly groth16KeyId: Hex
  readonly verifierHash: Hex
  readonly vkRoot: Hex
  readonly programVKey: Hex
  readonly publicWords: number
}): Hex {
  const { groth16KeyId, verifierHash, vkRoot, programVKey, publicWords } = parameters
  return concatHex([
    keyWord(groth16KeyId, 'the Groth16 key id'),
    pad(sliceHex(keyWord(verifierHash, 'the verifier hash'), 0, SELECTOR_BYTES), { dir: 'right' }),
    keyWord(vkRoot, 'the root of the recursion keys'),
    keyWord(programVKey, 'the program key'),
    keyNumber(publicWords, 'the number of public words'),
  ])
}

/**
 * Key of a program whose proofs, Groth16 or PLONK, a deployed verifier or gateway of SP1 checks.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { sp1VerifierKeyData } from '@veritask/sdk'
 *
 * const target = { verifier: `0x${'11'.repeat(20)}`, codeHash: `0x${'51'.repeat(32)}`, callGas: 400_000n } as const
 * const keyData = sp1VerifierKeyData({ ...target, programVKey: `0x${'51'.repeat(32)}`, publicWords: 3 })
 */
export function sp1VerifierKeyData(
  parameters: DeployedVerifier & { readonly programVKey: Hex; readonly publicWords: number },
): Hex {
  const { programVKey, publicWords } = parameters
  const words = keyNumber(publicWords, 'the number of public words')
  return concatHex([targetWords(parameters), keyWord(programVKey, 'the program key'), words])
}

/**
 * Proof for a key of a deployed verifier that has no public words: the public values go along, since the verifier asks for
 * them. With public words, SP1's proof bytes are the proof.
 *
 * @throws {@link ProofMalformedError}, {@link JournalMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { sp1VerifierProof } from '@veritask/sdk'
 *
 * const proof = (proofBytes: Hex) => sp1VerifierProof({ publicValues: '0x14', proofBytes })
 */
export function sp1VerifierProof(parameters: { readonly publicValues: Hex; readonly proofBytes: Hex }): Hex {
  const { publicValues, proofBytes } = parameters
  if (!isBytes(proofBytes)) throw new ProofMalformedError('it is not hexadecimal bytes')
  return encodeAbiParameters(parseAbiParameters('bytes, bytes'), [journalBytes(publicValues), proofBytes])
}

function assertProofBytes(proofBytes: Hex): void {
  if (!isBytes(proofBytes, PROOF_BYTES)) throw new ProofMalformedError(`it does not have ${PROOF_BYTES} bytes`)
}
