import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mapBounded } from './bounded.js'
import { compareNatural } from './naturalOrder.js'
import { openRecords } from './records.js'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'veritask-records-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

let folders = 0
async function folder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const path = join(home, `folder-${folders++}`)
  await mkdir(path)
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return path
}

const textsOf = async (path: string) => {
  const { records } = await openRecords(path)
  return Promise.all(records.map(async ({ read }) => new TextDecoder().decode(await read())))
}

describe('a folder', () => {
  test('default: natural order, and what was left out with its reason', async () => {
    const path = await folder({
      '10.png': 'ten',
      '2.png': 'two',
      '1.png': 'one',
      'b.txt': 'b',
      'Thumbs.db': 'x',
      'desktop.ini': 'x',
      '.DS_Store': 'x',
      'empty.png': '',
    })
    await mkdir(join(path, 'more'))
    await symlink(join(path, '1.png'), join(path, 'link.png'))
    const { records, leftOut } = await openRecords(path)
    expect(records.map(({ name }) => name)).toEqual(['1.png', '2.png', '10.png', 'b.txt'])
    expect(records[0]!.mediaType).toBe('image/png')
    expect(Object.fromEntries(leftOut.map(({ name, reason }) => [name, reason]))).toEqual({
      '.DS_Store': 'hidden',
      'Thumbs.db': 'a file of the system',
      'desktop.ini': 'a file of the system',
      'empty.png': 'empty',
      'link.png': 'a symbolic link',
      more: 'a folder',
    })
    expect(await textsOf(path)).toEqual(['one', 'two', 'ten', 'b'])
  })

  test('error: nothing but what is left out says so', async () => {
    const path = await folder({ 'a.png': '' })
    await expect(openRecords(path)).rejects.toThrow(/holds no records; left out: a.png \(empty\)/)
  })

  test('thousands of files: few are open at once, in the order given', async () => {
    const path = await folder(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`${i}.txt`, String(i)])))
    const { records } = await openRecords(path)
    let open = 0
    let most = 0
    const read = await mapBounded(records, async (record) => {
      most = Math.max(most, ++open)
      const bytes = await record.read()
      open--
      return Number(new TextDecoder().decode(bytes))
    })
    expect(read).toEqual(Array.from({ length: 2_000 }, (_, i) => i))
    expect(most).toBeLessThanOrEqual(16)
  })
})

describe('a file', () => {
  const file = async (name: string, content: string | Uint8Array) => join(await folder({ [name]: content }), name)

  test('csv, json and jsonl: the same rows are the same records, whatever the delimiter and the line ends', async () => {
    const rows = ['{"id":"1","text":"a\\nb"}', '{"id":"2","text":"caña"}']
    expect(await textsOf(await file('a.csv', 'id,text\n1,"a\nb"\n2,caña\n'))).toEqual(rows)
    expect(await textsOf(await file('a.csv', '\uFEFFid;text;\r\n1;"a\r\nb";\r\n2;caña;\r\n'))).toEqual(rows)
    expect(await textsOf(await file('a.json', `[\n${rows.join(',\n')}\n]`))).toEqual(rows)
    expect(await textsOf(await file('a.jsonl', `${rows.join('\r\n')}\r\n\n`))).toEqual(rows)
  })

  test('coco: its images, in its order', async () => {
    const path = await folder({ 'a.png': 'A', 'b.png': 'B', 'unused.png': 'U' })
    await writeFile(
      join(path, 'coco.json'),
      JSON.stringify({
        images: [
          { id: 1, file_name: 'b.png' },
          { id: 2, file_name: 'a.png' },
        ],
        annotations: [],
      }),
    )
    expect(await textsOf(join(path, 'coco.json'))).toEqual(['B', 'A'])
    expect((await openRecords(join(path, 'coco.json'))).records.map(({ name }) => name)).toEqual(['b.png', 'a.png'])
  })

  test.each([
    ['outside its folder', '../x.png', /outside its folder/],
    ['an absolute path', '/etc/hosts', /outside its folder/],
    ['not there', 'none.png', /is not there/],
    ['a link', 'link.png', /not a regular file/],
    ['empty', 'empty.png', /is empty/],
  ])('coco: an image that is %s is refused', async (_, name, message) => {
    const path = await folder({ 'empty.png': '' })
    await symlink('/etc/hosts', join(path, 'link.png'))
    await writeFile(join(path, 'coco.json'), JSON.stringify({ images: [{ id: 1, file_name: name }], annotations: [] }))
    await expect(openRecords(join(path, 'coco.json'))).rejects.toThrow(message)
  })

  test.each([
    ['Latin-1', 'a.jsonl', new Uint8Array([0x22, 0xe9, 0x22]), /not UTF-8; it may be Latin-1/],
    ['UTF-16', 'a.csv', new Uint8Array([0xff, 0xfe, 0x61, 0]), /is UTF-16/],
    ['a line that is not JSON', 'a.jsonl', '{}\r\n{', /line 2 is not JSON/],
    ['an object', 'a.json', '{}', /neither an array nor a COCO file/],
    ['a key twice', 'a.json', '[{"a":1,"a":2}]', /"a" twice/],
    ['a column twice', 'a.csv', 'a,a\n1,2\n', /column "a" twice/],
    ['nothing', 'a.jsonl', '\n', /holds no records/],
  ])('error: %s', async (_, name, content, message) => {
    const path = await file(name, content)
    await expect(openRecords(path)).rejects.toMatchObject({
      name: 'InputFileError',
      message: expect.stringMatching(message),
    })
  })
})

test('compareNatural: numbers by value, the rest by code points, and never two names equal', () => {
  const names = [
    '10',
    '9',
    '1',
    '01',
    'a10b2',
    'a10b10',
    'a2',
    'B',
    'ä',
    'a',
    '99999999999999999999',
    '100000000000000000000',
  ]
  const sorted = [...names].sort(compareNatural)
  expect(sorted).toEqual([
    '01',
    '1',
    '9',
    '10',
    '99999999999999999999',
    '100000000000000000000',
    'B',
    'a',
    'a2',
    'a10b2',
    'a10b10',
    'ä',
  ])
  expect([...names].reverse().sort(compareNatural)).toEqual(sorted)
})
