import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { circuitManifest } from '../generated/circuits.js'
import { builtArtifacts, tamperedArtifacts } from '../testing/artifacts.js'
import { seeded } from '../testing/seeded.js'
import {
  ArtifactHashMismatchError,
  ArtifactMissingError,
  ArtifactUnknownError,
  httpArtifactLoader,
  loadArtifact,
  ManifestInvalidError,
} from './artifacts.js'
import { createNodeProver, fileArtifactLoader } from './nodeProver.js'
import type { ArtifactKind, CircuitManifest, ManifestEntry } from './types.js'

const circuit = 'score-scalar-64'
const manifest = circuitManifest
const kinds: readonly ArtifactKind[] = ['wasm', 'zkey', 'vkey']
const entry = manifest.circuits[circuit]!

async function refused(kind: ArtifactKind, tamper: (bytes: Uint8Array) => Uint8Array): Promise<unknown> {
  const loader = tamperedArtifacts(kind, tamper)
  return loadArtifact({ loader, manifest, circuit, kind }).catch((error: unknown) => error)
}

describe('loadArtifact', () => {
  test.each(['r1cs', ...kinds] as const)('default: %s of the build', async (kind) => {
    const bytes = await loadArtifact({ loader: builtArtifacts, manifest, circuit, kind })
    expect(bytes).toHaveLength(entry.bytes[kind])
  })

  test.each(kinds)('error: a hundred seeded bit flips of %s', async (kind) => {
    const random = seeded(60)
    const good = await builtArtifacts.load({ circuit, kind, maxBytes: entry.bytes[kind] })
    for (let i = 0; i < 100; i++) {
      const error = await refused(kind, () => {
        const flipped = good.slice()
        flipped[random.below(flipped.length)]! ^= 1 << random.below(8)
        return flipped
      })
      expect(error).toBeInstanceOf(ArtifactHashMismatchError)
    }
  })

  test.each(kinds)('error: twenty truncations of %s, and one byte too many', async (kind) => {
    const random = seeded(61)
    const cuts = [0, 1, entry.bytes[kind] - 1, ...Array.from({ length: 17 }, () => random.below(entry.bytes[kind]))]
    for (const cut of cuts)
      expect(await refused(kind, (bytes) => bytes.slice(0, cut))).toBeInstanceOf(ArtifactHashMismatchError)
    expect(await refused(kind, (bytes) => Uint8Array.from([...bytes, 0]))).toBeInstanceOf(ArtifactHashMismatchError)
  })

  test('error: names the file and both hashes', async () => {
    const error = (await refused('zkey', (bytes) => bytes.slice(1))) as ArtifactHashMismatchError
    expect(error.file).toBe('score-scalar-64.zkey')
    expect(error.expected).toBe(entry.files.zkey)
    expect(error.actual).toMatch(/^[0-9a-f]{64}$/)
    expect(error.message).toContain(error.actual)
  })

  test.each(kinds)('error: %s swapped with another circuit’s', async (kind) => {
    const other = 'legality-scalar-64'
    const loader = {
      load: () => builtArtifacts.load({ circuit: other, kind, maxBytes: manifest.circuits[other]!.bytes[kind] }),
    }
    await expect(loadArtifact({ loader, manifest, circuit, kind })).rejects.toThrow(ArtifactHashMismatchError)
  })

  test('error: a circuit the manifest does not list, or inherits', async () => {
    for (const name of ['nothing', 'toString', '__proto__'])
      await expect(loadArtifact({ loader: builtArtifacts, manifest, circuit: name, kind: 'wasm' })).rejects.toThrow(
        ArtifactUnknownError,
      )
  })

  test('error: a manifest whose entry was changed anywhere', async () => {
    const changes: Partial<Record<keyof ManifestEntry, unknown>>[] = [
      { manifestHash: `0x${'00'.repeat(32)}` },
      { files: { ...entry.files, zkey: manifest.circuits['legality-scalar-64']!.files.zkey } },
      { files: { ...entry.files, zkey: 'nonsense' } },
      { files: undefined },
      { bytes: { ...entry.bytes, wasm: -0.5 } },
    ]
    for (const change of changes) {
      const changed = { ...manifest, circuits: { [circuit]: { ...entry, ...change } } } as CircuitManifest
      await expect(loadArtifact({ loader: builtArtifacts, manifest: changed, circuit, kind: 'wasm' })).rejects.toThrow(
        ManifestInvalidError,
      )
    }
  })

  test('error: a file that is not there', async () => {
    const loader = fileArtifactLoader({ directory: '/nonexistent' })
    await expect(loadArtifact({ loader, manifest, circuit, kind: 'wasm' })).rejects.toThrow(ArtifactMissingError)
  })
})

describe('prover', () => {
  test.each(kinds)('error: a corrupt %s is refused before anything is proven', async (kind) => {
    const tampered = createNodeProver({
      artifacts: tamperedArtifacts(kind, (bytes) => {
        const flipped = bytes.slice()
        flipped[flipped.length >> 1]! ^= 1
        return flipped
      }),
    })
    const stages: string[] = []
    const proving = tampered.prove({ circuit, inputs: {}, onProgress: ({ stage }) => stages.push(stage) })
    await expect(proving).rejects.toThrow(ArtifactHashMismatchError)
    expect(stages).toEqual(['load'])
    await tampered.close()
  })
})

describe('httpArtifactLoader', () => {
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
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('default: fetches and checks', async () => {
    const paths: string[] = []
    const url = await serve(async (request, response) => {
      paths.push(request.url ?? '')
      response.end(await builtArtifacts.load({ circuit, kind: 'vkey', maxBytes: entry.bytes.vkey }))
    })
    const loader = httpArtifactLoader({ url: `${url}/base/` })
    await loadArtifact({ loader, manifest, circuit, kind: 'vkey' })
    expect(paths).toEqual([`/base/${circuit}/${circuit}.vkey.json`])
  })

  test('error: status, endless body, silence, cancelled', async () => {
    const missing = await serve((_, response) => void response.writeHead(404).end())
    await expect(
      loadArtifact({ loader: httpArtifactLoader({ url: missing }), manifest, circuit, kind: 'vkey' }),
    ).rejects.toThrow(ArtifactMissingError)

    let sent = 0
    const endless = await serve((_, response) => {
      const push = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536
        if (!response.destroyed) response.once('drain', push)
      }
      push()
    })
    await expect(
      loadArtifact({ loader: httpArtifactLoader({ url: endless }), manifest, circuit, kind: 'vkey' }),
    ).rejects.toThrow(ArtifactHashMismatchError)
    expect(sent).toBeLessThan(2 ** 26)

    const silent = await serve(() => {})
    const hasty = httpArtifactLoader({ url: silent, timeoutMs: 200 })
    await expect(loadArtifact({ loader: hasty, manifest, circuit, kind: 'vkey' })).rejects.toThrow(
      'no answer in 200 ms',
    )

    const abort = new AbortController()
    const loader = httpArtifactLoader({ url: silent })
    const loading = loadArtifact({ loader, manifest, circuit, kind: 'vkey', signal: abort.signal })
    abort.abort()
    await expect(loading).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  })
})
