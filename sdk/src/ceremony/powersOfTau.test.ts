import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { changedCopy, findSection, keepCurve, type SmallCeremony, smallCeremony } from '../testing/ceremony.js'
import { root } from '../testing/foundry.js'
import { initCeremony } from './ceremony.js'
import { firstFailure } from './checks.js'
import { downloadPowersOfTau } from './download.js'
import { CeremonyFileError, CeremonyStepRefusedError } from './errors.js'
import { checkPowersOfTau } from './powersOfTau.js'
import { knownPowersOfTau, publicPowersOfTauHash } from './powersOfTauHashes.js'

const G1 = 64
const G2 = 128
/** Sections by type, with the size of a point. */
const SECTIONS: readonly (readonly [name: string, type: number, pointBytes: number])[] = [
  ['tauG1', 2, G1],
  ['tauG2', 3, G2],
  ['alphaTauG1', 4, G1],
  ['betaTauG1', 5, G1],
  ['betaG2', 6, G2],
  ['lagrangeTauG1', 12, G1],
  ['lagrangeTauG2', 13, G2],
  ['lagrangeAlphaTauG1', 14, G1],
  ['lagrangeBetaTauG1', 15, G1],
]

let small: SmallCeremony
let release: () => void
beforeAll(async () => {
  release = await keepCurve()
  small = await smallCeremony()
})
afterAll(async () => {
  await small?.remove()
  release?.()
})

const changed = (change: (bytes: Buffer) => Uint8Array) => changedCopy(small.ptau, small.path('changed.ptau'), change)

describe('checkPowersOfTau', () => {
  test('default: a file of this ceremony, with its transcript', async () => {
    const report = await checkPowersOfTau(small.ptau)
    expect(firstFailure(report.checks)).toBeUndefined()
    expect(report).toMatchObject({ sound: true, known: undefined, power: 4, ceremonyPower: 4 })
    expect(report.contributions).toMatchObject([
      { type: 'contribution', name: 'first' },
      { type: 'contribution', name: 'second' },
      { type: 'beacon', name: 'final', beacon: { value: '0102030405', iterationsExponent: 10 } },
    ])
    expect(new Set(report.contributions.map(({ nextChallenge }) => nextChallenge)).size).toBe(3)
  })

  test('default: the development file, known and no ceremony', { timeout: 240_000 }, async () => {
    const file = join(root, 'node_modules', 'ptau-dev', 'test', 'plonk_circuit', 'powersOfTau15_final.ptau')
    const report = await checkPowersOfTau(file)
    expect(firstFailure(report.checks)).toBeUndefined()
    expect(report.known).toEqual({ name: 'development powers of tau, power 15', ceremony: false })
    const quick = await checkPowersOfTau(file, { trustKnownHash: true })
    expect(quick.checks.map(({ status }) => status)).toEqual(['ok', 'skipped'])
  })

  test.each(SECTIONS)('error: any one point of %s replaced by another of the curve', async (name, type, pointBytes) => {
    const { size } = findSection(await readFile(small.ptau), type)
    const count = size / pointBytes
    for (const index of new Set([0, 1, count >> 1, count - 1].filter((i) => i < count))) {
      const file = await changed((bytes) => {
        const at = findSection(bytes, type).offset + index * pointBytes
        // A power of tau far from its place, or the generator.
        const donor = findSection(bytes, pointBytes === G1 ? 2 : 3).offset + 7 * pointBytes
        bytes.copyWithin(at, donor, donor + pointBytes)
        return bytes
      })
      const { sound, checks } = await checkPowersOfTau(file)
      expect(sound).toBe(false)
      const failed = checks.filter(({ status }) => status === 'failed').map((line) => line.name)
      expect(failed[0]).toBe(name)
    }
  })

  test.each(SECTIONS)('error: a zero point, or one off the curve, in %s', async (name, type, pointBytes) => {
    for (const fill of [new Uint8Array(pointBytes), Buffer.alloc(pointBytes, 1), Buffer.alloc(pointBytes, 255)]) {
      const file = await changed((bytes) => {
        bytes.set(fill, findSection(bytes, type).offset)
        return bytes
      })
      expect(firstFailure((await checkPowersOfTau(file)).checks)?.name).toBe(name)
    }
  })

  test('error: the last contribution states other points', async () => {
    const file = await changed((bytes) => {
      const { offset } = findSection(bytes, 7)
      const donor = findSection(bytes, 2).offset + 5 * G1
      const last = bytes.indexOf(
        bytes.subarray(findSection(bytes, 2).offset + G1, findSection(bytes, 2).offset + 2 * G1),
        offset,
      )
      bytes.copyWithin(last, donor, donor + G1)
      return bytes
    })
    expect(firstFailure((await checkPowersOfTau(file)).checks)?.name).toBe('contributions')
  })

  test('error: truncated, swapped header, other curve, not prepared, nobody contributed', async () => {
    const word = (type: number, at: number, value: number) => (bytes: Buffer) => {
      bytes.writeUInt32LE(value, findSection(bytes, type).offset + at)
      return bytes
    }
    const length = (await stat(small.ptau)).size
    const hostile: [string, (bytes: Buffer) => Uint8Array][] = [
      ...[0, 3, 12, 40, 1000, length - 1].map((cut): [string, (bytes: Buffer) => Uint8Array] => [
        `cut to ${cut}`,
        (bytes) => bytes.subarray(0, cut),
      ]),
      ['another magic', (bytes) => Buffer.concat([Buffer.from('zkey'), bytes.subarray(4)])],
      ['power 5', word(1, 36, 5)],
      ['power 0', word(1, 36, 0)],
      ['power 3 of a file of 4', word(1, 36, 3)],
      ['power above its ceremony', word(1, 40, 3)],
      ['ceremony of power 99', word(1, 40, 99)],
      ['another curve', word(1, 4, 1)],
      ['not prepared', (bytes) => Buffer.concat([bytes.subarray(0, findSection(bytes, 12).offset - 12)])],
      ['no contribution', word(7, 0, 0)],
      ['more contributions than it has', word(7, 0, 0xffff_ffff)],
      ['a byte too many', (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])],
    ]
    for (const [name, change] of hostile) {
      const error = await checkPowersOfTau(await changed(change)).catch((thrown: unknown) => thrown)
      expect(error, name).toBeInstanceOf(CeremonyFileError)
    }
  })

  test('error: init refuses a tampered file, one too small, and a damaged circuit', async () => {
    const output = small.path('never.zkey')
    const tampered = await changed((bytes) => {
      const { offset } = findSection(bytes, 14)
      bytes.copyWithin(offset, findSection(bytes, 2).offset, findSection(bytes, 2).offset + G1)
      return bytes
    })
    await expect(initCeremony({ r1cs: small.r1cs, ptau: tampered, output })).rejects.toThrow('lagrangeAlphaTauG1')
    const cut = await changedCopy(small.r1cs, small.path('cut.r1cs'), (bytes) => bytes.subarray(0, -30))
    await expect(initCeremony({ r1cs: cut, ptau: small.ptau, output })).rejects.toThrow(CeremonyFileError)
    const wire = await changedCopy(small.r1cs, small.path('wire.r1cs'), (bytes) => {
      bytes.writeUInt32LE(99, findSection(bytes, 2).offset + 4)
      return bytes
    })
    await expect(initCeremony({ r1cs: wire, ptau: small.ptau, output })).rejects.toThrow('a wire that does not exist')
    const large = join(root, 'circuits', 'build', 'score-scalar-64', 'score-scalar-64.r1cs')
    if (existsSync(large))
      await expect(initCeremony({ r1cs: large, ptau: small.ptau, output })).rejects.toThrow(CeremonyStepRefusedError)
    expect(existsSync(output)).toBe(false)
  })
})

