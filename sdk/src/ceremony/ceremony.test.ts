import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { manifestEntryOf, parseManifest } from '../proving/artifacts.js'
import { keyIdOf, verifyProof, vkeyToKeyData } from '../proving/groth16.js'
import {
  changedCopy,
  findSection,
  keepCurve,
  type SmallCeremony,
  smallCeremony,
  smallWitness,
  wasmBytes,
} from '../testing/ceremony.js'
import { assertAudited, auditVerifyingKey } from './audit.js'
import {
  applyBeacon,
  compareTranscripts,
  compareWithCircuit,
  contribute,
  initCeremony,
  verifyCeremony,
} from './ceremony.js'
import { firstFailure } from './checks.js'
import { withCurve } from './curve.js'
import { CeremonyFileError, CeremonyStepRefusedError } from './errors.js'
import { finalizeCeremony } from './finalize.js'
import { checkPowersOfTau } from './powersOfTau.js'
import { type CeremonyTranscript, parseTranscript, transcriptText } from './transcript.js'
import { auditZkey } from './zkeyFile.js'

const CANARY = 'canary-entropy-7d1f0b-typed-by-a-contributor'
const BEACON = 'c0ffee'.repeat(8)
const circuit = 'small'

let small: SmallCeremony
let ptauHash: string
let hashes: string[]
const zkeyAt = (step: number) => small.path(`small-${step}.zkey`)
/** Steps 1 to 3 are contributions, 4 is the beacon. */
const LAST = 4

let release: () => void

beforeAll(async () => {
  release = await keepCurve()
  small = await smallCeremony()
  ptauHash = (await checkPowersOfTau(small.ptau)).blake2b
  const { r1cs, ptau } = small
  await initCeremony({ r1cs, ptau, output: zkeyAt(0) })
  hashes = []
  for (const [i, name] of ['Ada', 'Grace', 'Hedy'].entries()) {
    const step = { input: zkeyAt(i), output: zkeyAt(i + 1), name, entropy: `${CANARY}${i}`, r1cs }
    hashes.push((await contribute(step)).contribution.hash)
  }
  const end = { input: zkeyAt(3), output: zkeyAt(LAST), value: BEACON, iterationsExponent: 10 }
  hashes.push((await applyBeacon(end)).contribution.hash)
})
afterAll(async () => {
  await small?.remove()
  release?.()
})

const files = () => ({ circuit, zkey: zkeyAt(LAST), r1cs: small.r1cs, ptau: small.ptau })

async function transcriptOf(): Promise<CeremonyTranscript> {
  const { transcript } = await verifyCeremony({ ...files(), trustedPowersOfTau: [ptauHash], history: small.folder })
  return transcript!
}

