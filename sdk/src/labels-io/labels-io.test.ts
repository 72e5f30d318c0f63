import { describe, expect, test } from 'vitest'
import { type BaseError, type BoxRules, decodeLabel, encodeLabel, type Rules, type ScalarRules } from '../core.js'
import { boxes, sampleLabels, sampleRules } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { parseGoldFile, parseLabelFile } from './index.js'

const animals: ScalarRules = {
  kind: 'distance',
  capacity: 64,
  itemCount: 3,
  goldCount: 1,
  thresholdBps: 5000,
  max: 2,
  tolerance: 0,
}
const classes = ['cat', 'dog', 'fox']
const tags: ScalarRules = { ...animals, kind: 'set', max: 7 }
const stars: ScalarRules = { ...animals, max: 5, tolerance: 1 }
const scene: BoxRules = { ...boxes, itemCount: 2, goldCount: 1, maxClass: 2, width: 200, height: 100 }

const task = (result: object[], data: object = {}, extra: object = {}) => ({
  data,
  annotations: [{ result, ...extra }],
})
const choice = (...choices: string[]) => ({ type: 'choices', value: { choices } })
const rectangle = (value: object, size = { original_width: 200, original_height: 100 }) => ({
  type: 'rectanglelabels',
  ...size,
  value: { rotation: 0, rectanglelabels: ['dog'], ...value },
})

