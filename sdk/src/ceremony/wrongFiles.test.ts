import { readFile, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readManifest } from '../cli/manifestFile.js'
import { verifyingKeys } from '../generated/circuits.js'
import { VerifyingKeyMalformedError, vkeyToKeyData } from '../proving/groth16.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { findSection, keepCurve, type SmallCeremony, smallCeremony, smallWitness } from '../testing/ceremony.js'
import { runCli } from '../testing/cli.js'
import { auditVerifyingKey } from './audit.js'
import { applyBeacon, compareWithCircuit, contribute, initCeremony, verifyCeremony } from './ceremony.js'
import { CeremonyFileError, WrongFileError } from './errors.js'
import { fileKindOf } from './fileKind.js'
import { FILE_KINDS, type FileKind } from './fileKinds.js'
import { checkPowersOfTau } from './powersOfTau.js'
import { readTranscript } from './transcript.js'
import { assertWitnessCalculator } from './wasmFile.js'
import { auditZkey } from './zkeyFile.js'

// Every file that a person could hand to a step, given to every step: the message says what it is and what is needed.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

let small: SmallCeremony
let release: () => void
const good = verifyingKeys['score-scalar-64']

/** One file of each kind, by its name; names say nothing of the content. */
const FILES: readonly (readonly [name: string, kind: FileKind])[] = [
  ['groth16.file', 'groth16 zkey'],
  ['plonk.zkey', 'plonk zkey'],
  ['fflonk.zkey', 'fflonk zkey'],
  ['halo.zkey', 'other zkey'],
  ['small.ptau', 'ptau'],
  ['small.r1cs', 'r1cs'],
  ['witness.zkey', 'wtns'],
  ['small.wasm', 'wasm'],
  ['vkey.JSON', 'groth16 vkey'],
  ['old-vkey.json', 'groth16 vkey'],
  ['plonk-vkey.json', 'plonk vkey'],
  ['fflonk-vkey.json', 'fflonk vkey'],
  ['proof.json', 'proof'],
  ['public.json', 'public signals'],
  ['transcript.json', 'transcript'],
  ['manifest.json', 'manifest'],
  ['other.json', 'json'],
  ['page.zkey', 'web page'],
  ['pointer.zkey', 'lfs pointer'],
  ['key.zkey.gz', 'archive'],
  ['empty.zkey', 'empty'],
  ['notes.txt', 'unknown'],
]

/** As snarkjs before 0.2 wrote it. */
function oldFormat({ protocol: _, curve: __, vk_alpha_1, vk_alphabeta_12, ...rest }: VerifyingKeyJson) {
  return { ...rest, protocol: 'groth', vk_alfa_1: vk_alpha_1, vk_alfabeta_12: vk_alphabeta_12 }
}