describe('known hashes', () => {
  test('default: powers 8 to 20, each once', () => {
    const hashes = Array.from({ length: 13 }, (_, i) => publicPowersOfTauHash(i + 8)!)
    expect(new Set(hashes).size).toBe(13)
    for (const [i, hash] of hashes.entries()) {
      expect(hash).toMatch(/^[0-9a-f]{128}$/)
      expect(knownPowersOfTau(hash)).toEqual({
        name: `Hermez perpetual powers of tau, power ${i + 8}`,
        ceremony: true,
      })
    }
    expect([7, 21].map(publicPowersOfTauHash)).toEqual([undefined, undefined])
  })

  test('default: they are those of the README they were taken from', async () => {
    const readme = await readFile(join(root, 'node_modules', 'snarkjs', 'README.md'), 'utf8')
    for (let power = 8; power <= 20; power++)
      expect(readme).toMatch(new RegExp(`\\|\\s+${power}\\s+\\|.*${publicPowersOfTauHash(power)}`))
  })
})

describe('downloadPowersOfTau', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.ptau`
  }
  const output = () => small.path('downloaded.ptau')
  const left = () => [output(), `${output()}.${process.pid}.part`].filter((file) => existsSync(file))

  test('default: kept when it has the hash', async () => {
    const url = await serve(async (_, response) => void response.end(await readFile(small.ptau)))
    const { blake2b } = await checkPowersOfTau(small.ptau)
    const fractions: number[] = []
    const onProgress = (fraction: number) => fractions.push(fraction)
    const result = await downloadPowersOfTau({ power: 4, url, output: output(), blake2b, onProgress })
    expect(result).toEqual({ bytes: (await stat(small.ptau)).size, blake2b })
    expect(fractions.length).toBeGreaterThan(0)
    expect(await readFile(output())).toEqual(await readFile(small.ptau))
  })

  test('error: another hash, another status, endless, silent: nothing is left', async () => {
    const to = { power: 8, output: small.path('gone.ptau') }
    const remains = () => existsSync(to.output) || existsSync(`${to.output}.${process.pid}.part`)
    const wrong = await serve((_, response) => void response.end(randomBytes(1000)))
    await expect(downloadPowersOfTau({ ...to, url: wrong })).rejects.toThrow('and not the published')
    const missing = await serve((_, response) => void response.writeHead(404).end())
    await expect(downloadPowersOfTau({ ...to, url: missing })).rejects.toThrow('answered 404')
    let sent = 0
    const endless = await serve((_, response) => {
      const push = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536
        if (!response.destroyed) response.once('drain', push)
      }
      push()
    })
    await expect(downloadPowersOfTau({ ...to, url: endless })).rejects.toThrow('more than the')
    expect(sent).toBeLessThan(2 ** 26)
    const silent = await serve((_, response) => void response.write('ptau'))
    await expect(downloadPowersOfTau({ ...to, url: silent, stallMs: 200 })).rejects.toThrow('silent')
    expect(remains()).toBe(false)
    expect(left()).toEqual([output()])
  })

  test('error: no pinned power, no web address, an existing file', async () => {
    const url = 'http://127.0.0.1:1/'
    await expect(downloadPowersOfTau({ power: 7, url, output: small.path('x') })).rejects.toThrow('Powers 8 to 20')
    await expect(downloadPowersOfTau({ power: 8, url: 'file:///x', output: small.path('x') })).rejects.toThrow('URL')
    await expect(downloadPowersOfTau({ power: 8, url, output: small.ptau })).rejects.toThrow('exists')
  })
})