describe('default', () => {
  test('csv: numbers, names, any order, quotes, comments of spreadsheets', () => {
    expect(parseLabelFile({ text: 'item,label\n0,2\n1,0\n2,1\n', rules: animals })).toEqual([2, 0, 1])
    expect(
      parseLabelFile({ text: '\uFEFFLabel, Item,file\r\n"fox",2,x\r\n\r\ncat,0,y\r\n1,1,z', rules: animals, classes }),
    ).toEqual([0, 1, 2])
  })

  test('csv: sets by name or number, boxes', () => {
    expect(parseLabelFile({ text: 'item,label\n0,cat|fox\n1,none\n2,7\n', rules: tags, classes })).toEqual([5, 0, 7])
    const text = 'item,class,x,y,w,h\n1,fox,0,0,200,100\n0,0,10,20,30,40\n'
    expect(parseLabelFile({ text, rules: scene, classes })).toEqual([
      { class: 0, x: 10, y: 20, w: 30, h: 40 },
      { class: 2, x: 0, y: 0, w: 200, h: 100 },
    ])
  })

  test('jsonl: scalars, sets, boxes', () => {
    const lines = (...values: object[]) => values.map((value) => JSON.stringify(value)).join('\n')
    expect(
      parseLabelFile({
        text: lines({ item: 2, label: 1 }, { item: 0, label: 'fox' }, { item: 1, label: 0 }),
        rules: animals,
        classes,
      }),
    ).toEqual([2, 0, 1])
    expect(
      parseLabelFile({
        text: lines({ item: 0, labels: ['dog', 0] }, { item: 1, labels: [] }, { item: 2, label: 4 }),
        rules: tags,
        classes,
      }),
    ).toEqual([3, 0, 4])
    const box = { class: 'cat', x: 1, y: 2, width: 3, height: 4 }
    expect(
      parseLabelFile({ text: lines({ item: 0, box }, { item: 1, label: box }), rules: scene, classes })[0],
    ).toEqual({
      class: 0,
      x: 1,
      y: 2,
      w: 3,
      h: 4,
    })
  })

  test('sets: a class name wins over the number of a bit-set', () => {
    const parse = (text: string, names: readonly string[]) =>
      parseLabelFile({ text, rules: { ...tags, itemCount: 1 }, classes: names })[0]
    const digits = ['1', '2', '3']
    expect(parse('item,label\n0,2', digits)).toBe(0b010)
    expect(parse('item,label\n0,3', digits)).toBe(0b100)
    expect(parse('item,label\n0,1|3', digits)).toBe(0b101)
    expect(parse('item,label\n0,5', digits)).toBe(5)
    expect(parse('item,label\n0,3', classes)).toBe(3)
    expect(parse('item,label\n0,none', ['cat', 'none', 'fox'])).toBe(0b010)
    expect(parse('{"item":0,"label":"dog"}', classes)).toBe(0b010)
    expect(parse('{"item":0,"label":"fox"}', classes)).toBe(0b100)
    expect(parse('{"item":0,"label":"3"}', digits)).toBe(0b100)
    expect(parse('{"item":0,"label":3}', digits)).toBe(3)
    expect(parse('{"item":0,"label":"none"}', classes)).toBe(0)
  })

  test('label studio: choices, several choices, rating, rectangles in percent', () => {
    const parse = (tasks: object[], rules: Rules) => parseLabelFile({ text: JSON.stringify(tasks), rules, classes })
    expect(parse([task([choice('fox')]), task([choice('cat')]), task([choice('dog')])], animals)).toEqual([2, 0, 1])
    expect(
      parse(
        [task([choice('dog')], { item: 2 }), task([choice('cat')], { item: 1 }), task([choice('fox')], { item: 0 })],
        animals,
      ),
    ).toEqual([2, 0, 1])
    expect(parse([task([choice('fox', 'cat')]), task([choice()]), task([choice('dog')])], tags)).toEqual([5, 0, 2])
    const rated = (rating: number) => task([{ type: 'rating', value: { rating } }])
    expect(parse([rated(5), rated(1), rated(3)], stars)).toEqual([5, 1, 3])
    const whole = rectangle({ x: 0, y: 0, width: 100, height: 100 })
    const part = rectangle({ x: 10.2, y: 50.4, width: 25, height: 0.1 })
    expect(parse([task([whole]), task([part])], scene)).toEqual([
      { class: 1, x: 0, y: 0, w: 200, h: 100 },
      { class: 1, x: 20, y: 50, w: 50, h: 1 },
    ])
  })

  test('label studio: every rectangle inside the image stays inside after rounding', () => {
    const random = seeded(11)
    for (let i = 0; i < 500; i++) {
      const width = random.below(10_001) / 100
      const height = random.below(10_001) / 100
      const value = {
        width,
        height,
        x: (random.below(10_001) / 10_000) * (100 - width),
        y: (random.below(10_001) / 10_000) * (100 - height),
      }
      const rules = { ...scene, itemCount: 1 }
      const [box] = parseLabelFile({ text: JSON.stringify([task([rectangle(value)])]), rules, classes })
      expect(() => encodeLabel(rules, box!)).not.toThrow()
    }
  })

  test('csv and jsonl give back what was written, for any rules', () => {
    const random = seeded(5)
    for (let i = 0; i < 30; i++) {
      const rules = sampleRules(random)
      const labels = sampleLabels(random, rules).map((label) => decodeLabel(rules, encodeLabel(rules, label)))
      const rows = labels.map((label, item) => [
        item,
        ...(typeof label === 'number' ? [label] : [label.class, label.x, label.y, label.w, label.h]),
      ])
      const header = rules.kind === 'box' ? 'item,class,x,y,w,h' : 'item,label'
      expect(parseLabelFile({ text: [header, ...rows].join('\n'), rules })).toEqual(labels)
      const jsonl = labels.map((label, item) => JSON.stringify({ item, label })).join('\n')
      expect(parseLabelFile({ text: jsonl, rules })).toEqual(labels)
    }
  })

  test('gold: some items only', () => {
    expect(parseGoldFile({ text: 'item,label\n2,fox\n', rules: animals, classes })).toEqual([{ index: 2, label: 2 }])
  })
})

