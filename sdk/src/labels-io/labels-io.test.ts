import { describe, expect, test } from 'vitest'
import { type BaseError, encodeLabel, type Rules, type ScalarRules } from '../core.js'
import { animals, animalNames as classes, scene } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { type LabelTarget, parseGoldFile, parseLabelFile } from './index.js'
import { labelStudioImport } from './labelStudioImport.js'

const tags: ScalarRules = { ...animals, kind: 'set', max: 7 }
const stars: ScalarRules = { ...animals, max: 5, tolerance: 1 }

const task = (result: object[], item = 0, extra: object = {}) => ({
  data: { item },
  annotations: [{ result, ...extra }],
})
const TASK = `0x${'11'.repeat(32)}` as const
const WORKER = `0x${'33'.repeat(20)}` as const
const choice = (...choices: string[]) => ({ type: 'choices', value: { choices } })
const rectangle = (value: object, size = { original_width: 200, original_height: 100 }) => ({
  type: 'rectanglelabels',
  ...size,
  value: { rotation: 0, rectanglelabels: ['dog'], ...value },
})

describe('default', () => {
  test('csv: numbers, names, any order, quotes, comments of spreadsheets', () => {
    expect(parseLabelFile({ text: 'item,label\n0,2\n1,0\n2,1\n', rules: animals, classes: [] })).toEqual([2, 0, 1])
    expect(
      parseLabelFile({ text: '\uFEFFLabel, Item,file\r\n"fox",2,x\r\n\r\ncat,0,y\r\n1,1,z', rules: animals, classes }),
    ).toEqual([0, 1, 2])
  })

  test('csv: sets by name, boxes', () => {
    expect(parseLabelFile({ text: 'item,label\n0,cat|fox\n1,none\n2,#0|#1|2\n', rules: tags, classes })).toEqual([
      5, 0, 7,
    ])
    const text = 'item,class,x,y,w,h\n1,fox,0,0,200,100\n0,0,10,20,30,40\n'
    expect(parseLabelFile({ text, rules: scene, classes })).toEqual([
      { class: 0, x: 10, y: 20, w: 30, h: 40 },
      { class: 2, x: 0, y: 0, w: 200, h: 100 },
    ])
  })

  test.each([';', '\t'])('csv with %j between the cells, as spreadsheets of other countries write it', (delimiter) => {
    const text = `item,label,\r\n0,cat,\r\n1,"dog",\r\n2,fox,\r\n,,\r\n`.replaceAll(',', delimiter)
    expect(parseLabelFile({ text, rules: animals, classes })).toEqual([0, 1, 2])
  })

  test('jsonl and json: scalars, sets, boxes', () => {
    const box = { class: 'cat', x: 1, y: 2, width: 3, height: 4 }
    const cases: [readonly object[], Rules, unknown][] = [
      [
        [
          { item: 2, label: 1 },
          { item: 0, label: 'fox' },
          { item: 1, label: 0 },
        ],
        animals,
        [2, 0, 1],
      ],
      [
        [
          { item: 0, labels: ['dog', 0] },
          { item: 1, labels: [] },
          { item: 2, label: 'fox' },
        ],
        tags,
        [3, 0, 4],
      ],
      [
        [
          { item: 0, box },
          { item: 1, label: box },
        ],
        scene,
        Array(2).fill({ class: 0, x: 1, y: 2, w: 3, h: 4 }),
      ],
    ]
    for (const [rows, rules, labels] of cases) {
      const lines = rows.map((row) => JSON.stringify(row)).join('\r\n')
      expect(parseLabelFile({ text: lines, rules, classes })).toEqual(labels)
      expect(parseLabelFile({ text: JSON.stringify(rows, null, 2), rules, classes })).toEqual(labels)
    }
  })

  test('label studio: choices, several choices, rating, rectangles in percent', () => {
    const parse = (tasks: object[], rules: Rules, target: Partial<LabelTarget> = {}) =>
      parseLabelFile({ text: JSON.stringify(tasks), rules, classes, ...target })
    expect(parse([task([choice('dog')], 2), task([choice('cat')], 1), task([choice('fox')])], animals)).toEqual([
      2, 0, 1,
    ])
    expect(parse([task([choice('fox', 'cat')]), task([choice()], 1), task([choice('none')], 2)], tags)).toEqual([
      5, 0, 0,
    ])
    const rated = (rating: number, item: number) => task([{ type: 'rating', value: { rating } }], item)
    expect(parse([rated(5, 0), rated(1, 1), rated(3, 2)], stars, { classes: [] })).toEqual([5, 1, 3])
    const whole = rectangle({ x: 0, y: 0, width: 100, height: 100 })
    const part = rectangle({ x: 10, y: 50, width: 25, height: 1 })
    expect(parse([task([whole]), task([part], 1)], scene)).toEqual([
      { class: 1, x: 0, y: 0, w: 200, h: 100 },
      { class: 1, x: 20, y: 50, w: 50, h: 1 },
    ])
  })

  test('coco: boxes by the name of their category', () => {
    const coco = {
      images: [
        { id: 7, file_name: 'b.png', width: 200, height: 100 },
        { id: 3, file_name: 'photos/a.png' },
      ],
      categories: [
        { id: 90, name: 'fox' },
        { id: 1, name: 'cat' },
      ],
      annotations: [
        { id: 1, image_id: 3, category_id: 90, bbox: [1, 2, 3, 4], area: 12, iscrowd: 0 },
        { id: 2, image_id: 7, category_id: 1, bbox: [0, 0, 200, 100.0000000001] },
      ],
    }
    const files = ['a.png', 'b.png']
    expect(parseLabelFile({ text: JSON.stringify(coco, null, 1), rules: scene, classes, files })).toEqual([
      { class: 2, x: 1, y: 2, w: 3, h: 4 },
      { class: 0, x: 0, y: 0, w: 200, h: 100 },
    ])
  })

  test('gold: some items only', () => {
    expect(parseGoldFile({ text: 'item,label\n2,fox\n', rules: animals, classes })).toEqual([{ index: 2, label: 2 }])
  })
})

