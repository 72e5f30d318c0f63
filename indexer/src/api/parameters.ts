import type { Context } from 'hono'
import type { Address, Hex } from 'viem'
import { invalid } from './errors.js'

const maxLimit = 100
const defaultLimit = 25
const maxSearchLength = 128
/** A sort key of 78 digits beside an event id, in base64. */
const maxCursorLength = 300
const maxIds = 100
const maxSlotNumber = 2 ** 31 - 1

/** The query of a request, refusing names outside `allowed` and names given twice. */
export function queryOf<name extends string>(c: Context, allowed: readonly name[]): Partial<Record<name, string>> {
  const query: Partial<Record<name, string>> = {}
  for (const [name, values] of Object.entries(c.req.queries())) {
    if (!(allowed as readonly string[]).includes(name)) {
      throw invalid(
        `unknown parameter ${shown(name)}`,
        `This route takes ${allowed.length ? allowed.join(', ') : 'no parameters'}.`,
      )
    }
    if (values.length !== 1) throw invalid(`${name} is given ${values.length} times`, 'Give each parameter once.')
    query[name as name] = values[0] as string
  }
  return query
}

/** `atLeast`: how many rows were asked for by their ids. */
export function limitOf(value: string | undefined, atLeast = 0): number {
  if (value === undefined) return Math.max(defaultLimit, atLeast)
  const limit = Number(value)
  if (!/^\d{1,3}$/.test(value) || limit < 1 || limit > maxLimit) {
    throw invalid(`limit must be an integer from 1 to ${maxLimit}`, `Use limit=${defaultLimit}.`)
  }
  return limit
}

export function addressOf(name: string, value: string): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(value)) throw invalid(`${name} must be an address`, 'Use 0x and 40 hex digits.')
  return value.toLowerCase() as Address
}

export function idOf(name: string, value: string): Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(value)) throw invalid(`${name} must be a 32-byte id`, 'Use 0x and 64 hex digits.')
  return value.toLowerCase() as Hex
}

/** Several ids at once, comma-separated; those named twice count once. */
export function idsOf(name: string, value: string): Hex[] {
  const ids = value.split(',', maxIds + 1)
  if (ids.length > maxIds) throw invalid(`${name} are more than ${maxIds}`, 'Ask in several requests.')
  return [...new Set(ids.map((id) => idOf(name, id.trim())))]
}

/** Whether the rows of all pages are to be counted. */
export function totalOf(value: string | undefined): boolean {
  return value !== undefined && oneOf('total', value, ['true', 'false']) === 'true'
}

export function slotNumberOf(value: string): number {
  const number = Number(value)
  if (!/^\d{1,10}$/.test(value) || number > maxSlotNumber) {
    throw invalid('slot must be a slot number', 'Slots are numbered from 0 in the order of joining.')
  }
  return number
}

/** A whole number in decimal digits, below 2^256. */
export function numberOf(name: string, value: string): bigint {
  if (!/^\d{1,78}$/.test(value) || BigInt(value) >= 2n ** 256n) {
    throw invalid(`${name} must be a whole number`, 'Use decimal digits.')
  }
  return BigInt(value)
}

export function oneOf<const value extends string>(name: string, value: string, allowed: readonly value[]): value {
  if (!(allowed as readonly string[]).includes(value)) {
    throw invalid(`${name} must be one of ${allowed.join(', ')}`, `For example ${name}=${allowed[0]}.`)
  }
  return value as value
}

/** A LIKE pattern that finds `value` anywhere, taking its own wildcards literally. */
export function patternOf(name: string, value: string): string {
  if (value.length < 1 || value.length > maxSearchLength || value.includes('\0')) {
    throw invalid(`${name} must be 1 to ${maxSearchLength} characters`, 'Search for a word of the text.')
  }
  return `%${value.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

/** Cursors are the sort key of the last row, opaque to callers. */
export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url')
}

export function decodeCursor(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  const key = keyIn(value)
  if (!/^\d{1,120}$/.test(key)) throw foreignCursor()
  return key
}

/** Where a list that is not sorted by time goes on: after this value of its sort key, and among equals after this event. */
export type SortedCursor = { readonly value: bigint; readonly eventId: string }

export function sortedKey(sort: string, { value, eventId }: SortedCursor): string {
  return `${sort}.${value}.${eventId}`
}

/** A cursor of the same sort alone: another says where to go on in another order. */
export function decodeSortedCursor(sort: string, value: string | undefined): SortedCursor | undefined {
  if (value === undefined) return undefined
  const [name, key, eventId, ...rest] = keyIn(value).split('.')
  const whole = name === sort && rest.length === 0 && /^\d{1,78}$/.test(key ?? '') && /^\d{1,120}$/.test(eventId ?? '')
  if (!whole || key === undefined || eventId === undefined) throw foreignCursor()
  return { value: BigInt(key), eventId }
}

function keyIn(cursor: string): string {
  return cursor.length <= maxCursorLength ? Buffer.from(cursor, 'base64url').toString() : ''
}

function foreignCursor() {
  return invalid('cursor is not one this API gave out for this list', 'Use page.next of the previous page.')
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 32))
}