describe('a ceremony of three contributors and a beacon', () => {
  test('default: the audit says ceremony and lists everyone', async () => {
    const audit = await auditZkey(zkeyAt(LAST))
    expect(firstFailure(audit.checks)).toBeUndefined()
    expect(audit).toMatchObject({ sound: true, origin: 'ceremony', signalCount: 2 })
    expect(audit.contributions.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'contribution Ada',
      'contribution Grace',
      'contribution Hedy',
      'beacon beacon',
    ])
    expect(audit.contributions.map(({ hash }) => hash)).toEqual(hashes)
    expect(audit.contributions[3]?.beacon).toEqual({ value: BEACON, iterationsExponent: 10 })
    expect(auditVerifyingKey(audit.verifyingKey).sound).toBe(true)
  })

  test('default: its key proves and verifies', async () => {
    const audit = await auditZkey(zkeyAt(LAST))
    const witness = { type: 'mem', data: smallWitness(3n, 5n) } as const
    const { proof, publicSignals } = await withCurve(async () => {
      const { groth16 } = await import('snarkjs')
      return groth16.prove(zkeyAt(LAST), witness)
    })
    const pair = (values: readonly string[] | undefined) => [BigInt(values![0]!), BigInt(values![1]!)] as const
    const read = { a: pair(proof.pi_a), b: [pair(proof.pi_b[0]), pair(proof.pi_b[1])], c: pair(proof.pi_c) } as const
    expect(publicSignals).toEqual(['75', '3'])
    expect(await verifyProof(audit.verifyingKey, [75n, 3n], read)).toBe(true)
    expect(await verifyProof(audit.verifyingKey, [76n, 3n], read)).toBe(false)
  })

  test('default: verify replays it, and its transcript, from nothing', async () => {
    const transcript = await transcriptOf()
    expect(transcript).toMatchObject({ circuit, development: false, powersOfTau: { blake2b: ptauHash, name: null } })
    expect(transcript.contributions.every(({ zkey }) => zkey)).toBe(true)
    const again = parseTranscript(transcriptText(transcript))
    const report = await verifyCeremony({ ...files(), transcript: again, trustedPowersOfTau: [ptauHash] })
    expect(firstFailure(report.checks)).toBeUndefined()
    expect(report.sound).toBe(true)
    const skipped = report.checks.filter(({ status }) => status === 'skipped').map(({ name }) => name)
    expect(skipped).toEqual([
      'powers of tau: hash',
      ...[1, 2, 3].map((number) => `transcript: zkey after contribution ${number}`),
    ])
    const whole = { ...files(), transcript: again, trustedPowersOfTau: [ptauHash], history: small.folder }
    expect((await verifyCeremony(whole)).checks.filter(({ status }) => status === 'skipped')).toHaveLength(1)
  })

  test('default: finalize writes artifacts whose manifest hash covers key and transcript', async () => {
    const directory = small.path('artifacts')
    const names = { wasm: small.wasm, directory, publicSignals: ['output', 'x'] }
    const result = await finalizeCeremony({ ...files(), ...names, trustedPowersOfTau: [ptauHash] })
    expect(result.development).toBe(false)
    expect(result.audit.powersOfTau).toBe('ceremony')
    assertAudited(result.audit, { keyData: result.keyData, development: false })
    const manifest = await parseManifest(await readFile(join(directory, 'manifest.json'), 'utf8'))
    const entry = await manifestEntryOf(manifest, circuit)
    expect(entry).toEqual(result.entry)
    expect(Object.keys(entry.files).sort()).toEqual(['r1cs', 'transcript', 'vkey', 'wasm', 'zkey'])
    expect((await readdir(join(directory, circuit))).sort()).toEqual([
      'small.r1cs',
      'small.transcript.json',
      'small.vkey.json',
      'small.wasm',
      'small.zkey',
    ])
    const vkey = JSON.parse(await readFile(join(directory, circuit, 'small.vkey.json'), 'utf8'))
    const keyData = vkeyToKeyData(vkey)
    expect(keyData).toBe(result.keyData)
    expect(result.keyId).toBe(
      keyIdOf({ keyData, manifestHash: entry.manifestHash, development: false, needsChallenge: false }),
    )
    await expect(finalizeCeremony({ ...files(), ...names })).rejects.toThrow('Nothing is overwritten')
  })

  test('default: over powers of tau nobody vouches for it is a rehearsal', async () => {
    const names = { wasm: small.wasm, directory: small.path('rehearsal'), publicSignals: ['a', 'b'] }
    const { development, transcript, audit } = await finalizeCeremony({ ...files(), ...names })
    expect([development, transcript.development]).toEqual([true, true])
    expect(audit).toMatchObject({ origin: 'ceremony', powersOfTau: 'development' })
    assertAudited(audit, { keyData: audit.keyData, development: true })
    expect(() => assertAudited(audit, { keyData: audit.keyData, development: false })).toThrow('powers of tau are no')
  })

  test('default: typed entropy is in no file', async () => {
    const names = await readdir(small.folder, { recursive: true, withFileTypes: true })
    const found = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name))
    expect(found.length).toBeGreaterThan(8)
    for (const file of found) expect((await readFile(file)).includes('canary-entropy')).toBe(false)
  })
})

