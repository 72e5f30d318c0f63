import { describe, expect, test } from 'vitest'
import { assertClassNames, classCount } from './classes.js'

const three = { kind: 'distance', max: 2 } as const
const set = { kind: 'set', max: 7 } as const

describe('default', () => {
  test('one name for each class, or none at all', () => {
    expect([classCount(three), classCount(set), classCount({ kind: 'box', maxClass: 3 })]).toEqual([3, 3, 4])
    assertClassNames(three, ['cat', 'dog', 'fox'])
    assertClassNames(three, ['10', '20', '30'])
    assertClassNames(three, ['-1', '0', '1'])
    assertClassNames(set, ['a b', 'é', '猫'])
    assertClassNames(three, [])
  })
})

describe('error: the class is named', () => {
  test.each([
    ['a duplicate', three, ['cat', 'dog', 'cat'], 2, /"cat" is the name of class 0 too/],
    [
      'NFC against NFD',
      three,
      ['caf\u00e9', 'x', 'cafe\u0301'],
      2,
      /class 0 too, written with other code points \(NFC and NFD\)/,
    ],
    ['an outer blank', three, ['cat', 'dog ', 'fox'], 1, /"dog " has blanks around it/],
    ['a no-break space', three, ['cat', '\u00a0dog', 'fox'], 1, /blanks around it/],
    ['a blank', three, ['cat', ' ', 'fox'], 1, /its name is blank/],
    ['a character that cannot be seen', three, ['cat', 'do\u200bg', 'fox'], 1, /cannot be seen/],
    ['a line break', three, ['cat', 'd\nog', 'fox'], 1, /cannot be seen/],
    ['the same number', three, ['1', '2', '1.0'], 2, /the same number as class 0/],
    ['a number of a class', three, ['cat', '#1', 'fox'], 1, /how a class is given by its number/],
    ['a separator in a set', set, ['cat', 'dog|fox', 'fox'], 1, /means something else in a set/],
    ['the empty set in a set', set, ['none', 'dog', 'fox'], 0, /means something else in a set/],
    [
      'too few',
      { kind: 'distance', max: 4 } as const,
      ['cat', 'dog', 'fox'],
      undefined,
      /there are 3, and labels have 5 classes/,
    ],
    ['too many', set, ['a', 'b', 'c', 'd'], undefined, /there are 4, and labels have 3 classes/],
  ])('%s', (_, rules, classes, index, message) => {
    expect(() => assertClassNames(rules, classes)).toThrow(
      expect.objectContaining({
        name: 'ClassNamesInvalidError',
        classNumber: index,
        shortMessage: expect.stringMatching(message),
        metaMessages: [expect.any(String)],
      }),
    )
  })
})
