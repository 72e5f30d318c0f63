import { decode, encode } from 'cborg'
import { TREE_DEPTH } from '../datasets/tree.js'
import { BaseError } from '../errors/base.js'
import { bytesToBigInt, FIELD_BYTES, FIELD_ORDER, fieldToBytes, toField } from '../field.js'
import { decodeRules, encodeRules, type Rules } from '../labels/rules.js'
import type { Payload, PayloadItem } from './payload.js'

/** Decrypted bytes that are not a payload: not canonical CBOR, a missing or stray field, a value out of range. */
export class PayloadMalformedError extends BaseError {
  override name = 'PayloadMalformedError'
  constructor(readonly reason: string) {
    super(`The payload is malformed: ${reason}.`)
  }
}

const VERSION = 1
const RULES_BYTES = 16
const PATH_BYTES = TREE_DEPTH * FIELD_BYTES
const MAX_INSTRUCTIONS = 65_536
const MAX_CLASSES = 256
const MAX_CLASS_NAME = 256
const MAX_MEDIA_TYPE = 127

const ITEM_FIELDS = ['bytes', 'index', 'mediaType', 'path', 'recordSalt'] as const
const PAYLOAD_FIELDS = ['classes', 'instructions', 'items', 'rules', 'version'] as const

/** Canonical CBOR of a payload, checked as strictly as when reading it. */
export function encodePayload(payload: Payload): Uint8Array<ArrayBuffer> {
  const rules = bigEndian(encodeRules(payload.rules), RULES_BYTES)
  const items = payload.items.map((item, position) => ({
    bytes: item.bytes,
    index: item.index,
    mediaType: item.mediaType,
    path: joinFields(item.path, `the path of item ${position}`),
    recordSalt: joinFields([item.recordSalt], `the salt of item ${position}`),
  }))
  const { classes, instructions, version } = payload
  const bytes = new Uint8Array(encode({ classes: [...classes], instructions, items, rules, version }))
  decodePayload(bytes)
  return bytes
}

/** Reads a payload from untrusted bytes; refuses anything but the canonical encoding of a valid payload. */
export function decodePayload(bytes: Uint8Array): Payload {
  const raw = record(decodeCbor(bytes), PAYLOAD_FIELDS, 'the payload')
  if (raw.version !== VERSION) throw new PayloadMalformedError(`the version is not ${VERSION}`)
  const rules = rulesOf(raw.rules)
  const items = list(raw.items, rules.itemCount, 'items').map((item, position) => itemOf(item, position))
  if (items.length !== rules.itemCount)
    throw new PayloadMalformedError(`${items.length} items, but the rules have ${rules.itemCount}`)
  if (new Set(items.map((item) => item.index)).size !== items.length)
    throw new PayloadMalformedError('the same record appears twice')
  return {
    version: VERSION,
    instructions: text(raw.instructions, MAX_INSTRUCTIONS, 'the instructions'),
    classes: list(raw.classes, MAX_CLASSES, 'classes').map((name) => text(name, MAX_CLASS_NAME, 'a class name')),
    rules,
    items,
  }
}

function decodeCbor(bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      rejectDuplicateMapKeys: true,
    })
    // Nesting too deep for the decoder ends here too, as a RangeError. The decoder's messages quote the plaintext, so
    // they are not passed on.
  } catch {
    throw new PayloadMalformedError('it is not strict CBOR')
  }
  if (!sameBytes(encode(value), bytes)) throw new PayloadMalformedError('its CBOR is not canonical')
  return value
}

function itemOf(value: unknown, position: number): PayloadItem {
  const what = `item ${position}`
  const raw = record(value, ITEM_FIELDS, what)
  const { index } = raw
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= 2 ** TREE_DEPTH)
    throw new PayloadMalformedError(`${what} has no valid index`)
  const path = splitFields(byteString(raw.path, PATH_BYTES, `the path of ${what}`), what)
  const [recordSalt] = splitFields(byteString(raw.recordSalt, FIELD_BYTES, `the salt of ${what}`), what)
  return {
    index,
    mediaType: text(raw.mediaType, MAX_MEDIA_TYPE, `the media type of ${what}`),
    bytes: byteString(raw.bytes, undefined, `the bytes of ${what}`),
    recordSalt: recordSalt!,
    path,
  }
}

function rulesOf(value: unknown): Rules {
  const packed = bytesToBigInt(byteString(value, RULES_BYTES, 'the rules'))
  try {
    return decodeRules(packed)
  } catch {
    throw new PayloadMalformedError('its rules are not valid')
  }
}

function record<Key extends string>(value: unknown, keys: readonly Key[], what: string): Record<Key, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw new PayloadMalformedError(`${what} is not a map`)
  if (Object.keys(value).length !== keys.length || !keys.every((key) => Object.hasOwn(value, key)))
    throw new PayloadMalformedError(`${what} does not have exactly the fields ${keys.join(', ')}`)
  return value as Record<Key, unknown>
}

function list(value: unknown, max: number, what: string): unknown[] {
  if (!Array.isArray(value) || value.length > max)
    throw new PayloadMalformedError(`${what} is not a list of up to ${max}`)
  return value
}

function text(value: unknown, max: number, what: string): string {
  if (typeof value !== 'string' || value.length > max)
    throw new PayloadMalformedError(`${what} is not a text of up to ${max} characters`)
  return value
}

function byteString(value: unknown, length: number | undefined, what: string): Uint8Array<ArrayBuffer> {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
    throw new PayloadMalformedError(`${what} is not a byte string${length === undefined ? '' : ` of ${length}`}`)
  return new Uint8Array(value)
}

function joinFields(fields: readonly bigint[], what: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.length * FIELD_BYTES)
  fields.forEach((field, i) => {
    bytes.set(fieldToBytes(toField(field, what)), i * FIELD_BYTES)
  })
  return bytes
}

function splitFields(bytes: Uint8Array, what: string): bigint[] {
  const fields = Array.from({ length: bytes.length / FIELD_BYTES }, (_, i) =>
    bytesToBigInt(bytes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES)),
  )
  if (fields.some((field) => field >= FIELD_ORDER))
    throw new PayloadMalformedError(`${what} carries a value at or above the field order`)
  return fields
}

function bigEndian(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn))
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
