import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SettlementParameters } from '../actions/index.js'
import type { Deployment } from '../deployments.js'
import { parseLabelFile } from '../labels-io/index.js'
import { readJson, readText } from './context.js'
import { readAccounts } from './gateFile.js'
import { readAccount } from './keyFile.js'
import { formatOf } from './labelOutput.js'
import { hasOwnSheet, labelSheet } from './labelSheet.js'
import { openRecords } from './records.js'
import { readIdentity, readMembers } from './semaphoreFiles.js'
import { readTaskFile } from './taskFile.js'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'veritask-files-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

let files = 0
async function file(content: string | Uint8Array, extension = 'json'): Promise<string> {
  const path = join(home, `${files++}.${extension}`)
  await writeFile(path, content)
  return path
}

const TASK = `0x${'11'.repeat(32)}` as const
const WORKER = `0x${'33'.repeat(20)}` as const
const place = {
  now: 1n,
  requester: WORKER,
  deployment: {} as Deployment,
  register: () => Promise.reject(new Error('nothing is registered here')),
}

const task = (changes: object) =>
  JSON.stringify({
    title: 'x',
    dataset: TASK,
    records: 'records',
    reward: '1',
    slots: 1,
    classes: ['10', '20', '30'],
    settlement: 'hidden-gold',
    deadlines: { join: '1h', submit: '1h', score: '1h' },
    rules: { kind: 'distance', max: 2, thresholdBps: 5000 },
    gold: [],
    ...changes,
  })

const readers: [string, (path: string) => Promise<unknown>][] = [
  ['a task', (path) => readTaskFile(path, place)],
  ['labels', (path) => readText(path, 'x')],
  ['gold', async (path) => goldOf({ gold: path })],
  ['records', (path) => openRecords(path)],
  ['a key', (path) => readAccount(path, async () => '')],
  ['an identity', readIdentity],
  ['a group', readMembers],
  ['a list of accounts', readAccounts],
  ['any JSON', (path) => readJson(path, 'x')],
]

async function goldOf(changes: object, names = ['a.png', 'b.png', 'c.png']) {
  const read = await readTaskFile(await file(task(changes)), place)
  if (read.work !== 'labels') throw new Error('no labels')
  const settlement: SettlementParameters = await read.settlement(names)
  return settlement.gold
}

describe('one strict reader for every file a person gives', () => {
  test.each(readers)('%s: Latin-1 and UTF-16 are named and refused', async (_, read) => {
    const latin = await file(new Uint8Array([0x5b, 0x22, 0xe9, 0x22, 0x5d]))
    await expect(read(latin)).rejects.toThrow(/not UTF-8; it may be Latin-1/)
    const wide = new Uint8Array([0xff, 0xfe, ...[...'["1"]'].flatMap((c) => [c.charCodeAt(0), 0])])
    await expect(read(await file(wide))).rejects.toThrow(/is UTF-16/)
    await expect(read(await file(wide.subarray(2)))).rejects.toThrow(/is UTF-16 \(without a byte order mark\)/)
  })

  test('a byte order mark and any line ends are fine', async () => {
    const [one, two] = [WORKER, `0x${'44'.repeat(20)}`]
    for (const text of [
      `\uFEFF${one}\r\n${two}\r`,
      `${one},\n${two},\n`,
      `${one};${two}`,
      `\uFEFF["${one}",\r\n"${two}"]`,
    ])
      expect(await readAccounts(await file(text))).toEqual([one, two])
    expect(await readMembers(await file('\uFEFF1\r\n2\n3\r'))).toEqual([1n, 2n, 3n])
    const key = `\uFEFF{"privateKey":\r\n"0x${'01'.repeat(32)}"}`
    expect((await readAccount(await file(key), async () => '')).address).toMatch(/^0x/)
  })

  test('a key that is there twice is refused, and what a key file holds is not repeated', async () => {
    const twice = await file(task({}).replace('"reward":"1"', '"reward":"1","reward":"2"'))
    await expect(readTaskFile(twice, place)).rejects.toThrow(/has the key "reward" twice/)
    const key = await file(`{"privateKey":"0x${'ab'.repeat(32)}","privateKey":"0x${'cd'.repeat(32)}"}`)
    await expect(readAccount(key, async () => '')).rejects.toSatisfy(
      (error: Error) => /twice/.test(error.message) && !/abab|cdcd/.test(error.message),
    )
  })
})

