import type { ProjPointType } from '@noble/curves/abstract/weierstrass'
import { bn254 } from '@noble/curves/bn254'
import type { Hex } from 'viem'
import { vkeyToKeyData } from '../proving/groth16.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { unboundSignal } from '../proving/unboundSignal.js'
import { type Check, check, firstFailure } from './checks.js'
import { KeyAuditFailedError } from './errors.js'

/** What an audit says of a verifying key: the checks that the chain makes when the key is added. */
export type KeyAudit = {
  /** No check failed: the chain would take the key. Says nothing of how it was made. */
  readonly sound: boolean
  readonly checks: readonly Check[]
  /** The key as the registry stores it. */
  readonly keyData: Hex
  readonly signalCount: number
}

/**
 * How phase 2 of a proving key went: `unfinished` holds no contribution and lets anyone forge; `development` was made by
 * one party, or without a final beacon; `ceremony` has several contributions and a final beacon. Says nothing of phase 1:
 * see {@link ZkeyAudit.powersOfTau}.
 */
export type KeyOrigin = 'unfinished' | 'development' | 'ceremony'

/** One contribution as a zkey lists it. */
export type Contribution = {
  readonly type: 'contribution' | 'beacon'
  /** What the contributor called themselves; nobody checked it. */
  readonly name: string
  /** blake2b-512, hex: what a contributor publishes. */
  readonly hash: string
  /** Of a beacon: its public value, hex, hashed 2^iterationsExponent times. */
  readonly beacon?: { readonly value: string; readonly iterationsExponent: number }
}

/** What an audit says of a proving key. */
export type ZkeyAudit = KeyAudit & {
  readonly origin: KeyOrigin
  /**
   * How phase 1 went, which no zkey shows: `unchecked` until the setup was replayed over the powers of tau; `ceremony`
   * when they are published ones or vouched for by the caller; `development` otherwise, and then their maker can forge.
   */
  readonly powersOfTau: 'unchecked' | 'ceremony' | 'development'
  /** blake2b-512, hex, of the circuit and the powers of tau: the same through the whole ceremony. */
  readonly circuitHash: string
  readonly contributions: readonly Contribution[]
  readonly verifyingKey: VerifyingKeyJson
}

const WORD_HEX = 64
/** As in contracts/src/VerifierKeyRegistry.sol. */
const MAX_SIGNALS = 128

/** Word positions in key data, as in contracts/src/proofSystems/Groth16ProofSystem.sol. */
const [ALPHA, BETA, GAMMA, DELTA, IC] = [0, 2, 6, 10, 14]

type G1 = InstanceType<typeof bn254.G1.ProjectivePoint>
type G2 = InstanceType<typeof bn254.G2.ProjectivePoint>

/**
 * The gate that the Groth16 proof system contract is on-chain, check by check: points in their groups and none the
 * identity, gamma ≠ ±delta, beta ≠ ±gamma, beta ≠ ±delta, delta ≠ ±generator, 1 to 128 signals, and the forgery
 * A = alpha, B = beta, C = -vk_x tried outright. Runs anywhere. It cannot see how the key was made: audit the zkey for that.
 *
 * @throws {@link VerifyingKeyMalformedError} for what is no Groth16 key on BN254 at all.
 *
 * @example
 * import { auditVerifyingKey, verifyingKeys } from '@veritask/sdk'
 *
 * const { sound, checks } = auditVerifyingKey(verifyingKeys['open-gold-scalar-64'])
 */
export function auditVerifyingKey(key: VerifyingKeyJson): KeyAudit {
  const keyData = vkeyToKeyData(key)
  const words = Array.from({ length: (keyData.length - 2) / WORD_HEX }, (_, i) =>
    BigInt(`0x${keyData.slice(2 + i * WORD_HEX, 2 + (i + 1) * WORD_HEX)}`),
  )
  const signalCount = (words.length - IC) / 2 - 1
  const fits = signalCount > 0 && signalCount <= MAX_SIGNALS
  const size = `${signalCount} public signals`
  const signals = check('signals', fits, size, `${size}, where the chain takes 1 to ${MAX_SIGNALS}`)
  // Before any arithmetic on as many points as somebody else chose.
  if (!fits) return { sound: false, checks: [signals], keyData, signalCount }
  const checks: Check[] = [signals, ...groups(words), ...relations(words)]
  checks.push(
    firstFailure(checks)
      ? { name: 'forgery', status: 'skipped', detail: 'not tried on a key that failed before' }
      : check('forgery', !forgeable(words), 'A = alpha, B = beta, C = -vk_x is refused', 'anyone can forge under it'),
  )
  return { sound: firstFailure(checks) === undefined, checks, keyData, signalCount }
}

