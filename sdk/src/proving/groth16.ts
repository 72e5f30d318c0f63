import { bn254 } from '@noble/curves/bn254'
import { concatHex, encodeAbiParameters, type Hex, keccak256, numberToHex, parseAbiParameters, stringToHex } from 'viem'
import type { Point } from '../encryption/babyjub.js'
import { BaseError } from '../errors/base.js'
import { FIELD_ORDER } from '../field.js'
import type { VerifyingKeyJson } from './types.js'
import { unboundSignal } from './unboundSignal.js'

/** A Groth16 proof on BN254, affine. G2 coordinates are pairs (real, imaginary), as in snarkjs. */
export type Groth16Proof = {
  readonly a: Point
  /** x and y, each (real, imaginary). */
  readonly b: readonly [Point, Point]
  readonly c: Point
}

/** Name of the proof system, part of every key id: `bytes32("groth16-bn254")`. */
export const GROTH16_SYSTEM_ID: Hex = stringToHex('groth16-bn254', { size: 32 })

/** Order of the field that point coordinates live in. */
const COORDINATE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

const WORD_HEX = 64
const PROOF_WORDS = 8
/** alpha 2, beta 4, gamma 4, delta 4, and IC_0. */
const MIN_KEY_WORDS = 16

/** Proof bytes that are not eight words of coordinates below the base field order. */
export class ProofMalformedError extends BaseError {
  override name = 'ProofMalformedError'
  constructor(readonly reason: string) {
    super(`The proof is malformed: ${reason}.`)
  }
}

/** A verifying key, as JSON or as on-chain bytes, that is not a Groth16 key on BN254. */
export class VerifyingKeyMalformedError extends BaseError {
  override name = 'VerifyingKeyMalformedError'
  constructor(readonly reason: string) {
    super(`The verifying key is malformed: ${reason}.`)
  }
}

type G2Coordinates = readonly [Point, Point]
type KeyPoints = {
  readonly alpha: Point
  readonly beta: G2Coordinates
  readonly gamma: G2Coordinates
  readonly delta: G2Coordinates
  readonly ic: readonly Point[]
}

/**
 * A proof as the proof system contract reads it: `abi.encode(uint256[8])` of A, B and C, imaginary parts first.
 *
 * @returns 256 bytes.
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import { type Groth16Proof, proofToBytes } from '@veritask/sdk'
 *
 * const calldata = (proof: Groth16Proof) => proofToBytes(proof)
 */
export function proofToBytes({ a, b, c }: Groth16Proof): Hex {
  const coordinates = [...a, ...g2Words(b), ...c]
  for (const coordinate of coordinates)
    if (coordinate < 0n || coordinate >= COORDINATE_ORDER) throw new ProofMalformedError('a coordinate is out of range')
  return words(coordinates)
}

/**
 * Reads 256 proof bytes. Points are not checked here: {@link verifyProof} does.
 *
 * @throws {@link ProofMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { proofFromBytes } from '@veritask/sdk'
 *
 * const proof = (calldata: Hex) => proofFromBytes(calldata)
 */
export function proofFromBytes(bytes: Hex): Groth16Proof {
  const coordinates = readWords(bytes)
  if (coordinates?.length !== PROOF_WORDS) throw new ProofMalformedError('it does not have 256 bytes')
  if (coordinates.some((coordinate) => coordinate >= COORDINATE_ORDER))
    throw new ProofMalformedError('a coordinate is at or above the base field order')
  return { a: point(coordinates, 0), b: g2Point(coordinates, 2), c: point(coordinates, 6) }
}

/** G2 words in the order of the EVM precompile: imaginary part first. */
function g2Words([x, y]: G2Coordinates): bigint[] {
  return [x[1], x[0], y[1], y[0]]
}

function point(values: readonly bigint[], offset: number): Point {
  return [values[offset]!, values[offset + 1]!]
}

function g2Point(values: readonly bigint[], offset: number): G2Coordinates {
  const [xImaginary, xReal, yImaginary, yReal] = values.slice(offset, offset + 4) as [bigint, bigint, bigint, bigint]
  return [
    [xReal, xImaginary],
    [yReal, yImaginary],
  ]
}

function words(values: readonly bigint[]): Hex {
  return concatHex(values.map((value) => numberToHex(value, { size: 32 })))
}