describe('gold of a task file', () => {
  test('numbers in the task file, a CSV and a JSON file mean the same label', async () => {
    const expected = [
      { index: 0, label: 1 },
      { index: 2, label: 0 },
    ]
    for (const gold of [
      [
        { index: 0, label: 20 },
        { index: 2, label: '10' },
      ],
      [
        { item: 0, label: '20' },
        { index: 2, label: '#0' },
      ],
      await file('item;label\r\n0;20\r\n2;10\r\n', 'csv'),
      await file('file,label\nc.png,10\na.png,20.0\n', 'csv').then((path) => path),
      await file('[{"item":0,"label":20},{"item":2,"label":10}]'),
    ])
      expect([...(await goldOf({ gold }))].sort((a, b) => a.index - b.index)).toEqual(expected)
  })

  test('coco: boxes of the records that it names', async () => {
    const coco = {
      images: [{ id: 9, file_name: 'c.png' }],
      categories: [{ id: 4, name: '30' }],
      annotations: [{ image_id: 9, category_id: 4, bbox: [1.2, 2, 3, 4] }],
    }
    const rules = { kind: 'box', maxClass: 2, width: 100, height: 50, iouBps: 5000, thresholdBps: 5000 }
    const gold = await file(JSON.stringify(coco))
    await expect(goldOf({ rules, gold })).rejects.toThrow(/x is 1.2 pixels, which is between pixels/)
    const rounded = [{ index: 2, label: { class: 2, x: 1, y: 2, w: 3, h: 4 } }]
    expect(await goldOf({ rules, gold, roundBoxes: true })).toEqual(rounded)
  })

  test.each([
    ['a label that is no class', [{ index: 0, label: 1 }], /"gold".*"1" is not a class/],
    ['a label outside', [{ index: 0, label: '#3' }], /outside the schema/],
    [
      'an item twice',
      [
        { index: 0, label: 10 },
        { index: 0, label: 20 },
      ],
      /item 0 has gold already/,
    ],
    ['an item that is not there', [{ index: 3, label: 10 }], /there is no item 3/],
    ['no label', [{ index: 0 }], /it has no label/],
    ['index and item', [{ index: 0, item: 1, label: 10 }], /gold\[0\]/],
    ['no object', [7], /gold\[0\]/],
    ["another task's sheet", [{ index: 0, label: 10, task: TASK }], /it is for task/],
  ])('error: %s', async (_, gold, message) => {
    await expect(goldOf({ gold })).rejects.toMatchObject({
      name: 'InputFileError',
      message: expect.stringMatching(message),
    })
  })

  test.each([
    ['twice', ['a', 'b', 'a'], /Class 2: "a" is the name of class 0 too/],
    ['NFC and NFD', ['\u00e9', 'b', 'e\u0301'], /Class 2.*NFC and NFD/],
    ['with outer blanks', ['a', ' b', 'c'], /Class 1: " b" has blanks around it/],
    ['too few', ['a', 'b'], /there are 2, and labels have 3 classes/],
  ])('error: classes %s', async (_, classes, message) => {
    await expect(goldOf({ classes })).rejects.toMatchObject({
      name: 'InputFileError',
      message: expect.stringMatching(message),
    })
  })
})

describe('a sheet', () => {
  const rules = {
    kind: 'distance',
    capacity: 64,
    itemCount: 2,
    goldCount: 1,
    thresholdBps: 0,
    max: 1,
    tolerance: 0,
  } as const
  const items = [
    { item: 1, file: 'items/0001.png' },
    { item: 0, file: 'items/0000.png' },
  ]
  const sheet = labelSheet(rules, items, { taskId: TASK, worker: WORKER })

  test('default: says whose it is, and reads back once it is filled in', async () => {
    const text = sheet.replace('1,,', '1,cat,').replace('0,,', '0,dog,')
    const target = { rules, classes: ['cat', 'dog'], task: TASK, worker: WORKER }
    expect(parseLabelFile({ text, ...target })).toEqual([1, 0])
    expect(() => parseLabelFile({ text, ...target, task: `0x${'22'.repeat(32)}` })).toThrow(/it is for task/)
    const own = { taskId: TASK, worker: WORKER }
    expect(await hasOwnSheet(join(home, 'none.csv'), own)).toBe(false)
    for (const given of [text, text.replaceAll(',', ';'), text.replaceAll('\n', '\r\n'), text.toUpperCase()])
      expect(await hasOwnSheet(await file(given, 'csv'), own)).toBe(true)
  })

  test('error: the sheet of another task or worker, and one that does not say whose it is', async () => {
    const path = await file(sheet, 'csv')
    await expect(hasOwnSheet(path, { taskId: `0x${'22'.repeat(32)}`, worker: WORKER })).rejects.toThrow(
      `is the sheet of task ${TASK}`,
    )
    await expect(hasOwnSheet(path, { taskId: TASK, worker: `0x${'44'.repeat(20)}` })).rejects.toThrow(
      `is the sheet of worker ${WORKER}`,
    )
    const bare = await file('item,label,file\n0,cat,x\n', 'csv')
    await expect(hasOwnSheet(bare, { taskId: TASK, worker: WORKER })).rejects.toThrow(/does not say whose it is/)
  })

  test('--format and the name of --out mean what they say', () => {
    expect(formatOf({ out: 'x.jsonl' })).toBe('jsonl')
    expect(formatOf({ out: 'x.JSON' })).toBe('json')
    expect(formatOf({ out: 'x.json', format: 'label-studio' })).toBe('label-studio')
    expect(formatOf({ out: 'x' })).toBe('csv')
    expect(() => formatOf({ out: 'x.jsonl', format: 'csv' })).toThrow(/named .jsonl is not csv/)
    expect(() => formatOf({ out: 'x.csv', format: 'json' })).toThrow(/named .csv is not json/)
    expect(() => formatOf({ format: 'xml' })).toThrow(/--format must be one of/)
    expect(() => formatOf({ out: 'x.json', format: 'coco' }, rules)).toThrow(/COCO has boxes/)
  })
})
