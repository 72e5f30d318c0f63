import { describe, expect, test } from 'vitest'
import { ApiError } from '../src/api/errors.js'
import { checkCost } from '../src/api/graphql-cost.js'
import { createLimiter } from '../src/api/limits.js'
import {
  addressOf,
  decodeCursor,
  encodeCursor,
  idOf,
  limitOf,
  oneOf,
  patternOf,
  slotNumberOf,
} from '../src/api/parameters.js'

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof ApiError) return error.code
    throw error
  }
  return 'accepted'
}
const cost = (query: string, variables?: object) => codeOf(() => checkCost(JSON.stringify({ query, variables })))

describe('GraphQL cost', () => {
  test('ordinary queries pass', () => {
    expect(cost('{ task(id: "0x01") { title terms { rules } taken(limit: 10) { items { state } } } }')).toBe('accepted')
    expect(cost('query($n: Int) { tasks(limit: $n) { items { id } totalCount } }', { n: 100 })).toBe('accepted')
    expect(cost('{ tasks { items { id } } }')).toBe('accepted')
  })

  test.each([
    ['a list above the row limit', '{ tasks(limit: 101) { items { id } } }'],
    ['no rows', '{ tasks(limit: 0) { items { id } } }'],
    ['a negative limit', '{ tasks(limit: -1) { items { id } } }'],
    ['lists in lists', '{ tasks(limit: 100) { items { taken(limit: 100) { items { number } } } } }'],
    ['lists in lists without limits', '{ tasks { items { taken { items { receipts { items { id } } } } } } }'],
    [
      'many lists side by side',
      `{ ${'abcdefghijk'
        .split('')
        .map((a) => `${a}: tasks(limit: 100) { items { id } }`)
        .join(' ')} }`,
    ],
    ['an aliased items field', '{ tasks(limit: 100) { x: items { y: taken(limit: 100) { z: items { number } } } } }'],
    [
      'lists behind a fragment',
      '{ tasks(limit: 100) { ...f } } fragment f on taskPage { items { taken(limit: 100) { items { number } } } }',
    ],
    ['a very deep query', `{ ${'task(id: "0x") { taken { items { '.repeat(4)} id ${'} } }'.repeat(4)} }`],
    ['endless tokens', `{ task(id: "0x") { ${'id '.repeat(1000)} } }`],
    ['a fragment that contains itself', '{ tasks { ...f } } fragment f on taskPage { items { id } ...f }'],
    [
      'fragments that double each other',
      `{ task(id: "0x") { ...f0 } } ${Array.from({ length: 20 }, (_, n) => `fragment f${n} on task { ...f${n + 1} ...f${n + 1} }`).join(' ')} fragment f20 on task { id }`,
    ],
  ])('refuses %s', (_name, query) => {
    expect(cost(query)).toBe('query_too_costly')
  })

  test('a limit hidden in a variable is read', () => {
    expect(cost('query($n: Int) { tasks(limit: $n) { items { id } } }', { n: 101 })).toBe('query_too_costly')
    expect(cost('query($n: Int) { tasks(limit: $n) { items { id } } }', { n: '5' })).toBe('query_too_costly')
    expect(cost('query($n: Int = 500) { tasks(limit: $n) { items { id } } }')).toBe('query_too_costly')
  })

  test.each([
    ['introspection', '{ __schema { types { name } } }'],
    ['introspection of a type', '{ __type(name: "task") { name } }'],
    ['two operations', 'query a { tasks { items { id } } } query b { tasks { items { id } } }'],
    ['a mutation', 'mutation { tasks { items { id } } }'],
    ['a subscription', 'subscription { tasks { items { id } } }'],
    ['no GraphQL', 'select * from task'],
    ['an unknown fragment', '{ tasks { ...nothing } }'],
    ['nothing', ''],
  ])('refuses %s', (_name, query) => {
    expect(cost(query)).toBe('invalid_query')
  })

  test.each(['', '[]', 'null', '{}', '[{"query":"{a}"}]', '{"query":1}', '{"query":"{a}","variables":[1]}'])(
    'refuses the body %s',
    (body) => {
      expect(codeOf(() => checkCost(body))).toBe('invalid_query')
    },
  )
})

describe('parameters', () => {
  test('limits', () => {
    expect([limitOf(undefined), limitOf('1'), limitOf('100')]).toEqual([25, 1, 100])
    for (const value of ['0', '101', '-1', '1.5', '1e1', ' 1', '', 'x', '0x10'])
      expect(codeOf(() => limitOf(value))).toBe('invalid_parameter')
  })

  test('addresses and ids are normalised or refused', () => {
    expect(addressOf('a', `0x${'AB'.repeat(20)}`)).toBe(`0x${'ab'.repeat(20)}`)
    expect(idOf('a', `0x${'AB'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`)
    for (const value of [
      '',
      '0x',
      `0x${'ab'.repeat(19)}`,
      `0x${'zz'.repeat(20)}`,
      `0x${'ab'.repeat(20)}\n`,
      "' or 1=1",
    ])
      expect(codeOf(() => addressOf('a', value))).toBe('invalid_parameter')
    expect(codeOf(() => idOf('a', `0x${'ab'.repeat(20)}`))).toBe('invalid_parameter')
  })

  test('slot numbers', () => {
    expect(slotNumberOf('0')).toBe(0)
    for (const value of ['-1', '2147483648', '1.0', '', 'x'])
      expect(codeOf(() => slotNumberOf(value))).toBe('invalid_parameter')
  })

  test('choices', () => {
    expect(oneOf('a', 'x', ['x', 'y'])).toBe('x')
    expect(codeOf(() => oneOf('a', 'z', ['x', 'y']))).toBe('invalid_parameter')
    expect(codeOf(() => oneOf('a', 'toString', ['x', 'y']))).toBe('invalid_parameter')
  })

  test('search takes wildcards literally', () => {
    expect(patternOf('q', '50%_\\')).toBe('%50\\%\\_\\\\%')
    for (const value of ['', 'x'.repeat(129), 'a\0'])
      expect(codeOf(() => patternOf('q', value))).toBe('invalid_parameter')
  })

  test('cursors survive a round trip and nothing else does', () => {
    expect(decodeCursor(encodeCursor('12345'))).toBe('12345')
    expect(decodeCursor(undefined)).toBeUndefined()
    for (const value of ['', 'abc', encodeCursor("1' or 1=1"), encodeCursor('9'.repeat(121)), 'x'.repeat(10_000)])
      expect(codeOf(() => decodeCursor(value))).toBe('invalid_parameter')
  })
})

describe('rate limit', () => {
  test('allows a burst, then the rate, per client', () => {
    const waitOf = createLimiter({ rate: 2, burst: 3 })
    expect([1, 2, 3, 4].map(() => waitOf('a', 0))).toEqual([0, 0, 0, 1])
    expect(waitOf('b', 0)).toBe(0)
    expect(waitOf('a', 400)).toBe(1)
    expect(waitOf('a', 500)).toBe(0)
    expect(waitOf('a', 500)).toBe(1)
    expect([1, 2, 3, 4].map(() => waitOf('a', 60_000))).toEqual([0, 0, 0, 1])
  })

  test('remembers a bounded number of clients', () => {
    const waitOf = createLimiter({ rate: 1, burst: 1 })
    expect(waitOf('first', 0)).toBe(0)
    expect(waitOf('first', 0)).toBe(1)
    for (let client = 0; client < 10_000; client += 1) waitOf(`client ${client}`, 0)
    expect(waitOf('first', 0)).toBe(0)
  })
})
