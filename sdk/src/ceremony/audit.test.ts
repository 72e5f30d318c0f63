import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyingKeys } from '../generated/circuits.js'
import { keyDataToVkey, VerifyingKeyMalformedError } from '../proving/groth16.js'
import type { VerifyingKeyJson } from '../proving/types.js'
import { badKeys } from '../testing/badKeys.js'
import { changedCopy, findSection, keepCurve, type SmallCeremony, smallCeremony } from '../testing/ceremony.js'
import { seeded } from '../testing/seeded.js'
import { assertAudited, auditVerifyingKey } from './audit.js'
import { applyBeacon, contribute, initCeremony, verifyCeremony } from './ceremony.js'
import { firstFailure } from './checks.js'
import { CeremonyFileError, KeyAuditFailedError } from './errors.js'
import { checkPowersOfTau } from './powersOfTau.js'
import { auditZkey } from './zkeyFile.js'

const good = verifyingKeys['score-scalar-64']
describe('auditVerifyingKey', () => {
  test.each(Object.entries(verifyingKeys))('default: the key of %s passes', (_, key) => {
    const audit = auditVerifyingKey(key)
    expect(firstFailure(audit.checks)).toBeUndefined()
    expect(audit).toMatchObject({ sound: true, signalCount: key.nPublic })
    expect(auditVerifyingKey(keyDataToVkey(audit.keyData)).sound).toBe(true)
  })

  test.each(badKeys(good))('error: %s', (_, name, key) => {
    const { sound, checks } = auditVerifyingKey(key)
    expect([sound, firstFailure(checks)?.name]).toEqual([false, name])
  })

  test('error: what is no key at all', () => {
    const broken: unknown[] = [null, {}, [], 'x', { ...good, protocol: 'plonk' }, { ...good, IC: [] }]
    for (const value of broken)
      expect(() => auditVerifyingKey(value as VerifyingKeyJson)).toThrow(VerifyingKeyMalformedError)
  })
})

