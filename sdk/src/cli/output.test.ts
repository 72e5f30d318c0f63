import { expect, test } from 'vitest'
import { toJson } from './output.js'

const hostile = ['\u001b[2J', '\u009b31m', '\u007f', '\u202eevil', '\u2028', '\u200b', '\u{e0001}', 'a\r\nb\tc']

test('default: text of strangers reaches no terminal as it is, and every parser reads it back', () => {
  for (const title of hostile) {
    const json = toJson({ title, [title]: [1n, 'ü 漢 🦆'] })
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(json)).toEqual({ title, [title]: ['1', 'ü 漢 🦆'] })
  }
  expect(toJson({ a: 1 })).toBe('{\n  "a": 1\n}')
})