function readWords(hex: Hex): bigint[] | undefined {
  if (!/^0x([0-9a-fA-F]{64})*$/.test(hex)) return undefined
  return Array.from({ length: (hex.length - 2) / WORD_HEX }, (_, i) =>
    BigInt(`0x${hex.slice(2 + i * WORD_HEX, 2 + (i + 1) * WORD_HEX)}`),
  )
}

/**
 * A verifying key as the registry stores it: 32-byte words alpha, beta, gamma, delta, IC_0 … IC_n, imaginary parts first.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import { verifyingKeys, vkeyToKeyData } from '@veritask/sdk'
 *
 * const keyData = vkeyToKeyData(verifyingKeys['open-gold-scalar-64'])
 */
export function vkeyToKeyData(key: VerifyingKeyJson): Hex {
  const { alpha, beta, gamma, delta, ic } = keyPoints(key)
  return words([...alpha, ...g2Words(beta), ...g2Words(gamma), ...g2Words(delta), ...ic.flat()])
}

/**
 * Reads a verifying key from the registry's bytes.
 *
 * @throws {@link VerifyingKeyMalformedError}
 *
 * @example
 * import type { Hex } from 'viem'
 * import { keyDataToVkey } from '@veritask/sdk'
 *
 * const key = (keyData: Hex) => keyDataToVkey(keyData)
 */
export function keyDataToVkey(keyData: Hex): VerifyingKeyJson {
  const values = readWords(keyData)
  if (!values || values.length < MIN_KEY_WORDS || values.length % 2 !== 0)
    throw new VerifyingKeyMalformedError('its length is not that of a Groth16 key')
  if (values.some((value) => value >= COORDINATE_ORDER))
    throw new VerifyingKeyMalformedError('a coordinate is at or above the base field order')
  const g1 = (offset: number) => [...point(values, offset).map(String), '1']
  const g2 = (offset: number) => [...g2Point(values, offset).map((pair) => pair.map(String)), ['1', '0']]
  const icCount = (values.length - MIN_KEY_WORDS) / 2 + 1
  return {
    protocol: 'groth16',
    curve: 'bn128',
    nPublic: icCount - 1,
    vk_alpha_1: g1(0),
    vk_beta_2: g2(2),
    vk_gamma_2: g2(6),
    vk_delta_2: g2(10),
    IC: Array.from({ length: icCount }, (_, i) => g1(14 + 2 * i)),
  }
}

/** Names a verifying key whatever it was registered as: keccak256 of the key as the registry has it. */
export const keyDataHash = (keyData: Hex): Hex => keccak256(keyData)

/**
 * Content id of a key in the verifier key registry.
 *
 * @param parameters.manifestHash - `manifestHash` of the circuit's manifest entry.
 * @param parameters.development - Whether the key comes from no ceremony.
 * @param parameters.needsChallenge - Whether the circuit has a public input that its prover must not choose; of a circuit of
 * this release, whether its manifest entry names a `challenge`.
 *
 * @example
 * import { circuitManifest, keyIdOf, manifestEntryOf, verifyingKeys, vkeyToKeyData } from '@veritask/sdk'
 *
 * const circuit = 'open-gold-scalar-64'
 * const { manifestHash, challenge } = await manifestEntryOf(circuitManifest, circuit)
 * const keyId = keyIdOf({
 *   keyData: vkeyToKeyData(verifyingKeys[circuit]),
 *   manifestHash,
 *   development: circuitManifest.development,
 *   needsChallenge: challenge !== null,
 * })
 */
export function keyIdOf(parameters: {
  readonly systemId?: Hex
  readonly keyData: Hex
  readonly manifestHash: Hex
  readonly development: boolean
  readonly needsChallenge: boolean
}): Hex {
  const { systemId = GROTH16_SYSTEM_ID, keyData, manifestHash, development, needsChallenge } = parameters
  return keccak256(
    encodeAbiParameters(parseAbiParameters('bytes32, bytes, bytes32, bool, bool'), [
      systemId,
      keyData,
      manifestHash,
      development,
      needsChallenge,
    ]),
  )
}

