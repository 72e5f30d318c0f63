import { type Hex, stringToHex } from 'viem'
import { FIELD_ORDER } from '../field.js'
import { ProofMalformedError, VerifyingKeyMalformedError } from '../proving/groth16.js'
import {
  assertProtocol,
  decodeWords,
  encodeWords,
  nameWords,
  readCount,
  readG2Point,
  readPoint,
  readScalar,
} from './json.js'

/** Name of the proof system, part of every key id: `bytes32("fflonk-bn254")`. */
export const FFLONK_SYSTEM_ID: Hex = stringToHex('fflonk-bn254', { size: 32 })

const PROOF_POINTS = ['C1', 'C2', 'W1', 'W2'] as const
/** In the order of the transcript. */
const EVALUATIONS = ['ql', 'qr', 'qm', 'qo', 'qc', 's1', 's2', 's3', 'a', 'b', 'c', 'z', 'zw', 't1w', 't2w'] as const

/** An FFLONK verifying key on BN254, as snarkjs writes it: decimal strings, projective points with z = 1. */
export type FflonkVerifyingKeyJson = {
  readonly protocol: string
  readonly curve: string
  readonly nPublic: number
  /** The domain has 2^power elements. */
  readonly power: number
  readonly k1: string
  readonly k2: string
  /** Root of unity that generates the domain. */
  readonly w: string
  /** Primitive roots of unity of order 3, 4 and 8, and a cube root of w. */
  readonly w3: string
  readonly w4: string
  readonly w8: string
  readonly wr: string
  readonly X_2: readonly (readonly string[])[]
  readonly C0: readonly string[]
}

/** An FFLONK proof on BN254, as snarkjs writes it. */
export type FflonkProofJson = {
  readonly protocol: string
  readonly curve: string
  readonly polynomials: { readonly [Name in (typeof PROOF_POINTS)[number]]: readonly string[] }
  readonly evaluations: { readonly [Name in (typeof EVALUATIONS)[number]]: string }
}

/**
 * A verifying key as the registry stores it: 32-byte words power, omega, k1, k2, number of signals, X_2 (imaginary parts
 * first), C0. The roots w3, w4, w8 and wr follow from the rest up to choices that no verdict depends on, so they are
 * checked and left out.
 *
 * @param key - `snarkjs zkey export verificationkey` of an FFLONK zkey.
 * @returns 352 bytes.
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { type FflonkVerifyingKeyJson, fflonkKeyData } from '@veritask/sdk'
 *
 * const keyData = (key: FflonkVerifyingKeyJson) => fflonkKeyData(key)
 */
export function fflonkKeyData(key: FflonkVerifyingKeyJson): Hex {
  const Failure = VerifyingKeyMalformedError
  assertProtocol(key, 'fflonk', Failure)
  const scalar = (name: 'k1' | 'k2' | 'w' | 'w3' | 'w4' | 'w8' | 'wr') => readScalar(key[name], name, Failure)
  const minusOne = FIELD_ORDER - 1n
  const w3 = scalar('w3')
  if (w3 === 1n || power(w3, 3) !== 1n) throw new Failure('w3 is not a primitive cube root of one')
  if (power(scalar('w4'), 2) !== minusOne) throw new Failure('w4 is not a primitive fourth root of one')
  if (power(scalar('w8'), 4) !== minusOne) throw new Failure('w8 is not a primitive eighth root of one')
  if (power(scalar('wr'), 3) !== scalar('w')) throw new Failure('wr is not a cube root of w')
  return encodeWords([
    readCount(key.power, 'power', Failure),
    scalar('w'),
    scalar('k1'),
    scalar('k2'),
    readCount(key.nPublic, 'nPublic', Failure),
    ...readG2Point(key.X_2, 'X_2', Failure),
    ...readPoint(key.C0, 'C0', Failure),
  ])
}

function power(base: bigint, exponent: number): bigint {
  return exponent === 0 ? 1n : (power(base, exponent - 1) * base) % FIELD_ORDER
}

/**
 * A proof as the proof system contract reads it: 32-byte words C1, C2, W1, W2 (x and y each) and the evaluations of ql, qr,
 * qm, qo, qc, s1, s2, s3, a, b, c, z, zw, t1w, t2w. That is snarkjs's exported calldata without its last word, an inverse
 * the contract finds by itself.
 *
 * @returns 736 bytes.
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { type FflonkProofJson, fflonkProofData } from '@veritask/sdk'
 *
 * const calldata = (proof: FflonkProofJson) => fflonkProofData(proof)
 */
export function fflonkProofData(proof: FflonkProofJson): Hex {
  const Failure = ProofMalformedError
  assertProtocol(proof, 'fflonk', Failure)
  return encodeWords([
    ...PROOF_POINTS.flatMap((name) => readPoint(proof.polynomials?.[name], name, Failure)),
    ...EVALUATIONS.map((name) => readScalar(proof.evaluations?.[name], name, Failure)),
  ])
}

/**
 * Reads 736 proof bytes into snarkjs's form. Points are not checked to lie on the curve.
 *
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { fflonkProofFromData } from '@veritask/sdk'
 *
 * const proof = (calldata: Hex) => fflonkProofFromData(calldata)
 */
export function fflonkProofFromData(data: Hex): FflonkProofJson {
  const words = decodeWords(data, PROOF_POINTS.length, EVALUATIONS.length, ProofMalformedError)
  const { points, scalars } = nameWords(words, PROOF_POINTS, EVALUATIONS)
  return { polynomials: points, evaluations: scalars, protocol: 'fflonk', curve: 'bn128' }
}