beforeAll(async () => {
  release = await keepCurve()
  small = await smallCeremony()
  const put = (name: string, content: string | Uint8Array) => writeFile(small.path(name), content)
  const json = (name: string, value: unknown) => put(name, JSON.stringify(value))
  await initCeremony({ r1cs: small.r1cs, ptau: small.ptau, output: small.path('0.zkey') })
  const zkey = await readFile(small.path('0.zkey'))
  await put('groth16.file', zkey)
  const { plonk } = (await import('snarkjs')) as unknown as {
    plonk: { setup: (r1cs: string, ptau: string, zkey: string) => Promise<unknown> }
  }
  await plonk.setup(small.r1cs, small.ptau, small.path('plonk.zkey'))
  // FFLONK needs larger powers of tau than these; its keys differ from PLONK's by this number first.
  for (const [name, protocol] of [
    ['fflonk.zkey', 10],
    ['halo.zkey', 77],
  ] as const) {
    const bytes = await readFile(small.path('plonk.zkey'))
    bytes.writeUInt32LE(protocol, findSection(bytes, 1).offset)
    await put(name, bytes)
  }
  await put('witness.zkey', smallWitness(2n, 3n))
  await json('vkey.JSON', good)
  await json('old-vkey.json', oldFormat(good))
  await json('plonk-vkey.json', { protocol: 'plonk', curve: 'bn128', nPublic: 1, power: 3, k1: '2', Qm: [], S1: [] })
  await json('fflonk-vkey.json', { protocol: 'fflonk', curve: 'bn128', nPublic: 1, power: 3, k1: '2', C0: [] })
  await json('proof.json', { pi_a: [], pi_b: [], pi_c: [], protocol: 'groth16', curve: 'bn128' })
  await json('public.json', ['1', '2'])
  await json('transcript.json', { version: 1, initialZkey: '', contributions: [] })
  await json('manifest.json', { version: 1, circuits: {} })
  await json('other.json', { answer: 42 })
  await put('page.zkey', '<!DOCTYPE html><html><body>Not found</body></html>')
  await put('pointer.zkey', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')
  await put('key.zkey.gz', gzipSync(zkey))
  await put('empty.zkey', '')
  await put('notes.txt', 'A few words.')
})
afterAll(async () => {
  await small?.remove()
  release?.()
})

test.each(FILES)('default: %s is told by its content: %s', async (name, kind) => {
  expect(await fileKindOf(small.path(name))).toBe(kind)
})

/** Each step that takes a file, with the kinds that it takes. */
const STEPS: readonly (readonly [step: string, takes: readonly FileKind[], run: (file: string) => Promise<unknown>])[] =
  [
    ['auditZkey', ['groth16 zkey'], (file) => auditZkey(file)],
    ['contribute', ['groth16 zkey'], (input) => contribute({ input, output: small.path('out.zkey'), name: 'Eve' })],
    [
      'applyBeacon',
      ['groth16 zkey'],
      (input) => applyBeacon({ input, output: small.path('out.zkey'), value: 'c0ffee', iterationsExponent: 10 }),
    ],
    ['compareWithCircuit', ['groth16 zkey'], (file) => compareWithCircuit(file, small.r1cs)],
    [
      'verifyCeremony: zkey',
      ['groth16 zkey'],
      (zkey) => verifyCeremony({ circuit: 'small', zkey, r1cs: small.r1cs, ptau: small.ptau }),
    ],
    [
      'verifyCeremony: r1cs',
      ['r1cs'],
      (r1cs) => verifyCeremony({ circuit: 'small', zkey: small.path('0.zkey'), r1cs, ptau: small.ptau }),
    ],
    [
      'verifyCeremony: ptau',
      ['ptau'],
      (ptau) => verifyCeremony({ circuit: 'small', zkey: small.path('0.zkey'), r1cs: small.r1cs, ptau }),
    ],
    ['checkPowersOfTau', ['ptau'], (file) => checkPowersOfTau(file)],
    [
      'initCeremony: r1cs',
      ['r1cs'],
      (r1cs) => initCeremony({ r1cs, ptau: small.ptau, output: small.path('out.zkey') }),
    ],
    [
      'initCeremony: ptau',
      ['ptau'],
      (ptau) => initCeremony({ r1cs: small.r1cs, ptau, output: small.path('out.zkey') }),
    ],
    // What is JSON of no known kind is read on, so that a transcript's own fault is named.
    ['readTranscript', ['transcript', 'json', 'unknown'], (file) => readTranscript(file)],
    ['veritask keys verify --manifest', ['manifest', 'json', 'unknown'], (file) => readManifest(file)],
    ['assertWitnessCalculator', ['wasm', 'unknown'], (file) => assertWitnessCalculator(file, { wires: 5 })],
  ]

describe.each(STEPS)('%s', (_, takes, run) => {
  const wrong = FILES.filter(([, kind]) => !takes.includes(kind))

  test.each(wrong)('error: given %s, says that it is %s', async (name, kind) => {
    const error = await run(small.path(name)).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WrongFileError)
    const { message, found, needed } = error as WrongFileError
    expect(found).toBe(kind)
    expect(message).toContain(`${name} cannot be used: it is ${FILE_KINDS[kind].is}, and ${needed} is needed.`)
    expect(message).not.toContain('Get it again')
    expect(message.split('\n')).toHaveLength(2)
  })
})

describe('files of the right kind', () => {
  test('error: powers of tau that were not prepared for phase 2', async () => {
    const bytes = await readFile(small.ptau)
    const cut = findSection(bytes, 12).offset - 12
    const count = Buffer.from(bytes.subarray(0, cut))
    count.writeUInt32LE(7, 8)
    await writeFile(small.path('raw.ptau'), count)
    await expect(checkPowersOfTau(small.path('raw.ptau'))).rejects.toThrow(
      /not prepared for phase 2[\s\S]*prepare phase2/,
    )
  })

  test('error: a key on another curve', async () => {
    const bytes = await readFile(small.path('0.zkey'))
    bytes[findSection(bytes, 2).offset + 10]! ^= 1
    await expect(auditZkey(bytes)).rejects.toThrow(/another curve than BN254[\s\S]*--prime bn128/)
  })

  test('error: no file, and a folder', async () => {
    await expect(auditZkey(small.path('nowhere.zkey'))).rejects.toThrow(/no such file[\s\S]*Check the path/)
    await expect(fileKindOf(small.folder)).rejects.toThrow(CeremonyFileError)
  })
})

