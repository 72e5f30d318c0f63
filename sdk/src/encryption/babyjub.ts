import { twistedEdwards } from '@noble/curves/abstract/edwards'
import { Field as PrimeField } from '@noble/curves/abstract/modular'
import { BaseError } from '../errors/base.js'
import { bytesToBigInt, FIELD_ORDER, type Field } from '../field.js'
import { randomBytes } from '../random.js'

/** Affine point of BabyJubJub (EIP-2494): x, then y. */
export type Point = readonly [bigint, bigint]

/** Prime order l of the subgroup that {@link BASE8} generates. */
export const SUBGROUP_ORDER = 2736030358979909402780800718157159386076813972158567259200215660948447373041n

/** Generator of the prime-order subgroup. */
export const BASE8: Point = [
  5299619240641551281634865583518297030282874472190772894086521144482721001553n,
  16950150798460657717958625567821834550301663161624707787222815936182638968203n,
]

/** Scalars are uniform in [1, 2^250): below l, and what the circuits decompose. */
export const SCALAR_BITS = 250n
const SCALAR_BYTES = 32

const COFACTOR = 8n

const curve = twistedEdwards({
  a: 168700n,
  d: 168696n,
  Fp: PrimeField(FIELD_ORDER),
  n: SUBGROUP_ORDER,
  h: COFACTOR,
  Gx: BASE8[0],
  Gy: BASE8[1],
  // The curve factory asks for the hash of its signature scheme, which nothing here uses.
  hash: () => {
    throw new BaseError('This curve makes no signatures.')
  },
  randomBytes: (length = SCALAR_BYTES) => randomBytes(length),
})

/** Why a point is refused as a key. */
export type InvalidKeyReason = 'non-canonical' | 'off-curve' | 'low-order'

const REASONS: Record<InvalidKeyReason, string> = {
  'non-canonical': 'a coordinate is not below the field order',
  'off-curve': 'the point is not on the curve',
  'low-order': 'the point is not in the subgroup of prime order, so it would leak or fix the shared key',
}

/** A BabyJubJub public key that must not be encrypted to, nor decrypted from. */
export class InvalidEncryptionKeyError extends BaseError {
  override name = 'InvalidEncryptionKeyError'
  constructor(
    readonly what: string,
    readonly reason: InvalidKeyReason,
  ) {
    super(`${what} is not a valid BabyJubJub key: ${REASONS[reason]}.`)
  }
}

/** A secret or ephemeral scalar outside its range. Never carries the scalar. */
export class ScalarOutOfRangeError extends BaseError {
  override name = 'ScalarOutOfRangeError'
  constructor(readonly what: string) {
    super(`${what} is not in [1, 2^${SCALAR_BITS}).`)
  }
}

/**
 * Checks a key that came from outside: canonical coordinates, on the curve, in the subgroup of prime order and not
 * the identity.
 *
 * @throws {@link InvalidEncryptionKeyError}
 *
 * @example
 * import { assertPublicKey, generateKeyPair } from '@veritask/sdk'
 *
 * assertPublicKey(generateKeyPair().publicKey)
 */
export function assertPublicKey(key: Point, what = 'The encryption key'): void {
  checkedPoint(key, what)
}

function checkedPoint([x, y]: Point, what: string) {
  if (x < 0n || y < 0n || x >= FIELD_ORDER || y >= FIELD_ORDER)
    throw new InvalidEncryptionKeyError(what, 'non-canonical')
  const point = curve.ExtendedPoint.fromAffine({ x, y })
  // The identity (0, 1) is on the curve; the library's own check refuses it with the same error as an off-curve point.
  if (x === 0n && y === 1n) throw new InvalidEncryptionKeyError(what, 'low-order')
  try {
    point.assertValidity()
  } catch {
    throw new InvalidEncryptionKeyError(what, 'off-curve')
  }
  if (!point.isTorsionFree()) throw new InvalidEncryptionKeyError(what, 'low-order')
  return point
}

function checkedScalar(scalar: bigint, what: string): bigint {
  if (scalar < 1n || scalar >> SCALAR_BITS !== 0n) throw new ScalarOutOfRangeError(what)
  return scalar
}

/**
 * Fresh scalar, uniform in [1, 2^250): a secret key, or the ephemeral scalar of one encryption (never use one twice).
 *
 * @example
 * import { randomScalar } from '@veritask/sdk'
 *
 * const ephemeralScalar = randomScalar()
 */
export function randomScalar(): bigint {
  for (;;) {
    const scalar = BigInt.asUintN(Number(SCALAR_BITS), bytesToBigInt(randomBytes(SCALAR_BYTES)))
    if (scalar !== 0n) return scalar
  }
}

/**
 * `scalar · point`, after checking both.
 *
 * @param scalar - In [1, 2^250).
 * @throws {@link InvalidEncryptionKeyError}, {@link ScalarOutOfRangeError}
 */
export function multiply(point: Point, scalar: bigint, what = 'The encryption key'): readonly [Field, Field] {
  const product = checkedPoint(point, what).multiply(checkedScalar(scalar, 'The scalar')).toAffine()
  return [product.x as Field, product.y as Field]
}

/**
 * Public key of a secret key.
 *
 * @throws {@link ScalarOutOfRangeError}
 *
 * @example
 * import { publicKeyOf } from '@veritask/sdk'
 *
 * const base8 = publicKeyOf(1n)
 */
export function publicKeyOf(secretKey: bigint): readonly [Field, Field] {
  return multiply(BASE8, secretKey)
}

/**
 * A requester's key pair, to which workers encrypt their labels. The secret key reads every delivery: keep it encrypted
 * at rest.
 *
 * @example
 * import { generateKeyPair } from '@veritask/sdk'
 *
 * const { publicKey } = generateKeyPair()
 */
export function generateKeyPair(): { readonly secretKey: bigint; readonly publicKey: readonly [Field, Field] } {
  const secretKey = randomScalar()
  return { secretKey, publicKey: publicKeyOf(secretKey) }
}
