import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { changedCopy, type SmallCeremony, smallCeremony } from '../testing/ceremony.js'
import { type CliRun, runCli } from '../testing/cli.js'

// Every command is a process of its own.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

const CANARY = 'canary-typed-entropy-51c0de'
const BEACON = 'c0ffee'.repeat(8)
const runs: CliRun[] = []
let small: SmallCeremony
let ptauHash: string

beforeAll(async () => {
  small = await smallCeremony()
})
afterAll(() => small?.remove())

async function run(args: readonly string[], stdin = ''): Promise<CliRun> {
  const done = await runCli(args, { cwd: small.folder, stdin })
  runs.push(done)
  return done
}

async function json<T = Record<string, unknown>>(args: readonly string[], stdin?: string): Promise<T> {
  const { code, stdout, stderr } = await run([...args, '--json'], stdin)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}

const replay = ['--r1cs', 'small.r1cs', '--ptau', 'small.ptau']

describe('veritask ceremony', () => {
  test('default: from init to finalize, command by command', async () => {
    const checked = await json<{ blake2b: string; sound: boolean }>(['ceremony', 'check-ptau', 'small.ptau'])
    expect(checked.sound).toBe(true)
    ptauHash = checked.blake2b
    const trust = ['--trust-ptau', ptauHash]

    const { circuitHash } = await json<{ circuitHash: string }>(['ceremony', 'init', '0.zkey', ...replay])
    const ada = await run(
      ['ceremony', 'contribute', '0.zkey', '1.zkey', '--name', 'Ada', '--entropy-file', '-'],
      CANARY,
    )
    expect(ada.code).toBe(0)
    expect(ada.stdout).toContain(circuitHash)
    const [hash] = /[0-9a-f]{128}/.exec(ada.stdout)!
    const canaryFile = join(small.folder, 'secret.txt')
    await writeFile(canaryFile, CANARY)
    const grace = ['ceremony', 'contribute', '1.zkey', '2.zkey', '--name', 'Grace', '--r1cs', 'small.r1cs']
    await json([...grace, '--entropy-file', canaryFile])
    await writeFile(canaryFile, '')
    await json(['ceremony', 'contribute', '1.zkey', 'endless.zkey', '--name', 'Eve', '--entropy-file', '/dev/zero'])
    await json(['ceremony', 'beacon', '2.zkey', '3.zkey', '--value', BEACON, '--iterations', '11'])

    const record = ['--circuit', 'small', ...replay, ...trust, '--history', '.', '--out', 'transcript.json']
    const transcript = await json<{ contributions: { name: string; hash: string }[] }>([
      'ceremony',
      'transcript',
      '3.zkey',
      ...record,
    ])
    expect(transcript.contributions.map(({ name }) => name)).toEqual(['Ada', 'Grace', 'beacon'])
    expect(transcript.contributions[0]?.hash).toBe(hash)
    const verified = await run(['ceremony', 'verify', '3.zkey', ...replay, ...trust, '--transcript', 'transcript.json'])
    expect(verified).toMatchObject({ code: 0, stderr: '' })
    expect(verified.stdout).toContain('key of a ceremony: everything matched')

    const audit = await run(['keys', 'audit', '3.zkey'])
    expect(audit.code).toBe(0)
    expect(audit.stdout).toMatch(/ok +contribution 1 +Ada, [0-9a-f]{128}/)
    expect(audit.stdout.trim().split('\n').at(-1)).toBe(
      'sound; setup: ceremony in phase 2; powers of tau not looked at: give --r1cs and --ptau',
    )
    const named = ['--circuit', 'small', '--wasm', 'small.wasm', '--signals', 'output,x', '--challenge', 'none']
    const names = [...named, '--out', 'artifacts']
    const final = await json<{ keyId: string; development: boolean }>([
      'ceremony',
      'finalize',
      '3.zkey',
      ...replay,
      ...trust,
      ...names,
    ])
    expect(final).toMatchObject({ development: false, keyId: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
    const vkey = await run(['keys', 'audit', join('artifacts', 'small', 'small.vkey.json')])
    expect([vkey.code, vkey.stdout.trim().split('\n').at(-1)]).toEqual([
      0,
      'sound; setup: not shown by a verifying key: audit the zkey',
    ])
    const setup = ['keys', 'audit', '3.zkey', ...replay]
    expect(await json(['keys', 'audit', '3.zkey'])).toMatchObject({ origin: 'ceremony', powersOfTau: 'unchecked' })
    expect(await json([...setup, ...trust])).toMatchObject({ origin: 'ceremony', powersOfTau: 'ceremony' })
    const rehearsal = await run(setup)
    expect(rehearsal.stdout.trim().split('\n').at(-1)).toBe(
      'sound; setup: development: ceremony in phase 2, powers of tau of no known ceremony',
    )
  })

  test('error: refusals say what failed, in the exit code too', async () => {
    const unfinished = await run(['keys', 'audit', '0.zkey'])
    expect(unfinished.code).toBe(1)
    expect(unfinished.stdout).toMatch(/FAILED +gamma and delta/)
    expect(unfinished.stdout).toContain('REFUSED: gamma and delta')
    const other = await run(['keys', 'audit', '3.zkey', '--r1cs', 'other.r1cs', '--json'])
    expect(other.code).toBe(1)
    expect(JSON.parse(other.stdout)).toMatchObject({ sound: false })
    const untrusted = await run(['ceremony', 'verify', '3.zkey', ...replay, '--transcript', 'transcript.json'])
    expect(untrusted.code).toBe(1)
    expect(untrusted.stdout).toContain('REFUSED: transcript: development')
    const early = await run(['ceremony', 'beacon', '0.zkey', 'no.zkey', '--value', BEACON])
    expect(early).toMatchObject({ code: 1, stdout: '' })
    expect(early.stderr).toMatch(/^error: Nobody has contributed yet.+\n$/)
    await changedCopy(small.path('3.zkey'), small.path('cut.zkey'), (bytes) => bytes.subarray(0, -1))
    const cut = await run(['keys', 'audit', 'cut.zkey', '--json'])
    expect(JSON.parse(cut.stdout)).toMatchObject({ error: { name: 'CeremonyFileError' } })
    const tampered = await changedCopy(small.ptau, small.path('bad.ptau'), (bytes) => bytes.subarray(0, -64))
    const ptau = await run(['ceremony', 'check-ptau', tampered])
    expect([ptau.code, ptau.stderr]).toEqual([1, expect.stringContaining('bad.ptau')])
    const download = await run(['ceremony', 'check-ptau', 'x.ptau', '--download', '15'])
    expect([download.code, download.stderr]).toEqual([2, expect.stringContaining('--url')])
  })

  test('default: typed entropy is in no output and no file', async () => {
    expect(runs.length).toBeGreaterThan(10)
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain(CANARY)
    const entries = await readdir(small.folder, { recursive: true, withFileTypes: true })
    for (const entry of entries.filter((found) => found.isFile()))
      expect((await readFile(join(entry.parentPath, entry.name))).includes(CANARY)).toBe(false)
  })
})