describe('verifying keys', () => {
  test('default: the format of snarkjs before 0.2 is read, everywhere a key is', () => {
    const old = oldFormat(good) as unknown as VerifyingKeyJson
    expect(vkeyToKeyData(old)).toBe(vkeyToKeyData(good))
    expect(auditVerifyingKey(old)).toEqual(auditVerifyingKey(good))
  })

  const reason = (key: unknown) => {
    try {
      vkeyToKeyData(key as VerifyingKeyJson)
    } catch (error) {
      expect(error).toBeInstanceOf(VerifyingKeyMalformedError)
      return (error as VerifyingKeyMalformedError).reason
    }
  }
  const withIc = (index: number, point: readonly string[]) => ({
    ...good,
    IC: good.IC.map((ic, i) => (i === index ? point : ic)),
  })

  test('error: an IC point at infinity names the signal that is unbound', () => {
    expect(reason(withIc(2, ['0', '1', '0']))).toBe(
      `IC[2] is the point at infinity: public signal 2 of ${good.nPublic} is unbound, no constraint uses it and a proof passes with any value of it`,
    )
    expect(reason(withIc(0, ['0', '1', '0']))).toBe('IC[0] is the point at infinity: no ceremony leaves it so')
    const audit = auditVerifyingKey(withIc(1, ['0', '0', '1']))
    expect(audit.sound).toBe(false)
    expect(audit.checks.find(({ name }) => name === 'IC')?.detail).toContain(
      `public signal 1 of ${good.nPublic} is unbound`,
    )
    const off = auditVerifyingKey(withIc(1, ['1', '1', '1']))
    expect(off.checks.find(({ name }) => name === 'IC')?.detail).toBe('IC[1] is off the curve')
  })

  test('error: every other point at infinity, and points that are none, by name', () => {
    expect(reason({ ...good, vk_alpha_1: ['0', '1', '0'] })).toBe('vk_alpha_1 is the point at infinity')
    for (const name of ['vk_beta_2', 'vk_gamma_2', 'vk_delta_2'] as const) {
      const infinity = [
        ['0', '0'],
        ['1', '0'],
        ['0', '0'],
      ]
      expect(reason({ ...good, [name]: infinity })).toBe(`${name} is the point at infinity`)
      expect(reason({ ...good, [name]: 'x' })).toBe(`${name} is not a point in affine coordinates`)
    }
    expect(reason(withIc(1, ['x', '1', '1']))).toBe('IC[1] is not a point in affine coordinates')
  })

  test('error: keys of other systems and curves, and what is no key', () => {
    expect(reason({ ...good, protocol: 'plonk' })).toBe(
      'it is a key of PLONK and not of Groth16: encode it with `plonkKeyData`',
    )
    expect(reason({ ...good, protocol: 'fflonk' })).toContain('FFLONK')
    expect(reason({ ...good, curve: 'bls12381' })).toBe('it is on the curve "bls12381" and not on BN254')
    expect(reason({ pi_a: [], protocol: 'groth16' })).toBe('it is a proof and not a key')
    expect(reason(['1'])).toContain('it is a list, as public signals are')
    for (const value of [null, undefined, 1, 'x', {}]) expect(reason(value)).toBe('it is not a Groth16 key on BN254')
  })
})

describe('veritask keys audit', () => {
  const audit = (name: string) => runCli(['keys', 'audit', name], { cwd: small.folder })

  test.each(['vkey.JSON', 'old-vkey.json'])(
    'default: %s is a verifying key, whatever its name ends in',
    async (name) => {
      const { code, stdout } = await audit(name)
      expect(stdout).toContain('sound; setup: not shown by a verifying key')
      expect(code).toBe(0)
    },
  )

  test('default: a zkey whose name ends in something else', async () => {
    expect((await audit('groth16.file')).stdout).toContain('unfinished')
  })

  test.each(FILES.filter(([, kind]) => !['groth16 zkey', 'groth16 vkey', 'json', 'unknown'].includes(kind)))(
    'error: %s is %s',
    async (name, kind) => {
      const { code, stderr } = await audit(name)
      expect(code).not.toBe(0)
      expect(stderr).toContain(`it is ${FILE_KINDS[kind].is}`)
      expect(stderr).not.toContain('Get it again')
    },
  )

  test('error: JSON that is no key, and text', async () => {
    expect((await audit('other.json')).stderr).toContain('it is not a Groth16 key on BN254')
    expect((await audit('notes.txt')).stderr).toContain('is not JSON')
  })
})
