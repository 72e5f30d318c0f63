import { concatHex, encodeAbiParameters, type Hex, pad, parseAbiParameters, sha256, sliceHex, stringToHex } from 'viem'
import { BaseError } from '../errors/base.js'
import { ProofMalformedError } from '../proving/groth16.js'
import { isBytes } from './bytes.js'
import { journalBytes, journalWords } from './journal.js'
import { assertNotStopped, type OutsideRelease, ReleaseRefusedError, releaseOf, releaseOfKey } from './releases.js'
import { type DeployedVerifier, keyNumber, keyWord, targetWords } from './target.js'

/** Name of the system that checks SP1 proofs under SP1's Groth16 key: `bytes32("sp1-groth16-v6")`. */
export const SP1_SYSTEM_ID: Hex = stringToHex('sp1-groth16-v6', { size: 32 })

/** Name of the system that asks a deployed SP1 verifier or gateway: `bytes32("sp1-verifier")`. */
export const SP1_VERIFIER_SYSTEM_ID: Hex = stringToHex('sp1-verifier', { size: 32 })

/** The circuit keeps 253 bits of a digest. */
const DIGEST_MASK = (1n << 253n) - 1n
const SELECTOR_BYTES = 4

/**
 * How a version lays out its Groth16 proof bytes behind the selector: `words` come before the eight words of the proof and
 * are public signals after program and digest.
 */
export type Sp1Layout = { readonly bytes: number; readonly words: readonly ('exitCode' | 'vkRoot' | 'nonce')[] }

/** Versions 3 to 5: selector and eight words; two public signals. */
const TWO_SIGNALS: Sp1Layout = { bytes: 260, words: [] }
/** Version 6: selector, exit code, root of the recursion keys, nonce and eight words; five public signals. */
const FIVE_SIGNALS: Sp1Layout = { bytes: 356, words: ['exitCode', 'vkRoot', 'nonce'] }

export type Sp1Release = OutsideRelease & {
  /** `VERIFIER_HASH` of the version's Groth16 verifier. */
  readonly verifierHash: Hex
  /** `VK_ROOT` of the verifier, from version 6 on. */
  readonly vkRoot?: Hex
  readonly layout: Sp1Layout
}

/**
 * Versions of SP1's Groth16 verifier. Source: succinctlabs/sp1-contracts, contracts/src/<version>/SP1VerifierGroth16.sol; of
 * v6.1.0 as at commit 2ac5ecbbe473421a963d67e55f182e9a36576f7c, since earlier ones hold the hash of a verifier that was
 * replaced before it was routed (0x2b4aeaf7).
 *
 * @example
 * import { sp1Releases } from '@veritask/sdk'
 *
 * const routed = sp1Releases.filter(({ status }) => status === 'routed').map(({ version }) => version)
 */
export const sp1Releases: readonly Sp1Release[] = [
  {
    version: 'v3.0.0',
    selector: '0x09069090',
    verifierHash: '0x090690902a12d1d02c07a1ad25aa76bded5f6499e12a11ba127669501b553998',
    status: 'superseded',
    layout: TWO_SIGNALS,
  },
  {
    version: 'v4.0.0-rc.3',
    selector: '0x11b6a09d',
    verifierHash: '0x11b6a09d63d255ad425ee3a7f6211d5ec63fbde9805b40551c3136275b6f4eb4',
    status: 'superseded',
    layout: TWO_SIGNALS,
  },
  {
    version: 'v5.0.0',
    selector: '0xa4594c59',
    verifierHash: '0xa4594c59bbc142f3b81c3ecb7f50a7c34bc9af7c4c444b5d48b795427e285913',
    status: 'superseded',
    layout: TWO_SIGNALS,
  },
  {
    version: 'v6.0.0',
    selector: '0x0e78f4db',
    verifierHash: '0x0e78f4db7a6771a3a6a7d9c3b0de6fe73d58781368967a7fe84d87aefffec896',
    vkRoot: '0x008cd56e10c2fe24795cff1e1d1f40d3a324528d315674da45d26afb376e8670',
    status: 'stopped',
    advisory: 'GHSA-63x8-x938-vx33',
    layout: FIVE_SIGNALS,
  },
  {
    version: 'v6.1.0',
    selector: '0x4388a21c',
    verifierHash: '0x4388a21c687fdd5f218d7e3d13190cac4c5355818d3605fd5fb811df468ee696',
    vkRoot: '0x002f850ee998974d6cc00e50cd0814b098c05bfade466d28573240d057f25352',
    status: 'routed',
    layout: FIVE_SIGNALS,
  },
]

const CURRENT = 'v6.1.0'

/** Proof bytes whose selector belongs to no version that is known here. */
export class Sp1VersionUnknownError extends BaseError {
  override name = 'Sp1VersionUnknownError'
  constructor(readonly selector: Hex) {
    super(`No version of SP1 that is known here starts its Groth16 proofs with ${selector}.`, {
      metaMessages: [
        `Known: ${sp1Releases.map((release) => `${release.version} (${release.selector})`).join(', ')}.`,
        'PLONK proofs have selectors of their own; they go to a deployed verifier as they are.',
      ],
    })
  }
}