/**
 * Refuses a proving key that must not be proposed under its mark. Without the mark `development` both phases must come
 * from a ceremony, so that an audit which did not look at the powers of tau does not suffice.
 *
 * @throws {@link KeyAuditFailedError}
 */
export function assertAudited(audit: ZkeyAudit, key: { readonly keyData: Hex; readonly development: boolean }): void {
  const failure = firstFailure(audit.checks)
  if (failure) throw new KeyAuditFailedError(`${failure.name}: ${failure.detail}`)
  if (audit.keyData !== key.keyData.toLowerCase()) throw new KeyAuditFailedError('the audit is of another key')
  if (!key.development && audit.origin !== 'ceremony')
    throw new KeyAuditFailedError('it comes from no multi-party ceremony and lacks the mark `development`')
  if (!key.development && audit.powersOfTau === 'unchecked')
    throw new KeyAuditFailedError('its powers of tau were not looked at: take the audit of a replay')
  if (!key.development && audit.powersOfTau !== 'ceremony')
    throw new KeyAuditFailedError('its powers of tau are no ceremony’s and it lacks the mark `development`')
}

function groups(words: readonly bigint[]): Check[] {
  const line = <T>(name: string, point: ProjPointType<T>) =>
    check(name, isElement(point), 'in its group, not zero', 'zero, off the curve or outside its subgroup')
  const ic = Array.from({ length: (words.length - IC) / 2 }, (_, i) => g1(words, IC + 2 * i))
  const bad = ic.findIndex((point) => !isElement(point))
  return [
    line('alpha', g1(words, ALPHA)),
    line('beta', g2(words, BETA)),
    line('gamma', g2(words, GAMMA)),
    line('delta', g2(words, DELTA)),
    check('IC', bad === -1, 'every point in its group, none zero', icFault(words, bad, ic.length - 1)),
  ]
}

function icFault(words: readonly bigint[], index: number, signalCount: number): string {
  const infinity = words[IC + 2 * index] === 0n && words[IC + 2 * index + 1] === 0n
  return infinity ? unboundSignal(index, signalCount) : `IC[${index}] is off the curve`
}

/** Whether a point is on the curve, in the subgroup of prime order, and not the identity. */
export function isElement<T>(point: ProjPointType<T>): boolean {
  try {
    point.assertValidity()
  } catch {
    return false
  }
  return !isZero(point)
}

/** In a group of odd order only the identity is its own opposite. */
const isZero = <T>(point: ProjPointType<T>): boolean => point.equals(point.negate())

/** Equal x means equal or opposite points. */
function relations(words: readonly bigint[]): Check[] {
  const generator = bn254.G2.ProjectivePoint.BASE.toAffine()
  const { c0, c1 } = generator.x
  const sameX = (a: number, b: number) => words[a] === words[b] && words[a + 1] === words[b + 1]
  return [
    check('gamma and delta', !sameX(GAMMA, DELTA), 'unrelated', 'equal or opposite: nobody contributed'),
    check('beta and gamma', !sameX(BETA, GAMMA), 'unrelated', 'equal or opposite'),
    check('beta and delta', !sameX(BETA, DELTA), 'unrelated', 'equal or opposite'),
    check(
      'delta and generator',
      words[DELTA] !== c1 || words[DELTA + 1] !== c0,
      'unrelated',
      'equal or opposite: the contribution is known',
    ),
  ]
}

/** Whether A = alpha, B = beta, C = -vk_x passes for the signals 1, 2, … n: e(vk_x, gamma) = e(vk_x, delta). */
function forgeable(words: readonly bigint[]): boolean {
  let statement = g1(words, IC)
  for (let at = IC + 2, signal = 1n; at < words.length; at += 2, signal++)
    statement = statement.add(g1(words, at).multiplyUnsafe(signal))
  if (isZero(statement)) return true
  const product = bn254.pairingBatch([
    { g1: g1(words, ALPHA).negate(), g2: g2(words, BETA) },
    { g1: g1(words, ALPHA), g2: g2(words, BETA) },
    { g1: statement, g2: g2(words, GAMMA) },
    { g1: statement.negate(), g2: g2(words, DELTA) },
  ])
  return bn254.fields.Fp12.eql(product, bn254.fields.Fp12.ONE)
}

function g1(words: readonly bigint[], at: number): G1 {
  return bn254.G1.ProjectivePoint.fromAffine({ x: words[at]!, y: words[at + 1]! })
}

/** Words of G2 stand imaginary part first. */
function g2(words: readonly bigint[], at: number): G2 {
  const { Fp2 } = bn254.fields
  const [x1, x0, y1, y0] = words.slice(at, at + 4) as [bigint, bigint, bigint, bigint]
  return bn254.G2.ProjectivePoint.fromAffine({ x: Fp2.fromBigTuple([x0, x1]), y: Fp2.fromBigTuple([y0, y1]) })
}
