import { expect, test } from 'vitest'
import { neutralise } from './text'

const REPLACEMENT = '\ufffd'

test('ordinary text of any script passes unchanged', () => {
  for (const text of ['Handwritten digits', 'أرقام مكتوبة', '手書き数字', 'Zażółć', '👩‍🔬 labels', 'नमस्ते']) {
    expect(neutralise(text)).toBe(text)
  }
})

test.each(['\u202e', '\u202a', '\u2066', '\u2069', '\u200f', '\u061c'])(
  'the bidirectional control %j becomes visible',
  (control) => {
    expect(neutralise(`pay${control}gnp.exe`)).toBe(`pay${REPLACEMENT}gnp.exe`)
  },
)

test('control characters and escape sequences become visible', () => {
  expect(neutralise('a\u0000b\u001b[31mc\u009b')).toBe(`a${REPLACEMENT}b${REPLACEMENT}[31mc${REPLACEMENT}`)
})

test('line breaks of every kind become one space', () => {
  expect(neutralise('one\r\n\u2028two\tthree')).toBe('one two three')
})

test('invisible characters cannot make two names look the same', () => {
  expect(neutralise('MN\u200bIST\ufeff\u{e0041}')).toBe('MNIST')
})

test('marks piled on one letter are cut', () => {
  expect(neutralise(`z${'\u0335'.repeat(40)}`)).toBe(`z${'\u0335'.repeat(3)}`)
})

test('half of a surrogate pair becomes visible', () => {
  expect(neutralise('a\ud800b')).toBe(`a${REPLACEMENT}b`)
})

test('very long text is cut between characters', () => {
  const cut = neutralise('😀'.repeat(1000))
  expect(Array.from(cut)).toHaveLength(301)
  expect(cut.endsWith('😀…')).toBe(true)
})
