import { bn254 } from '@noble/curves/bn254'

/** Bytes of a coordinate, and of points of G1 and G2 in the files of a ceremony: affine, Montgomery form, little-endian. */
export const COORDINATE_BYTES = 32
export const G1_BYTES = 2 * COORDINATE_BYTES
export const G2_BYTES = 4 * COORDINATE_BYTES

const { Fp } = bn254.fields
/** Montgomery form of x is x · 2^256. */
const RADIX = Fp.create(1n << 256n)
const RADIX_INVERSE = Fp.inv(RADIX)
const TRIPLE_RADIX_CUBED = Fp.mul(3n, Fp.mul(RADIX, Fp.sqr(RADIX)))
/** b of the twist, times radix cubed. */
const TWIST_B = bn254.fields.Fp2.div(bn254.fields.Fp2.fromBigTuple([3n, 0n]), bn254.fields.Fp2.fromBigTuple([9n, 1n]))
const TWIST_B0 = Fp.mul(TWIST_B.c0, Fp.mul(RADIX, Fp.sqr(RADIX)))
const TWIST_B1 = Fp.mul(TWIST_B.c1, Fp.mul(RADIX, Fp.sqr(RADIX)))

export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

/** The coordinates of a point, in plain form; `undefined` when one is at or above the modulus. */
export function coordinates(bytes: Uint8Array): readonly bigint[] | undefined {
  const values = raw(bytes)
  return values.every((value) => value < Fp.ORDER) ? values.map((value) => Fp.mul(value, RADIX_INVERSE)) : undefined
}

/** Index of the first G1 point that is zero, not canonical or off the curve y² = x³ + 3; -1 when all are on it. */
export function firstOffCurveG1(points: Uint8Array): number {
  const q = Fp.ORDER
  const values = raw(points)
  for (let i = 0; i < values.length; i += 2) {
    // With X = xR and Y = yR: Y²R = X³ + 3R³. Zero, written (0, 0), fails as well.
    const [x, y] = [values[i]!, values[i + 1]!]
    if (x >= q || y >= q || (y * y * RADIX - ((x * x) % q) * x - TRIPLE_RADIX_CUBED) % q !== 0n) return i / 2
  }
  return -1
}

/** The same for G2 points: the curve y² = x³ + 3/(9 + u) over the quadratic extension. Says nothing of the subgroup. */
export function firstOffCurveG2(points: Uint8Array): number {
  const q = Fp.ORDER
  const values = raw(points)
  for (let i = 0; i < values.length; i += 4) {
    const [x0, x1, y0, y1] = [values[i]!, values[i + 1]!, values[i + 2]!, values[i + 3]!]
    const square0 = (x0 * x0 - x1 * x1) % q
    const square1 = (2n * x0 * x1) % q
    const real = (y0 * y0 - y1 * y1) * RADIX - (square0 * x0 - square1 * x1) - TWIST_B0
    const imaginary = 2n * y0 * y1 * RADIX - (square0 * x1 + square1 * x0) - TWIST_B1
    const canonical = x0 < q && x1 < q && y0 < q && y1 < q
    if (!canonical || real % q !== 0n || imaginary % q !== 0n) return i / 4
  }
  return -1
}

/** Coordinates as they stand in the file. */
function raw(bytes: Uint8Array): bigint[] {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Array<bigint>(bytes.length / COORDINATE_BYTES)
  for (let i = 0, at = 0; i < values.length; i++, at += COORDINATE_BYTES)
    values[i] =
      data.getBigUint64(at, true) |
      (data.getBigUint64(at + 8, true) << 64n) |
      (data.getBigUint64(at + 16, true) << 128n) |
      (data.getBigUint64(at + 24, true) << 192n)
  return values
}