/**
 * A Groth16 verifying key as snarkjs writes it today, from JSON of any age: before 0.2 the protocol was called `groth`, the
 * curve, which could only be BN254, was not named, and alpha was written `alfa`. Points are not looked at.
 *
 * @throws {@link VerifyingKeyMalformedError} for a key of another proof system, by its name, and for what is no key.
 *
 * @example
 * import { readVerifyingKey } from '@veritask/sdk'
 *
 * const key = (json: string) => readVerifyingKey(JSON.parse(json))
 */
export function readVerifyingKey(value: unknown): VerifyingKeyJson {
  const found = (value ?? {}) as Readonly<Record<string, unknown>>
  const old = found.protocol === 'groth'
  const { vk_alfa_1, vk_alfabeta_12, ...rest } = found
  const key = {
    ...rest,
    ...(vk_alfa_1 === undefined ? {} : { vk_alpha_1: vk_alfa_1 }),
    ...(vk_alfabeta_12 === undefined ? {} : { vk_alphabeta_12: vk_alfabeta_12 }),
    ...(old ? { protocol: 'groth16', curve: found.curve ?? 'bn128' } : {}),
  } as unknown as VerifyingKeyJson
  const other = OTHER_PROTOCOLS[String(key.protocol)]
  if (other) throw new VerifyingKeyMalformedError(`it is a key of ${other.name} and not of Groth16: ${other.advice}`)
  if (Object.hasOwn(found, 'pi_a')) throw new VerifyingKeyMalformedError('it is a proof and not a key')
  if (Array.isArray(value)) throw new VerifyingKeyMalformedError('it is a list, as public signals are, and not a key')
  if (key.protocol !== 'groth16') throw new VerifyingKeyMalformedError('it is not a Groth16 key on BN254')
  if (!['bn128', 'bn254'].includes(key.curve))
    throw new VerifyingKeyMalformedError(`it is on the curve ${shown(key.curve)} and not on BN254`)
  return key
}

const OTHER_PROTOCOLS: Readonly<Record<string, { readonly name: string; readonly advice: string }>> = {
  plonk: { name: 'PLONK', advice: 'encode it with `plonkKeyData`' },
  fflonk: { name: 'FFLONK', advice: 'encode it with `fflonkKeyData`' },
}

/** Somebody else's text, short and on one line. */
function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 32))
}

function keyPoints(value: VerifyingKeyJson): KeyPoints {
  const key = readVerifyingKey(value)
  if (!Array.isArray(key.IC) || !Number.isInteger(key.nPublic) || key.IC.length !== key.nPublic + 1)
    throw new VerifyingKeyMalformedError('the number of IC points is not the number of signals plus one')
  return {
    alpha: jsonG1Point(key.vk_alpha_1, 'vk_alpha_1'),
    beta: jsonG2Point(key.vk_beta_2, 'vk_beta_2'),
    gamma: jsonG2Point(key.vk_gamma_2, 'vk_gamma_2'),
    delta: jsonG2Point(key.vk_delta_2, 'vk_delta_2'),
    ic: key.IC.map((ic, i) => jsonG1Point(ic, `IC[${i}]`, unboundSignal(i, key.nPublic))),
  }
}

/** snarkjs writes the point at infinity of G1 as ["0", "1", "0"]. */
function jsonG1Point(value: unknown, name: string, atInfinity = `${name} is the point at infinity`): Point {
  const coordinates = Array.isArray(value) ? value.map(String) : []
  if (coordinates.length === 3 && coordinates[2] === '0') throw new VerifyingKeyMalformedError(atInfinity)
  return jsonPoint(value, name, '1')
}

/** A pair of decimal coordinates, followed by the expected last coordinate when one is given. */
function jsonPoint(value: unknown, name: string, last?: string): Point {
  const coordinates: unknown[] = Array.isArray(value) ? value : []
  const [x, y] = coordinates.map(decimalCoordinate)
  if (x === undefined || y === undefined || coordinates.length !== (last ? 3 : 2) || (last && coordinates[2] !== last))
    throw new VerifyingKeyMalformedError(`${name} is not a point in affine coordinates`)
  return [x, y]
}

function jsonG2Point(value: unknown, name: string): G2Coordinates {
  const [x, y, z, ...rest]: unknown[] = Array.isArray(value) ? value : []
  if (rest.length === 0 && String(z) === '0,0') throw new VerifyingKeyMalformedError(`${name} is the point at infinity`)
  if (rest.length > 0 || String(z) !== '1,0')
    throw new VerifyingKeyMalformedError(`${name} is not a point in affine coordinates`)
  return [jsonPoint(x, name), jsonPoint(y, name)]
}

