import {
  concatHex,
  encodeAbiParameters,
  type Hex,
  keccak256,
  pad,
  parseAbiParameters,
  sha256,
  sliceHex,
  stringToHex,
} from 'viem'
import {
  type Groth16Proof,
  ProofMalformedError,
  proofToBytes,
  VerifyingKeyMalformedError,
  vkeyToKeyData,
} from '../proving/groth16.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { isBytes } from './bytes.js'
import { journalBytes } from './journal.js'
import { assertNotStopped, type OutsideRelease, releaseOfKey } from './releases.js'
import { type DeployedVerifier, keyNumber, keyWord, targetWords } from './target.js'

/** Name of the system that checks RISC Zero seals under RISC Zero's Groth16 key: `bytes32("risc0-groth16")`. */
export const RISC_ZERO_SYSTEM_ID: Hex = stringToHex('risc0-groth16', { size: 32 })

/** Name of the system that asks a deployed RISC Zero verifier or router: `bytes32("risc0-verifier")`. */
export const RISC_ZERO_VERIFIER_SYSTEM_ID: Hex = stringToHex('risc0-verifier', { size: 32 })

const ZERO_DIGEST: Hex = `0x${'0'.repeat(64)}`
/** Digest of the state of a machine that has halted. */
const HALTED_STATE: Hex = '0xa3acc27117418996340b84e5a90f3ef4c49d22c79e44aad822ec9c313e1eb8e2'
/** System and user exit codes "halted, 0", 32 bits each. */
const EXIT_CODES: Hex = '0x0000000000000000'
const SELECTOR_BYTES = 4
/** Signals of the circuit that wraps a receipt. */
const SIGNALS = 5

/** What names one release of RISC Zero's zkVM. */
export type RiscZeroRelease = {
  /** Merkle root of the release's recursion programs. */
  readonly controlRoot: Hex
  /** Control id of the program that changes to the BN254 field. */
  readonly bn254ControlId: Hex
}

/**
 * Releases of RISC Zero's Groth16 verifier. All of them share one Groth16 key: register it once per release, each under a
 * manifest hash of its own (for example keccak256 of the release's name), so that freezing it for one does not end the others.
 * Selectors: risc0/risc0-ethereum, contracts/deployment.toml and contracts/test; each follows from the parameters beside it.
 *
 * @example
 * import { riscZeroReleases } from '@veritask/sdk'
 *
 * const routed = riscZeroReleases.filter(({ status }) => status === 'routed').map(({ version }) => version)
 */
export const riscZeroReleases: readonly (OutsideRelease & RiscZeroRelease)[] = (
  [
    ['2.0.0', '0x9f39696c', 'stopped', '0x539032186827b06719244873b17b2d4c122e2d02cfb1994fe958b2523b844576'],
    ['2.1.0', '0xf536085a', 'stopped', '0x884389273e128b32475b334dec75ee619b77cb33d41c332021fe7e44c746ee60'],
    ['2.2.0', '0xbb001d44', 'routed', '0xce52bf56033842021af3cf6db8a50d1b7535c125a34f1a22c6fdcf002c5a1529'],
    ['3.0.0', '0x73c457ba', 'routed', '0xa54dc85ac99f851c92d7c96d7318af41dbe7c0194edfcc37eb4d422a998c1f56'],
    ['5.0.0', '0xc27d1bc0', 'unrouted', '0xb1f64013f70bbb386a8b3a3d63552c5cb5ea4a549ec7fb1ecc2a031dbf488167'],
  ] as const
).map(([version, selector, status, controlRoot]) => ({
  version,
  selector,
  status,
  controlRoot,
  bn254ControlId: '0x04446e66d300eb7fb45c9726bb53c793dda407a62e9601618bb43c5c14657ac0',
}))

/** Set verifiers, and the program that aggregates claims into their sets. Source: as {@link riscZeroReleases}. */
export const riscZeroSetVerifiers: readonly (OutsideRelease & { readonly setBuilderImageId: Hex })[] = [
  {
    version: '0.9.0',
    selector: '0x242f9d5b',
    status: 'routed',
    setBuilderImageId: '0x70909b25db0db00f1d4b4016aeb876f53568a3e5a8e6397cb562d79947a02cc9',
  },
]

