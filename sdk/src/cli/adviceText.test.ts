import { readdir, readFile } from 'node:fs/promises'
import { encodeErrorResult, HttpRequestError } from 'viem'
import { describe, expect, test } from 'vitest'
import { veritaskActions } from '../client.js'
import { AccountRequiredError, SubmissionUncertainError, TransactionPendingError } from '../errors/submission.js'
import { decodeRevert, protocolErrors, toVeritaskError } from '../events/index.js'
import { adviceOf, inCommands, withTimes } from './adviceText.js'
import { errorData } from './output.js'

const actions = new Set(Object.keys(veritaskActions()({} as never)))
/** Words that are the same in a file or on the chain. */
const allowed = new Set<string>([])
const hash = `0x${'ab'.repeat(32)}` as const

/** What stands in backticks and is a function of the SDK: a person at a command line has none. */
const functionsIn = (text: string) =>
  [...text.matchAll(/`([a-zA-Z]+)(?:\([^`]*\))?`/g)].flatMap(([, name]) => (actions.has(name!) ? [name] : []))

describe('errors of the SDK in the command line', () => {
  test.each(protocolErrors.map((item) => [item.name, item] as const))('default: %s names no function', (name, item) => {
    const args = item.inputs.map(({ type }) => sampleOf(type))
    const error = decodeRevert(encodeErrorResult({ abi: [item], errorName: name, args } as never))
    const { message, advice } = errorData(error)
    expect(functionsIn(`${message} ${advice}`)).toEqual([])
  })

  test('default: no error names a parameter or a function where a command line has something else', async () => {
    const folder = new URL('../errors/', import.meta.url)
    const files = (await readdir(folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    const texts = await Promise.all(
      [...files.map((name) => `../errors/${name}`), '../consensus/voting.ts'].map((name) =>
        readFile(new URL(name, import.meta.url), 'utf8'),
      ),
    )
    // One class after the other: what it advises, unless a command line has advice of its own.
    const classes = texts
      .join('\n')
      .split(/(?=^export class )/m)
      .slice(1)
    expect(classes.length).toBeGreaterThan(50)
    const left = classes.flatMap((text) => {
      const name = /^export class (\w+)/.exec(text)?.[1] ?? ''
      const said = text
        .split('\n')
        .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line))
        .join('\n')
      const advised = adviceOf({ name, metaMessages: [] } as never) === '' ? said : ''
      return [...inCommands(advised.replaceAll('\\`', '`')).matchAll(/`([a-z][a-zA-Z]+)`/g)]
        .map(([, found]) => `${name}: ${found}`)
        .filter((entry) => !allowed.has(entry))
    })
    expect(left).toEqual([])
  })

  test('default: what is kept is run again, and nothing speaks of a journal', () => {
    for (const error of [
      new SubmissionUncertainError({ hash, seconds: 60 }),
      new TransactionPendingError({ hash, nonce: 3, seconds: 60 }),
    ]) {
      const { message, advice } = errorData(error)
      expect(advice).toContain('run the same command again')
      expect(message + advice).not.toContain('journal')
    }
    expect(errorData(new AccountRequiredError()).advice).toBe('Give --key-file FILE.')
  })

  test('default: a node that is not there is named, without the key in its address', () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const lost = new HttpRequestError({ url: 'https://user:secret@node.example:8545/v3/apikey', cause })
    const { message, advice } = errorData(toVeritaskError(lost))
    expect(message).toBe('The node at https://node.example:8545 could not be reached (ECONNREFUSED).')
    expect(message + advice).not.toMatch(/secret|apikey/)
  })

  test("default: a node's refusal is no defect of this program", () => {
    expect(errorData(new HttpRequestError({ url: 'http://x', status: 418 })).advice).not.toContain('defect')
    expect(errorData(new TypeError('x is not a function')).advice).toContain('defect')
  })
})

describe('withTimes', () => {
  test('default: seconds of the chain, and no other number', () => {
    const write = (seconds: bigint) => `<${seconds}>`
    expect(withTimes('the deadline was 1764550000 and the chain is at 1764550001.', write)).toBe(
      'the deadline was <1764550000> and the chain is at <1764550001>.',
    )
    expect(withTimes('The deadline "joinBy" 1764550000 is not between 1764550100 and 1764550200.', write)).toBe(
      'The deadline "joinBy" <1764550000> is not between <1764550100> and <1764550200>.',
    )
    expect(withTimes('holds 1764550000 base units and 1764550000 base units', write)).not.toContain('<')
  })
})

function sampleOf(type: string): unknown {
  if (type.endsWith('[]')) return []
  if (type === 'bool') return true
  if (type === 'string') return 'x'
  if (type === 'address') return '0x00000000000000000000000000000000000000aa'
  if (type === 'bytes') return '0x'
  if (type.startsWith('bytes')) return `0x${'11'.repeat(Number(type.slice(5)))}`
  const bits = Number(/\d+/.exec(type)?.[0] ?? 256)
  return bits <= 48 ? 1 : 1n
}
