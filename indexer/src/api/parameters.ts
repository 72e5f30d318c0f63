import type { Context } from 'hono'
import type { Address, Hex } from 'viem'
import { invalid } from './errors.js'

const maxLimit = 100
const defaultLimit = 25
const maxSearchLength = 128
const maxCursorLength = 200
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

export function limitOf(value: string | undefined): number {
  if (value === undefined) return defaultLimit
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
  const key = value.length <= maxCursorLength ? Buffer.from(value, 'base64url').toString() : ''
  if (!/^\d{1,120}$/.test(key))
    throw invalid('cursor is not one this API gave out', 'Use page.next of the previous page.')
  return key
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 32))
}
