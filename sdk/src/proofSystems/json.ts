import { concatHex, type Hex, numberToHex } from 'viem'
import type { BaseError } from '../errors/base.js'
import { FIELD_ORDER } from '../field.js'

/** The error that a reader throws; the reason completes its sentence. */
export type Malformed = new (reason: string) => BaseError

/** Order of the field that point coordinates live in. */
const COORDINATE_ORDER = 21888242871839275222246405745257275088696311157297823662689037894645226208583n

const KNOWN_PROTOCOLS = ['groth', 'groth16', 'plonk', 'fflonk']

/** snarkjs calls the curve bn128. */
export function assertProtocol(value: unknown, protocol: string, Failure: Malformed): void {
  const { protocol: found, curve } = (value ?? {}) as { protocol?: unknown; curve?: unknown }
  if (typeof found === 'string' && found !== protocol && KNOWN_PROTOCOLS.includes(found))
    throw new Failure(`it is of ${found} and not of ${protocol}`)
  if (found !== protocol || (curve !== 'bn128' && curve !== 'bn254'))
    throw new Failure(`it is not of ${protocol} on BN254`)
}

function decimal(value: unknown, order: bigint): bigint | undefined {
  if (typeof value !== 'string' || !/^[0-9]{1,78}$/.test(value)) return undefined
  const integer = BigInt(value)
  return integer < order ? integer : undefined
}

/** A scalar below the order of the groups, from a decimal string. */
export function readScalar(value: unknown, name: string, Failure: Malformed): bigint {
  const scalar = decimal(value, FIELD_ORDER)
  if (scalar === undefined) throw new Failure(`${name} is not a decimal string below the field order`)
  return scalar
}

/** A count, which snarkjs writes as a JSON number. */
export function readCount(value: unknown, name: string, Failure: Malformed): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  throw new Failure(`${name} is not a count`)
}

/** x and y of an affine point [x, y, "1"]. It is not checked to lie on the curve: the contract does. */
export function readPoint(value: unknown, name: string, Failure: Malformed): [bigint, bigint] {
  const [x, y, z, ...more]: unknown[] = Array.isArray(value) ? value : []
  const coordinates = [decimal(x, COORDINATE_ORDER), decimal(y, COORDINATE_ORDER)]
  if (coordinates.includes(undefined) || z !== '1' || more.length > 0)
    throw new Failure(`${name} is not a point in affine coordinates`)
  return coordinates as [bigint, bigint]
}

/**
 * As {@link readPoint}, but the point at infinity, ["0", "1", "0"], may stand for a commitment to zero; it is (0, 0) in the
 * EVM and in transcripts.
 */
export function readPointOrInfinity(value: unknown, name: string, Failure: Malformed): [bigint, bigint] {
  return String(value) === '0,1,0' ? [0n, 0n] : readPoint(value, name, Failure)
}

/** Four coordinates of an affine point of G2, imaginary parts first as the EVM has them. */
export function readG2Point(value: unknown, name: string, Failure: Malformed): bigint[] {
  const [x, y, z, ...more]: unknown[] = Array.isArray(value) ? value : []
  const parts = [x, y].flatMap((pair) => (Array.isArray(pair) && pair.length === 2 ? [pair[1], pair[0]] : []))
  const coordinates = parts.map((part) => decimal(part, COORDINATE_ORDER))
  if (coordinates.length !== 4 || coordinates.includes(undefined) || String(z) !== '1,0' || more.length > 0)
    throw new Failure(`${name} is not a point in affine coordinates`)
  return coordinates as bigint[]
}

/** 32-byte big-endian words. */
export function encodeWords(words: readonly bigint[]): Hex {
  return concatHex(words.map((word) => numberToHex(word, { size: 32 })))
}

/** Reads `count` words; points are the first 2 · `points` of them and must be canonical, as must be the scalars after. */
export function decodeWords(data: Hex, points: number, scalars: number, Failure: Malformed): bigint[] {
  const count = 2 * points + scalars
  if (!new RegExp(`^0x[0-9a-fA-F]{${64 * count}}$`).test(data))
    throw new Failure(`it does not have ${32 * count} bytes`)
  const words = Array.from({ length: count }, (_, i) => BigInt(`0x${data.slice(2 + 64 * i, 66 + 64 * i)}`))
  if (words.some((word, i) => word >= (i < 2 * points ? COORDINATE_ORDER : FIELD_ORDER)))
    throw new Failure('a word is at or above the order of its field')
  return words
}

/** Names points and scalars in the order of their words, as snarkjs writes them. */
export function nameWords<Point extends string, Scalar extends string>(
  words: readonly bigint[],
  points: readonly Point[],
  scalars: readonly Scalar[],
): { points: Record<Point, string[]>; scalars: Record<Scalar, string> } {
  const pointOf = (i: number) => [String(words[2 * i]), String(words[2 * i + 1]), '1']
  return {
    points: Object.fromEntries(points.map((name, i) => [name, pointOf(i)])) as Record<Point, string[]>,
    scalars: Object.fromEntries(scalars.map((name, i) => [name, String(words[2 * points.length + i])])) as Record<
      Scalar,
      string
    >,
  }
}