describe('refused steps', () => {
  const refuses = async (step: Promise<unknown>, message: string) => {
    const error = await step.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(error instanceof CeremonyStepRefusedError || error instanceof CeremonyFileError).toBe(true)
    expect((error as Error).message).toContain(message)
    expect(existsSync(small.path('refused.zkey'))).toBe(false)
  }
  const output = () => small.path('refused.zkey')

  test('error: a contribution over a file of another circuit', () =>
    refuses(
      contribute({ input: zkeyAt(1), output: output(), name: 'Eve', r1cs: small.otherR1cs }),
      'it is a key of another circuit',
    ))

  test('error: anything after the beacon', async () => {
    await refuses(contribute({ input: zkeyAt(LAST), output: output(), name: 'Eve' }), 'closed by a beacon')
    const again = { input: zkeyAt(LAST), output: output(), value: BEACON, iterationsExponent: 10 }
    await refuses(applyBeacon(again), 'closed by a beacon')
  })

  test('error: a beacon before any contribution, of no hex, or hashed too little or too often', async () => {
    const beacon = { input: zkeyAt(3), output: output(), value: BEACON, iterationsExponent: 10 }
    await refuses(applyBeacon({ ...beacon, input: zkeyAt(0) }), 'Nobody has contributed')
    for (const value of ['', 'xyz', 'abc', 'ab'.repeat(256)])
      await refuses(applyBeacon({ ...beacon, value }), 'not hex')
    for (const iterationsExponent of [0, 9, 25, 1.5])
      await refuses(applyBeacon({ ...beacon, iterationsExponent }), 'cannot be hashed')
  })

  test('error: finalize without a beacon, or with one contributor', async () => {
    const names = { wasm: small.wasm, directory: small.path('never'), publicSignals: ['a', 'b'] }
    await refuses(finalizeCeremony({ ...files(), ...names, zkey: zkeyAt(3) }), 'no final beacon')
    await applyBeacon({ input: zkeyAt(1), output: small.path('lonely.zkey'), value: BEACON, iterationsExponent: 10 })
    const lonely = { ...files(), ...names, zkey: small.path('lonely.zkey') }
    await refuses(finalizeCeremony(lonely), 'Fewer than two contributed')
    await refuses(finalizeCeremony({ ...files(), ...names, zkey: zkeyAt(0) }), 'does not verify')
    expect(existsSync(small.path('never'))).toBe(false)
  })

  test('error: finalize against a transcript that skips a contribution', async () => {
    const whole = await transcriptOf()
    const transcript = { ...whole, contributions: whole.contributions.filter((_, i) => i !== 1) }
    const names = { wasm: small.wasm, directory: small.path('never'), publicSignals: ['a', 'b'] }
    await refuses(
      finalizeCeremony({ ...files(), ...names, transcript, trustedPowersOfTau: [ptauHash] }),
      'transcript: contribution 2',
    )
  })

  test('error: finalize with a witness calculator that is none, or of another circuit or field', async () => {
    const broken: [string, string | Uint8Array][] = [
      ['no compiled witness calculator', 'wasm'],
      ['no compiled witness calculator', wasmBytes({}).subarray(0, -1)],
      ['lacks what circom exports', wasmBytes({ exportName: 'getWitnessSizes' })],
      ['another field', wasmBytes({ prime: 5n })],
      ['it has 6 wires and the circuit 5', wasmBytes({ wires: 6 })],
    ]
    const wasm = small.path('broken.wasm')
    const names = { wasm, directory: small.path('never'), publicSignals: ['a', 'b'] }
    for (const [message, bytes] of broken) {
      await writeFile(wasm, bytes)
      await refuses(finalizeCeremony({ ...files(), ...names }), message)
    }
    await refuses(finalizeCeremony({ ...files(), ...names, wasm: small.folder }), 'no compiled witness calculator')
    expect(existsSync(small.path('never'))).toBe(false)
  })

  test('error: a folder in the place of a file', async () => {
    await refuses(auditZkey(small.folder), 'it is not a regular file')
    await refuses(verifyCeremony({ ...files(), r1cs: small.folder }), 'it is not a regular file')
    await refuses(checkPowersOfTau(small.folder), 'it is not a regular file')
  })

  test('error: a history with a damaged step, or two different files of one step', async () => {
    const history = small.path('history')
    await mkdir(history)
    const second = join(history, '2.zkey')
    await changedCopy(zkeyAt(2), second, (bytes) => {
      const { offset } = findSection(bytes, 2)
      // Delta, which follows 2 moduli with their lengths, 3 counts and 2 points of G1, 2 of G2 and itself in G1.
      bytes.copyWithin(offset + 84 + 64 + 64 + 128 + 128, offset + 84, offset + 84 + 64)
      return bytes
    })
    await refuses(verifyCeremony({ ...files(), history }), '2.zkey cannot be used: delta')
    await copyFile(zkeyAt(2), second)
    expect((await verifyCeremony({ ...files(), history })).sound).toBe(true)
    await changedCopy(second, join(history, 'other.zkey'), (bytes) => {
      // A point of section 9, which no inspection reads.
      bytes.fill(0, findSection(bytes, 9).offset, findSection(bytes, 9).offset + 64)
      return bytes
    })
    await refuses(verifyCeremony({ ...files(), history }), 'Two different files')
  })

  test('error: hostile circuits end in a typed error before anything is allocated for them', async () => {
    const word = (index: number, value: number) => (bytes: Buffer) => {
      bytes.writeUInt32LE(value >>> 0, findSection(bytes, 1).offset + 36 + 4 * index)
      return bytes
    }
    /** A header of 2^32 - 1 wires, nearly all of them outputs, and no constraint: 112 bytes. */
    const billions = (bytes: Buffer) => {
      const { offset, size } = findSection(bytes, 1)
      for (const [index, value] of [
        [0, -1],
        [1, -16],
        [2, 0],
        [6, 0],
      ] as const)
        word(index, value)(bytes)
      const empty = (type: number) => Buffer.from([type, ...new Array(11).fill(0)])
      return Buffer.concat([bytes.subarray(0, offset + size), empty(2), empty(3)])
    }
    const hostile: [string, string, (bytes: Buffer) => Uint8Array][] = [
      ['billions of wires and outputs', 'section 3', billions],
      ['more wires than labels', 'section 3', word(0, 6)],
      ['fewer wires than labels', 'section 3', word(0, 4)],
      ['more outputs than wires', 'more public signals', word(1, -16)],
      ['2^28 constraints', 'more constraints', word(6, 2 ** 28)],
      ['2^32 - 1 constraints', 'more constraints', word(6, -1)],
      ['a constraint more than there are', 'end too early', word(6, 4)],
      ['a constraint fewer than there are', 'after its last', word(6, 2)],
      ['another magic', 'a compiled circuit (r1cs) is needed', (bytes) => bytes.fill(0, 0, 4)],
      ['another field', 'another field', (bytes) => bytes.fill(1, findSection(bytes, 1).offset + 4, 30)],
      ['nothing', 'it is empty', () => new Uint8Array()],
    ]
    for (const [what, message, change] of hostile) {
      const file = await changedCopy(small.r1cs, small.path('hostile.r1cs'), change)
      const error = await compareWithCircuit(zkeyAt(LAST), file).catch((thrown: unknown) => thrown)
      expect(error, what).toBeInstanceOf(CeremonyFileError)
      expect((error as Error).message, what).toContain(message)
    }
  })

  test('error: an existing file, a name that is none', async () => {
    const step = { input: zkeyAt(1), output: zkeyAt(2), name: 'Eve' }
    await refuses(contribute(step), 'exists')
    for (const name of ['', 'a\nb', 'x'.repeat(65)])
      await refuses(contribute({ ...step, output: output(), name }), 'name')
  })
})

