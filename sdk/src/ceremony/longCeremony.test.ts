import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type SmallCeremony, smallCeremony } from '../testing/ceremony.js'
import { repeatContribution, withContributions } from '../testing/longCeremony.js'
import { withSource } from './binaryFile.js'
import { initCeremony } from './ceremony.js'
import { firstFailure } from './checks.js'
import { withCurve } from './curve.js'
import { type CeremonyTranscript, parseTranscript, transcriptText } from './transcript.js'
import { auditZkey, inspectZkey, listContributions, openZkey, readZkey } from './zkeyFile.js'

// Public Semaphore keys have 1,288 contributions, others up to 5,348. The keys here are synthetic: their contributions are sound,
// their proving points are not those of a ceremony, which an audit does not look at.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 })

const SEMAPHORE = 1288
const LONGEST_PUBLIC = 5348

describe('long ceremonies', () => {
  let small: SmallCeremony
  let longest: Uint8Array
  let semaphore: Uint8Array

  beforeAll(async () => {
    small = await smallCeremony()
    await initCeremony({ r1cs: small.r1cs, ptau: small.ptau, output: small.path('0.zkey') })
    const initial = await readFile(small.path('0.zkey'))
    await withCurve(async (curve) => {
      semaphore = await withContributions(curve, initial, SEMAPHORE)
      longest = await withContributions(curve, initial, LONGEST_PUBLIC)
    })
  })
  afterAll(() => small?.remove())

  test('default: a key of 1,288 contributions is audited, each of them, with progress', async () => {
    const steps: string[] = []
    const audit = await auditZkey(semaphore, { onProgress: (step) => steps.push(step) })
    expect(firstFailure(audit.checks)).toBeUndefined()
    expect(audit).toMatchObject({ sound: true, origin: 'development' })
    expect(audit.contributions).toHaveLength(SEMAPHORE)
    expect(steps).toHaveLength(Math.ceil(SEMAPHORE / 100))
    expect(steps.at(-1)).toBe(`contribution 1201 of ${SEMAPHORE}`)
  })

  test('error: one bad contribution among 1,288 is named', async () => {
    const bad = Buffer.from(semaphore)
    const name = bad.indexOf('Party 700')
    // The last byte of s·x, which stands before spx, transcript, type, length, tag and length of the name.
    bad[name - 2 - 8 - 64 - 128 - 1]! ^= 1
    const checked = (await listOf(semaphore)).slice(0, 699)
    const { checks } = await inspectZkey(bad, { checked })
    expect(firstFailure(checks)?.name).toBe('contribution 700')
  })

  const listOf = (zkey: Uint8Array) =>
    withSource(zkey, async (source) => listContributions(await readZkey(await openZkey(source))))

  test('default: a key of 5,348 contributions is read, and what was checked before is not checked again', async () => {
    const checked = await listOf(longest)
    expect(checked).toHaveLength(LONGEST_PUBLIC)
    const started = performance.now()
    const { checks, contributions } = await inspectZkey(longest, { checked })
    expect(firstFailure(checks)).toBeUndefined()
    expect(contributions).toEqual(checked)
    // A pairing takes milliseconds each: with them this would take minutes.
    expect(performance.now() - started).toBeLessThan(60_000)
  })

  test('default: nothing but the section’s length bounds the list: 20,000 and more are read', async () => {
    const count = 20_000
    const copies = await withCurve(async (curve) => withContributions(curve, await readFile(small.path('0.zkey')), 1))
    const many = repeatContribution(copies, count)
    const parts = await withSource(many, async (source) => readZkey(await openZkey(source)))
    expect(parts.contributions).toHaveLength(count)
  })

  test('default: a transcript of 20,000 contributions with names of 64 bytes is read', () => {
    const hash = 'a'.repeat(64)
    const transcript: CeremonyTranscript = {
      version: 1,
      circuit: 'small',
      development: false,
      r1cs: { sha256: hash, constraints: 3, publicSignals: 2 },
      powersOfTau: { blake2b: 'b'.repeat(128), power: 4, name: null },
      circuitHash: 'c'.repeat(128),
      initialZkey: hash,
      contributions: Array.from({ length: 20_000 }, () => ({
        type: 'contribution' as const,
        name: 'n'.repeat(64),
        hash: 'd'.repeat(128),
        zkey: hash,
      })),
      zkey: hash,
      vkey: hash,
      keyDataHash: `0x${hash}`,
    }
    expect(parseTranscript(transcriptText(transcript)).contributions).toHaveLength(20_000)
  })
})