const CURRENT = 'RISC Zero 3.0.0'

/** A structure's digest: its tag's, its fields', and the number of its hashed fields as two little-endian bytes. */
function digestOf(tag: string, fields: readonly Hex[], hashed: number, rest: Hex = '0x'): Hex {
  const count: Hex = `0x0${hashed}00`
  return sha256(concatHex([sha256(stringToHex(tag)), ...fields, rest, count]))
}

function reversed(digest: Hex): Hex {
  return `0x${digest.slice(2).match(/../g)!.reverse().join('')}`
}

/** The two signals of a digest: of its bytes in reverse, the low and the high half. */
function halves(digest: Hex): [bigint, bigint] {
  return [BigInt(sliceHex(reversed(digest), 16)), BigInt(sliceHex(reversed(digest), 0, 16))]
}

/**
 * Digest of the claim that a guest program halted with exit code 0, without assumptions, and wrote this journal.
 *
 * Source: risc0/risc0-ethereum, contracts/src/IRiscZeroVerifier.sol.
 *
 * @param parameters.imageId - The guest program, 32 bytes.
 * @throws {@link JournalMalformedError}, {@link VerifyingKeyMalformedError} on an image id of another length
 *
 * @example
 * import { riscZeroClaimDigest } from '@veritask/sdk'
 *
 * const digest = riscZeroClaimDigest({ imageId: `0x${'51'.repeat(32)}`, journal: '0x6a757374' })
 */
export function riscZeroClaimDigest({ imageId, journal }: { readonly imageId: Hex; readonly journal: Hex }): Hex {
  const output = digestOf('risc0.Output', [sha256(journalBytes(journal)), ZERO_DIGEST], 2)
  const fields = [ZERO_DIGEST, keyWord(imageId, 'the image id'), HALTED_STATE, output]
  return digestOf('risc0.ReceiptClaim', fields, 4, EXIT_CODES)
}

/**
 * The five public signals of the Groth16 proof inside a seal: control root and claim digest as two halves each, and the
 * control id.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { riscZeroCircuitSignals } from '@veritask/sdk'
 *
 * const word: Hex = `0x${'51'.repeat(32)}`
 * const signals = riscZeroCircuitSignals({ controlRoot: word, bn254ControlId: word }, word)
 */
export function riscZeroCircuitSignals(release: RiscZeroRelease, claimDigest: Hex): bigint[] {
  const { controlRoot, bn254ControlId } = release
  return [
    ...halves(keyWord(controlRoot, 'the control root')),
    ...halves(keyWord(claimDigest, 'the claim digest')),
    BigInt(keyWord(bn254ControlId, 'the control id')),
  ]
}

/**
 * First four bytes of every seal of a release: a digest of its parameters and its Groth16 key.
 *
 * Source: risc0/risc0-ethereum, contracts/src/groth16/RiscZeroGroth16Verifier.sol.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { riscZeroSelector, type VerifyingKeyJson } from '@veritask/sdk'
 *
 * const word: Hex = `0x${'51'.repeat(32)}`
 * const selectorOf = (key: VerifyingKeyJson) => riscZeroSelector({ controlRoot: word, bn254ControlId: word }, key)
 */
export function riscZeroSelector(release: RiscZeroRelease, key: VerifyingKeyJson): Hex {
  if (key?.nPublic !== SIGNALS) throw new VerifyingKeyMalformedError(`it does not have ${SIGNALS} signals`)
  const data = vkeyToKeyData(key)
  const part = (word: number, count: number) => sha256(sliceHex(data, 32 * word, 32 * (word + count)))
  let list = ZERO_DIGEST
  for (let i = SIGNALS; i >= 0; i--) list = digestOf('risc0_groth16.VerifyingKey.IC', [part(14 + 2 * i, 2), list], 2)
  const points = [part(0, 2), part(2, 4), part(6, 4), part(10, 4), list]
  const controlRoot = keyWord(release.controlRoot, 'the control root')
  const controlId = reversed(keyWord(release.bn254ControlId, 'the control id'))
  const keyDigest = digestOf('risc0_groth16.VerifyingKey', points, 5)
  const parameters = [controlRoot, controlId, keyDigest]
  return sliceHex(digestOf('risc0.Groth16ReceiptVerifierParameters', parameters, 3), 0, SELECTOR_BYTES)
}

