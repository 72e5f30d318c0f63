import { BaseError } from './errors/base.js'

/** Order r of the BN254 scalar field: every circuit value is an integer below it. */
export const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n

/** Bytes of a field element on the wire (big-endian). */
export const FIELD_BYTES = 32

declare const fieldBrand: unique symbol

/** An integer in [0, {@link FIELD_ORDER}), checked when made. */
export type Field = bigint & { readonly [fieldBrand]: true }

/** A value that must be a field element is negative, not an integer, or at or above the field order. */
export class FieldOutOfRangeError extends BaseError {
  override name = 'FieldOutOfRangeError'
  /** @param what - Name of the value; the value itself stays out of the error, since it may be secret. */
  constructor(readonly what: string) {
    super(`${what} is not an integer between 0 and the BN254 scalar field order.`)
  }
}

/**
 * Checks an integer into the field.
 *
 * @param value - Integer in [0, r); numbers must be safe integers; strings are decimal or 0x-hex.
 * @param what - Name used in the error.
 * @throws {@link FieldOutOfRangeError}
 *
 * @example
 * import { toField } from '@veritask/sdk'
 *
 * const seven = toField(7)
 */
export function toField(value: bigint | number | string, what = 'Value'): Field {
  const integer = toInteger(value, what)
  if (integer < 0n || integer >= FIELD_ORDER) throw new FieldOutOfRangeError(what)
  return integer as Field
}

function toInteger(value: bigint | number | string, what: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^(0x[0-9a-fA-F]{1,64}|[0-9]{1,78})$/.test(value)) return BigInt(value)
  throw new FieldOutOfRangeError(what)
}

/**
 * Reads 32 big-endian bytes as a field element.
 *
 * @throws {@link FieldOutOfRangeError} on another length or a value at or above the order.
 *
 * @example
 * import { fieldFromBytes } from '@veritask/sdk'
 *
 * const zero = fieldFromBytes(new Uint8Array(32))
 */
export function fieldFromBytes(bytes: Uint8Array, what = 'Value'): Field {
  if (bytes.length !== FIELD_BYTES) throw new FieldOutOfRangeError(what)
  return toField(bytesToBigInt(bytes), what)
}

/**
 * Writes a field element as 32 big-endian bytes.
 *
 * @example
 * import { fieldToBytes, toField } from '@veritask/sdk'
 *
 * const bytes = fieldToBytes(toField(1))
 */
export function fieldToBytes(field: Field): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FIELD_BYTES)
  let rest: bigint = field
  for (let i = FIELD_BYTES - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  return bytes
}

/** Reads bytes as one big-endian integer of any size. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}
