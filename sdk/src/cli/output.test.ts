import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { runCli } from '../testing/cli.js'
import { time, toJson, uncolored, wantsColor } from './output.js'

const hostile = ['\u001b[2J', '\u009b31m', '\u007f', '\u202eevil', '\u2028', '\u200b', '\u{e0001}', 'a\r\nb\tc']

test('default: text of strangers reaches no terminal as it is, and every parser reads it back', () => {
  for (const title of hostile) {
    const json = toJson({ title, [title]: [1n, 'ü 漢 🦆'] })
    expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(JSON.parse(json)).toEqual({ title, [title]: ['1', 'ü 漢 🦆'] })
  }
  expect(toJson({ a: 1 })).toBe('{\n  "a": 1\n}')
})

describe('a moment', () => {
  afterEach(() => vi.unstubAllEnvs())

  test.each([
    ['UTC', '2026-12-01 03:20:00 +00:00'],
    ['America/St_Johns', '2026-11-30 23:50:00 -03:30'],
    ['Asia/Kolkata', '2026-12-01 08:50:00 +05:30'],
  ])('default: in the local time of %s, with how far away it is', (zone, local) => {
    vi.stubEnv('TZ', zone)
    const at = BigInt(Date.UTC(2026, 11, 1, 3, 20) / 1000)
    expect(time(at, Number(at) - 7500)).toBe(`${local} (in 2 h 5 min)`)
    expect(time(at, Number(at) + 61)).toBe(`${local} (1 min 1 s ago)`)
  })

  test('default: a time that is none', () => {
    expect(time(2n ** 64n)).toBe(String(2n ** 64n))
  })
})

describe('colours', () => {
  test('default: only for a terminal, and not against the wish of its owner', () => {
    expect(wantsColor({ isTTY: true }, {})).toBe(true)
    expect(wantsColor({ isTTY: false }, {})).toBe(false)
    expect(wantsColor({}, {})).toBe(false)
    expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColor({ isTTY: true }, { NO_COLOR: 'yes' })).toBe(false)
    expect(wantsColor({ isTTY: true }, { TERM: 'dumb' })).toBe(false)
    expect(uncolored('\u001b[1mveritask\u001b[22m')).toBe('veritask')
  })

  test('default: help, errors and usage errors in a pipe hold no escape codes', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'veritask-pipe-'))
    const runs = await Promise.all(
      [['--help'], ['stake', 'deposit', '--help'], ['stake', 'deposit'], ['nothing']].map((args) =>
        runCli(args, { cwd }),
      ),
    )
    for (const { stdout, stderr } of runs) expect(`${stdout}${stderr}`.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    expect(runs[0]!.stdout).toContain('veritask')
    await rm(cwd, { recursive: true, force: true })
  }, 60_000)
})
