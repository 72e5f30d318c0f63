import { type Hex, stringToHex } from 'viem'
import { ProofMalformedError, VerifyingKeyMalformedError } from '../proving/groth16.js'
import {
  assertProtocol,
  decodeWords,
  encodeWords,
  nameWords,
  readCount,
  readG2Point,
  readPoint,
  readPointOrInfinity,
  readScalar,
} from './json.js'

/** Name of the proof system, part of every key id: `bytes32("plonk-bn254")`. */
export const PLONK_SYSTEM_ID: Hex = stringToHex('plonk-bn254', { size: 32 })

/** In the order of the transcript. */
const SELECTORS = ['Qm', 'Ql', 'Qr', 'Qo', 'Qc'] as const
const PERMUTATIONS = ['S1', 'S2', 'S3'] as const
const PROOF_POINTS = ['A', 'B', 'C', 'Z', 'T1', 'T2', 'T3', 'Wxi', 'Wxiw'] as const
const EVALUATIONS = ['eval_a', 'eval_b', 'eval_c', 'eval_s1', 'eval_s2', 'eval_zw'] as const

/** A PLONK verifying key on BN254, as snarkjs writes it: decimal strings, projective points with z = 1. */
export type PlonkVerifyingKeyJson = {
  readonly protocol: string
  readonly curve: string
  readonly nPublic: number
  /** The domain has 2^power elements. */
  readonly power: number
  readonly k1: string
  readonly k2: string
  /** Root of unity that generates the domain. */
  readonly w: string
  readonly X_2: readonly (readonly string[])[]
} & { readonly [Name in (typeof SELECTORS)[number] | (typeof PERMUTATIONS)[number]]: readonly string[] }

/** A PLONK proof on BN254, as snarkjs writes it. */
export type PlonkProofJson = { readonly protocol: string; readonly curve: string } & {
  readonly [Name in (typeof PROOF_POINTS)[number]]: readonly string[]
} & { readonly [Name in (typeof EVALUATIONS)[number]]: string }

/**
 * A verifying key as the registry stores it: 32-byte words power, omega, k1, k2, number of signals, X_2 (imaginary parts
 * first), Qm, Ql, Qr, Qo, Qc, S1, S2, S3.
 *
 * @param key - `snarkjs zkey export verificationkey` of a PLONK zkey.
 * @returns 800 bytes.
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { type PlonkVerifyingKeyJson, plonkKeyData } from '@veritask/sdk'
 *
 * const keyData = (key: PlonkVerifyingKeyJson) => plonkKeyData(key)
 */
export function plonkKeyData(key: PlonkVerifyingKeyJson): Hex {
  const Failure = VerifyingKeyMalformedError
  assertProtocol(key, 'plonk', Failure)
  return encodeWords([
    readCount(key.power, 'power', Failure),
    readScalar(key.w, 'w', Failure),
    readScalar(key.k1, 'k1', Failure),
    readScalar(key.k2, 'k2', Failure),
    readCount(key.nPublic, 'nPublic', Failure),
    ...readG2Point(key.X_2, 'X_2', Failure),
    ...SELECTORS.flatMap((name) => readPointOrInfinity(key[name], name, Failure)),
    ...PERMUTATIONS.flatMap((name) => readPoint(key[name], name, Failure)),
  ])
}

/**
 * A proof as the proof system contract reads it: 32-byte words A, B, C, Z, T1, T2, T3, Wxi, Wxiw (x and y each) and the
 * evaluations of a, b, c, s1, s2, zw.
 *
 * @returns 768 bytes.
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { type PlonkProofJson, plonkProofData } from '@veritask/sdk'
 *
 * const calldata = (proof: PlonkProofJson) => plonkProofData(proof)
 */
export function plonkProofData(proof: PlonkProofJson): Hex {
  const Failure = ProofMalformedError
  assertProtocol(proof, 'plonk', Failure)
  return encodeWords([
    ...PROOF_POINTS.flatMap((name) => readPoint(proof[name], name, Failure)),
    ...EVALUATIONS.map((name) => readScalar(proof[name], name, Failure)),
  ])
}

/**
 * Reads 768 proof bytes into snarkjs's form. Points are not checked to lie on the curve.
 *
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { plonkProofFromData } from '@veritask/sdk'
 *
 * const proof = (calldata: Hex) => plonkProofFromData(calldata)
 */
export function plonkProofFromData(data: Hex): PlonkProofJson {
  const words = decodeWords(data, PROOF_POINTS.length, EVALUATIONS.length, ProofMalformedError)
  const { points, scalars } = nameWords(words, PROOF_POINTS, EVALUATIONS)
  return { ...points, ...scalars, protocol: 'plonk', curve: 'bn128' }
}