/** One label in every format that can say it. */
function everyFormat(value: unknown): [string, string][] {
  const text = typeof value === 'number' ? String(value) : `"${String(value).replaceAll('"', '""')}"`
  return [
    ['csv', `item,label\n0,${text}\n`],
    ['csv with semicolons', `item;label\n0;${text}\n`],
    ['jsonl', JSON.stringify({ item: 0, label: value })],
    ['json', JSON.stringify([{ item: 0, label: value }])],
    ['label studio choice', JSON.stringify([task([choice(value as string)])])],
    ...(typeof value === 'number'
      ? ([['label studio rating', JSON.stringify([task([{ type: 'rating', value: { rating: value } }])])]] as [
          string,
          string,
        ][])
      : []),
  ]
}

/** The label, or why there is none. */
function answer(text: string, target: LabelTarget): unknown {
  try {
    return parseLabelFile({ text, ...target })[0]
  } catch (error) {
    return (error as BaseError).shortMessage.replace(/^(Line|Entry) \d+( of the file)?: /, '')
  }
}

describe('one vocabulary: a value means the same in every format', () => {
  const one = { ...animals, itemCount: 1 }
  test.each<[string, readonly string[], unknown, unknown]>([
    ['a name', classes, 'dog', 1],
    ['a number', classes, 2, 2],
    ['a number in quotes', classes, '2', 2],
    ['a number with a fraction of zero', classes, '2.0', 2],
    ['noise of floating point', classes, 1.9999999999, 2],
    ['a fraction', classes, 1.5, /"1.5" is not a class/],
    ['a class by its number', classes, '#2', 2],
    ['numerals as names', ['10', '20', '30'], 20, 1],
    ['numerals as names, in quotes', ['10', '20', '30'], '20', 1],
    ['a number where numerals are names', ['10', '20', '30'], 1, /"1" is not a class/],
    ['its number nevertheless', ['10', '20', '30'], '#1', 1],
    ['numerals that are numbers of other classes', ['1', '2', '3'], 2, 1],
    ['the number that none of them is', ['1', '2', '3'], 0, /"0" is not a class/],
    ['numerals below zero', ['-1', '0', '1'], -1, 0],
    ['and zero among them', ['-1', '0', '1'], 0, 1],
    ['numerals with leading zeros', ['01', '02', '03'], '01', 0],
    ['some numerals', ['cat', '2', 'fox'], 2, 1],
    ['a class given twice', ['cat', 'cat', 'fox'], 'cat', /ambiguous/],
    ['a class called as the number of another', ['cat', '#0', 'fox'], '#0', /ambiguous/],
    ['NFD where the task has NFC', ['caf\u00e9', 'x', 'y'], 'cafe\u0301', 0],
    ['NFC where the task has NFD', ['cafe\u0301', 'x', 'y'], 'caf\u00e9', 0],
    ['outer blanks', classes, '  dog ', 1],
    ['another case', classes, 'Dog', /"Dog" is not a class/],
    ['a number outside', classes, 3, /outside the schema/],
    ['no names', [], 1, 1],
    ['a name where there are none', [], 'cat', /"cat" is not a class/],
  ])('%s', (_, names, value, expected) => {
    for (const [format, text] of everyFormat(value)) {
      const got = answer(text, { rules: one, classes: names })
      if (expected instanceof RegExp) expect(got, format).toMatch(expected)
      else expect(got, format).toBe(expected)
    }
  })

  test.each<[string, readonly string[], unknown, unknown]>([
    ['one name', classes, 'dog', 0b010],
    ['none', classes, 'none', 0],
    ['numerals as names', ['1', '2', '3'], '2', 0b010],
    ['a class by its number', classes, '#2', 0b100],
    ['a name that is not there', classes, 'cow', /"cow" is not a class/],
  ])('sets: %s', (_, names, value, expected) => {
    for (const [format, text] of everyFormat(value)) {
      const got = answer(text, { rules: { ...tags, itemCount: 1 }, classes: names })
      if (expected instanceof RegExp) expect(got, format).toMatch(expected)
      else expect(got, format).toBe(expected)
    }
  })

  test('names that could not be loaded: names and numbers are refused in every format, and numbers marked as such are read', () => {
    for (const rules of [one, { ...tags, itemCount: 1 }])
      for (const value of rules.kind === 'set' ? ['dog', '20'] : ['dog', '20', 20, 1])
        for (const [format, text] of everyFormat(value))
          expect(answer(text, { rules, classes: undefined }), format).toMatch(
            /class names of this task could not be loaded/,
          )
    for (const [, text] of everyFormat('#1')) expect(answer(text, { rules: one, classes: undefined })).toBe(1)
  })

  test('sets: one number may be a class or a bit-set, and is refused', () => {
    const rules = { ...tags, itemCount: 1 }
    for (const names of [classes, []])
      for (const text of ['item,label\n0,2\n', '{"item":0,"label":2}', '[{"item":0,"label":"2"}]', 'item,label\n0,5\n'])
        expect(answer(text, { rules, classes: names })).toMatch(/ambiguous: it may be a class or a bit-set/)
    expect(answer('item,label\n0,a|b\n', { rules, classes: ['a', 'b', 'a|b'] })).toMatch(/ambiguous/)
    expect(answer('item,label\n0,none\n', { rules, classes: ['none', 'b', 'c'] })).toMatch(/ambiguous/)
    expect(answer('{"item":0,"labels":["none"]}', { rules, classes: ['none', 'b', 'c'] })).toBe(1)
    expect(answer('{"item":0,"labels":["none","cat"]}', { rules, classes })).toMatch(/stands beside/)
  })

  const boxTexts = (x: number, y: number, w: number, h: number): [string, string][] => [
    ['csv', `item,class,x,y,w,h\n0,cat,${x},${y},${w},${h}\n`],
    ['jsonl', JSON.stringify({ item: 0, box: { class: 'cat', x, y, w, h } })],
    ['json', JSON.stringify([{ item: 0, box: { class: 'cat', x, y, width: w, height: h } }])],
    ['flat json', JSON.stringify([{ item: 0, class: 'cat', x, y, w, h }])],
    [
      'coco',
      JSON.stringify({
        images: [{ id: 1, item: 0, file_name: 'x' }],
        categories: [{ id: 1, name: 'cat' }],
        annotations: [{ image_id: 1, category_id: 1, bbox: [x, y, w, h] }],
      }),
    ],
    [
      'label studio',
      JSON.stringify([task([rectangle({ x: x / 2, y, width: w / 2, height: h, rectanglelabels: ['cat'] })])]),
    ],
  ]
  test.each<[string, readonly [number, number, number, number], unknown]>([
    ['whole pixels', [1, 2, 3, 4], { class: 0, x: 1, y: 2, w: 3, h: 4 }],
    ['noise at the edge', [-1e-14, 0, 200.00000001, 100], { class: 0, x: 0, y: 0, w: 200, h: 100 }],
    ['noise in the middle', [20.000000001, 2, 29.999999999, 4], { class: 0, x: 20, y: 2, w: 30, h: 4 }],
    ['no width', [1, 2, 0, 4], /width is 0: it has no area/],
    ['no height', [1, 2, 3, 0], /height is 0: it has no area/],
    ['a width below zero', [10, 2, -3, 4], /it has no area/],
    ['past the right edge', [190, 0, 10.01, 1], /does not lie inside its image of 200 pixels/],
    ['past the bottom', [0, 99, 1, 2], /does not lie inside its image of 100 pixels/],
    ['before the left edge', [-1, 0, 2, 1], /does not lie inside its image/],
    ['between pixels', [1.5, 0, 2, 1], /x is 1.5 pixels, which is between pixels/],
    ['a size between pixels', [1, 0, 2, 1.25], /height is 1.25 pixels, which is between pixels/],
  ])('boxes: %s', (_, [x, y, w, h], expected) => {
    for (const [format, text] of boxTexts(x, y, w, h)) {
      const got = answer(text, { rules: { ...scene, itemCount: 1 }, classes })
      if (expected instanceof RegExp) expect(got, format).toMatch(expected)
      else expect(got, format).toEqual(expected)
    }
  })

  test('boxes: edges between pixels go to the nearest when asked for, the same in every format', () => {
    const target = { rules: { ...scene, itemCount: 1 }, classes, roundBoxes: true }
    for (const [format, text] of boxTexts(20.4, 50.5, 49.8, 1.2))
      expect(answer(text, target), format).toEqual({ class: 0, x: 20, y: 51, w: 50, h: 1 })
    for (const [, text] of boxTexts(20.1, 50, 0.2, 1)) expect(answer(text, target)).toMatch(/rounded it has no area/)
    for (const [, text] of boxTexts(199.9, 0, 0.6, 1)) expect(answer(text, target)).toMatch(/does not lie inside/)
  })

  test('label studio: every rectangle inside the image stays inside after rounding', () => {
    const random = seeded(11)
    const rules = { ...scene, itemCount: 1 }
    for (let i = 0; i < 500; i++) {
      const width = 0.5 + random.below(9_951) / 100
      const height = 1 + random.below(9_901) / 100
      const x = (random.below(10_001) / 10_000) * (100 - width)
      const y = (random.below(10_001) / 10_000) * (100 - height)
      const text = JSON.stringify([task([rectangle({ x, y, width, height })])])
      const [box] = parseLabelFile({ text, rules, classes, roundBoxes: true })
      expect(() => encodeLabel(rules, box!)).not.toThrow()
    }
  })
})