describe('auditZkey', () => {
  let small: SmallCeremony
  let release: () => void
  const zkeyAt = (step: number) => small.path(`${step}.zkey`)
  const END = 4

  beforeAll(async () => {
    release = await keepCurve()
    small = await smallCeremony()
    await initCeremony({ r1cs: small.r1cs, ptau: small.ptau, output: zkeyAt(0) })
    for (const i of [0, 1, 2]) await contribute({ input: zkeyAt(i), output: zkeyAt(i + 1), name: `Party ${i + 1}` })
    await applyBeacon({ input: zkeyAt(3), output: zkeyAt(END), value: 'c0ffee', iterationsExponent: 10 })
  })
  afterAll(async () => {
    await small?.remove()
    release?.()
  })

  const changed = (change: (bytes: Buffer) => Uint8Array) =>
    changedCopy(zkeyAt(END), small.path('changed.zkey'), change)
  const failure = async (file: string) => firstFailure((await auditZkey(file)).checks)?.name

  test('error: a key nobody contributed to, which snarkjs calls fine', async () => {
    const audit = await auditZkey(zkeyAt(0))
    expect(audit).toMatchObject({ sound: false, origin: 'unfinished', contributions: [] })
    const names = audit.checks.filter(({ status }) => status === 'failed').map(({ name }) => name)
    expect(names).toEqual(['gamma and delta', 'delta and generator', 'origin'])
    const { verifyFromInit } = (await import('snarkjs')).zKey
    expect(await verifyFromInit(zkeyAt(0), small.ptau, zkeyAt(0))).toBe(true)
  })

  test('default: one contribution, no beacon, or a beacon alone is development', async () => {
    expect((await auditZkey(zkeyAt(1))).origin).toBe('development')
    expect((await auditZkey(zkeyAt(3))).origin).toBe('development')
    const alone = small.path('alone.zkey')
    const { beacon } = (await import('snarkjs')).zKey
    await beacon(zkeyAt(0), alone, 'development', 'c0ffee', 10)
    expect(await auditZkey(alone)).toMatchObject({ sound: true, origin: 'development' })
    expect((await auditZkey(zkeyAt(END))).origin).toBe('ceremony')
  })

  test('default: bytes in memory as well as a file', async () => {
    const { readFile } = await import('node:fs/promises')
    expect(await auditZkey(await readFile(zkeyAt(END)))).toEqual(await auditZkey(zkeyAt(END)))
  })

  /** The list of contributions, taken apart into its entries and put together by `edit`. */
  const editList = (edit: (entries: Buffer[]) => Buffer[]) => (bytes: Buffer) => {
    const { offset, size } = findSection(bytes, 10)
    const list = bytes.subarray(offset, offset + size)
    const entries: Buffer[] = []
    for (let at = 68; at < list.length; ) {
      const length = 392 + list.readUInt32LE(at + 388)
      entries.push(list.subarray(at, at + length))
      at += length
    }
    const edited = edit(entries)
    const count = Buffer.alloc(4)
    count.writeUInt32LE(edited.length)
    const body = Buffer.concat([list.subarray(0, 64), count, ...edited])
    const head = Buffer.from(bytes.subarray(offset - 12, offset))
    head.writeBigUInt64LE(BigInt(body.length), 4)
    return Buffer.concat([bytes.subarray(0, offset - 12), head, body, bytes.subarray(offset + size)])
  }

  test('error: a dropped, doubled or reordered contribution', async () => {
    expect(await failure(await changed(editList((list) => list)))).toBeUndefined()
    const drop = (index: number) => editList((list) => list.filter((_, i) => i !== index))
    expect(await failure(await changed(drop(0)))).toBe('contribution 1')
    expect(await failure(await changed(drop(1)))).toBe('contribution 2')
    expect(await failure(await changed(drop(3)))).toBe('delta')
    expect(await failure(await changed(editList(([a, b, c, d]) => [b!, a!, c!, d!])))).toBe('contribution 1')
    expect(await failure(await changed(editList(([a, b, c, d]) => [a!, a!, b!, c!, d!])))).toBe('contribution 2')
  })

  test('error: a contribution after the beacon', async () => {
    const { zKey } = await import('snarkjs')
    await zKey.contribute(zkeyAt(END), small.path('late.zkey'), 'late', 'text')
    const { sound, origin, checks } = await auditZkey(small.path('late.zkey'))
    expect({ sound, origin, first: firstFailure(checks) }).toMatchObject({
      sound: false,
      origin: 'development',
      first: { name: 'beacon 4', detail: 'a beacon stands last' },
    })
  })

  test('error: a beacon with another value or fewer hashes', async () => {
    const replace = (find: string, put: string) => (bytes: Buffer) => {
      const at = bytes.lastIndexOf(Buffer.from(find, 'hex'))
      bytes.set(Buffer.from(put, 'hex'), at)
      return bytes
    }
    expect(await failure(await changed(replace('0303c0ffee', '0303c0ffef')))).toBe('beacon 4')
    expect(await failure(await changed(replace('020a0303c0ffee', '020b0303c0ffee')))).toBe('beacon 4')
    const { checks } = await auditZkey(await changed(replace('020a0303c0ffee', '023f0303c0ffee')))
    expect(firstFailure(checks)?.detail).toContain('more than this tool computes')
  })

  test('error: a key whose C or H points do not follow passes the audit, not the replay', async () => {
    for (const type of [8, 9]) {
      const file = await changed((bytes) => {
        const { offset } = findSection(bytes, type)
        // A point of the curve, but not the one that belongs there.
        bytes.copyWithin(offset, findSection(bytes, 3).offset, findSection(bytes, 3).offset + 64)
        return bytes
      })
      expect((await auditZkey(file)).sound).toBe(true)
      const report = await verifyCeremony({ circuit: 'small', zkey: file, r1cs: small.r1cs, ptau: small.ptau })
      expect(firstFailure(report.checks)?.name).toBe('replay')
    }
  })

  test('error: hostile files end in a typed error', async () => {
    const word = (at: number, value: number) => (bytes: Buffer) => {
      bytes.writeUInt32LE(value, at)
      return bytes
    }
    const inSection = (type: number, at: number, value: number) => (bytes: Buffer) =>
      word(findSection(bytes, type).offset + at, value)(bytes)
    const hostile: [string, (bytes: Buffer) => Uint8Array][] = [
      ['empty', () => new Uint8Array()],
      ['another magic', word(0, 0x6373)],
      ['another version', word(4, 2)],
      ['four thousand million sections', word(8, 0xffff_ffff)],
      ['a section of 2^63 bytes', word(20, 0x8000_0000)],
      ['a section longer than the file', word(20, 0x100)],
      ['a section twice', (bytes) => word(findSection(bytes, 3).offset - 12, 2)(bytes)],
      ['a section of no known type', (bytes) => word(findSection(bytes, 3).offset - 12, 77)(bytes)],
      ['bytes after the end', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
      ['PLONK', inSection(1, 0, 2)],
      ['another curve', inSection(2, 4, 1)],
      ['another size of field', inSection(2, 0, 48)],
      ['too many wires', inSection(2, 72, 0xffff_ffff)],
      ['more signals than wires', inSection(2, 76, 0xffff_ffff)],
      ['a domain that is no power of two', inSection(2, 80, 5)],
      ['a domain of none', inSection(2, 80, 0)],
      ['too many coefficients', inSection(4, 0, 0xffff_ffff)],
      ['too many contributions', inSection(10, 64, 0xffff_ffff)],
      ['a contribution’s coordinate above the modulus', inSection(10, 68 + 28, 0xffff_ffff)],
      ['a contribution of an unknown kind', inSection(10, 68 + 384, 9)],
      ['parameters longer than the list', inSection(10, 68 + 388, 0xffff_ffff)],
      [
        'a coordinate above the modulus',
        (bytes) => bytes.fill(255, findSection(bytes, 3).offset, findSection(bytes, 3).offset + 32),
      ],
    ]
    for (const [name, change] of hostile) {
      const error = await auditZkey(await changed(change)).catch((thrown: unknown) => thrown)
      expect(error, name).toBeInstanceOf(CeremonyFileError)
    }
    await expect(auditZkey(small.path('nowhere.zkey'))).rejects.toThrow('there is no such file')
  })

  test('error: twenty truncations, and bit flips of header and contributions', async () => {
    const random = seeded(70)
    for (let i = 0; i < 20; i++) {
      const file = await changed((bytes) => bytes.subarray(0, random.below(bytes.length)))
      await expect(auditZkey(file)).rejects.toThrow(CeremonyFileError)
    }
    let refused = 0
    for (let i = 0; i < 40; i++) {
      const file = await changed((bytes) => {
        const { offset, size } = findSection(bytes, i % 2 === 0 ? 2 : 10)
        bytes[offset + random.below(size)]! ^= 1 << random.below(8)
        return bytes
      })
      const sound = await auditZkey(file).then(
        (audit) => audit.sound,
        (error: unknown) => {
          expect(error).toBeInstanceOf(CeremonyFileError)
          return false
        },
      )
      if (!sound) refused++
    }
    // Names, and the alpha that no contribution touches, are not covered without the circuit: the replay sees them.
    expect(refused).toBeGreaterThanOrEqual(36)
  })

  test('assertAudited: only a sound key, the same key, and no unmarked key without a ceremony', async () => {
    const [ceremony, lonely, unfinished] = await Promise.all([END, 1, 0].map((step) => auditZkey(zkeyAt(step))))
    const real = { keyData: ceremony!.keyData, development: false }
    expect(ceremony!.powersOfTau).toBe('unchecked')
    expect(() => assertAudited(ceremony!, real)).toThrow('its powers of tau were not looked at')
    const replayed = async (trustedPowersOfTau: readonly string[]) => {
      const files = { circuit: 'small', zkey: zkeyAt(END), r1cs: small.r1cs, ptau: small.ptau }
      const { audit } = await verifyCeremony({ ...files, trustedPowersOfTau })
      return audit!
    }
    expect(() => assertAudited({ ...ceremony!, powersOfTau: 'development' }, real)).toThrow('powers of tau are no')
    const rehearsal = await replayed([])
    expect(rehearsal).toMatchObject({ origin: 'ceremony', powersOfTau: 'development' })
    expect(() => assertAudited(rehearsal, real)).toThrow('powers of tau are no')
    const { blake2b } = await checkPowersOfTau(small.ptau)
    assertAudited(await replayed([blake2b]), real)
    assertAudited(lonely!, { keyData: lonely!.keyData, development: true })
    expect(() => assertAudited(lonely!, { keyData: lonely!.keyData, development: false })).toThrow(KeyAuditFailedError)
    expect(() => assertAudited(unfinished!, { keyData: unfinished!.keyData, development: true })).toThrow(
      'gamma and delta',
    )
    expect(() => assertAudited(ceremony!, { ...real, keyData: lonely!.keyData })).toThrow('another key')
  })
})