/**
 * Key of a guest program whose seals are checked under RISC Zero's own Groth16 key in the registry.
 *
 * @param parameters.groth16KeyId - Key id of {@link riscZeroSelector}'s Groth16 key.
 * @param parameters.selector - From {@link riscZeroSelector}.
 * @param parameters.journalWords - Words of the journal, each a public signal; zero for its digest as the only one.
 * @param parameters.setBuilderImageId - Also takes set-inclusion seals of this set builder; left out, none.
 * @param parameters.allowStopped - Encodes the key of a release that RISC Zero stopped, to read what was made before.
 * @throws {@link VerifyingKeyMalformedError}, {@link ReleaseRefusedError} for a release that RISC Zero stopped, by its selector
 * or by its control root, and for the selector of one release beside the control root of another
 *
 * @example
 * import type { Hex } from 'viem'
 * import { riscZeroKeyData, riscZeroReleases } from '@veritask/sdk'
 *
 * const word: Hex = `0x${'51'.repeat(32)}`
 * const release = riscZeroReleases.find(({ version }) => version === '3.0.0')!
 * const keyData = riscZeroKeyData({ ...release, groth16KeyId: word, imageId: word, journalWords: 4 })
 */
export function riscZeroKeyData(
  parameters: RiscZeroRelease & {
    readonly groth16KeyId: Hex
    readonly imageId: Hex
    readonly selector: Hex
    readonly journalWords: number
    readonly setBuilderImageId?: Hex
    readonly allowStopped?: boolean
  },
): Hex {
  const { groth16KeyId, controlRoot, bn254ControlId, imageId, selector, journalWords } = parameters
  const { setBuilderImageId = ZERO_DIGEST, allowStopped = false } = parameters
  assertSelector(selector, (reason) => new VerifyingKeyMalformedError(reason))
  const release = releaseOfKey(
    riscZeroReleases,
    { selector, root: keyWord(controlRoot, 'the control root') },
    { project: 'RISC Zero', rootName: 'control root', rootOf: (listed) => listed.controlRoot },
  )
  if (!allowStopped) assertNotStopped(release, 'RISC Zero', CURRENT)
  return concatHex([
    keyWord(groth16KeyId, 'the Groth16 key id'),
    keyWord(controlRoot, 'the control root'),
    keyWord(bn254ControlId, 'the control id'),
    keyWord(imageId, 'the image id'),
    pad(selector, { dir: 'right' }),
    keyNumber(journalWords, 'the number of journal words'),
    keyWord(setBuilderImageId, 'the image id of the set builder'),
  ])
}

/**
 * Key of a guest program whose seals a deployed verifier or router of RISC Zero checks.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { riscZeroVerifierKeyData } from '@veritask/sdk'
 *
 * const target = { verifier: `0x${'11'.repeat(20)}`, codeHash: `0x${'51'.repeat(32)}`, callGas: 400_000n } as const
 * const keyData = riscZeroVerifierKeyData({ ...target, imageId: `0x${'51'.repeat(32)}`, journalWords: 4 })
 */
export function riscZeroVerifierKeyData(
  parameters: DeployedVerifier & { readonly imageId: Hex; readonly journalWords: number },
): Hex {
  const { imageId, journalWords } = parameters
  const words = keyNumber(journalWords, 'the number of journal words')
  return concatHex([targetWords(parameters), keyWord(imageId, 'the image id'), words])
}

/**
 * A seal, which both systems take for the proof.
 *
 * @returns 260 bytes: the selector and the proof.
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { type Groth16Proof, riscZeroSeal } from '@veritask/sdk'
 *
 * const seal = (proof: Groth16Proof) => riscZeroSeal('0xc27d1bc0', proof)
 */
export function riscZeroSeal(selector: Hex, proof: Groth16Proof): Hex {
  assertSelector(selector, (reason) => new ProofMalformedError(reason))
  return concatHex([selector, proofToBytes(proof)])
}