/** Proof bytes of a known version that have another length than the version's. */
export class Sp1ProofLengthError extends ProofMalformedError {
  override name = 'Sp1ProofLengthError'
  constructor(
    readonly version: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`it has ${actual} bytes, where proofs of SP1 ${version} have ${expected}`)
  }
}

/**
 * The version that made a Groth16 proof, by the selector it starts with.
 *
 * @throws {@link Sp1VersionUnknownError}, {@link Sp1ProofLengthError}, {@link ProofMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { sp1ReleaseOf } from '@veritask/sdk'
 *
 * const versionOf = (proofBytes: Hex) => sp1ReleaseOf(proofBytes).version
 */
export function sp1ReleaseOf(proofBytes: Hex): Sp1Release {
  if (!isBytes(proofBytes) || proofBytes.length < 2 + 2 * SELECTOR_BYTES)
    throw new ProofMalformedError('it does not start with a selector of four bytes')
  const selector = sliceHex(proofBytes, 0, SELECTOR_BYTES)
  const release = releaseOf(sp1Releases, selector)
  if (!release) throw new Sp1VersionUnknownError(selector)
  const bytes = (proofBytes.length - 2) / 2
  if (bytes !== release.layout.bytes) throw new Sp1ProofLengthError(release.version, release.layout.bytes, bytes)
  return release
}

/**
 * Digest of public values as SP1's circuit has it: sha256 with the top three bits cleared.
 *
 * Source: succinctlabs/sp1-contracts, contracts/src/v6.1.0/SP1VerifierGroth16.sol.
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
 * The public signals of the Groth16 proof inside SP1's proof bytes: program and digest; from version 6 on exit code, root and
 * nonce after them.
 *
 * @throws {@link Sp1VersionUnknownError}, {@link Sp1ProofLengthError}, {@link ProofMalformedError}, {@link JournalMalformedError}, {@link VerifyingKeyMalformedError}
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
  const { layout } = sp1ReleaseOf(proofBytes)
  const word = (i: number) => BigInt(sliceHex(proofBytes, SELECTOR_BYTES + 32 * i, SELECTOR_BYTES + 32 * (i + 1)))
  const program = BigInt(keyWord(programVKey, 'the program key'))
  return [program, sp1PublicValuesDigest(publicValues), ...layout.words.map((_, i) => word(i))]
}

/**
 * The Groth16 proof inside SP1's proof bytes, of any version, as this project's Groth16 system reads proofs.
 *
 * @returns 256 bytes.
 * @throws {@link Sp1VersionUnknownError}, {@link Sp1ProofLengthError}, {@link ProofMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { sp1CircuitProof } from '@veritask/sdk'
 *
 * const inner = (proofBytes: Hex) => sp1CircuitProof(proofBytes)
 */
export function sp1CircuitProof(proofBytes: Hex): Hex {
  const { layout } = sp1ReleaseOf(proofBytes)
  return sliceHex(proofBytes, SELECTOR_BYTES + 32 * layout.words.length)
}

/**
 * Key of a program whose proofs are checked under SP1's own Groth16 key in the registry.
 *
 * @param parameters.groth16KeyId - Key id of the release's Groth16 key.
 * @param parameters.verifierHash - `VERIFIER_HASH` of the release's verifier: its first four bytes start every proof.
 * @param parameters.vkRoot - `VK_ROOT` of the release's verifier.
 * @param parameters.publicWords - Words of the public values, each a public signal; zero for their digest as the only one.
 * @param parameters.allowStopped - Encodes the key of a version with a known flaw, to read what was made before.
 * @throws {@link VerifyingKeyMalformedError}, {@link ReleaseRefusedError} for a version with a known flaw, for the hash of one
 * version beside the root of another, and for versions 3 to 5, whose proofs have another layout
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
  readonly allowStopped?: boolean
}): Hex {
  const { groth16KeyId, verifierHash, vkRoot, programVKey, publicWords, allowStopped = false } = parameters
  const selector = sliceHex(keyWord(verifierHash, 'the verifier hash'), 0, SELECTOR_BYTES)
  const release = releaseOfKey(
    sp1Releases,
    { selector, root: keyWord(vkRoot, 'the root of the recursion keys') },
    { project: 'SP1', rootName: 'root of the recursion keys', rootOf: (listed) => listed.vkRoot },
  )
  if (!allowStopped) assertNotStopped(release, 'SP1', `SP1 ${CURRENT}`)
  if (release && release.layout !== FIVE_SIGNALS)
    throw new ReleaseRefusedError(
      `SP1 ${release.version}`,
      `its proofs have ${release.layout.bytes} bytes and two signals, and this system reads those of version 6`,
      'Have a deployed verifier check them: `sp1VerifierKeyData`.',
    )
  return concatHex([
    keyWord(groth16KeyId, 'the Groth16 key id'),
    pad(selector, { dir: 'right' }),
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
