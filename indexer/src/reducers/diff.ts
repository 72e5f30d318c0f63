import type { Json } from './audit.js'

export type Change = { readonly name: string; readonly previous: Json; readonly current: Json }

/** What differs between two values of the same shape, by field; a value that is not an object is one field, `value`. */
export function changesBetween(previous: unknown, current: unknown): Change[] {
  const [before, after] = [fieldsOf(previous), fieldsOf(current)]
  return Object.keys(after).flatMap((name) => {
    const change = { name, previous: before[name] ?? null, current: after[name] ?? null }
    return JSON.stringify(change.previous) === JSON.stringify(change.current) ? [] : [change]
  })
}

function fieldsOf(value: unknown): { readonly [name: string]: Json } {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isRecord ? (value as { readonly [name: string]: Json }) : { value: value as Json }
}