describe('error: says where and what to do', () => {
  const failure = (text: string, rules: Rules = animals) => {
    try {
      parseLabelFile({ text, rules, classes })
    } catch (error) {
      return error as BaseError & { line?: number; record?: number }
    }
    throw new Error('nothing was refused')
  }

  test.each([
    ['a label outside the schema', 'item,label\n0,0\n1,3\n2,0\n', 3, /outside|3/],
    ['a class that does not exist', 'item,label\n0,cow\n', 2, /"cow" is not a class/],
    ['a fraction', 'item,label\n0,1.5\n', 2, /not a class/],
    ['a negative item', 'item,label\n-1,1\n', 2, /the item is "-1"/],
    ['an item that does not exist', 'item,label\n3,1\n', 2, /no item 3/],
    ['an item given twice', 'item,label\n0,1\n0,1\n2,1\n', 3, /label already/],
    ['no header', '0,1\n1,1\n', 1, /no column "item"/],
    ['a row that is too long', 'item,label\n0,1,5\n', 2, /not CSV/],
    ['an open quote', 'item,label\n0,"1\n', 2, /not CSV/],
    ['an unfilled sheet', 'item,label,file\n0,,items/0.png\n', 2, /""/],
    ['jsonl that is none', '{"item":0,"label":1}\n{"item":1,\n', 2, /not a JSON object/],
    ['a jsonl line that is too long', `{"item":0,"label":"${'x'.repeat(10_001)}"}`, 1, /longer than/],
  ])('%s', (_, text, line, message) => {
    const error = failure(text)
    expect(error.name).toBe('LabelFileError')
    expect(error.line).toBe(line)
    expect(error.message).toMatch(message)
    expect(error.metaMessages.length).toBeGreaterThan(0)
  })

  test.each([
    ['an export that is no array', '{', /not a JSON object/],
    ['a task without annotation', JSON.stringify([{ data: {}, annotations: [] }]), /0 annotations/],
    ['a skipped task', JSON.stringify([task([choice('cat')], {}, { was_cancelled: true })]), /0 annotations/],
    ['two choices where one belongs', JSON.stringify([task([choice('cat', 'dog')])]), /2 choices/],
    ['no result', JSON.stringify([task([])]), /0 results/],
    ['a task that is none', '[null]', /not an object/],
    ['broken json', '[{', /not a Label Studio/],
  ])('label studio: %s', (_, text, message) => {
    expect(failure(text)).toMatchObject({ name: 'LabelFileError', message: expect.stringMatching(message) })
  })

  test.each([
    [
      'another image',
      rectangle({ x: 0, y: 0, width: 1, height: 1 }, { original_width: 100, original_height: 100 }),
      /100×100/,
    ],
    ['a rotated one', rectangle({ x: 0, y: 0, width: 1, height: 1, rotation: 3 }), /rotated/],
    ['two labels', rectangle({ x: 0, y: 0, width: 1, height: 1, rectanglelabels: ['cat', 'dog'] }), /not one label/],
    ['percent above 100', rectangle({ x: 101, y: 0, width: 1, height: 1 }), /x is "101"/],
    ['no number', rectangle({ x: 'NaN', y: 0, width: 1, height: 1 }), /"NaN"/],
  ])('label studio rectangle: %s', (_, result, message) => {
    const error = failure(JSON.stringify([task([result]), task([result])]), scene)
    expect(error).toMatchObject({ name: 'LabelFileError', record: 0, message: expect.stringMatching(message) })
  })

  test('a box outside its image keeps the reason underneath', () => {
    const error = failure('item,class,x,y,w,h\n0,0,190,0,11,1\n', scene)
    expect(error).toMatchObject({ name: 'LabelFileError', line: 2, cause: { name: 'BoxOutsideImageError' } })
  })

  test.each([
    ['a blank cell', 'item,label\n0,\n', 2],
    ['a cell of separators', 'item,label\n0,|\n', 2],
    ['a blank text', '{"item":0,"label":" "}', 1],
  ])('a set that says nothing: %s', (_, text, line) => {
    const error = failure(text, tags)
    expect(error).toMatchObject({ name: 'LabelFileError', line, message: expect.stringMatching(/says nothing/) })
    expect(error.metaMessages.join()).toContain('"none"')
  })

  test('missing items', () => {
    expect(failure('item,label\n0,1\n')).toMatchObject({ name: 'WrongItemCountError', count: 1, expected: 3 })
    expect(failure('')).toMatchObject({ name: 'WrongItemCountError', count: 0 })
  })

  test('a file past the bound', () => {
    expect(failure('x'.repeat(8 * 1024 * 1024 + 1))).toMatchObject({ name: 'LabelFileError' })
  })

  test('hostile names: inherited properties and control characters come to nothing', () => {
    expect(failure('{"item":0,"label":"constructor"}').message).toContain('is not a class')
    expect(failure('{"__proto__":{"item":0,"label":1}}').message).toContain('the item is "undefined"')
    const shown = failure('{"item":0,"label":"\\u001b[31mred\\u2028"}').message
    expect(shown.split('\n')[0]).not.toMatch(/[\p{Cc}\p{Zl}]/u)
    expect(failure(`item,label\n0,${'a'.repeat(5000)}\n`).message.length).toBeLessThan(300)
  })
})
