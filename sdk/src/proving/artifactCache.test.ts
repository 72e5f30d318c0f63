import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assertProvable } from '../cli/provable.js'
import { cachedArtifactLoader } from './artifactCache.js'
import { httpArtifactLoader, loadArtifact, manifestHashOf, sealEntry, sha256Hex } from './artifacts.js'
import type { CircuitManifest } from './types.js'

const circuit = 'legality-scalar-64'
let directory: string
let server: Server
let url: string
let asked: string[]
let bytes: Uint8Array
let manifest: CircuitManifest

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'veritask-artifacts-'))
  bytes = new Uint8Array([1, 2, 3])
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(bytes)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const hash = await sha256Hex(bytes)
  const files = { r1cs: hash, wasm: hash, zkey: hash, vkey: hash }
  const entry = await sealEntry(circuit, {
    ...{ constraints: 1, publicSignals: ['a'], files, bytes: { r1cs: 3, wasm: 3, zkey: 3, vkey: 3 } },
    manifestHash: await manifestHashOf(files),
  } as never)
  manifest = { circuits: { [circuit]: entry } } as unknown as CircuitManifest
})
afterEach(async () => {
  await new Promise((done) => server.close(done))
  await rm(directory, { recursive: true, force: true })
})

const load = () => {
  const loader = cachedArtifactLoader({ loader: httpArtifactLoader({ url }), directory, manifest })
  return loadArtifact({ loader, manifest, circuit, kind: 'zkey' })
}

test('default: fetched once from an HTTP address, and then by its hash from the folder', async () => {
  expect(await load()).toEqual(bytes)
  expect([...(await load())]).toEqual([...bytes])
  expect(asked).toEqual([`/${circuit}/${circuit}.zkey`])
  expect(await readdir(directory)).toEqual([await sha256Hex(bytes)])
})

test('what was altered in the folder is fetched again', async () => {
  await load()
  await writeFile(join(directory, await sha256Hex(bytes)), 'altered')
  expect(await load()).toEqual(bytes)
  expect(asked).toHaveLength(2)
})

test('error: what is not the pinned file is neither used nor kept', async () => {
  bytes = new Uint8Array([9])
  await expect(load()).rejects.toMatchObject({ name: 'ArtifactHashMismatchError' })
  await expect(readdir(directory)).resolves.toEqual([])
})

test('joining asks first whether what proves the labels can be had', async () => {
  const loader = cachedArtifactLoader({ loader: httpArtifactLoader({ url }), directory, manifest })
  const rules = { kind: 'distance', capacity: 64 } as const
  await assertProvable({ kind: 'hidden-gold', rules }, { loader, manifest, from: url })
  // Both are in the folder by now, under one hash.
  expect(asked).toHaveLength(1)
  const nowhere = httpArtifactLoader({ url: 'http://127.0.0.1:9' })
  await expect(
    assertProvable({ kind: 'hidden-gold', rules }, { loader: nowhere, manifest, from: 'circuits/build' }),
  ).rejects.toMatchObject({
    name: 'ArtifactsUnavailableError',
    shortMessage: `The circuit ${circuit}, with which the labels of this task are proven, is not to be had from circuits/build. Nothing was sent.`,
  })
})