describe('identity: an item is what an entry names, never its place', () => {
  const other = `0x${'22'.repeat(32)}` as const
  const parse = (entries: object[], target: Partial<LabelTarget> = {}) =>
    answer(JSON.stringify(entries), { rules: { ...animals, itemCount: 1 }, classes, ...target })

  test('label studio: a partial, reordered or mixed export finds the items by their files', () => {
    const shown = (data: object, name: string, extra: object = {}) => ({
      data,
      annotations: [{ result: [choice(name)] }],
      ...extra,
    })
    const files = ['items/0000.png', 'items/0001.png', 'items/0002.png']
    const export_ = [
      shown({ image: '/data/upload/1/0a1b2c3d-0002.png' }, 'fox'),
      shown({ image: '/data/local-files/?d=work/items%2F0001.png' }, 'dog'),
      shown({ text: 'said' }, 'cat', { file_upload: '99aabbcc-0000.png' }),
    ]
    const target = { rules: animals, classes, files }
    expect(parseLabelFile({ text: JSON.stringify(export_), ...target })).toEqual([0, 1, 2])
    expect(parseGoldFile({ text: JSON.stringify(export_.slice(0, 1)), ...target })).toEqual([{ index: 2, label: 2 }])
    const mixed = [...export_.slice(0, 2), shown({ text: 'said' }, 'cat')]
    expect(() => parseLabelFile({ text: JSON.stringify(mixed), ...target })).toThrow(
      expect.objectContaining({ record: 2, shortMessage: expect.stringContaining('its data name no item') }),
    )
  })

  test('error: no item, an unknown file, two files, a file of another item', () => {
    expect(parse([{ data: {}, annotations: [{ result: [choice('cat')] }] }])).toMatch(/name no item/)
    expect(parse([{ label: 'cat' }])).toMatch(/names no item/)
    expect(parse([{ file: 'x.png', label: 'cat' }], { files: ['a.png'] })).toMatch(/"x.png" is not the file of an item/)
    expect(parse([{ file: 'a.png', label: 'cat' }], { files: ['1/a.png', '2/a.png'] })).toMatch(
      /the file of several items/,
    )
    expect(parse([{ item: 0, file: 'b.png', label: 'cat' }], { files: ['a.png', 'b.png'] })).toMatch(
      /names item 0, and the file of item 1/,
    )
    const two = [{ data: { a: 'a.png', b: 'b.png' }, annotations: [{ result: [choice('cat')] }] }]
    expect(parse(two, { files: ['a.png', 'b.png'] })).toMatch(/files of several items/)
  })

  test.each<[string, object]>([
    ['rows', { item: 0, label: 'cat', task: TASK, worker: WORKER }],
    ['label studio', { data: { item: 0, task: TASK, worker: WORKER }, annotations: [{ result: [choice('cat')] }] }],
  ])('a sheet says whose it is, and is refused elsewhere: %s', (_, entry) => {
    expect(parse([entry], { task: TASK, worker: WORKER })).toBe(0)
    expect(parse([entry], { task: TASK.toUpperCase().replace('0X', '0x') as typeof TASK })).toBe(0)
    expect(parse([entry], { task: other })).toMatch(/it is for task 0x1111111111…, not 0x2222222222…/)
    expect(parse([entry])).toMatch(/it is for task 0x1111111111…/)
    expect(parse([entry], { task: TASK, worker: `0x${'44'.repeat(20)}` })).toMatch(/it is of worker 0x3333333333…/)
  })

  test('what is imported into Label Studio comes back as the same items, in any order', () => {
    const items = [2, 0, 1].map((item) => ({ item, file: `items/000${item}.png`, mediaType: 'image/png' }))
    const names = ['a & b', '<c>', '"d"']
    const { tasks, config } = labelStudioImport({
      rules: animals,
      classes: names,
      task: TASK,
      worker: WORKER,
      folder: 'work',
      items,
    })
    const filled = (JSON.parse(tasks) as { data: { item: number } }[]).reverse().map(({ data }) => ({
      data,
      annotations: [{ result: [choice(names[data.item]!)] }],
    }))
    expect(
      parseLabelFile({ text: JSON.stringify(filled), rules: animals, classes: names, task: TASK, worker: WORKER }),
    ).toEqual([0, 1, 2])
    expect(config).toContain('<Choice value="a &#38; b"/>')
    expect(config).toContain('<Choice value="&#60;c&#62;"/>')
    expect(config).not.toContain('"none"')
    const set = labelStudioImport({ rules: tags, classes, task: TASK, worker: WORKER, folder: 'work', items })
    expect(set.config).toMatch(/choice="multiple"[\s\S]*<Choice value="none"\/>/)
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
    ['labels that differ', 'item,label,class\n0,1,fox\n', 2, /say different things/],
    ['a column twice', 'item,label,label\n0,1,2\n', 1, /column "label" twice/],
    ['a key twice', '{"item":0,"label":1}\n{"item":1,"label":1,"label":2}', 2, /"label" twice/],
    ['a negative item', 'item,label\n-1,1\n', 2, /the item is "-1"/],
    ['an item that does not exist', 'item,label\n3,1\n', 2, /no item 3/],
    ['an item given twice', 'item,label\n0,1\n0,1\n2,1\n', 3, /label already/],
    ['no header', '0,1\n1,1\n', 1, /no column "item"/],
    ['a row that is too long', 'item,label\n0,1,5\n', 2, /more cells than columns/],
    ['an open quote', 'item,label\n0,"1\n', 2, /not CSV/],
    ['an unfilled sheet', 'item,label,file\n0,,items/0.png\n', 2, /it has no label/],
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
    ['a task without annotation', JSON.stringify([{ data: { item: 0 }, annotations: [] }]), /0 annotations/],
    ['a skipped task', JSON.stringify([task([choice('cat')], 0, { was_cancelled: true })]), /0 annotations/],
    ['two choices where one belongs', JSON.stringify([task([choice('cat', 'dog')])]), /2 choices/],
    ['no result', JSON.stringify([task([])]), /0 results/],
    ['a task that is none', '[null]', /not an object/],
    ['broken json', '[{', /not JSON/],
    [
      'two annotations',
      JSON.stringify([{ data: { item: 0 }, annotations: [{ result: [] }, { result: [] }] }]),
      /2 annotations/,
    ],
    [
      'results that are none',
      JSON.stringify([{ data: { item: 0 }, annotations: [{ result: ['x'] }] }]),
      /no list of objects/,
    ],
    ['a result of a rectangle', JSON.stringify([task([rectangle({})])]), /of type "rectanglelabels"/],
    [
      'choices and a rating',
      JSON.stringify([task([choice('cat'), { type: 'rating', value: { rating: 1 } }])]),
      /2 results/,
    ],
  ])('label studio: %s', (_, text, message) => {
    expect(failure(text)).toMatchObject({ name: 'LabelFileError', message: expect.stringMatching(message) })
  })

  test.each([
    ['choices as a text', { type: 'choices', value: { choices: 'cat' } }, /choices are "cat", which is no list/],
    ['choices that are missing', { type: 'choices', value: {} }, /choices are missing/],
    ['a rating', { type: 'rating', value: { rating: 3 } }, /of type "rating"/],
    ['no value', { type: 'choices' }, /no value/],
  ])('label studio set: %s', (_, result, message) => {
    expect(failure(JSON.stringify([task([result])]), tags)).toMatchObject({
      name: 'LabelFileError',
      record: 0,
      message: expect.stringMatching(message),
    })
  })

  test.each([
    [
      'another image',
      rectangle({ x: 0, y: 0, width: 1, height: 1 }, { original_width: 100, original_height: 100 }),
      /100×100/,
    ],
    ['a rotated one', rectangle({ x: 0, y: 0, width: 1, height: 1, rotation: 3 }), /rotated/],
    ['two labels', rectangle({ x: 0, y: 0, width: 1, height: 1, rectanglelabels: ['cat', 'dog'] }), /not one label/],
    ['percent above 100', rectangle({ x: 101, y: 0, width: 1, height: 1 }), /does not lie inside/],
    ['no number', rectangle({ x: 'NaN', y: 0, width: 1, height: 1 }), /"NaN"/],
  ])('label studio rectangle: %s', (_, result, message) => {
    const error = failure(JSON.stringify([task([result]), task([result])]), scene)
    expect(error).toMatchObject({ name: 'LabelFileError', record: 0, message: expect.stringMatching(message) })
  })

  test('a label outside the schema keeps the reason underneath', () => {
    const error = failure('item,class,x,y,w,h\n0,#9,1,0,1,1\n', scene)
    expect(error).toMatchObject({ name: 'LabelFileError', line: 2, cause: { name: 'LabelOutsideSchemaError' } })
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

  test.each([
    ['a set that is missing', '{"item":0}', /the set is missing/],
    ['a set of null', '{"item":0,"labels":null}', /the set is "null"/],
    ['a set of an object', '{"item":0,"labels":{}}', /the set is "\{\}"/],
  ])('%s', (_, text, message) => {
    expect(failure(text, tags).message).toMatch(message)
  })

  test.each([
    ['an image that is not there', { images: [] }, /its image "1" is not in "images"/],
    ['a category that is not there', { categories: [] }, /its category "1" is not in "categories"/],
    [
      'an id twice',
      {
        images: [
          { id: 1, item: 0 },
          { id: 1, item: 1 },
        ],
      },
      /the id "1" twice/,
    ],
    ['another size', { images: [{ id: 1, item: 0, width: 5, height: 5 }] }, /its image is 5×5/],
    ['no bbox', { annotations: [{ image_id: 1, category_id: 1, segmentation: [] }] }, /its bbox is "undefined"/],
    ['an image without an item', { images: [{ id: 1, file_name: 'x.png' }] }, /"x.png" is not the file of an item/],
    ['no categories', { categories: 1 }, /no list "categories"/],
  ])('coco: %s', (_, change, message) => {
    const coco = {
      images: [{ id: 1, item: 0 }],
      categories: [{ id: 1, name: 'cat' }],
      annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 1, 1] }],
      ...change,
    }
    expect(failure(JSON.stringify(coco), scene)).toMatchObject({
      name: 'LabelFileError',
      message: expect.stringMatching(message),
    })
    expect(failure(JSON.stringify(coco), animals).message).toMatch(/COCO has boxes/)
  })

  test('missing items', () => {
    expect(failure('item,label\n0,1\n')).toMatchObject({ name: 'WrongItemCountError', count: 1, expected: 3 })
    expect(failure('')).toMatchObject({ name: 'WrongItemCountError', count: 0 })
  })

  test('a file past the bound', () => {
    expect(failure('x'.repeat(64 * 1024 * 1024 + 1))).toMatchObject({ name: 'LabelFileError' })
  })

  test('hostile names: inherited properties and control characters come to nothing', () => {
    expect(failure('{"item":0,"label":"constructor"}').message).toContain('is not a class')
    expect(failure('{"__proto__":{"item":0,"label":1}}').message).toContain('it names no item')
    const shown = failure('{"item":0,"label":"\\u001b[31mred\\u2028"}').message
    expect(shown.split('\n')[0]).not.toMatch(/[\p{Cc}\p{Zl}]/u)
    expect(failure(`item,label\n0,${'a'.repeat(5000)}\n`).message.length).toBeLessThan(300)
  })
})