describe('a transcript changed anywhere', () => {
  test('error: each field is computed again, and the first that differs is named', async () => {
    const good = await transcriptOf()
    const [first, second, third, beacon] = good.contributions
    const flip = (hex: string) => hex.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
    const changes: [string, Partial<CeremonyTranscript>][] = [
      ['circuit', { circuit: 'other' }],
      ['r1cs', { r1cs: { ...good.r1cs, sha256: flip(good.r1cs.sha256) } }],
      ['r1cs', { r1cs: { ...good.r1cs, constraints: 4 } }],
      ['powersOfTau', { powersOfTau: { ...good.powersOfTau, name: 'Hermez' } }],
      ['circuitHash', { circuitHash: flip(good.circuitHash) }],
      ['initialZkey', { initialZkey: flip(good.initialZkey) }],
      ['contribution 2', { contributions: [first!, third!, beacon!] }],
      ['contribution 1', { contributions: [second!, first!, third!, beacon!] }],
      ['contribution 1', { contributions: [{ ...first!, name: 'Eve' }, second!, third!, beacon!] }],
      ['contribution 3', { contributions: [first!, second!, { ...third!, hash: flip(third!.hash) }, beacon!] }],
      [
        'zkey after contribution 2',
        { contributions: [first!, { ...second!, zkey: flip(second!.zkey!) }, third!, beacon!] },
      ],
      [
        'contribution 4',
        { contributions: [first!, second!, third!, { ...beacon!, beacon: { value: 'beef', iterationsExponent: 10 } }] },
      ],
      ['contribution 5', { contributions: [...good.contributions, beacon!] }],
      [
        'zkey after contribution 4',
        { contributions: [first!, second!, third!, { ...beacon!, zkey: flip(beacon!.zkey!) }] },
      ],
      ['zkey', { zkey: flip(good.zkey) }],
      ['vkey', { vkey: flip(good.vkey) }],
      ['keyDataHash', { keyDataHash: flip(good.keyDataHash) }],
      ['development', { development: true }],
    ]
    for (const [name, change] of changes) {
      const changed = parseTranscript(transcriptText({ ...good, ...change }))
      expect(firstFailure(compareTranscripts(changed, good))?.name).toBe(`transcript: ${name}`)
    }
    expect(firstFailure(compareTranscripts(good, good))).toBeUndefined()
    const transcript = { ...good, ...changes.at(-2)![1] }
    const { sound, checks } = await verifyCeremony({ ...files(), transcript, trustedPowersOfTau: [ptauHash] })
    expect([sound, firstFailure(checks)?.name]).toEqual([false, 'transcript: keyDataHash'])
  })

  test('error: a ceremony claimed over powers of tau that the verifier does not trust', async () => {
    const { checks } = await verifyCeremony({ ...files(), transcript: await transcriptOf() })
    expect(firstFailure(checks)?.name).toBe('transcript: development')
  })

  test('error: what is no transcript', async () => {
    const text = transcriptText(await transcriptOf())
    const value = JSON.parse(text)
    const broken = [
      '',
      'null',
      '[]',
      text.slice(0, -3),
      JSON.stringify({ ...value, version: 2 }),
      JSON.stringify({ ...value, extra: 1 }),
      JSON.stringify({ ...value, zkey: 'x' }),
      JSON.stringify({ ...value, contributions: {} }),
      JSON.stringify({ ...value, contributions: [{}] }),
    ]
    for (const bad of broken) expect(() => parseTranscript(bad)).toThrow(CeremonyFileError)
  })
})

describe('another circuit, other powers of tau', () => {
  test('error: a key of another circuit', async () => {
    const { checks } = await verifyCeremony({ ...files(), r1cs: small.otherR1cs })
    expect(firstFailure(checks)?.name).toBe('circuit of the key')
  })

  test('error: powers of tau of another ceremony', async () => {
    const other = await smallCeremony()
    try {
      const { checks } = await verifyCeremony({ ...files(), ptau: other.ptau })
      expect(firstFailure(checks)?.name).toBe('circuit hash')
    } finally {
      await other.remove()
    }
  })
})