function decimalCoordinate(value: unknown): bigint | undefined {
  if (typeof value !== 'string' || !/^[0-9]{1,78}$/.test(value)) return undefined
  const coordinate = BigInt(value)
  return coordinate < COORDINATE_ORDER ? coordinate : undefined
}

type G1 = InstanceType<typeof bn254.G1.ProjectivePoint>
type G2 = InstanceType<typeof bn254.G2.ProjectivePoint>

/** A point on the curve and in its prime-order subgroup, (0, 0) standing for infinity as in the EVM; throws otherwise. */
function g1([x, y]: Point): G1 {
  if (x === 0n && y === 0n) return bn254.G1.ProjectivePoint.ZERO
  const parsed = bn254.G1.ProjectivePoint.fromAffine({ x, y })
  parsed.assertValidity()
  return parsed
}

function g2([x, y]: G2Coordinates): G2 {
  // The field of G2 would reduce it: a second encoding of the same point, which the chain refuses.
  if ([...x, ...y].some((coordinate) => coordinate < 0n || coordinate >= COORDINATE_ORDER))
    throw new ProofMalformedError('a coordinate is out of range')
  if ([...x, ...y].every((coordinate) => coordinate === 0n)) return bn254.G2.ProjectivePoint.ZERO
  const { Fp2 } = bn254.fields
  const parsed = bn254.G2.ProjectivePoint.fromAffine({ x: Fp2.fromBigTuple([...x]), y: Fp2.fromBigTuple([...y]) })
  parsed.assertValidity()
  return parsed
}

/** Runs a parser of key points, turning its failure into a {@link VerifyingKeyMalformedError}. */
function keyPoint<T>(parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new VerifyingKeyMalformedError('a point is not in its group')
  }
}

/**
 * Whether a proof shows the statement with these public signals under this key. Agrees with the on-chain verifier: points
 * outside their group, coordinates out of range and signals at or above the field order are rejections. Runs anywhere,
 * without workers or WebAssembly.
 *
 * @param publicSignals - In circuit order.
 * @throws {@link VerifyingKeyMalformedError} when the key itself is broken; a bad proof gives `false`.
 *
 * @example
 * import { type Groth16Proof, verifyingKeys, verifyProof } from '@veritask/sdk'
 *
 * const check = (signals: bigint[], proof: Groth16Proof) =>
 *   verifyProof(verifyingKeys['open-gold-scalar-64'], signals, proof)
 */
export async function verifyProof(
  key: VerifyingKeyJson,
  publicSignals: readonly bigint[],
  proof: Groth16Proof,
): Promise<boolean> {
  const { alpha, beta, gamma, delta, ic } = keyPoints(key)
  const [alphaPoint, ...icPoints] = keyPoint(() => [alpha, ...ic].map(g1)) as [G1, ...G1[]]
  const [betaPoint, gammaPoint, deltaPoint] = keyPoint(() => [beta, gamma, delta].map(g2)) as [G2, G2, G2]
  if (publicSignals.length !== key.nPublic) return false
  if (publicSignals.some((signal) => signal < 0n || signal >= FIELD_ORDER)) return false
  let points: { a: G1; b: G2; c: G1 }
  try {
    points = { a: g1(proof.a), b: g2(proof.b), c: g1(proof.c) }
  } catch {
    return false
  }
  const statement = publicSignals.reduce(
    (sum, signal, i) => sum.add(icPoints[i + 1]!.multiplyUnsafe(signal)),
    icPoints[0]!,
  )
  const pairs = [
    { g1: points.a.negate(), g2: points.b },
    { g1: alphaPoint, g2: betaPoint },
    { g1: statement, g2: gammaPoint },
    { g1: points.c, g2: deltaPoint },
  ].filter((pair) => !pair.g1.equals(bn254.G1.ProjectivePoint.ZERO) && !pair.g2.equals(bn254.G2.ProjectivePoint.ZERO))
  const { Fp12 } = bn254.fields
  return pairs.length === 0 || Fp12.eql(bn254.pairingBatch(pairs), Fp12.ONE)
}