/** A claim's place in a set of claims that the set builder aggregated, and the seal on the set's root. */
export type RiscZeroInclusion = {
  /** Siblings from the claim's leaf to the root, 32 bytes each, 32 at most. */
  readonly path: readonly Hex[]
  /** A release's seal, 260 bytes, on the claim of {@link riscZeroSetJournal}. */
  readonly rootSeal: Hex
}

const PATH_LENGTH = 32
const SEAL_BYTES = 260
/** ASCII `LEAF_TAG`: a leaf is never an inner node. */
const LEAF_TAG = stringToHex('LEAF_TAG')
/** What the set builder writes of a set that is complete. */
const SET_COMPLETE: Hex = `0x8${'0'.repeat(63)}`

/**
 * First four bytes of every set-inclusion seal of a set builder.
 *
 * Source: risc0/risc0-ethereum, contracts/src/RiscZeroSetVerifier.sol.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { riscZeroSetSelector } from '@veritask/sdk'
 *
 * const selector = riscZeroSetSelector(`0x${'51'.repeat(32)}`)
 */
export function riscZeroSetSelector(setBuilderImageId: Hex): Hex {
  const builder = keyWord(setBuilderImageId, 'the image id of the set builder')
  return sliceHex(digestOf('risc0.SetInclusionReceiptVerifierParameters', [builder], 1), 0, SELECTOR_BYTES)
}

/**
 * Root of the set in which a claim has this place.
 *
 * @throws {@link ProofMalformedError}, {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { riscZeroSetRoot } from '@veritask/sdk'
 *
 * const root = riscZeroSetRoot(`0x${'51'.repeat(32)}`, [`0x${'52'.repeat(32)}`])
 */
export function riscZeroSetRoot(claimDigest: Hex, path: readonly Hex[]): Hex {
  assertPath(path)
  const leaf = keccak256(concatHex([LEAF_TAG, keyWord(claimDigest, 'the claim digest')]))
  return path.reduce(
    (node, other) => keccak256(concatHex(BigInt(node) < BigInt(other) ? [node, other] : [other, node])),
    leaf,
  )
}

/**
 * Journal that the set builder wrote of a complete set with this root.
 *
 * @returns 96 bytes.
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { riscZeroSetJournal } from '@veritask/sdk'
 *
 * const journal = riscZeroSetJournal(`0x${'51'.repeat(32)}`, `0x${'52'.repeat(32)}`)
 */
export function riscZeroSetJournal(setBuilderImageId: Hex, root: Hex): Hex {
  return concatHex([
    keyWord(setBuilderImageId, 'the image id of the set builder'),
    SET_COMPLETE,
    keyWord(root, 'the root'),
  ])
}

/**
 * A set-inclusion seal. Many claims share one seal on their root, so that each costs a path to it.
 *
 * @throws {@link ProofMalformedError}, {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { type RiscZeroInclusion, riscZeroInclusionSeal } from '@veritask/sdk'
 *
 * const seal = (inclusion: RiscZeroInclusion) => riscZeroInclusionSeal(`0x${'51'.repeat(32)}`, inclusion)
 */
export function riscZeroInclusionSeal(setBuilderImageId: Hex, { path, rootSeal }: RiscZeroInclusion): Hex {
  assertPath(path)
  if (!isBytes(rootSeal, SEAL_BYTES))
    throw new ProofMalformedError(`the seal on the root does not have ${SEAL_BYTES} bytes`)
  const encoded = encodeAbiParameters(parseAbiParameters('(bytes32[] path, bytes rootSeal)'), [{ path, rootSeal }])
  return concatHex([riscZeroSetSelector(setBuilderImageId), encoded])
}

function assertPath(path: readonly Hex[]): void {
  if (path.length > PATH_LENGTH) throw new ProofMalformedError(`its path is longer than ${PATH_LENGTH}`)
  if (path.some((node) => !isBytes(node, 32)))
    throw new ProofMalformedError('a node of its path does not have 32 bytes')
}

function assertSelector(selector: Hex, error: (reason: string) => Error): void {
  if (!isBytes(selector, SELECTOR_BYTES)) throw error('the selector does not have 4 bytes')
}
