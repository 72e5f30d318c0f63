import { describe, expect, test } from 'vitest'
import { cellText, formatTable } from './formatTable.js'
import { decodeText, linesOf, parseJson, parseTable, TextFileError } from './index.js'
import { numberOf } from './values.js'

const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, mark = true) =>
  new Uint8Array([
    ...(mark ? [0xff, 0xfe] : []),
    ...[...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]),
  ])

function failure(run: () => unknown): TextFileError {
  try {
    run()
  } catch (error) {
    if (error instanceof TextFileError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('decodeText', () => {
  test('default: UTF-8, with a byte order mark taken off', () => {
    expect(decodeText(utf8('caña 猫'))).toBe('caña 猫')
    expect(decodeText(utf8('\uFEFFitem,label\n'))).toBe('item,label\n')
    expect(decodeText(new Uint8Array())).toBe('')
  })

  test('error: Latin-1 is refused with its line, not replaced by U+FFFD', () => {
    const error = failure(() => decodeText(new Uint8Array([...utf8('item,label\n0,ca'), 0xf1, ...utf8('a\n')])))
    expect(error.line).toBe(2)
    expect(error.message).toMatch(/not UTF-8.*Latin-1/)
    expect(error.metaMessages.join()).toContain('UTF-8')
  })

  test.each([
    ['UTF-16 with a mark', utf16('item,label\n'), /is UTF-16\./],
    ['UTF-16 big endian', new Uint8Array([0xfe, 0xff, 0, 0x69]), /is UTF-16\./],
    ['UTF-16 without a mark', utf16('item,label\n0,cat\n', false), /is UTF-16 \(without/],
    ['UTF-32', new Uint8Array([0xff, 0xfe, 0, 0, 0x69, 0, 0, 0]), /is UTF-32/],
    ['an archive', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 9, 9]), /no text: it has a zero byte/],
    ['a surrogate', new Uint8Array([0xed, 0xa0, 0x80]), /not UTF-8/],
    ['an overlong form', new Uint8Array([0xc0, 0xaf]), /not UTF-8/],
    ['a cut character', utf8('猫').subarray(0, 2), /not UTF-8/],
  ])('error: %s', (_, bytes, message) => {
    expect(failure(() => decodeText(bytes)).message).toMatch(message)
  })

  test('lines end in any way, mixed', () => {
    expect(linesOf('a\r\nb\nc\rd')).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('parseJson', () => {
  test('default: what JSON.parse gives', () => {
    const source = '{"a": [1, {"a": "x\\"y", "b": {"a": null}}], "b": "a: \\\\", "c": ["a", "a"]}'
    expect(parseJson(source)).toEqual(JSON.parse(source))
  })

  test.each([
    ['a key twice', '{\n"reward": "1",\n"reward": "2"}', 3],
    ['a key twice, escaped', '{"a": 1, "\\u0061": 2}', 1],
    ['a key twice, deep', '[{"x": [{"k": 1, "v": {"k": 2}, "k": 3}]}]', 1],
    ['a key twice, before a blank', '{"a" : 1, "a"\n: 2}', 1],
  ])('error: %s', (_, source, line) => {
    const error = failure(() => parseJson(source))
    expect(error.message).toMatch(/twice in one object/)
    expect(error.line).toBe(line)
  })

  test('error: no JSON, without repeating the text', () => {
    expect(failure(() => parseJson('{"privateKey": "0xsecret"')).message).not.toContain('secret')
  })

  test('hostile: deep nesting ends, whatever it is', () => {
    const deep = '['.repeat(200_000)
    expect(failure(() => parseJson(deep)).message).toMatch(/not JSON/)
    expect(parseJson('{"__proto__": 1}')).toSatisfy((value: object) => Object.hasOwn(value, '__proto__'))
  })
})

describe('parseTable', () => {
  const rows = (text: string) =>
    parseTable(text, { known: ['item'] }).rows.map(({ line, cells }) => [line, { ...cells }])

  test.each([
    ['commas', 'item,label\n0,cat\n'],
    ['semicolons', 'item;label\n0;cat\n'],
    ['tabs', 'item\tlabel\n0\tcat\n'],
    ['a line that tells the delimiter', 'sep=;\nitem;label\n0;cat\n'],
    ['trailing separators', 'item,label,\n0,cat,\n'],
    ['trailing separators in the rows alone', 'item,label\n0,cat,,\n,,,\n'],
    ['line ends of every kind', '\uFEFFItem , Label\r\n"0",cat\r'],
    ['blank lines', '\n\nitem,label\n\n0,cat\n\n'],
    ['another delimiter within quotes', '"item","label"\n0,"cat"\n'],
  ])('%s', (_, text) => {
    expect(rows(text).map(([, cells]) => cells)).toEqual([{ item: '0', label: 'cat' }])
  })

  test('lines are counted through quoted line breaks of every kind', () => {
    expect(rows('item,label\r\n0,"a\r\nb"\r\n1,c\n')).toEqual([
      [2, { item: '0', label: 'a\nb' }],
      [4, { item: '1', label: 'c' }],
    ])
  })

  test('two delimiters in the first line: the one that makes a known column of it', () => {
    expect(rows('item;a,b\n0;x,y\n')).toEqual([[2, { item: '0', 'a,b': 'x,y' }]])
    expect(failure(() => parseTable('a;b,c\n')).message).toMatch(/commas and semicolons/)
  })

  test.each([
    ['a column twice', 'item,label,Label\n0,1,2\n', 1, /column "label" twice/],
    ['a row that is too long', 'item,label\n0,1\n1,2,3\n', 3, /more cells than columns/],
    ['a row that is too short', 'item,label\n0\n', 2, /1 cells where there are 2 columns/],
    ['a cell without a column', 'item,,label\n0,x,1\n', 2, /more cells than columns/],
    ['an open quote', 'item,label\n0,"1\n', undefined, /not CSV/],
    ['a strange delimiter', 'sep=|\nitem|label\n', 1, /separated by "\|"/],
  ])('error: %s', (_, text, line, message) => {
    const error = failure(() => rows(text))
    expect(error.message).toMatch(message)
    if (line !== undefined) expect(error.line).toBe(line)
  })

  test('hostile: inherited names and huge rows', () => {
    const [row] = parseTable('__proto__,constructor\n1,2\n').rows
    expect(Object.keys(row!.cells)).toEqual(expect.arrayContaining(['constructor']))
    expect('toString' in row!.cells).toBe(false)
    expect(failure(() => rows(`item,label\n0,${'a'.repeat(200_000)}\n`)).message).toMatch(/not CSV/)
  })

  test('formatTable: no cell is a formula, and every cell reads back', () => {
    const cells = ['=1+1', '+1', '-1', '-cat', '@x', "'=x", "it's", 'a,b', 'a;b', 'a\tb', 'say "x"', 'a\nb', '', 'none']
    const text = formatTable(
      ['item', 'label'],
      cells.map((cell, item) => [item, cell]),
    )
    expect(text).not.toMatch(/,[=+@]|,-[^1]/)
    expect(rows(text).map(([, row]) => cellText((row as { label: string }).label))).toEqual(cells)
  })
})

test.each([
  ['7', 7],
  [7, 7],
  ['7.0', 7],
  ['1e2', 100],
  [-1e-14, 0],
  ['-1e-14', 0],
  [0.1 + 0.2 + 0.7, 1],
  [1.00001, 1.00001],
  ['007', 7],
  ['1,000', undefined],
  ['+1', undefined],
  ['', undefined],
  ['0x10', undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [true, undefined],
  [null, undefined],
  ['1.', undefined],
  ['１', undefined],
])('numberOf %j', (value, expected) => {
  expect(numberOf(value)).toBe(expected)
})
