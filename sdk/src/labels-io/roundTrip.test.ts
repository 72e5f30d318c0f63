import { describe, expect, test } from 'vitest'
import { classCount, decodeLabel, encodeLabel, type ScalarRules } from '../core.js'
import { duckAnswers, haveDucks, readCrowd } from '../testing/crowd.js'
import { animals, animalNames as classes, sampleLabels, sampleRules, scene } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { formatLabelFile, type LabelFileFormat, parseLabelFile, parseLabelRecords } from './index.js'
import { mergeLabels } from './mergeLabels.js'

const TASK = `0x${'11'.repeat(32)}` as const

describe('what is written reads back', () => {
  const NAMES = [
    '=cat',
    '-1',
    '20',
    'a,b',
    'say "x"',
    "it's",
    "'=x",
    'two\u00a0words',
    '猫',
    'e\u0301',
    '@z',
    '+1',
    'semi;colon',
    'pi|pe',
    'none',
    '10',
  ]
  const formats: readonly LabelFileFormat[] = ['csv', 'jsonl', 'json', 'label-studio', 'coco']

  test('default: any rules, any names, every format, of one worker and of several', () => {
    const random = seeded(5)
    for (let i = 0; i < 20; i++) {
      const rules = sampleRules(random)
      const count = classCount(rules)
      // Names that no requester should have chosen among them.
      const first = random.below(NAMES.length)
      const names = Array.from(
        { length: count },
        (_, number) => NAMES[(first + number) % NAMES.length]! + (number < NAMES.length ? '' : number),
      )
      for (const classes of [[], names]) {
        const workers = [`0x${'ab'.repeat(20)}`, `0x${'cd'.repeat(20)}`] as const
        const labelings = workers.map(() =>
          sampleLabels(random, rules).map((label) => decodeLabel(rules, encodeLabel(rules, label))),
        )
        for (const format of formats.filter((format) => format !== 'coco' || rules.kind === 'box')) {
          const row = (slot: number, item: number) => ({
            item,
            label: labelings[slot]![item]!,
            record: item + 3,
            file: `f${item}.png`,
            slot,
            worker: workers[slot]!,
            task: TASK,
          })
          const items = labelings[0]!.map((_, item) => item)
          const target = { rules, classes, task: TASK, files: items.map((item) => `f${item}.png`) }
          const one = formatLabelFile({ rules, classes, rows: items.map((item) => row(0, item)), format })
          expect(parseLabelFile({ text: one, ...target, worker: workers[0] })).toEqual(labelings[0])
          const all = formatLabelFile({
            rules,
            classes,
            rows: [0, 1].flatMap((slot) => items.map((item) => row(slot, item))),
            format,
          })
          const back = parseLabelRecords({ text: all, ...target })
          for (const slot of [0, 1]) {
            const own = back.filter((record) => record.slot === slot && record.worker === workers[slot])
            const labels = own.sort((a, b) => a.item - b.item).map(({ label }) => label)
            expect(labels).toEqual(labelings[slot])
          }
          // A format that is told from the text is the one it was written in.
          expect(parseLabelRecords({ text: all, ...target, format })).toEqual(back)
          expect(() => parseLabelFile({ text: all, ...target })).toThrow(/labels of 2 workers/)
        }
      }
    }
  })

  test.skipIf(!haveDucks)('labels that people gave: every worker, every format', async () => {
    const labelings = await readCrowd(duckAnswers)
    const itemCount = labelings[0]!.length
    const rules: ScalarRules = { ...animals, max: 1, capacity: 256, itemCount }
    for (const names of [[], ['other', 'mallard'], ['1', '0']])
      for (const format of formats.filter((format) => format !== 'coco'))
        for (const labels of labelings) {
          const rows = labels.map((label, item) => ({ item, label }))
          const text = formatLabelFile({ rules, classes: names, rows, format })
          expect(parseLabelFile({ text, rules, classes: names })).toEqual(labels)
        }
  })

  test('coco: classes are refused', () => {
    expect(() => formatLabelFile({ rules: animals, classes, rows: [{ item: 0, label: 1 }], format: 'coco' })).toThrow(
      /boxes/,
    )
  })

  test('an empty table is one without rows', () => {
    expect(formatLabelFile({ rules: animals, classes, rows: [], format: 'csv' })).toBe('item,label\n')
  })
})

describe('mergeLabels', () => {
  test('default: what most workers gave; ties have no label', () => {
    const merged = mergeLabels({
      rules: animals,
      labelings: [
        [0, 1, 2],
        [0, 2, undefined],
        [1, 0, 2],
      ],
    })
    expect(merged).toEqual({
      labels: [
        { item: 0, label: 0, votes: 2 },
        { item: 2, label: 2, votes: 2 },
      ],
      ties: [1],
    })
  })
  test('error: boxes', () => {
    expect(() => mergeLabels({ rules: scene, labelings: [] })).toThrow(/cannot be merged/)
  })
})
